import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Day, Topic } from "../domain/topic.ts";
import { candidatesFor, type PlannedCycle } from "./ahead.ts";
import { approversInWords } from "./displacement.ts";
import { unfit, type Candidate } from "./picking.ts";

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

/**
 * What there is to know of a topic that may be chosen, beside the reason for it: one sentence.
 * @param comes the cycle that it is planned for otherwise
 */
export function choiceFacts(
  { editions, settings }: Sources,
  { cycle, topic: before, picked }: PlannedCycle,
  topic: Topic,
  comes: CycleId | undefined,
): string[] {
  const used = editions.findLast((one) => one.topic === topic.slug && one.cycle < cycle.id);
  return [
    used ? `Last used in ${used.cycle}` : "Never used",
    approversInWords(topic, settings),
    ...(comes === undefined ? [] : [`else planned for ${comes}`]),
    ...(before && before.slug !== topic.slug
      ? [`${picked ? "takes the place of" : "comes instead of"} ${before.slug}`]
      : []),
  ];
}
