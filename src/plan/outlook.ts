import type { Edition } from "../domain/edition.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { isPastReview, type CycleId, type Day, type Topic } from "../domain/topic.ts";
import { planCycle } from "./ahead.ts";
import { comesBefore, cycleAt, cycleOn, daysLater, type Cycle } from "./calendar.ts";
import { bestTopic, inSeason, refusalOf, type Hindrance } from "./picking.ts";
import { openRotation } from "./rotation.ts";

/** A cycle in which nothing can come, and how many of the ready topics are kept from it by what. */
export interface Gap {
  readonly cycle: CycleId;
  readonly ready: number;
  readonly pinned: number;
  readonly outOfSeason: number;
  readonly pastReview: number;
  /** Used too lately, by `cycle.gap`. */
  readonly tooSoon: number;
}

/** Why a ready topic with a season cannot come, as things stand. */
export type Never =
  | { readonly slug: string; readonly why: "season" }
  /** The first send date in its season is behind its review date. */
  | { readonly slug: string; readonly why: "review"; readonly date: Day };

/** What stands wrong with the calendar ahead. */
export interface Outlook {
  readonly gaps: readonly Gap[];
  /** Cycles without an edition whose days are all avoided. */
  readonly skipped: readonly CycleId[];
  readonly never: readonly Never[];
  /** Slugs of topics that lose every cycle of their season to others. */
  readonly starved: readonly string[];
  /** For how many cycles that was tried. */
  readonly starvedOver: number;
  /** What is suggested for the next cycle without an edition whose send date is not past. */
  readonly next?: { readonly cycle: CycleId; readonly slug: string } | undefined;
}

/** How far ahead each rule looks. */
export interface Horizon {
  readonly gapCycles: number;
  readonly skippedCycles: number;
  /** A review further ahead than so many days is taken as made in time. */
  readonly reviewDays: number;
}

type Sources = Pick<Toolkit, "topics" | "editions" | "settings">;

const perYear = { week: 52, fortnight: 26, month: 12, quarter: 4 } as const;

/** A season that no send date of so many years falls in never comes. A leap day comes in four. */
const yearsOfSeasons = 5;

/** Looks at the cycles from the current one on, as far as a rule asks and no further. */
export function lookAhead(toolkit: Sources, today: Day, horizon: Horizon): Outlook {
  const calendar = openCalendar(toolkit, today);
  const renewed = daysLater(today, horizon.reviewDays);
  const ready = toolkit.topics.filter(({ status }) => status === "ready");
  const never = neverComing(toolkit, calendar, ready, today);
  const hopeless = new Set(never.map(({ slug }) => slug));
  const rotation = starving({ ...toolkit, topics: renewing(ready, "") }, calendar, hopeless);
  return {
    gaps: gapsAhead({ ...toolkit, topics: renewing(ready, renewed) }, calendar, today, horizon.gapCycles),
    skipped: calendar
      .first(horizon.skippedCycles)
      .filter(({ id, date }) => date === undefined && !calendar.editions.has(id))
      .map(({ id }) => id),
    never,
    ...rotation,
    next: nextSuggestion(toolkit, calendar, today),
  };
}

/** The cycles from the current one on, each worked out once and only when it is asked for. */
interface Calendar {
  readonly at: (ahead: number) => Cycle;
  readonly first: (count: number) => readonly Cycle[];
  readonly editions: ReadonlyMap<CycleId, Edition>;
  /** How many cycles make five years. */
  readonly years: number;
  readonly twoYears: number;
}

function openCalendar({ settings, editions }: Sources, today: Day): Calendar {
  const { cycle: cadence } = settings;
  const known = [cycleOn(cadence, today)];
  const start = known[0]?.index ?? 0;
  const at = (ahead: number): Cycle => {
    while (known.length <= ahead) known.push(cycleAt(cadence, start + known.length));
    return known[ahead] as Cycle;
  };
  const ids = new Map(editions.map((edition) => [edition.cycle, edition]));
  const years = perYear[cadence.every] * yearsOfSeasons + 1;
  return {
    at,
    first: (count) => Array.from({ length: count }, (_, ahead) => at(ahead)),
    editions: ids,
    years,
    twoYears: perYear[cadence.every] * 2,
  };
}

/** The day an edition of the cycle goes out, if there is one. */
function dayOf({ date }: Cycle): Day | undefined {
  return date?.slice(0, 10);
}

/** The topics as if those reviews were made in time that lie further ahead than a day. */
function renewing(topics: readonly Topic[], until: Day): readonly Topic[] {
  return topics.map((topic) => ((topic.review ?? "") > until ? { ...topic, review: undefined } : topic));
}

function gapsAhead(sources: Sources, calendar: Calendar, today: Day, count: number): Gap[] {
  const { topics } = sources;
  const rotation = openRotation(sources, calendar.at(0).index);
  return calendar.first(count).flatMap((cycle): Gap[] => {
    const on = dayOf(cycle);
    // What is not sent by now was left out, and what has an edition has a topic.
    if (on === undefined || on < today || calendar.editions.has(cycle.id)) return [];
    const facts = rotation.before(cycle);
    const best = bestTopic(topics, facts);
    if (best) {
      rotation.record(cycle, best.slug);
      return [];
    }
    const kinds = topics.map((topic) => refusalOf(topic, facts)?.kind);
    const amount = (kind: Hindrance) => kinds.filter((one) => one === kind).length;
    return [
      {
        cycle: cycle.id,
        ready: topics.length,
        pinned: amount("pinned"),
        outOfSeason: amount("season"),
        pastReview: amount("review"),
        tooSoon: amount("gap"),
      },
    ];
  });
}

/** Ready topics with a season in which nothing goes out, or not before their review. Pins have rules of their own. */
function neverComing(
  { editions, settings }: Sources,
  calendar: Calendar,
  ready: readonly Topic[],
  today: Day,
): Never[] {
  const current = calendar.at(0).id;
  const coming = editions.filter(({ cycle }) => !comesBefore(settings.cycle, cycle, current));
  const picked = new Set(coming.map(({ topic }) => topic));
  return ready.flatMap((topic): Never[] => {
    const { slug, season, pin } = topic;
    if (!season || pin !== undefined || picked.has(slug)) return [];
    for (let ahead = 0; ahead < calendar.years; ahead += 1) {
      const on = dayOf(calendar.at(ahead));
      if (on === undefined || on < today || !inSeason(season, on)) continue;
      return isPastReview(topic, on) ? [{ slug, why: "review", date: on }] : [];
    }
    return [{ slug, why: "season" }];
  });
}

/**
 * Ready topics that lose every cycle of their season. All topics take turns, so without a season each comes within about
 * as many cycles as there are ready topics. A season gives a topic fewer chances, and
 * others may take them all. It is tried over as many cycles as there are ready topics, and two years at the least, so
 * that topics may take turns from year to year. Where that is more than five years, nobody plans so far.
 */
function starving(
  sources: Sources,
  calendar: Calendar,
  hopeless: ReadonlySet<string>,
): Pick<Outlook, "starved" | "starvedOver"> {
  const { topics } = sources;
  const waiting = new Set(
    topics.flatMap(({ slug, season, pin }) => (season && !pin && !hopeless.has(slug) ? [slug] : [])),
  );
  const starvedOver = Math.max(topics.length, calendar.twoYears);
  if (waiting.size === 0 || starvedOver > calendar.years) return { starved: [], starvedOver };
  const hopeful = topics.filter(({ slug }) => !hopeless.has(slug));
  const rotation = openRotation({ ...sources, topics: hopeful }, calendar.at(0).index);
  for (let ahead = 0, open = 0; open < starvedOver && ahead < calendar.years; ahead += 1) {
    const cycle = calendar.at(ahead);
    const edition = calendar.editions.get(cycle.id);
    if (cycle.date === undefined && !edition) continue;
    open += 1;
    const slug = edition?.topic ?? bestTopic(hopeful, rotation.before(cycle))?.slug;
    if (slug === undefined) continue;
    if (!edition) rotation.record(cycle, slug);
    waiting.delete(slug);
    if (waiting.size === 0) break;
  }
  return { starved: [...waiting], starvedOver };
}

function nextSuggestion(toolkit: Sources, calendar: Calendar, today: Day): Outlook["next"] {
  for (let ahead = 0; ahead < calendar.twoYears; ahead += 1) {
    const cycle = calendar.at(ahead);
    if ((dayOf(cycle) ?? "") < today || calendar.editions.has(cycle.id)) continue;
    const { topic } = planCycle(toolkit, cycle);
    return topic && { cycle: cycle.id, slug: topic.slug };
  }
  return undefined;
}
