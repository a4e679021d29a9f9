import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Topic } from "../domain/topic.ts";
import { planAhead, type PlannedCycle } from "./ahead.ts";
import type { Cycle } from "./calendar.ts";

type Sources = Pick<Toolkit, "topics" | "editions" | "settings">;

/** How far ahead the next cycle of a topic is looked for. */
const horizon = 60;

/** The next cycle of each topic, from a cycle on. */
export function nextCycles(toolkit: Sources, cycle: Cycle): ReadonlyMap<string, CycleId> {
  const next = new Map<string, CycleId>();
  for (const planned of planAhead(toolkit, cycle.index, horizon).cycles)
    if (planned.topic && !next.has(planned.topic.slug)) next.set(planned.topic.slug, planned.cycle.id);
  return next;
}

/** A topic that gives way to the one picked, and when it comes now. */
export interface Displaced {
  readonly topic: string;
  /** Absent when it does not come in the next five years of months. */
  readonly next?: CycleId | undefined;
}

/** What has the cycle now, or would have it, and gives way to another topic; nothing when that is the same. */
export function displacedBy(
  toolkit: Sources,
  { cycle, topic: before }: PlannedCycle,
  slug: string,
): Displaced | undefined {
  if (!before || before.slug === slug) return undefined;
  const source = { path: `content/editions/${cycle.id}.md`, places: new Map(), bodyLine: 1 };
  const edition = { cycle: cycle.id, topic: slug, approvals: [], note: "", source };
  const editions = [...toolkit.editions.filter((one) => one.cycle !== cycle.id), edition];
  return { topic: before.slug, next: nextCycles({ ...toolkit, editions }, cycle).get(before.slug) };
}

/** What gives way, and when it comes instead. */
export function displacedInWords({ topic, next }: Displaced): string {
  return `in place of ${topic}, ${next ? `which comes in ${next} now` : "which is not planned any more"}`;
}

/** Who has to approve an edition with this topic, in words. */
export function approversInWords(
  { approvers }: Pick<Topic, "approvers">,
  { approvals }: Pick<Toolkit["settings"], "approvals">,
): string {
  const asked = approvers.length > 0 ? approvers : (approvals ?? 0);
  if (typeof asked !== "number")
    return asked.length > 0 ? `needs approval by ${asked.join(", ")}` : "needs no approval";
  if (asked === 0) return "needs no approval";
  return asked === 1 ? "needs 1 approval" : `needs ${asked} approvals`;
}
