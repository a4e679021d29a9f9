import { sendingProblems } from "../../check/hindrances.ts";
import { hasErrors } from "../../domain/problem.ts";
import type { Recipient, RecipientList } from "../../domain/recipient.ts";
import { EXIT, usageError, UserError, type ExitCode } from "../../domain/user-error.ts";
import type { TransportFactory } from "../../deliver/transports/transport.ts";
import { planDeliveries, tallyOfPlan } from "../../plan/delivery.ts";
import { readAddress } from "../../toolkit/lists/addresses.ts";
import type { Context } from "../context.ts";
import { follow } from "../follow.ts";
import { gapRefusals, refuse } from "../gaps.ts";
import { count } from "../../domain/count.ts";
import { sendRun, type Mailing } from "../sending.ts";
import type { Workshop } from "../workshop.ts";
import type { SendOptions } from "./send.ts";

/** Real messages to reviewers, marked as a test. They are in no count and need no approval. */
export async function sendTest(
  context: Context,
  workshop: Workshop,
  mailing: Mailing,
  transport: TransportFactory,
  options: SendOptions,
): Promise<ExitCode> {
  const { out } = context;
  const { toolkit, checkInput } = workshop;
  const recipients = (options.test ?? [])
    .flatMap((named) => reviewers(workshop, named))
    .map(testRecipient)
    .filter(({ key }, at, all) => all.findIndex((other) => other.key === key) === at);
  if (hasErrors(await sendingProblems(checkInput, mailing.topic, mailing.edition)))
    throw new UserError(
      "findings",
      "There are errors among the findings.",
      "See and mend them: onetopic check",
    );
  const shown = workshop.studio.withoutFallback(mailing.variant);
  refuse(context, gapRefusals(shown, recipients, undefined), "It cannot be sent.");
  const isReal = options.confirm !== undefined || options.yes === true;
  out.print(`Test of ${mailing.edition.cycle}: ${mailing.topic.title}`);
  for (const { address } of recipients) out.print(`  to ${address}`);
  const list: RecipientList = {
    name: "test",
    rows: recipients.length,
    encoding: "UTF-8",
    delimiter: ",",
    recipients,
    faults: [],
  };
  const planned = planDeliveries(list, { suppressed: new Set(), excluded: new Set(), accepted: new Set() });
  if (!isReal) {
    out.event({ event: "summary", ...tallyOfPlan(list, planned) });
    out.print("This was a dry run: nothing was sent.");
    out.say("To send the test, add --yes.");
    return EXIT.done;
  }
  if (options.confirm !== undefined && options.confirm !== recipients.length)
    throw otherNumber(options.confirm, recipients.length);
  const { openLedger } = await import("../../deliver/ledger.ts");
  const ledger = await openLedger(":memory:", { now: () => Date.now() });
  try {
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

/** The number confirmed is not the plan's. */
export function otherNumber(given: number, messages: number): UserError {
  return new UserError(
    "other-number",
    `You confirmed ${count(given, "message")}, but the plan has ${messages.toLocaleString("en-GB")}. Nothing was sent.`,
    `If ${messages} is right, use --confirm ${messages}.`,
  );
}
