import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Day, Status } from "../domain/topic.ts";
import { planAhead, type PlannedCycle } from "./ahead.ts";
import { comesBefore, type Cycle } from "./calendar.ts";

/** A topic as lists show it. */
export interface TopicRow {
  readonly slug: string;
  readonly title: string;
  readonly status: Status;
  readonly priority: number;
  readonly lastCycle: CycleId | null;
  readonly nextCycle: CycleId | null;
  readonly review: Day | null;
}

/** How far ahead the next cycle of a topic is looked for. */
const lookAhead = 60;

/** All topics, with the cycle that each was last in, and the next one that it is picked or suggested for. */
export function topicRows(toolkit: Sources, current: Cycle): readonly TopicRow[] {
  return planTopics(toolkit, current).rows;
}

type Sources = Pick<Toolkit, "topics" | "editions" | "settings">;

/** The same, with the plan that it comes from: the current cycle and those after it. */
export function planTopics(
  toolkit: Sources,
  current: Cycle,
): { readonly rows: readonly TopicRow[]; readonly cycles: readonly PlannedCycle[] } {
  const last = lastCycles(toolkit, current.id);
  const next = new Map<string, CycleId>();
  const { cycles } = planAhead(toolkit, current.index, lookAhead);
  for (const { cycle, topic, picked } of cycles) {
    const isUnderWay = picked && cycle.id === current.id;
    if (topic && !isUnderWay && !next.has(topic.slug)) next.set(topic.slug, cycle.id);
  }
  const rows = toolkit.topics.map(({ slug, title, status, priority, review }) => ({
    slug,
    title,
    status,
    priority,
    lastCycle: last.get(slug) ?? null,
    nextCycle: next.get(slug) ?? null,
    review: review ?? null,
  }));
  return { rows, cycles };
}

/** The cycle that each topic was last in, up to this one. */
function lastCycles({ editions, settings }: Sources, current: CycleId): ReadonlyMap<string, CycleId> {
  const last = new Map<string, CycleId>();
  for (const { cycle, topic } of editions) {
    const known = last.get(topic);
    const isLater = known === undefined || comesBefore(settings.cycle, known, cycle);
    if (isLater && !comesBefore(settings.cycle, current, cycle)) last.set(topic, cycle);
  }
  return last;
}
