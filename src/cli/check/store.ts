import { createHash, randomBytes } from "node:crypto";
import { lstat, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

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
  const folder = path.join(tmpdir(), `onetopic-${process.getuid?.() ?? "user"}`);
  const file = path.join(folder, `${digestOf(name).slice(0, 32)}.json`);
  if (!(await isOurs(folder))) return { content: undefined, save: async () => {} };
  const text = await readFile(file, "utf8").catch(() => "");
  return { content: opened(text) as Content | undefined, save: (content) => replace(file, sealed(content)) };
}

/** With a digest in front, so that a damaged file is known for one. */
function sealed(content: unknown): string {
  const json = JSON.stringify(content);
  return `${digestOf(json)}\n${json}`;
}

function opened(text: string): unknown {
  const end = text.indexOf("\n");
  const json = text.slice(end + 1);
  return end > 0 && text.slice(0, end) === digestOf(json) ? JSON.parse(json) : undefined;
}

/** A reader sees the old file or the new one. A full disk is no reason to withhold what was found. */
async function replace(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeFile(temporary, text, { flag: "wx", mode: 0o600 });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => {});
  }
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
    await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    const found = await lstat(folder);
    const me = process.getuid?.();
    return found.isDirectory() && (me === undefined || (found.uid === me && (found.mode & 0o022) === 0));
  } catch {
    return false;
  }
}
