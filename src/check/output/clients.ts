import { problem, type Position, type Problem } from "../../domain/problem.ts";
import { allowedBy } from "../../domain/rules.ts";
import type { Settings } from "../../domain/settings.ts";
import type { TemplateFile } from "../../domain/template.ts";
import { exceptions } from "./exceptions.ts";
import type { PageElement } from "./page-tree.ts";
import { programNames } from "./programs.ts";
import { readFeatures, type Feature } from "./programs-data.ts";
import type { TemplatePlace } from "./annotate.ts";
import type { SamplePage } from "./sample-pages.ts";
import { usesIn, type Use } from "./uses.ts";

/** What finds the line at which something is written. */
export interface Places {
  readonly placeOf: (element: PageElement) => TemplatePlace | undefined;
  readonly stylesheet: TemplateFile | undefined;
}

/** What pages use that some mail program does not know at all, but for the listed exceptions and what the settings allow. */
export async function clientFaults(
  pages: readonly SamplePage[],
  { checks }: Pick<Settings, "checks">,
  places: Places,
): Promise<Problem[]> {
  const featuresOf = await readFeatures();
  const allowed = new Set(allowedBy("output/client-support", checks));
  const found = new Map<string, Problem>();
  for (const use of pages.flatMap(({ html, root }) => usesIn(html, root))) {
    for (const feature of featuresOf(use.name)) {
      const programs = unexpected(feature);
      const shown = shownAs(use);
      if (programs.length === 0 || [feature.slug, feature.title, shown].some((name) => allowed.has(name)))
        continue;
      const at = placeOfUse(use, places);
      if (!at) continue;
      const details = { use: shown, programs: programs.map((program) => programNames[program]) };
      found.set(
        `${at.path}:${at.position.line} ${feature.slug}`,
        problem("output/client-support", at.path, at.position, details),
      );
    }
  }
  return [...found.values()];
}

/** The programs without a feature, but for those in which it is known to be missed by nobody. */
function unexpected({ slug, without }: Feature): Feature["without"] {
  const known = Object.hasOwn(exceptions, slug) ? (exceptions[slug]?.lack ?? []) : [];
  return without.filter((program) => !known.includes(program));
}

/** `display: flex`, `<video>`, `vw` as people write it. */
function shownAs({ name }: Use): string {
  const [kind = "", ...rest] = name.split(" ");
  const what = rest.join(" ");
  if (kind === "element") return `<${what}>`;
  if (kind === "function") return `${what}()`;
  return what === "" ? kind : what;
}

/** The line of a style is that of its rule: in the stylesheet, else in the template. */
function placeOfUse(
  { element, written }: Use,
  { placeOf, stylesheet }: Places,
): { path: string; position: Position } | undefined {
  const place = placeOf(element);
  const isStyle = /^[\w-]+:/.test(written);
  if (place && element.name === "style") {
    const line = lineWith(place.file.source, written, place.line - 1);
    return { path: place.file.path, position: line ?? place };
  }
  const inSheet = isStyle && stylesheet ? lineWith(stylesheet.source, written, 0) : undefined;
  const isOwn = isStyle && place !== undefined && lineWith(lineOf(place), written, 0) !== undefined;
  if (stylesheet && inSheet && !isOwn) return { path: stylesheet.path, position: inSheet };
  return place && { path: place.file.path, position: place };
}

function lineOf({ file, line }: TemplatePlace): string {
  return file.source.split("\n")[line - 1] ?? "";
}

/** The first line from a line on that holds a text, whatever its spaces. */
function lineWith(source: string, written: string, from: number): Position | undefined {
  const bare = (text: string) => text.replaceAll(/\s/g, "");
  const lines = source.split("\n");
  const [property = ""] = written.split(":", 1);
  const at = lines.findIndex((line, index) => index >= from && bare(line).includes(bare(written)));
  const line = lines[at];
  if (line === undefined) return undefined;
  return { line: at + 1, column: Math.max(0, line.indexOf(property)) + 1 };
}
