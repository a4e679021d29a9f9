import { createHash } from "node:crypto";
import { readFile, realpath, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../domain/user-error.ts";
import { exists, isInside, writeIfChanged } from "./files.ts";
import { isEmptyFolder } from "./scaffold.ts";

/*
 * A folder that an export fills and keeps up to date. What it wrote stands in `manifest.json`; nothing else in the
 * folder is ever replaced or deleted.
 */

/** `manifest.json`: every file that an export wrote. */
interface SiteManifest {
  readonly toolkit: string;
  readonly files: readonly SiteFile[];
}

interface SiteFile {
  /** Relative to the manifest, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What keeping a folder up to date came to. */
export interface SiteChanges {
  readonly written: number;
  readonly removed: readonly string[];
  /** Files that no longer belong, but were changed since an export wrote them. */
  readonly kept: readonly string[];
}

const manifestFile = "manifest.json";

/**
 * Makes sure that an export may write here: the folder is empty or not there, or was filled by an earlier export.
 * @throws UserError (exit 1) when it holds somebody's files
 */
export async function requireSiteFolder(folder: string): Promise<void> {
  await readSite(folder);
}

/**
 * Makes the folder hold these files. Those that are the same already are left alone; those of an earlier export that
 * no longer belong are deleted, unless somebody changed them.
 * @param files path below the folder to content
 * @throws UserError (exit 1) when something that is not an export's stands in the way
 */
export async function replaceSite(
  folder: string,
  toolkit: string,
  files: ReadonlyMap<string, Buffer>,
): Promise<SiteChanges> {
  const before = await readSite(folder);
  const now = [...files].map(([name, content]): SiteFile => {
    return { path: name, bytes: content.length, sha256: sha256(content) };
  });
  const stale = before.filter(({ path: name }) => !files.has(name));
  await requireNothingElse(folder, files, before);
  // What is about to be written is named first, so that an export that was broken off can be made good by the next.
  await writeManifest(folder, { toolkit, files: [...now, ...stale] });
  let written = 0;
  for (const [name, content] of files) {
    if (await writeIfChanged(path.join(folder, name), content)) written += 1;
  }
  const removed: string[] = [];
  for (const file of stale) if (await removeUnchanged(folder, file)) removed.push(file.path);
  await writeManifest(folder, { toolkit, files: now });
  const kept: string[] = [];
  for (const { path: name } of stale)
    if (!removed.includes(name) && (await exists(path.join(folder, name)))) kept.push(name);
  return { written, removed, kept };
}

async function readSite(folder: string): Promise<readonly SiteFile[]> {
  const files = await readManifest(path.join(folder, manifestFile));
  if (files) return files;
  if (!(await exists(folder)) || (await isEmptyFolder(folder))) return [];
  throw new UserError(
    "not-empty",
    `${folder} is neither empty nor filled by an earlier export, so nothing was written.`,
    "Name a folder that is empty or not there yet with --out.",
  );
}

/** The files that an earlier export wrote, or nothing when there is no manifest of ours. */
async function readManifest(file: string): Promise<readonly SiteFile[] | undefined> {
  try {
    const { toolkit, files } = JSON.parse(await readFile(file, "utf8")) as Partial<SiteManifest>;
    return typeof toolkit === "string" && Array.isArray(files) ? files.filter(isSiteFile) : undefined;
  } catch {
    // Whatever it is, it is not ours.
    return undefined;
  }
}

/** A manifest could have been changed: only names that an export would write are taken from it. */
function isSiteFile(file: unknown): file is SiteFile {
  const { path: name, sha256: hash } = (file ?? {}) as Partial<SiteFile>;
  return typeof name === "string" && /^(?:\w[\w-]*\/)?\w[\w.-]*$/.test(name) && typeof hash === "string";
}

async function requireNothingElse(
  folder: string,
  files: ReadonlyMap<string, Buffer>,
  before: readonly SiteFile[],
): Promise<void> {
  const ours = new Set(before.map(({ path: name }) => name));
  for (const name of files.keys()) {
    const file = path.join(folder, name);
    if (ours.has(name) || !(await exists(file))) continue;
    throw new UserError(
      "not-empty",
      `${file} was not written by an export, so nothing was written.`,
      "Move it away, or name another folder with --out.",
    );
  }
}

async function removeUnchanged(folder: string, { path: name, sha256: hash }: SiteFile): Promise<boolean> {
  const file = path.join(folder, name);
  try {
    // A folder that became a link leads to somebody else's files.
    if (!isInside(await realpath(folder), await realpath(file))) return false;
    if (sha256(await readFile(file)) !== hash) return false;
    await rm(file);
    if (path.dirname(file) !== path.resolve(folder) && (await isEmptyFolder(path.dirname(file))))
      await rmdir(path.dirname(file));
    return true;
  } catch {
    // What cannot be looked at or deleted stays, and the export says so.
    return false;
  }
}

async function writeManifest(folder: string, manifest: SiteManifest): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeIfChanged(path.join(folder, manifestFile), Buffer.from(text));
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
