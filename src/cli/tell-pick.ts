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
import { sinceInWords, type Since } from "../plan/since.ts";
import { editionPath } from "../toolkit/editions.ts";
import { sendingInWords } from "./campaign.ts";
import type { Context } from "./context.ts";
import { wrapText, type Output } from "./output.ts";
import type { Choice } from "./prompts.ts";
import { count } from "../domain/count.ts";

/** A topic that may be chosen, and what is known of it. */
interface Candidacy {
  readonly candidate: Candidate;
  /** What has changed since it came last. */
  readonly since: Since | undefined;
  readonly isSuggested: boolean;
  /** When each topic comes by the plan. */
  readonly next: ReadonlyMap<string, CycleId>;
}

/** One topic to choose, with what there is to know of it. */
export function choiceOf(
  toolkit: Toolkit,
  { cycle, topic: before, picked }: PlannedCycle,
  { candidate, since, isSuggested, next }: Candidacy,
): Choice<Candidate> {
  const { topic, why } = candidate;
  const comes = next.get(topic.slug);
  const facts = [
    approversInWords(topic, toolkit.settings).replace(/^n/, "N"),
    ...(isSuggested || comes === undefined ? [] : [`else planned for ${comes}`]),
    ...(before && before.slug !== topic.slug
      ? [`${picked ? "takes the place of" : "comes instead of"} ${before.slug}`]
      : []),
  ];
  return {
    value: candidate,
    name: `${topic.title}  (${isSuggested ? "suggested: " : ""}${why})`,
    description: [
      topic.summary,
      since ? sinceInWords(since) : "Never used.",
      `${facts.join("; ")}.`,
      ...linkNotes(toolkit, cycle.id, topic),
      topic.source.path,
    ].join("\n"),
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
  /** What has changed since the topic came last; nothing when it never came. */
  readonly since: Since | undefined;
}

/** Says what was picked, what gives way, and what to do next. */
export function tellPicking(context: Context, toolkit: Toolkit, picking: Picking): void {
  const { out } = context;
  const { cycle, topic, why, before, displaced, since } = picking;
  const path = editionPath(cycle.id);
  out.document({
    cycle: cycle.id,
    topic: topic.slug,
    date: cycle.date ?? null,
    why,
    path,
    replaced: before?.topic ?? null,
    since: since ?? null,
    displaces: displaced ? { topic: displaced.topic, next: displaced.next ?? null } : null,
  });
  out.print(`${cycle.id}: ${topic.title}`);
  out.print(`  ${why}`);
  if (displaced) {
    const when = displaced.next ? `which comes in ${displaced.next} now` : "which is not planned any more";
    out.print(`  in place of ${displaced.topic}, ${when}`);
  }
  out.print(`  ${sendingInWords(context, cycle)}; ${approversInWords(topic, toolkit.settings)}`);
  if (since) tellSince(out, since, topic.slug);
  const lapsed = before?.approvals.length ?? 0;
  if (lapsed > 0) out.say(`${count(lapsed, "approval")} of ${before?.topic} went with it.`);
  for (const note of linkNotes(toolkit, cycle.id, topic))
    out.warn(`${out.sayStyle("yellow", "Note")}  ${note}`);
  out.say(`Written to ${path}. Add your note for this cycle there, below the second "---".`);
  out.say(`Next: onetopic render ${cycle.id}`);
}

/** That the topic leads to the same page as the edition before it, where the settings want to know. */
export function linkNotes(toolkit: Toolkit, cycle: CycleId, topic: Topic): string[] {
  const at = { path: topic.source.path, position: placeOf(topic.source, "link.url") };
  return applyLevels(repeatedLink(toolkit, cycle, topic, at), toolkit.settings.checks).map(describe);
}

/** Says what has changed since the topic came last, and how to read the lines. */
export function tellSince(out: Output, since: Since, topic: string): void {
  const lines = since.changes.length > 0 ? ` The lines: onetopic topics ${topic} --since ${since.cycle}` : "";
  for (const line of wrapText(`${sinceInWords(since)}${lines}`, out.width - 2)) out.print(`  ${line}`);
}
