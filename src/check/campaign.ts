import { problem, type Position, type Problem } from "../domain/problem.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { placeOf, type CycleId, type Day, type SourceMap, type Topic } from "../domain/topic.ts";

/** What the plan says of the calendar ahead, as plain values. */
export interface CalendarFacts {
  readonly every: string;
  readonly starts: Day;
  /** The current cycle, as an example of an id. */
  readonly current: CycleId;
  /** Cycles in which no topic can come, with how many ready topics are kept from it by what. */
  readonly gaps: readonly {
    readonly cycle: CycleId;
    readonly ready: number;
    readonly pinned: number;
    readonly outOfSeason: number;
    readonly pastReview: number;
    readonly tooSoon: number;
  }[];
  readonly skipped: readonly CycleId[];
  readonly never: readonly {
    readonly slug: string;
    readonly why: "season" | "review";
    readonly date?: Day;
  }[];
  readonly starved: readonly string[];
  readonly starvedOver: number;
  readonly pins: readonly {
    readonly slug: string;
    readonly why: "no-cycle" | "past" | "skipped" | "season" | "review" | "gap" | "clash";
    readonly date?: Day;
    readonly used?: CycleId;
    readonly ahead?: boolean;
    readonly gap?: number;
    readonly other?: string;
    readonly picked?: boolean;
  }[];
  /** Editions of the current cycle and those to come. */
  readonly editions: readonly {
    readonly cycle: CycleId;
    readonly time: "no-cycle" | "late" | "coming";
    readonly unready?: "draft" | "retired" | "review" | undefined;
    /** Indexes of approvals that a change has made void. */
    readonly void: readonly number[];
    readonly missing: readonly string[];
    /** The cycle of the edition before it. */
    readonly before?: CycleId | undefined;
  }[];
  /** What the plan suggests for the next cycle without an edition. */
  readonly next?:
    { readonly cycle: CycleId; readonly slug: string; readonly before?: CycleId | undefined } | undefined;
}

/** The faults of plan, pins and editions. */
export function campaignFaults(toolkit: Toolkit, facts: CalendarFacts): Problem[] {
  const topics = new Map(toolkit.topics.map((topic) => [topic.slug, topic]));
  return [
    ...planFaults(toolkit, facts, topics),
    ...facts.pins.flatMap((pin) => pinFault(topics.get(pin.slug), pin, facts)),
    ...facts.editions.flatMap((edition) => editionFaults(toolkit, facts, edition)),
    ...repeatedLinks(toolkit, facts, topics),
  ];
}

type Topics = ReadonlyMap<string, Topic>;

function planFaults(toolkit: Toolkit, facts: CalendarFacts, topics: Topics): Problem[] {
  const { source } = toolkit.settings;
  const skipped = { cycles: facts.skipped };
  return [
    ...gapFaults(toolkit, facts),
    ...(facts.skipped.length > 0
      ? [problem("plan/skipped", source.path, placeOf(source, "cycle.avoid.dates"), skipped)]
      : []),
    ...facts.never.flatMap(({ slug, why, date = "" }) => {
      const topic = topics.get(slug);
      if (!topic) return [];
      const at = placeOf(topic.source, why);
      const details = { why, season: seasonOf(topic), date, review: topic.review ?? "" };
      return [problem("plan/never", topic.source.path, at, details)];
    }),
    ...starvedFaults(facts, topics),
  ];
}

/** One finding for all cycles that lack a topic for the same reason. */
function gapFaults({ settings, topics, editions, orphans }: Toolkit, { gaps }: CalendarFacts): Problem[] {
  const ready = topics.filter(({ status }) => status === "ready");
  // A toolkit in the making has nothing to plan with; and a topic that cannot be read may fill the gap.
  const hasBegun = ready.length > 0 || editions.length > 0;
  if (!hasBegun || orphans.some(({ source }) => source.path.startsWith("content/topics/"))) return [];
  const cycles = new Map<string, CycleId[]>();
  for (const gap of gaps) {
    const why = whyGap(gap);
    cycles.set(why, [...(cycles.get(why) ?? []), gap.cycle]);
  }
  const [only] = ready.length === 1 ? ready : [];
  return [...cycles].map(([why, named]) => {
    const key = only?.pin === undefined ? (only?.season ? "season" : "review") : "pin";
    const source = only?.source ?? settings.source;
    const at = placeOf(source, only ? key : "cycle");
    return problem("plan/gap", source.path, at, { cycles: named, why });
  });
}

function whyGap(gap: CalendarFacts["gaps"][number]): string {
  const parts = [
    [gap.pinned, "pinned to another cycle"],
    [gap.outOfSeason, "out of season"],
    [gap.pastReview, "past review by then"],
    [gap.tooSoon, "used too lately"],
  ] as const;
  const said = parts.filter(([count]) => count > 0);
  if (said.length === 0) return "no topic is ready";
  if (said.length === 1 && gap.ready === 1) return `the only ready topic is ${said[0]?.[1]}`;
  return `of the ready topics, ${said.map(([count, what]) => `${count} ${count === 1 ? "is" : "are"} ${what}`).join(", ")}`;
}

/** One finding for all topics that starve in the same season. */
function starvedFaults({ starved, starvedOver }: CalendarFacts, topics: Topics): Problem[] {
  const bySeason = new Map<string, Topic[]>();
  for (const slug of starved) {
    const topic = topics.get(slug);
    const season = topic && seasonOf(topic);
    if (topic && season) bySeason.set(season, [...(bySeason.get(season) ?? []), topic]);
  }
  return [...bySeason].flatMap(([season, [first, ...others]]) =>
    first
      ? [
          problem("plan/starved", first.source.path, placeOf(first.source, "season"), {
            season,
            cycles: starvedOver,
            others: others.length,
          }),
        ]
      : [],
  );
}

function pinFault(
  topic: Topic | undefined,
  {
    why,
    date = "",
    used = "",
    ahead = false,
    gap = 0,
    other = "",
    picked = false,
  }: CalendarFacts["pins"][number],
  { every, starts, current: example }: CalendarFacts,
): Problem[] {
  if (!topic) return [];
  const { source, pin = "", review = "" } = topic;
  const at = placeOf(source, "pin");
  const season = seasonOf(topic);
  switch (why) {
    case "no-cycle":
      return [problem("pin/no-cycle", source.path, at, { pin, every, starts, example })];
    case "past":
      return [problem("pin/past", source.path, at, { pin })];
    case "skipped":
      return [problem("plan/never", source.path, at, { why, season, date: pin, review })];
    case "season":
      return [problem("pin/season", source.path, at, { pin, date, season })];
    case "review":
      return [problem("pin/review", source.path, at, { pin, date, review })];
    case "gap":
      return [problem("pin/gap", source.path, at, { pin, used, ahead, gap, topic: topic.slug })];
    case "clash":
      return [problem("pin/clash", source.path, at, { cycle: pin, other, picked })];
  }
}

function editionFaults(
  toolkit: Toolkit,
  { every, starts, current: example }: CalendarFacts,
  { cycle, time, unready, void: voided, missing }: CalendarFacts["editions"][number],
): Problem[] {
  const edition = toolkit.editions.find((one) => one.cycle === cycle);
  const topic = toolkit.topics.find(({ slug }) => slug === edition?.topic);
  if (!edition) return [];
  const { source } = edition;
  if (time === "no-cycle") {
    const details = { cycle, every, starts, example };
    return [problem("edition/no-cycle", source.path, placeOf(source, "cycle"), details)];
  }
  const problems: Problem[] = [];
  if (unready !== undefined) {
    const details = { cycle, topic: edition.topic, why: unready, review: topic?.review ?? "" };
    problems.push(problem("edition/not-ready", source.path, placeOf(source, "topic"), details));
  }
  for (const index of voided) {
    const at = placeOf(source, `approvals.${index}`);
    const role = edition.approvals[index]?.role ?? "";
    problems.push(problem("edition/approval-void", source.path, at, { cycle, role }));
  }
  if (missing.length > 0) {
    const at = firstPlace(source, "approvals", "topic");
    problems.push(problem("edition/approval-missing", source.path, at, { cycle, roles: missing }));
  }
  return problems;
}

/** The call to action of each coming edition, and of the next suggestion, against that of the edition before it. */
function repeatedLinks({ editions }: Toolkit, facts: CalendarFacts, topics: Topics): Problem[] {
  const coming = new Map(
    facts.editions.flatMap(({ cycle, time, before }) =>
      time === "coming" ? [[cycle, before] as const] : [],
    ),
  );
  const topicOf = (id: CycleId | undefined): Topic | undefined =>
    topics.get(editions.findLast(({ cycle }) => cycle === id)?.topic ?? "");
  const found = editions.flatMap(({ cycle, topic: slug, source }): Problem[] => {
    const topic = topics.get(slug);
    if (!coming.has(cycle) || !topic) return [];
    const id = coming.get(cycle);
    const at = { path: source.path, position: placeOf(source, "topic") };
    return repeatedLink(cycle, topic, { cycle: id, topic: topicOf(id) }, at);
  });
  const { next } = facts;
  const topic = next && topics.get(next.slug);
  const before = topicOf(next?.before);
  // A toolkit with one topic suggests it again: that is no mistake in its link.
  if (!topic || before?.slug === next.slug) return found;
  const at = { path: topic.source.path, position: placeOf(topic.source, "link.url") };
  return [...found, ...repeatedLink(next.cycle, topic, { cycle: next.before, topic: before }, at)];
}

/** Whether a topic in a cycle leads to the same page as the edition before it. */
export function repeatedLink(
  cycle: CycleId,
  topic: Topic,
  before: { readonly cycle: CycleId | undefined; readonly topic: Topic | undefined },
  at: { readonly path: string; readonly position: Position },
): Problem[] {
  const link = sameLink(topic, before.topic);
  if (link === undefined) return [];
  const details = { cycle, topic: topic.slug, before: before.cycle ?? "", link };
  return [problem("edition/link-repeated", at.path, at.position, details)];
}

function sameLink(one: Topic | undefined, other: Topic | undefined): string | undefined {
  const link = one?.link?.url;
  if (link === undefined || other?.link === undefined) return undefined;
  return address(link) === address(other.link.url) ? link : undefined;
}

/** As browsers go there: the host's case and a slash at the end make no difference. */
function address(url: string): string {
  return new URL(url).href.replace(/\/$/, "");
}

function seasonOf({ season }: Topic): string {
  return season ? `${season.from} to ${season.to}` : "";
}

/** Where the first of these keys stands that the file has. */
function firstPlace(source: SourceMap, ...keys: readonly string[]): Position {
  return placeOf(source, keys.find((key) => source.places.has(key)) ?? "");
}
