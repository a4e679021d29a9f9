import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Topic } from "../domain/topic.ts";
import { planAhead, type PlanAhead } from "./ahead.ts";
import { cycleAt } from "./calendar.ts";
import type { Hindrance } from "./picking.ts";
import { spokenTo } from "./rotation.ts";

type Sources = Pick<Toolkit, "topics" | "editions" | "settings">;

/** How often a topic comes up. */
export interface SimulatedTopic {
  readonly slug: string;
  readonly cycles: readonly CycleId[];
  /** The most cycles in a row without it. */
  readonly longestWait: number;
  /** Why it never comes; absent when it does. */
  readonly never?: string | undefined;
}

/** How often something is said to an audience. */
export interface SimulatedAudience {
  readonly id: string;
  readonly title: string;
  readonly cycles: number;
  /** How many of the ready topics speak to it. */
  readonly topics: number;
  /** The most cycles in a row without anything for it. */
  readonly longestWait: number;
}

export interface Simulation {
  readonly from: CycleId;
  readonly to: CycleId;
  readonly count: number;
  /** The most frequent first, then by slug. */
  readonly topics: readonly SimulatedTopic[];
  readonly audiences: readonly SimulatedAudience[];
  /** Cycles in which nothing comes, and why. */
  readonly empty: readonly { readonly cycle: CycleId; readonly why: string }[];
}

/**
 * What comes of the rules over many cycles. Reviews that lie ahead are taken as made in time: over years, nothing would
 * come otherwise.
 * @param first index of the first cycle
 * @param count how many cycles
 */
export function simulate(toolkit: Sources, first: number, count: number): Simulation {
  const { settings } = toolkit;
  const start = cycleAt(settings.cycle, first);
  const on = start.date?.slice(0, 10) ?? "";
  const topics = toolkit.topics.map((topic) =>
    (topic.review ?? "") >= on ? { ...topic, review: undefined } : topic,
  );
  const ahead = planAhead({ ...toolkit, topics }, first, count);
  return {
    from: start.id,
    to: ahead.cycles.at(-1)?.cycle.id ?? start.id,
    count,
    topics: topicsOf(topics, ahead),
    audiences: audiencesOf(topics, settings, ahead),
    empty: ahead.cycles.flatMap(({ cycle, topic, why }) => (topic ? [] : [{ cycle: cycle.id, why }])),
  };
}

function topicsOf(topics: readonly Topic[], { cycles }: PlanAhead): SimulatedTopic[] {
  const places = new Map<string, number[]>();
  for (const [at, { topic }] of cycles.entries())
    if (topic) places.set(topic.slug, [...(places.get(topic.slug) ?? []), at]);
  const hindrances = hindrancesOf(cycles);
  return topics
    .map(({ slug }): SimulatedTopic => {
      const own = places.get(slug) ?? [];
      return {
        slug,
        cycles: own.map((at) => cycles[at]?.cycle.id ?? ""),
        longestWait: longestWait(own, cycles.length),
        never: own.length > 0 ? undefined : neverInWords(hindrances.get(slug), cycles.length),
      };
    })
    .toSorted((a, b) => b.cycles.length - a.cycles.length || (a.slug < b.slug ? -1 : 1));
}

function audiencesOf(
  topics: readonly Topic[],
  { audiences }: Sources["settings"],
  { cycles }: PlanAhead,
): SimulatedAudience[] {
  const ready = topics.filter(({ status }) => status === "ready");
  const speaks = (topic: Topic | undefined, id: string) =>
    topic !== undefined && spokenTo(topic, audiences).includes(id);
  return audiences.map(({ id, title }) => {
    const own = [...cycles.keys()].filter((at) => speaks(cycles[at]?.topic, id));
    const speaking = ready.filter((topic) => speaks(topic, id)).length;
    return {
      id,
      title,
      cycles: own.length,
      topics: speaking,
      longestWait: longestWait(own, cycles.length),
    };
  });
}

function longestWait(places: readonly number[], count: number): number {
  const edges = [-1, ...places, count];
  return Math.max(...edges.slice(1).map((at, before) => at - (edges[before] ?? 0) - 1));
}

/** How many cycles each topic was kept from by what; the rest it lost to others. */
function hindrancesOf(cycles: PlanAhead["cycles"]): Map<string, Map<Hindrance, number>> {
  const counts = new Map<string, Map<Hindrance, number>>();
  for (const { refused } of cycles)
    for (const { topic, kind } of refused) {
      const own = counts.get(topic.slug) ?? new Map<Hindrance, number>();
      own.set(kind, (own.get(kind) ?? 0) + 1);
      counts.set(topic.slug, own);
    }
  return counts;
}

const inWords: Readonly<Record<Hindrance, string>> = {
  draft: "still a draft",
  retired: "retired",
  review: "past its review date",
  pinned: "pinned to another cycle",
  season: "no send date in its season",
  gap: "used too lately",
};

function neverInWords(counts: ReadonlyMap<Hindrance, number> | undefined, total: number): string {
  const [only] = counts ? [...counts].filter(([, count]) => count === total) : [];
  if (only) return inWords[only[0]];
  const kept = [...(counts?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  const chances = total - kept;
  if (chances === 0) return [...(counts?.keys() ?? [])].map((kind) => inWords[kind]).join(", ");
  return `could come in ${chances === total ? "any cycle" : chances === 1 ? "1 cycle" : `${chances} cycles`}, and others came first`;
}
