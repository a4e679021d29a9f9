import type { Output } from "./output.ts";

/** A line on stderr that says how far long work is. Without a terminal nothing is drawn. */
export interface Progress {
  /** @param total when it was not known at the start */
  readonly step: (done: number, total?: number) => void;
  readonly stop: () => void;
}

const redrawEvery = 100;

/** Starts a progress line; it is wiped by `stop`. */
export function startProgress(out: Output, what: string, total?: number): Progress {
  let drawnAt = 0;
  let isDrawn = false;
  return {
    step: (done, of = total) => {
      const now = performance.now();
      if (!out.live || now - drawnAt < redrawEvery) return;
      drawnAt = now;
      isDrawn = true;
      out.redraw(`${what} ${Math.min(done + 1, of ?? Infinity)} of ${of}`);
    },
    stop: () => {
      if (isDrawn) out.redraw("");
      isDrawn = false;
    },
  };
}

/** How often a line says how far the reading is where there is no terminal to draw on, in rows. */
const plainEvery = 250_000;

/**
 * Starts a line that says how many rows of a list are read; nobody knows yet how many there are. Without a terminal a
 * line is said now and then.
 */
export function startReading(out: Output, list: string): Progress {
  let drawnAt = performance.now();
  let saidAt = 0;
  let isDrawn = false;
  return {
    step: (rows) => {
      const line = `Reading ${list}: ${rows.toLocaleString("en-GB")} rows`;
      const now = performance.now();
      if (out.live && now - drawnAt >= redrawEvery) {
        drawnAt = now;
        isDrawn = true;
        out.redraw(line);
      } else if (!out.live && rows - saidAt >= plainEvery) {
        saidAt = rows;
        out.say(line);
      }
    },
    stop: () => {
      if (isDrawn) out.redraw("");
      isDrawn = false;
    },
  };
}
