import { inline } from "@css-inline/css-inline";
import type { ProseElement, ProseStyles } from "./markdown/html.ts";
import type { View } from "./view.ts";

type Colour = keyof View["brand"]["colours"];

/** The stylesheet's names for the brand's colours: `var(--primary)`. */
const colours: Readonly<Record<string, Colour>> = {
  primary: "primary",
  "on-primary": "onPrimary",
  accent: "accent",
  "on-accent": "onAccent",
  "primary-on-light": "primaryOnLight",
  "accent-on-light": "accentOnLight",
  "primary-on-dark": "primaryOnDark",
  "accent-on-dark": "accentOnDark",
  tint: "tint",
};

/** Handlebars tags, comments among them. Written so that no tag can be read in two ways. */
const tag = String.raw`\{\{!--(?:(?!--\}\})[\s\S])*--\}\}|\{\{(?!!--)(?:(?!\}\})[\s\S])*\}\}`;
const attribute = String.raw`"(?:${tag}|[^"{]|\{(?!\{))*"|'(?:${tag}|[^'{]|\{(?!\{))*'`;
export const templatePiece = new RegExp(
  String.raw`(?<tag>${tag})|(?<comment><!--[\s\S]*?-->|<!\[[^>]*\]>)` +
    String.raw`|<style(?<styleAttributes>[^>]*)>(?<css>[\s\S]*?)</style\s*>` +
    String.raw`|<(?<name>[a-zA-Z][\w:-]*)(?<attributes>(?:${tag}|${attribute}|[^"'>{]|\{(?!\{))*)>`,
  "g",
);

/**
 * Writes a stylesheet's styles into the elements of a template, once, before the template is compiled. The HTML
 * parser works on a copy and only its styles are taken over: no Handlebars tag is moved or lost, whatever the
 * parser makes of a table. A style already on an element wins. Selectors see one file at a time.
 *
 * `var(--primary)` and its like become the brand's colours. A `<style>` in the template is inlined as well and
 * taken out, unless it says `data-css-inline="keep"`, as one with `@media` or `:hover` must.
 */
export function prepareHtml(template: string, css: string): string {
  const { copy, own } = copyForParser(template);
  const styles = stylesOf(copy, css + own);
  let count = 0;
  return template.replace(templatePiece, (whole, ...rest) => {
    const { name, attributes = "", css: block, styleAttributes } = rest.at(-1) as TemplatePiece;
    if (block !== undefined) return isInlined(styleAttributes, block) ? "" : whole;
    if (name === undefined) return whole;
    const style = styles.get(count++);
    return style === undefined ? whole : `<${name}${withStyle(attributes, inColours(style, fromView))}>`;
  });
}

/** In a template a colour is the view's, at whatever depth of blocks and partials. */
const fromView = (colour: Colour): string => `{{@root.brand.colours.${colour}}}`;

/** What `templatePiece` finds: one of these. */
export type TemplatePiece = Partial<
  Record<"tag" | "comment" | "name" | "attributes" | "css" | "styleAttributes", string>
>;

/** The template's elements by themselves, numbered in their order. */
function copyForParser(template: string): { copy: string; own: string } {
  let count = 0;
  let own = "";
  const copy = template.replace(templatePiece, (_, ...rest) => {
    const { name, attributes = "", css, styleAttributes } = rest.at(-1) as TemplatePiece;
    if (css !== undefined && isInlined(styleAttributes, css)) own += `\n${css}`;
    if (name === undefined) return "";
    const plain = attributes
      .replace(new RegExp(tag, "g"), " ")
      .replace(ownStyle, " ")
      .replaceAll(/[<>&]/g, " ");
    return `<${name} data-at="${count++}" ${plain.replace(/\/\s*$/, "")}>`;
  });
  return { copy: inContext(copy), own };
}

function isInlined(attributes: string | undefined, css: string): boolean {
  return !/data-css-inline=["']?(?:keep|ignore)/.test(attributes ?? "") && !css.includes("{{");
}

/** Rows and cells by themselves are dropped by a parser that sees no table around them. */
function inContext(html: string): string {
  const first = /<([a-z]+)/i.exec(html)?.[1]?.toLowerCase() ?? "";
  if (first === "tr") return `<table><tbody>${html}`;
  if (first === "td" || first === "th") return `<table><tbody><tr>${html}`;
  return ["tbody", "thead", "tfoot", "caption"].includes(first) ? `<table>${html}` : html;
}

/** The style that the stylesheet gives each numbered element. */
function stylesOf(html: string, css: string): ReadonlyMap<number, string> {
  const inlined = inline(html, {
    extraCss: css,
    inlineStyleTags: false,
    loadRemoteStylesheets: false,
    minifyCss: true,
  });
  const found = inlined.matchAll(/<[a-z][^<>]*? data-at="(\d+)"[^<>]*? style="([^"]*)"/gi);
  return new Map([...found].map(([, at, style = ""]) => [Number(at), style]));
}

const ownStyle = new RegExp(String.raw`\sstyle\s*=\s*(${attribute})`);

function withStyle(attributes: string, style: string): string {
  const [own, quoted = ""] = ownStyle.exec(attributes) ?? [];
  if (own === undefined) {
    const [close = ""] = /\s*\/?$/.exec(attributes) ?? [];
    return `${attributes.slice(0, attributes.length - close.length)} style="${style}"${close}`;
  }
  const added = quoted.slice(1, -1);
  const overridden = new Set(
    [...added.matchAll(/(?:^|;)\s*([a-z-]+)\s*:/gi)].map(([, name]) => name?.toLowerCase()),
  );
  const kept = style
    .split(";")
    .filter((rule) => !overridden.has(rule.split(":", 1)[0]?.trim().toLowerCase()));
  return attributes.replace(
    own,
    () => ` style=${quoted.slice(0, 1)}${[...kept, added].join(";")}${quoted.slice(-1)}`,
  );
}

/** A page with a stylesheet's rules written into its elements, as a browser would have them count. */
export function withStyles(page: string, css: string): string {
  return inline(page, { extraCss: css, inlineStyleTags: false, loadRemoteStylesheets: false });
}

/** The same stylesheet for languages that are written from right to left: left and right change places. */
export function mirrored(css: string): string {
  return css
    .replaceAll(/(?<![.#][\w-]*)\b(?:left|right)\b/g, (side) => (side === "left" ? "right" : "left"))
    .replaceAll(
      /\b((?:margin|padding|padding-alt)\s*:\s*)([^\s;}]+) +([^\s;}]+) +([^\s;}]+) +([^\s;}]+)/g,
      "$1$2 $5 $4 $3",
    );
}

/** Everything that Markdown can become; the names say which element's style each place shows. */
const sample = {
  p: "<p @>",
  h2: "<h2 @></h2>",
  h3: "<h3 @></h3>",
  h4: "<h4 @></h4>",
  h5: "<h5 @></h5>",
  h6: "<h6 @></h6>",
  ul: "<ul @></ul>",
  ol: "<ol @></ol>",
  li: "<ul><li @></ul>",
  "li p": "<ul><li><p @></ul>",
  "li ul": "<ul><li><ul @></ul></ul>",
  "li ol": "<ul><li><ol @></ol></ul>",
  blockquote: "<blockquote @></blockquote>",
  "blockquote p": "<blockquote><p @></blockquote>",
  pre: "<pre @></pre>",
  hr: "<hr @>",
  div: "<div @></div>",
  table: "<table @></table>",
  th: "<table><tr><th @></table>",
  td: "<table><tr><td @></table>",
  "td span": "<table><tr><td><span @></span></table>",
  a: "<p><a @></a>",
  strong: "<p><strong @></strong>",
  em: "<p><em @></em>",
  del: "<p><del @></del>",
  code: "<p><code @></code>",
  img: "<p><img @>",
  sup: "<p><sup @></sup>",
} as const satisfies Record<ProseElement, string>;

/**
 * The inline styles for Markdown, from the rules that the stylesheet has for `.prose`.
 * @param brand the colours that `var(--primary)` and its like stand for; without them such rules are left out
 */
export function proseStyles(css: string, brand?: View["brand"]["colours"]): ProseStyles {
  const elements = Object.entries(sample);
  const html = elements.map(([, element], at) => element.replace("@", `data-at="${at}"`)).join("\n");
  const styles = stylesOf(`<div class="prose">${html}</div>`, css);
  return Object.fromEntries(
    elements.map(([name], at) => {
      const style = styles.get(at) ?? "";
      return [name, brand ? inColours(style, (colour) => brand[colour]) : withoutColours(style)];
    }),
  );
}

function withoutColours(style: string): string {
  const rules = style.split(";").filter((rule) => !rule.includes("var(--"));
  return rules.join(";");
}

function inColours(style: string, value: (colour: Colour) => string): string {
  return style.replaceAll(/var\(--([a-z-]+)\)/g, (whole, name: string) => {
    const colour = colours[name];
    return colour ? value(colour) : whole;
  });
}
