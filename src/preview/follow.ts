import { dayOf } from "../plan/calendar.ts";
import type { Live } from "./live.ts";
import type { Stage } from "./stage.ts";

/** How often it is looked whether something was sent, or a day has ended. */
const often = 1_000;

/** What no file of the toolkit tells: the clock, the outbox and the ledger, and whether the toolkit is still there. */
export interface World {
  /** Looks now. Resolves when what is new is shown. */
  readonly look: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Follows the world as long as somebody looks on; before that, whoever opens a page is to `look` first. */
export function followTheWorld(live: Live, now: () => Date, every: number = often): World {
  let looking: Promise<void> | undefined;
  const look = () => (looking ??= lookOnce(live, now()).finally(() => (looking = undefined)));
  const timer = setInterval(() => live.isWatched() && void look(), every).unref();
  return {
    look,
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}

async function lookOnce(live: Live, now: Date): Promise<void> {
  const { stage, mark: before, isGone } = live.shown();
  const mark = await stage.mark();
  // Where the toolkit went away or came back, reading it says so.
  if ((mark === undefined) !== isGone || isOver(stage, now)) return live.change([]);
  if (mark !== undefined && before !== undefined && before !== mark) await live.happened();
}

/** Whether another day has begun, or the send date of the cycle has passed, since the stage was opened. */
export function isOver({ toolkit, today, now: then, cycle }: Stage, now: Date): boolean {
  const date = cycle.date === undefined ? Number.NaN : Date.parse(cycle.date);
  return dayOf(toolkit.settings.cycle, now) !== today || (then.getTime() < date && date <= now.getTime());
}
