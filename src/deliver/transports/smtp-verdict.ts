import type { DeliveryOutcome } from "../../domain/delivery.ts";
import { lastingFault, passingFault } from "./oauth2.ts";
import type { WireFault } from "./smtp-session.ts";
import { SenderFault } from "./transport.ts";

const again = "then run the same command again: nobody is mailed twice.";

/** What else the verdict over a failed attempt depends on. */
export interface Circumstances {
  /** Whether any of the message was handed over. */
  readonly handedOver: boolean;
  /** Whether the server has taken a message from us before. */
  readonly trusted: boolean;
}

/** Gives the outcome of an attempt that failed; throws a SenderFault when the server refuses us, not this person. */
export function judgeSubmission(server: string, fault: WireFault, seen: Circumstances): DeliveryOutcome {
  const code = refusalCode(fault);
  const reply = replyOf(fault);
  if (isOurFault(fault, code, seen.trusted)) throw refusedUs(server, reply, fault);
  if (code === undefined) {
    return seen.handedOver ? { kind: "unknown", reply } : { kind: "deferred", reply, fault: "line" };
  }
  if (isHard(code, reply)) return { kind: "rejected", reply };
  // 421 closes the line, and at MAIL FROM nobody has been named yet.
  if (code === 421 || fault.command === "MAIL FROM" || isServersTrouble(code, reply)) {
    return { kind: "deferred", reply, fault: "line" };
  }
  return { kind: "deferred", reply };
}

/** The enhanced status code behind the reply code (RFC 2034), as class, subject and detail. */
const enhanced = /^\d{3}[ -]([245])\.(\d{1,3})\.(\d{1,3})\b/;

/**
 * True when trying again cannot help. Where the two codes differ, the enhanced one is the more exact (RFC 3463, 2): a
 * gateway translates it and leaves the old code as it was. A 4xx is believed all the same unless the address is bad
 * (5.1.x): to wait costs little, to give somebody up cannot be taken back. 421 says that the line closes, whatever follows.
 */
function isHard(code: number, reply: string): boolean {
  const [, kind, subject] = enhanced.exec(reply) ?? [];
  if (code === 421) return false;
  return code >= 500 ? kind !== "4" : kind === "5" && subject === "1";
}

/** The mail system as a whole has a trouble (RFC 3463, 3.4), or no room (452 of RFC 5321), and not this one mailbox. */
function isServersTrouble(code: number, reply: string): boolean {
  const [, , subject] = enhanced.exec(reply) ?? [];
  return subject === undefined ? code === 452 : subject === "3";
}

/**
 * Takes the fault that kept us from connecting, who logs in, and whether this server was reached before. Gives the outcome
 * for the message that waited; throws a SenderFault when trying again cannot help.
 */
export function judgeConnection(
  server: string,
  fault: WireFault,
  { reachedBefore, user = "" }: { readonly reachedBefore: boolean; readonly user?: string | undefined },
): DeliveryOutcome {
  const code = refusalCode(fault);
  const reply = replyOf(fault);
  if (code !== undefined && code < 500) return { kind: "deferred", reply, fault: "line" };
  if (fault.command === "AUTH XOAUTH2" && code === undefined) {
    // Without an answer that stands, the trouble is between us and the server that gives tokens, or passes.
    if (reachedBefore && fault.originalCode !== lastingFault)
      return { kind: "deferred", reply, fault: "line" };
    throw noToken(server, reply, fault);
  }
  if (fault.code === "EAUTH") throw refusedLogin(server, reply, fault, user);
  if (isTlsFault(fault, code)) {
    throw new SenderFault(
      "not-secure",
      `No trusted encrypted connection to ${server}: ${reply}`,
      "Use the server name its certificate is made for. For a certificate of your own organisation set " +
        "NODE_EXTRA_CA_CERTS. If the server offers no encryption at all, `?tls=optional` sends without.",
      fault,
    );
  }
  if (code !== undefined) throw refusedUs(server, reply, fault);
  if (reachedBefore) return { kind: "deferred", reply, fault: "line" };
  throw new SenderFault(
    "server-unreachable",
    `The mail server ${server} cannot be reached: ${reply}`,
    `Check the transport's host and port and the network, ${again}`,
    fault,
  );
}

/** The reply code when the server refused; none when it said nothing, or nothing that is a refusal. */
function refusalCode({ responseCode }: WireFault): number | undefined {
  return responseCode !== undefined && responseCode >= 400 ? responseCode : undefined;
}

/** 530, 534, 535, 538: log in (RFC 4954). 503: wrong order, our program and the server do not understand each other. */
const oursByCode: ReadonlySet<number> = new Set([503, 530, 534, 535, 538]);
/**
 * Credentials missing, wrong or too weak (RFC 5248); the message is larger than the system takes; the sender's
 * domain fails SPF, DKIM and DMARC at Google (5.7.26) and Microsoft (5.7.515).
 */
const oursByStatus = /\b5\.(?:7\.(?:8|9|11|26|515)|3\.4)\b/;
/** 552 is for a full mailbox as well: said of one person (5.2.x), it is that person's. */
const tooLarge = /^552(?! 5\.2\.).*\b(?:size|large|big|limit)/is;
const wantsLogin = /\b5\.7\.0\b.*auth/is;
const noRelay = /\brelay/i;

function isOurFault(fault: WireFault, code: number | undefined, trusted: boolean): boolean {
  const { command, response = "", code: kind } = fault;
  if (kind === "EMESSAGE" && code === undefined && command === "MAIL FROM") return true;
  if (code === undefined || code < 500) return false;
  if (oursByCode.has(code) || command === "MAIL FROM") return true;
  if (oursByStatus.test(response) || wantsLogin.test(response)) return true;
  if (command === "DATA" && tooLarge.test(response)) return true;
  // The usual answer to a forgotten login. Later on it is about one address, and must not hold up the others.
  return !trusted && command === "RCPT TO" && noRelay.test(response);
}

function isTlsFault(
  { code: kind, originalCode = "", command, message }: WireFault,
  code: number | undefined,
): boolean {
  if (command === "STARTTLS" && code !== undefined) return true;
  if (/CERT|SELF_SIGNED|VERIFY|ERR_TLS|ERR_SSL|EPROTO/.test(originalCode)) return true;
  return kind === "ETLS" && !/closed unexpectedly/.test(message);
}

/** In one line and not endless: it is stored, listed and shown. */
function replyOf({ response, message }: WireFault): string {
  return (response ?? message)
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, 500);
}

function noToken(server: string, reply: string, fault: WireFault): SenderFault {
  const remedy =
    fault.originalCode === passingFault
      ? "Wait a while: the server that gives tokens has a fault of its own that may pass."
      : "Check `oauth2` in the settings.";
  return new SenderFault(
    "no-token",
    `No access token for the mail server ${server} can be got: ${reply}`,
    `${remedy} Then run the same command again: nobody is mailed twice.`,
    fault,
  );
}

function refusedLogin(server: string, reply: string, fault: WireFault, user: string): SenderFault {
  return fault.command === "AUTH XOAUTH2"
    ? new SenderFault(
        "login-refused",
        `The mail server ${server} refuses the access token for ${user}: ${reply}`,
        `Check that this is the mailbox in the transport, that \`oauth2\` in the settings is meant for it, and that the program may send as this mailbox over SMTP: ask your IT team. Then run the same command again: nobody is mailed twice.`,
        fault,
      )
    : new SenderFault(
        "login-refused",
        `The mail server ${server} refuses the login: ${reply}`,
        `Correct the user name and password in the transport (written with %40 for @, %2F for /), ${again}`,
        fault,
      );
}

function refusedUs(server: string, reply: string, cause: WireFault): SenderFault {
  return new SenderFault(
    "server-refuses",
    `The mail server ${server} refuses to send for us: ${reply}`,
    `Check the login in the transport, the sender's address and the size of the message, ${again}`,
    cause,
  );
}
