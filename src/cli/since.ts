import type { DeliveryEvent } from "../deliver/events.ts";
import type { EditionParts, Edition, KeptEdition, Occasion } from "../domain/edition.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Topic } from "../domain/topic.ts";
import { UserError } from "../domain/user-error.ts";
import { dayOf } from "../plan/calendar.ts";
import { changedParts, partsInWords } from "../plan/changes.ts";
import { isOutbox } from "../plan/delivery.ts";
import { changesInWords, editionBefore, lastKept, type Since } from "../plan/since.ts";
import { wordChanges, type WordChange } from "../plan/word-changes.ts";
import { keepEdition, keptPath, readKept } from "../toolkit/kept.ts";
import { topicFrom } from "../toolkit/load.ts";
import type { Context } from "./context.ts";
import { editionNow, type Workshop } from "./workshop.ts";

/** What has changed since the topic came last before a cycle; nothing when it never came. */
export async function sinceLast(
  context: Context,
  toolkit: Toolkit,
  topic: Topic,
  cycle: CycleId,
): Promise<Since | undefined> {
  const before = editionBefore(toolkit, cycle, topic.slug);
  if (!before) return undefined;
  const kept = await keptOf(context, toolkit, before.cycle, topic);
  if (!kept) return { cycle: before.cycle, unreadable: true, changes: [] };
  return sinceKept(toolkit, topic, before.cycle, lastKept(kept));
}

/** What has changed since an edition was kept. */
export function sinceKept(
  { settings }: Pick<Toolkit, "settings">,
  topic: Topic,
  cycle: CycleId,
  kept: KeptEdition | undefined,
): Since {
  if (!kept) return { cycle, changes: [] };
  return { cycle, as: kept.as, on: kept.on, changes: changesFrom(kept.text, topic, settings.audiences) };
}

/** The file of old may follow rules that are no longer known. */
function changesFrom(
  text: string,
  topic: Topic,
  audiences: Toolkit["settings"]["audiences"],
): readonly WordChange[] {
  if (text === topic.source.text) return [];
  const before = topicFrom(text, topic.source.path);
  return before ? wordChanges(before, topic, audiences) : [{ part: "text", words: "its file" }];
}

/** What was kept of a cycle with this topic, the oldest first. Of a file that cannot be read that is told, and nothing given. */
async function keptOf(
  { out }: Context,
  { root }: Pick<Toolkit, "root">,
  cycle: CycleId,
  { slug }: Topic,
): Promise<readonly KeptEdition[] | undefined> {
  try {
    return await readKept(root, cycle, slug);
  } catch (error) {
    tellFault(out, error);
    return undefined;
  }
}

/** Keeps the words of an edition that was picked. */
export async function keepPicked(
  context: Context,
  { root, settings }: Toolkit,
  cycle: CycleId,
  { slug, source }: Topic,
): Promise<void> {
  const on = dayOf(settings.cycle, context.now);
  await keep(context, root, cycle, slug, { as: "picked", on, text: source.text ?? "" });
}

/** Keeps an edition as it was approved, scheduled or sent. */
export async function keepNow(
  context: Context,
  workshop: Workshop,
  { topic, edition }: { readonly topic: Topic; readonly edition: Edition },
  as: Exclude<Occasion, "picked">,
): Promise<void> {
  const now = asItIs(context, workshop, { topic, edition }, as);
  await keep(context, workshop.toolkit.root, edition.cycle, topic.slug, now);
}

function asItIs(
  { now }: Context,
  workshop: Workshop,
  { topic, edition }: { readonly topic: Topic; readonly edition: Edition },
  as: Occasion,
): KeptEdition {
  const { contentDigest: digest, parts } = editionNow(workshop, topic, edition);
  const { note } = edition;
  const on = dayOf(workshop.toolkit.settings.cycle, now);
  return { as, on, digest, ...(note ? { note } : {}), text: topic.source.text ?? "", parts };
}

/**
 * Passes on what happens in a send, and keeps the words of the edition as sent when the first message was accepted. What is
 * in an outbox has not been sent to anybody.
 * @param transport its name
 */
export async function* keptOnceOut(
  context: Context,
  workshop: Workshop,
  mailing: { readonly topic: Topic; readonly edition: Edition },
  transport: string,
  events: AsyncIterable<DeliveryEvent>,
): AsyncGenerator<DeliveryEvent> {
  if (isOutbox(transport)) {
    yield* events;
    return;
  }
  const { topic, edition } = mailing;
  // Digested before the first message, and written beside the others: nothing holds up the sending.
  const words = asItIs(context, workshop, mailing, "sent");
  let kept: Promise<void> | undefined;
  try {
    for await (const event of events) {
      if (event.event === "accepted")
        kept ??= keep(context, workshop.toolkit.root, edition.cycle, topic.slug, words);
      yield event;
    }
  } finally {
    await kept;
  }
}

/** What is kept helps people later. That it cannot be written must not stop what they do now. */
async function keep(
  { out }: Context,
  root: string,
  cycle: CycleId,
  topic: string,
  edition: KeptEdition,
): Promise<void> {
  try {
    await keepEdition(root, cycle, topic, edition);
  } catch (error) {
    if (out.live) out.redraw("");
    tellFault(out, error);
    out.warn(`      The rest is done. What it says now was not kept in ${keptPath(cycle)}.`);
  }
}

function tellFault(out: Context["out"], error: unknown): void {
  if (!(error instanceof UserError)) throw error;
  out.warn(`${out.sayStyle("yellow", "Note")}  ${error.message} ${error.hint}`);
}

/** What is different from what this digest stands for, in words; nothing when that was not kept. */
export async function changedSinceDigest(
  context: Context,
  workshop: Workshop,
  { topic, edition }: { readonly topic: Topic; readonly edition: Edition },
  digest: string,
): Promise<string> {
  const { toolkit } = workshop;
  const all = await keptOf(context, toolkit, edition.cycle, topic);
  const kept = all?.find((one) => one.digest === digest);
  if (!kept?.parts) return "";
  return editionChanges(toolkit, topic, kept, kept.parts, editionNow(workshop, topic, edition).parts);
}

/** The words of the topic are told by what they are, everything else by the name of its part. */
function editionChanges(
  { settings }: Toolkit,
  topic: Topic,
  kept: KeptEdition,
  before: EditionParts,
  now: EditionParts,
): string {
  const parts = changedParts(before, now);
  const words = parts.includes("topic")
    ? changesInWords(changesFrom(kept.text, topic, settings.audiences))
    : "";
  const rest = partsInWords(parts.filter((part) => part !== "topic" || words === ""));
  return [words, rest].filter((one) => one !== "").join(", ");
}
