import type { Edition } from "../domain/edition.ts";
import { hasErrors, type Problem } from "../domain/problem.ts";
import type { Settings } from "../domain/settings.ts";
import type { Topic } from "../domain/topic.ts";
import { frameProblems, tidy } from "./check.ts";
import { mailsOf, rendered, type CheckInput } from "./judge.ts";
import { checkTopic, type CheckFacts } from "./topic.ts";

/* What keeps something from being rendered, sent or put into the archive. */

/**
 * The faults that keep one topic from being rendered or sent: its own words, the settings, the brands, the templates.
 * @param brands those it is for; the default one unless given
 */
export function topicProblems(
  input: CheckInput,
  topic: Topic,
  edition?: Edition,
  brands: readonly string[] = [input.defaultBrand],
): readonly Problem[] {
  const facts = factsOfErrors(input);
  return tidy(
    [...frameProblems(input, facts), ...checkTopic(topic, input.toolkit, facts)],
    input.toolkit,
  ).filter(
    ({ path }) =>
      !isOtherBrand(path, input.toolkit.settings, brands) &&
      (!/^content\/(topics|posts|editions)\//.test(path) ||
        path === topic.source.path ||
        path === edition?.source.path),
  );
}

/** The faults that keep a topic from being sent: those of its files, and those that show in the rendered mails. */
export async function sendingProblems(
  input: CheckInput,
  topic: Topic,
  edition: Edition,
): Promise<readonly Problem[]> {
  const known = topicProblems(input, topic, edition);
  if (hasErrors(known)) return known;
  const { problems } = await rendered(input, topic, mailsOf(input));
  return tidy([...known, ...problems], input.toolkit);
}

/**
 * The faults that keep an archive from being made: its editions and their topics, the opening page, settings, brands and
 * templates. What went out stays in the archive when its facts are past review.
 */
export function archiveProblems(
  input: CheckInput,
  editions: readonly { readonly topic: Topic }[],
  brand: string,
): readonly Problem[] {
  const { toolkit } = input;
  const facts = factsOfErrors(input);
  const topics = [...new Set(editions.map(({ topic }) => topic))];
  const own = new Set(topics.map(({ source }) => source.path));
  return tidy(
    [...frameProblems(input, facts), ...topics.flatMap((topic) => checkTopic(topic, toolkit, facts))],
    toolkit,
  ).filter(
    ({ path, rule }) =>
      rule !== "topic/review-past" &&
      !isOtherBrand(path, toolkit.settings, [brand]) &&
      (!/^content\/(topics|posts)\//.test(path) || own.has(path)),
  );
}

/** A brand's file that has no part in this. Where the settings name no brand, a faulty one could be the default. */
function isOtherBrand(path: string, { brand }: Settings, used: readonly string[]): boolean {
  const id = /^content\/brands\/([^/]+)\.ya?ml$/.exec(path)?.[1];
  return id !== undefined && brand !== undefined && id !== brand && !used.includes(id);
}

const errorFacts = new WeakMap<CheckFacts, CheckFacts>();

/** Where something is to be made or sent, advice about words is of no use. */
function factsOfErrors({ facts }: CheckInput): CheckFacts {
  const known = errorFacts.get(facts) ?? { ...facts, onlyErrors: true };
  errorFacts.set(facts, known);
  return known;
}
