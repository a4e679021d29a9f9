import type { LedgerView } from "../deliver/ledger-view.ts";
import type { Edition, EditionParts } from "../domain/edition.ts";
import type { CycleId, Topic } from "../domain/topic.ts";
import { UserError } from "../domain/user-error.ts";
import { changedParts, partsInWords } from "../plan/changes.ts";
import { isOutbox } from "../plan/delivery.ts";
import type { EditionBook, SentEdition, SentEditions } from "../preview/edition-book.ts";
import { concealed } from "./concealed.ts";
import type { Context } from "./context.ts";
import { openToolkitLedgerView, peopleServed, standingRuns } from "./ledger.ts";
import { requireThere } from "./stage-mark.ts";
import { changedSinceDigest, sinceLast } from "./since.ts";
import { editionNow, type Workshop } from "./workshop.ts";

/** So many contents are remembered: each is a few kB. */
const mostRemembered = 200;

/**
 * Opens edition books of one toolkit, one after the other. What was approved is remembered part by part while it still
 * held: so a page can say what changed, also where nothing was sent yet.
 */
export function editionBooks(): (context: Context, workshop: Workshop) => EditionBook {
  const remembered = new Map<string, EditionParts>();
  return (context, workshop) => bookOf(context, workshop, remembered);
}

function bookOf(context: Context, workshop: Workshop, remembered: Map<string, EditionParts>): EditionBook {
  const known = new WeakMap<Edition, ReturnType<typeof editionNow>>();
  const now = (topic: Topic, edition: Edition) => {
    const before = known.get(edition);
    if (before?.topic === topic.slug) return before;
    const made = editionNow(workshop, topic, edition);
    known.set(edition, made);
    if (!remembered.has(made.contentDigest) && remembered.size >= mostRemembered)
      remembered.delete(remembered.keys().next().value ?? "");
    remembered.set(made.contentDigest, made.parts);
    return made;
  };
  return {
    digestOf: (topic, edition) => now(topic, edition).contentDigest,
    changedSince: async (topic, edition, digest) => {
      const kept = await changedSinceDigest(quiet(context), workshop, { topic, edition }, digest);
      if (kept !== "") return kept;
      const before = remembered.get(digest) ?? (await partsInLedger(context, workshop, digest));
      if (!before) return undefined;
      return partsInWords(changedParts(before, now(topic, edition).parts));
    },
    sinceLast: (topic, cycle) => sinceLast(quiet(context), workshop.toolkit, topic, cycle),
    sent: (cycles) => sentOf(context, workshop, cycles),
  };
}

/** What cannot be read of it is found by `check`; a page that is shown again and again does not tell it each time. */
function quiet(context: Context): Context {
  return { ...context, out: { ...context.out, warn: () => {} } };
}

async function partsInLedger(
  context: Context,
  { toolkit }: Workshop,
  digest: string,
): Promise<EditionParts | undefined> {
  return looking(context, toolkit, (view) => view.partsOf(digest)).catch(userErrorsAre(undefined));
}

async function sentOf(
  context: Context,
  { toolkit }: Workshop,
  cycles: readonly CycleId[],
): Promise<SentEditions> {
  const found = looking(context, toolkit, async (view) => {
    const of = new Map<CycleId, readonly SentEdition[]>();
    const served = new Map<CycleId, number>();
    for (const cycle of cycles) {
      const runs = await standingRuns(view, cycle);
      if (runs.length === 0) continue;
      const sent = runs.map(async (run) => ({
        variant: run.variant,
        list: run.list,
        tally: await view.tally(run),
        isRehearsal: isOutbox(run.transport),
      }));
      of.set(cycle, await Promise.all(sent));
      served.set(cycle, await peopleServed(view, cycle));
    }
    return { of, served };
  });
  try {
    return (await found) ?? { of: new Map(), served: new Map() };
  } catch (error) {
    if (error instanceof UserError)
      return { of: new Map(), served: new Map(), fault: concealed(context.out, error) };
    throw error;
  }
}

async function looking<Value>(
  context: Context,
  { root, settings }: Workshop["toolkit"],
  look: (view: LedgerView) => Promise<Value>,
): Promise<Value | undefined> {
  await requireThere(context, root);
  const view = await openToolkitLedgerView(context, root, settings.ledger);
  if (!view) return undefined;
  try {
    return await look(view);
  } finally {
    await view.close();
  }
}

function userErrorsAre<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (error instanceof UserError) return value;
    throw error;
  };
}
