// Under the name that it bears there, the formatter would lay the pages out anew.
import { html as markup } from "hono/html";
import { planAhead } from "../../plan/ahead.ts";
import type { Asked, Page } from "../page.ts";
import { remembered } from "../remembered.ts";

const planned = remembered(({ toolkit, cycle }) => planAhead(toolkit, cycle.index, 12));

/** `/calendar`: the plan with its reasons. */
export function calendarPage({ shown }: Asked): Page {
  return {
    title: "Calendar",
    place: "calendar",
    body: markup`<h1>Calendar</h1>
<ol class="coming">${planned(shown.stage).cycles.map(
      ({ cycle, topic, why }) =>
        markup`<li><strong>${cycle.label}</strong>: ${topic?.title ?? "no topic"}<span class="small">${why}</span></li>`,
    )}</ol>`,
  };
}
