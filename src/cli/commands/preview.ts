import path from "node:path";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import { followTheWorld } from "../../preview/follow.ts";
import { openLive, type Change, type Live } from "../../preview/live.ts";
import { startPreview } from "../../preview/server.ts";
import type { Stage } from "../../preview/stage.ts";
import { watchToolkit, type Watching } from "../../preview/watch.ts";
import { settingsFile } from "../../toolkit/load.ts";
import { packageRoot, type Context } from "../context.ts";
import { stageOpener } from "../stage.ts";

export interface PreviewOptions {
  readonly port: number;
  /** `--no-open` */
  readonly open: boolean;
}

/** `onetopic preview`: runs until it is stopped. */
export async function preview(context: Context, { port, open }: PreviewOptions): Promise<ExitCode> {
  const { out, signal, env } = context;
  // A day that is rehearsed stays that day.
  const now = env["ONETOPIC_NOW"] ? () => context.now : () => new Date();
  // What is under way when it is stopped ends as it may.
  const onFault = (fault: unknown) => void (signal.aborted || out.warn(`Error  ${faultInWords(fault)}`));
  const opener = await stageOpener(context, now, { apart: true });
  try {
    const live = await openLive({ open: opener.open, onFault, conceal: out.conceal });
    const assets = path.join(packageRoot, "dist", "bundle", "preview");
    const world = followTheWorld(live, now);
    const { look } = world;
    const server = await startPreview({ live, look, assets, port, onFault, conceal: out.conceal });
    const watching = watchToolkit({
      root: opener.root,
      others: () => listsOf(live.shown().stage),
      onChange: (files) => void live.change(files),
      onSlow: live.warn,
    });
    const leave = live.subscribe(extending(live, watching));
    const url = server.address;
    // On one line, so that whoever reads it need not wait for the end.
    out.event({ url, port: server.port });
    out.print(`The preview is at ${url}`);
    out.print("The address holds a key: keep it to yourself. The page follows every change of a file.");
    out.print("Stop it with Ctrl+C.");
    if (open && context.interactive) await openInBrowser(context, server.oneTimeAddress());
    if (!signal.aborted)
      await new Promise((resolve) => void signal.addEventListener("abort", resolve, { once: true }));
    leave();
    await world.close();
    watching.close();
    await server.close();
    await live.close();
    out.print("Stopped.");
    return EXIT.done;
  } finally {
    await opener.close();
  }
}

/** Settings may name further lists later; a toolkit that went away and came back has other folders. */
function extending(live: Live, watching: Watching): (change: Change) => void {
  let wasGone = false;
  return ({ files }) => {
    const { isGone } = live.shown();
    if (files.includes(settingsFile) || isGone !== wasGone) watching.extend();
    wasGone = isGone;
  };
}

/** The files of lists that lie inside the toolkit. */
function listsOf({ toolkit: { settings } }: Stage): string[] {
  return Object.values(settings.lists)
    .map(({ file }) => path.posix.normalize(file))
    .filter((file) => !file.startsWith("..") && !path.isAbsolute(file));
}

/** Where there is no browser to open, the address says enough. */
async function openInBrowser({ out }: Context, url: string): Promise<void> {
  const { default: show } = await import("open");
  try {
    const program = await show(url);
    program.on("error", () => out.say("No browser could be opened. Open the address yourself."));
  } catch {
    out.say("No browser could be opened. Open the address yourself.");
  }
}

function faultInWords(fault: unknown): string {
  return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
}
