import { Temporal } from "temporal-polyfill";
import { cycleIdPattern, cycleLabel, dayInWords } from "../domain/dates.ts";
import type { Cadence, Every } from "../domain/settings.ts";
import type { CycleId, Day } from "../domain/topic.ts";

/** One turn of the cadence. */
export interface Cycle {
  readonly id: CycleId;
  /** In words: `December 2026`, `Week 49, 2026`. */
  readonly label: string;
  /** How many periods after the first. */
  readonly index: number;
  /** The send date, ISO 8601 with offset; absent when every day of the cycle is avoided. */
  readonly date?: string;
  /** Why the send date is not the plain one. */
  readonly moved?: string;
  /** Why there is no send date. */
  readonly skipped?: string;
}

/**
 * The cycle a day lies in. A cycle is a calendar month, quarter, ISO week, or pair of ISO weeks counted from the first
 * send date; before the first, it is the first.
 */
export function cycleOn(cadence: Cadence, day: Day): Cycle {
  return cycleAt(cadence, Math.max(0, periodsSince(cadence, Temporal.PlainDate.from(day))));
}

/** The n-th cycle, counted from 0. Months keep the day of the first, clamped to the month's end. */
export function cycleAt(cadence: Cadence, index: number): Cycle {
  const { unit, size } = units[cadence.every];
  const plain = Temporal.PlainDate.from(cadence.starts).add({ [unit]: index * size });
  const id = cycleId(cadence.every, plain);
  const good = goodDay(cadence, plain);
  const base = { id, label: cycleLabel(id), index };
  if (!good) return { ...base, skipped: whySkipped(cadence, plain) };
  return { ...base, date: momentOn(cadence, good.day), ...(good.moved ? { moved: good.moved } : {}) };
}

/** The cycle with this id, or undefined when the cadence has none of that name. */
export function cycleById(cadence: Cadence, id: CycleId): Cycle | undefined {
  const day = cycleIdPattern.test(id) && idForms[cadence.every].test(id) ? firstDay(id) : undefined;
  if (!day) return undefined;
  // A cycle's first day may lie before the send dates begin, so its end is tried as well.
  for (const days of [0, 6, 27, 88]) {
    const cycle = cycleOn(cadence, day.add({ days }).toString());
    if (cycle.id === id) return cycle;
  }
  return undefined;
}

/**
 * Where any cycle stands, also one from before the first or before the cadence was changed: the cycle in which its
 * period begins, and the send date. Undefined when the id is none.
 */
export function placeInTime(
  cadence: Cadence,
  id: CycleId,
): { readonly at: number; readonly on: Day } | undefined {
  const day = cycleIdPattern.test(id) ? firstDay(id) : undefined;
  if (!day) return undefined;
  const at = periodsSince(cadence, day);
  const cycle = at >= 0 ? cycleAt(cadence, at) : undefined;
  return { at, on: (cycle?.id === id ? cycle.date?.slice(0, 10) : undefined) ?? day.toString() };
}

/**
 * True when a cycle comes before another, also where the cadence was changed between them. Ids of one form stand in the
 * order of time; others are placed in it.
 */
export function comesBefore(cadence: Cadence, one: CycleId, other: CycleId): boolean {
  if (formOf(one) === formOf(other)) return one < other;
  const [a, b] = [placeInTime(cadence, one), placeInTime(cadence, other)];
  if (!a || !b) return false;
  return a.at < b.at || (a.at === b.at && a.on < b.on);
}

/** `W` of a week, `Q` of a quarter, nothing of a month. */
function formOf(id: CycleId): string {
  return /[WQ]/.exec(id)?.[0] ?? "";
}

/** How many periods lie between the first send date's and that of a day; less than 0 for a day before. */
function periodsSince(cadence: Cadence, day: Temporal.PlainDate): number {
  const { unit, size } = units[cadence.every];
  const starts = periodStart(cadence, Temporal.PlainDate.from(cadence.starts));
  return Math.floor(starts.until(periodStart(cadence, day), { largestUnit: unit })[unit] / size);
}

/**
 * When the edition of a cycle goes out, ISO 8601 with offset. An id from before the cadence was changed, and a cycle
 * without a good day, count from the first day of the period that they name.
 */
export function sendDate(cadence: Cadence, id: CycleId): string | undefined {
  const day = cycleIdPattern.test(id) ? firstDay(id) : undefined;
  return cycleById(cadence, id)?.date ?? (day && momentOn(cadence, day));
}

/** The day and the moment, in the toolkit's own time zone. */
export function dayOf(cadence: Pick<Cadence, "timezone">, instant: Date): Day {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(cadence.timezone)
    .toPlainDate()
    .toString();
}

/** Whole days from one day to another. */
export function daysBetween(from: Day, to: Day): number {
  return Temporal.PlainDate.from(from).until(to).days;
}

/** A day a number of days later. */
export function daysLater(day: Day, days: number): Day {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** A day a number of months later. */
export function monthsLater(day: Day, months: number): Day {
  return Temporal.PlainDate.from(day).add({ months }).toString();
}

/** The cadence's time of day on a day. */
function momentOn({ timezone, at }: Cadence, day: Temporal.PlainDate): string {
  return day
    .toZonedDateTime({ timeZone: timezone, plainTime: at })
    .toString({ timeZoneName: "never", smallestUnit: "second" });
}

const units = {
  week: { unit: "weeks", size: 1 },
  fortnight: { unit: "weeks", size: 2 },
  month: { unit: "months", size: 1 },
  quarter: { unit: "months", size: 3 },
} as const satisfies Record<Every, { unit: "weeks" | "months"; size: number }>;

/** What the ids of each cadence look like behind the year. */
const idForms: Readonly<Record<Every, RegExp>> = {
  week: /-W/,
  fortnight: /-W/,
  month: /-\d/,
  quarter: /-Q/,
};

/** The first day of the week, month or quarter. A fortnight's half is told by its distance from the first. */
function periodStart(cadence: Cadence, day: Temporal.PlainDate): Temporal.PlainDate {
  switch (cadence.every) {
    case "week":
    case "fortnight":
      return day.subtract({ days: day.dayOfWeek - 1 });
    case "month":
      return day.with({ day: 1 });
    case "quarter":
      return day.with({ day: 1, month: Math.floor((day.month - 1) / 3) * 3 + 1 });
  }
}

function periodEnd(cadence: Cadence, start: Temporal.PlainDate): Temporal.PlainDate {
  const { unit, size } = units[cadence.every];
  return start.add({ [unit]: size }).subtract({ days: 1 });
}

function cycleId(every: Every, day: Temporal.PlainDate): CycleId {
  if (every === "month") return day.toPlainYearMonth().toString();
  if (every === "quarter") return `${day.year}-Q${Math.ceil(day.month / 3)}`;
  return `${day.yearOfWeek}-W${String(day.weekOfYear).padStart(2, "0")}`;
}

function firstDay(id: CycleId): Temporal.PlainDate | undefined {
  const [year = "", part = ""] = id.split("-");
  if (part.startsWith("Q")) return new Temporal.PlainDate(Number(year), Number(part.slice(1)) * 3 - 2, 1);
  if (!part.startsWith("W")) return new Temporal.PlainDate(Number(year), Number(part), 1);
  // 4 January always lies in week 1 (ISO 8601).
  const inFirst = new Temporal.PlainDate(Number(year), 1, 4);
  const day = inFirst.subtract({ days: inFirst.dayOfWeek - 1 }).add({ weeks: Number(part.slice(1)) - 1 });
  return day.yearOfWeek === Number(year) ? day : undefined;
}

/** The next day that is not avoided; if that leaves the cycle, the last good one before. */
function goodDay(
  cadence: Cadence,
  plain: Temporal.PlainDate,
): { day: Temporal.PlainDate; moved?: string } | undefined {
  const why = avoided(cadence, plain);
  if (!why) return { day: plain };
  const start = periodStart(cadence, plain);
  const end = periodEnd(cadence, start);
  const moved = `${dayInWords(plain.toString())} is avoided (${why})`;
  for (
    let day = plain.add({ days: 1 });
    Temporal.PlainDate.compare(day, end) <= 0;
    day = day.add({ days: 1 })
  ) {
    if (!avoided(cadence, day)) return { day, moved };
  }
  for (
    let day = plain.subtract({ days: 1 });
    Temporal.PlainDate.compare(day, start) >= 0;
    day = day.subtract({ days: 1 })
  ) {
    if (!avoided(cadence, day)) return { day, moved };
  }
  return undefined;
}

/** Why every day of a cycle is avoided. The weekends of a longer break go without saying. */
function whySkipped(cadence: Cadence, plain: Temporal.PlainDate): string {
  const start = periodStart(cadence, plain);
  const days = start.until(periodEnd(cadence, start)).days + 1;
  const reasons = new Set(
    Array.from({ length: days }, (_, later) => avoided(cadence, start.add({ days: later })) ?? ""),
  );
  if (reasons.size > 1) reasons.delete(weekend);
  return [...reasons].join(", ");
}

const weekend = "a weekend";

function avoided({ avoid, holidays }: Cadence, day: Temporal.PlainDate): string | undefined {
  const text = day.toString();
  const holiday = holidays?.days.get(text);
  if (holiday !== undefined) return holiday;
  if (avoid.weekends && day.dayOfWeek > 5) return weekend;
  const range = avoid.dates.find(({ from, to }) => from <= text && text <= to);
  return range ? (range.why ?? `${range.from} to ${range.to}`) : undefined;
}
