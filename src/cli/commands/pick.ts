import type { Edition } from "../../domain/edition.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Topic } from "../../domain/topic.ts";
import { EXIT, usageError, UserError, type ExitCode } from "../../domain/user-error.ts";
import { pickingFacts, planCycle, type PlannedCycle } from "../../plan/ahead.ts";
import { dayOf, type Cycle } from "../../plan/calendar.ts";
import { offered, staysAsSent } from "../../plan/choice.ts";
import { displacedBy, nextCycles } from "../../plan/displacement.ts";
import { sendingInWords } from "../../plan/due.ts";
import { unfit, untimely, type Candidate } from "../../plan/picking.ts";
import {
  createEdition,
  editionPath,
  pickedMeanwhile,
  replaceTopic,
  type Picked,
} from "../../toolkit/editions.ts";
import { editionOf, findCycle, findTopic, requireLine, requireSettings } from "../campaign.ts";
import { needsFlag, openToolkit, type Context } from "../context.ts";
import { wrapText } from "../output.ts";
import { askSearch, askText } from "../prompts.ts";
import { keepPicked, sinceLast } from "../since.ts";
import { choiceOf, closedChoice, tellPicking } from "../tell-pick.ts";

export interface PickOptions {
  readonly cycle?: string;
  readonly auto?: boolean;
  readonly why?: string;
  readonly by?: string;
  readonly replace?: boolean;
  /** The topic that somebody saw there, and means to replace; whatever is there unless given. */
  readonly before?: string;
}

/** `onetopic pick [slug]` */
export async function pick(
  context: Context,
  slug: string | undefined,
  options: PickOptions,
): Promise<ExitCode> {
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const cycle = findCycle(context, toolkit, options.cycle);
  const before = editionOf(toolkit, cycle.id);
  if (before && options.replace !== true) throw alreadyPicked(before);
  if (before && before.topic !== (options.before ?? before.topic))
    throw pickedMeanwhile(cycle.id, before.topic);
  if (before) await refuseIfSent(context, toolkit, cycle);
  const planned = planCycle(toolkit, cycle);
  requireLine("--why", options.why, 400);
  requireLine("--by", options.by, 120);
  const choice = await choose(context, toolkit, planned, slug, options);
  const by = options.by;
  const picked: Picked = {
    cycle: cycle.id,
    topic: choice.topic.slug,
    picked: { on: dayOf(toolkit.settings.cycle, context.now), ...(by ? { by } : {}), why: choice.why },
  };
  if (before) await replaceTopic(toolkit.root, picked, before.topic);
  else if (!(await createEdition(toolkit.root, picked))) throw takenMeanwhile(cycle);
  await keepPicked(context, toolkit, cycle.id, choice.topic);
  const displaced = displacedBy(toolkit, planned, choice.topic.slug);
  const since = await sinceLast(context, toolkit, choice.topic, cycle.id);
  tellPicking(context, toolkit, { cycle, ...choice, before, displaced, since });
  return EXIT.done;
}

interface Chosen {
  readonly topic: Topic;
  readonly why: string;
}

async function choose(
  context: Context,
  toolkit: Toolkit,
  planned: PlannedCycle,
  slug: string | undefined,
  options: PickOptions,
): Promise<Chosen> {
  if (slug !== undefined && options.auto) {
    throw usageError(
      "usage",
      "Name a topic, or take the suggestion with --auto, but not both.",
      "Leave one of the two out.",
    );
  }
  if (slug !== undefined)
    return chooseNamed(context, toolkit, findTopic(toolkit, slug), planned.cycle, options);
  const candidates = offered(toolkit, planned, dayOf(toolkit.settings.cycle, context.now));
  if (candidates.length === 0) throw nothingToPick(planned);
  if (options.auto) {
    const [best] = candidates as [Candidate];
    return { topic: best.topic, why: options.why ?? `suggested: ${best.why}` };
  }
  if (!context.interactive)
    throw needsFlag("The topic", "its name (onetopic pick SLUG), or take the suggestion with --auto");
  return ask(context, toolkit, planned, candidates, options);
}

function chooseNamed(
  context: Context,
  toolkit: Toolkit,
  topic: Topic,
  cycle: Cycle,
  options: PickOptions,
): Chosen {
  const today = dayOf(toolkit.settings.cycle, context.now);
  const on = cycle.date?.slice(0, 10) ?? today;
  const forbidden = unfit(topic, today) ?? unfit(topic, on);
  if (forbidden) {
    throw new UserError(
      "not-ready",
      `"${topic.slug}" may not be picked for ${cycle.id}: ${forbidden}.`,
      `Mend ${topic.source.path}, or choose another topic.`,
      {
        place: { path: topic.source.path },
      },
    );
  }
  const unusual = untimely(topic, { ...pickingFacts(toolkit, cycle), on });
  if (unusual) context.out.warn(`Note: "${topic.slug}": ${unusual}. Picked all the same.`);
  return { topic, why: options.why ?? "chosen by hand" };
}

async function ask(
  context: Context,
  toolkit: Toolkit,
  planned: PlannedCycle,
  candidates: readonly Candidate[],
  options: PickOptions,
): Promise<Chosen> {
  const { cycle } = planned;
  const opening = `${cycle.label} ${sendingInWords(context, cycle)}. The best choice comes first; type to search.`;
  for (const line of wrapText(opening, context.out.width)) context.out.say(line);
  const next = nextCycles(toolkit, cycle);
  const open = candidates.map(async (candidate, at) => {
    const since = await sinceLast(context, toolkit, candidate.topic, cycle.id);
    return choiceOf(toolkit, planned, { candidate, since, isSuggested: at === 0, next }, context.out.width);
  });
  const closed = planned.refused.map((refusal) => closedChoice(refusal, planned, context.out.width));
  const wanted = await askSearch<Candidate>(`Topic for ${cycle.id}`, await Promise.all(open), closed);
  const suggested = `${wanted === candidates[0] ? "suggested: " : ""}${wanted.why}`;
  const why = options.why ?? (await askText("Why this topic, for the record", { initial: suggested }));
  return { topic: findTopic(toolkit, wanted.topic.slug), why };
}

async function refuseIfSent(context: Context, toolkit: Toolkit, cycle: Cycle): Promise<void> {
  const { openToolkitLedger, peopleServed } = await import("../ledger.ts");
  const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, false);
  try {
    const served = await peopleServed(ledger, cycle.id);
    if (served === 0) return;
    throw new UserError(
      "already-sent",
      staysAsSent(cycle.id, served),
      "Pick the other topic for a later cycle with --cycle.",
    );
  } finally {
    await ledger.close();
  }
}

function alreadyPicked(edition: Edition): UserError {
  return new UserError(
    "already-picked",
    `${edition.cycle} has a topic already: ${edition.topic}.`,
    "Put another in its place with --replace, or name another cycle with --cycle.",
    { place: { path: edition.source.path } },
  );
}

function takenMeanwhile(cycle: Cycle): UserError {
  return new UserError(
    "already-picked",
    `${editionPath(cycle.id)} is there already: somebody picked at the same moment, or the file cannot be read.`,
    'See it with "onetopic status", or put another topic in its place with --replace.',
  );
}

function nothingToPick({ cycle, refused }: PlannedCycle): UserError {
  const reasons = refused.slice(0, 5).map(({ topic, why }) => `${topic.slug}: ${why}`);
  return new UserError(
    "nothing-to-pick",
    `No topic can come in ${cycle.id}${reasons.length > 0 ? ` (${reasons.join("; ")})` : ""}.`,
    'Set a topic to "status: ready" with a review date after the send date, or write one with "onetopic new".',
  );
}
