import type { RuleId, Severity } from "../../domain/problem.ts";
import { levelOf } from "../../domain/rules.ts";
import type { Settings } from "../../domain/settings.ts";
import { openDictionary } from "./dictionary.ts";

/** How many words, sentences and syllables a text has. */
export type Counts = {
  readonly word: number;
  readonly sentence: number;
  readonly syllable: number;
};

/** What the rules about words need from libraries. */
export interface ReadingTools {
  readonly syllables: (word: string) => number;
  /** The school year of the United States in which people can read it (Flesch and Kincaid, 1975). */
  readonly grade: (counts: Counts) => number;
  /** Whether a dictionary has the word; missing where there is none for the language. */
  readonly hasWord?: ((word: string) => boolean) | undefined;
}

/** Rules that need a library. */
const users = ["text/spelling", "text/reading-level"] as const satisfies readonly RuleId[];

/**
 * Loads what the rules about words need, where one of them is asked. They know English alone.
 * @param least the level from which a rule is asked
 */
export async function toolsFor(
  { checks, language }: Pick<Settings, "checks" | "language">,
  least: Severity = "warn",
): Promise<ReadingTools | undefined> {
  const asked = users.some((rule) => {
    const level = levelOf(rule, checks);
    return level === "error" || level === least;
  });
  return asked && new Intl.Locale(language).language === "en" ? openTools(language) : undefined;
}

async function openTools(language: string): Promise<ReadingTools> {
  const [{ syllable }, { fleschKincaid }] = await Promise.all([import("syllable"), import("flesch-kincaid")]);
  return {
    syllables: syllable,
    grade: fleschKincaid,
    hasWord: hasDictionary(language) ? await openDictionary() : undefined,
  };
}

/** Ours is British: where people write as in the United States, it would find fault with most texts. */
function hasDictionary(language: string): boolean {
  const { language: spoken, region } = new Intl.Locale(language);
  return spoken === "en" && !["US", "CA", "PH"].includes(region ?? "");
}
