import { judgeFailure, replyClass, statusIn } from "./judge.ts";
import type { Mail } from "./mail.ts";
import { oneLine, type Statement } from "./report.ts";

/*
 * Reports that are written for people alone: qmail, Exim, older Gmail and Exchange, filters in front of a server, and
 * all whose delivery report got lost on the way. Three things must come together: a machine wrote it, it says that
 * something was not delivered, and it names an address in one of the forms that such reports use.
 */

const machine =
  /^(?:mailer-?daemon|mail-?daemon|postmaster|mdaemon|microsoftexchange[0-9a-f]*|mail-?delivery\S*)@/i;

/** True when a mail system wrote it. `Return-Path: <>` is what RFC 5321, 4.5.5 asks of reports; answers bear it as well. */
export function isFromMachine(mail: Mail): "surely" | "perhaps" | false {
  if (machine.test(mail.from) || mail.header("x-failed-recipients") !== "") return "surely";
  return /^\s*<\s*>\s*$/.test(mail.header("return-path")) ? "perhaps" : false;
}

const failed = new RegExp(
  [
    // qmail, Exim, Postfix
    /qmail-send program|created automatically by mail delivery software|this is the mail system at host/,
    // Gmail, Exchange, Microsoft 365
    /delivery to the following recipients? (?:has )?failed|delivery has failed to these recipients|did not reach (?:some or all of )?the/,
    // Filters and others
    /(?:could ?n['’o]t|can ?n['’o]t|was ?n['’o]t|cannot|unable to|not) be(?:en)? delivered|was not delivered|couldn['’]t be delivered|could not deliver/,
    /undeliver(?:able|ed)|unable to deliver|delivery (?:status notification|failure|failed)|mail delivery failed|returned mail|was blocked by|address not found/,
    /(?:konnten?|kann) nicht (?:zugestellt|ausgeliefert)|unzustellbar|zustellung .{0,40}fehlgeschlagen/,
    /n['’]a pas (?:pu|été) (?:être )?(?:remis|distribué|livré|délivré)|non remis|échec de (?:la )?(?:remise|distribution)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "i",
);

const delayed =
  /\bdelayed\b|not yet been delivered|(?:will|delivery will) (?:continue|keep)\b[^.]{0,30}(?:try|retry|attempt)|still (?:being )?(?:trying|retried|queued)|(?:do not|don['’]t) need to resend|verzögert|retardée?\b/i;
const final = /permanent|giv(?:en|ing) up|endgültig|définiti/i;

/** Where the report ends and a copy of the message begins. */
const copyMark =
  /^(?:-{3,} ?(?:below this line is a copy|this is a copy of|original message|unsent message|included is a copy|ursprüngliche nachricht|message d'origine).*|original message headers:.*|ursprüngliche nachrichtenkopfzeilen:.*|en-têtes de message d'origine\s*:.*)$/im;

/** Parts the words of the report from the copy of the message below them. */
export function splitCopy(text: string): { readonly words: string; readonly copy: string } {
  const lines = text.replaceAll(/\r\n?/g, "\n");
  const mark = copyMark.exec(lines);
  if (!mark) return { words: lines, copy: "" };
  return { words: lines.slice(0, mark.index), copy: lines.slice(mark.index + mark[0].length) };
}

/** True when it says that something was not delivered. */
export function tellsOfFailure(mail: Mail): boolean {
  return failed.test(mail.header("subject")) || failed.test(splitCopy(mail.text).words.slice(0, 20_000));
}

/** Takes a message from a mail system. Gives what it says of each address it names; none when it is no such report. */
export function plainStatements(mail: Mail): Statement[] {
  if (!tellsOfFailure(mail)) return [];
  const words = splitCopy(mail.text).words.slice(0, 20_000);
  const namings = namingsIn(words);
  for (const address of mail.header("x-failed-recipients").split(/[\s,]+/))
    if (address.includes("@") && !namings.has(address.toLowerCase()))
      namings.set(address.toLowerCase(), { address, words });
  const isDelay = delayed.test(`${mail.header("subject")}\n${words}`) && !final.test(words);
  return [...namings.values()].map((naming): Statement => {
    const { address } = naming;
    if (isDelay) return { kind: "other", addresses: [address], note: "delayed" };
    const said = replyIn(naming.words);
    const status = statusIn(naming.words) ?? (replyClass(naming.words) === "4" ? "4.0.0" : undefined);
    return { addresses: [address], said: oneLine(said), ...judgeFailure(status, said) };
  });
}

/** With bounds, as RFC 5321, 4.5.3.1 sets them: a report of nothing but signs must not take for ever. */
const address = String.raw`<?([^\s<>"(),:;@]{1,64}@[^\s<>"(),:;@]{0,250}[^\s<>"(),:;@.'’])>?`;
/** Alone on its line, or before a colon, a date or a link: qmail, Postfix, Exim, Gmail, Exchange. */
const ownLine = new RegExp(String.raw`^[ \t]*${address}(?:<mailto:[^>]*>)?[ \t]*(?=:|$| on \d| \()`, "gim");
/** Filters and Microsoft 365: "Your message to ann@example.org couldn't be delivered". */
const inSentence = new RegExp(
  String.raw`\b(?:message|e?-?mail|nachricht|recipients?|address|empfänger|destinataire)\b[^\n@.]{0,40}?(?:\b(?:to|for|an|à)\b|:)[: \t]*\n?[ \t]*['"]?${address}`,
  "gim",
);

interface Naming {
  readonly address: string;
  /** All that is said of this address. */
  readonly words: string;
}

/** Every address that the report names, with the words from there to where the next one is named. */
function namingsIn(words: string): Map<string, Naming> {
  const places = [...words.matchAll(ownLine), ...words.matchAll(inSentence)]
    .map((match) => ({ at: match.index, address: match[1] ?? "" }))
    .toSorted((a, b) => a.at - b.at);
  const found = new Map<string, Naming>();
  places.forEach(({ at, address: named }, index) => {
    const key = named.toLowerCase();
    const next = places.slice(index + 1).find((place) => place.address.toLowerCase() !== key);
    const piece = words.slice(at, next?.at);
    found.set(key, { address: named, words: `${found.get(key)?.words ?? ""}${piece}\n` });
  });
  return found;
}

/** The reply of the other server, if one stands there; else the words themselves. */
function replyIn(words: string): string {
  const from = /(?<![\d.])[45][0-5]\d[ \-#]|#?[45]\.\d{1,3}\.\d{1,3}\b/.exec(words)?.index ?? 0;
  return (words.slice(from).split(/\n[ \t]*\n/, 1)[0] ?? "").slice(0, 400);
}
