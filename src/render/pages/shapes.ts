import { group, list, maybe, rich, text, viewShape, type Shape, type ValueOf } from "../view.ts";
import { page } from "./page-shape.ts";
import { planShape } from "./plan-shape.ts";
import { reportShape } from "./report-shape.ts";

/*
 * What the templates of the archive site, of packs, of the plan and of reports may name. The rows in docs/templates.md are made from here.
 */

const { toolkit, brand } = viewShape.fields;

const neighbour = (about: string) =>
  maybe(about, {
    title: text("Its title"),
    label: text("Its cycle in words"),
    url: text("The way to its page"),
  });

/** `site/index.html.hbs`: the first page of the archive. */
export const siteShape = group("Everything that the first page of the archive may name", {
  toolkit: group(toolkit.about, {
    ...toolkit.fields,
    body: rich("The text of content/toolkit.md"),
  }),
  editions: list(
    "The editions, newest first",
    group("One edition", {
      cycle: text("The cycle's id, such as `2026-12`"),
      label: text("The cycle in words, such as `December 2026`"),
      date: text("The send date, spelled out"),
      day: text("The send date, such as `2026-12-03`"),
      title: text("The topic's title"),
      summary: text("The topic's summary"),
      url: text("The way to its page"),
    }),
  ),
  brand,
  page,
});

/** `site/edition.html.hbs`: the page of one edition. Everything that a newsletter may name, and the page's own. */
export const editionShape = group("Everything that the page of an edition may name", {
  ...viewShape.fields,
  day: text("The send date, such as `2026-12-03`"),
  newsletter: text("The way to the newsletter's file"),
  poster: text("The way to the poster's file"),
  earlier: neighbour("The edition before this one"),
  later: neighbour("The edition after this one"),
  page,
});

/** `pack/index.html.hbs` and `pack/readme.txt.hbs`: what is in a pack, and what it is for. */
export const packShape = group("Everything that the pages of a pack may name", {
  toolkit,
  topic: group("The topic", {
    slug: text("The topic's id"),
    title: text("The title"),
    summary: text("The summary"),
  }),
  edition: group("The edition", {
    cycle: text("The cycle's id, such as `2026-12`"),
    label: text("The cycle in words, such as `December 2026`"),
    date: text("The send date, spelled out, or empty"),
  }),
  brand,
  groups: list(
    "What is in it, sorted by use",
    group("One use", {
      title: text("What it is for"),
      forms: list(
        "Its forms",
        group("One form, such as the A4 poster", {
          title: text("What it is"),
          files: list(
            "Its files, one for each format",
            group("One file", {
              name: text("The file's name, which is the way to it as well"),
              title: text("Its format"),
              use: text("What to do with it"),
              size: text("Its size, such as `43 kB`"),
            }),
          ),
        }),
      ),
    }),
  ),
  press: list("The posters to send to a press shop", text("The name of a file")),
  pressReady: text("`yes` when those posters have bleed and crop marks, else empty"),
  page,
});

export type PlanView = ValueOf<typeof planShape>;
export type ReportPageView = ValueOf<typeof reportShape>;
export type SiteView = ValueOf<typeof siteShape>;
export type EditionView = ValueOf<typeof editionShape>;
export type PackView = ValueOf<typeof packShape>;

/** The views of templates that are no variants, by file name. */
export const pageShapes: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["site/index.html.hbs", siteShape],
  ["site/edition.html.hbs", editionShape],
  ["pack/index.html.hbs", packShape],
  ["pack/readme.txt.hbs", packShape],
  ["plan/index.html.hbs", planShape],
  ["plan/wall.typ.hbs", planShape],
  ["report/index.html.hbs", reportShape],
]);

/** What a template may name. Nothing is known of a partial or a layout: it is checked where it is called. */
export function shapeOf(fileName: string): Shape | undefined {
  return pageShapes.get(fileName) ?? (fileName.includes("/") ? undefined : viewShape);
}
