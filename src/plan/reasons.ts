import { count } from "../domain/count.ts";
import type { Topic } from "../domain/topic.ts";
import type { Entry, PickingFacts, Standing } from "./picking.ts";

/* Why a topic comes, and why another does not, as short phrases. */

/** How a topic stands. */
export function reason({ topic, standing, pinned }: Entry, { cycle }: PickingFacts): string {
  if (pinned) return `pinned to ${cycle}`;
  const { season, priority } = topic;
  const { waiting } = standing;
  const parts = [
    season ? `in season (${season.from} to ${season.to})` : "",
    usedInWords(standing),
    waiting ? `nothing for ${waiting.audience} in ${count(waiting.cycles, "cycle")}` : "",
    `priority ${priority}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function usedInWords({ last, ahead }: Standing): string {
  if (!last) return "never used";
  return ahead ? `picked for ${last.cycle}` : `last used in ${last.cycle}`;
}

/** What puts the best before another: the first that differs. */
export function difference(entry: Entry, best: Entry, { cycle }: PickingFacts): string {
  const [own, other] = [entry.standing, best.standing];
  if (best.pinned && !entry.pinned) return `the winner is pinned to ${cycle}`;
  if (own.hasRun === other.hasRun) {
    if (best.seasonal !== entry.seasonal) return "the winner is in a season of its own";
    if ((own.last === undefined) === (other.last === undefined)) {
      const [mine, theirs] = [own.waiting?.lateness ?? 0, other.waiting?.lateness ?? 0];
      if (mine !== theirs) return `the winner speaks to ${other.waiting?.audience}, who waited longer`;
      if (own.last?.at === other.last?.at) return lesserDifference(entry.topic, best.topic);
    }
  }
  const used = own.last ? `${own.ahead ? "picked for" : "used in"} ${own.last.cycle}` : "never used";
  return `${used}, the winner ${other.last ? `in ${other.last.cycle}` : "never"}`;
}

function lesserDifference(topic: Topic, best: Topic): string {
  if (topic.priority !== best.priority) return `priority ${topic.priority}, the winner ${best.priority}`;
  if (topic.order !== best.order) return `order ${topic.order ?? "not set"}, the winner ${best.order}`;
  return "later in the alphabet";
}
