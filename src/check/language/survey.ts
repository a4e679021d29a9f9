import { wordTokens, type Lexicon, type Phrase, type WordFacts } from "./lexicon.ts";
import type { Passage } from "./prose.ts";

/** A passage with what its words are known for, so that every rule looks only where it has to. */
export interface Surveyed extends Passage {
  readonly words: readonly string[];
  readonly facts: readonly WordFacts[];
  /** The phrases that may stand here. */
  readonly phrases: ReadonlySet<Phrase> | undefined;
}

export function survey(passages: readonly Passage[], lexicon: Lexicon): Surveyed[] {
  return passages.map((passage) => {
    const words = wordTokens(passage.text);
    const facts = words.map((word) => lexicon.about(word));
    let phrases: Set<Phrase> | undefined;
    for (const one of facts) for (const phrase of one.phrases) phrases = (phrases ?? new Set()).add(phrase);
    return Object.assign(passage, { words, facts, phrases });
  });
}
