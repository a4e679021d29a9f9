import path from "node:path";
import type { Toolkit } from "../domain/toolkit.ts";
import type { Topic } from "../domain/topic.ts";

/** By file: a toolkit may have a thousand topics, each with links to others. */
const byFile = new WeakMap<readonly Topic[], ReadonlyMap<string, Topic>>();

function topicsByFile(topics: readonly Topic[]): ReadonlyMap<string, Topic> {
  const known = byFile.get(topics) ?? new Map(topics.map((topic) => [topic.source.path, topic]));
  byFile.set(topics, known);
  return known;
}

/**
 * The topic whose file a link leads to.
 * @param from the file in which the link stands, relative to the toolkit
 */
export function linkedTopic(
  { topics }: Pick<Toolkit, "topics">,
  from: string,
  href: string,
): Topic | undefined {
  const target = path.posix.join(path.posix.dirname(from), href.replace(/[#?].*$/, ""));
  return topicsByFile(topics).get(target);
}

/** A link to another topic's file leads to that topic's own page. */
export function topicAddress(
  toolkit: Pick<Toolkit, "topics">,
  from: string,
  href: string,
): string | undefined {
  return linkedTopic(toolkit, from, href)?.link?.url;
}
