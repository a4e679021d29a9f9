import path from "node:path";
import { watch } from "chokidar";

export interface WatchOptions {
  /** The toolkit's folder, absolute. */
  readonly root: string;
  /** Files to watch beside the toolkit's own, relative to it: lists that stand elsewhere. */
  readonly others: readonly string[];
  /** Takes the files that changed, relative to the toolkit, with forward slashes. */
  readonly onChange: (files: readonly string[]) => void;
  readonly onFault: (fault: unknown) => void;
}

export interface Watching {
  readonly close: () => Promise<void>;
}

/** What a page may show something of; all other folders, such as `out` and `node_modules`, are not even listed. */
const shown = ["onetopic.yaml", "content", "templates", "var/lists", "var/outbox"];

/** Editors write in several steps; so long they are given to finish. */
const pause = 40;

/** Watches the files of a toolkit. Resolves when it has begun. */
export async function watchToolkit({ root, others, onChange, onFault }: WatchOptions): Promise<Watching> {
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const relative = (file: string) => path.relative(root, file).split(path.sep).join("/");
  const wanted = [...shown, ...others.filter((file) => !file.startsWith(".."))];
  const watcher = watch(root, {
    ignored: (file) => isIgnored(relative(file), wanted),
    ignoreInitial: true,
    // A link could lead out of the toolkit, or in circles.
    followSymlinks: false,
  });
  watcher.on("all", (_, file) => {
    waiting.add(relative(file));
    timer ??= setTimeout(() => {
      timer = undefined;
      const files = [...waiting];
      waiting.clear();
      onChange(files);
    }, pause);
  });
  watcher.on("error", onFault);
  await new Promise<void>((resolve) => void watcher.once("ready", resolve));
  return {
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

/** Only what is shown, and the folders on the way there. Half-written files of editors and of ours are none. */
function isIgnored(file: string, wanted: readonly string[]): boolean {
  if (file === "") return false;
  const name = path.posix.basename(file);
  if (/^\.|~$|\.(?:tmp|part|swp|swx|bak)$|^4913$/.test(name)) return true;
  return !wanted.some((one) => file === one || file.startsWith(`${one}/`) || one.startsWith(`${file}/`));
}
