import type { Problem, ProblemDetails, RuleId } from "../../domain/problem.ts";
import { campaignWords } from "./campaign.ts";
import { contentWords } from "./content.ts";
import { filesWords } from "./files.ts";
import { languageWords } from "./language.ts";
import { outputWords } from "./output.ts";

export type Words = { readonly [Rule in RuleId]: (details: ProblemDetails[Rule]) => string };

/**
 * The sentence of every problem: what is wrong and what to do next. A rule without words does not compile.
 */
const words: Words = { ...filesWords, ...contentWords, ...languageWords, ...campaignWords, ...outputWords };

/** The sentence that tells a person what is wrong and what to do next. */
export function describe(problem: Problem): string {
  const say = words[problem.rule] as (details: Problem["details"]) => string;
  return say(problem.details);
}
