import { describe } from "../check/words/words.ts";
import { repeatedLink } from "../check/campaign.ts";
import type { Edition } from "../domain/edition.ts";
import { applyLevels } from "../domain/rules.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { placeOf, type CycleId, type Topic } from "../domain/topic.ts";
import type { PlannedCycle } from "../plan/ahead.ts";
import type { Cycle } from "../plan/calendar.ts";
import { choiceFacts } from "../plan/choice.ts";
import { approversInWords, displacedInWords, type Displaced } from "../plan/displacement.ts";
import { sendingInWords } from "../plan/due.ts";
import type { Candidate } from "../plan/picking.ts";
import { editionPath } from "../toolkit/editions.ts";
import type { Context } from "./context.ts";
import type { Choice } from "./prompts.ts";
import { count } from "../domain/count.ts";

/** One topic to choose, with what there is to know of it. */
export function choiceOf(
  toolkit: Toolkit,
  planned: PlannedCycle,
  candidate: Candidate,
  isSuggested: boolean,
  next: ReadonlyMap<string, CycleId>,
): Choice<Candidate> {
  const { topic, why } = candidate;
  const { used, approvers, ...others } = choiceFacts(
    toolkit,
    planned,
    topic,
    isSuggested ? undefined : next.get(topic.slug),
  );
  const facts = [used, approvers, others.planned, others.instead].filter((fact) => fact !== undefined);
  return {
    value: candidate,
    name: `${topic.title}  (${isSuggested ? "suggested: " : ""}${why})`,
    description: [topic.summary, `${facts.join("; ")}.`, topic.source.path].join("\n"),
  };
}

/** What is picked now, and what comes of it. */
export interface Picking {
  readonly cycle: Cycle;
  readonly topic: Topic;
  readonly why: string;
  /** The edition as it was, with the topic that is replaced. */
  readonly before: Edition | undefined;
  readonly displaced: Displaced | undefined;
}

/** Says what was picked, what gives way, and what to do next. */
export function tellPicking(context: Context, toolkit: Toolkit, picking: Picking): void {
  const { out } = context;
  const { cycle, topic, why, before, displaced } = picking;
  const path = editionPath(cycle.id);
  out.document({
    cycle: cycle.id,
    topic: topic.slug,
    date: cycle.date ?? null,
    why,
    path,
    replaced: before?.topic ?? null,
    displaces: displaced ? { topic: displaced.topic, next: displaced.next ?? null } : null,
  });
  out.print(`${cycle.id}: ${topic.title}`);
  out.print(`  ${why}`);
  if (displaced) out.print(`  ${displacedInWords(displaced)}`);
  out.print(`  ${sendingInWords(context, cycle)}; ${approversInWords(topic, toolkit.settings)}`);
  const lapsed = before?.approvals.length ?? 0;
  if (lapsed > 0) out.say(`${count(lapsed, "approval")} of ${before?.topic} went with it.`);
  const at = { path, position: placeOf(topic.source, "link.url") };
  for (const found of applyLevels(repeatedLink(toolkit, cycle.id, topic, at), toolkit.settings.checks))
    out.warn(`${out.sayStyle("yellow", "Note")}  ${describe(found)}`);
  out.say(`Written to ${path}. Add your note for this cycle there, below the second "---".`);
  out.say(`Next: onetopic render ${cycle.id}`);
}
