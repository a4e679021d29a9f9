import { unique } from "../check/check.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { PlanAhead } from "../plan/ahead.ts";
import type { PlanCalendar } from "../render/planner/calendar.ts";
import { editionOf, refuseFindings } from "./campaign.ts";
import type { Context } from "./context.ts";
import { planCalendar } from "./plan-calendar.ts";
import { makePages } from "./rendering.ts";
import { editionDigest, openWorkshop, type Workshop } from "./workshop.ts";

/** The plan for a spreadsheet or a calendar. */
export async function plainPlan(
  context: Context,
  toolkit: Toolkit,
  ahead: PlanAhead,
  format: "csv" | "ics",
): Promise<string> {
  const calendar = await calendarOf(context, toolkit, ahead);
  if (format === "csv") return (await import("../render/planner/csv.ts")).planCsv(calendar);
  return (await import("../render/planner/ics.ts")).planIcs(calendar);
}

/** The plan as a page or as sheets for the wall. @throws UserError when a template or a word cannot be rendered */
export async function drawnPlan(
  context: Context,
  toolkit: Toolkit,
  ahead: PlanAhead,
  format: "html" | "pdf",
): Promise<string | Uint8Array> {
  const workshop = await openWorkshop(context, toolkit);
  const { studio, images, brand } = workshop;
  try {
    const { settings, about } = toolkit;
    const input = { calendar: calendarIn(workshop, ahead), settings, about, brand };
    return await makePages(context, `plan.${format}`, async () => {
      if (format === "html")
        return (await import("../render/planner/page.ts")).planPage(studio.pages, images, input);
      const { pdf, problems } = await studio.wall(input);
      return pdf ?? refuseFindings(context, [...unique(problems)]);
    });
  } finally {
    await studio.close();
  }
}

/** Templates are read only when there is an approval to compare. */
async function calendarOf(context: Context, toolkit: Toolkit, ahead: PlanAhead): Promise<PlanCalendar> {
  const hasApprovals = ahead.cycles.some(
    ({ cycle }) => (editionOf(toolkit, cycle.id)?.approvals.length ?? 0) > 0,
  );
  if (!hasApprovals) return planCalendar(toolkit, ahead, () => "");
  const workshop = await openWorkshop(context, toolkit);
  try {
    return calendarIn(workshop, ahead);
  } finally {
    await workshop.studio.close();
  }
}

function calendarIn(workshop: Workshop, ahead: PlanAhead): PlanCalendar {
  return planCalendar(workshop.toolkit, ahead, (topic, edition) => editionDigest(workshop, topic, edition));
}
