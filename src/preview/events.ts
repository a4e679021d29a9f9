import type { Handler } from "hono";
import { streamSSE } from "hono/streaming";
import type { Live } from "./live.ts";
import type { Visitors } from "./visitors.ts";

/** Silence that a browser, or what stands between, may take for the end. */
const heartbeat = 20_000;

/**
 * Tells a page of every change, as server-sent events (WHATWG HTML, 9.2): `version`, with the run of the program, the
 * version that is shown now and the files behind it. The first one comes at once. A stream ends when its visitor is shown
 * out.
 */
export function eventsOf(live: Live, visitors: Visitors): Handler {
  return (c) => {
    // Its headers are all that is asked for, and nobody would end the stream.
    if (c.req.method !== "GET") return c.body(null, 200, { "Content-Type": "text/event-stream" });
    return streamSSE(c, async (stream) => {
      const tell = (version: number, files: readonly string[]) =>
        void stream.writeSSE({ event: "version", data: JSON.stringify({ run: live.run, version, files }) });
      const leave = live.subscribe(({ version, files }) => tell(version, files));
      const lookAway = live.lookOn();
      tell(live.shown().version, []);
      const beat = setInterval(() => void stream.writeSSE({ event: "still-here", data: "" }), heartbeat);
      const forget = await new Promise<() => void>((resolve) => {
        const forgets = visitors.onShownOut(c, () => resolve(() => {}));
        stream.onAbort(() => resolve(forgets));
      });
      forget();
      clearInterval(beat);
      lookAway();
      leave();
    });
  };
}
