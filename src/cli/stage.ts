import type { Recipient } from "../domain/recipient.ts";
import { dayOf } from "../plan/calendar.ts";
import type { Standing } from "../plan/next-step.ts";
import type { Stage } from "../preview/stage.ts";
import { createTypesetter } from "../render/typst/typesetter.ts";
import { findCycle } from "./campaign.ts";
import { openCheckCache } from "./check/cache.ts";
import { findRoot, type Context } from "./context.ts";
import { openToolkitLedgerToRead, standingRuns } from "./ledger.ts";
import { openList, openSource } from "./people.ts";
import { samplePeople, type SamplePerson } from "./sample-people.ts";
import { checkApart } from "./stage-check-apart.ts";
import { checkHere, type StageCheck } from "./stage-check.ts";
import { editionBooks } from "./stage-editions.ts";
import { markOf, requireThere } from "./stage-mark.ts";
import { outboxOpener } from "./stage-outbox.ts";
import { pickAsCommand } from "./stage-pick.ts";
import { readStage, type ReadingMeans } from "./stage-reading.ts";
import { serverMarks, type ServerMarks } from "./stage-server-mark.ts";
import { standingOf } from "./standing.ts";
import type { Workshop } from "./workshop.ts";

/** Opens stages of one toolkit, one after the other, with what they have in common. */
export interface StageOpener {
  readonly root: string;
  /** @param last where a file cannot be used, what is shown of it stays */
  readonly open: (last: Stage | undefined) => Promise<Stage>;
  readonly close: () => Promise<void>;
}

/**
 * Gets ready to open stages of the toolkit around the current folder.
 * @param now asked anew for each stage: a preview may stay open for days
 * @param options `apart` checks in a process of its own, which is for those whom a check would hold up
 */
export async function stageOpener(
  context: Context,
  now: () => Date,
  { apart }: { readonly apart: boolean },
): Promise<StageOpener> {
  const root = await findRoot(context);
  const cache = await openCheckCache(root, "quick");
  const kept: Kept = {
    files: cache.files,
    typesetter: createTypesetter(),
    check: apart ? checkApart() : checkHere(cache),
    servers: serverMarks(),
    outboxOf: outboxOpener(),
    editionsOf: editionBooks(),
  };
  return {
    root,
    open: async (last) => {
      // It may have been deleted or moved meanwhile.
      await requireThere(context, root);
      return openStage({ ...context, now: now() }, root, kept, last);
    },
    close: async () => {
      await Promise.all([kept.check.close(), kept.servers.close(), kept.typesetter.close()]);
    },
  };
}

/** What stages have in common. */
interface Kept extends ReadingMeans {
  readonly check: StageCheck;
  readonly servers: ServerMarks;
  readonly outboxOf: ReturnType<typeof outboxOpener>;
  readonly editionsOf: ReturnType<typeof editionBooks>;
}

async function openStage(
  context: Context,
  root: string,
  { check, servers, outboxOf, editionsOf, ...means }: Kept,
  last: Stage | undefined,
): Promise<Stage> {
  const reading = await readStage(context, root, means, last ?? {});
  const { workshop, stale } = reading;
  const { toolkit } = workshop;
  return {
    ...workshop,
    stale,
    now: context.now,
    today: dayOf(toolkit.settings.cycle, context.now),
    cycle: findCycle(context, toolkit, undefined),
    standing: () => standingNow(context, workshop),
    findings: (signal) => check.findings(context, reading, signal),
    mark: () => markOf(context, toolkit, servers),
    readList: (name) => openList(context, workshop, name),
    personOn: (name, who) => personOn(context, workshop, name, who),
    outbox: outboxOf(context, toolkit),
    editions: editionsOf(context, workshop),
    pick: (wish) => pickAsCommand(context, wish),
  };
}

async function personOn(context: Context, workshop: Workshop, list: string, who: string): Promise<Recipient> {
  const source = await openSource(context, workshop, list);
  // An empty wish would be the invented person's.
  const [found] = await samplePeople(workshop.toolkit.settings, source, [who === "sample" ? "" : who]);
  return (found as SamplePerson).to;
}

async function standingNow(context: Context, workshop: Workshop): Promise<Standing> {
  const { toolkit } = workshop;
  const cycle = findCycle(context, toolkit, undefined);
  await requireThere(context, toolkit.root);
  const ledger = await openToolkitLedgerToRead(context, toolkit.root, toolkit.settings.ledger);
  try {
    const runs = await standingRuns(ledger, cycle.id);
    const sent = await Promise.all(runs.map(async (run) => ({ run, tally: await ledger.tally(run) })));
    return await standingOf(context, workshop, ledger, cycle, sent);
  } finally {
    await ledger.close();
  }
}
