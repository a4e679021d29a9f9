import type { Edition } from "../domain/edition.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Topic } from "../domain/topic.ts";
import { cycleAt, type Cycle } from "./calendar.ts";
import { rankTopics, type Candidate, type PickingFacts, type Refusal } from "./picking.ts";
import { openRotation, type Rotation } from "./rotation.ts";

/** What comes in one cycle, and why. */
export interface PlannedCycle {
  readonly cycle: Cycle;
  /** Absent when no topic can come. */
  readonly topic?: Topic | undefined;
  readonly why: string;
  /** True when an edition is written already; else it is a suggestion. */
  readonly picked: boolean;
  /** Who would come next, and why not now. Put into words when it is asked for, since there may be very many. */
  readonly runnersUp: readonly Candidate[];
  readonly refused: readonly Refusal[];
  /** Topics that could come in their season, and did not. */
  readonly passedOver: readonly Topic[];
}

export interface PlanAhead {
  readonly cycles: readonly PlannedCycle[];
  readonly warnings: readonly string[];
}

type Sources = Pick<Toolkit, "topics" | "editions" | "settings">;

/**
 * The calendar ahead. It depends on the files and the first cycle alone.
 * @param first index of the first cycle
 * @param count how many cycles
 */
export function planAhead(toolkit: Sources, first: number, count: number): PlanAhead {
  const { topics, settings } = toolkit;
  const rotation = openRotation(toolkit, first);
  const known = new Map(topics.map((topic) => [topic.slug, topic]));
  const cycles: PlannedCycle[] = [];
  for (let index = first; index < first + count; index += 1) {
    const cycle = cycleAt(settings.cycle, index);
    const planned = planOne(topics, known, rotation, cycle);
    if (planned.topic && !planned.picked) rotation.record(cycle, planned.topic.slug);
    cycles.push(planned);
  }
  return { cycles, warnings: [...cycles.flatMap(warningsFor), ...wideWarnings(toolkit, cycles)] };
}

/** The choice for one cycle as things stand, whether or not its edition is written. */
export function planCycle(toolkit: Sources, cycle: Cycle): PlannedCycle {
  const known = new Map(toolkit.topics.map((topic) => [topic.slug, topic]));
  return planOne(toolkit.topics, known, openRotation(toolkit, cycle.index), cycle);
}

/** What is known before a cycle, of all that is written. */
export function pickingFacts(toolkit: Sources, cycle: Cycle): PickingFacts {
  return openRotation(toolkit, cycle.index).before(cycle);
}

/** All that can be picked for a cycle, the best first, also where every day of it is avoided. */
export function candidatesFor(toolkit: Sources, cycle: Cycle): readonly Candidate[] {
  const { best, runnersUp } = rankTopics(toolkit.topics, pickingFacts(toolkit, cycle));
  return best ? [best, ...runnersUp] : [];
}

function planOne(
  topics: readonly Topic[],
  known: ReadonlyMap<string, Topic>,
  rotation: Rotation,
  cycle: Cycle,
): PlannedCycle {
  const facts = rotation.before(cycle);
  const edition = rotation.editionOf(cycle.id);
  if (edition) return pickedCycle(topics, known.get(edition.topic), cycle, edition, facts);
  const ranking = rankTopics(topics, facts);
  const { best, refused, seasonal } = ranking;
  if (!best || !cycle.date) {
    const why = cycle.date
      ? "no topic can come in this cycle"
      : `every day of this cycle is avoided (${cycle.skipped})`;
    return { cycle, why, picked: false, runnersUp: [], refused, passedOver: [] };
  }
  return {
    cycle,
    topic: best.topic,
    why: best.why,
    picked: false,
    get runnersUp() {
      return ranking.runnersUp;
    },
    refused,
    passedOver: seasonal.filter(({ slug }) => slug !== best.topic.slug),
  };
}

function pickedCycle(
  topics: readonly Topic[],
  topic: Topic | undefined,
  cycle: Cycle,
  edition: Edition,
  facts: PickingFacts,
): PlannedCycle {
  const others = topics.filter(({ slug }) => slug !== edition.topic);
  const ranking = rankTopics(others, facts);
  const whyNot = `${edition.topic} is picked`;
  return {
    cycle,
    topic,
    why: edition.picked ? `picked on ${edition.picked.on}: ${edition.picked.why}` : "picked",
    picked: true,
    get runnersUp() {
      const { best, runnersUp } = ranking;
      return best ? [best, ...runnersUp].map((candidate) => ({ ...candidate, whyNot })) : [];
    },
    refused: ranking.refused,
    passedOver: [],
  };
}

function warningsFor({ cycle, topic, why, picked, refused }: PlannedCycle): string[] {
  const pinned = refused.filter((one) => one.topic.pin === cycle.id && one.topic.status !== "retired");
  return [
    ...(picked && !topic ? [`${cycle.id}: the edition names a topic that is not there.`] : []),
    ...(!picked && !topic ? [`${cycle.id}: ${why}.`] : []),
    ...(topic && cycle.moved
      ? [`${cycle.id}: moved to ${cycle.date?.slice(0, 10)}, because ${cycle.moved}.`]
      : []),
    ...(picked
      ? []
      : pinned.map(
          (one) =>
            `${cycle.id}: "${one.topic.slug}" is pinned to it, but cannot come: ${one.why}.${one.kind === "gap" ? ` To have it all the same: onetopic pick ${one.topic.slug} --cycle ${cycle.id}` : ""}`,
        )),
  ];
}

/** What shows over many cycles: seasons that pass without their topic, and the end of the holidays that are known. */
function wideWarnings({ settings }: Sources, cycles: readonly PlannedCycle[]): string[] {
  const { holidays, avoid } = settings.cycle;
  const unknown = holidays && cycles.find(({ cycle }) => (cycle.date?.slice(0, 10) ?? "") > holidays.until);
  return [
    ...passedOver(cycles).map(
      ({ slug, chances }) =>
        `"${slug}" does not come in its season: others come first in ${chances.length > 3 ? `each of its ${chances.length} cycles` : chances.join(", ")}.`,
    ),
    ...(holidays && unknown
      ? [
          `${unknown.cycle.id}: from here on no public holidays are avoided, since those of ${avoid.holidays} are known until ${holidays.until}.`,
        ]
      : []),
  ];
}

/** Topics with a season that ends within the plan, that could come and did not. */
function passedOver(
  cycles: readonly PlannedCycle[],
): { readonly slug: string; readonly chances: readonly CycleId[] }[] {
  const came = new Set(cycles.map(({ topic }) => topic?.slug));
  const chances = new Map<string, CycleId[]>();
  for (const { cycle, passedOver: lost } of cycles)
    for (const { slug } of lost)
      if (!came.has(slug)) chances.set(slug, [...(chances.get(slug) ?? []), cycle.id]);
  const refused = new Set(
    cycles.at(-1)?.refused.flatMap(({ topic, kind }) => (kind === "season" ? [topic.slug] : [])),
  );
  return [...chances].flatMap(([slug, named]) => (refused.has(slug) ? [{ slug, chances: named }] : []));
}
