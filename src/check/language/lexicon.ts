import { allowedBy, levelOf, wordsOf } from "../../domain/rules.ts";
import type { RuleId } from "../../domain/problem.ts";
import type { Settings } from "../../domain/settings.ts";
import { placeholderWords } from "../texts.ts";
import { careWords } from "./care-words.ts";
import { isDerived } from "./derived.ts";
import { isClinicalByEnding, medicines } from "./medicines.ts";
import { nearWord } from "./near.ts";
import type { ReadingTools } from "./tools.ts";

/** What is known of one word as it stands in a text, with its capitals. */
export interface WordFacts {
  readonly lower: string;
  /** How many syllables it has, once somebody has counted them. */
  syllables?: number;
  /** The phrases that are looked for where it stands. */
  readonly phrases: readonly Phrase[];
  /** The short form that it is, unless everyone knows it. */
  readonly acronym: string | undefined;
  /** A part of it that no dictionary has. */
  readonly unknown: string | undefined;
}

/** So many words are kept; more than a language has, unless someone makes them up. */
const mostWords = 50_000;

/** Words that are looked for, and what to write instead. */
export interface Phrase {
  readonly rule: "text/jargon" | "text/blame";
  readonly text: string;
  readonly instead: string;
  /** Finds it as whole words, whatever the capitals. */
  readonly pattern: RegExp;
}
const none: readonly Phrase[] = [];

/** What is known of words under the settings of one toolkit: each is looked at once, however often it is written. */
export class Lexicon {
  readonly #known = new Map<string, WordFacts>();
  readonly #near = new Map<string, string | undefined>();
  /** Phrases by their longest word, which is seldom in a text without them. */
  readonly #phrases: ReadonlyMap<string, readonly Phrase[]>;
  readonly #acronyms: ReadonlySet<string>;
  readonly #own: ReadonlySet<string>;
  readonly #hasWord: ((word: string) => boolean) | undefined;
  readonly #asked: (rule: RuleId) => boolean;

  constructor(
    { checks }: Pick<Settings, "checks">,
    tools: Pick<ReadingTools, "hasWord"> | undefined,
    asked: (rule: RuleId) => boolean = (rule) => levelOf(rule, checks) !== "off",
  ) {
    this.#asked = asked;
    const phrases = (["text/jargon", "text/blame"] as const).filter(asked).flatMap((rule) =>
      [...wordsOf(rule, checks)].map(([text, instead]): Phrase => ({
        rule,
        text,
        instead,
        pattern: wholeWords(text),
      })),
    );
    this.#phrases = byLongestWord(phrases);
    // Placeholders have a finding of their own.
    this.#acronyms = new Set([...allowedBy("text/acronym", checks), ...placeholderWords]);
    const own = allowedBy("text/spelling", checks).flatMap((text) => wordTokens(text));
    this.#own = new Set([...careWords, ...medicines, ...own].map((word) => word.toLowerCase()));
    this.#hasWord = asked("text/spelling") ? tools?.hasWord : undefined;
  }

  about(word: string): WordFacts {
    const known = this.#known.get(word);
    if (known) return known;
    if (this.#known.size > mostWords) {
      this.#known.clear();
      this.#near.clear();
    }
    const lower = word.toLowerCase();
    const facts: WordFacts = {
      lower,
      phrases: this.#phrases.get(lower) ?? none,
      acronym: this.#asked("text/acronym") ? this.#acronymIn(word) : undefined,
      unknown: this.#unknownIn(word),
    };
    this.#known.set(word, facts);
    return facts;
  }

  /** Whether the word is in the dictionary or among our own, whatever its capitals. */
  has(word: string): boolean {
    const lower = straight(word).toLowerCase();
    if (this.#own.has(lower) || (this.#hasWord?.(straight(word)) ?? true)) return true;
    // British dictionaries write café and naïve without their accents.
    const plain = lower.normalize("NFD").replace(/\p{M}/gu, "");
    return plain !== lower && this.has(plain);
  }

  /** A word that one slip makes into this one. */
  near(word: string): string | undefined {
    if (!this.#near.has(word))
      this.#near.set(
        word,
        nearWord(word, (one) => this.has(one)),
      );
    return this.#near.get(word);
  }

  /**
   * Also one that is made of others as everyone makes them, but for what is more likely a slip: "referal" is made of
   * "feral", and means "referral". Such words are never proposed.
   */
  #isRight(word: string): boolean {
    if (this.has(word)) return true;
    const lower = word.toLowerCase();
    const isMade = isClinicalByEnding(lower) || isDerived(lower, (one) => this.has(one));
    // The first letter is seldom the wrong one.
    return isMade && this.near(word)?.charAt(0) !== word.charAt(0);
  }

  #acronymIn(word: string): string | undefined {
    if (this.#acronyms.has(word) || !/\p{Lu}.*\p{Lu}/u.test(word)) return undefined;
    // With a number it is one term, as GLP-1 or SARS-CoV-2: a name, more than a short form.
    if (/-\p{N}/u.test(word)) return undefined;
    return word
      .split("-")
      .map((part) => part.replace(/['’]s$|s$/u, ""))
      .find((part) => isAcronym(part) && !this.#acronyms.has(part));
  }

  #unknownIn(word: string): string | undefined {
    if (!this.#hasWord || !isOrdinary(word)) return undefined;
    const bare = word.replace(/['’]s?$/u, "");
    if (this.#isRight(bare) || this.has(word)) return undefined;
    const parts = bare.split(/[-‑]/u);
    return parts.find(
      (part, at) =>
        part.length > 2 && isOrdinary(part) && !this.#isRight(part) && !this.#isPrefix(part, at, parts),
    );
  }

  #isPrefix(part: string, at: number, parts: readonly string[]): boolean {
    return at < parts.length - 1 && prefixes.has(part.toLowerCase());
  }
}

const prefixes = new Set(
  "anti auto bio cardio co counter cyber de eco ex extra hyper hypo inter intra macro mega micro mid mini mis multi neo neuro non over para peri poly post pre pro psycho re semi socio sub super tele thermo trans tri ultra un under vice".split(
    " ",
  ),
);

/** Two capitals or more, as in NHS, GPs or eRS; no reference number, no Roman one, no word that is only shouted. */
function isAcronym(part: string): boolean {
  return (
    /^\p{Ll}?(?:\p{Lu}&?){2,6}\p{Ll}?$|^\p{Lu}\p{Ll}\p{Lu}{1,4}$/u.test(part) &&
    !/^(?:[IVX]{2,}|[IVX]+)$/.test(part) &&
    !shouted.has(part)
  );
}

const shouted = new Set(
  "ALL ALSO ALWAYS AND ANY ASK BE BEFORE BOTH BUT BY CALL CAN DO DON DONT EACH EVERY FOR FROM GET GO HELP HERE HOW IF IN IS KEEP MUST MY NEVER NEW NO NOT NOW OF ON ONE ONLY OR OUR OUT PLEASE READ SAME SEE SEND STOP TAKE TELL THE THEN THIS TO TODAY UP URGENT US USE WAIT WE WHEN WHO WHY WILL WITH YES YOU YOUR".split(
    " ",
  ),
);

/** A word that a dictionary can judge: Latin letters, no figures, no capitals inside, at least three letters. */
function isOrdinary(word: string): boolean {
  return (
    word.length > 2 &&
    /^\p{Lu}?[\p{Ll}\p{M}'’‑-]+(?:[-‑]\p{Lu}?[\p{Ll}\p{M}'’]+)*$/u.test(word) &&
    !/[^\p{Script=Latin}\p{M}'’‑-]/u.test(word)
  );
}

const between = /[^\p{L}\p{M}\p{N}'’&‑-]+/u;
const edges = /^['’&‑-]+|['’&‑-]+$/gu;

/** The words of a text, without the marks around them; an apostrophe or a hyphen inside stays. */
export function wordTokens(text: string): string[] {
  const tokens = text.split(between);
  // A text's words are read once for every text there is: no more is made than needed.
  let count = 0;
  for (const token of tokens) {
    if (token === "") continue;
    const isBare = !isEdge(token.charCodeAt(0)) && !isEdge(token.charCodeAt(token.length - 1));
    const word = isBare ? token : token.replace(edges, "");
    if (word !== "") tokens[count++] = word;
  }
  tokens.length = count;
  return tokens;
}

/** Fast for the letters that nearly all words begin and end with. */
function isEdge(code: number): boolean {
  return code === 39 || code === 45 || code === 38 || code === 0x2019 || code === 0x2011;
}

function straight(word: string): string {
  return word.includes("’") ? word.replaceAll("’", "'") : word;
}

function byLongestWord(phrases: readonly Phrase[]): ReadonlyMap<string, readonly Phrase[]> {
  const found = new Map<string, Phrase[]>();
  for (const phrase of phrases) {
    const words = wordTokens(phrase.text.toLowerCase());
    const longest = words.reduce((most, word) => (word.length > most.length ? word : most), "");
    found.set(longest, [...(found.get(longest) ?? []), phrase]);
  }
  return found;
}

/** Finds whole words in a text, whatever their capitals, over the end of a line as well. */
export function wholeWords(words: string): RegExp {
  const escaped = words
    .trim()
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll(/['’]/g, "['’]")
    .replaceAll(/ +/g, "\\s+");
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "giu");
}
