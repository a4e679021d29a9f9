import type { Brand } from "../../domain/brand.ts";
import { problem, type Problem } from "../../domain/problem.ts";
import type { TemplateSet } from "../../domain/template.ts";
import { defaultBrand, type Toolkit } from "../../domain/toolkit.ts";
import { isOfMail } from "./annotate.ts";
import { accessFaults } from "./access.ts";
import { clientFaults } from "./clients.ts";
import { judgeContrast } from "./judge-contrast.ts";
import { elementsOf, type PageElement } from "./page-tree.ts";
import { personFaults } from "./people.ts";
import {
  openSamples,
  placeIn,
  samplePage,
  type SampleOrder,
  type SamplePage,
  type SampleRoom,
} from "./sample-pages.ts";
import { styleFaults } from "./style-blocks.ts";
import { isOwn, textFaults } from "./text-part.ts";
import { unusedTemplates } from "./unused.ts";
import { openValidator } from "./validity.ts";

/**
 * Judges the templates of a toolkit, and the mails that they make of sample topics: the one has every key and all that
 * Markdown can become, the other only what is required. Depends on nothing but what it is given, and no topic, so one
 * answer holds for as long as templates, settings and brands stay as they are.
 * @param allBrands contrast is judged in every brand, not in the usual one alone
 * @param pause is waited for between steps; to stop, it throws
 */
export async function judgeTemplates(
  toolkit: Toolkit,
  templates: TemplateSet,
  allBrands: boolean,
  pause: Pause = atOnce,
): Promise<readonly Problem[]> {
  const problems = unusedTemplates(templates);
  // What is shipped has no fault whatever the brand and the language: the project's own tests prove it.
  if (![...templates.values()].some((file) => isOwn(file) && isOfMail(file))) return problems;
  const room = openSamples(toolkit, templates);
  if (room.studio.templateProblems.some(({ severity }) => severity === "error")) return problems;
  const usual = defaultBrand(toolkit);
  const brands = allBrands ? [usual, ...toolkit.brands.filter(({ id }) => id !== usual.id)] : [usual];
  const orders = ordersFor(toolkit, usual);
  const made: (SamplePage | Problem)[] = [];
  for (const order of orders) {
    await pause();
    made.push(await samplePage(room, order));
  }
  const faults = made.filter((one): one is Problem => !("html" in one));
  if (faults.length > 0) return [...problems, ...faults];
  const pages = made as readonly SamplePage[];
  const byOrder = new Map(orders.flatMap((order, at) => (pages[at] ? [[order, pages[at]] as const] : [])));
  const placeOf = (element: PageElement) => placeIn(room, element);
  const stylesheet = templates.get("styles/mail.css");
  const steps = [
    () => htmlFaults(room, pages, pause),
    () => pages.flatMap((page) => [...textFaults(page, templates, placeOf), ...styleFaults(page, placeOf)]),
    () => clientFaults(pages, toolkit.settings, { placeOf, stylesheet }),
    () => judgeContrast(room, byOrder, brands),
    () => personFaults(room, orders),
  ];
  const found: Problem[] = [];
  for (const step of steps) {
    await pause();
    found.push(...(await step()));
  }
  return [...problems, ...found];
}

/** Gives way to others. */
export type Pause = () => Promise<void>;

const atOnce: Pause = () => Promise.resolve();

/** Each mail for everyone and for one audience, with everything in it, and with next to nothing. */
function ordersFor({ settings }: Toolkit, brand: Brand): SampleOrder[] {
  const audience = settings.audiences[0]?.id;
  return (["newsletter", "email"] as const).flatMap((variant) => [
    { variant, full: true, brand },
    ...(audience === undefined ? [] : [{ variant, full: true, brand, audience }]),
    { variant, full: false, brand },
  ]);
}

/** The HTML checker takes its time: it sees each variant once with everything and once with nothing. */
async function htmlFaults(room: SampleRoom, pages: readonly SamplePage[], pause: Pause): Promise<Problem[]> {
  const validate = await openValidator();
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { variant, full, html, root } of pages) {
    const kind = `${variant} ${full}`;
    if (seen.has(kind)) continue;
    seen.add(kind);
    await pause();
    // In the order in which they begin: the last that is not over yet is the innermost.
    const elements = elementsOf(root);
    const faults = [
      ...(await validate(html)).map(({ offset, isStray, ...fault }) => ({
        ...fault,
        element: elements.findLast(({ start, end }) => start <= offset && (isStray || offset < end)),
      })),
      ...accessFaults(root).map((fault) => ({ rule: "output/inaccessible" as const, ...fault })),
    ];
    for (const { rule, reason, element } of faults) {
      const place = placeIn(room, element) ?? room.places[0];
      if (place) problems.push(problem(rule, place.file.path, place, { reason }));
    }
  }
  return problems;
}
