import { compareText } from "../domain/problem.ts";
import { isPastReview, type CycleId, type Day, type Topic } from "../domain/topic.ts";
import { difference, reason } from "./reasons.ts";

/** A cycle that a topic came in, or is picked for. */
export interface Use {
  readonly cycle: CycleId;
  /** Where the cycle stands in the cadence. */
  readonly at: number;
  /** The send date. */
  readonly on: Day;
}

/** How a topic stands before a cycle. */
export interface Standing {
  /** The latest cycle it came in, or the first to come that it is picked for. */
  readonly last?: Use | undefined;
  /** True when it is picked for a later cycle. */
  readonly ahead?: boolean | undefined;
  /** True when it has had its turn in the round. */
  readonly hasRun: boolean;
  /** How many cycles must lie between this one and the cycle that is too near; absent when none is. */
  readonly gap?: number | undefined;
  /** The audience it speaks to that is latest by its share of the topics: 1 when it is due, 2 when it has waited twice as long. */
  readonly waiting?:
    { readonly audience: string; readonly cycles: number; readonly lateness: number } | undefined;
}

/** What the choice depends on besides the topics themselves. */
export interface PickingFacts {
  readonly cycle: CycleId;
  /** The day the edition would go out. */
  readonly on: Day;
  readonly standingOf: (topic: Topic) => Standing;
}

export interface Candidate {
  readonly topic: Topic;
  /** How it stands, as a short phrase. */
  readonly why: string;
  /** Why another comes before it. */
  readonly whyNot?: string | undefined;
}

/** Why a topic cannot come at all. */
export interface Refusal {
  readonly topic: Topic;
  readonly kind: Hindrance;
  readonly why: string;
}

export type Hindrance = "draft" | "retired" | "review" | "pinned" | "season" | "gap";

export interface Ranking {
  /** Absent when no topic can come. */
  readonly best?: Candidate | undefined;
  /** Behind the best, in their order. Sorted and put into words only when somebody asks. */
  readonly runnersUp: readonly Candidate[];
  readonly refused: readonly Refusal[];
  /** Those of the candidates that have a season. */
  readonly seasonal: readonly Topic[];
}

/** Ranks the topics for one cycle, by the order that `compare` gives. Every tie is broken, so files may come in any order. */
export function rankTopics(topics: readonly Topic[], facts: PickingFacts): Ranking {
  const entries: Entry[] = [];
  const refused: Refusal[] = [];
  let best: Entry | undefined;
  for (const topic of topics) {
    const entry = entryOf(topic, facts);
    const hindrance = hindranceOf(entry, facts);
    if (hindrance) refused.push({ topic, ...hindrance });
    else entries.push(entry);
    if (!hindrance && (!best || compare(entry, best) < 0)) best = entry;
  }
  let runnersUp: readonly Candidate[] | undefined;
  return {
    best: best && { topic: best.topic, why: reason(best, facts) },
    get runnersUp() {
      runnersUp ??= best ? behind(best, entries, facts) : [];
      return runnersUp;
    },
    refused: refused.toSorted((a, b) => compareText(a.topic.slug, b.topic.slug)),
    seasonal: entries.flatMap(({ topic }) => (topic.season ? [topic] : [])),
  };
}

function behind(best: Entry, entries: readonly Entry[], facts: PickingFacts): Candidate[] {
  return entries
    .filter((entry) => entry !== best)
    .toSorted(compare)
    .map((entry) => ({
      topic: entry.topic,
      why: reason(entry, facts),
      whyNot: difference(entry, best, facts),
    }));
}

/** The first of the candidates, without the words. */
export function bestTopic(topics: readonly Topic[], facts: PickingFacts): Topic | undefined {
  let best: Entry | undefined;
  for (const topic of topics) {
    const entry = entryOf(topic, facts);
    if (hindranceOf(entry, facts) === undefined && (!best || compare(entry, best) < 0)) best = entry;
  }
  return best?.topic;
}

/** Why a topic cannot come in the cycle, or undefined. */
export function refusalOf(topic: Topic, facts: PickingFacts): Refusal | undefined {
  const hindrance = hindranceOf(entryOf(topic, facts), facts);
  return hindrance && { topic, ...hindrance };
}

/** Less than 0 when the first comes before the second in this cycle. */
export function compareCandidates(a: Topic, b: Topic, facts: PickingFacts): number {
  return compare(entryOf(a, facts), entryOf(b, facts));
}

/** Why a topic may not be picked at all on that day, or undefined. */
export function unfit(topic: Topic, on: Day): string | undefined {
  return unfitness(topic, on)?.why;
}

/** Why a topic is not suggested for the cycle although it is fit; a person may pick it all the same. */
export function untimely(topic: Topic, facts: PickingFacts): string | undefined {
  return (timeHindrance(topic, facts.cycle, facts.on) ?? gapHindrance(facts.standingOf(topic)))?.why;
}

/** True when the topic may be suggested on that day as far as its status, review, pin and season go. */
export function isTimely(topic: Topic, cycle: CycleId, on: Day): boolean {
  return unfitness(topic, on) === undefined && timeHindrance(topic, cycle, on) === undefined;
}

/** True when the day lies in the season, which may wrap the year's end. */
export function inSeason({ from, to }: NonNullable<Topic["season"]>, day: Day): boolean {
  const monthDay = day.slice(5, 10);
  return from <= to ? from <= monthDay && monthDay <= to : from <= monthDay || monthDay <= to;
}

/** A topic with all that its place depends on. */
export interface Entry {
  readonly topic: Topic;
  readonly standing: Standing;
  readonly pinned: boolean;
  /** In its season, and not yet used or picked for it. */
  readonly seasonal: boolean;
}

type Told = Pick<Refusal, "kind" | "why">;

function entryOf(topic: Topic, facts: PickingFacts): Entry {
  const standing = facts.standingOf(topic);
  const { season, pin } = topic;
  const seasonal = season !== undefined && (standing.last?.on ?? "") < beginOf(season.from, facts.on);
  return { topic, standing, pinned: pin === facts.cycle, seasonal };
}

/** The latest first day of a season that is not after this day. */
function beginOf(from: string, on: Day): Day {
  const year = Number(on.slice(0, 4));
  return `${from <= on.slice(5) ? year : year - 1}-${from}`;
}

function hindranceOf({ topic, standing }: Entry, { cycle, on }: PickingFacts): Told | undefined {
  return unfitness(topic, on) ?? timeHindrance(topic, cycle, on) ?? gapHindrance(standing);
}

function unfitness(topic: Topic, on: Day): Told | undefined {
  if (topic.status === "draft") return { kind: "draft", why: "still a draft" };
  if (topic.status === "retired") return { kind: "retired", why: "retired" };
  if (!isPastReview(topic, on)) return undefined;
  return { kind: "review", why: `its review date, ${topic.review}, is past by then` };
}

function timeHindrance({ pin, season }: Topic, cycle: CycleId, on: Day): Told | undefined {
  if (pin === cycle) return undefined;
  if (pin !== undefined) return { kind: "pinned", why: `pinned to ${pin}` };
  if (!season || inSeason(season, on)) return undefined;
  return { kind: "season", why: `out of season (${season.from} to ${season.to})` };
}

function gapHindrance({ gap, last, ahead }: Standing): Told | undefined {
  if (gap === undefined || !last) return undefined;
  const between = gap === 1 ? "1 cycle must" : `${gap} cycles must`;
  return {
    kind: "gap",
    why: `${ahead ? "picked for" : "used in"} ${last.cycle}, and ${between} lie between`,
  };
}

/**
 * Pinned to the cycle; not yet in this round; in a season that it has not been used in; never used; an audience that
 * has waited for its share; longest ago; priority; order; slug.
 */
function compare(a: Entry, b: Entry): number {
  const [one, other] = [a.standing, b.standing];
  return (
    Number(b.pinned) - Number(a.pinned) ||
    Number(one.hasRun) - Number(other.hasRun) ||
    Number(b.seasonal) - Number(a.seasonal) ||
    Number(one.last !== undefined) - Number(other.last !== undefined) ||
    (other.waiting?.lateness ?? 0) - (one.waiting?.lateness ?? 0) ||
    (one.last?.at ?? 0) - (other.last?.at ?? 0) ||
    a.topic.priority - b.topic.priority ||
    orderOf(a.topic) - orderOf(b.topic) ||
    compareText(a.topic.slug, b.topic.slug)
  );
}

function orderOf({ order }: Topic): number {
  return order ?? Number.MAX_SAFE_INTEGER;
}
