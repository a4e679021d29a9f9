import { sendingProblems } from "../../check/hindrances.ts";
import type { PlannedDelivery, Tally } from "../../domain/delivery.ts";
import type { RecipientList } from "../../domain/recipient.ts";
import { EXIT, UserError, type ExitCode } from "../../domain/user-error.ts";
import type { Ledger } from "../../deliver/ledger.ts";
import type { TransportFactory } from "../../deliver/transports/transport.ts";
import { approvalState } from "../../plan/approvals.ts";
import { dayOf, type Cycle } from "../../plan/calendar.ts";
import { planDeliveries, tallyOfPlan } from "../../plan/delivery.ts";
import { closedGates, type Gate } from "../../plan/gates.ts";
import { findCycle, requireEdition, requireSettings } from "../campaign.ts";
import { needsFlag, openToolkit, type Context } from "../context.ts";
import {
  changedSince,
  openToolkitLedger,
  refuseOtherTransport,
  servedDifferently,
  takeLock,
} from "../ledger.ts";
import { follow } from "../follow.ts";
import { gapRefusals, refuse, type Refusal } from "../gaps.ts";
import { listDigest, openList } from "../people.ts";
import { chooseTransport, requireSender, sendRun, type Mailing } from "../sending.ts";
import { tellPlan } from "../tell-plan.ts";
import { editionDigest, openWorkshop, type Workshop } from "../workshop.ts";
import { otherNumber, sendTest } from "./send-test.ts";

export interface SendOptions {
  readonly to?: string;
  readonly variant: "email" | "newsletter";
  readonly transport?: string;
  readonly exclude?: string;
  readonly test?: readonly string[];
  readonly limit?: number;
  readonly confirm?: number;
  readonly yes?: boolean;
  readonly retryUnknown?: boolean;
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
  if (options.to === undefined) throw needsFlag("The list", "--to LIST: a file, or a name from the settings");
  const { toolkit } = workshop;
  const list = await openList(context, workshop, options.to);
  const excluded =
    options.exclude === undefined ? undefined : await openList(context, workshop, options.exclude);
  const isReal = options.confirm !== undefined || options.yes === true;
  const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, isReal);
  try {
    const gates = await gatesOf(context, workshop, mailing, ledger, transport.name);
    const planned = await planFor(ledger, mailing, list, excluded, options.retryUnknown ?? false);
    const tally = tallyOfPlan(list, planned);
    const messages = Math.min(tally.pending, options.limit ?? tally.pending);
    tellPlan(context, workshop, { cycle, mailing, list, planned, tally, transport, messages, isReal });
    const people = planned.flatMap(({ kind, to }) => (kind === "send" ? [to] : []));
    const gaps = gapRefusals(workshop.studio.withoutFallback(mailing.variant), people, list.name);
    refuseIfClosed(context, [...gates, ...gaps], tally, isReal);
    if (list.rows === 0)
      throw new UserError(
        "empty-list",
        `The list ${list.name} has nobody on it.`,
        "Check the file, then send again.",
      );
    if (messages === 0) throw nothingLeft(list, tally);
    if (!isReal) return dryRunEnd(context, cycle, options, tally, messages);
    if (options.confirm !== undefined && options.confirm !== messages)
      throw otherNumber(options.confirm, messages);
    return await sendForReal(context, workshop, {
      mailing,
      list,
      planned,
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
  readonly list: RecipientList;
  readonly planned: readonly PlannedDelivery[];
  readonly ledger: Ledger;
  readonly transport: TransportFactory;
  readonly options: SendOptions;
  readonly messages: number;
}

async function sendForReal(context: Context, workshop: Workshop, real: RealSend): Promise<ExitCode> {
  const { mailing, list, planned, ledger, transport, options, messages } = real;
  const { root, settings } = workshop.toolkit;
  const lock = await takeLock(context, root, settings.ledger);
  try {
    const { cycle } = mailing.edition;
    const contentDigest = editionDigest(workshop, mailing.topic, mailing.edition);
    // Asked again under the lock: somebody else may have sent in the meantime.
    const served = await servedDifferently(ledger, cycle, contentDigest, transport.name);
    if (served > 0) throw changedSince(cycle, mailing.variant, served);
    await refuseOtherTransport(ledger, cycle, mailing.variant, transport.name);
    const run = await ledger.freeze(
      {
        cycle,
        topic: mailing.topic.slug,
        variant: mailing.variant,
        list: list.name,
        listDigest: listDigest(list),
        contentDigest,
        transport: transport.name,
      },
      list,
      planned,
    );
    if (options.retryUnknown) await ledger.retryUnknown(run);
    const events = sendRun(context, workshop, mailing, { ledger, run, transport, limit: options.limit });
    return await follow(context, events, messages, resumeCommand(cycle, options));
  } finally {
    lock.release();
  }
}

async function planFor(
  ledger: Ledger,
  { edition, variant }: Mailing,
  list: RecipientList,
  excluded: RecipientList | undefined,
  retryUnknown: boolean,
): Promise<PlannedDelivery[]> {
  const facts = await ledger.facts(edition.cycle, variant, list.recipients);
  const out = new Set(excluded?.recipients.map(({ key }) => key));
  return planDeliveries(list, {
    ...facts,
    excluded: out,
    ...(retryUnknown ? { unknown: new Set<string>() } : {}),
  });
}

/** What stands in the way of sending this edition. Its mails are rendered to find out. */
export async function gatesOf(
  context: Context,
  workshop: Workshop,
  { topic, edition }: Pick<Mailing, "topic" | "edition">,
  ledger: Ledger,
  transport: string,
): Promise<Gate[]> {
  const { toolkit, checkInput } = workshop;
  const digest = editionDigest(workshop, topic, edition);
  return closedGates({
    topic,
    cycle: edition.cycle,
    today: dayOf(toolkit.settings.cycle, context.now),
    errors: (await sendingProblems(checkInput, topic, edition)).filter(({ severity }) => severity === "error")
      .length,
    approvals: approvalState(topic, toolkit.settings, edition.approvals, digest),
    servedDifferently: await servedDifferently(ledger, edition.cycle, digest, transport),
  });
}

function refuseIfClosed(context: Context, refusals: readonly Refusal[], tally: Tally, isReal: boolean): void {
  if (refusals.length > 0 && !isReal) context.out.event({ event: "summary", ...tally });
  refuse(context, refusals, "It cannot be sent.");
}

function nothingLeft(list: RecipientList, { accepted, unknown }: Tally): UserError {
  if (unknown > 0) {
    return new UserError(
      "complete",
      `Nobody on the list ${list.name} is left to send to; for ${unknown} the outcome is unknown.`,
      'See who with "onetopic status". To try those again, who may then get it twice, add --retry-unknown.',
    );
  }
  return new UserError(
    "complete",
    accepted > 0
      ? `This edition is complete: nobody on the list ${list.name} is left to send to.`
      : `Nobody on the list ${list.name} can be sent to.`,
    'See how it went with "onetopic status".',
  );
}

function dryRunEnd(
  { out }: Context,
  cycle: Cycle,
  options: SendOptions,
  tally: Tally,
  messages: number,
): ExitCode {
  out.event({ event: "summary", ...tally });
  out.print();
  out.print(out.style("bold", "This was a dry run: nothing was sent."));
  const flags = [
    `--to ${options.to ?? ""}`,
    options.variant === "email" ? "" : `--variant ${options.variant}`,
    options.exclude ? `--exclude ${options.exclude}` : "",
    options.limit ? `--limit ${options.limit}` : "",
    options.transport ? `--transport ${options.transport.includes("@") ? "…" : options.transport}` : "",
  ];
  out.say(`To send: onetopic send ${cycle.id} ${flags.filter(Boolean).join(" ")} --confirm ${messages}`);
  return EXIT.done;
}

/** The command that goes on: with the same transport, when it was named on the command line. */
function resumeCommand(cycle: string, { transport }: SendOptions): string {
  return `onetopic resume ${cycle}${transport === undefined ? "" : " --transport URL (the same as now)"}`;
}
