import { statSync, watch, type FSWatcher } from "node:fs";
import path from "node:path";
import { UserError } from "../domain/user-error.ts";
import { isIgnored, isOnTheWay, listing } from "./watched-places.ts";

/*
 * Folders are watched, not files: a folder tells of every way in which an editor may save, also when it puts a new file in
 * the place of the old one twice in a row, which watchers of single files miss.
 */

export interface WatchOptions {
  /** The toolkit's folder, absolute. */
  readonly root: string;
  /** Files to watch beside the toolkit's own, relative to it, as they are at the moment: lists that stand elsewhere. */
  readonly others: () => readonly string[];
  /** Takes the files and folders that changed, relative to the toolkit, with forward slashes. */
  readonly onChange: (files: readonly string[]) => void;
  /** Told when changes cannot be followed as they happen; they are looked for every now and then instead. */
  readonly onSlow: (why: UserError) => void;
  /** Looks every so many milliseconds from the beginning, as on a drive that tells of no changes. */
  readonly slowly?: number | undefined;
}

export interface Watching {
  /** Takes files into account that `others` did not name before. */
  readonly extend: () => void;
  readonly close: () => void;
}

/** What a page may show something of; all other folders, such as `out` and `node_modules`, are not even listed. */
const shown = ["onetopic.yaml", "content", "templates", "var/lists"];

/** Editors write in several steps; so long they are given to finish. */
const pause = 40;
/** How often files are looked at where the system does not tell of changes. */
const everyTwoSeconds = 2_000;

/** Watches the files of a toolkit. */
export function watchToolkit({ slowly, ...options }: WatchOptions): Watching {
  const { root, others, onChange, onSlow } = options;
  const wanted = () => [...shown, ...others()];
  let watching: Watching | undefined;
  const lookNowAndThen = (every: number) => sweep(root, wanted, onChange, every);
  if (slowly !== undefined) return lookNowAndThen(slowly);
  let slower: Watching | undefined;
  const slowDown = (fault: unknown) => {
    if (slower) return;
    watching?.close();
    slower = lookNowAndThen(everyTwoSeconds);
    onSlow(cannotFollow(fault));
    // What changed in between has been told by nobody.
    onChange([]);
  };
  watching = new Folders(root, wanted, onChange, slowDown);
  if (slower) watching.close();
  return {
    extend: () => (slower ?? watching)?.extend(),
    close: () => {
      watching?.close();
      slower?.close();
    },
  };
}

class Folders implements Watching {
  readonly #root: string;
  readonly #named: () => readonly string[];
  /** Where links lead. */
  #leads: ReadonlySet<string> = new Set();
  readonly #onChange: WatchOptions["onChange"];
  readonly #onFault: (fault: unknown) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(
    root: string,
    wanted: () => readonly string[],
    onChange: WatchOptions["onChange"],
    onFault: (fault: unknown) => void,
  ) {
    this.#root = root;
    this.#named = wanted;
    this.#onChange = onChange;
    this.#onFault = onFault;
    this.#look();
  }

  extend(): void {
    this.#look();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** Watches the folders that are there by now, and no longer those that are gone. */
  #look(): string[] {
    const found = listing(this.#root, this.#named());
    this.#leads = found.leads;
    for (const folder of this.#watchers.keys()) if (!found.folders.has(folder)) this.#leave(folder);
    const added = [...found.folders].filter((folder) => !this.#watchers.has(folder));
    for (const folder of added) if (!this.#isClosed) this.#enter(folder);
    return found.files.filter((file) => added.includes(folderOf(file)));
  }

  #wanted(): readonly string[] {
    return [...this.#named(), ...this.#leads];
  }

  #enter(folder: string): void {
    try {
      const watcher = watch(path.join(this.#root, folder), (event, name) => this.#take(folder, event, name));
      // A folder that is deleted is a fault to some systems.
      watcher.on("error", () => this.#take(folder, "rename", null));
      this.#watchers.set(folder, watcher);
    } catch (fault) {
      if (!isGone(fault)) this.#onFault(fault);
    }
  }

  #leave(folder: string): void {
    for (const [one, watcher] of this.#watchers) {
      if (one !== folder && !one.startsWith(`${folder}/`)) continue;
      watcher.close();
      this.#watchers.delete(one);
    }
  }

  #take(folder: string, event: string, name: string | null): void {
    const file = name === null ? folder : path.posix.join(folder, name);
    if (this.#isClosed || isIgnored(file, this.#wanted())) return;
    // Where a folder came, went or was replaced, what was watched is no longer it.
    if (event === "rename") this.#leave(file);
    if (!isOnTheWay(file, this.#wanted())) this.#waiting.add(file);
    this.#timer ??= setTimeout(() => this.#tell(), pause);
  }

  #tell(): void {
    this.#timer = undefined;
    for (const file of this.#look()) this.#waiting.add(file);
    const files = [...this.#waiting];
    this.#waiting.clear();
    if (files.length > 0) this.#onChange(files);
  }
}

/** Compares what the files are like with what they were like, every now and then. */
function sweep(
  root: string,
  wanted: () => readonly string[],
  onChange: WatchOptions["onChange"],
  every: number,
): Watching {
  let before = likeness(root, wanted());
  const look = () => {
    const now = likeness(root, wanted());
    const names = new Set([...before.keys(), ...now.keys()]);
    const changed = [...names].filter((name) => before.get(name) !== now.get(name));
    before = now;
    if (changed.length > 0) onChange(changed);
  };
  const timer = setInterval(look, every).unref();
  return { extend: look, close: () => clearInterval(timer) };
}

function likeness(root: string, wanted: readonly string[]): Map<string, string> {
  return new Map(
    listing(root, wanted).files.map((file) => {
      const about = aboutOf(path.join(root, file));
      return [file, about ? `${about.mtimeMs} ${about.size} ${about.ino}` : ""];
    }),
  );
}

/** Nothing where it is gone, may not be looked at, or is a link that leads round in a circle: reading the toolkit says so. */
function aboutOf(file: string) {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

function folderOf(file: string): string {
  const folder = path.posix.dirname(file);
  return folder === "." ? "" : folder;
}

function isGone(fault: unknown): boolean {
  return (fault as NodeJS.ErrnoException).code === "ENOENT";
}

function cannotFollow(fault: unknown): UserError {
  const { code, message } = fault as NodeJS.ErrnoException;
  const why = code === "ENOSPC" || code === "EMFILE" ? "too much is watched already" : message;
  return new UserError(
    "cannot-watch",
    `This machine does not tell of changes as they happen: ${why}.`,
    "They are looked for every two seconds instead.",
    { cause: fault },
  );
}
