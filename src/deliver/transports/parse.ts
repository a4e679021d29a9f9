import { isAbsolute, relative, resolve, sep } from "node:path";

import { usageError } from "../../domain/user-error.ts";
import { type TokenSource, tokensFrom } from "./oauth2.ts";
import { outboxTransport } from "./outbox.ts";
import { sendmailTransport } from "./sendmail.ts";
import { type SmtpServer, smtpTransport } from "./smtp.ts";
import type { TransportFactory } from "./transport.ts";

const forms =
  "Use outbox:DIR, smtp://USER:PASSWORD@HOST:PORT, smtps://USER:PASSWORD@HOST:PORT or sendmail:PATH. " +
  "In user name and password write %3A for :, %2F for /, %40 for @, %23 for #, %25 for %.";

/** RFC 5321 leaves ten minutes to a server that has the whole message. */
const defaultTimeout = 600_000;
/** Few servers take fewer; some close the line after more. */
const defaultMessages = 100;

export interface TransportOptions {
  /** The toolkit's folder. */
  readonly root: string;
  /** How long a server may be silent, in milliseconds. */
  readonly timeout?: number | undefined;
  /** After so many messages another connection is opened. */
  readonly messagesPerConnection?: number | undefined;
  /** For a user without a password. */
  readonly oauth2?: TokenSource | undefined;
}

/**
 * Takes the text of `transport` or `--transport`, and what else it goes by.
 * Gives what opens the transport. Throws a UserError (exit 2) that names the forms and never repeats the text,
 * because a password may stand in it.
 */
export function parseTransport(
  text: string,
  { root, timeout = defaultTimeout, messagesPerConnection = defaultMessages, oauth2 }: TransportOptions,
): TransportFactory {
  const [, scheme, rest = ""] = /^([a-z]+):(.*)$/is.exec(text) ?? [];
  switch (scheme?.toLowerCase()) {
    case "outbox":
      return outbox(rest, root);
    case "sendmail":
      return sendmailTransport(rest === "" ? undefined : rest, timeout);
    case "smtp":
    case "smtps":
      return smtpTransport({ ...smtpServer(text, oauth2), timeout, messagesPerConnection });
    default:
      throw usageError("bad-transport", "The transport is none of the known forms.", forms);
  }
}

function outbox(folder: string, root: string): TransportFactory {
  if (folder.trim() === "")
    throw usageError("bad-transport", "The transport outbox: names no folder.", forms);
  const target = resolve(root, folder);
  if (isAbsolute(folder)) return outboxTransport(target, `outbox:${target}`);
  const inside = relative(root, target);
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw usageError(
      "bad-transport",
      "The outbox lies outside the toolkit.",
      "Name a folder inside the toolkit, or write the whole path from the root if it is meant to be elsewhere.",
    );
  }
  return outboxTransport(target, `outbox:${inside.split(sep).join("/")}`);
}

function smtpServer(
  text: string,
  oauth2: TokenSource | undefined,
): Pick<SmtpServer, "host" | "port" | "tls" | "login"> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.hostname || !/^\/?$/.test(url.pathname) || url.hash !== "") {
    throw usageError("bad-transport", "The transport is not a complete mail server address.", forms);
  }
  const wrapped = url.protocol === "smtps:";
  const wish = tlsWish(url);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return {
    host,
    port: url.port === "" ? (wrapped ? 465 : 587) : Number(url.port),
    tls: wrapped ? "wrapped" : (wish ?? (isLoopback(host) ? "optional" : "required")),
    login: loginOf(url, oauth2),
  };
}

function loginOf(
  { username, password }: URL,
  oauth2: TokenSource | undefined,
): SmtpServer["login"] | undefined {
  if (username === "") return undefined;
  const user = plain(username);
  return oauth2 && password === ""
    ? { user, oauth2: tokensFrom(user, oauth2) }
    : { user, pass: plain(password) };
}

function tlsWish({ protocol, searchParams }: URL): "required" | "optional" | undefined {
  for (const [name, value] of searchParams) {
    if (name === "tls" && value === "required") return value;
    if (name === "tls" && value === "optional" && protocol === "smtp:") return value;
    throw usageError(
      "bad-transport",
      "The transport has a setting after ? that is not known.",
      "Known are ?tls=required and, for smtp://, ?tls=optional.",
    );
  }
  return undefined;
}

function plain(encoded: string): string {
  let text: string;
  try {
    text = decodeURIComponent(encoded);
  } catch {
    throw usageError("bad-transport", "User name or password of the transport hold a stray %.", forms);
  }
  if (/\p{Cc}/u.test(text)) {
    throw usageError(
      "bad-transport",
      "User name or password of the transport hold a control character.",
      forms,
    );
  }
  return text;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
