import type { LinkFault } from "./link.ts";
import { rules } from "./rules.ts";

/** A place in a file of the toolkit. Lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type Severity = "error" | "warn";

/** More words in a variant than it should have, and the key that says most of them. */
interface Wordy {
  readonly words: number;
  readonly limit: number;
  readonly key: string;
}

/** What a toolkit's cycles are like, and one of them. */
interface CadenceDetails {
  readonly every: string;
  readonly starts: string;
  readonly example: string;
}

/** An artefact that has the fault, and how many more have it. */
interface InArtefact {
  readonly artefact: string;
  readonly others?: number;
}

/** A row as a spreadsheet counts. What stands in it is never told: reports may be public. */
interface ListRow {
  readonly list: string;
  readonly row: number;
}

/**
 * Every kind of fault, with the details its sentence needs. The key is the rule id: a promise to people who
 * switch rules on and off, so it never changes. The sentences stand in `words.ts`.
 */
export interface ProblemDetails {
  "brand/contrast": { colour: string; value: string; ratio: string; needed: string };
  "brand/unknown": { brand: string; known: readonly string[] };
  "cycle/holidays": { region: string; known: readonly string[] };
  /** `roles` are those that still have to sign; `anyone` where only a number is asked for. */
  "edition/approval-missing": { cycle: string; roles: readonly string[] };
  "edition/approval-void": { cycle: string; role: string };
  "edition/file-name": { cycle: string; expected: string };
  "edition/link-repeated": { cycle: string; topic: string; before: string; link: string };
  "edition/no-cycle": CadenceDetails & { cycle: string };
  "edition/not-ready": { cycle: string; topic: string; why: "draft" | "retired" | "review"; review: string };
  "edition/unknown-topic": { topic: string; known: readonly string[] };
  "email/wordy": Wordy;
  /** `other` is the file whose name differs only in case. */
  "file/case-clash": { other: string };
  "file/encoding": Record<never, never>;
  "file/ignored": { file: string; why: "ending" | "folder" | "folder-name"; instead: string };
  /** `reserved`: the name is well formed, but taken. */
  "file/name": { suggestion: string; reserved?: boolean };
  "file/spaces": Record<never, never>;
  "file/too-large": { limit: string; size: string };
  "file/unreadable": { reason: string };
  "file/unseen": Record<never, never>;
  "front-matter/language": { language: string };
  "front-matter/missing": Record<never, never>;
  "heading/empty": Record<never, never>;
  "heading/jump": { from: number; to: number };
  "image/broken": { target: string };
  "image/missing": { target: string };
  "image/no-alt": { target: string };
  "image/outside": { target: string };
  "image/remote": { target: string };
  "image/too-large": { target: string; size: string; limit: string };
  "image/type": { target: string };
  "image/unsafe": { target: string; reason: string };
  "image/weak-alt": { alt: string };
  "link/bare-address": { target: string };
  "link/broken": { target: string };
  "link/insecure": { target: string };
  "link/quotes": Record<never, never>;
  "link/same-text": { text: string; target: string; other: string };
  /** `status` is what the site answered, where it did. */
  "link/unreachable": { target: string; fault: LinkFault; status?: number | undefined };
  "link/unsafe": { target: string; scheme: string };
  "link/weak-text": { text: string };
  "list/bad-row": ListRow & { reason: string; more: number };
  "list/column-missing": {
    list: string;
    column: string;
    variant: string;
    template: string;
    /** How many the list has. */
    columns: number;
  };
  "list/duplicate": ListRow & { firstRow: number; more: number };
  "list/empty": { list: string };
  "list/field-empty": {
    list: string;
    column: string;
    variant: string;
    template: string;
    rows: readonly number[];
  };
  "list/likely-slip": { list: string; rows: readonly number[] };
  "list/no-audience": { list: string; rows: readonly number[]; known: readonly string[]; unknown: boolean };
  "list/role-address": { list: string; rows: readonly number[] };
  "list/unreadable": { list: string; reason: string };
  "markdown/html": { html: string };
  "markdown/nesting": { limit: number };
  "newsletter/wordy": Wordy;
  /** `use` as people write it, such as `display: flex`. */
  "output/client-support": { use: string; programs: readonly string[] };
  /** `brand` where its colours alone are the cause. */
  "output/contrast": {
    text: string;
    colour: string;
    background: string;
    ratio: string;
    needed: string;
    dark: boolean;
    brand: string | undefined;
  };
  "output/heavy": InArtefact & { size: string; limit: string };
  "output/inaccessible": { reason: string };
  "output/invalid-html": { reason: string };
  "output/style-dropped": { why: "too long" | "nested"; limit: number };
  /** `parts` as in "the sources". */
  "output/text-incomplete": { variant: string; parts: readonly string[] };
  "output/too-large": InArtefact & { size: string; limit: string };
  "pdf/structure": InArtefact & { lacks: readonly string[] };
  "pin/clash": { cycle: string; other: string; picked: boolean };
  "pin/gap": { pin: string; used: string; ahead: boolean; gap: number; topic: string };
  "pin/no-cycle": CadenceDetails & { pin: string };
  "pin/past": { pin: string };
  "pin/review": { pin: string; date: string; review: string };
  "pin/season": { pin: string; date: string; season: string };
  "plan/gap": { cycles: readonly string[]; why: string };
  "plan/never": { why: "season" | "review" | "skipped"; season: string; date: string; review: string };
  "plan/skipped": { cycles: readonly string[] };
  /** `others` is how many more share the fate and the season. */
  "plan/starved": { season: string; cycles: number; others: number };
  "poster/no-room": InArtefact & { variant: string; over: string };
  "poster/unknown-design": { design: string; known: readonly string[] };
  "poster/word-too-long": InArtefact & { word: string };
  "poster/wordy": Wordy;
  "qr/dense": { bytes: number; squares: number; size: string; least: string };
  "schema/invalid": { key: string; expected: string };
  "schema/missing": { key: string; hint: string };
  "schema/unknown-key": { key: string; known: readonly string[] };
  "screen/headline-long": Wordy;
  "screen/wordy": Wordy;
  "send/dkim": { reason: string };
  "send/ledger": { reason: string };
  "send/list": { list: string; why: "outside" | "type" };
  "send/no-sender": Record<never, never>;
  "send/no-unsubscribe": Record<never, never>;
  "send/transport": { reason: string };
  "social/too-long": { platform: string; count: number; limit: number; key: string };
  "table/no-header": { column: number };
  "template/helper-unknown": { name: string };
  "template/name-unknown": { name: string; known: readonly string[] };
  /** `expression` is the field as it stands in the template, such as `../recipient.ward`. */
  "template/no-fallback": { field: string; expression: string };
  "template/partial-missing": { partial: string };
  "template/rendering": InArtefact & { reason: string };
  "template/syntax": { reason: string };
  "template/unescaped": { expression: string };
  "template/unsafe-place": { expression: string; place: UnsafePlace };
  "template/unused": { name: string; known: readonly string[] };
  "text/acronym": { acronym: string };
  "text/blame": { text: string; instead: string };
  "text/jargon": { text: string; instead: string };
  "text/preheader-long": { variant: string; length: number; limit: number };
  "text/preheader-repeats": { variant: string };
  /** Ages in years; `hardest` are long words of the hardest passage. */
  "text/reading-level": { age: number; limit: number; hardest: readonly string[] };
  "text/sentence-long": { words: number; limit: number; start: string };
  /** `near` is a word that may have been meant. */
  "text/spelling": { word: string; count: number; near: string | undefined };
  "text/subject-long": { variant: string; length: number; limit: number };
  "topic/audience-unknown": { audience: string; known: readonly string[] };
  "topic/duplicate-title": { title: string; other: string };
  "topic/no-sources": Record<never, never>;
  "topic/one-sided": { audience: string };
  "topic/order-twice": { order: number; other: string };
  "topic/placeholder": { text: string };
  "topic/repeated-message": { message: string };
  "topic/review-past": { review: string };
  "topic/review-soon": { review: string; days: number };
  "topic/source-unchecked": { title: string; checked: string | undefined; days: number };
  "typst/compile": InArtefact & { reason: string };
  "yaml/syntax": { reason: string };
}

/** Where a value in a template could become markup, style or an address of its own. */
export type UnsafePlace =
  "name" | "no quotes" | "style block" | "style" | "script" | "event" | "address" | "markdown in attribute";

export type RuleId = keyof ProblemDetails;

/** One fault found in the toolkit's own files: what, where, and how bad. */
export type Problem = {
  [Rule in RuleId]: {
    readonly rule: Rule;
    readonly severity: Severity;
    /** Relative to the toolkit, with forward slashes. */
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly details: ProblemDetails[Rule];
  };
}[RuleId];
/** A personal field that a template shows as it is, with nothing to stand in when it is empty. */
export type NoFallback = Extract<Problem, { readonly rule: "template/no-fallback" }>;

/** Makes a problem with the default severity of its rule. */
export function problem<Rule extends RuleId>(
  rule: Rule,
  path: string,
  position: Position | undefined,
  details: ProblemDetails[Rule],
): Problem {
  // One that is off unless the settings ask for it is advice.
  const severity: Severity = rules[rule].level === "error" ? "error" : "warn";
  const { line, column } = position ?? { line: 1, column: 1 };
  return { rule, severity, path, line, column, details } as Problem;
}

/** True when at least one of the problems is an error. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === "error");
}

/** Sorts by path, then line, then column, then rule, so that reports never change order. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) =>
      compareText(a.path, b.path) || a.line - b.line || a.column - b.column || compareText(a.rule, b.rule),
  );
}

/** Compares by code unit: the same order on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
