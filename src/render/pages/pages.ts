import type { Brand } from "../../domain/brand.ts";
import type { TemplateSet } from "../../domain/template.ts";
import { brandColours } from "../brand-view.ts";
import type { Engine } from "../handlebars.ts";
import { wrapText } from "../markdown/wrap.ts";
import type { EditionView, PackView, PlanView, ReportPageView, SiteView } from "./shapes.ts";

/** The pages that are no variants. Each throws TemplateFault when its template names what is not there. */
export interface Pages {
  /** The first page of the archive. */
  readonly site: (view: SiteView) => string;
  readonly edition: (view: EditionView) => string;
  /** What is in a pack, as a page and as plain text. */
  readonly pack: (view: PackView) => string;
  readonly readme: (view: PackView) => string;
  /** The cycles ahead. */
  readonly plan: (view: PlanView) => string;
  /** What went out, and what came of it. */
  readonly report: (view: ReportPageView) => string;
  /**
   * Their look in the brand's colours: `styles/site.css` with the colours before it, and the stylesheet of this name
   * behind it.
   */
  readonly stylesheet: (brand: Brand, further?: string) => string;
}

/** The pages of templates that are compiled already. */
export function openPages(html: Engine, txt: Engine, templates: TemplateSet): Pages {
  const css = (name: string) => templates.get(`styles/${name}.css`)?.source ?? "";
  return {
    site: (view) => html.render("site/index", view),
    edition: (view) => html.render("site/edition", view),
    pack: (view) => html.render("pack/index", view),
    readme: (view) => wrapText(txt.render("pack/readme", view)),
    plan: (view) => html.render("plan/index", view),
    report: (view) => html.render("report/index", view),
    stylesheet: (brand, further) =>
      [colourRules(brand), css("site"), ...(further === undefined ? [] : [css(further)])].join("\n"),
  };
}

/** `--primary`, `--on-primary`, `--primary-on-dark` and so on. */
function colourRules(brand: Brand): string {
  const rules = Object.entries(brandColours(brand)).map(
    ([name, value]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: ${value};`,
  );
  return `:root { ${rules.join(" ")} }`;
}
