import type { CalendarCycle, CalendarTopic, PlanCalendar } from "../../src/render/planner/calendar.ts";

/** A topic of a plan, as short as it can be. */
export function planTopic(parts: Partial<CalendarTopic> = {}): CalendarTopic {
  return {
    slug: "quiet-hours",
    title: "Quiet hours",
    summary: "Two quiet hours a day.",
    path: "content/topics/quiet-hours.md",
    ...parts,
  };
}

/** A cycle of a plan: a suggestion for December unless told otherwise. */
export function planCycle(parts: Partial<CalendarCycle> = {}): CalendarCycle {
  return {
    id: "2026-12",
    label: "December 2026",
    date: "2026-12-03T09:30:00+00:00",
    topic: planTopic(),
    state: "suggested",
    why: "never used, priority 3",
    approvals: { wanted: [], given: [] },
    runnersUp: [],
    ...parts,
  };
}

/** A plan of these cycles. */
export function planOf(cycles: readonly CalendarCycle[], parts: Partial<PlanCalendar> = {}): PlanCalendar {
  return {
    toolkit: "Reading matters",
    organisation: "Harbour County Libraries",
    timezone: "Europe/London",
    cycles,
    reviews: [],
    record: { day: "2026-11-03", entries: 1 },
    ...parts,
  };
}
