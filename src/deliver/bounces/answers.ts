import type { Mail } from "./mail.ts";
import type { Statement } from "./report.ts";

/*
 * What people and their mail programs answer: "unsubscribe", and automatic replies.
 */

/** Written by the mail program that follows the unsubscribe header, with the person's token. */
const withToken = /^\s*unsubscribe\s+([0-9a-f]{40})\s*$/i;
/** Written by hand. */
const plain = /^\s*(?:re\s*:\s*)?unsubscribe\s*[.!]?\s*$/i;

/** "unsubscribe TOKEN", which says by itself whom it is about. */
export function unsubscribeByToken(mail: Mail): Statement | undefined {
  const token = withToken.exec(mail.header("subject"))?.[1]?.toLowerCase();
  if (token === undefined) return undefined;
  return { kind: "unsubscribe", addresses: senders(mail), token };
}

/** A plain "unsubscribe" as the subject, or as all there is to the message. */
export function unsubscribeByHand(mail: Mail): Statement | undefined {
  const subject = mail.header("subject");
  const first = mail.text.trim().split(/\r?\n/, 1)[0] ?? "";
  const isAsked = plain.test(subject) || (plain.test(first) && /^\s*(?:re\s*:.*)?$/i.test(subject));
  return isAsked ? { kind: "unsubscribe", addresses: senders(mail) } : undefined;
}

/** Subjects of Exchange's out-of-office replies, which it marks as `auto-generated` only. */
const outOfOffice =
  /^\s*(?:automatic reply|automatische antwort|r[ée]ponse automatique|out of (?:the )?office|abwesenheitsnotiz|abwesend)\b/i;

/**
 * Automatic replies: `Auto-Submitted: auto-replied` (RFC 3834, 5), and what stood for it before and still does.
 * Delivery reports bear that mark as well, so they are told apart first.
 */
export function autoReply(mail: Mail): Statement | undefined {
  const submitted = mail.header("auto-submitted").trim().toLowerCase();
  const isMarked =
    /^auto-(?:replied|notified)\b/.test(submitted) ||
    mail.header("x-autoreply") !== "" ||
    mail.header("x-autorespond") !== "" ||
    mail.header("x-auto-reply") !== "" ||
    /^\s*(?:auto_reply|auto-reply)/i.test(mail.header("precedence")) ||
    /\bvacation\b/i.test(mail.header("x-mailer"));
  const isExchange =
    outOfOffice.test(mail.header("subject")) &&
    (submitted.startsWith("auto-generated") || mail.header("x-auto-response-suppress") !== "");
  return isMarked || isExchange ? { kind: "auto-reply", addresses: senders(mail) } : undefined;
}

function senders({ from }: Mail): string[] {
  return from === "" ? [] : [from];
}
