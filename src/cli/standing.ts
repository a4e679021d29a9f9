import type { Tally } from "../domain/delivery.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { Ledger } from "../deliver/ledger.ts";
import { hasEnded } from "../deliver/machine.ts";
import type { Run } from "../deliver/records.ts";
import { cycleAt, type Cycle } from "../plan/calendar.ts";
import { isOutbox, isRehearsal } from "../plan/delivery.ts";
import { timingOf } from "../plan/due.ts";
import { nextStep, type ScheduledStanding, type Standing } from "../plan/next-step.ts";
import { changedSinceArmed, isArmed } from "./arming.ts";
import { editionOf, requireEdition } from "./campaign.ts";
import { gatesOf } from "./commands/send.ts";
import type { Context } from "./context.ts";
import type { Mailing } from "./sending.ts";
import { editionNow, type Workshop } from "./workshop.ts";

/** The edition of a cycle and its topic; nothing when none is picked. @throws UserError when one of them is faulty */
export function mailingOf(toolkit: Toolkit, cycle: Cycle): Pick<Mailing, "topic" | "edition"> | undefined {
  return editionOf(toolkit, cycle.id) === undefined ? undefined : requireEdition(toolkit, cycle);
}

/**
 * Where a cycle stands, and the one next step.
 * @param sent the runs of its edition, each with its tally
 * @throws UserError when its edition or its topic is faulty
 */
export async function standingOf(
  context: Context,
  workshop: Workshop,
  ledger: Ledger,
  cycle: Cycle,
  sent: readonly { readonly run: Pick<Run, "id" | "transport" | "control">; readonly tally: Tally }[],
): Promise<Standing> {
  const { settings } = workshop.toolkit;
  const mailing = mailingOf(workshop.toolkit, cycle);
  // A rehearsal has reached nobody: beside a real send it says nothing of where the edition stands.
  const real = sent.filter(({ run }) => !isOutbox(run.transport));
  const counted =
    real.length > 0 ? real : sent.filter(({ run }) => !isRehearsal(run.transport, settings.transport));
  const isCancelled = ({ run }: (typeof counted)[number]) => run.control?.order === "cancelled";
  const going = counted.filter((one) => !isCancelled(one));
  const isGoing = (id: number | undefined) => going.some(({ run }) => run.id === id);
  const senders = (await ledger.senders()).filter(
    ({ owner, isAlive, run }) => isAlive && isGoing(run) && !hasEnded(owner),
  );
  return nextStep(cycle.id, {
    senders: senders.length,
    isPicked: mailing !== undefined,
    gates: mailing ? await gatesOf(context, workshop, mailing, ledger, settings) : [],
    sent: going.map(({ tally }) => tally),
    paused: going.find(({ run }) => run.control)?.run.control,
    cancelled: counted.filter(isCancelled).map(({ tally }) => tally),
    isInOutbox: counted.every(({ run }) => isOutbox(run.transport)),
    nextCycle: cycleAt(settings.cycle, cycle.index + 1).id,
    scheduled: mailing && (await scheduledNow(context, workshop, cycle, mailing)),
  });
}

/** How an armed edition stands. Its list is not read: that is for `run`. */
async function scheduledNow(
  context: Context,
  workshop: Workshop,
  { date = "" }: Cycle,
  { topic, edition }: Pick<Mailing, "topic" | "edition">,
): Promise<ScheduledStanding | undefined> {
  if (!isArmed(edition)) return undefined;
  const { schedule } = edition;
  const { contentDigest: digest } = editionNow(workshop, topic, edition);
  const found = { ...schedule, digest, at: date };
  return {
    schedule,
    timing: timingOf(schedule, workshop.toolkit.settings.cycle, context.now.getTime()),
    changes: await changedSinceArmed(context, workshop, { topic, edition }, found),
  };
}
