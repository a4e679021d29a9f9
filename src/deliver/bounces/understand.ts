import { autoReply, unsubscribeByHand, unsubscribeByToken } from "./answers.ts";
import { statementsOf } from "./delivery-status.ts";
import { feedbackOf } from "./feedback.ts";
import { judgeFailure, statusIn } from "./judge.ts";
import { readMail, type Mail } from "./mail.ts";
import { isFromMachine, plainStatements, splitCopy, tellsOfFailure } from "./plain-report.ts";
import type { Note, Report, Statement } from "./report.ts";
import { idsIn, returnedFrom, type Returned } from "./returned.ts";

/** A report that somebody forwards stands in a message; deeper than this nobody forwards. */
const deepest = 2;

/** Our messages go to one person each; a list of that many is none of ours. */
const mostStatements = 100;

const returnedTypes: ReadonlySet<string> = new Set([
  "message/rfc822",
  "text/rfc822-headers",
  "message/rfc822-headers",
  "message/global",
  "message/global-headers",
]);
/** RFC 3464, and RFC 6533 for addresses outside ASCII. */
const statusTypes: ReadonlySet<string> = new Set([
  "message/delivery-status",
  "message/global-delivery-status",
]);

/** Takes a message as it came in. Gives what it says; a message that cannot be read says nothing. */
export async function understand(raw: Uint8Array): Promise<Report> {
  return understandWithin(raw, deepest);
}

async function understandWithin(raw: Uint8Array, depth: number): Promise<Report> {
  let mail: Mail;
  try {
    mail = await readMail(raw);
  } catch {
    return nothing([], "unreadable");
  }
  if (mail.header("from") === "" && mail.header("subject") === "" && mail.parts.length === 0)
    return nothing([], "unreadable");
  return (
    byTheBook(mail) ??
    answerOf(mail, unsubscribeByToken(mail)) ??
    fromMachine(mail) ??
    answerOf(mail, autoReply(mail)) ??
    answerOf(mail, unsubscribeByHand(mail)) ??
    (await forwarded(mail, depth)) ??
    nothing(mail.from === "" ? [] : [mail.from], "not-a-report")
  );
}

/** Reports of RFC 3464, 5965 and 8098: told by the part that machines read. */
function byTheBook(mail: Mail): Report | undefined {
  const status = mail.parts.find(({ type }) => statusTypes.has(type));
  if (status) {
    const statements = completed(statementsOf(status.text), mail);
    if (statements.length > 0) return reportOf(mail, statements, status.text);
    return fromMachine(mail) ?? nothing([], "no-address");
  }
  const feedback = mail.parts.find(({ type }) => type === "message/feedback-report");
  if (feedback) {
    const said = feedbackOf(feedback.text);
    return reportOf(mail, [{ ...said, addresses: [...said.addresses, ...returnedOf(mail).addresses] }]);
  }
  const isReceipt = mail.parts.some(({ type }) => type === "message/disposition-notification");
  return isReceipt ? nothing([mail.from], "receipt") : undefined;
}

/** A status that says nothing is made up for by the words beside it, if they can be about one person only. */
function completed(statements: Statement[], mail: Mail): Statement[] {
  const [only] = statements;
  if (statements.length !== 1 || !only || (only.kind !== "hard" && only.kind !== "soft")) return statements;
  const isSilent = only.said === undefined && (only.status === undefined || only.status.endsWith(".0.0"));
  const status = isSilent ? statusIn(splitCopy(mail.text).words) : undefined;
  return status === undefined ? statements : [{ ...only, ...judgeFailure(status) }];
}

function fromMachine(mail: Mail): Report | undefined {
  const machine = isFromMachine(mail);
  if (machine === false || (machine === "perhaps" && autoReply(mail))) return undefined;
  const statements = plainStatements(mail);
  if (statements.length > 0) return reportOf(mail, statements);
  return machine === "surely" && tellsOfFailure(mail)
    ? reportOf(mail, [{ kind: "other", addresses: [], note: "no-address" }])
    : undefined;
}

function reportOf(mail: Mail, statements: readonly Statement[], fields = ""): Report {
  const returned = returnedOf(mail);
  // Gmail names it beside the status.
  const original = /^(?:x-)?original-message-id[ \t]*:(.*)$/im.exec(fields)?.[1] ?? "";
  const ids = [
    ...returned.messageIds,
    ...idsIn(original),
    ...idsIn(mail.header("in-reply-to")),
    ...idsIn(mail.header("references")),
  ];
  const some = statements.slice(0, mostStatements);
  return { statements: some, messageIds: [...new Set(ids)], tokens: returned.tokens };
}

function returnedOf(mail: Mail): Returned {
  const part = mail.parts.find(({ type }) => returnedTypes.has(type));
  return returnedFrom(part ? part.text : splitCopy(mail.text).copy);
}

/** Who forwards a message and gets "unsubscribe" as an answer stands in the references as well: only the answered counts. */
function answerOf(mail: Mail, statement: Statement | undefined): Report | undefined {
  return statement && { statements: [statement], messageIds: idsIn(mail.header("in-reply-to")), tokens: [] };
}

async function forwarded(mail: Mail, depth: number): Promise<Report | undefined> {
  if (depth === 0) return undefined;
  for (const part of mail.parts.filter(
    ({ type }) => type === "message/rfc822" || type === "message/global",
  )) {
    const report = await understandWithin(part.bytes, depth - 1);
    if (report.statements.some(({ kind }) => kind === "hard" || kind === "soft" || kind === "complaint"))
      return report;
  }
  return undefined;
}

function nothing(addresses: readonly string[], note: Note): Report {
  return { statements: [{ kind: "other", addresses, note }], messageIds: [], tokens: [] };
}
