import { createHash } from "node:crypto";
import path from "node:path";
import { topicProblems } from "../../check/check.ts";
import type { PlannedDelivery, Tally } from "../../domain/delivery.ts";
import { hasErrors } from "../../domain/problem.ts";
import type { Recipient, RecipientList } from "../../domain/recipient.ts";
import { EXIT, usageError, UserError, type ExitCode } from "../../domain/user-error.ts";
import type { Ledger } from "../../deliver/ledger.ts";
import type { TransportFactory } from "../../deliver/transports/transport.ts";
import { approvalState } from "../../plan/approvals.ts";
import { dayOf, type Cycle } from "../../plan/calendar.ts";
import { planDeliveries, tallyOfPlan } from "../../plan/delivery.ts";
import { closedGates, type Gate } from "../../plan/gates.ts";
import { exists } from "../../toolkit/files.ts";
import { readAddress, readList } from "../../toolkit/lists.ts";
import { findCycle, requireEdition, requireSettings } from "../campaign.ts";
import { needsFlag, openToolkit, type Context } from "../context.ts";
import { follow } from "../follow.ts";
import { count, type Output } from "../output.ts";
import {
  audienceOf,
  chooseTransport,
  openToolkitLedger,
  requireSender,
  sendRun,
  type Mailing,
} from "../sending.ts";
import { editionDigest, openWorkshop, type Workshop } from "../workshop.ts";

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
    requireSettings(workshop.toolkit);
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
  const gates = gatesOf(context, workshop, mailing);
  const ledger = await openToolkitLedger(
    context,
    toolkit.root,
    toolkit.settings.ledger,
    isReal && gates.length === 0,
  );
  try {
    const planned = await planFor(ledger, mailing, list, excluded, options.retryUnknown ?? false);
    const tally = tallyOfPlan(list, planned);
    const messages = Math.min(tally.pending, options.limit ?? tally.pending);
    tellPlan(context, workshop, { cycle, mailing, list, planned, tally, transport, messages, isReal });
    refuseIfClosed(context, gates, tally, isReal);
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

async function sendForReal(context: Context, workshop: Workshop, send: RealSend): Promise<ExitCode> {
  const { mailing, list, planned, ledger, transport, options, messages } = send;
  const { takeSenderLock } = await import("../../deliver/lock.ts");
  const lock = takeSenderLock(path.join(workshop.toolkit.root, "var", "sending.lock"), {
    now: () => Date.now(),
  });
  try {
    const { cycle } = mailing.edition;
    const contentDigest = editionDigest(workshop, mailing.topic, mailing.edition);
    await refuseIfChanged(ledger, mailing, contentDigest);
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
    return await follow(context, events, messages, `onetopic resume ${cycle}`);
  } finally {
    lock.release();
  }
}

/** Once somebody has had an edition, everybody gets the same one. */
async function refuseIfChanged(ledger: Ledger, { edition, variant }: Mailing, digest: string): Promise<void> {
  for (const run of await ledger.runs({ cycle: edition.cycle, variant })) {
    if (run.contentDigest === digest) continue;
    const { accepted, unknown } = await ledger.tally(run);
    if (accepted + unknown === 0) continue;
    throw changedSince(edition.cycle, variant, accepted + unknown);
  }
}

/** Part of an edition is out, and its words, brand, templates or settings are not what they were. */
export function changedSince(cycle: string, variant: string, out: number): UserError {
  return new UserError(
    "changed",
    `The ${variant} of ${cycle} has changed since ${count(out, "person", "people")} got it.`,
    "Undo the change to send the rest (git shows it: git diff), or pick the topic for another cycle.",
  );
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

/** A list by its name in the settings, or by its path. */
async function openList(context: Context, { toolkit }: Workshop, named: string): Promise<RecipientList> {
  const { lists } = toolkit.settings;
  const known = Object.hasOwn(lists, named) ? lists[named] : undefined;
  const file = known ? path.resolve(toolkit.root, known.file) : path.resolve(context.cwd, named);
  if (!(await exists(file))) {
    const names = Object.keys(lists);
    throw usageError(
      "cannot-read",
      known
        ? `The list "${named}" should be in ${known.file}, but there is no such file.`
        : `There is no list "${named}", neither in the settings nor as a file.`,
      known
        ? `Save your list there as CSV. The first row names the columns: email (required), name, organisation, role, audience.`
        : `Name a CSV file, or one of the settings' lists: ${names.join(", ") || "none yet"}.`,
    );
  }
  const list = await readList(file, named);
  const { audience } = known ?? {};
  if (audience === undefined) return list;
  return { ...list, recipients: list.recipients.map((to) => (to.audience ? to : { ...to, audience })) };
}

function listDigest({ recipients }: RecipientList): string {
  const rows = recipients
    .map(({ key, fields, audience }) => JSON.stringify([key, audience, fields]))
    .toSorted();
  return createHash("sha256").update(rows.join("\n")).digest("hex").slice(0, 32);
}

/** What stands in the way of sending this edition. */
export function gatesOf(
  context: Context,
  workshop: Workshop,
  { topic, edition }: Pick<Mailing, "topic" | "edition">,
): Gate[] {
  const { toolkit, checkInput } = workshop;
  const digest = editionDigest(workshop, topic, edition);
  return closedGates({
    topic,
    cycle: edition.cycle,
    today: dayOf(toolkit.settings.cycle, context.now),
    errors: topicProblems(checkInput, topic).filter(({ severity }) => severity === "error").length,
    approvals: approvalState(topic, toolkit.settings, edition.approvals, digest),
  });
}

function refuseIfClosed(context: Context, gates: readonly Gate[], tally: Tally, isReal: boolean): void {
  const [first, ...others] = gates;
  if (!first) return;
  if (!isReal) context.out.event({ event: "summary", ...tally });
  for (const { why, next } of others) context.out.warn(`Also: ${why} ${next}`);
  throw new UserError(first.code, `It cannot be sent. ${first.why}`, first.next);
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

function otherNumber(given: number, messages: number): UserError {
  return new UserError(
    "other-number",
    `You confirmed ${count(given, "message")}, but the plan has ${messages.toLocaleString("en-GB")}. Nothing was sent.`,
    `If ${messages} is right, use --confirm ${messages}.`,
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
    options.transport ? "--transport …" : "",
  ];
  out.say(`To send: onetopic send ${cycle.id} ${flags.filter(Boolean).join(" ")} --confirm ${messages}`);
  return EXIT.done;
}

interface PlanToTell {
  readonly cycle: Cycle;
  readonly mailing: Mailing;
  readonly list: RecipientList;
  readonly planned: readonly PlannedDelivery[];
  readonly tally: Tally;
  readonly transport: TransportFactory;
  readonly messages: number;
  readonly isReal: boolean;
}

function tellPlan({ out }: Context, workshop: Workshop, plan: PlanToTell): void {
  const { cycle, mailing, list, planned, tally, transport, messages, isReal } = plan;
  const { topic, variant } = mailing;
  out.event({
    event: "plan",
    dryRun: !isReal,
    cycle: cycle.id,
    topic: topic.slug,
    variant,
    list: list.name,
    transport: transport.name,
    messages,
    ...tally,
  });
  out.print(`${cycle.label}: ${topic.title}`);
  const facts: [string, string][] = [
    ["Variant", variant],
    ["List", `${list.name}: ${count(list.rows, "row")}, ${list.encoding}`],
    ["Goes through", transport.name],
    [
      "Messages",
      count(messages, "message") +
        (messages < tally.pending ? ` of ${tally.pending}, because of --limit` : ""),
    ],
  ];
  for (const [name, value] of facts) out.print(`  ${name.padEnd(14)}${value}`);
  tellLeftOut(out, list, tally);
  const plain = planned.filter(({ to }) => audienceOf(workshop, to) === undefined).length;
  if (plain > 0)
    out.warn(
      `Note: ${count(plain, "person has", "people have")} no audience, or one that the settings do not name, and will get the version for everyone.`,
    );
}

function tellLeftOut(out: Output, list: RecipientList, tally: Tally): void {
  const reasons: [number, string][] = [
    [tally.accepted, "had it already"],
    [tally.unknown, "unknown outcome, not repeated"],
    [tally.rejected, "refused by the server before"],
    [tally.suppressed, "on the do-not-mail list"],
    [tally.excluded, "excluded"],
    [tally.duplicates, "same address twice"],
    [tally.invalid, "not an address"],
  ];
  for (const [amount, why] of reasons)
    if (amount > 0) out.print(`  ${"Left out".padEnd(14)}${amount.toLocaleString("en-GB")}: ${why}`);
  for (const fault of list.faults.slice(0, 10)) {
    const why = fault.kind === "invalid" ? fault.reason : `same as row ${fault.firstRow}`;
    out.say(`    row ${fault.row}: ${fault.value || "(empty)"}: ${why}`);
  }
  if (list.faults.length > 10) out.say(`    and ${list.faults.length - 10} more`);
}

/** Real messages to reviewers, marked as a test. They are in no count and need no approval. */
async function sendTest(
  context: Context,
  workshop: Workshop,
  mailing: Mailing,
  transport: TransportFactory,
  options: SendOptions,
): Promise<ExitCode> {
  const { out } = context;
  const { toolkit, checkInput } = workshop;
  const recipients = (options.test ?? []).flatMap((named) => reviewers(workshop, named)).map(testRecipient);
  if (hasErrors(topicProblems(checkInput, mailing.topic)))
    throw new UserError(
      "findings",
      "There are errors among the findings.",
      "See and mend them: onetopic check",
    );
  const isReal = options.confirm !== undefined || options.yes === true;
  out.print(`Test of ${mailing.edition.cycle}: ${mailing.topic.title}`);
  for (const { address } of recipients) out.print(`  to ${address}`);
  if (!isReal) {
    out.print("This was a dry run: nothing was sent.");
    out.say("To send the test, add --yes.");
    return EXIT.done;
  }
  if (options.confirm !== undefined && options.confirm !== recipients.length)
    throw otherNumber(options.confirm, recipients.length);
  const list: RecipientList = {
    name: "test",
    rows: recipients.length,
    encoding: "UTF-8",
    delimiter: ",",
    recipients,
    faults: [],
  };
  const { openLedger } = await import("../../deliver/ledger.ts");
  const ledger = await openLedger(":memory:", { now: () => Date.now() });
  try {
    const planned = planDeliveries(list, { suppressed: new Set(), excluded: new Set(), accepted: new Set() });
    const { cycle } = mailing.edition;
    const run = await ledger.freeze(
      {
        cycle,
        topic: mailing.topic.slug,
        variant: mailing.variant,
        list: "test",
        listDigest: "test",
        contentDigest: "test",
        transport: transport.name,
      },
      list,
      planned,
    );
    const marked = { ...mailing, subjectMark: "[Test] " };
    const retry = { ...toolkit.settings.retry, attempts: 1 };
    const once: Workshop = { ...workshop, toolkit: { ...toolkit, settings: { ...toolkit.settings, retry } } };
    return await follow(
      context,
      sendRun(context, once, marked, { ledger, run, transport }),
      recipients.length,
      undefined,
    );
  } finally {
    await ledger.close();
  }
}

function reviewers({ toolkit }: Workshop, named: string): readonly string[] {
  const groups = toolkit.settings.reviewers;
  return (Object.hasOwn(groups, named) ? groups[named] : undefined) ?? [named];
}

function testRecipient(value: string, index: number): Recipient {
  const read = readAddress(value);
  if ("reason" in read)
    throw usageError(
      "bad-address",
      `"${value}" is neither an address (${read.reason}) nor a group of reviewers in the settings.`,
      "Give addresses such as you@example.org.",
    );
  return { ...read, fields: { email: read.address }, row: index + 1 };
}
