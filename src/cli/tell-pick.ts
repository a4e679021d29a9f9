import { describe } from "../check/words/words.ts";
import { repeatedLink } from "../check/campaign.ts";
import type { Edition } from "../domain/edition.ts";
import { applyLevels } from "../domain/rules.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { placeOf, type CycleId, type Topic } from "../domain/topic.ts";
import type { PlannedCycle } from "../plan/ahead.ts";
import type { Cycle } from "../plan/calendar.ts";
import { approversInWords, type Displaced } from "../plan/displacement.ts";
import type { Candidate } from "../plan/picking.ts";
import { editionPath } from "../toolkit/editions.ts";
import { sendingInWords } from "./campaign.ts";
import type { Context } from "./context.ts";
import type { Choice } from "./prompts.ts";
import { count } from "../domain/count.ts";

/** One topic to choose, with what there is to know of it. */
export function choiceOf(
  toolkit: Toolkit,
  { cycle, topic: before, picked }: PlannedCycle,
  candidate: Candidate,
  isSuggested: boolean,
  next: ReadonlyMap<string, CycleId>,
): Choice<Candidate> {
  const { topic, why } = candidate;
  const used = toolkit.editions.findLast((one) => one.topic === topic.slug && one.cycle < cycle.id);
  const comes = next.get(topic.slug);
  const facts = [
    used ? `Last used in ${used.cycle}` : "Never used",
    approversInWords(topic, toolkit.settings),
    ...(isSuggested || comes === undefined ? [] : [`else planned for ${comes}`]),
    ...(before && before.slug !== topic.slug
      ? [`${picked ? "takes the place of" : "comes instead of"} ${before.slug}`]
      : []),
  ];
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
  if (displaced) {
    const when = displaced.next ? `which comes in ${displaced.next} now` : "which is not planned any more";
    out.print(`  in place of ${displaced.topic}, ${when}`);
  }
  out.print(`  ${sendingInWords(context, cycle)}; ${approversInWords(topic, toolkit.settings)}`);
  const lapsed = before?.approvals.length ?? 0;
  if (lapsed > 0) out.say(`${count(lapsed, "approval")} of ${before?.topic} went with it.`);
  const at = { path, position: placeOf(topic.source, "link.url") };
  for (const found of applyLevels(repeatedLink(toolkit, cycle.id, topic, at), toolkit.settings.checks))
    out.warn(`${out.sayStyle("yellow", "Note")}  ${describe(found)}`);
  out.say(`Written to ${path}. Add your note for this cycle there, below the second "---".`);
  out.say(`Next: onetopic render ${cycle.id}`);
}
