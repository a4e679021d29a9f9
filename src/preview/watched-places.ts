import { readdirSync, readlinkSync, realpathSync } from "node:fs";
import path from "node:path";
import { isInside } from "../toolkit/files.ts";

/** What there is to watch. */
export interface Listing {
  /** All of these are relative to the root. */
  readonly folders: ReadonlySet<string>;
  readonly files: readonly string[];
  /** The files and folders that links lead to. */
  readonly leads: ReadonlySet<string>;
}

/**
 * The folders to watch and the files in them. What a link leads to is watched where it is, if that is in the toolkit: only
 * then it is read.
 */
export function listing(
  root: string,
  wanted: readonly string[],
  known: ReadonlySet<string> = new Set(),
): Listing {
  const folders = new Set<string>();
  const files: string[] = [];
  const leads = new Set(known);
  const all = [...wanted, ...known];
  const list = (folder: string) => {
    const entries = entriesOf(path.join(root, folder));
    if (entries) folders.add(folder);
    for (const entry of entries ?? []) {
      const name = path.posix.join(folder, entry.name);
      if (isIgnored(name, all)) continue;
      if (entry.isDirectory()) list(name);
      else files.push(name);
      const end = entry.isSymbolicLink() ? endOf(root, name) : undefined;
      if (end !== undefined) leads.add(end);
    }
  };
  list("");
  // Behind a link there may be others.
  return leads.size > known.size ? listing(root, wanted, leads) : { folders, files, leads };
}

/** Where a link leads in the end, whether something is there or not; nothing outside the toolkit, nor the toolkit itself. */
function endOf(root: string, link: string): string | undefined {
  try {
    const place = path.join(root, link);
    const end = realOr(place) ?? path.resolve(path.dirname(place), readlinkSync(place));
    const home = [realpathSync.native(root), root].find((one) => isInside(one, end));
    const relative = home === undefined ? "" : path.relative(home, end);
    return relative === "" ? undefined : relative.split(path.sep).join("/");
  } catch {
    return undefined;
  }
}

/** Nothing where there is nothing. */
function realOr(place: string): string | undefined {
  try {
    return realpathSync.native(place);
  } catch {
    return undefined;
  }
}

/** Nothing where there is no such folder, or none that may be read: reading the toolkit says so. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

/** Only what is shown, and the folders on the way there. Half-written files of editors and of ours are none. */
export function isIgnored(file: string, wanted: readonly string[]): boolean {
  if (isOnTheWay(file, wanted) || wanted.includes(file)) return false;
  if (/^\.|~$|\.(?:tmp|part|swp|swx|bak)$|^4913$/.test(path.posix.basename(file))) return true;
  return !wanted.some((one) => file.startsWith(`${one}/`));
}

/** Whether something that is wanted lies, or may come to lie, within a folder. */
export function isOnTheWay(folder: string, wanted: readonly string[]): boolean {
  return folder === "" || wanted.some((one) => one.startsWith(`${folder}/`));
}
