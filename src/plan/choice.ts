import { count } from "../domain/count.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Day, Topic } from "../domain/topic.ts";
import { candidatesFor, type PlannedCycle } from "./ahead.ts";
import { approversInWords } from "./displacement.ts";
import { unfit, type Candidate } from "./picking.ts";
import { editionBefore } from "./since.ts";

type Sources = Pick<Toolkit, "topics" | "editions" | "settings">;

/**
 * What somebody may choose from for a cycle, the best first. What is in place now is not offered again. The plan looks at
 * the send date alone; what is past review today may not be picked either.
 */
export function offered(toolkit: Sources, planned: PlannedCycle, today: Day): readonly Candidate[] {
  return (planned.picked ? planned.runnersUp : candidatesFor(toolkit, planned.cycle)).filter(
    ({ topic }) => unfit(topic, today) === undefined,
  );
}

/** What people have had cannot become another topic afterwards. */
export function staysAsSent(cycle: CycleId, served: number): string {
  return `The edition of ${cycle} has gone to ${count(served, "person", "people")}, so its topic stays.`;
}

/** What there is to know of a topic that may be chosen, beside the reason for it, as short phrases. */
export interface ChoiceFacts {
  readonly used: string;
  readonly approvers: string;
  /** That it is planned for another cycle otherwise. */
  readonly planned?: string | undefined;
  /** What gives way to it. */
  readonly instead?: string | undefined;
}

/** @param comes the cycle that the topic is planned for otherwise */
export function choiceFacts(
  toolkit: Sources,
  { cycle, topic: before, picked }: PlannedCycle,
  topic: Topic,
  comes: CycleId | undefined,
): ChoiceFacts {
  const used = editionBefore(toolkit, cycle.id, topic.slug);
  const gives = before && before.slug !== topic.slug;
  return {
    used: used ? `Last used in ${used.cycle}` : "Never used",
    approvers: approversInWords(topic, toolkit.settings),
    planned: comes === undefined ? undefined : `else planned for ${comes}`,
    instead: gives ? `${picked ? "takes the place of" : "comes instead of"} ${before.slug}` : undefined,
  };
}
