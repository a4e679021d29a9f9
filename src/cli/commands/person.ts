import { rmSync } from "node:fs";
import path from "node:path";
import { count } from "../../domain/count.ts";
import { dayInWords } from "../../domain/dates.ts";
import { EXIT, UserError, type ExitCode } from "../../domain/user-error.ts";
import type { Ledger } from "../../deliver/ledger.ts";
import type { Addressee } from "../../deliver/records.ts";
import type { PersonRecord } from "../../deliver/person.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Variant } from "../../domain/topic.ts";
import { openList } from "../../toolkit/lists.ts";
import { exists, isInside } from "../../toolkit/files.ts";
import { requireSettings } from "../campaign.ts";
import { fillSecrets, needsFlag, openToolkit, type Context } from "../context.ts";
import { openToolkitLedger } from "../ledger.ts";
import { requireAddress } from "../people.ts";
import { sendingRight } from "../right.ts";

/** Everything that the toolkit holds about one address. */
interface Held extends PersonRecord {
  /** Messages in an outbox, as paths. */
  readonly messages: readonly string[];
  /** Rows of the settings' lists as they are now. */
  readonly lists: readonly { readonly list: string; readonly file: string; readonly row: number }[];
}

/** `onetopic person show ADDRESS` */
export async function personShow(context: Context, address: string): Promise<ExitCode> {
  const who = requireAddress(address);
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, false);
  try {
    tell(context, who, await heldAbout(context, toolkit, ledger, who));
    return EXIT.done;
  } finally {
    await ledger.close();
  }
}

/** `onetopic person forget ADDRESS` */
export async function personForget(
  context: Context,
  address: string,
  options: { readonly yes?: boolean },
): Promise<ExitCode> {
  const who = requireAddress(address);
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  await confirm(context, who, options.yes ?? false);
  // What is written down or rehearsed at this moment would write down again what is erased here.
  const right = await sendingRight(context, toolkit.root, toolkit.settings.ledger, "outbox:");
  try {
    await right.take();
    const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, true);
    try {
      const held = await heldAbout(context, toolkit, ledger, who);
      for (const file of held.messages) rmSync(path.resolve(toolkit.root, file), { force: true });
      await ledger.forget(who);
      tellForgotten(context, who, held);
      return EXIT.done;
    } finally {
      await ledger.close();
    }
  } finally {
    await right.release();
  }
}

async function confirm(context: Context, { address }: Addressee, isConfirmed: boolean): Promise<void> {
  if (isConfirmed) return;
  if (!context.interactive) throw needsFlag("Your consent to erase", "--yes");
  const { askConfirm } = await import("../prompts.ts");
  if (await askConfirm(`Erase everything about ${address}? This cannot be undone.`)) return;
  throw new UserError("not-confirmed", "Nothing was erased.", "", { exit: EXIT.cancelled });
}

async function heldAbout(context: Context, toolkit: Toolkit, ledger: Ledger, who: Addressee): Promise<Held> {
  const record = await ledger.person(who);
  return {
    ...record,
    messages: await messagesTo(context, toolkit, ledger, who, record),
    lists: await listsWith(toolkit, who),
  };
}

/**
 * In every outbox that was ever sent to or that the settings name: a rehearsal is not in the ledger any more once the same
 * was really sent, and a test never was.
 */
async function messagesTo(
  context: Context,
  { root, settings }: Toolkit,
  ledger: Ledger,
  { key }: Addressee,
  { deliveries }: PersonRecord,
): Promise<string[]> {
  const { fileOf } = await import("../../deliver/transports/outbox.ts");
  const { messageIdOf } = await import("../../deliver/identity.ts");
  const { findMessages } = await import("../person-messages.ts");
  const setting = /^outbox:/i.test(settings.transport)
    ? await fillSecrets(context, root, settings.transport)
    : settings.transport;
  const transports = [
    setting,
    ...(await ledger.runs()).map(({ transport }) => transport),
    ...deliveries.map(({ transport }) => transport ?? ""),
  ];
  const outboxes = new Set(transports.flatMap((name) => /^outbox:(.+)$/i.exec(name)?.[1] ?? []));
  const domain = settings.sender?.address.split("@")[1] ?? "localhost";
  const ids = deliveries.flatMap(({ cycle, variant, messageId }) => [
    messageIdOf(ledger.secret, { cycle, variant: variant as Variant, address: key }, domain),
    ...(messageId === null ? [] : [messageId]),
  ]);
  return findMessages({ root, outboxes: [...outboxes], names: ids.map(fileOf), key });
}

async function listsWith({ root, settings }: Toolkit, { key }: Addressee): Promise<Held["lists"]> {
  const found: { list: string; file: string; row: number }[] = [];
  for (const [list, { file }] of Object.entries(settings.lists)) {
    const at = path.resolve(root, file);
    if (!isInside(root, at) || !(await exists(at))) continue;
    for await (const row of (await openList(at, list)).rows())
      if (row.kind === "person" && row.to.key === key) found.push({ list, file, row: row.to.row });
  }
  return found;
}

function tell({ out }: Context, { address }: Addressee, held: Held): void {
  const { suppression, deliveries, rows, bounces, messages, lists } = held;
  const day = (at: number) => new Date(at).toISOString();
  out.document({
    address,
    suppression: suppression ? { ...suppression, since: day(suppression.since) } : null,
    deliveries: deliveries.map((one) => ({ ...one, at: day(one.at) })),
    rows,
    bounces: bounces.map((one) => ({ ...one, at: day(one.at) })),
    messages,
    lists,
  });
  if (!suppression && [deliveries, rows, bounces, messages, lists].every(({ length }) => length === 0)) {
    out.print(`Nothing is held about ${address}.`);
    return;
  }
  out.print(out.style("bold", address));
  if (suppression)
    out.print(`  on the do-not-mail list since ${dayInWords(day(suppression.since))}: ${suppression.reason}`);
  for (const { cycle, variant, state, at, reply, fields } of deliveries) {
    out.print(`  ${cycle} ${variant}: ${state}, ${dayInWords(day(at))}${reply ? `: ${reply}` : ""}`);
    for (const [name, value] of Object.entries(fields)) if (value !== "") out.print(`    ${name}: ${value}`);
  }
  for (const { cycle, list, row } of rows) out.print(`  ${cycle}: row ${row} of ${list} when it was sent`);
  for (const { kind, status, said, at } of bounces)
    out.print(`  came back (${kind}), ${dayInWords(day(at))}: ${[status, said].filter(Boolean).join(" ")}`);
  for (const file of messages) out.print(`  a message in ${file}`);
  for (const { list, file, row } of lists) out.print(`  row ${row} of the list ${list} (${file})`);
}

function tellForgotten({ out }: Context, { address }: Addressee, held: Held): void {
  const { deliveries, rows, bounces, messages, lists } = held;
  out.document({
    address,
    erased: {
      deliveries: deliveries.length,
      rows: rows.length,
      bounces: bounces.length,
      messages: messages.length,
    },
    lists,
  });
  out.print(
    `Erased what was held about ${address}: ${count(deliveries.length, "delivery", "deliveries")}, ${count(rows.length, "row")} of lists, ${count(bounces.length, "report")} that came back, ${count(messages.length, "message")} in the outbox.`,
  );
  out.print(
    "A code that does not tell the address stays on the do-not-mail list, so that nobody mails it again.",
  );
  for (const { list, file, row } of lists)
    out.warn(`It still stands in row ${row} of the list ${list}: delete that row in ${file}.`);
  out.say("Delete it as well from copies of lists and of the ledger that you keep elsewhere.");
}
