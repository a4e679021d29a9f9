import { count } from "../domain/count.ts";
import { dayInWords } from "../domain/dates.ts";
import type { Approval } from "../domain/edition.ts";
import { quoted } from "../domain/quoted.ts";
import { isPastReview, type Day, type Topic } from "../domain/topic.ts";
import type { ApprovalState } from "./approvals.ts";

/** Why an edition may not be sent. */
export interface Gate {
  readonly code: "not-ready" | "past-review" | "findings" | "not-approved" | "changed";
  readonly why: string;
  /** What to do about it. */
  readonly next: string;
  /** The command that helps, if there is one. */
  readonly command: string;
}

/** People who have had an edition that is not what its files say now. */
export interface ServedDifferently {
  readonly people: number;
  /** What changed, in words; empty when nobody wrote it down. */
  readonly what: string;
  /** It only went to an outbox, in a rehearsal that is not over. */
  readonly rehearsal?: boolean | undefined;
}

/** What the decision depends on. */
export interface GateFacts {
  readonly topic: Topic;
  readonly cycle: string;
  readonly today: Day;
  /** Errors among the findings of the topic, its brand, the settings and the templates. */
  readonly errors: number;
  readonly approvals: ApprovalState;
  /** An approval that no longer holds, and what was changed since, in words; empty when nobody wrote it down. */
  readonly changedSinceApproved?: { readonly approval: Approval; readonly what: string } | undefined;
  /** How many have had the edition in another form than it has now, and what is different, if anybody has. */
  readonly servedDifferently?: ServedDifferently | undefined;
}

/** Everything that stands in the way of sending, in the order in which it is best mended. */
export function closedGates({
  topic,
  cycle,
  today,
  errors,
  approvals,
  changedSinceApproved,
  servedDifferently,
}: GateFacts): Gate[] {
  const gates: Gate[] = [];
  const file = topic.source.path;
  const check = `onetopic check ${quoted(file)}`;
  if (servedDifferently) {
    gates.push({
      code: "changed",
      why: `${cycle} ${changedSince(servedDifferently)}`,
      next: afterChange({ topic: topic.slug, cycle }, servedDifferently),
      command: linesSince(topic.slug, cycle),
    });
  }
  if (topic.status !== "ready") gates.push(notReady(topic));
  if (isPastReview(topic, today)) {
    const why = `The review date of "${topic.slug}", ${topic.review}, is past.`;
    gates.push({
      code: "past-review",
      why,
      next: `Check the facts in ${file}, then set a new date.`,
      command: check,
    });
  }
  if (errors > 0) {
    const why =
      errors === 1
        ? "There is 1 error among the findings."
        : `There are ${errors} errors among the findings.`;
    gates.push({
      code: "findings",
      why,
      next: "See and mend them: onetopic check",
      command: "onetopic check",
    });
  }
  if (approvals.missing.length > 0) {
    const gate = notApproved(cycle, approvals.missing);
    gates.push(
      approvals.void.length > 0
        ? { ...gate, ...voided(topic, cycle, approvals, changedSinceApproved) }
        : gate,
    );
  }
  return gates;
}

function voided(
  { slug }: Topic,
  cycle: string,
  { missing }: ApprovalState,
  changed: GateFacts["changedSinceApproved"],
): Pick<Gate, "code" | "why"> {
  const what = changed?.what ?? "";
  const since = changed
    ? `${changed.approval.by} approved it as ${changed.approval.role} on ${dayInWords(changed.approval.on)}`
    : "it was approved";
  const lines = what === "" ? "" : ` To read the lines: ${linesSince(slug, cycle)}.`;
  const why = `It has changed since ${since}${what === "" ? "" : `: ${what}`}.${lines} Still to approve: ${missingInWords(missing)}.`;
  return { code: "changed", why };
}

/** The command that shows what has changed in the words of an edition. */
export function linesSince(topic: string, cycle: string): string {
  return `onetopic topics ${quoted(topic)} --since ${cycle}`;
}

/** `has changed since 3 people got it: your note.` */
export function changedSince({ people, what, rehearsal }: ServedDifferently): string {
  const got = `${count(people, "person", "people")} got it${rehearsal ? " in a rehearsal" : ""}`;
  return `has changed since ${got}${what === "" ? "" : `: ${what}`}.`;
}

/** What to do about it. */
export function afterChange(
  { topic, cycle }: { readonly topic: string; readonly cycle: string },
  { rehearsal }: Pick<ServedDifferently, "rehearsal">,
): string {
  const lines = `(${linesSince(topic, cycle)} shows the lines)`;
  return rehearsal
    ? `To rehearse it from the start, as it is now, add --afresh to "onetopic send". To go on with the rehearsal, undo the change ${lines}.`
    : `Undo the change to send the rest ${lines}, or pick the topic for another cycle.`;
}

/** The gate of a topic that is a draft or retired. */
export function notReady({ slug, status, source }: Topic): Gate {
  return {
    code: "not-ready",
    why: `The topic "${slug}" is ${status === "draft" ? "still a draft" : "retired"}.`,
    next: `Finish ${source.path} and set "status: ready".`,
    command: `onetopic check ${quoted(source.path)}`,
  };
}

/** The gate of an edition that lacks approvals. */
export function notApproved(cycle: string, missing: readonly string[]): Gate {
  const role = missing[0] === "anyone" ? "ROLE" : (missing[0] ?? "ROLE");
  const command = `onetopic approve ${cycle} --by NAME --as ${role}`;
  return {
    code: "not-approved",
    why: `Approvals are missing: ${missingInWords(missing)}.`,
    next: `When approved, record it: ${command}`,
    command,
  };
}

/** `primary-care, secondary-care`; when only a number is asked for, `2 more`. */
export function missingInWords(missing: readonly string[]): string {
  return missing[0] === "anyone" ? `${missing.length} more` : missing.join(", ");
}
