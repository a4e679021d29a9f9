import { group, list, text, viewShape } from "../view.ts";
import { page } from "./page-shape.ts";

const { toolkit, brand } = viewShape.fields;

const cycle = group("One cycle", {
  id: text("The cycle's id, such as `2026-12`"),
  label: text("The cycle in words, such as `December 2026`"),
  name: text("The same without the year"),
  year: text("The year"),
  day: text("The send date with its day of the week, or empty when nothing goes out"),
  short: text("The send date in short, such as `Thu 3 Dec`, or empty"),
  time: text("The time of day, or empty"),
  datetime: text("Both for programs, in ISO 8601, or empty"),
  title: text("The topic's title, or empty"),
  summary: text("The topic's summary, or empty"),
  url: text("The topic's link, or empty"),
  state: text("`approved`, `picked`, `suggested`, `open` (no topic yet) or `skipped` (nothing goes out)"),
  status: text("The same in words"),
  approvals: text("Such as `1 of 2 approvals`, or empty where none are asked for"),
  why: text("Why this topic, or why none"),
  moved: text("Why the send date is not the plain one, or empty"),
  reason: text("The same in short, such as `a weekend`, or empty"),
});

/** `plan/index.html.hbs` and `plan/wall.typ.hbs`: the cycles ahead as a page, and as sheets for the wall. */
export const planShape = group("Everything that the plan's page and its sheets may name", {
  toolkit,
  brand,
  page,
  plan: group("The plan", {
    range: text("The first cycle and the last, such as `November 2026 to October 2027`"),
    timezone: text("The time zone of the send times, such as `Europe/London`"),
    legend: list(
      "The states that come up, from the surest to the least",
      group("One state", {
        state: text("As that of a cycle"),
        status: text("The same in words"),
        about: text("What it means"),
      }),
    ),
    years: list(
      "The cycles by year",
      group("One year", { year: text("The year"), cycles: list("Its cycles", cycle) }),
    ),
    sheets: list(
      "The cycles by sheet, for the wall",
      group("One sheet", {
        range: text("Its first cycle and its last"),
        columns: text("How many stand side by side"),
        rows: text("How many stand below each other"),
        cycles: list("Its cycles", cycle),
      }),
    ),
  }),
});
