import { sendingProblems } from "../../check/hindrances.ts";
import type { Sum } from "../../domain/delivery.ts";
import type { ListSource } from "../../domain/recipient.ts";
import { EXIT, usageError, type ExitCode } from "../../domain/user-error.ts";
import type { Ledger } from "../../deliver/ledger.ts";
import type { Selection, Staging } from "../../deliver/staging.ts";
import type { TransportFactory } from "../../deliver/transports/transport.ts";
import { approvalState, newestOfRoles, type ApprovalState } from "../../plan/approvals.ts";
import { dayOf, type Cycle } from "../../plan/calendar.ts";
import { isOutbox } from "../../plan/delivery.ts";
import { closedGates, type Gate, type GateFacts } from "../../plan/gates.ts";
import { findCycle, requireEdition, requireSettings } from "../campaign.ts";
import { needsFlag, openToolkit, type Context } from "../context.ts";
import {
  contentChanged,
  ledgerFor,
  openToolkitLedger,
  refuseOtherTransport,
  servedDifferently,
  type SendingBy,
} from "../ledger.ts";
import { leaveToWorkers, requireWorkers } from "../enqueue.ts";
import { follow } from "../follow.ts";
import { gapRefusals, refuse, type Refusal } from "../gaps.ts";
import { noteOrder } from "../orders.ts";
import { planList, refuseDropping, refuseNobody, selectionOf, type ListOptions } from "../list-plan.ts";
import { openSource } from "../people.ts";
import { freezeWithKit } from "../kit.ts";
import { quoted } from "../../domain/quoted.ts";
import { sendingRight, type SendingRight } from "../right.ts";
import { chooseTransport, requireSender, sendRun, type Mailing } from "../sending.ts";
import { changedSinceDigest, keptOnceOut } from "../since.ts";
import { tellPlan } from "../tell-plan.ts";
import { editionNow, openWorkshop, type Workshop } from "../workshop.ts";
import { otherNumber, sendTest } from "./send-test.ts";

export interface SendOptions extends ListOptions {
  readonly to?: string;
  readonly variant: "email" | "newsletter";
  readonly transport?: string;
  readonly test?: readonly string[];
  readonly as?: readonly string[];
  readonly limit?: number;
  readonly dropWaiting?: boolean;
  readonly confirm?: number;
  readonly yes?: boolean;
  readonly enqueue?: boolean;
}

/** `onetopic send [cycle]` */
export async function send(
  context: Context,
  id: string | undefined,
  options: SendOptions,
): Promise<ExitCode> {
  const workshop = await openWorkshop(context, await openToolkit(context));
  try {
    requireSettings(context, workshop.toolkit);
    const cycle = findCycle(context, workshop.toolkit, id);
    const mailing = { ...requireEdition(workshop.toolkit, cycle), variant: options.variant };
    requireSender(workshop);
    const transport = await chooseTransport(context, workshop, options.transport);
    return options.test
      ? await sendTest(context, workshop, mailing, transport, options)
      : await sendList(context, workshop, cycle, mailing, transport, options);
  } finally {
    await workshop.studio.close();
  }
}

async function sendList(
  context: Context,
  workshop: Workshop,
  cycle: Cycle,
  mailing: Mailing,
  transport: TransportFactory,
  options: SendOptions,
): Promise<ExitCode> {
  if (options.as)
    throw usageError(
      "missing-answer",
      "--as belongs to a test.",
      "Add --test ADDRESS. To leave people out of a send, use --only or --exclude.",
    );
  if (options.to === undefined) throw needsFlag("The list", "--to LIST: a file, or a name from the settings");
  if (options.afresh && !isOutbox(transport.name))
    throw usageError(
      "not-a-rehearsal",
      `--afresh belongs to a rehearsal through the outbox; this would go through ${transport.name}.`,
      "Leave it out. What was really sent is never begun anew.",
    );
  if (options.enqueue) await requireWorkers(context, workshop, transport.name);
  const { root, settings } = workshop.toolkit;
  const list = await openSource(context, workshop, options.to);
  const selection = await selectionOf(context, workshop, list, mailing, transport.name, options);
  const isReal = options.confirm !== undefined || options.yes === true;
  const { afresh } = options;
  const ledger = await openToolkitLedger(context, root, settings.ledger, false);
  try {
    const gates = await gatesOf(context, workshop, mailing, ledger, { transport: transport.name, afresh });
    const plan = await planList(context, ledger, list, selection);
    const { tally, sum, staged } = plan;
    const messages = Math.min(tally.pending, options.limit ?? tally.pending);
    tellPlan(context, { ...plan, cycle, mailing, transport, messages, isReal });
    const { variant } = mailing;
    await noteOrder(context, ledger, {
      cycle: cycle.id,
      variant,
      list: list.name,
      transport: transport.name,
    });
    const shown = workshop.studio.withoutFallback(mailing.variant);
    const gaps = await gapRefusals(shown, staged.people(), list.name);
    refuseIfClosed(context, [...gates, ...gaps], sum, isReal);
    refuseNobody(plan);
    if (!isReal) return dryRunEnd(context, cycle, options, sum, messages);
    if (options.confirm !== undefined && options.confirm !== messages)
      throw otherNumber(options.confirm, messages);
    return await sendForReal(context, workshop, {
      mailing,
      list,
      selection,
      staged,
      ledger,
      transport,
      options,
      messages,
    });
  } finally {
    await ledger.close();
  }
}

interface RealSend {
  readonly mailing: Mailing;
  readonly list: ListSource;
  readonly selection: Selection;
  readonly staged: Staging;
  readonly ledger: Ledger;
  readonly transport: TransportFactory;
  readonly options: SendOptions;
  readonly messages: number;
}

async function sendForReal(context: Context, workshop: Workshop, real: RealSend): Promise<ExitCode> {
  const { toolkit } = workshop;
  const right = await sendingRight(context, toolkit.root, toolkit.settings.ledger, real.transport.name);
  try {
    await right.take();
    const { ledger, staged } = await ledgerFor(context, toolkit, real);
    try {
      return await freezeAndSend(context, workshop, { ...real, ledger, staged }, right);
    } finally {
      if (ledger !== real.ledger) await ledger.close();
    }
  } finally {
    await right.release();
  }
}

/** From here on it is on record: what is not sent now can be resumed. */
async function freezeAndSend(
  context: Context,
  workshop: Workshop,
  real: RealSend,
  right: SendingRight,
): Promise<ExitCode> {
  const { mailing, list, staged, ledger, transport, options, messages } = real;
  const { variant, edition } = mailing;
  const { cycle } = edition;
  const now = editionNow(workshop, mailing.topic, edition);
  // Asked again now that nobody else may: somebody else may have sent in the meantime.
  const by = { transport: transport.name, afresh: options.afresh };
  const served = await servedDifferently(ledger, cycle, now, by);
  if (served) throw contentChanged({ cycle, variant, topic: now.topic }, served);
  await refuseOtherTransport(ledger, cycle, variant, by);
  if (!options.dropWaiting) refuseDropping(cycle, await staged.waitingLeftOut(real.selection, list.name));
  const wanted = { ...now, cycle, variant, list: list.name, transport: transport.name };
  const run = await freezeWithKit(context, workshop, mailing, { ledger, wanted, staged });
  await staged.clear();
  if (options.enqueue)
    return leaveToWorkers(context, workshop, mailing, { ledger, run, transport: options.transport });
  await ledger.retryDeferred(run);
  await ledger.adopt(run);
  await right.share();
  const events = sendRun(context, workshop, mailing, {
    ledger,
    run,
    transport,
    limit: options.limit,
    retryUnknown: options.retryUnknown,
  });
  const resume = resumeCommand(cycle, options);
  const watched = keptOnceOut(context, workshop, mailing, transport.name, events);
  return follow(context, watched, { messages, transport: transport.name, resume });
}

/** What stands in the way of sending this edition. Its mails are rendered to find out. */
export async function gatesOf(
  context: Context,
  workshop: Workshop,
  { topic, edition }: Pick<Mailing, "topic" | "edition">,
  ledger: Ledger,
  by: SendingBy,
): Promise<Gate[]> {
  const { toolkit, checkInput } = workshop;
  const now = editionNow(workshop, topic, edition);
  const approvals = approvalState(topic, toolkit.settings, edition.approvals, now.contentDigest);
  return closedGates({
    topic,
    cycle: edition.cycle,
    today: dayOf(toolkit.settings.cycle, context.now),
    errors: (await sendingProblems(checkInput, topic, edition)).filter(({ severity }) => severity === "error")
      .length,
    approvals,
    changedSinceApproved: await changedSinceApproved(context, workshop, { topic, edition }, approvals),
    servedDifferently: await servedDifferently(ledger, edition.cycle, now, by),
  });
}

/** What somebody approved who has to do so again, and what was changed since. */
async function changedSinceApproved(
  context: Context,
  workshop: Workshop,
  mailing: Pick<Mailing, "topic" | "edition">,
  { void: lapsed }: ApprovalState,
): Promise<GateFacts["changedSinceApproved"]> {
  const [approval] = newestOfRoles(lapsed);
  if (!approval) return undefined;
  return { approval, what: await changedSinceDigest(context, workshop, mailing, approval.digest) };
}

function refuseIfClosed(context: Context, refusals: readonly Refusal[], sum: Sum, isReal: boolean): void {
  if (refusals.length > 0 && !isReal) context.out.event({ event: "summary", ...sum });
  refuse(context, refusals, "It cannot be sent.");
}

function dryRunEnd(
  { out }: Context,
  cycle: Cycle,
  options: SendOptions,
  sum: Sum,
  messages: number,
): ExitCode {
  out.event({ event: "summary", ...sum });
  out.print();
  out.print(out.style("bold", "This was a dry run: nothing was sent."));
  const flags = [
    `--to ${quoted(options.to ?? "")}`,
    options.variant === "email" ? "" : `--variant ${options.variant}`,
    ...(options.exclude ?? []).map((list) => `--exclude ${quoted(list)}`),
    options.only === undefined ? "" : `--only ${quoted(options.only)}`,
    options.dropWaiting ? "--drop-waiting" : "",
    options.afresh ? "--afresh" : "",
    options.limit ? `--limit ${options.limit}` : "",
    options.retryUnknown ? "--retry-unknown" : "",
    options.enqueue ? "--enqueue" : "",
    options.transport
      ? `--transport ${options.transport.includes("@") ? "…" : quoted(options.transport)}`
      : "",
  ];
  out.say(`To send: onetopic send ${cycle.id} ${flags.filter(Boolean).join(" ")} --confirm ${messages}`);
  return EXIT.done;
}

/** The command that goes on: with the same transport, when it was named on the command line. */
function resumeCommand(cycle: string, { transport }: SendOptions): string {
  return `onetopic resume ${cycle}${transport === undefined ? "" : " --transport URL (the same as now)"}`;
}
