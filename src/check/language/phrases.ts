import { problem, type Problem } from "../../domain/problem.ts";
import { maskQuotations } from "./masks.ts";
import type { Surveyed } from "./survey.ts";

/** Jargon, and words that blame: each once in a passage. Words in quotation marks are only spoken of. */
export function phraseFaults(passages: readonly Surveyed[], path: string): Problem[] {
  return passages.flatMap((passage) => {
    if (!passage.phrases) return [];
    const text = maskQuotations(passage.text);
    return [...passage.phrases].flatMap(({ rule, pattern, instead }) => {
      const index = text.search(pattern);
      if (index === -1) return [];
      const [found = ""] = text.slice(index).match(pattern) ?? [];
      return [
        problem(rule, path, passage.at(index, found.split("\n")[0]), {
          text: found.replace(/\s+/g, " "),
          instead,
        }),
      ];
    });
  });
}
