import { randomBytes } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import {
  constants,
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
} from "node:fs/promises";
import path from "node:path";
import { compareText, problem, type Problem } from "../domain/problem.ts";
import { usageError, UserError } from "../domain/user-error.ts";

/** Largest text file that is read; a larger one is a finding. */
export const textLimit = 1024 * 1024;

/** A text read, or the reason why not. */
export type TextRead = { readonly text: string } | { readonly problem: Problem };

/**
 * Reads a UTF-8 file of the toolkit. A byte order mark is dropped and line ends become `\n`. It reads at once: for the
 * many small files of a toolkit, handing each call to another thread takes longer than the call.
 * @param relative path below the root, with forward slashes
 */
export async function readToolkitText(root: string, relative: string): Promise<TextRead> {
  const file = path.join(root, relative);
  try {
    const about = statSync(file);
    const { size } = about;
    if (!about.isFile()) {
      return { problem: problem("file/unreadable", relative, undefined, { reason: "it is not a file" }) };
    }
    if (size > textLimit) {
      return {
        problem: problem("file/too-large", relative, undefined, { size: megabytes(size), limit: "1 MB" }),
      };
    }
    if (!isInside(realpathSync.native(root), realpathSync.native(file))) {
      return {
        problem: problem("file/unreadable", relative, undefined, { reason: "it leads out of the toolkit" }),
      };
    }
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
    return { text: text.replace(/\r\n?/g, "\n") };
  } catch (error) {
    if (error instanceof TypeError) return { problem: problem("file/encoding", relative, undefined, {}) };
    return { problem: problem("file/unreadable", relative, undefined, { reason: reasonOf(error) }) };
  }
}

/** Names of the files in a folder that end so, sorted by code unit; none when there is no such folder. */
export async function listFiles(root: string, folder: string, endings: readonly string[]): Promise<string[]> {
  try {
    const entries = await readdir(path.join(root, folder), { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && endings.some((ending) => entry.name.endsWith(ending)))
      .map(({ name }) => name)
      .toSorted(compareText);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/**
 * Every file below a folder, sorted; none when there is no such folder. Links are named, not followed.
 * @param shown what stands before the names, with forward slashes
 */
export async function listTree(folder: string, shown: string): Promise<string[]> {
  // What the system keeps back is passed over here: reading it is what fails and is told.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = await Promise.all(
    entries.map((entry) => {
      const name = `${shown}/${entry.name}`;
      return entry.isDirectory() ? listTree(path.join(folder, entry.name), name) : [name];
    }),
  );
  return names.flat().toSorted(compareText);
}

/**
 * Where a file of the toolkit is to be written, which need not exist yet.
 * @param relative path below the root, with forward slashes
 * @throws UserError when a folder on the way is a link that leads out of the toolkit
 */
export function placeInToolkit(root: string, relative: string): string {
  const file = path.join(root, relative);
  const home = realpathSync.native(root);
  for (let folder = path.dirname(file); isInside(root, folder); folder = path.dirname(folder)) {
    try {
      if (isInside(home, realpathSync.native(folder))) return file;
    } catch (error) {
      if (isMissing(error)) continue;
      throw cannotWrite(file, error);
    }
    throw new UserError(
      "cannot-write",
      `${relative} cannot be written: it leads out of the toolkit.`,
      "Put a folder in the place of the link.",
      { exit: 2 },
    );
  }
  return file;
}

/**
 * Replaces a file whole: a reader sees the old text or the new one, never half of either.
 * @throws UserError when the place cannot be written
 */
export async function writeAtomically(
  file: string,
  content: string | Uint8Array,
  mode = 0o666,
): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(temporary, "wx", mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cannotWrite(file, error);
  }
}

function cannotWrite(file: string, cause: unknown): UserError {
  return new UserError(
    "cannot-write",
    `${file} cannot be written: ${reasonOf(cause)}.`,
    "Check the folder, its permissions and the space left.",
    { exit: 2, cause },
  );
}

/**
 * Replaces a file whole, but leaves one alone that holds the same already.
 * @returns true when it was written
 * @throws UserError when the place cannot be written
 */
export async function writeIfChanged(file: string, content: Uint8Array): Promise<boolean> {
  if (await holds(file, content)) return false;
  await writeAtomically(file, content);
  return true;
}

async function holds(file: string, content: Uint8Array): Promise<boolean> {
  try {
    return (await readFile(file)).equals(content);
  } catch {
    // Whatever the system has against reading it, writing says so in words.
    return false;
  }
}

/**
 * Creates a file that must not exist yet. When two processes try, one of them wins.
 * @returns false when the file was there already
 */
export async function createExclusively(file: string, content: string): Promise<boolean> {
  if (await exists(file)) return false;
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  await writeAtomically(temporary, content);
  try {
    // A link appears whole or not at all, and never in the place of another file.
    await link(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    return copyExclusively(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Some disks know no links: there the system makes the copy, and refuses where a file has come meanwhile. */
async function copyExclusively(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new UserError("cannot-write", `${to} cannot be written: ${reasonOf(error)}.`, "Check the folder.", {
      exit: 2,
      cause: error,
    });
  }
}

/** True when `child` is `parent` or lies below it. Both absolute. */
export function isInside(parent: string, child: string): boolean {
  const relative = path.relative(parent, child);
  return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}

/** True when something stands at the path. */
export async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * Reads a file that was named on the command line or in the settings.
 * @throws UserError (exit 2) when it cannot be read
 */
export async function readNamedFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw usageError(
      "cannot-read",
      `${file} cannot be read: ${reasonOf(error)}.`,
      "Check the name and the folder.",
    );
  }
}

export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}

/** Why the system refused, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file",
    ENOTDIR: "there is no such folder",
    EEXIST: "a file of that name is in the way",
    EISDIR: "it is a folder",
    EACCES: "you are not allowed to",
    EPERM: "you are not allowed to",
    EROFS: "the disk is read-only",
    ENOSPC: "the disk is full",
    ELOOP: "it is a link that leads in circles",
  };
  return (code && words[code]) ?? message;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
