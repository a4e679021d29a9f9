import { dayOf } from "../plan/calendar.ts";
import type { Live } from "./live.ts";
import type { Stage } from "./stage.ts";

/** How often it is looked whether something was sent, or a day has ended. */
const often = 1_000;

/**
 * Follows what no file of the toolkit tells: the clock, the outbox and the ledger. They are looked at as long as somebody
 * looks on.
 * @returns what ends it
 */
export function followTheWorld(live: Live, now: () => Date, every: number = often): () => Promise<void> {
  let looking: Promise<void> | undefined;
  const look = async () => {
    const { stage, mark } = live.shown();
    if (isOver(stage, now())) return live.change([]);
    if (mark !== undefined && mark !== (await stage.mark())) await live.happened();
  };
  const timer = setInterval(() => {
    if (live.isWatched()) looking ??= look().finally(() => (looking = undefined));
  }, every).unref();
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

/** Whether another day has begun, or the send date of the cycle has passed, since the stage was opened. */
export function isOver({ toolkit, today, now: then, cycle }: Stage, now: Date): boolean {
  const date = cycle.date === undefined ? Number.NaN : Date.parse(cycle.date);
  return dayOf(toolkit.settings.cycle, now) !== today || (then.getTime() < date && date <= now.getTime());
}
