import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One font file that posters may use. */
export interface FontFile {
  /** PostScript name, such as `Lato-Bold`: what a PDF calls the font. */
  readonly name: string;
  readonly content: Buffer;
}

/**
 * Reads the TrueType and OpenType files of a folder, in the order of their names.
 * @throws Error when the folder cannot be read or a file is no font
 */
export async function readFonts(folder: string): Promise<FontFile[]> {
  const names = (await readdir(folder)).filter((name) => /\.[ot]tf$/i.test(name)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const content = await readFile(join(folder, name));
      return { name: postScriptName(content), content };
    }),
  );
}

/** Source: OpenType 1.9, table `name`, name id 6. */
function postScriptName(font: Buffer): string {
  const table = tableOffset(font, "name");
  const storage = table + font.readUInt16BE(table + 4);
  for (let i = 0; i < font.readUInt16BE(table + 2); i++) {
    const record = table + 6 + 12 * i;
    if (font.readUInt16BE(record + 6) !== 6) continue;
    const start = storage + font.readUInt16BE(record + 10);
    // PostScript names are ASCII; where they are stored in two bytes a character, every other byte is zero.
    const name = font.toString("latin1", start, start + font.readUInt16BE(record + 8));
    return name.replaceAll("\0", "");
  }
  throw new Error("A font file has no PostScript name.");
}

function tableOffset(font: Buffer, tag: string): number {
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const record = 12 + 16 * i;
    if (font.toString("latin1", record, record + 4) === tag) return font.readUInt32BE(record + 8);
  }
  throw new Error(`A font file has no table "${tag}".`);
}

/** The PostScript names of the fonts in a PDF as Typst writes it: dictionaries in plain text, one entry a line. */
export function fontsInPdf(pdf: Uint8Array): Set<string> {
  const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString("latin1");
  return new Set([...text.matchAll(/^ *\/FontName \/(?:[A-Z]{6}\+)?(\S+)$/gm)].map(([, name]) => name ?? ""));
}
