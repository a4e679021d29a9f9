import type { Brand } from "../../domain/brand.ts";
import { dayInWords, weekday } from "../../domain/dates.ts";
import type { Every, Settings } from "../../domain/settings.ts";
import type { About } from "../../domain/toolkit.ts";
import { brandView } from "../brand-view.ts";
import { replacer, toolkitView } from "../build-view.ts";
import { richOrEmpty } from "../handlebars.ts";
import type { PlanView } from "../pages/shapes.ts";
import type { View } from "../view.ts";
import {
  approvalWords,
  stateWords,
  type CalendarCycle,
  type CycleState,
  type PlanCalendar,
} from "./calendar.ts";

/** What the plan's page and sheets are made from. */
export interface PlannerInput {
  readonly calendar: PlanCalendar;
  readonly settings: Settings;
  readonly about: About;
  readonly brand: Brand;
}

type CycleView = PlanView["plan"]["years"][number]["cycles"][number];
type SheetView = PlanView["plan"]["sheets"][number];

/** What each state means, for those who see the plan on a wall. */
const meanings: Readonly<Record<CycleState, string>> = {
  approved: "picked and signed off",
  picked: "chosen for this cycle",
  suggested: "comes next by the rules, may still change",
  open: "nothing can be suggested yet",
  skipped: "every day is avoided",
};

/** @param perSheet how many cycles stand on one sheet */
export function planView(
  { calendar, settings, about, brand }: PlannerInput,
  logo: View["brand"]["logo"],
  perSheet: number,
): PlanView {
  const say = replacer(brand.words);
  const cycles = calendar.cycles.map((cycle) => cycleView(cycle, say));
  const toolkit = toolkitView(settings, about, say);
  const range = rangeOf(cycles);
  return {
    toolkit,
    brand: brandView(brand, logo),
    plan: {
      range,
      timezone: calendar.timezone,
      legend: legendOf(calendar.cycles),
      years: yearsOf(cycles),
      sheets: sheetsOf(cycles, perSheet),
    },
    page: {
      title: `Topic calendar, ${range}: ${toolkit.name}`,
      description: toolkit.summary,
      home: "",
      stylesheet: "",
      style: richOrEmpty(""),
      atom: "",
      json: "",
    },
  };
}

function cycleView(cycle: CalendarCycle, say: (text: string) => string): CycleView {
  const { id, label, date, topic, state, approvals, why, moved } = cycle;
  const year = id.slice(0, 4);
  return {
    id,
    label,
    name: label.replace(new RegExp(`,? ${year}$`), ""),
    year,
    day: date === undefined ? "" : `${weekday(date)} ${dayInWords(date)}`,
    short: date === undefined ? "" : shortDay(date),
    time: date?.slice(11, 16) ?? "",
    datetime: date ?? "",
    title: say(topic?.title ?? ""),
    summary: say(topic?.summary ?? ""),
    url: topic?.url ?? "",
    state,
    status: stateWords[state],
    // What is wanted of a suggestion is not asked for yet.
    approvals: state === "suggested" ? "" : approvalWords(approvals),
    why,
    moved: moved ?? "",
    reason: /\((.+)\)$/.exec(moved ?? "")?.[1] ?? "",
  };
}

/** `Thu 3 Dec` */
function shortDay(date: string): string {
  const [day, month] = dayInWords(date).split(" ");
  return `${weekday(date).slice(0, 3)} ${day} ${month?.slice(0, 3)}`;
}

function rangeOf(cycles: readonly CycleView[]): string {
  const [first, last] = [cycles[0], cycles.at(-1)];
  if (!first || !last) return "";
  if (first === last) return first.label;
  return first.year === last.year ? `${first.name} to ${last.label}` : `${first.label} to ${last.label}`;
}

function legendOf(cycles: readonly CalendarCycle[]): PlanView["plan"]["legend"] {
  const there = new Set(cycles.map(({ state }) => state));
  return (Object.keys(stateWords) as CycleState[])
    .filter((state) => there.has(state))
    .map((state) => ({ state, status: stateWords[state], about: meanings[state] }));
}

function yearsOf(cycles: readonly CycleView[]): PlanView["plan"]["years"] {
  const years = [...new Set(cycles.map(({ year }) => year))];
  return years.map((year) => ({ year, cycles: cycles.filter((cycle) => cycle.year === year) }));
}

/** How many cycles a sheet may hold, the most first: a year, or half of one. What has no room for its words takes the next. */
export const sheetSizes: Readonly<Record<Every, readonly number[]>> = {
  week: [26, 13],
  fortnight: [13],
  month: [12, 6],
  quarter: [12, 6],
};

/** On A3 across: the most columns and rows for up to so many cycles. */
const grids: readonly (readonly [cycles: number, columns: number, rows: number])[] = [
  [1, 1, 1],
  [2, 2, 1],
  [3, 3, 1],
  [4, 2, 2],
  [6, 3, 2],
  [8, 4, 2],
  [12, 4, 3],
  [15, 5, 3],
  [20, 5, 4],
  [28, 7, 4],
];

/** In shares as even as can be, so that no sheet bears one card alone. */
function sheetsOf(cycles: readonly CycleView[], perSheet: number): SheetView[] {
  const count = Math.ceil(cycles.length / perSheet);
  const share = Math.ceil(cycles.length / count);
  const [, columns, rows] = grids.find(([room]) => room >= share) ?? [28, 7, 4];
  return Array.from({ length: count }, (_, at) => {
    const held = cycles.slice(at * share, (at + 1) * share);
    return { range: rangeOf(held), columns: String(columns), rows: String(rows), cycles: held };
  });
}
