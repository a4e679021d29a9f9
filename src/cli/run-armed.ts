import type { Ledger } from "../deliver/ledger.ts";
import type { Run } from "../deliver/records.ts";
import type { TransportFactory } from "../deliver/transports/transport.ts";
import type { Sum, Tally } from "../domain/delivery.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { count } from "../domain/count.ts";
import { usualGrace } from "../domain/settings.ts";
import { EXIT, UserError, type ExitCode } from "../domain/user-error.ts";
import { isRehearsal, sumOf } from "../plan/delivery.ts";
import { linesSince } from "../plan/gates.ts";
import { lengthInWords, momentInWords, timingOf, type Armed } from "../plan/due.ts";
import { boundNow, changedSinceArmed, nameOf, planArmed, type ArmedMailing } from "./arming.ts";
import { requireTopic } from "./campaign.ts";
import { freezeWithKit } from "./kit.ts";
import type { Context } from "./context.ts";
import { gapRefusals, refuse } from "./gaps.ts";
import { refuseOtherTransport, whatChanged } from "./ledger.ts";
import { refuseNobody } from "./list-plan.ts";
import { quoted } from "../domain/quoted.ts";
import type { SendingRight } from "./right.ts";
import { chooseTransport, requireSender, sendRun } from "./sending.ts";
import { gatesOf } from "./commands/send.ts";
import { editionNow, type Workshop } from "./workshop.ts";

/** What is to be done about an armed edition whose time has come. */
export type Decision =
  | { readonly kind: "send" }
  | { readonly kind: "go-on"; readonly run: Run }
  /** Sent, by itself or by hand. */
  | { readonly kind: "done" }
  /** Somebody paused it, or cancelled what was sent by hand. */
  | { readonly kind: "paused"; readonly run: Run }
  | { readonly kind: "late"; readonly run?: Run | undefined };

/** What came of it: a line, an event, and the exit code. */
export interface Ending {
  readonly event: "sent" | "would-send" | "already-sent" | "late" | "paused" | "refused" | "stopped";
  readonly line: string;
  readonly code: ExitCode;
  readonly tally?: Sum | undefined;
}

/** Asks the ledger how an armed edition stands. Its time has come. */
export async function decide(
  { settings }: Pick<Toolkit, "settings">,
  ledger: Ledger,
  edition: Armed,
  now: number,
): Promise<Decision> {
  const { schedule, cycle } = edition;
  const isLate = timingOf(schedule, settings.cycle, now) === "late";
  const run = await ledger.armed.begun(nameOf(edition));
  if (run) {
    const { open } = await ledger.armed.outstanding(run);
    if (open === 0 || run.control?.order === "cancelled") return { kind: "done" };
    if (run.control) return { kind: "paused", run };
    return isLate ? { kind: "late", run } : { kind: "go-on", run };
  }
  const [byHand] = await sentByHand(ledger, cycle, schedule);
  if (byHand?.control) return { kind: "paused", run: byHand };
  if (!isLate) return { kind: "send" };
  return (await isSentByHand(ledger, cycle, schedule)) ? { kind: "done" } : { kind: "late" };
}

/** What somebody has sent of the edition to the same list, the newest first. */
async function sentByHand(
  ledger: Ledger,
  cycle: string,
  { variant, list, through }: Armed["schedule"],
): Promise<Run[]> {
  const runs = await ledger.runs({ cycle, variant, list });
  return runs.filter(({ transport }) => through === undefined || !isRehearsal(transport, through));
}

/** True when that came to its end. */
async function isSentByHand(ledger: Ledger, cycle: string, schedule: Armed["schedule"]): Promise<boolean> {
  for (const run of await sentByHand(ledger, cycle, schedule)) {
    const { accepted, unknown } = await ledger.tally(run);
    if (accepted + unknown > 0 && (await ledger.armed.outstanding(run)).open === 0) return true;
  }
  return false;
}

/** Its time has been missed: a person has to say what becomes of it. */
export function lateEnding(
  { settings }: Pick<Toolkit, "settings">,
  edition: Armed,
  now: number,
  run?: Run,
): Ending {
  const { cycle, schedule } = edition;
  const { grace = usualGrace } = settings.cycle;
  const past = lengthInWords(now - Date.parse(schedule.at));
  const what = run
    ? `The rest of it was not sent: its send date, ${momentInWords(schedule.at)}, is past by ${past}`
    : `It was not sent: its send date, ${momentInWords(schedule.at)}, is past by ${past}`;
  const next = run
    ? `To send the rest now: onetopic resume ${cycle}.`
    : `To send it now: onetopic send ${cycle} --to ${quoted(schedule.list)}.`;
  return {
    event: "late",
    line: `${cycle}: ${what}, and "run" sends no more than ${lengthInWords(grace)} late. ${next} To leave it: onetopic unschedule ${cycle}.`,
    code: EXIT.findings,
  };
}

/** A person has paused it, or it paused itself: a person says when it goes on. */
export function pausedEnding({ cycle }: Armed, { control }: Run): Ending {
  const why = control?.reason === undefined ? "" : ` (${control.reason})`;
  const next =
    control?.order === "cancelled"
      ? `To send it after all: onetopic resume ${cycle} --reopen. To leave it: onetopic unschedule ${cycle}.`
      : `To go on with it: onetopic resume ${cycle}.`;
  return {
    event: "paused",
    line: `${cycle}: it is ${control?.order ?? "paused"}${why}, so nothing of it was sent. ${next}`,
    code: EXIT.findings,
  };
}

/**
 * Does what was decided, or says what it would do.
 * @param right held by whoever calls it; without it nothing is frozen or sent, whatever the transport
 * @throws UserError when it may not be sent, or the server cannot be reached
 */
export async function actOn(
  context: Context,
  workshop: Workshop,
  edition: Armed,
  {
    ledger,
    decision,
    right,
  }: {
    ledger: Ledger;
    decision: Decision & { kind: "send" | "go-on" };
    right: SendingRight | undefined;
  },
): Promise<Ending> {
  const { schedule } = edition;
  const mailing = { edition, topic: requireTopic(workshop.toolkit, edition), variant: schedule.variant };
  requireSender(workshop);
  const transport = await chooseTransport(context, workshop, schedule.transport);
  const going: Going = { mailing, ledger, transport, right };
  return decision.kind === "send"
    ? begin(context, workshop, going)
    : goOn(context, workshop, going, decision.run);
}

/** True when what it sends leaves this machine. */
export async function leavesMachine(
  context: Context,
  workshop: Workshop,
  { schedule }: Armed,
): Promise<boolean> {
  return isRehearsal("outbox:", (await chooseTransport(context, workshop, schedule.transport)).name);
}

interface Going {
  readonly mailing: ArmedMailing;
  readonly ledger: Ledger;
  readonly transport: TransportFactory;
  readonly right: SendingRight | undefined;
}

async function begin(context: Context, workshop: Workshop, going: Going): Promise<Ending> {
  const { mailing, ledger, transport, right } = going;
  const { edition, variant, topic } = mailing;
  const { cycle, schedule } = edition;
  const plan = await planArmed(context, workshop, mailing, ledger, { wanted: schedule, transport });
  const { staged, tally, sum, list } = plan;
  if (tally.pending === 0 && tally.accepted > 0)
    return { event: "already-sent", line: `${cycle}: it was sent already.`, code: EXIT.done, tally: sum };
  const found = boundNow(workshop, mailing, plan, { list: schedule.list, through: transport.name });
  refuseChanges(mailing, await changedSinceArmed(context, workshop, mailing, found), found.count);
  refuseNobody(plan);
  const gates = await gatesOf(context, workshop, mailing, ledger, { transport: transport.name });
  const shown = workshop.studio.withoutFallback(variant);
  refuse(
    context,
    [...gates, ...(await gapRefusals(shown, staged.people(), list.name))],
    "It cannot be sent.",
  );
  await refuseOtherTransport(ledger, cycle, variant, { transport: transport.name });
  if (!right) return wouldSend(mailing, tally.pending, sum);
  const now = editionNow(workshop, topic, edition);
  const wanted = { ...now, cycle, variant, list: schedule.list, transport: transport.name };
  const run = await freezeWithKit(context, workshop, mailing, { ledger, wanted, staged });
  await staged.clear();
  // From here on it is this run: started again, it goes on with it and begins no other.
  await ledger.armed.begin(nameOf(edition), run);
  return sendOut(context, workshop, going, run);
}

async function goOn(context: Context, workshop: Workshop, going: Going, run: Run): Promise<Ending> {
  const { mailing, ledger, transport, right } = going;
  const { edition, topic } = mailing;
  const now = editionNow(workshop, topic, edition);
  const changes = [
    ...(now.contentDigest === run.contentDigest
      ? []
      : [`Changed: ${whatChanged(run, now) || "what would be sent"}.`]),
    ...(run.transport === transport.name
      ? []
      : [`It began through ${run.transport}; now it would go through ${transport.name}.`]),
  ];
  const { open } = await ledger.armed.outstanding(run);
  if (changes.length > 0) {
    throw new UserError(
      "changed",
      `It has begun, and since then something was changed, so the rest was not sent. ${changes.join(" ")}`,
      `Undo the change to send the rest (${linesSince(topic.slug, run.cycle)} shows the lines), or see where it stands: onetopic status ${run.cycle}`,
    );
  }
  const gates = await gatesOf(context, workshop, mailing, ledger, { transport: transport.name });
  const shown = workshop.studio.withoutFallback(run.variant);
  refuse(
    context,
    [...gates, ...(await gapRefusals(shown, ledger.waiting(run, false), run.list))],
    "It cannot go on.",
  );
  return right ? sendOut(context, workshop, going, run) : wouldSend(mailing, open);
}

function refuseChanges({ edition }: ArmedMailing, changes: readonly string[], messages: number): void {
  if (changes.length === 0) return;
  const { cycle, schedule } = edition;
  throw new UserError(
    "changed",
    `Something was changed since it was scheduled, so nothing was sent. ${changes.join(" ")}`,
    `Undo the change, or schedule it as it is now: onetopic schedule ${cycle} --to ${quoted(schedule.list)} --confirm ${messages}`,
  );
}

function wouldSend({ topic, variant, edition }: ArmedMailing, messages: number, tally?: Sum): Ending {
  const { cycle, schedule } = edition;
  return {
    event: "would-send",
    line: `${cycle}: would send the ${variant} "${topic.title}" to ${schedule.list}, ${count(messages, "message")}. Nothing was sent.`,
    code: EXIT.done,
    tally,
  };
}

async function sendOut(context: Context, workshop: Workshop, going: Going, run: Run): Promise<Ending> {
  const { mailing, ledger, transport, right } = going;
  await ledger.adopt(run);
  await right?.share();
  let paused = "";
  let fault: unknown;
  try {
    // Nobody's address goes any further than the ledger.
    for await (const event of sendRun(context, workshop, mailing, { ledger, run, transport }))
      if (event.event === "paused" || event.event === "cancelled")
        paused = `${event.reason.replace(/[^.!?]$/, "$&.")} ${event.hint}`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    fault = error;
  }
  const ends = await ledger.tally(run);
  const tally = sumOf(ends, run.transport, await ledger.mailed(run));
  const line = `${run.cycle}: sent the ${run.variant} "${mailing.topic.title}" to ${run.list}: ${endsInWords(ends)}.`;
  const isStopped = context.signal.aborted;
  const why = fault instanceof UserError ? `${fault.message} ${fault.hint}` : paused;
  if (why !== "" || isStopped) {
    // What somebody ordered says itself how to go on.
    const isOrdered = (await ledger.runs({ cycle: run.cycle })).some(
      ({ id, control }) => id === run.id && control !== undefined,
    );
    const next = isOrdered ? "" : `"onetopic run" goes on with it, or onetopic resume ${run.cycle}.`;
    const code = isStopped ? EXIT.cancelled : fault instanceof UserError ? fault.exit : EXIT.findings;
    return {
      event: "stopped",
      line: [line, isStopped ? "Stopped." : why, next].join(" ").trim(),
      code,
      tally,
    };
  }
  const isWhole = tally.rejected + tally.deferred + tally.unknown === 0;
  return { event: "sent", line, code: isWhole ? EXIT.done : EXIT.findings, tally };
}

/** `4 accepted, 1 rejected, of 6 rows`. */
function endsInWords(tally: Tally): string {
  const { audience, ...ends } = tally;
  const parts = Object.entries(ends).filter(([name, amount]) => amount > 0 || name === "accepted");
  return `${parts.map(([name, amount]) => `${amount.toLocaleString("en-GB")} ${name}`).join(", ")}, of ${count(audience, "row")}`;
}
