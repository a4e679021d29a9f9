import { cleanXml, escapeHtml } from "../escape.ts";
import { unzip, zip } from "../zip.ts";
import { bulletList, listReference, step } from "./word-styles.ts";

/** A numbered list: where it starts, and how deep it lies in other lists. */
export interface Numbering {
  readonly level: number;
  readonly start: number;
}

/** Part of a Word file. */
export interface Part {
  readonly path: string;
  readonly data: string;
}

/** Word has nine levels of lists, from 0. */
export const deepestLevel = 8;

/**
 * Mends what the library cannot write, and packs the file anew in a fixed order with a fixed time: the library's own
 * would differ from run to run.
 */
export function sealWord(file: Uint8Array): Buffer {
  const parts = unzip(file);
  const first = ["[Content_Types].xml", "_rels/.rels"];
  const rest = [...parts.keys()].filter((path) => !first.includes(path) && !path.endsWith("/"));
  const ordered = [...first, ...rest.toSorted()].flatMap((path) => {
    const data = parts.get(path);
    return data ? [[path, /^word\/(document|styles)\.xml$/.test(path) ? mended(data) : data] as const] : [];
  });
  return zip(new Map(ordered));
}

/** The words of the document cannot look like this: in text, a quotation mark is written `&quot;`. */
const listNumber = new RegExp(`(<w:numId w:val=")\\{${listReference}-(\\d+)\\}"`, "g");

/** Gives each list its number, and puts the sides of a paragraph's border in the one order that Word allows. */
function mended(data: Uint8Array): Uint8Array {
  const xml = Buffer.from(data)
    .toString("utf8")
    .replace(listNumber, (_, start: string, list: string) => `${start}${Number(list) + 1}"`)
    .replace(/(<w:pBdr><w:top [^>]*\/>)(<w:bottom [^>]*\/>)(<w:left [^>]*\/>)/g, "$1$3$2");
  return Buffer.from(xml);
}

/**
 * The lists: one for all bullets, then each numbered one, which counts from its own start. Written here since the library
 * searches the whole document once for every list.
 */
export function numberingPart(lists: readonly Numbering[]): Part {
  const bullets = levels(
    (level) => `<w:numFmt w:val="bullet"/><w:lvlText w:val="${level % 2 === 0 ? "•" : "–"}"/>`,
  );
  const numbers = levels((level) => `<w:numFmt w:val="decimal"/><w:lvlText w:val="%${level + 1}."/>`);
  const nums = lists.map(
    ({ level, start }, i) =>
      `<w:num w:numId="${i + 2}"><w:abstractNumId w:val="1"/>` +
      `<w:lvlOverride w:ilvl="${level}"><w:startOverride w:val="${start}"/></w:lvlOverride></w:num>`,
  );
  const data =
    `${declaration}<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">` +
    `<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>${bullets}</w:abstractNum>` +
    `<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/>${numbers}</w:abstractNum>` +
    `<w:num w:numId="${bulletList + 1}"><w:abstractNumId w:val="0"/></w:num>${nums.join("")}</w:numbering>`;
  return { path: "word/numbering.xml", data };
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

function levels(format: (level: number) => string): string {
  return Array.from({ length: deepestLevel + 1 }, (_, level) => {
    const indent = `<w:pPr><w:ind w:left="${step * (level + 1)}" w:hanging="${step}"/></w:pPr>`;
    return `<w:lvl w:ilvl="${level}"><w:start w:val="1"/>${format(level)}<w:lvlJc w:val="left"/>${indent}</w:lvl>`;
  }).join("");
}

/** What the file says of itself. */
export interface Properties {
  readonly title: string;
  readonly author: string;
  readonly language: string;
  /** ISO 8601 with offset; without one the file bears no date. */
  readonly date?: string | undefined;
}

/**
 * The file's properties (OPC, part 2 of ECMA-376, core properties). Written here since the library's bear today's date
 * and no language.
 */
export function propertiesPart({ title, author, language, date }: Properties): Part {
  const time = date === undefined ? undefined : new Date(date).toISOString().replace(".000Z", "Z");
  const dates = ["created", "modified"].map((name) =>
    time === undefined ? "" : `<dcterms:${name} xsi:type="dcterms:W3CDTF">${time}</dcterms:${name}>`,
  );
  const data =
    `${declaration}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" ` +
    `xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" ` +
    `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
    `<dc:title>${inXml(title)}</dc:title><dc:creator>${inXml(author)}</dc:creator>` +
    `<dc:language>${inXml(language)}</dc:language>${dates.join("")}</cp:coreProperties>`;
  return { path: "docProps/core.xml", data };
}

function inXml(text: string): string {
  return escapeHtml(cleanXml(text));
}
