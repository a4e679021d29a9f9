import { problem, type Problem } from "../../domain/problem.ts";
import { maskQuotations } from "./masks.ts";
import { occurrences, type Surveyed } from "./survey.ts";

/** Jargon, and words that blame: each once in a passage. Words in quotation marks are only spoken of. */
export function phraseFaults(passages: readonly Surveyed[], path: string): Problem[] {
  return passages.flatMap((passage) => {
    if (!passage.phrases) return [];
    const text = maskQuotations(passage.text);
    return [...passage.phrases].flatMap(({ rule, text: phrase, instead }) => {
      const [first] = occurrences(text, phrase);
      if (!first) return [];
      const at = passage.at(first.index, first.found.split("\n")[0]);
      return [problem(rule, path, at, { text: first.found.replace(/\s+/g, " "), instead })];
    });
  });
}
