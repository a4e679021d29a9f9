import path from "node:path";
import type { Unread } from "../../deliver/bounces/files.ts";
import type { Incoming } from "../../deliver/bounces/mbox.ts";
import type { Settlement } from "../../deliver/bounces/settle.ts";
import type { Ledger } from "../../deliver/ledger.ts";
import type { ImapMailbox } from "../../deliver/bounces/imap.ts";
import type { TokenSource } from "../../deliver/transports/oauth2.ts";
import type { Oauth2Settings } from "../../domain/settings.ts";
import { tokenSource } from "../tokens.ts";
import { EXIT, usageError, type ExitCode } from "../../domain/user-error.ts";
import { readAddress } from "../../toolkit/lists/addresses.ts";
import { requireSettings } from "../campaign.ts";
import { fillSecrets, openToolkit, type Context } from "../context.ts";
import { openToolkitLedger } from "../ledger.ts";
import { BounceTeller } from "../tell-bounces.ts";

export interface BouncesOptions {
  readonly dryRun?: boolean;
  readonly all?: boolean;
}

/** How many messages of a mailbox on a server are settled before it is noted how far it was read. */
const bookmarkEvery = 100;

/** `onetopic bounces PATH` */
export async function bounces(
  context: Context,
  named: string | undefined,
  { dryRun: isDry = false, all = false }: BouncesOptions,
): Promise<ExitCode> {
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const { root, settings } = toolkit;
  const place = named ?? settings.bounces.mailbox;
  if (place === undefined)
    throw usageError(
      "missing-answer",
      "Where the reports are is missing.",
      "Name an .eml file, a folder of them, an mbox, a Maildir or a mailbox on a server, or set bounces.mailbox in onetopic.yaml.",
    );
  const ledger = await openToolkitLedger(context, root, settings.ledger, !isDry);
  try {
    const { Settlement } = await import("../../deliver/bounces/settle.ts");
    const settlement = new Settlement(ledger, {
      softLimit: settings.bounces.softLimit,
      isDry,
      readAddress: (text) => {
        const read = readAddress(text);
        return "key" in read ? read : undefined;
      },
    });
    const teller = new BounceTeller(context.out, { isDry, softLimit: settings.bounces.softLimit, named });
    const source = await openSource(
      context,
      { root, place, isNamed: named !== undefined, oauth2: settings.oauth2 },
      { ledger, isDry, all },
    );
    for await (const incoming of source) await takeIn(context, incoming, settlement, teller);
    teller.finish();
    return EXIT.done;
  } finally {
    await ledger.close();
  }
}

async function takeIn(
  { out, signal }: Context,
  incoming: Incoming | Unread,
  settlement: Settlement,
  teller: BounceTeller,
): Promise<void> {
  signal.throwIfAborted();
  if ("fault" in incoming) return teller.unread(incoming);
  const { understand } = await import("../../deliver/bounces/understand.ts");
  const { digestOf } = await import("../../deliver/bounces/mail.ts");
  const report = await understand(incoming.raw);
  for (const finding of await settlement.settle(digestOf(incoming.raw), report))
    teller.found(incoming, finding);
  out.detail(`${incoming.file}: ${report.statements.map(({ kind }) => kind).join(", ")}`);
}

interface Reading {
  readonly ledger: Ledger;
  readonly isDry: boolean;
  readonly all: boolean;
}

interface Place {
  readonly root: string;
  readonly place: string;
  readonly isNamed: boolean;
  readonly oauth2: Oauth2Settings | undefined;
}

/** A path on the command line is meant from where one stands, one in the settings from the toolkit. */
async function openSource(
  context: Context,
  { root, place, isNamed, oauth2 }: Place,
  reading: Reading,
): Promise<AsyncIterable<Incoming | Unread>> {
  if (!/^[a-z][a-z0-9+]*:\/\//i.test(place)) {
    const { readMessages } = await import("../../deliver/bounces/files.ts");
    return readMessages(path.resolve(isNamed ? context.cwd : root, place), place);
  }
  const byToken = oauth2 !== undefined && /^imaps?:\/\/[^:@/]+@/i.test(place);
  if (!byToken && !/^imaps?:\/\/[^:@/]+:\$\{[A-Za-z_][A-Za-z0-9_]*\}@/i.test(place))
    throw usageError(
      "bad-mailbox",
      /^imaps?:/i.test(place)
        ? "The address of the mailbox must name its password as ${NAME}, so that it stands in no file and no list of commands."
        : "Mailboxes on a server are read over IMAP only.",
      "Use 'imaps://USER:${NAME}@HOST/INBOX', in single quotes, and put the password into the environment or .env under that name.",
    );
  const { parseMailbox } = await import("../../deliver/bounces/imap.ts");
  const mailbox = parseMailbox(await fillSecrets(context, root, place, encodeURIComponent));
  const source = byToken ? await tokenSource(context, root, oauth2) : undefined;
  return readServer(context, source ? await loggedIn(mailbox, source) : mailbox, reading);
}

async function loggedIn(mailbox: ImapMailbox, source: TokenSource): Promise<ImapMailbox> {
  const { tokenFor } = await import("../../deliver/transports/oauth2.ts");
  return { ...mailbox, accessToken: await tokenFor(mailbox.user, source) };
}

/** Notes how far the mailbox was read, only after that much is settled; also when the line breaks half-way. */
async function* readServer(
  { signal }: Context,
  mailbox: ImapMailbox,
  { ledger, isDry, all }: Reading,
): AsyncGenerator<Incoming> {
  const { readMailbox } = await import("../../deliver/bounces/imap.ts");
  const key = `${mailbox.user} ${mailbox.name}`;
  let [bookmark, settled] = [all ? undefined : await ledger.bookmark(key), 0];
  const note = async () => {
    if (!isDry && settled > 0 && bookmark !== undefined) await ledger.setBookmark(key, bookmark);
  };
  try {
    for await (const incoming of readMailbox(mailbox, bookmark, signal)) {
      yield incoming;
      bookmark = incoming.bookmark;
      settled += 1;
      if (settled % bookmarkEvery === 0) await note();
    }
  } finally {
    await note();
  }
}
