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
