import { group, list, rich, text, viewShape } from "../view.ts";
import { page } from "./page-shape.ts";

const { toolkit, brand } = viewShape.fields;

/** `report/index.html.hbs`: what went out, to whom, and what came of it. */
export const reportShape = group("Everything that the page of a report may name", {
  toolkit,
  brand,
  page,
  report: group("The report", {
    range: text("The first send date and the last, spelled out, or empty"),
    figures: list(
      "What it comes to",
      group("One figure", { value: text("The number"), about: text("What is counted") }),
    ),
    patterns: rich("What the bars are filled with; once a page"),
    legend: list(
      "What the parts of a bar are",
      group("One part", { swatch: rich("A piece of it"), title: text("What it means") }),
    ),
    editions: list(
      "What went out",
      group("One edition in one variant", {
        label: text("The cycle in words"),
        title: text("The topic's title"),
        variant: text("The variant"),
        list: text("The list, or empty"),
        day: text("The send date for programs"),
        date: text("The send date, spelled out"),
        bar: rich("How its rows ended, drawn"),
        audience: text("Rows of the list"),
        accepted: text("Taken by the mail server"),
        waiting: text("Deferred or pending"),
        failed: text("Rejected or unknown"),
        leftOut: text("Suppressed, excluded, duplicate or invalid"),
        details: text("The ends of each kind in words, or empty"),
        fault: text("What is wrong with the sum, or empty"),
      }),
    ),
    audiences: list("The audiences", group("One audience", { title: text("Its title") })),
    topics: list(
      "Which topic reached whom",
      group("One topic", {
        title: text("Its title"),
        cells: list(
          "One for each audience",
          group("One", {
            audience: text("The audience's title"),
            mark: text("`never`, `covered` or `repeated`"),
            status: text("The same in words"),
            dates: text("When, newest first, or empty"),
          }),
        ),
      }),
    ),
    outcomes: list(
      "Figures entered by hand, by kind",
      group("One kind", {
        title: text("The kind"),
        about: text("What it means"),
        rows: list(
          "Its figures",
          group("One figure", {
            label: text("The cycle in words"),
            measure: text("What was measured"),
            value: text("The value"),
            note: text("A note, or empty"),
          }),
        ),
      }),
    ),
  }),
});
