/** One template file: from the toolkit's own `templates/`, else from the package's. */
export interface TemplateFile {
  /** Path below `templates/`, with forward slashes: `newsletter.html.hbs`, `partials/footer.html.hbs`. */
  readonly name: string;
  /** As shown to people: relative to the toolkit, or `onetopic/templates/…` for the package's own. */
  readonly path: string;
  readonly source: string;
}

/** All templates in force, by name. */
export type TemplateSet = ReadonlyMap<string, TemplateFile>;

/** What a template writes: HTML, plain text, or Typst (from which PDF and PNG are made). */
export type TemplateLanguage = "html" | "txt" | "typ";

/** The design of posters that goes without saying. */
export const usualDesign = "messages";

/** Name of the template that sets a variant in a design, without its ending: `poster`, `poster-statement`. */
export function sheetTemplate(variant: string, design: string = usualDesign): string {
  return design === usualDesign ? variant : `${variant}-${design}`;
}

/** The designs of a variant for which there is a template. */
export function designsOf(templates: TemplateSet, variant: string): string[] {
  const others = [...templates.keys()].flatMap((name) => {
    const [, stem, design] = /^([a-z]+)-([a-z0-9-]+)\.typ\.hbs$/.exec(name) ?? [];
    return stem === variant && design !== undefined ? [design] : [];
  });
  return [usualDesign, ...others.toSorted()];
}

/** Pages of the archive site, of packs, of the plan and of reports. They bring their own stylesheet, and nothing that is sent depends on them. */
export function isPageTemplate({ name }: Pick<TemplateFile, "name">): boolean {
  return /^(site|pack|plan|report)\/|^styles\/(site|plan|report)\.css$/.test(name);
}
