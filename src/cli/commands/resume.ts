import type { DeliveryEvent } from "../../deliver/events.ts";
import type { Ledger } from "../../deliver/ledger.ts";
import type { Run } from "../../deliver/records.ts";
import type { TransportFactory } from "../../deliver/transports/transport.ts";
import { count } from "../../domain/count.ts";
import { EXIT, usageError, UserError, type ExitCode } from "../../domain/user-error.ts";
import { isOutbox } from "../../plan/delivery.ts";
import { findCycle, requireEdition, requireSettings } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { follow } from "../follow.ts";
import { gapRefusals, refuse } from "../gaps.ts";
import { contentChanged, openToolkitLedger, newestRuns, whatChanged } from "../ledger.ts";
import { orderInWords } from "../orders.ts";
import { quoted } from "../../domain/quoted.ts";
import { sendingRight, type SendingRight } from "../right.ts";
import { chooseTransport, sendRun } from "../sending.ts";
import { keptOnceOut } from "../since.ts";
import { editionNow, openWorkshop, type Workshop } from "../workshop.ts";
import { gatesOf } from "./send.ts";

interface ResumeOptions {
  readonly transport?: string;
  readonly limit?: number;
  readonly retryUnknown?: boolean;
  readonly reopen?: boolean;
}

/** `onetopic resume [cycle]`: no new consent is needed, since it is the same run. */
export async function resume(
  context: Context,
  id: string | undefined,
  options: ResumeOptions,
): Promise<ExitCode> {
  const workshop = await openWorkshop(context, await openToolkit(context));
  const { toolkit } = workshop;
  requireSettings(context, toolkit);
  const cycle = findCycle(context, toolkit, id);
  const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, false);
  try {
    const runs = await openRuns(ledger, cycle.id, options.retryUnknown ?? false);
    if (runs.length === 0) {
      context.out.print(`Nothing of ${cycle.id} is waiting to be sent.`);
      context.out.event({ event: "nothing-to-resume", cycle: cycle.id });
      context.out.say(`See how it went: onetopic status ${cycle.id}`);
      return EXIT.done;
    }
    return await resumeRuns(context, workshop, ledger, runs, options);
  } finally {
    await ledger.close();
    await workshop.studio.close();
  }
}

async function resumeRuns(
  context: Context,
  workshop: Workshop,
  ledger: Ledger,
  runs: readonly Run[],
  options: ResumeOptions,
): Promise<ExitCode> {
  const transport = await chooseTransport(context, workshop, options.transport);
  const { root, settings } = workshop.toolkit;
  const [fitting, others] = ofOneKind(runs, transport.name);
  const [first] = others;
  const mine = options.reopen ? fitting : fitting.filter((run) => run.control?.order !== "cancelled");
  const right = await sendingRight(context, root, settings.ledger, transport.name);
  try {
    await right.take();
    if (first && fitting.length === 0) throw otherKind(first, transport.name, options.transport);
    refuseCancelled(context, fitting, mine);
    for (const run of others) context.out.warn(notGoneOnWith(run));
    // Whom a real send has still to reach waits; nobody waits for a rehearsal.
    let worst: ExitCode = others.some((run) => !isOutbox(run.transport)) ? EXIT.findings : EXIT.done;
    let { limit } = options;
    for (const run of mine) {
      const end = await resumeRun(context, workshop, ledger, run, {
        ...options,
        limit,
        through: transport,
        right,
      });
      if (end.code > worst) worst = end.code;
      // A server that has enough of us has enough of us for every list.
      if (context.signal.aborted || end.isPaused) break;
      if (limit === undefined) continue;
      limit -= end.attempts;
      if (limit <= 0) break;
    }
    return worst;
  } finally {
    await right.release();
  }
}

async function resumeRun(
  context: Context,
  workshop: Workshop,
  ledger: Ledger,
  run: Run,
  options: ResumeOptions & { readonly through: TransportFactory; readonly right: SendingRight },
): Promise<{ readonly code: ExitCode; readonly attempts: number; readonly isPaused: boolean }> {
  const { through: transport, retryUnknown = false, limit, right } = options;
  const cycle = findCycle(context, workshop.toolkit, run.cycle);
  const { edition, topic } = requireEdition(workshop.toolkit, cycle);
  const now = editionNow(workshop, topic, edition);
  await right.take();
  if (now.contentDigest !== run.contentDigest) throw await changed(ledger, run, whatChanged(run, now));
  refuseOtherTransport(run, transport.name, options.transport);
  const gates = await gatesOf(context, workshop, { topic, edition }, ledger, { transport: transport.name });
  const shown = workshop.studio.withoutFallback(run.variant);
  const gaps = await gapRefusals(shown, ledger.waiting(run, retryUnknown), run.list);
  refuse(context, [...gates, ...gaps], "It cannot go on.");
  await ledger.retryDeferred(run);
  await ledger.adopt(run);
  if (run.control) await ledger.setControl(run, undefined);
  await right.share();
  const left = await toGo(ledger, run, retryUnknown);
  context.out.print(`${run.cycle}: ${run.variant} to ${run.list}, ${count(left, "message")} to go`);
  const mailing = { topic, edition, variant: run.variant as "email" | "newsletter" };
  const again = options.transport === undefined ? "" : " --transport URL (the same as now)";
  const events = sendRun(context, workshop, mailing, { ledger, run, transport, limit, retryUnknown });
  const watch = new Watch();
  const watched = keptOnceOut(context, workshop, mailing, transport.name, watch.over(events));
  const code = await follow(context, watched, {
    messages: left,
    transport: transport.name,
    resume: `onetopic resume ${run.cycle}${again}`,
  });
  return { code, attempts: watch.attempts, isPaused: watch.isPaused };
}

/** What was cancelled goes on only when that is said. @throws UserError when there is nothing else to go on with */
function refuseCancelled({ out }: Context, runs: readonly Run[], goingOn: readonly Run[]): void {
  const cancelled = runs.filter((run) => !goingOn.includes(run));
  const words = cancelled.map(orderInWords);
  const hint = `To send the rest of it after all: onetopic resume ${cancelled[0]?.cycle} --reopen`;
  if (cancelled.length > 0 && goingOn.length === 0)
    throw new UserError("cancelled-send", words.join(" "), hint);
  for (const word of words) out.warn(`Note: ${word} ${hint}`);
}

/** Watches a send go by. */
class Watch {
  attempts = 0;
  isPaused = false;
  readonly #begun = new Set<string>();

  async *over(events: AsyncIterable<DeliveryEvent>): AsyncGenerator<DeliveryEvent> {
    for await (const event of events) {
      if (event.event === "paused" || event.event === "cancelled") this.isPaused = true;
      if (event.event === "attempting") this.#begun.add(event.messageId);
      // What was taken back has no end, and what a crash left on the wire had its attempt before.
      else if ("messageId" in event && this.#begun.delete(event.messageId)) this.attempts += 1;
      yield event;
    }
  }
}

/** The run was confirmed for something else than what the files say now. */
async function changed(ledger: Ledger, run: Run, what: string): Promise<UserError> {
  const people = await ledger.served(run);
  if (people > 0) return contentChanged(run, { people, what, rehearsal: isOutbox(run.transport) });
  return new UserError(
    "changed",
    `The ${run.variant} of ${run.cycle} has changed since this send was confirmed${what === "" ? "" : `: ${what}`}.`,
    `Nobody has had it yet. Plan it as it is now: ${sendCommand(run)}`,
  );
}

/** A dry run of the same thing; who of the list was meant has to be said again. */
function sendCommand({ cycle, variant, list }: Run): string {
  const named = variant === "newsletter" ? " --variant newsletter" : "";
  return `onetopic send ${cycle} --to ${quoted(list)}${named} (with the --only and --exclude of before, if any)`;
}

/** Runs with somebody left to send to. Oldest first. */
async function openRuns(ledger: Ledger, cycle: string, retryUnknown: boolean): Promise<Run[]> {
  const open: Run[] = [];
  for (const run of await newestRuns(ledger, cycle)) {
    if ((await toGo(ledger, run, retryUnknown)) > 0) open.push(run);
  }
  return open;
}

/** Who is of unknown outcome in a real send is tried again there, and in no rehearsal. */
async function toGo(ledger: Ledger, run: Run, retryUnknown: boolean): Promise<number> {
  const { pending, deferred } = await ledger.tally(run);
  return pending + deferred + (retryUnknown ? await ledger.retryable(run) : 0);
}

/** The runs that may go on through this transport, and the others: a rehearsal never turns into a real send, nor back. */
function ofOneKind(runs: readonly Run[], transport: string): readonly [readonly Run[], readonly Run[]] {
  const isMine = (run: Run) => isOutbox(run.transport) === isOutbox(transport);
  return [runs.filter((run) => isMine(run)), runs.filter((run) => !isMine(run))];
}

function otherKind(run: Run, transport: string, named: string | undefined): UserError {
  if (isOutbox(run.transport)) {
    return new UserError(
      "rehearsal",
      `This send went to the outbox only: ${run.transport}. Nobody has got a message yet.`,
      `To plan the send through ${transport}: ${sendCommand(run)}${named === undefined ? "" : " --transport URL"}. To go on with the rehearsal: ${goOnWith(run)}`,
    );
  }
  if (named === undefined) return beganElsewhere(run, transport);
  return usageError(
    "other-transport",
    `This send began for real, through ${run.transport}. In ${transport} nobody would get it.`,
    `Name the mail server: ${goOnWith(run)}. Leave --transport out where the settings name it.`,
  );
}

/** Says what is left as it is, and how to go on with it. */
function notGoneOnWith(run: Run): string {
  const { variant, list, transport } = run;
  return isOutbox(transport)
    ? `Note: the rehearsal of the ${variant} to ${list} is not finished, and stays as it is. To go on with it: ${goOnWith(run)}`
    : `Note: the ${variant} to ${list} began for real, through ${transport}, and is not finished. To go on with it: ${goOnWith(run)}`;
}

function goOnWith({ cycle, transport }: Run): string {
  return `onetopic resume ${cycle} --transport ${isOutbox(transport) ? quoted(transport) : "URL"}`;
}

/** A run goes on where it began; another way must be asked for, or half a list would end in the wrong place. */
function refuseOtherTransport(run: Run, transport: string, named: string | undefined): void {
  if (named === undefined && run.transport !== transport) throw beganElsewhere(run, transport);
}

function beganElsewhere(run: Run, transport: string): UserError {
  return usageError(
    "other-transport",
    `This send began through ${run.transport}, but the settings name ${transport}.`,
    `Say where it is to go on: onetopic resume ${run.cycle} --transport URL`,
  );
}
