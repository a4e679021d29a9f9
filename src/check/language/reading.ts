import { problem, type Problem } from "../../domain/problem.ts";
import { allowedBy, limitOf } from "../../domain/rules.ts";
import type { Settings } from "../../domain/settings.ts";
import { clinicalTerms } from "./care-words.ts";
import { wordTokens } from "./lexicon.ts";
import { mayHaveLonger, roughCount, sentencesOf, wordsIn } from "./sentences.ts";
import type { Surveyed } from "./survey.ts";
import type { Counts, ReadingTools } from "./tools.ts";

/** Sentences that are too long, each where it begins. */
export function longSentences(passages: readonly Surveyed[], path: string, settings: Settings): Problem[] {
  const limit = limitOf("text/sentence-long", "max", settings.checks);
  return passages.flatMap((passage) => {
    // Most passages are shorter than one long sentence.
    if (passage.kind === "picture" || passage.words.length <= limit) return [];
    if (!mayHaveLonger(passage.text, limit)) return [];
    let index = 0;
    return sentencesOf(passage.text, settings.language).flatMap((sentence) => {
      const begin = index + sentence.search(/\S/);
      index += sentence.length;
      const words = wordsIn(sentence);
      if (words.length <= limit) return [];
      const details = { words: words.length, limit, start: words.slice(0, 5).join(" ") };
      return [problem("text/sentence-long", path, passage.at(begin, words[0]), details)];
    });
  });
}

/** Shorter texts give no figure that means anything. */
const fewestWords = 100;
/** Years by which a rough count of sentences may make a text look easier than it is. */
const margin = 4;
/** Of a passage, to be called the hardest. */
const fewestInPassage = 10;

/** How hard an article is to read, as a whole, told at its hardest passage. */
export function readingLevel(
  passages: readonly Surveyed[],
  path: string,
  settings: Settings,
  tools: ReadingTools,
): Problem[] {
  const limit = limitOf("text/reading-level", "max", settings.checks);
  const excused = excusedWords(settings);
  const judged = passages.filter(({ kind }) => kind === "sentences");
  // Most texts are so far from the limit that it needs no exact count.
  const rough = { word: 0, sentence: 0, syllable: 0 };
  for (const passage of judged) {
    const { word, sentence, syllable } = countsOf(passage, roughCount(passage.text), excused, tools);
    rough.word += word;
    rough.sentence += sentence;
    rough.syllable += syllable;
  }
  if (rough.word < fewestWords || ageOf(rough, tools) < limit - margin) return [];
  const counts = judged.map((passage) => ({
    passage,
    ...countsOf(passage, sentencesOf(passage.text, settings.language).length, excused, tools),
  }));
  const age = ageOf(total(counts), tools);
  if (age <= limit) return [];
  const hard = counts.filter(({ word }) => word >= fewestInPassage);
  const [first, ...others] = hard.length > 0 ? hard : counts;
  if (!first) return [];
  const hardest = others.reduce((most, one) => (ageOf(one, tools) > ageOf(most, tools) ? one : most), first);
  const long = longestWords(hardest.passage, excused, tools);
  const [word] = hardest.passage.words;
  const index = word === undefined ? 0 : hardest.passage.text.indexOf(word);
  return [
    problem("text/reading-level", path, hardest.passage.at(index, word), { age, limit, hardest: long }),
  ];
}

/** School begins at five: the first year is for children of six (United States, and year 2 in England). */
export function ageOf(counts: Counts, tools: Pick<ReadingTools, "grade">): number {
  return Math.round(tools.grade(counts)) + 5;
}

/** Terms that have to be used do not make a text hard: they count in the sentence, not as syllables. */
function countsOf(
  { words, facts }: Surveyed,
  sentence: number,
  excused: ReadonlySet<string>,
  tools: ReadingTools,
): Counts {
  let [judged, syllable] = [0, 0];
  for (const one of facts) {
    if (excused.has(one.lower)) continue;
    judged += 1;
    syllable += one.syllables ??= syllablesOf(one.lower, tools);
  }
  const word = words.length;
  // The words that are excused count as the others do on average.
  return {
    word,
    sentence,
    syllable: judged === 0 ? word : (syllable * word) / judged,
  };
}

const syllables = new Map<string, number>();

function syllablesOf(word: string, tools: ReadingTools): number {
  const known = syllables.get(word);
  if (known !== undefined) return known;
  if (syllables.size > 50_000) syllables.clear();
  // A figure is read as one word, however long.
  const count = /^\p{N}/u.test(word) ? 1 : Math.max(1, tools.syllables(word));
  syllables.set(word, count);
  return count;
}

function total(counts: readonly Counts[]): Counts {
  const sum = (name: keyof Counts) => counts.reduce((all, one) => all + one[name], 0);
  return { word: sum("word"), sentence: sum("sentence"), syllable: sum("syllable") };
}

function longestWords({ words }: Surveyed, excused: ReadonlySet<string>, tools: ReadingTools): string[] {
  const judged = [...new Set(words)].filter((word) => !excused.has(word.toLowerCase()));
  return judged
    .filter((word) => syllablesOf(word.toLowerCase(), tools) > 3)
    .toSorted((a, b) => syllablesOf(b.toLowerCase(), tools) - syllablesOf(a.toLowerCase(), tools))
    .slice(0, 3);
}

const excusedBy = new WeakMap<Settings, ReadonlySet<string>>();

function excusedWords(settings: Settings): ReadonlySet<string> {
  const own = allowedBy("text/reading-level", settings.checks).flatMap((text) =>
    wordTokens(text.toLowerCase()),
  );
  const known = excusedBy.get(settings) ?? new Set([...clinicalTerms, ...own]);
  excusedBy.set(settings, known);
  return known;
}
