import type { Output } from "./output.ts";

/** A line on stderr that says how far long work is. Without a terminal nothing is drawn. */
export interface Progress {
  readonly step: (done: number) => void;
  readonly stop: () => void;
}

const redrawEvery = 100;

/** Starts a progress line; it is wiped by `stop`. */
export function startProgress(out: Output, what: string, total: number): Progress {
  let drawnAt = 0;
  let isDrawn = false;
  return {
    step: (done) => {
      const now = performance.now();
      if (!out.live || now - drawnAt < redrawEvery) return;
      drawnAt = now;
      isDrawn = true;
      out.redraw(`${what} ${done + 1} of ${total}`);
    },
    stop: () => {
      if (isDrawn) out.redraw("");
      isDrawn = false;
    },
  };
}
