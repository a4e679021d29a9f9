import type { Problem, RuleId } from "../../domain/problem.ts";
import {
  straightDelimiters,
  straightLinkQuotes,
  straightValues,
  tabsAsSpaces,
  withoutEndSpaces,
  withoutUnseen,
  withSecureHosts,
  markerSpaces,
} from "./steps.ts";
import { sameWords, type Words } from "./same.ts";

const repairable: ReadonlySet<RuleId> = new Set(["file/spaces", "file/unseen", "link/quotes"]);

/** True for a finding that a repair takes away. Whether `http:` may become `https:` depends on the site. */
export function isRepairable({ rule }: Problem): boolean {
  return repairable.has(rule);
}

/** One line that was put right. */
export interface Repair {
  readonly line: number;
  readonly column: number;
  readonly rule: RuleId;
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

type Lines = readonly string[];
/** Changes lines, but not their number. */
type Step = (lines: Lines) => string[];
type Guard = (before: string, after: string) => boolean;

/**
 * Repairs what is safe in a Markdown file with front matter. Where it cannot be seen that the words stay the same, a
 * line stays as it is. Everything else is kept byte for byte: comments, line ends, a byte order mark.
 */
export function repairText(text: string, facts: RepairFacts): Repaired {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const ends = text.slice(mark.length).match(/\r\n|\n|\r/g) ?? [];
  const draft = new Draft(text.slice(mark.length).split(/\r\n|\n|\r/), facts);
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

/** Lines as they are put right, with what was done. */
class Draft {
  lines: string[];
  readonly repairs: Repair[] = [];
  readonly #facts: RepairFacts;

  constructor(lines: string[], facts: RepairFacts) {
    this.lines = lines;
    this.#facts = facts;
  }

  /** Takes a step over some lines, as far as the guard lets it: all of them, else one by one. */
  take(rule: RuleId, from: number, to: number, step: Step, guard: Guard): void {
    if (!this.#facts.isOn(rule)) return;
    const before = this.lines.slice(from, to);
    const after = step(before);
    const changed = before.flatMap((line, at) => (line === after[at] ? [] : [at]));
    if (changed.length === 0) return;
    if (guard(before.join("\n"), after.join("\n"))) return this.#accept(rule, from, before, after, changed);
    if (changed.length > mostOneByOne) return;
    for (const at of changed) {
      const now = this.lines.slice(from, to);
      const one = now.with(at, after[at] ?? "");
      if (guard(now.join("\n"), one.join("\n"))) this.#accept(rule, from, now, one, [at]);
    }
  }

  /** Gives the last line its end. */
  end(): void {
    const last = this.lines.length - 1;
    if (this.lines[last] === "") return;
    this.#note(last, this.lines[last]?.length ?? 0, "file/spaces");
    this.lines = [...this.lines, ""];
  }

  #note(index: number, offset: number, rule: RuleId): void {
    const line = index + 1;
    const isKnown = this.repairs.some((one) => one.line === line && one.rule === rule);
    if (!isKnown) this.repairs.push({ line, column: offset + 1, rule });
  }

  #accept(rule: RuleId, from: number, before: Lines, after: Lines, changed: readonly number[]): void {
    for (const at of changed) this.#note(from + at, firstDifference(before[at] ?? "", after[at] ?? ""), rule);
    this.lines = [...this.lines.slice(0, from), ...after, ...this.lines.slice(from + after.length)];
  }
}

/** A file in which more lines than this resist is left to its author. */
const mostOneByOne = 50;

function repairDelimiters(draft: Draft, { readYaml }: RepairFacts): void {
  draft.take("front-matter/missing", 0, draft.lines.length, straightDelimiters, (_, after) => {
    const close = closingLine(after.split("\n"));
    const value = close === undefined ? undefined : readYaml(after.split("\n").slice(1, close).join("\n"));
    return typeof value === "object" && value !== null && ["title", "cycle"].some((key) => key in value);
  });
}

function repairFront(draft: Draft, { readYaml, hosts }: RepairFacts, close: number): void {
  const mends: Guard = (before, after) => readYaml(before) === undefined && readYaml(after) !== undefined;
  const keeps =
    (clean: Words): Guard =>
    (before, after) => {
      const value = readYaml(before);
      return value !== undefined && cleaned(value, clean) === cleaned(readYaml(after), clean);
    };
  const take = (rule: RuleId, step: Step, guard: Guard) => draft.take(rule, 1, close, step, guard);
  take("yaml/syntax", tabsAsSpaces, mends);
  take("yaml/syntax", (lines) => straightValues(lines, true), mends);
  take("yaml/syntax", (lines) => straightValues(tabsAsSpaces(lines), true), mends);
  take(
    "schema/invalid",
    (lines) => straightValues(lines, false),
    (_, after) => readYaml(after) !== undefined,
  );
  take("file/unseen", withoutUnseen, keeps(seenWords));
  take("link/insecure", (lines) => withSecureHosts(lines, hosts, true), keeps(secureWords(hosts)));
  take(
    "file/spaces",
    (lines) => lines.map((line) => line.trimEnd()),
    keeps((text) => text),
  );
  draft.take(
    "file/spaces",
    0,
    1,
    (lines) => lines.map((line) => line.trimEnd()),
    () => true,
  );
  draft.take(
    "file/spaces",
    close,
    close + 1,
    (lines) => lines.map((line) => line.trimEnd()),
    () => true,
  );
}

function repairBody(draft: Draft, { hosts }: RepairFacts, close: number): void {
  const take = (rule: RuleId, step: Step, guard: Guard) =>
    draft.take(rule, close + 1, draft.lines.length, step, guard);
  const always: Guard = () => true;
  take("file/unseen", markerSpaces, always);
  take("file/unseen", withoutUnseen, sameWords(seenWords));
  take("link/quotes", straightLinkQuotes, always);
  take("link/insecure", (lines) => withSecureHosts(lines, hosts, false), sameWords(secureWords(hosts)));
  take(
    "file/spaces",
    withoutEndSpaces,
    sameWords((text) => text.replace(/[ \t]+(?=\n)/g, "").trimEnd()),
  );
}

/** Where the front matter ends, as it is read. */
function closingLine(lines: Lines): number | undefined {
  if (!/^---[ \t]*(?:ya?ml)?[ \t]*$/i.test(lines[0] ?? "")) return undefined;
  const close = lines.findIndex((line, at) => at > 0 && line.startsWith("---"));
  return close > 0 && /^---[ \t]*$/.test(lines[close] ?? "") ? close : undefined;
}

function cleaned(value: unknown, clean: Words): string {
  return (
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === "string" ? clean(inner) : inner)) ?? ""
  );
}

/** As a reader sees them. */
function seenWords(text: string): string {
  return text
    .replace(/[\u200b\u2060\ufeff]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

function secureWords(hosts: ReadonlySet<string>): Words {
  return (text) => withSecureHosts([text], hosts, false)[0] ?? "";
}

function firstDifference(before: string, after: string): number {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at += 1;
  return at;
}
