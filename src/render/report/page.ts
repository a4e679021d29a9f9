import type { Brand } from "../../domain/brand.ts";
import { cycleLabel, dayInWords } from "../../domain/dates.ts";
import { outcomeKinds, type OutcomeKind } from "../../domain/edition.ts";
import type { ImageStore } from "../../domain/image.ts";
import type { Settings } from "../../domain/settings.ts";
import type { About } from "../../domain/toolkit.ts";
import { brandView } from "../brand-view.ts";
import { replacer, toolkitView } from "../build-view.ts";
import { RenderedText } from "../handlebars.ts";
import { brandLogo } from "../pages/logo.ts";
import type { Pages } from "../pages/pages.ts";
import type { ReportPageView } from "../pages/shapes.ts";
import { logoView } from "../picture-room.ts";
import { barPatterns, countOf, endGroups, tallyBar, unaccounted } from "./bar.ts";
import { closeDays } from "./coverage.ts";
import type { Coverage, CoverageMark, Outcome, ReportEdition, ReportView } from "./view.ts";

/** What the page of a report is made from. */
export interface ReportInput {
  readonly report: ReportView;
  readonly settings: Settings;
  readonly about: About;
  readonly brand: Brand;
}

type Shown = ReportPageView["report"];
type Say = (text: string) => string;

const markWords: Readonly<Record<CoverageMark, string>> = {
  never: "Never covered",
  covered: "Covered",
  repeated: `Twice in ${closeDays} days`,
};

/** Source: GCS evaluation cycle: outputs, out-takes, outcomes. */
const kinds: Readonly<Record<OutcomeKind, { readonly title: string; readonly about: string }>> = {
  outputs: { title: "Outputs", about: "what was done" },
  "out-takes": { title: "Out-takes", about: "what people noticed, thought or felt" },
  outcomes: { title: "Outcomes", about: "what people did, and what changed" },
};

/** More dates than these are counted, not listed. */
const datesShown = 3;

/**
 * A report as one page with everything in it. It names no day but those of the report: the same figures give the same bytes.
 * @throws TemplateFault when its template cannot be rendered
 */
export async function reportPage(pages: Pages, images: ImageStore, input: ReportInput): Promise<string> {
  const { settings, about, brand, report } = input;
  const say = replacer(brand.words);
  const logo = await brandLogo(brand, images);
  const src = logo ? `data:${logo.contentType};base64,${logo.content.toString("base64")}` : "";
  const toolkit = toolkitView(settings, about, say);
  // Nothing in it may end the element it stands in.
  const style = new RenderedText(pages.stylesheet(brand, "report").replaceAll("</", "<\\/"));
  const shown = shownReport(report, say);
  const title = ["Report", shown.range].filter(Boolean).join(", ");
  return pages.report({
    toolkit,
    brand: brandView(brand, logoView(logo, src)),
    report: shown,
    page: {
      title: `${title}: ${toolkit.name}`,
      description: toolkit.summary,
      home: "",
      stylesheet: "",
      style,
      atom: "",
      json: "",
    },
  });
}

function shownReport({ editions, coverage, outcomes }: ReportView, say: Say): Shown {
  const longest = Math.max(0, ...editions.map(({ audience }) => audience));
  return {
    range: rangeOf(editions.map(({ date }) => date)),
    figures: figuresOf(editions, coverage),
    patterns: new RenderedText(barPatterns),
    legend: endGroups.map(({ id, title }) => ({ title, swatch: new RenderedText(swatch(id)) })),
    editions: editions.map((edition) => shownEdition(edition, longest, say)),
    audiences: coverage.audiences.map(({ title }) => ({ title: say(title) })),
    topics: coverage.topics.map(({ title, cells }) => ({
      title: say(title),
      cells: cells.map(({ mark, dates }, at) => ({
        audience: say(coverage.audiences[at]?.title ?? ""),
        mark,
        status: markWords[mark],
        dates: datesInWords(dates),
      })),
    })),
    outcomes: outcomeKinds.flatMap((kind) => shownOutcomes(kind, outcomes)),
  };
}

function shownEdition(edition: ReportEdition, longest: number, say: Say): Shown["editions"][number] {
  const { cycle, title, variant, list = "", date, audience } = edition;
  const [accepted, waiting, failed, leftOut] = endGroups.map((group) => number(countOf(edition, group)));
  const gap = unaccounted(edition);
  return {
    label: cycleLabel(cycle),
    title: say(title),
    variant: capital(variant),
    list,
    day: date,
    date: dayInWords(date),
    bar: new RenderedText(tallyBar(edition, longest)),
    audience: number(audience),
    accepted: accepted ?? "",
    waiting: waiting ?? "",
    failed: failed ?? "",
    leftOut: leftOut ?? "",
    details: detailsOf(edition),
    fault:
      gap === 0 ? "" : `The sum does not hold: ${number(Math.abs(gap))} ${gap > 0 ? "missing" : "too many"}.`,
  };
}

/** The kinds of ends behind the sums, such as `3 rejected, 1 unknown`. */
function detailsOf(edition: ReportEdition): string {
  const { cameBack = 0 } = edition;
  const ends = endGroups
    .flatMap(({ keys }) => (keys.length === 1 ? [] : keys))
    .filter((key) => edition[key] > 0)
    .map((key) => `${number(edition[key])} ${key === "duplicates" ? "duplicate" : key}`);
  return [...ends, ...(cameBack > 0 ? [`${number(cameBack)} of those accepted came back`] : [])].join(", ");
}

function figuresOf(editions: readonly ReportEdition[], { topics }: Coverage): Shown["figures"] {
  const cells = topics.flatMap((topic) => topic.cells);
  const covered = topics.filter((topic) => topic.cells.some(({ mark }) => mark !== "never"));
  const count = (mark: CoverageMark) => cells.filter((cell) => cell.mark === mark).length;
  return [
    { value: number(new Set(editions.map(({ cycle }) => cycle)).size), about: "editions sent" },
    { value: number(editions.reduce((sum, { accepted }) => sum + accepted, 0)), about: "messages accepted" },
    { value: `${number(covered.length)} of ${number(topics.length)}`, about: "topics covered" },
    { value: number(count("never")), about: "gaps: topic and audience never covered" },
    { value: number(count("repeated")), about: `repeats within ${closeDays} days` },
  ];
}

function shownOutcomes(kind: OutcomeKind, outcomes: readonly Outcome[]): Shown["outcomes"][number][] {
  const rows = outcomes
    .filter((one) => one.kind === kind)
    .map(({ cycle, measure, value, note = "" }) => ({ label: cycleLabel(cycle), measure, value, note }));
  return rows.length === 0 ? [] : [{ ...kinds[kind], rows }];
}

function datesInWords(dates: readonly string[]): string {
  const more = dates.length - datesShown;
  const shown = dates.slice(0, datesShown).map(dayInWords).join(", ");
  return more > 0 ? `${shown} and ${more} earlier` : shown;
}

function rangeOf(dates: readonly string[]): string {
  const sorted = dates.toSorted();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return "";
  return first === last ? dayInWords(first) : `${dayInWords(first)} to ${dayInWords(last)}`;
}

function swatch(id: string): string {
  return `<svg class="swatch" width="28" height="18" aria-hidden="true" focusable="false"><rect class="${id}" x="1" y="1" width="26" height="16"/></svg>`;
}

function number(value: number): string {
  return value.toLocaleString("en-GB");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
