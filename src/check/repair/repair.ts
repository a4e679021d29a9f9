import type { Problem, RuleId } from "../../domain/problem.ts";
import { Draft, type Guard, type Lines, type Repair, type Step } from "./draft.ts";
import {
  straightDelimiters,
  straightLinkQuotes,
  straightFaultyValues,
  straightPlainValues,
  unquotedPlainValue,
  withoutAnyEndSpaces,
  tabsAsSpaces,
  withoutEndSpaces,
  withoutUnseen,
} from "./steps.ts";
import { sameButLinks } from "./links.ts";
import { mends, sameValues, type CleanValue } from "./values.ts";
import { sameButSecure, securedValue, withSecureHosts, withSecureValues } from "./secure.ts";
import { codeLines, sameWords } from "./same.ts";

const repairable: ReadonlySet<RuleId> = new Set(["file/spaces", "file/unseen", "link/quotes"]);

/** True for a finding that a repair takes away. Whether `http:` may become `https:` depends on the site. */
export function isRepairable({ rule }: Problem): boolean {
  return repairable.has(rule);
}

export interface Repaired {
  readonly text: string;
  readonly repairs: readonly Repair[];
}

/** What a repair needs to know. */
export interface RepairFacts {
  readonly isOn: (rule: RuleId) => boolean;
  /** Sites that are known to answer to https. */
  readonly hosts: ReadonlySet<string>;
  /** A YAML text as values; nothing when it has faults. */
  readonly readYaml: (text: string) => unknown;
}

/**
 * Repairs what is safe in a Markdown file with front matter. Where it cannot be seen that the words stay the same, a
 * line stays as it is. Everything else is kept byte for byte: comments, line ends, a byte order mark.
 */
export function repairText(text: string, facts: RepairFacts): Repaired {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const ends = text.slice(mark.length).match(/\r\n|\n|\r/g) ?? [];
  const draft = new Draft(text.slice(mark.length).split(/\r\n|\n|\r/), facts.isOn);
  repairDelimiters(draft, facts);
  const close = closingLine(draft.lines);
  if (close === undefined) return { text, repairs: [] };
  if (facts.isOn("file/spaces")) draft.end();
  // One repair may clear the way for another: a second run of the command must find nothing more.
  for (let before: Lines = []; before !== draft.lines;) {
    before = draft.lines;
    repairFront(draft, facts, close);
    repairBody(draft, facts, close);
  }
  const joined = draft.lines.map(
    (line, at) => line + (ends[at] ?? (at < draft.lines.length - 1 ? (ends[0] ?? "\n") : "")),
  );
  return {
    text: mark + joined.join(""),
    repairs: draft.repairs.toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}

function repairDelimiters(draft: Draft, { readYaml }: RepairFacts): void {
  draft.take("front-matter/missing", 0, draft.lines.length, straightDelimiters, (_, after) => {
    const close = closingLine(after.split("\n"));
    const value = close === undefined ? undefined : readYaml(after.split("\n").slice(1, close).join("\n"));
    return typeof value === "object" && value !== null && ["title", "cycle"].some((key) => key in value);
  });
}

function repairFront(draft: Draft, { readYaml, hosts }: RepairFacts, close: number): void {
  const keeps = (clean: CleanValue) => sameValues(readYaml, clean);
  const take = (rule: RuleId, step: Step, guard: Guard) => draft.take(rule, 1, close, step, guard);
  const mend = (step: Step) =>
    draft.takeFewest(
      "yaml/syntax",
      1,
      close,
      step,
      mends(readYaml),
      sameValues(readYaml, () => ""),
    );
  const straight: Step = (lines) => straightFaultyValues(lines, (line) => readYaml(line) === undefined);
  mend(tabsAsSpaces);
  mend(straight);
  mend((lines) => straight(tabsAsSpaces(lines)));
  take("schema/invalid", straightPlainValues, keeps(unquotedPlainValue));
  take("file/unseen", withoutUnseen, keeps(seenWords));
  for (const where of ["targets", "anywhere"] as const)
    take("link/insecure", (lines) => withSecureValues(lines, hosts, where), keeps(securedValue(hosts)));
  take("file/spaces", withoutAnyEndSpaces, keeps(asItIs));
  for (const at of [0, close]) draft.take("file/spaces", at, at + 1, withoutAnyEndSpaces, () => true);
}

const asItIs = (text: string) => text;

function repairBody(draft: Draft, { hosts }: RepairFacts, close: number): void {
  const take = (rule: RuleId, step: Step, guard: Guard) =>
    draft.take(rule, close + 1, draft.lines.length, exceptCode(step), guard);
  take("file/unseen", withoutUnseen, sameWords(seenWords));
  take("link/quotes", straightLinkQuotes, sameButLinks());
  for (const where of ["targets", "anywhere"] as const)
    take("link/insecure", (lines) => withSecureHosts(lines, hosts, where), sameButSecure(hosts));
  take(
    "file/spaces",
    withoutEndSpaces,
    sameWords((text) => text.replace(/[ \t]+(?=\n)/g, "").trimEnd()),
  );
}

/** Code is no business of a step: what it would change there need not be tried. */
function exceptCode(step: Step): Step {
  return (lines) => {
    const after = step(lines);
    if (after.every((line, at) => line === lines[at])) return after;
    const code = codeLines(lines.join("\n"));
    return after.map((line, at) => (code.has(at) ? (lines[at] ?? "") : line));
  };
}

/** Where the front matter ends, as it is read. */
function closingLine(lines: Lines): number | undefined {
  if (!/^---[ \t]*(?:ya?ml)?[ \t]*$/i.test(lines[0] ?? "")) return undefined;
  const close = lines.findIndex((line, at) => at > 0 && line.startsWith("---"));
  return close > 0 && /^---[ \t]*$/.test(lines[close] ?? "") ? close : undefined;
}

/** As a reader sees them. */
function seenWords(text: string): string {
  return text
    .replace(/[\u200b\u2060\ufeff]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
