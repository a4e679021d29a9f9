import { problem, type Problem } from "../../domain/problem.ts";
import { wholeWords, type Lexicon } from "./lexicon.ts";
import type { Surveyed } from "./survey.ts";

/** So much of a passage may be unknown before it is taken for another language. */
const mostUnknown = 0.4;

/** Words that no dictionary has: each once in a file, at its first place. */
export function spellingFaults(
  passages: readonly Surveyed[],
  path: string,
  lexicon: Lexicon,
  names: () => ReadonlySet<string>,
): Problem[] {
  const found = new Map<string, Misspelt>();
  for (const passage of passages) {
    for (const [word, times] of unknownWords(passage)) {
      const places = [...passage.text.matchAll(wholeWords(word))];
      const lower = word.toLowerCase();
      const known = found.get(lower) ?? {
        word,
        count: 0,
        passage,
        index: places[0]?.index ?? 0,
        isName: false,
      };
      const isName = known.isName || places.some((place) => isNameAt(passage.text, place));
      found.set(lower, { ...known, count: known.count + times, isName });
    }
  }
  return [...found].flatMap(([lower, { word, count, passage, index, isName }]) => {
    if (isName || names().has(lower)) return [];
    const near = lexicon.near(word);
    // At the start of a sentence a name looks like any word; a slip of the hand is near to one that there is.
    if (isCapital(word) && near === undefined) return [];
    return [problem("text/spelling", path, passage.at(index, word), { word, count, near })];
  });
}

/** A word as it first stands in a file. */
interface Misspelt {
  readonly word: string;
  readonly count: number;
  readonly passage: Surveyed;
  readonly index: number;
  /** Somewhere in the file it is written as a name is. */
  readonly isName: boolean;
}

/** The unknown words of a passage with how often they stand there; none of a passage in another language. */
function unknownWords({ facts }: Surveyed): Map<string, number> {
  const counts = new Map<string, number>();
  let unknown = 0;
  for (const { unknown: word } of facts) {
    if (word === undefined) continue;
    unknown += 1;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return unknown >= 3 && unknown > mostUnknown * facts.length ? new Map() : counts;
}

function isCapital(word: string): boolean {
  return /^\p{Lu}/u.test(word);
}

/** A capital inside a sentence, or two in a row, are a name; at its start, anything may have one. */
function isNameAt(text: string, { index, 0: found }: RegExpExecArray): boolean {
  if (!isCapital(found)) return false;
  const starts = /(?:^|[.!?:…]["'”’)\]]*\s)[\s"'“‘(\ufffc-]*$/u.test(text.slice(0, index));
  return !starts || /^(?:['’]s)?[\s-]+\p{Lu}/u.test(text.slice(index + found.length));
}
