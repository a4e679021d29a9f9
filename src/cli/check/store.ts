import { createHash } from "node:crypto";
import { lstat, mkdir, readFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { writeAtomically } from "../../toolkit/files.ts";

/** A file of JSON in the system's temp folder that only this user can read. Nothing is lost when it is. */
export interface Store<Content> {
  /** What was there, if it can be trusted. */
  readonly content: Content | undefined;
  readonly save: (content: Content) => Promise<void>;
}

/**
 * Opens the store of a name. Where the folder belongs to somebody else, or cannot be made, nothing is read or saved.
 * @param name anything; the file's name is made from it
 */
export async function openStore<Content>(name: string): Promise<Store<Content>> {
  const folder = path.join(tmpdir(), `onetopic-${userInfo().username.replace(/[^\w.-]/g, "_")}`);
  const file = path.join(folder, `${digestOf(name).slice(0, 32)}.json`);
  if (!(await isOurs(folder))) return { content: undefined, save: async () => {} };
  return {
    content: await readFile(file, "utf8").then(
      (text) => parse(text) as Content | undefined,
      () => undefined,
    ),
    // A full disk is no reason to withhold what was found.
    save: (content) => writeAtomically(file, JSON.stringify(content), 0o600).catch(() => {}),
  };
}

/** SHA-256, in hex. */
export function digestOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}

/** In a shared temp folder somebody else may have made a folder of this name. */
async function isOurs(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700, recursive: true });
    const { uid, mode } = await lstat(folder);
    const me = process.getuid?.();
    return me === undefined || (uid === me && (mode & 0o022) === 0 && (await lstat(folder)).isDirectory());
  } catch {
    return false;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
