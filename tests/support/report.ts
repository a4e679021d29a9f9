import path from "node:path";
import { defaultBrand } from "../../src/domain/toolkit.ts";
import { createEngine } from "../../src/render/handlebars.ts";
import { openPages } from "../../src/render/pages/pages.ts";
import { coverageOf } from "../../src/render/report/coverage.ts";
import { reportPage } from "../../src/render/report/page.ts";
import type { ReportEdition, ReportView } from "../../src/render/report/view.ts";
import { openImages } from "../../src/toolkit/images.ts";
import { loadToolkit } from "../../src/toolkit/load.ts";
import { loadTemplates } from "../../src/toolkit/templates.ts";

/** An edition of 100 rows, all accepted unless told otherwise. */
export function reportEdition(parts: Partial<ReportEdition> = {}): ReportEdition {
  const none = { rejected: 0, deferred: 0, pending: 0, unknown: 0 };
  const out = { suppressed: 0, excluded: 0, duplicates: 0, invalid: 0 };
  return {
    cycle: "2026-11",
    topic: "quiet-hours",
    title: "Quiet hours, kept by everyone",
    variant: "email",
    list: "readers",
    date: "2026-11-03",
    audience: 100,
    accepted: 100,
    ...none,
    ...out,
    ...parts,
  };
}

const topics = [
  { slug: "quiet-hours", title: "Quiet hours, kept by everyone" },
  { slug: "lost-cards", title: "A lost card is no lost reader" },
  { slug: "new-catalogue", title: "The new catalogue" },
  { slug: "summer-reading", title: "Six books over the summer" },
];
const audiences = [
  { id: "branches", title: "Branch staff" },
  { id: "schools", title: "Schools" },
  { id: "friends", title: "Friends of the library" },
];

/** A report with something of each kind; the sum of its last edition does not hold. */
export function sampleReport(): ReportView {
  return {
    editions: [
      reportEdition({
        cycle: "2027-01",
        date: "2027-01-04",
        audience: 1300,
        accepted: 1204,
        rejected: 12,
        unknown: 1,
        deferred: 20,
        pending: 3,
        suppressed: 40,
        duplicates: 15,
        invalid: 5,
      }),
      reportEdition({
        cycle: "2026-12",
        topic: "lost-cards",
        title: "A lost card is no lost reader",
        date: "2026-12-03",
        audience: 640,
        accepted: 610,
        excluded: 30,
      }),
      reportEdition({ variant: "newsletter", list: undefined, audience: 1200, accepted: 1190, rejected: 4 }),
    ],
    coverage: coverageOf(topics, audiences, [
      { topic: "quiet-hours", date: "2026-11-03" },
      { topic: "lost-cards", audience: "branches", date: "2026-12-03" },
      { topic: "quiet-hours", audience: "schools", date: "2027-01-04" },
      { topic: "quiet-hours", audience: "schools", date: "2026-12-20" },
      { topic: "quiet-hours", audience: "branches", date: "2026-04-03" },
    ]),
    outcomes: [
      { cycle: "2026-11", kind: "outputs", measure: "Posters put up", value: "34", note: "of 40 branches" },
      { cycle: "2026-12", kind: "out-takes", measure: "Staff who knew the times", value: "71%" },
      { cycle: "2027-01", kind: "outcomes", measure: "Complaints about noise", value: "9 (before: 21)" },
    ],
  };
}

/** The report of a toolkit as a page, made in the test's own process. */
export async function drawReport(root: string, report: ReportView): Promise<string> {
  const toolkit = await loadToolkit(root);
  const { templates } = await loadTemplates(root, path.resolve("templates"));
  const pages = openPages(createEngine(templates, "html"), createEngine(templates, "txt"), templates);
  const { settings, about } = toolkit;
  return reportPage(pages, openImages(root), { report, settings, about, brand: defaultBrand(toolkit) });
}
