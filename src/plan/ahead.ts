import type { Edition } from "../domain/edition.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Topic } from "../domain/topic.ts";
import { cycleAt, type Cycle } from "./calendar.ts";
import { rankTopics, type Candidate, type PickingFacts, type Refusal } from "./picking.ts";

/** What comes in one cycle, and why. */
export interface PlannedCycle {
  readonly cycle: Cycle;
  /** Absent when no topic can come. */
  readonly topic?: Topic | undefined;
  readonly why: string;
  /** True when an edition is written already; else it is a suggestion. */
  readonly picked: boolean;
  readonly runnersUp: readonly Candidate[];
  readonly refused: readonly Refusal[];
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
  const cycles: PlannedCycle[] = [];
  const warnings: string[] = [];
  const start = cycleAt(toolkit.settings.cycle, first);
  const history = new Map<CycleId, string>();
  for (const edition of toolkit.editions) history.set(edition.cycle, edition.topic);
  for (let index = first; index < first + count; index += 1) {
    const cycle = index === first ? start : cycleAt(toolkit.settings.cycle, index);
    const planned = planCycle(toolkit, cycle, history);
    if (planned.topic) history.set(cycle.id, planned.topic.slug);
    cycles.push(planned);
    const warning = warningFor(planned);
    if (warning) warnings.push(warning);
  }
  return { cycles, warnings };
}

/** The choice for one cycle as things stand, whether or not its edition is written. */
export function planCycle(
  toolkit: Sources,
  cycle: Cycle,
  history: ReadonlyMap<CycleId, string>,
): PlannedCycle {
  const edition = toolkit.editions.find((one) => one.cycle === cycle.id);
  const others = toolkit.topics.filter(({ slug }) => slug !== edition?.topic);
  const { candidates, refused } = rankTopics(edition ? others : toolkit.topics, pickingFacts(cycle, history));
  if (edition) return { ...pickedCycle(toolkit, cycle, edition), runnersUp: candidates, refused };
  if (!cycle.date)
    return { cycle, why: "every day of this cycle is avoided", picked: false, runnersUp: [], refused };
  const [best, ...runnersUp] = candidates;
  if (!best) return { cycle, why: "no topic can come in this cycle", picked: false, runnersUp: [], refused };
  return { cycle, topic: best.topic, why: best.why, picked: false, runnersUp, refused };
}

/** What is known of earlier cycles: when each topic ran in other cycles. */
export function pickingFacts(cycle: Cycle, history: ReadonlyMap<CycleId, string>): PickingFacts {
  const lastUsed = new Map<string, CycleId>();
  for (const [id, slug] of history) {
    if (id === cycle.id) continue;
    const last = lastUsed.get(slug);
    if (last === undefined || last < id) lastUsed.set(slug, id);
  }
  return { cycle: cycle.id, on: cycle.date?.slice(0, 10) ?? "", lastUsed };
}

/** Slug by cycle, of all editions written. */
export function historyOf(editions: readonly Edition[]): Map<CycleId, string> {
  return new Map(editions.map(({ cycle, topic }) => [cycle, topic]));
}

function pickedCycle(
  toolkit: Sources,
  cycle: Cycle,
  edition: Edition,
): Omit<PlannedCycle, "runnersUp" | "refused"> {
  const topic = toolkit.topics.find(({ slug }) => slug === edition.topic);
  const why = edition.picked ? `picked on ${edition.picked.on}: ${edition.picked.why}` : "picked";
  return { cycle, topic, why, picked: true };
}

function warningFor({ cycle, topic, why, picked }: PlannedCycle): string | undefined {
  if (picked && !topic) return `${cycle.id}: the edition names a topic that is not there.`;
  if (!topic) return `${cycle.id}: ${why}.`;
  return cycle.moved
    ? `${cycle.id}: moved to ${cycle.date?.slice(0, 10)}, because ${cycle.moved}.`
    : undefined;
}
