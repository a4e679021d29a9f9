import { problem, type Problem } from "../../domain/problem.ts";
import { limitOf } from "../../domain/rules.ts";
import type { Settings } from "../../domain/settings.ts";
import { placeOf, type Day, type Topic } from "../../domain/topic.ts";

/** Sources of a topic in use that nobody has read again for long. */
export function uncheckedSources(
  topic: Topic,
  { checks }: Settings,
  daysUntil: (day: Day) => number,
): Problem[] {
  if (topic.status !== "ready") return [];
  const days = limitOf("topic/source-unchecked", "days", checks);
  const { path } = topic.source;
  return topic.sources.flatMap(({ title, checked }, index) => {
    if (checked !== undefined && -daysUntil(checked) <= days) return [];
    const key = `sources.${index}${checked === undefined ? "" : ".checked"}`;
    return [problem("topic/source-unchecked", path, placeOf(topic.source, key), { title, checked, days })];
  });
}
