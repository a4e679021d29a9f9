import path from "node:path";
import type { Toolkit } from "../domain/toolkit.ts";
import type { Topic } from "../domain/topic.ts";

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
  return topics.find(({ source }) => source.path === target);
}

/** A link to another topic's file leads to that topic's own page. */
export function topicAddress(
  toolkit: Pick<Toolkit, "topics">,
  from: string,
  href: string,
): string | undefined {
  return linkedTopic(toolkit, from, href)?.link?.url;
}
