import { blame, jargon, knownAcronyms, weakAlts, weakLinks } from "./phrases.ts";
import type { Problem, RuleId, Severity } from "./problem.ts";

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
  /** True where no level may be set, since what the rule finds is left out or cannot be rendered. */
  readonly fixed?: true | undefined;
  /** True where the line at fault may hold data of people or a secret: reports never show it. */
  readonly hidden?: true | undefined;
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
  "cycle/holidays": { level: "error", fixed: true },
  "edition/approval-missing": { level: "warn" },
  "edition/approval-void": { level: "warn" },
  "edition/file-name": { level: "error" },
  "edition/link-repeated": { level: "warn" },
  "edition/no-cycle": { level: "warn" },
  "edition/not-ready": { level: "error" },
  "edition/unknown-topic": { level: "error" },
  /** A longer item of a bulletin has 150 to 250 words: trade practice. */
  "email/wordy": { level: "warn", max: 250 },
  "file/case-clash": { level: "error" },
  "file/encoding": { level: "error", fixed: true },
  "file/ignored": { level: "warn", allow: [] },
  "file/name": { level: "error", fixed: true },
  "file/spaces": { level: "off" },
  "file/too-large": { level: "error", fixed: true },
  "file/unreadable": { level: "error", fixed: true },
  "file/unseen": { level: "warn" },
  "front-matter/language": { level: "error", fixed: true },
  "front-matter/missing": { level: "error", fixed: true },
  "heading/empty": { level: "warn" },
  "heading/jump": { level: "warn" },
  "image/broken": { level: "error" },
  "image/missing": { level: "error" },
  "image/no-alt": { level: "error" },
  "image/outside": { level: "error" },
  "image/remote": { level: "error" },
  "image/too-large": { level: "error" },
  "image/type": { level: "error" },
  "image/unsafe": { level: "error" },
  "image/weak-alt": { level: "warn", words: weakAlts },
  "link/bare-address": { level: "warn" },
  "link/broken": { level: "error" },
  "link/insecure": { level: "warn" },
  "link/quotes": { level: "warn" },
  "link/same-text": { level: "warn" },
  /** Only looked for when it is asked for. `allow` holds beginnings of addresses. */
  "link/unreachable": { level: "warn", allow: [] },
  "link/unsafe": { level: "error" },
  "link/weak-text": { level: "warn", words: weakLinks, allow: [] },
  "list/bad-row": { level: "warn", max: 20, hidden: true },
  "list/column-missing": { level: "error", hidden: true },
  "list/duplicate": { level: "warn", max: 20, hidden: true },
  "list/empty": { level: "error", hidden: true },
  "list/field-empty": { level: "error", hidden: true },
  "list/likely-slip": { level: "warn", hidden: true },
  "list/no-audience": { level: "warn", hidden: true },
  "list/role-address": { level: "warn", hidden: true },
  "list/unreadable": { level: "error", hidden: true },
  "markdown/html": { level: "warn" },
  "markdown/nesting": { level: "error", fixed: true },
  /** About four minutes of reading, at 238 words a minute (Brysbaert, 2019). */
  "newsletter/wordy": { level: "warn", max: 1000 },
  "output/client-support": { level: "warn", allow: [] },
  "output/contrast": { level: "error" },
  "output/heavy": { level: "warn" },
  "output/inaccessible": { level: "error" },
  "output/invalid-html": { level: "error" },
  "output/style-dropped": { level: "error" },
  "output/text-incomplete": { level: "error" },
  "output/too-large": { level: "error" },
  "pdf/structure": { level: "error" },
  "pin/clash": { level: "warn" },
  "pin/gap": { level: "warn" },
  "pin/no-cycle": { level: "warn" },
  "pin/past": { level: "warn" },
  "pin/review": { level: "warn" },
  "pin/season": { level: "warn" },
  /** A review further ahead than `days` is taken as made in time. */
  "plan/gap": { level: "warn", max: 12, days: 90 },
  "plan/never": { level: "warn" },
  "plan/skipped": { level: "warn", max: 12 },
  "plan/starved": { level: "warn" },
  "poster/no-room": { level: "error" },
  "poster/unknown-design": { level: "error" },
  "poster/word-too-long": { level: "error" },
  "poster/wordy": { level: "warn", max: 60 },
  /** Bytes of an address: QR codes of version 6, level M, hold 106 (ISO/IEC 18004); larger ones are finer than 0.8 mm on A4. */
  "qr/dense": { level: "warn", max: 106 },
  "schema/invalid": { level: "error", fixed: true },
  "schema/missing": { level: "error", fixed: true },
  "schema/unknown-key": { level: "warn" },
  /** A screen is shown for 10 to 15 seconds: trade practice. */
  "screen/headline-long": { level: "warn", max: 8 },
  "screen/wordy": { level: "warn", max: 20 },
  "send/dkim": { level: "error", hidden: true },
  "send/ledger": { level: "error", hidden: true },
  "send/list": { level: "error" },
  "send/no-sender": { level: "warn", hidden: true },
  "send/no-unsubscribe": { level: "warn", hidden: true },
  "send/transport": { level: "error", hidden: true },
  "social/too-long": { level: "warn" },
  "table/no-header": { level: "warn" },
  "template/helper-unknown": { level: "error" },
  "template/name-unknown": { level: "error" },
  "template/no-fallback": { level: "warn" },
  "template/partial-missing": { level: "error" },
  "template/rendering": { level: "error" },
  "template/syntax": { level: "error" },
  "template/unescaped": { level: "error" },
  "template/unsafe-place": { level: "error" },
  "template/unused": { level: "warn" },
  "text/acronym": { level: "warn", allow: knownAcronyms },
  "text/blame": { level: "warn", words: blame },
  "text/jargon": { level: "warn", words: jargon },
  "text/preheader-long": { level: "warn", max: 90 },
  "text/preheader-repeats": { level: "warn" },
  /** The NHS aims at readers aged 9 to 11, or 11 to 14 where clinical words are needed (NHS content guide). */
  "text/reading-level": { level: "warn", max: 14, allow: [] },
  /** GOV.UK advises 25 words; what is well past it is too long for certain. */
  "text/sentence-long": { level: "warn", max: 30 },
  "text/spelling": { level: "warn", allow: [] },
  /** Many programs cut a subject at about 60 characters, and a preheader at about 90: trade practice, not a standard. */
  "text/subject-long": { level: "warn", max: 60 },
  "topic/audience-unknown": { level: "error" },
  "topic/duplicate-title": { level: "warn" },
  "topic/no-sources": { level: "warn" },
  "topic/one-sided": { level: "warn" },
  "topic/order-twice": { level: "warn" },
  "topic/placeholder": { level: "error" },
  "topic/repeated-message": { level: "warn" },
  "topic/review-past": { level: "error" },
  "topic/review-soon": { level: "warn", days: 30 },
  "topic/source-unchecked": { level: "warn", days: 730 },
  "typst/compile": { level: "error" },
  "yaml/syntax": { level: "error", fixed: true },
};

export const ruleIds = Object.keys(rules) as RuleId[];

/** What may be set for a rule under `checks`. */
export function optionsOf(rule: RuleId): string[] {
  return Object.keys(rules[rule]).filter((key) => key !== "fixed" && key !== "hidden");
}

/** The level of a rule: as the settings say, else its own; always its own where it is fixed. */
export function levelOf(rule: RuleId, checks: Checks): Level {
  const { level, fixed } = rules[rule];
  return fixed ? level : (settingOf(rule, checks).level ?? level);
}

/** Sets each problem's level as the settings say; what is off is left out. */
export function applyLevels(problems: readonly Problem[], checks: Checks): Problem[] {
  return problems.flatMap((one) => {
    const level = levelOf(one.rule, checks);
    return level === "off" ? [] : [{ ...one, severity: level }];
  });
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
