import path from "node:path";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import { openLive } from "../../preview/live.ts";
import { startPreview } from "../../preview/server.ts";
import { watchToolkit } from "../../preview/watch.ts";
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
  const onFault = (fault: unknown) => out.warn(`Error  ${faultInWords(fault)}`);
  const opener = await stageOpener(context, now);
  try {
    const live = await openLive({ open: opener.open, onFault });
    const { outbox, toolkit } = live.shown().stage;
    const { lists, ledger } = toolkit.settings;
    const assets = path.join(packageRoot, "dist", "bundle", "preview");
    const server = await startPreview({ live, assets, port, onFault });
    const files = Object.values(lists).map(({ file }) => file);
    const others = [...files, outbox.folder, ledger].map((file) => path.posix.normalize(file));
    const watching = await watchToolkit({ root: opener.root, others, onChange: live.change, onFault });
    const url = `http://127.0.0.1:${server.port}/`;
    out.event({ event: "listening", url, port: server.port });
    out.print(`The preview is at ${url} and follows every change. Stop it with Ctrl+C.`);
    if (open && context.interactive) await openInBrowser(context, url);
    if (!signal.aborted)
      await new Promise((resolve) => void signal.addEventListener("abort", resolve, { once: true }));
    await watching.close();
    await server.close();
    await live.close();
    out.event({ event: "stopped" });
    out.print("Stopped.");
    return EXIT.done;
  } finally {
    await opener.close();
  }
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
