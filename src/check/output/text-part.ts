import { problem, type Problem } from "../../domain/problem.ts";
import type { TemplateFile, TemplateSet } from "../../domain/template.ts";
import type { TemplatePlace } from "./annotate.ts";
import { elementsOf, plain, type PageElement } from "./page-tree.ts";
import { parts } from "./probes.ts";
import type { SamplePage } from "./sample-pages.ts";
import { declarationsOf } from "./style-rules.ts";

/** What the HTML of a sample mail shows and its text does not. */
export function textFaults(
  { variant, root, text }: SamplePage,
  templates: TemplateSet,
  placeOf: (element: PageElement) => TemplatePlace | undefined,
): Problem[] {
  const shown = shownIn(root);
  const lacking = new Map<string, { at: TextPlace; lacks: string[] }>();
  for (const [words, part] of Object.entries(parts)) {
    const element = shown.find((one) => one.text.includes(words))?.element;
    if (!element || text.includes(words)) continue;
    const place = placeOf(element);
    if (!place) continue;
    const at = placeInText(place, variant, templates);
    const known = lacking.get(`${at.path}:${at.position.line}`) ?? { at, lacks: [] };
    lacking.set(`${at.path}:${at.position.line}`, { at, lacks: [...known.lacks, part] });
  }
  return [...lacking.values()].map(({ at, lacks }) =>
    problem("output/text-incomplete", at.path, at.position, { variant, parts: lacks }),
  );
}

interface TextPlace {
  readonly path: string;
  readonly position: { readonly line: number; readonly column: number };
}

/** What people see of a page, and where its links lead. */
function shownIn(root: PageElement): { element: PageElement; text: string }[] {
  const hidden = new Set<PageElement | undefined>();
  return elementsOf(root).flatMap((element) => {
    const display = declarationsOf(element.attributes.get("style") ?? "").get("display");
    if (display === "none" || element.name === "head" || hidden.has(element.parent)) {
      hidden.add(element);
      return [];
    }
    const own = element.children.filter((child) => typeof child === "string").join(" ");
    const link = element.name === "a" ? (element.attributes.get("href") ?? "") : "";
    return [{ element, text: `${plain(own)} ${link}` }];
  });
}

/**
 * The toolkit's own text template that should hold it: the one beside the HTML template, that of the variant, the layout,
 * any other. Where the toolkit has none, its HTML shows more than the text that is shipped.
 */
function placeInText(place: TemplatePlace, variant: string, templates: TemplateSet): TextPlace {
  const beside = place.file.name.replace(/\.html\.hbs$/, ".txt.hbs");
  const texts = [...templates.values()].filter(({ name }) =>
    /^(?:partials\/|layouts\/)?[\w-]+\.txt\.hbs$/.test(name),
  );
  const wanted = [beside, `${variant}.txt.hbs`, "layouts/mail.txt.hbs"].map((name) => templates.get(name));
  const own = [...wanted, ...texts].find((file) => file !== undefined && isOwn(file));
  return own
    ? { path: own.path, position: { line: 1, column: 1 } }
    : { path: place.file.path, position: { line: place.line, column: place.column } };
}

/** True for a template of the toolkit itself. */
export function isOwn({ path }: Pick<TemplateFile, "path">): boolean {
  return !path.startsWith("onetopic/");
}
