import { contrastRatio } from "../../domain/brand.ts";
import { withStyles } from "../../render/styles.ts";
import { black, colourOf, hexOf, over, white, type Colour } from "./colours.ts";
import { elementsOf, plain, readPage, type PageElement } from "./page-tree.ts";
import { declarationsOf, stylesOf } from "./style-rules.ts";

/** A text that cannot be read well where it stands. */
export interface FaintText {
  readonly element: PageElement;
  readonly text: string;
  readonly colour: string;
  readonly background: string;
  readonly ratio: number;
  readonly needed: number;
  readonly dark: boolean;
}

/** Source: WCAG 2.2, 1.4.3 (AA): normal text, and large text of 18 pt, or 14 pt and bold. */
const needs = { normal: 4.5, large: 3 };
const largePixels = 24;
const largeBoldPixels = 14 * (96 / 72);

/** What nobody sees. */
const unseen = new Set(["head", "style", "script", "title", "template"]);

/** How an element's words look. */
interface Look {
  readonly colour: Colour;
  /** Undefined behind a picture: nobody can reckon with it. */
  readonly behind: Colour | undefined;
  readonly size: number;
  readonly bold: boolean;
}

/** Where a browser begins: light, and dark for a page that says it has a dark look (HTML, 15.3.1). */
const lightLook: Look = { colour: black, behind: white, size: 16, bold: false };
const darkCanvas: Colour = { channels: [18, 18, 18], alpha: 1 };
const darkLook: Look = { ...lightLook, colour: white, behind: darkCanvas };
const linkColours = { light: "#0000ee", dark: "#9e9eff" };

/** Every text of a page that cannot be read well, as mail programs show it in the light and in the dark. */
export function faintTexts(html: string, root: PageElement): FaintText[] {
  const sheets = elementsOf(root).filter(({ name }) => name === "style");
  const { always, dark } = stylesOf(sheets.map((sheet) => sheet.children.join("")));
  // Mostly the elements have all their styles already.
  const light = faintIn(always === "" ? root : readPage(withStyles(html, always)), false);
  return dark === "" ? light : [...light, ...faintIn(readPage(withStyles(html, always + dark)), true)];
}

function faintIn(root: PageElement, dark: boolean): FaintText[] {
  const found: FaintText[] = [];
  const visit = (element: PageElement, around: Look): void => {
    const style = declarationsOf(element.attributes.get("style") ?? "");
    if (unseen.has(element.name) || isHidden(style)) return;
    const look = lookOf(element, style, around, dark);
    const shown = shownIn(element);
    if (shown !== "") found.push(...faintness(element, shown, look, dark));
    for (const child of element.children) if (typeof child !== "string") visit(child, look);
  };
  visit(root, dark ? darkLook : lightLook);
  return found;
}

function isHidden(style: ReadonlyMap<string, string>): boolean {
  return style.get("display") === "none" || style.get("visibility") === "hidden";
}

/** An element's own words; of a picture those that stand in for it. */
function shownIn({ name, attributes, children }: PageElement): string {
  const own = children.filter((child) => typeof child === "string").join(" ");
  const text = name === "img" ? (attributes.get("alt") ?? "") : plain(own);
  // What fills up a preheader, or a cell that is only a stripe, are no words.
  return text.replaceAll(/[\s\p{Cf}\p{Mn}]+/gu, " ").trim();
}

function lookOf(
  { name, attributes }: PageElement,
  style: ReadonlyMap<string, string>,
  around: Look,
  dark: boolean,
): Look {
  const size = sizeOf(style.get("font-size") ?? usualSize[name], around.size);
  const weight = style.get("font-weight") ?? (boldly.has(name) ? "bold" : undefined);
  return {
    colour: wordColour(name, attributes, style, around, dark),
    behind: behindOf(attributes, style, around.behind),
    size,
    bold: weight === undefined ? around.bold : /^(?:bold(?:er)?|[6-9]00)$/.test(weight),
  };
}

const boldly = new Set(["b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"]);
/** Source: HTML, 15.3, rendering. */
const usualSize: Readonly<Record<string, string>> = {
  h1: "2em",
  h2: "1.5em",
  h3: "1.17em",
  h5: "0.83em",
  h6: "0.67em",
  small: "0.83em",
};

function wordColour(
  name: string,
  attributes: ReadonlyMap<string, string>,
  style: ReadonlyMap<string, string>,
  around: Look,
  dark: boolean,
): Colour {
  const isLink = name === "a" && attributes.has("href");
  const usual = isLink ? linkColours[dark ? "dark" : "light"] : attributes.get("color");
  const said = style.get("color") ?? usual;
  return (said === undefined ? undefined : colourOf(said)) ?? around.colour;
}

function behindOf(
  attributes: ReadonlyMap<string, string>,
  style: ReadonlyMap<string, string>,
  around: Colour | undefined,
): Colour | undefined {
  let behind = around;
  const own = attributes.get("bgcolor");
  if (own !== undefined) behind = upon(colourOf(own), behind);
  for (const [name, value] of style) {
    if (name !== "background" && name !== "background-color" && name !== "background-image") continue;
    if (/\burl\(|gradient\(/i.test(value)) behind = undefined;
    else {
      const colour = value
        .match(/rgba?\([^)]*\)|#?[\w-]+/gi)
        ?.map(colourOf)
        .find((one) => one !== undefined);
      if (colour) behind = upon(colour, around);
    }
  }
  return behind;
}

function upon(colour: Colour | undefined, behind: Colour | undefined): Colour | undefined {
  if (!colour || colour.alpha === 0) return behind;
  if (colour.alpha === 1) return colour;
  return behind && over(colour, behind);
}

function sizeOf(said: string | undefined, around: number): number {
  const [, number = "", unit = ""] = /^([\d.]+)(px|pt|em|rem|%)$/.exec(said ?? "") ?? [];
  const value = Number.parseFloat(number);
  if (Number.isNaN(value)) return around;
  const factors: Readonly<Record<string, number>> = {
    px: 1,
    pt: 96 / 72,
    em: around,
    rem: 16,
    "%": around / 100,
  };
  return value * (factors[unit] ?? 1);
}

function faintness(
  element: PageElement,
  text: string,
  { colour, behind, size, bold }: Look,
  dark: boolean,
): FaintText[] {
  // A size of one pixel hides words.
  if (!behind || size <= 1) return [];
  const isLarge = size >= largePixels || (bold && size >= largeBoldPixels);
  const needed = isLarge ? needs.large : needs.normal;
  const shown = { colour: hexOf(over(colour, behind)), background: hexOf(behind) };
  const ratio = contrastRatio(shown.colour, shown.background);
  return ratio < needed ? [{ element, text, ...shown, ratio, needed, dark }] : [];
}
