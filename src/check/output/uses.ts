import { mark } from "./annotate.ts";
import { elementsOf, type PageElement } from "./page-tree.ts";

/** Something in a page that a mail program must know. */
export interface Use {
  /** `element video`, `attribute width`, `property display: flex`, `unit vw`, `function calc`, `media prefers-color-scheme`. */
  readonly name: string;
  /** The element that has it, or the `<style>` in which it stands. */
  readonly element: PageElement;
  /** How it is written there. */
  readonly written: string;
}

/** Everything that the elements and styles of a page need to be known. */
export function usesIn(html: string, root: PageElement): Use[] {
  const uses: Use[] = [];
  const page = elementsOf(root);
  const [first = root] = page;
  const addTo = (element: PageElement) => (name: string, written: string) =>
    uses.push({ name, element, written });
  if (/<!doctype html>/i.test(html)) addTo(first)("doctype", "<!doctype html>");
  if (html.includes("<!--")) addTo(first)("comments", "<!--");
  for (const element of page) elementUses(element, addTo(element));
  return uses;
}

type Add = (name: string, written: string) => void;

function elementUses({ name, attributes, children }: PageElement, add: Add): void {
  add(`element ${name}`, `<${name}`);
  if (name === "style") stylesheet(children.join(""), add);
  if (name === "meta") return add(`meta ${attributes.get("name") ?? "charset"}`, "<meta");
  for (const [attribute, value] of attributes) {
    if (attribute === mark || attribute === "data-css-inline") continue;
    add(`attribute ${attribute}`, attribute);
    if (attribute === "style") declarations(value, add);
    if (attribute === "href") add(`scheme ${value.split(":", 1)[0]}`, value);
    if (attribute === "src") add(`image ${/^data:image\/(\w+);/.exec(value)?.[1] ?? value}`, "src");
  }
  return undefined;
}

function stylesheet(sheet: string, add: Add): void {
  const plain = sheet.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  for (const [, prelude = ""] of plain.matchAll(/(@[^{}]*)\{/g)) {
    const rule = /^@[\w-]+/.exec(prelude)?.[0] ?? prelude;
    add(rule, rule);
    for (const [, feature = ""] of prelude.matchAll(/\(([\w-]+)/g)) add(`media ${feature}`, feature);
  }
  for (const [, selectors = "", rules = ""] of plain.matchAll(/([^{}@]+)\{([^{}]*)\}/g)) {
    const list = selectors.split(",").map((one) => one.trim());
    if (list.length > 1) add("selector grouping", selectors.trim());
    for (const one of list) selector(one, add);
    declarations(rules, add);
  }
}

function selector(text: string, add: Add): void {
  if (text.includes(" ")) add("selector descendant", text);
  if (/\.[\w-]+\./.test(text)) add("selector chaining", text);
  if (text.includes("[")) add("selector attribute", text);
  if (text.includes(".")) add("selector class", text);
  if (/(^|\s)[a-z]/.test(text)) add("selector type", text);
  for (const [sign] of text.replaceAll(/\[[^\]]*\]/g, "").matchAll(/::?[\w-]+|[>+~#*]/g)) add(sign, text);
}

function declarations(rules: string, add: Add): void {
  for (const rule of rules.split(/;(?![^(]*\))/).filter((one) => one.trim() !== "")) {
    const [name = "", value = ""] = rule.split(/:(.*)/s).map((part) => part.trim());
    const written = `${name}:${value}`;
    add(`property ${name}`, written);
    add(`property ${name}: ${value.replace(/ *!important$/, "")}`, written);
    if (value.endsWith("!important")) add("keyword !important", "!important");
    const plain = value.replaceAll(/url\([^)]*\)|"[^"]*"|'[^']*'/g, "");
    for (const [, unit] of plain.matchAll(/(?<![\w#-])-?[\d.]+([a-z%]+)/g)) add(`unit ${unit}`, written);
    for (const [, called] of value.matchAll(/([\w-]+)\(/g)) add(`function ${called}`, written);
  }
}
