import { describe } from "../check/words/words.ts";
import { repeatedLink } from "../check/campaign.ts";
import type { Edition } from "../domain/edition.ts";
import { quoted } from "../domain/quoted.ts";
import { applyLevels } from "../domain/rules.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { placeOf, type CycleId, type Topic } from "../domain/topic.ts";
import type { PlannedCycle } from "../plan/ahead.ts";
import type { Cycle } from "../plan/calendar.ts";
import { approversInWords, displacedInWords, type Displaced } from "../plan/displacement.ts";
import { sendingInWords } from "../plan/due.ts";
import type { Candidate, Refusal } from "../plan/picking.ts";
import { editionBefore, sinceInWords, type Since } from "../plan/since.ts";
import { editionPath } from "../toolkit/editions.ts";
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

/** One topic to choose, with what there is to know of it, in lines that fit the terminal. */
export function choiceOf(
  toolkit: Toolkit,
  planned: PlannedCycle,
  candidacy: Candidacy,
  width: number,
): Choice<Candidate> {
  const { candidate, since, isSuggested } = candidacy;
  const { topic } = candidate;
  const reason = `${isSuggested ? "suggested: " : ""}${candidate.why}`;
  const whole = `${topic.title}  (${reason})`;
  // The mark before a choice takes two columns.
  const hasRoom = [...whole].length <= width - 2;
  const lines = [
    topic.summary,
    ...(hasRoom ? [] : [sentence(reason)]),
    ...(since ? [sinceInWords(since)] : reason.includes("never used") ? [] : ["Never used."]),
    sentence(consequences(toolkit, planned, candidacy).join("; ")),
    topic.source.path,
  ];
  return {
    value: candidate,
    name: hasRoom ? whole : cut(topic.title, width - 2),
    short: topic.title,
    description: lines.flatMap((line) => wrapText(line, width - 1)).join("\n"),
  };
}

/** Who has to approve, what gives way, and a link that was used just before. */
function consequences(
  toolkit: Toolkit,
  { cycle, topic: before, picked }: PlannedCycle,
  { candidate: { topic }, isSuggested, next }: Candidacy,
): string[] {
  const comes = next.get(topic.slug);
  const lost = toolkit.editions.find((one) => one.cycle === cycle.id)?.approvals.length ?? 0;
  const approvals = lost > 0 ? `, of which ${count(lost, "approval")} would go` : "";
  return [
    approversInWords(topic, toolkit.settings),
    ...(isSuggested || comes === undefined ? [] : [`else planned for ${comes}`]),
    ...(before && before.slug !== topic.slug
      ? [picked ? `takes the place of ${before.slug}${approvals}` : `comes instead of ${before.slug}`]
      : []),
    ...(linkNotes(toolkit, cycle.id, topic).length > 0
      ? ["leads to the same page as the edition before it"]
      : []),
  ];
}

/** A topic that cannot come, for those who look for it; how to have it all the same where that is allowed. */
export function closedChoice(
  { topic, kind, why }: Refusal,
  { cycle, picked }: PlannedCycle,
  width: number,
): Choice<undefined> {
  const isAllowed = kind === "season" || kind === "pinned" || kind === "gap";
  const command = `onetopic pick ${quoted(topic.slug)} --cycle ${cycle.id}${picked ? " --replace" : ""}`;
  const how = isAllowed ? `; to have it all the same: ${command}` : "";
  const lines = wrapText(`${why}${how}`, width - 5).map((line) => `    ${line}`);
  return {
    value: undefined,
    name: cut(topic.title, width - 3),
    description: `${topic.summary} ${topic.source.path}`,
    disabled: ["", ...lines].join("\n"),
  };
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length > width ? `${letters.slice(0, width - 1).join("")}…` : text;
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
  if (displaced) out.print(`  ${displacedInWords(displaced)}`);
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
  const edition = editionBefore(toolkit, cycle);
  const before = { cycle: edition?.cycle, topic: toolkit.topics.find(({ slug }) => slug === edition?.topic) };
  return applyLevels(repeatedLink(cycle, topic, before, at), toolkit.settings.checks).map(describe);
}

/** Says what has changed since the topic came last, and how to read the lines. */
export function tellSince(out: Output, since: Since, topic: string): void {
  const lines = since.changes.length > 0 ? ` The lines: onetopic topics ${topic} --since ${since.cycle}` : "";
  for (const line of wrapText(`${sinceInWords(since)}${lines}`, out.width - 2)) out.print(`  ${line}`);
}
