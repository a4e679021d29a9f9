import { stringify } from "csv-stringify/sync";
import { escapePlain } from "../escape.ts";
import { stateWords, type CalendarCycle, type PlanCalendar } from "./calendar.ts";

const columns = [
  "Cycle",
  "Send date",
  "Send time",
  "Time zone",
  "Topic",
  "Title",
  "State",
  "Why",
  "Review date",
  "Approvals wanted",
  "Approvals given",
  "Next best",
] as const;

/**
 * The plan for a spreadsheet: one row a cycle, commas, CRLF (RFC 4180), with a byte order mark, without which Excel takes
 * UTF-8 for something else. A cell that begins with `=`, `+`, `-`, `@`, a tab or a line end gets an apostrophe before it, so
 * that no program takes it for a formula. Source: OWASP, CSV injection.
 */
export function planCsv({ cycles, timezone }: PlanCalendar): string {
  return stringify(
    cycles.map((cycle) => rowOf(cycle, timezone)),
    {
      header: true,
      columns: [...columns],
      bom: true,
      escape_formulas: true,
      record_delimiter: "windows",
      cast: { string: (text) => escapePlain(text).replace(/\s+/g, " ").trim() },
    },
  );
}

function rowOf(cycle: CalendarCycle, timezone: string): Record<(typeof columns)[number], string> {
  const { id, date, topic, state, why, approvals, runnersUp } = cycle;
  return {
    Cycle: id,
    "Send date": date?.slice(0, 10) ?? "",
    "Send time": date?.slice(11, 16) ?? "",
    "Time zone": date === undefined ? "" : timezone,
    Topic: topic?.slug ?? "",
    Title: topic?.title ?? "",
    State: stateWords[state],
    Why: why,
    "Review date": topic?.review ?? "",
    "Approvals wanted": approvals.wanted.join("; "),
    "Approvals given": approvals.given.map(({ role, by, on }) => `${role}: ${by}, ${on}`).join("; "),
    "Next best": runnersUp.map(({ slug, why: reason }) => `${slug} (${reason})`).join("; "),
  };
}
