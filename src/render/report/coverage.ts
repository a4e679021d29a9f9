import type { Day } from "../../domain/topic.ts";
import type { Coverage, CoverageCell } from "./view.ts";

/** Two sends of a topic to the same audience within so many days are named: people have not forgotten the first by then. */
export const closeDays = 60;

/** A topic that went out. */
export interface Covering {
  readonly topic: string;
  /** Audience id; it reached every audience without. */
  readonly audience?: string | undefined;
  readonly date: Day;
}

/**
 * Takes what could go out, to whom, and what did; gives for each topic and audience when it was covered. What names another
 * topic or audience is left out.
 */
export function coverageOf(
  topics: readonly { readonly slug: string; readonly title: string }[],
  audiences: Coverage["audiences"],
  sent: readonly Covering[],
): Coverage {
  const dates = new Map<string, Set<Day>>();
  const add = (topic: string, audience: string, date: Day) => {
    const key = JSON.stringify([topic, audience]);
    dates.set(key, (dates.get(key) ?? new Set()).add(date));
  };
  for (const { topic, audience, date } of sent)
    for (const id of audience === undefined ? audiences.map((one) => one.id) : [audience])
      add(topic, id, date);
  return {
    audiences,
    topics: topics.map(({ slug, title }) => ({
      slug,
      title,
      cells: audiences.map(({ id }) => cellOf(dates.get(JSON.stringify([slug, id])))),
    })),
  };
}

function cellOf(found: ReadonlySet<Day> = new Set()): CoverageCell {
  const dates = [...found].toSorted().toReversed();
  const isClose = dates.some((date, at) => at > 0 && daysFrom(date, dates[at - 1] ?? date) <= closeDays);
  return { dates, mark: dates.length === 0 ? "never" : isClose ? "repeated" : "covered" };
}

function daysFrom(earlier: Day, later: Day): number {
  return (Date.parse(`${later}T00:00:00Z`) - Date.parse(`${earlier}T00:00:00Z`)) / 86_400_000;
}
