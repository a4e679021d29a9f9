import { compareText } from "../domain/problem.ts";
import { isPastReview, type CycleId, type Day, type Topic } from "../domain/topic.ts";

/** What the choice depends on besides the topics themselves. */
export interface PickingFacts {
  readonly cycle: CycleId;
  /** The day the edition would go out. */
  readonly on: Day;
  /** Slug to the latest cycle the topic ran in; a topic that never ran is not in it. */
  readonly lastUsed: ReadonlyMap<string, CycleId>;
}

export interface Candidate {
  readonly topic: Topic;
  /** Why it stands where it does, as a short phrase. */
  readonly why: string;
}

/** Why a topic cannot come at all. */
export interface Refusal {
  readonly topic: Topic;
  readonly why: string;
}

export interface Ranking {
  /** The best first. */
  readonly candidates: readonly Candidate[];
  readonly refused: readonly Refusal[];
}

/**
 * Ranks the topics for one cycle: pinned ones first, then never used, then longest ago (so that all run once before any
 * runs again), then those in season, by priority, by the toolkit's own order, and by slug so that no tie is left open.
 */
export function rankTopics(topics: readonly Topic[], facts: PickingFacts): Ranking {
  const candidates: { topic: Topic; key: readonly (string | number)[] }[] = [];
  const refused: Refusal[] = [];
  for (const topic of topics) {
    const why = unfit(topic, facts.on) ?? untimely(topic, facts);
    if (why) refused.push({ topic, why });
    else candidates.push({ topic, key: sortKey(topic, facts) });
  }
  candidates.sort((a, b) => compareKeys(a.key, b.key));
  return {
    candidates: candidates.map(({ topic }) => ({ topic, why: reason(topic, facts) })),
    refused: refused.toSorted((a, b) => compareText(a.topic.slug, b.topic.slug)),
  };
}

/** Why a topic may not be picked at all on that day, or undefined. */
export function unfit(topic: Topic, on: Day): string | undefined {
  if (topic.status !== "ready") return topic.status === "draft" ? "still a draft" : "retired";
  return isPastReview(topic, on) ? `its review date, ${topic.review}, is past by then` : undefined;
}

/** Why a topic is not suggested for the cycle although it is fit; a person may pick it all the same. */
export function untimely(
  topic: Topic,
  { cycle, on }: Pick<PickingFacts, "cycle" | "on">,
): string | undefined {
  if (topic.pin === cycle) return undefined;
  if (topic.pin !== undefined) return `pinned to ${topic.pin}`;
  if (!topic.season || inSeason(topic.season, on)) return undefined;
  return `out of season (${topic.season.from} to ${topic.season.to})`;
}

/** Less than 0 when the first comes before the second in this cycle. */
export function compareCandidates(a: Topic, b: Topic, facts: PickingFacts): number {
  return compareKeys(sortKey(a, facts), sortKey(b, facts));
}

function sortKey(topic: Topic, facts: PickingFacts): readonly (string | number)[] {
  return [
    topic.pin === facts.cycle ? 0 : 1,
    facts.lastUsed.get(topic.slug) ?? "",
    topic.season ? 0 : 1,
    topic.priority,
    topic.order ?? Number.MAX_SAFE_INTEGER,
    topic.slug,
  ];
}

function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    const difference =
      typeof value === "number" && typeof other === "number"
        ? value - other
        : compareText(String(value), String(other));
    if (difference !== 0) return difference;
  }
  return 0;
}

function reason(topic: Topic, facts: PickingFacts): string {
  if (topic.pin === facts.cycle) return `pinned to ${facts.cycle}`;
  const last = facts.lastUsed.get(topic.slug);
  const used = last ? `last used in ${last}` : "never used";
  const season = topic.season ? `in season (${topic.season.from} to ${topic.season.to}), ` : "";
  return `${season}${used}, priority ${topic.priority}`;
}

/** True when the day lies in the season, which may wrap the year's end. */
export function inSeason({ from, to }: NonNullable<Topic["season"]>, day: Day): boolean {
  const monthDay = day.slice(5, 10);
  return from <= to ? from <= monthDay && monthDay <= to : from <= monthDay || monthDay <= to;
}
