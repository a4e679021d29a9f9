import path from "node:path";
import { setImmediate as letOthersSpeak } from "node:timers/promises";
import { checkToolkit, withTools } from "../check/check.ts";
import { judgeHere, type CheckInput, type Judge } from "../check/judge.ts";
import { hasErrors, type Problem } from "../domain/problem.ts";
import type { Recipient } from "../domain/recipient.ts";
import { applyLevels } from "../domain/rules.ts";
import type { TemplateSet } from "../domain/template.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { dayOf } from "../plan/calendar.ts";
import type { Standing } from "../plan/next-step.ts";
import { keepLastGood } from "../preview/last-good.ts";
import type { Stage } from "../preview/stage.ts";
import { createTypesetter, type Typesetter } from "../render/typst/typesetter.ts";
import { loadToolkit } from "../toolkit/load.ts";
import { loadTemplates } from "../toolkit/templates.ts";
import { findCycle } from "./campaign.ts";
import { openCheckCache, type CheckCache } from "./check/cache.ts";
import { campaignFacts } from "./check/campaign-facts.ts";
import { findRoot, packageRoot, type Context } from "./context.ts";
import { openToolkitLedgerToRead, standingRuns } from "./ledger.ts";
import { openList, openSource } from "./people.ts";
import { samplePeople, type SamplePerson } from "./sample-people.ts";
import { editionBooks } from "./stage-editions.ts";
import { markOf, requireThere } from "./stage-mark.ts";
import { outboxOpener } from "./stage-outbox.ts";
import { pickAsCommand } from "./stage-pick.ts";
import { standingOf } from "./standing.ts";
import { furnish, type Workshop } from "./workshop.ts";

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
 */
export async function stageOpener(context: Context, now: () => Date): Promise<StageOpener> {
  const root = await findRoot(context);
  const cache = await openCheckCache(root, "quick");
  const typesetter = createTypesetter();
  const records: Records = { outboxOf: outboxOpener(), editionsOf: editionBooks() };
  return {
    root,
    open: async (last) => {
      // It may have been deleted or moved meanwhile.
      await requireThere(context, root);
      return openStage({ ...context, now: now() }, root, { cache, typesetter, ...records }, last);
    },
    close: async () => {
      await Promise.all([cache.save(), typesetter.close()]);
    },
  };
}

/** What stages have in common. */
interface Kept {
  readonly cache: CheckCache;
  readonly typesetter: Typesetter;
}

interface Records {
  readonly outboxOf: ReturnType<typeof outboxOpener>;
  readonly editionsOf: ReturnType<typeof editionBooks>;
}

async function openStage(
  context: Context,
  root: string,
  { cache, typesetter, outboxOf, editionsOf }: Kept & Records,
  last: Stage | undefined,
): Promise<Stage> {
  const read = await loadToolkit(root, cache.files);
  const { toolkit: kept, stale } = keepLastGood(read, last?.toolkit);
  const leveled: Toolkit = { ...kept, problems: applyLevels(kept.problems, kept.settings.checks) };
  const { workshop, staleTemplates } = await openLastGood(context, leveled, typesetter, last);
  const { toolkit, checkInput } = workshop;
  return {
    ...workshop,
    stale: new Set([...stale, ...staleTemplates]),
    now: context.now,
    today: dayOf(toolkit.settings.cycle, context.now),
    cycle: findCycle(context, toolkit, undefined),
    standing: () => standingNow(context, workshop),
    findings: (signal, quiet) => findingsOf(context, workshop, cache, checkInput, signal, quiet),
    mark: () => markOf(context, toolkit),
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

/** With the templates of before where those of now have faults: their faults are told all the same. */
async function openLastGood(
  context: Context,
  toolkit: Toolkit,
  typesetter: Typesetter,
  last: Stage | undefined,
): Promise<{ readonly workshop: Workshop; readonly staleTemplates: readonly string[] }> {
  const read = await loadTemplates(toolkit.root, path.join(packageRoot, "templates"));
  // Templates that say the same are the same: they are compiled already.
  const templates = last && isSame(last.templates, read.templates) ? last.templates : read.templates;
  const complete: Toolkit = { ...toolkit, problems: [...toolkit.problems, ...read.problems] };
  const workshop = await furnish(context, complete, templates, typesetter);
  const { templateProblems } = workshop.studio;
  if (!last || !hasErrors(templateProblems)) return { workshop, staleTemplates: [] };
  const problems = applyLevels([...workshop.toolkit.problems, ...templateProblems], toolkit.settings.checks);
  return {
    workshop: await furnish(context, { ...workshop.toolkit, problems }, last.templates, typesetter),
    staleTemplates: [...new Set(templateProblems.map((one) => one.path))],
  };
}

function isSame(one: TemplateSet, other: TemplateSet): boolean {
  return (
    one.size === other.size && [...one].every(([name, { source }]) => other.get(name)?.source === source)
  );
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

async function findingsOf(
  context: Context,
  workshop: Workshop,
  cache: CheckCache,
  checkInput: CheckInput,
  signal: AbortSignal,
  quiet: () => Promise<void>,
): Promise<readonly Problem[]> {
  await quiet();
  const { toolkit, templates, images } = workshop;
  const depth = "quick";
  const input = await withTools(checkInput);
  const pause = async () => {
    await letOthersSpeak();
    await quiet();
    signal.throwIfAborted();
  };
  const judge = cache.around(gently(judgeHere(input, depth), pause), {
    toolkit,
    templates,
    images,
    input,
    depth,
  });
  const { problems } = await checkToolkit(input, toolkit.topics, {
    depth,
    judge,
    campaign: await campaignFacts(context, workshop),
    remember: cache.remember,
    onTopic: () => signal.throwIfAborted(),
    pause,
  });
  if (!cache.isFilled) await cache.save();
  return problems;
}

/** One topic at a time, and requests are answered in between. */
function gently(judge: Judge, pause: () => Promise<void>): Judge {
  return async function* (topics) {
    for (const topic of topics) {
      await pause();
      yield* judge([topic]);
    }
  };
}
