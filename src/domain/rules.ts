import type { RuleId, Severity } from "./problem.ts";

export type Level = Severity | "off";

/** What may be set for one rule under `checks`, besides its level. Which of them a rule has, its defaults say. */
export interface RuleOptions {
  /** The most that passes: characters, words, years, megabytes, as the rule says. */
  readonly max?: number | undefined;
  /** The least that passes. */
  readonly min?: number | undefined;
  /** How many days ahead, or ago. */
  readonly days?: number | undefined;
  /** Words that are reported, and what to write instead; a default one is taken back by an empty text. */
  readonly words?: Readonly<Record<string, string>> | undefined;
  /** Texts that pass all the same. */
  readonly allow?: readonly string[] | undefined;
}

export interface RuleDefaults extends RuleOptions {
  readonly level: Level;
}

/** One rule as the settings have it. */
export interface RuleSetting extends RuleOptions {
  readonly level?: Level | undefined;
}

/** Rule id to what the settings say of it. */
export type Checks = Readonly<Record<string, RuleSetting>>;

/** Every rule with its level and, where it can be tuned, what it starts from. */
export const rules: Readonly<Record<RuleId, RuleDefaults>> = {
  "brand/contrast": { level: "error" },
  "brand/unknown": { level: "error" },
  "cycle/holidays": { level: "warn" },
  "edition/file-name": { level: "error" },
  "edition/unknown-topic": { level: "error" },
  "file/encoding": { level: "error" },
  "file/name": { level: "error" },
  "file/spaces": { level: "off" },
  "file/too-large": { level: "error" },
  "file/unreadable": { level: "error" },
  "file/unseen": { level: "warn" },
  "front-matter/language": { level: "error" },
  "front-matter/missing": { level: "error" },
  "heading/jump": { level: "warn" },
  "image/broken": { level: "error" },
  "image/missing": { level: "error" },
  "image/no-alt": { level: "error" },
  "image/outside": { level: "error" },
  "image/remote": { level: "error" },
  "image/too-large": { level: "error" },
  "image/type": { level: "error" },
  "image/unsafe": { level: "error" },
  "link/broken": { level: "error" },
  "link/insecure": { level: "warn" },
  "link/quotes": { level: "warn" },
  "link/unsafe": { level: "error" },
  "link/weak-text": { level: "warn" },
  "markdown/html": { level: "warn" },
  "markdown/nesting": { level: "error" },
  "output/heavy": { level: "warn" },
  "output/too-large": { level: "error" },
  "poster/no-room": { level: "error" },
  "poster/unknown-design": { level: "error" },
  "poster/word-too-long": { level: "error" },
  "schema/invalid": { level: "error" },
  "schema/missing": { level: "error" },
  "schema/unknown-key": { level: "warn" },
  "social/too-long": { level: "warn" },
  "template/helper-unknown": { level: "error" },
  "template/name-unknown": { level: "error" },
  "template/no-fallback": { level: "warn" },
  "template/partial-missing": { level: "error" },
  "template/rendering": { level: "error" },
  "template/syntax": { level: "error" },
  "template/unescaped": { level: "error" },
  "text/preheader-long": { level: "warn", max: 90 },
  "text/preheader-repeats": { level: "warn" },
  /** Many programs cut a subject at about 60 characters, and a preheader at about 90: trade practice, not a standard. */
  "text/subject-long": { level: "warn", max: 60 },
  "topic/audience-unknown": { level: "error" },
  "topic/no-sources": { level: "warn" },
  "topic/one-sided": { level: "warn" },
  "topic/placeholder": { level: "error" },
  "topic/repeated-message": { level: "warn" },
  "topic/review-past": { level: "error" },
  "topic/review-soon": { level: "warn", days: 30 },
  "typst/compile": { level: "error" },
  "yaml/syntax": { level: "error" },
};

export const ruleIds = Object.keys(rules) as RuleId[];

/** The level of a rule: as the settings say, else its own. */
export function levelOf(rule: RuleId, checks: Checks): Level {
  return settingOf(rule, checks).level ?? rules[rule].level;
}

/** A limit of a rule: as the settings say, else its own. Only for rules whose defaults have it. */
export function limitOf(rule: RuleId, name: "max" | "min" | "days", checks: Checks): number {
  return settingOf(rule, checks)[name] ?? rules[rule][name] ?? Number.NaN;
}

/** The words that a rule looks for: its own and those of the settings, without those that are taken back. */
export function wordsOf(rule: RuleId, checks: Checks): ReadonlyMap<string, string> {
  const words = { ...rules[rule].words, ...settingOf(rule, checks).words };
  return new Map(Object.entries(words).filter(([, instead]) => instead !== ""));
}

/** The texts that a rule lets pass: its own and those of the settings. */
export function allowedBy(rule: RuleId, checks: Checks): readonly string[] {
  return [...(rules[rule].allow ?? []), ...(settingOf(rule, checks).allow ?? [])];
}

function settingOf(rule: RuleId, checks: Checks): RuleSetting {
  return (Object.hasOwn(checks, rule) && checks[rule]) || {};
}
