import type { CycleId, Day } from "./topic.ts";

const months = "January February March April May June July August September October November December".split(
  " ",
);

/** A cycle's id in words. */
export function cycleLabel(id: CycleId): string {
  const [year, part = ""] = id.split("-");
  if (part.startsWith("W")) return `Week ${Number(part.slice(1))}, ${year}`;
  if (part.startsWith("Q")) return `Quarter ${part.slice(1)}, ${year}`;
  return `${months[Number(part) - 1] ?? part} ${year}`;
}

/** A day in words: `7 December 2026`. */
export function dayInWords(day: Day): string {
  const [year, month, date] = day.slice(0, 10).split("-");
  return `${Number(date)} ${months[Number(month) - 1] ?? month} ${year}`;
}

const weekdays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** The day of the week: `Monday`. */
export function weekday(day: Day): string {
  return weekdays[new Date(`${day.slice(0, 10)}T00:00:00Z`).getUTCDay()] ?? "";
}

/** `2026-12`, `2026-W49`, `2026-Q4`. */
export const cycleIdPattern = /^\d{4}-(0[1-9]|1[0-2]|W(0[1-9]|[1-4]\d|5[0-3])|Q[1-4])$/;
