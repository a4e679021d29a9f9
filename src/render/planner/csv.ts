import { spreadsheet } from "../spreadsheet.ts";
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

/** The plan for a spreadsheet: one row a cycle. */
export function planCsv({ cycles, timezone }: PlanCalendar): string {
  return spreadsheet(
    columns,
    cycles.map((cycle) => rowOf(cycle, timezone)),
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
