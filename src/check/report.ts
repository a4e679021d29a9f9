import { count } from "../domain/count.ts";
import type { Problem, RuleId } from "../domain/problem.ts";
import { describe } from "./words/words.ts";

/** What was found, and what the forms of a report need to say it. */
export interface Report {
  /** Sorted by file and place. */
  readonly problems: readonly Problem[];
  readonly summary: Summary;
  /** The files of the topics that were looked at, with findings or without. */
  readonly topicFiles: readonly string[];
  /** The texts of files at fault, by their paths: only those of which lines may be shown. */
  readonly texts: ReadonlyMap<string, string>;
  /** Warnings fail as well. */
  readonly strict: boolean;
  /** The way from the root of the repository to the toolkit, such as `comms/toolkit/`; empty when they are the same. */
  readonly folder: string;
  /** How long it took, in milliseconds, where that is to be said. */
  readonly took?: number | undefined;
  /** How many findings `--fix` can repair, where that is known. */
  readonly repairable?: number | undefined;
}

export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly topics: number;
  readonly artefacts: number;
}

/** One problem as `path:line:column  severity  rule-id  sentence`: always one line, whatever stands in a file. */
export function problemLine(problem: Problem): string {
  const { path, line, column, severity, rule } = problem;
  return visible(`${path}:${line}:${column}  ${severity}  ${rule}  ${describe(problem)}`);
}

/** One problem as scripts get it. */
export function problemJson(problem: Problem): object {
  const { path, line, column, severity, rule } = problem;
  return { path, line, column, severity, rule, message: describe(problem) };
}

/** How many errors and warnings there are. */
export function tally(problems: readonly Problem[]): Pick<Summary, "errors" | "warnings"> {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return { errors, warnings: problems.length - errors };
}

/** `2 errors, 1 warning. 12 topics checked, 144 artefacts rendered.` */
export function summaryLine({ summary, took }: Pick<Report, "summary" | "took">): string {
  const { errors, warnings, topics, artefacts } = summary;
  const verdict =
    errors + warnings === 0 ? "No findings." : `${count(errors, "error")}, ${count(warnings, "warning")}.`;
  const time = took === undefined ? "" : ` in ${(took / 1000).toFixed(1)} s`;
  return `${verdict} ${count(topics, "topic")} checked, ${count(artefacts, "artefact")} rendered${time}.`;
}

/** The page that says why a rule is there, and how to mend its findings. */
export function rulePage(rule: RuleId): string {
  return `docs/rules/${rule}.md`;
}

/**
 * True for files of which lines may be shown: what people write to be read. Never lists, which hold personal data, and
 * nothing outside the toolkit.
 */
export function mayBeShown(path: string): boolean {
  const isWritten = /^(?:content\/.+\.(?:md|ya?ml)|templates\/.+\.hbs|onetopic\.yaml)$/.test(path);
  return isWritten && !path.split("/").includes("..");
}

/** What a terminal would obey, or what turns the order of letters around, so that text reads as it does not stand. */
const unseen = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** On one line, and without anything that acts on a terminal. */
export function visible(text: string): string {
  return text.replace(unseen, " ");
}

/** Things by what they have in common, in the order of their first. */
export function grouped<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
