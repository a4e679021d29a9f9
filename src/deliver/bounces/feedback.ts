import { addressForms } from "./delivery-status.ts";
import { oneLine, type Statement } from "./report.ts";

/**
 * Kinds of feedback by which a person says that they do not want the mail. Sources: RFC 5965, 7.3 (abuse, fraud,
 * other), and what is in use besides (opt-out). `not-spam` says the opposite; `virus` and `auth-failure` (RFC 6591)
 * come from machines.
 */
const complaints: ReadonlySet<string> = new Set(["abuse", "fraud", "other", "opt-out", "opt-out-list"]);

/** Takes the text of a `message/feedback-report` part (RFC 5965). Gives what it says. */
export function feedbackOf(report: string): Statement {
  const fields = [
    ...report.replaceAll(/\r?\n[ \t]+/g, " ").matchAll(/^([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)$/gm),
  ];
  const all = (wanted: string) =>
    fields.filter(([, name = ""]) => name.toLowerCase() === wanted).map(([, , value = ""]) => value.trim());
  const type = (all("feedback-type")[0] ?? "").toLowerCase();
  const addresses = [...all("original-rcpt-to"), ...all("removal-recipient")].flatMap(addressForms);
  const shared = { addresses, said: oneLine(`Feedback-Type: ${type}`) };
  return complaints.has(type)
    ? { ...shared, kind: "complaint" }
    : { ...shared, kind: "other", note: "no-complaint" };
}
