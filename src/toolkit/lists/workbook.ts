import path from "node:path";
import { builtInFormat, type NumberStyles } from "./number-text.ts";
import { cellLimit } from "./record.ts";
import { StringTable } from "./string-table.ts";
import { attributeOf, readXml } from "./xml.ts";
import { ZipFault, type Zip } from "./zip.ts";

/** More than so many bytes of strings is not held. */
const stringsLimit = 512 * 1024 ** 2;
const mailLink = /^mailto:/i;

/** A sheet of a workbook. */
export interface Sheet {
  readonly name: string;
  /** Its place in the zip file. */
  readonly part: string;
  readonly visible: boolean;
}

/** What a workbook says of itself. */
export interface Workbook {
  readonly sheets: readonly Sheet[];
  readonly styles: NumberStyles;
  readonly strings: StringTable;
}

interface Relation {
  readonly type: string;
  readonly target: string;
}

/**
 * Reads the parts of a workbook that all sheets share. Source: ECMA-376, part 1, 18 (SpreadsheetML).
 * @returns nothing when it is no workbook
 * @throws ZipFault
 */
export async function readWorkbook(zip: Zip): Promise<Workbook | undefined> {
  const root = [...(await relationsOf(zip, "")).values()].find(({ type }) =>
    type.endsWith("/officeDocument"),
  );
  const part = root?.target ?? "xl/workbook.xml";
  if (!zip.names.has(part) || part.endsWith(".bin")) return undefined;
  const relations = await relationsOf(zip, part);
  const sheets: Sheet[] = [];
  let from1904 = false;
  await readXml(zip.stream(part), {
    open: (name, attributes) => {
      if (name === "workbookPr") from1904 = /^(1|true)$/.test(attributes["date1904"] ?? "");
      if (name !== "sheet") return;
      const relation = relations.get(attributeOf(attributes, "id") ?? "");
      if (relation?.type.endsWith("/worksheet") && zip.names.has(relation.target)) {
        const visible = (attributes["state"] ?? "visible") === "visible";
        sheets.push({ name: attributes["name"] ?? "", part: relation.target, visible });
      }
    },
  });
  const ofType = (kind: string) => [...relations.values()].find(({ type }) => type.endsWith(kind))?.target;
  return {
    sheets,
    styles: { formats: await formatsOf(zip, ofType("/styles")), from1904 },
    strings: await stringsOf(zip, ofType("/sharedStrings")),
  };
}

/** The addresses behind the cells of a sheet that are links to write a mail, such as `A2`. */
export async function mailLinksOf(zip: Zip, part: string): Promise<ReadonlyMap<string, string>> {
  const targets = new Map<string, string>();
  for (const [id, { target }] of await relationsOf(zip, part))
    if (mailLink.test(target)) targets.set(id, target);
  const links = new Map<string, string>();
  if (targets.size === 0) return links;
  await readXml(zip.stream(part), {
    open: (name, attributes) => {
      const target = name === "hyperlink" && targets.get(attributeOf(attributes, "id") ?? "");
      if (target) links.set((attributes["ref"] ?? "").replace(/:.*$/, ""), target);
    },
  });
  return links;
}

/** What a part points to, by the names it uses; of a part in the zip file its place there. */
async function relationsOf(zip: Zip, part: string): Promise<Map<string, Relation>> {
  const folder = path.posix.dirname(part);
  const own = path.posix.join(folder, "_rels", `${path.posix.basename(part)}.rels`);
  const relations = new Map<string, Relation>();
  await readXml(zip.stream(own), {
    open: (name, { Id: id = "", Type: type = "", Target: target = "", TargetMode: mode }) => {
      if (name !== "Relationship") return;
      const inside = target.startsWith("/") ? target.slice(1) : path.posix.join(folder, target);
      relations.set(id, { type, target: mode === "External" ? target : inside });
    },
  });
  return relations;
}

async function formatsOf(zip: Zip, part: string | undefined): Promise<string[]> {
  const own = new Map<number, string>();
  const formats: string[] = [];
  let inCells = false;
  if (part === undefined) return formats;
  await readXml(zip.stream(part), {
    open: (name, attributes) => {
      if (name === "cellXfs") inCells = true;
      const id = Number(attributes["numFmtId"] ?? 0);
      if (name === "numFmt") own.set(id, attributes["formatCode"] ?? "General");
      if (name === "xf" && inCells) formats.push(own.get(id) ?? builtInFormat(id));
    },
    close: (name) => {
      if (name === "cellXfs") inCells = false;
    },
  });
  return formats;
}

async function stringsOf(zip: Zip, part: string | undefined): Promise<StringTable> {
  const table = new StringTable();
  if (part === undefined) return table;
  const rich = richText();
  await readXml(zip.stream(part), {
    open: (name) => {
      if (name === "si") rich.start();
      else rich.open(name);
    },
    text: rich.text,
    close: (name) => {
      rich.close(name);
      if (name !== "si") return;
      table.add(rich.value());
      if (table.size > stringsLimit) throw new ZipFault("too-large");
    },
  });
  return table;
}

/** Puts a text together from its runs, without the readings that stand above East Asian words. */
export function richText() {
  let parts = "";
  let inText = false;
  let inReading = false;
  return {
    start: () => void (parts = ""),
    open: (name: string) => {
      if (name === "t") inText = true;
      if (name === "rPh") inReading = true;
    },
    text: (text: string) => {
      // One character over the limit is enough to tell that it is too long.
      if (inText && !inReading && parts.length <= cellLimit) parts += text;
    },
    close: (name: string) => {
      if (name === "t") inText = false;
      if (name === "rPh") inReading = false;
    },
    value: () => unescapeText(parts),
  };
}

/** `_x000D_` stands for a character that XML cannot hold. Source: ECMA-376, part 1, 22.9.2.19 (ST_Xstring). */
export function unescapeText(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
