import { sendingProblems } from "../../check/hindrances.ts";
import { count } from "../../domain/count.ts";
import { hasErrors } from "../../domain/problem.ts";
import type { ListRow, ListSource, Recipient } from "../../domain/recipient.ts";
import { EXIT, usageError, UserError, type ExitCode } from "../../domain/user-error.ts";
import type { TransportFactory } from "../../deliver/transports/transport.ts";
import { readAddress } from "../../toolkit/lists/addresses.ts";
import { isOutbox } from "../../plan/delivery.ts";
import type { Context } from "../context.ts";
import { follow } from "../follow.ts";
import { gapRefusals, refuse } from "../gaps.ts";
import { openSource } from "../people.ts";
import { samplePeople, type SamplePerson } from "../sample-people.ts";
import { sendRun, type Mailing } from "../sending.ts";
import type { Workshop } from "../workshop.ts";
import type { SendOptions } from "./send.ts";

/** One test message: who gets it, and as whom. */
interface TestMessage {
  readonly to: Recipient;
  readonly as?: SamplePerson | undefined;
}

/** Real messages to reviewers, marked as a test. They are in no count and need no approval. */
export async function sendTest(
  context: Context,
  workshop: Workshop,
  mailing: Mailing,
  transport: TransportFactory,
  options: SendOptions,
): Promise<ExitCode> {
  const { out } = context;
  const list = options.to === undefined ? undefined : await openSource(context, workshop, options.to);
  const messages = await testMessages(workshop, list, options);
  const recipients = messages.map(({ to }) => to);
  if (hasErrors(await sendingProblems(workshop.checkInput, mailing.topic, mailing.edition)))
    throw new UserError(
      "findings",
      "There are errors among the findings.",
      "See and mend them: onetopic check",
    );
  const shown = workshop.studio.withoutFallback(mailing.variant);
  const seenAs = messages.map(({ to, as }) => as?.to ?? to);
  refuse(context, await gapRefusals(shown, seenAs, list?.name), "It cannot be sent.");
  out.print(`Test of ${mailing.edition.cycle}: ${mailing.topic.title}`);
  for (const { to, as } of messages) out.print(`  to ${to.address}${as ? `, as ${as.shown}` : ""}`);
  const isReal = options.confirm !== undefined || options.yes === true;
  if (options.confirm !== undefined && options.confirm !== recipients.length)
    throw otherNumber(options.confirm, recipients.length);
  const headersFor = isOutbox(transport.name) ? await markedBy(messages) : undefined;
  return sendMessages(context, workshop, { ...mailing, headersFor }, transport, recipients, isReal);
}

/** What stays on this machine must be found again for the person whose words it shows. */
async function markedBy(messages: readonly TestMessage[]): Promise<Mailing["headersFor"]> {
  const { shownAs } = await import("../person-messages.ts");
  const people = new Map(messages.map(({ to, as }) => [to.key, as?.to.key]));
  return ({ key }) => {
    const person = people.get(key);
    return person === undefined ? {} : shownAs(person);
  };
}

/** Through a ledger that is forgotten at the end: no test is in any count. */
async function sendMessages(
  context: Context,
  workshop: Workshop,
  mailing: Mailing,
  transport: TransportFactory,
  recipients: readonly Recipient[],
  isReal: boolean,
): Promise<ExitCode> {
  const { out } = context;
  const { toolkit } = workshop;
  const { variant, topic } = mailing;
  const { cycle } = mailing.edition;
  const { openLedger } = await import("../../deliver/open-ledger.ts");
  const ledger = await openLedger(":memory:", { now: () => Date.now() });
  try {
    const staged = ledger.stage();
    await staged.read({ cycle, variant, transport: transport.name, audiences: [] }, rowsOf(recipients));
    if (!isReal) {
      out.event({ event: "summary", ...(await staged.tally()) });
      out.print("This was a dry run: nothing was sent.");
      out.say("To send the test, add --yes.");
      return EXIT.done;
    }
    const wanted = { cycle, variant, topic: topic.slug, list: "test", contentDigest: "test" };
    const run = await ledger.freeze({ ...wanted, transport: transport.name }, staged);
    const retry = { ...toolkit.settings.retry, attempts: 1 };
    const once: Workshop = { ...workshop, toolkit: { ...toolkit, settings: { ...toolkit.settings, retry } } };
    const marked = { ...mailing, subjectMark: "[Test] " };
    const events = sendRun(context, once, marked, { ledger, run, transport });
    return await follow(context, events, { messages: recipients.length, transport: transport.name });
  } finally {
    await ledger.close();
  }
}

async function* rowsOf(recipients: readonly Recipient[]): AsyncGenerator<ListRow> {
  for (const to of recipients) yield { kind: "person", to };
}

/** A message for every tester and every person as whom it is to be seen; one each where nobody is named. */
async function testMessages(
  workshop: Workshop,
  list: ListSource | undefined,
  options: SendOptions,
): Promise<TestMessage[]> {
  const { settings } = workshop.toolkit;
  const testers = new Map(
    (options.test ?? [])
      .flatMap((named) => reviewers(workshop, named))
      .map(readTester)
      .map((tester) => [tester.key, tester]),
  );
  if (list && !options.as) {
    throw usageError(
      "missing-answer",
      "A test does not go to a list.",
      "To see it as somebody on the list does, add --as ROW or --as ADDRESS. To send to the list, leave out --test.",
    );
  }
  const people = options.as ? await samplePeople(settings, list, options.as) : [undefined];
  const pairs = [...testers.values()].flatMap((tester) => people.map((as) => ({ tester, as })));
  return pairs.map(({ tester, as }, at) => ({ to: dressedAs(tester, as, at + 1), as }));
}

type Tester = Pick<Recipient, "address" | "key">;

/** The tester's address with the other person's details. A key of its own lets one tester have several messages. */
function dressedAs({ address, key }: Tester, as: SamplePerson | undefined, row: number): Recipient {
  if (!as) return { address, key, fields: { email: address }, row };
  const { audience, fields } = as.to;
  const own = `${key} as ${as.to.key}`;
  return { address, key: own, fields, row, ...(audience === undefined ? {} : { audience }) };
}

function reviewers({ toolkit }: Workshop, named: string): readonly string[] {
  const groups = toolkit.settings.reviewers;
  return (Object.hasOwn(groups, named) ? groups[named] : undefined) ?? [named];
}

function readTester(value: string): Tester {
  const read = readAddress(value);
  if ("reason" in read)
    throw usageError(
      "bad-address",
      `"${value}" is neither an address (${read.reason}) nor a group of reviewers in the settings.`,
      "Give addresses such as you@example.org.",
    );
  return read;
}

/** The number confirmed is not the plan's. */
export function otherNumber(given: number, messages: number): UserError {
  return new UserError(
    "other-number",
    `You confirmed ${count(given, "message")}, but the plan has ${messages.toLocaleString("en-GB")}. Nothing was sent.`,
    `If ${messages} is right, use --confirm ${messages}.`,
  );
}
