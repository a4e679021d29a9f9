import type { Handler } from "hono";
import { streamSSE } from "hono/streaming";
import type { Live } from "./live.ts";

/** Silence that a browser, or what stands between, may take for the end. */
const heartbeat = 20_000;

/**
 * Tells a page of every change, as server-sent events (WHATWG HTML, 9.2): `version`, with the run of the program, the
 * version that is shown now and the files behind it. The first one comes at once.
 * @param closing ends all streams
 */
export function eventsOf(live: Live, closing: AbortSignal): Handler {
  return (c) =>
    streamSSE(c, async (stream) => {
      const tell = (version: number, files: readonly string[]) =>
        void stream.writeSSE({ event: "version", data: JSON.stringify({ run: live.run, version, files }) });
      const leave = live.subscribe(({ version, files }) => tell(version, files));
      tell(live.shown().version, []);
      const beat = setInterval(() => void stream.writeSSE({ event: "still-here", data: "" }), heartbeat);
      await new Promise<void>((resolve) => {
        if (closing.aborted) resolve();
        closing.addEventListener("abort", () => resolve(), { once: true });
        stream.onAbort(resolve);
      });
      clearInterval(beat);
      leave();
    });
}
