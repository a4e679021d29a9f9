import { unzipSync } from "fflate";
import { ImportedXmlComponent } from "docx";

/** A Word file as a reader would see it. */
export interface WordFile {
  /** Every part by its path; pictures are left out. */
  readonly parts: ReadonlyMap<string, string>;
  /** `word/document.xml` */
  readonly document: string;
  readonly paragraphs: readonly { readonly style: string; readonly text: string; readonly xml: string }[];
  /** Where each link leads, by its words. */
  readonly links: ReadonlyMap<string, string>;
}

/** What XML cannot hold (XML 1.0, 2.2). */
const outsideXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** Opens a Word file. Every part must be well-formed, and everything that parts refer to must be there. */
export function openWord(content: Uint8Array): WordFile {
  const files = unzipSync(content);
  const parts = new Map<string, string>();
  for (const [path, data] of Object.entries(files)) {
    if (!/\.(xml|rels)$/.test(path)) continue;
    const xml = new TextDecoder("utf-8", { fatal: true }).decode(data);
    if (outsideXml.test(xml)) throw new Error(`${path} holds a character that XML cannot`);
    ImportedXmlComponent.fromXmlString(xml);
    parts.set(path, xml);
  }
  const document = parts.get("word/document.xml") ?? "";
  const related = new Map(
    [...(parts.get("word/_rels/document.xml.rels") ?? "").matchAll(/<Relationship ([^>]*)\/>/g)].map(
      ([, xml = ""]) => [attribute(xml, "Id"), { target: attribute(xml, "Target"), xml }],
    ),
  );
  for (const [, id = ""] of document.matchAll(/ r:(?:id|embed)="([^"]*)"/g)) {
    const found = related.get(id);
    if (!found) throw new Error(`Nothing is related as ${id}`);
    if (!found.xml.includes("External") && !files[`word/${found.target}`])
      throw new Error(`No ${found.target}`);
  }
  const links = [...document.matchAll(/<w:hyperlink [^>]*r:id="([^"]*)"[^>]*>(.*?)<\/w:hyperlink>/gs)];
  return {
    parts,
    document,
    paragraphs: [...document.matchAll(/<w:p>.*?<\/w:p>|<w:p\/>/gs)].map(([xml]) => ({
      xml,
      text: textOf(xml),
      style: /<w:pStyle w:val="([^"]*)"/.exec(xml)?.[1] ?? "Normal",
    })),
    links: new Map(
      links.map(([, id = "", xml = ""]) => [textOf(xml), unescaped(related.get(id)?.target ?? "")]),
    ),
  };
}

/** The time of each file in a zip, as it stands there (APPNOTE, 4.3.12): noon of 1 January 1980 is 0x00216000. */
export function zipTimes(content: Buffer): number[] {
  const times: number[] = [];
  const header = Buffer.from("PK\u0001\u0002", "latin1");
  for (let at = content.indexOf(header); at !== -1; at = content.indexOf(header, at + 1)) {
    times.push(content.readUInt32LE(at + 12));
  }
  return times;
}

/** The words of a piece of the document. */
export function textOf(xml: string): string {
  const pieces = xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>|<w:(br|tab)\/>/g);
  return [...pieces]
    .map(([, text, mark]) => (mark ? (mark === "br" ? "\n" : "\t") : unescaped(text ?? "")))
    .join("");
}

function attribute(xml: string, name: string): string {
  return new RegExp(`${name}="([^"]*)"`).exec(xml)?.[1] ?? "";
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
