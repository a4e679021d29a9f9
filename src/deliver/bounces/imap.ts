/*
 * The one file that knows the IMAP client. It only looks: mailboxes are opened for reading (EXAMINE, RFC 9051, 6.3.3),
 * messages are fetched without marking them as read, nothing is deleted or moved.
 */
import { ImapFlow, type ImapFlowError } from "imapflow";

import { usageError, type UserError } from "../../domain/user-error.ts";
import { messageLimit, type Incoming } from "./mbox.ts";

export interface ImapMailbox {
  readonly host: string;
  readonly port: number;
  readonly tls: "wrapped" | "required" | "optional";
  readonly user: string;
  /** Empty where the server takes access tokens. */
  readonly pass: string;
  readonly accessToken?: string | undefined;
  readonly folder: string;
  /** Safe to show. */
  readonly name: string;
}

/** A message of the mailbox, and how far it has been read with it. */
export interface FromMailbox extends Incoming {
  readonly bookmark: string;
}

const patience = 60_000;

/** True for the address of a mailbox on a server. */
export function isMailboxAddress(text: string): boolean {
  return /^imaps?:\/\//i.test(text);
}

const form =
  "Use imaps://USER:${NAME}@HOST/INBOX, in single quotes, and put the password into the environment or .env under that name. In the user name write %40 for @.";

/** Takes the address of a mailbox with its secrets filled in. Throws a UserError (exit 2) that never repeats it. */
export function parseMailbox(text: string): ImapMailbox {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.hostname || url.username === "" || url.hash !== "")
    throw usageError("bad-mailbox", "The address of the mailbox is not complete.", form);
  const wrapped = /^imaps:/i.test(url.protocol);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  const wish = tlsWish(url, wrapped);
  const port = url.port === "" ? (wrapped ? 993 : 143) : Number(url.port);
  const folder = plain(url.pathname.replace(/^\/+|\/+$/g, "")) || "INBOX";
  return {
    host,
    port,
    tls: wish ?? (wrapped ? "wrapped" : isLoopback(host) ? "optional" : "required"),
    user: plain(url.username),
    pass: plain(url.password),
    folder,
    name: `${wrapped ? "imaps" : "imap"}://${url.host}/${folder}`,
  };
}

function tlsWish({ searchParams }: URL, wrapped: boolean): ImapMailbox["tls"] | undefined {
  for (const [name, value] of searchParams) {
    if (name === "tls" && value === "required") return wrapped ? "wrapped" : value;
    if (name === "tls" && value === "optional" && !wrapped) return value;
    throw usageError(
      "bad-mailbox",
      "The address of the mailbox has a setting after ? that is not known.",
      "Known are ?tls=required and, for imap://, ?tls=optional.",
    );
  }
  return undefined;
}

function plain(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw usageError("bad-mailbox", "The address of the mailbox holds a stray %.", form);
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * Reads the messages of a mailbox, from behind the bookmark on, or all without one. A bookmark of a mailbox that was
 * made anew (its UIDVALIDITY changed, RFC 9051, 2.3.1.1) does not count.
 * @throws UserError (exit 2) when the server, the login or the mailbox fails
 */
export async function* readMailbox(
  mailbox: ImapMailbox,
  bookmark: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<FromMailbox> {
  const client = new ImapFlow(optionsFor(mailbox));
  const stop = () => client.close();
  // A broken line also rejects what is under way, which is where it is told.
  client.on("error", () => {});
  signal.addEventListener("abort", stop);
  try {
    await client.connect();
    const { uidValidity, exists } = await client.mailboxOpen(mailbox.folder, { readOnly: true });
    const last = lastRead(bookmark, String(uidValidity));
    if (exists === 0) return;
    const wanted = { uid: true, size: true, source: { maxLength: messageLimit } };
    for await (const { uid, source, size } of client.fetch(`${last + 1}:*`, wanted, { uid: true })) {
      // "*" stands for the last message, even when that is before where the range begins.
      if (uid <= last || source === undefined) continue;
      const isCut = (size ?? 0) > messageLimit;
      yield { file: `${mailbox.name};UID=${uid}`, raw: source, isCut, bookmark: `${uidValidity}:${uid}` };
    }
  } catch (fault) {
    if (signal.aborted) throw signal.reason;
    throw explained(mailbox, fault as ImapFlowError);
  } finally {
    signal.removeEventListener("abort", stop);
    await leave(client);
  }
}

function optionsFor(mailbox: ImapMailbox): ConstructorParameters<typeof ImapFlow>[0] {
  const { host, port, tls, user, pass, accessToken } = mailbox;
  return {
    host,
    port,
    secure: tls === "wrapped",
    ...(tls === "required" ? { doSTARTTLS: true } : {}),
    auth: accessToken === undefined ? { user, pass } : { user, accessToken },
    tls: { rejectUnauthorized: tls !== "optional" },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    // Our server is trusted as far as its certificate goes; its answers still have bounds.
    maxLiteralSize: 4 * messageLimit,
    maxResponseSize: 8 * messageLimit,
    maxLineLength: 4 * messageLimit,
  };
}

async function leave(client: ImapFlow): Promise<void> {
  try {
    if (client.usable) await client.logout();
  } catch {
    // All that was wanted is read.
  }
  client.close();
}

function lastRead(bookmark: string | undefined, validity: string): number {
  const [known, uid] = (bookmark ?? "").split(":");
  return known === validity && Number.isSafeInteger(Number(uid)) ? Number(uid) : 0;
}

/** Says a fault in words. */
function explained({ name, folder }: ImapMailbox, fault: ImapFlowError): UserError {
  const said = String(fault.responseText ?? fault.message)
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .slice(0, 300);
  if (fault.authenticationFailed)
    return usageError(
      "login-refused",
      `${name} refuses the login: ${said}`,
      "Check the user name and the password. Some providers want a password made for programs.",
    );
  if (fault.tlsFailed || /CERT|SELF_SIGNED|VERIFY|ERR_TLS|ERR_SSL|EPROTO/.test(fault.code ?? ""))
    return usageError(
      "not-secure",
      `No trusted encrypted connection to ${name}: ${said}`,
      "Use the server name its certificate is made for. For a certificate of your own organisation set " +
        "NODE_EXTRA_CA_CERTS. If an imap:// server offers no encryption at all, ?tls=optional reads without.",
    );
  if (fault.mailboxMissing || fault.serverResponseCode === "NONEXISTENT")
    return usageError(
      "no-mailbox",
      `${name}: there is no mailbox "${folder}".`,
      "Correct the part behind the server's name.",
    );
  return usageError(
    "server-unreachable",
    `${name} cannot be read: ${said}`,
    "Check the server's name, the port and the network, then run the same command again: what was read is on record.",
  );
}
