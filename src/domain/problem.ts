import { rules } from "./rules.ts";

/** A place in a file of the toolkit. Lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type Severity = "error" | "warn";

/**
 * Every kind of fault, with the details its sentence needs. The key is the rule id: a promise to people who
 * switch rules on and off, so it never changes. The sentences stand in `words.ts`.
 */
export interface ProblemDetails {
  "brand/contrast": { colour: string; value: string; ratio: string; needed: string };
  "brand/unknown": { brand: string; known: readonly string[] };
  "cycle/holidays": { region: string };
  "edition/file-name": { cycle: string; expected: string };
  "edition/unknown-topic": { topic: string; known: readonly string[] };
  "file/encoding": Record<never, never>;
  "file/name": { suggestion: string };
  "file/spaces": Record<never, never>;
  "file/too-large": { limit: string; size: string };
  "file/unreadable": { reason: string };
  "file/unseen": Record<never, never>;
  "front-matter/language": { language: string };
  "front-matter/missing": Record<never, never>;
  "heading/jump": { from: number; to: number };
  "image/broken": { target: string };
  "image/missing": { target: string };
  "image/no-alt": { target: string };
  "image/outside": { target: string };
  "image/remote": { target: string };
  "image/too-large": { target: string; size: string; limit: string };
  "image/type": { target: string };
  "image/unsafe": { target: string; reason: string };
  "link/broken": { target: string };
  "link/insecure": { target: string };
  "link/quotes": Record<never, never>;
  "link/unsafe": { target: string; scheme: string };
  "link/weak-text": { text: string };
  "markdown/html": { html: string };
  "markdown/nesting": { limit: number };
  "output/heavy": { artefact: string; size: string; limit: string };
  "output/too-large": { artefact: string; size: string; limit: string };
  "poster/no-room": { artefact: string; variant: string; over: string };
  "poster/word-too-long": { artefact: string; word: string };
  "poster/unknown-design": { design: string; known: readonly string[] };
  "schema/invalid": { key: string; expected: string };
  "schema/missing": { key: string; hint: string };
  "schema/unknown-key": { key: string; known: readonly string[] };
  "social/too-long": { platform: string; count: number; limit: number; key: string };
  "template/helper-unknown": { name: string };
  "template/name-unknown": { name: string; known: readonly string[] };
  /** `expression` is the field as it stands in the template, such as `../recipient.ward`. */
  "template/no-fallback": { field: string; expression: string };
  "template/partial-missing": { partial: string };
  "template/rendering": { artefact: string; reason: string };
  "template/syntax": { reason: string };
  "template/unescaped": { expression: string };
  "text/preheader-long": { variant: string; length: number; limit: number };
  "text/preheader-repeats": { variant: string };
  "text/subject-long": { variant: string; length: number; limit: number };
  "topic/audience-unknown": { audience: string; known: readonly string[] };
  "topic/no-sources": Record<never, never>;
  "topic/one-sided": { audience: string };
  "topic/placeholder": { text: string };
  "topic/repeated-message": { message: string };
  "topic/review-past": { review: string };
  "topic/review-soon": { review: string; days: number };
  "typst/compile": { artefact: string; reason: string };
  "yaml/syntax": { reason: string };
}

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
