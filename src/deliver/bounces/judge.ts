import type { ReportKind } from "./report.ts";

/*
 * Whether a failure is about the address itself, and for good. Only that takes somebody off the lists at once: all else
 * may be about us, our words, or the day.
 */

/**
 * Status codes that say that the address cannot be mailed. Sources: RFC 3463, 3.2 (X.1.0 to X.1.4 and X.1.6: the
 * address), RFC 7505 (X.1.10: the domain takes no mail), RFC 3463, 3.5 (X.4.4: no way to the host is known). X.1.5 says
 * that the address is right; X.1.7 to X.1.9 are about the sender and about servers on the way.
 */
const hardStatus = /^5\.(?:1\.(?:0|1|2|3|4|6|10)|4\.4)$/;

/** Statuses that say nothing: what the other server said is asked instead. */
const emptyStatus = /^[45]\.0\.0$/;

/**
 * Microsoft writes 5.4.1 with these words for an address that its directory does not know, and 5.4.310 for a domain that
 * is not there. Source: learn.microsoft.com, "Fix NDR error 550 5.4.1" and "5.4.310".
 */
const microsoft: ReadonlyMap<string, RegExp> = new Map([
  ["5.4.1", /recipient address rejected: access denied/i],
  ["5.4.310", /./],
]);

/** Words about an address that is not there. Only asked when no status decides. */
const nobody = new RegExp(
  [
    /user (?:is )?unknown|unknown (?:user|recipient|mailbox|address)|no such (?:user|recipient|mailbox|person|address)/,
    /(?:user|recipient|mailbox|address|account|domain)\b[^.;]{0,60}\b(?:does not|doesn't|do not) exist/,
    /(?:user|recipient|mailbox|address|account|host|domain) (?:was |could )?(?:not |n't )?(?:be )?not found|couldn't be found/,
    /no mailbox here by that name|unrouteable address|not listed in|invalid (?:recipient|mailbox|address)/,
    /recipnotfound|recipientnotfound|not a valid (?:mailbox|recipient|user)/,
    /empf(?:ä|ae)nger (?:ist )?unbekannt|unbekannter empf(?:ä|ae)nger|adresse existiert nicht|existiert nicht/,
    /(?:utilisateur|destinataire|adresse) (?:est )?inconnue?|n['’]existe pas/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "i",
);

/** Words about us, the message or the moment. They win over the others: "user unknown" may stand beside "spam". */
const notTheAddress =
  /spam|blocked|blacklist|block ?list|reputation|policy|quota|mailbox (?:is )?full|over ?quota|temporar|greylist|try again|rate limit|too many|virus|dmarc|\bspf\b|dkim|access denied|relay|too large|speicherplatz|postfach (?:ist )?voll|pleine|timed? ?out/i;

/**
 * Judges a delivery that failed.
 * @param status as the report gives it
 * @param said what the other server said
 * @returns hard or soft, and the status that says so
 */
export function judgeFailure(
  status: string | undefined,
  said = "",
): { readonly kind: Extract<ReportKind, "hard" | "soft">; readonly status: string | undefined } {
  const within = statusIn(said);
  const deciding = status === undefined || emptyStatus.test(status) ? (within ?? status) : status;
  return { kind: isHard(deciding, said) ? "hard" : "soft", status: deciding };
}

function isHard(status: string | undefined, said: string): boolean {
  if (status === undefined || status === "5.0.0")
    return replyClass(said) !== "4" && nobody.test(said) && !notTheAddress.test(said);
  // X.1.0 is "something about the address": a server that blocks us for its own reasons says so as well.
  if (status === "5.1.0") return !notTheAddress.test(said);
  return hardStatus.test(status) || (microsoft.get(status)?.test(said) ?? false);
}

/** The status that stands behind a reply code, or alone, in what a server said. Source: RFC 2034 and RFC 3463, 2. */
export function statusIn(said: string): string | undefined {
  const behindCode = /\b([45])\d\d[ \-#]{1,2}#?(\1\.\d{1,3}\.\d{1,3})\b/.exec(said)?.[2];
  return behindCode ?? /(?:^|[\s#(:])([45]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(said)?.[1];
}

/** A reply code without a status behind it: 5 is for good, 4 is not. Source: RFC 5321, 4.2.1. */
export function replyClass(said: string): "4" | "5" | undefined {
  const code = /(?:^|[\s#'"(:;])([45])[0-5]\d(?=[\s-])/.exec(said)?.[1];
  return code === "4" || code === "5" ? code : undefined;
}
