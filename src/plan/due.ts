import { count } from "../domain/count.ts";
import { dayInWords, weekday } from "../domain/dates.ts";
import type { Edition, Schedule } from "../domain/edition.ts";
import { usualGrace, type Cadence } from "../domain/settings.ts";
import type { Cycle } from "./calendar.ts";

/** An edition that is armed. */
export type Armed = Edition & { readonly schedule: Schedule };

/** The editions that are armed, the one that goes first at the front. */
export function armedEditions(editions: readonly Edition[]): Armed[] {
  return editions
    .filter((edition): edition is Armed => edition.schedule !== undefined)
    .toSorted((a, b) => momentOf(a.schedule) - momentOf(b.schedule));
}

/** Where a moment lies to what an edition is armed for. */
export type Timing =
  /** Its time has not come. */
  | "early"
  | "due"
  /** Too late to go by itself. */
  | "late";

/**
 * What is to be done at a moment. Due from the send time on, for as long as `cycle.grace` says, both ends included.
 * @param now milliseconds since 1970
 */
export function timingOf(
  schedule: Pick<Schedule, "at">,
  { grace = usualGrace }: Pick<Cadence, "grace">,
  now: number,
): Timing {
  const lateness = now - momentOf(schedule);
  if (lateness < 0) return "early";
  return lateness <= grace ? "due" : "late";
}

function momentOf({ at }: Pick<Schedule, "at">): number {
  return Date.parse(at);
}

/** What was confirmed, or what is found now. */
export type Bound = Pick<Schedule, "list" | "people" | "count" | "digest" | "through" | "at">;

/**
 * What is not as it was confirmed, as sentences; none when everything is.
 * @param parts what changed in the content, in words; empty when nobody wrote it down
 */
export function changesSince(armed: Bound, now: Bound, parts: string): string[] {
  const changes: string[] = [];
  if (armed.digest !== now.digest)
    changes.push(parts === "" ? "What would be sent is not what it was." : `Changed: ${parts}.`);
  if (armed.people === undefined || armed.through === undefined)
    changes.push("Its file does not say who was on the list, or how it was to go.");
  else if (armed.people !== now.people) changes.push(`The list ${armed.list} is not what it was.`);
  // Fewer is no change of what was confirmed: with the same list, somebody asked not to be mailed since.
  if (now.count > armed.count)
    changes.push(
      `It was scheduled for ${count(armed.count, "message")}; now there ${now.count === 1 ? "is" : "are"} ${now.count.toLocaleString("en-GB")} to send.`,
    );
  if (armed.through !== undefined && armed.through !== now.through)
    changes.push(`It was to go through ${armed.through}; now it would go through ${now.through}.`);
  if (now.at === "")
    changes.push(`It was scheduled for ${momentInWords(armed.at)}; its cycle has no send date now.`);
  else if (momentOf(armed) !== momentOf(now))
    changes.push(
      `It was scheduled for ${momentInWords(armed.at)}; its send date is ${momentInWords(now.at)} now.`,
    );
  return changes;
}

/** When the edition of a cycle goes out, or that its time is over. */
export function sendingInWords({ now }: { readonly now: Date }, { date }: Pick<Cycle, "date">): string {
  if (date === undefined) return "has no send date";
  const when = `${dayInWords(date)} at ${date.slice(11, 16)}`;
  return Date.parse(date) > now.getTime() ? `goes out on ${when}` : `had its send date on ${when}`;
}

/** A moment with its offset, as its clocks show it: `Thursday 3 December 2026 at 09:30`. */
export function momentInWords(at: string): string {
  return `${weekday(at)} ${dayInWords(at)} at ${at.slice(11, 16)}`;
}

/** A length of time, in the largest units that say it: `6 hours`, `1 day 2 hours`, `20 minutes`. */
export function lengthInWords(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days > 0) return [count(days, "day"), hours > 0 ? count(hours, "hour") : ""].filter(Boolean).join(" ");
  return [hours > 0 ? count(hours, "hour") : "", rest > 0 ? count(rest, "minute") : ""]
    .filter(Boolean)
    .join(" ");
}
