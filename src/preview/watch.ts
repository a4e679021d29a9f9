import path from "node:path";
import { watch, type FSWatcher } from "chokidar";
import { UserError } from "../domain/user-error.ts";

export interface WatchOptions {
  /** The toolkit's folder, absolute. */
  readonly root: string;
  /** Files to watch beside the toolkit's own, relative to it, as they are at the moment: lists that stand elsewhere. */
  readonly others: () => readonly string[];
  /** Takes the files that changed, relative to the toolkit, with forward slashes. */
  readonly onChange: (files: readonly string[]) => void;
  /** Told when changes cannot be followed as they happen; they are looked for every now and then instead. */
  readonly onSlow: (why: UserError) => void;
  /** Looks every now and then from the beginning, as on a drive that tells of no changes. */
  readonly isSlow?: boolean | undefined;
}

export interface Watching {
  /** Takes files into account that `others` did not name before. */
  readonly extend: () => void;
  readonly close: () => Promise<void>;
}

/** What a page may show something of; all other folders, such as `out` and `node_modules`, are not even listed. */
const shown = ["onetopic.yaml", "content", "templates", "var/lists"];

/** Editors write in several steps; so long they are given to finish. */
const pause = 40;
/** How often files are looked at where the system does not tell of changes. */
const slowly = 1_500;

/** Watches the files of a toolkit. Resolves when it has begun. */
export async function watchToolkit(options: WatchOptions): Promise<Watching> {
  const { root, others, onChange, onSlow } = options;
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isSlow = options.isSlow ?? false;
  let isClosed = false;
  const take = (file: string) => {
    waiting.add(relativeTo(root, file));
    timer ??= setTimeout(() => {
      timer = undefined;
      const files = [...waiting];
      waiting.clear();
      onChange(files);
    }, pause);
  };
  const begin = async (): Promise<FSWatcher> => {
    const watcher = watch(root, {
      ignored: (file) => isIgnored(relativeTo(root, file), [...shown, ...others()]),
      ignoreInitial: true,
      ignorePermissionErrors: true,
      // A link could lead out of the toolkit, or in circles.
      followSymlinks: false,
      ...(isSlow ? { usePolling: true, interval: slowly, binaryInterval: slowly } : {}),
    });
    watcher.on("all", (_, file) => take(file));
    watcher.on("error", (fault) => void slowDown(fault));
    await new Promise<void>((resolve) => void watcher.once("ready", resolve));
    return watcher;
  };
  const slowDown = async (fault: unknown) => {
    if (isSlow || isClosed) return;
    isSlow = true;
    onSlow(cannotFollow(fault));
    const before = watching;
    watching = begin();
    // What changed in between has been told by nobody.
    await watching;
    onChange([]);
    await (await before).close();
  };
  let watching = begin();
  await watching;
  return {
    extend: () => void watching.then((watcher) => watcher.add(others().map((file) => path.join(root, file)))),
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await (await watching).close();
    },
  };
}

function relativeTo(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join("/");
}

function cannotFollow(fault: unknown): UserError {
  const { code, message } = fault as NodeJS.ErrnoException;
  const why = code === "ENOSPC" || code === "EMFILE" ? "it watches too many files already" : message;
  return new UserError(
    "cannot-watch",
    `This machine does not tell of changes as they happen: ${why}.`,
    "They are looked for every two seconds instead.",
    { cause: fault },
  );
}

/** Only what is shown, and the folders on the way there. Half-written files of editors and of ours are none. */
function isIgnored(file: string, wanted: readonly string[]): boolean {
  if (file === "") return false;
  const name = path.posix.basename(file);
  if (/^\.|~$|\.(?:tmp|part|swp|swx|bak)$|^4913$/.test(name)) return true;
  return !wanted.some((one) => file === one || file.startsWith(`${one}/`) || one.startsWith(`${file}/`));
}
