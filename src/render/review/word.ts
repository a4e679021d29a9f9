import {
  BookmarkEnd,
  BookmarkStart,
  Document,
  Footer,
  HeadingLevel,
  Packer,
  PageNumber,
  Paragraph,
  Tab,
  TextRun,
  type FileChild,
  type IParagraphOptions,
  type ParagraphChild,
  type Table,
} from "docx";
import { cleanXml } from "../escape.ts";
import type { Block, Inline } from "../markdown/tree.ts";
import { heading, text, type PackBlock, type Passage } from "./pieces.ts";
import {
  deepestLevel,
  numberingPart,
  propertiesPart,
  sealWord,
  type Numbering,
  type Properties,
} from "./word-file.ts";
import {
  bulletList,
  codeInset,
  listReference,
  page,
  step,
  textWidth,
  wordStyles,
  type WordColours,
} from "./word-styles.ts";
import { dataTable, factTable } from "./word-table.ts";
import { run, TextWriter, type PackPicture, type Site, type Surroundings } from "./word-text.ts";

/** A document before it is Word. */
export interface WordDocument extends Surroundings, Properties {
  readonly colours: WordColours;
  /** Stands at the foot of every page, before the page's number. */
  readonly footer: string;
  readonly logo?: { readonly image: PackPicture; readonly alt: string } | undefined;
  readonly passages: readonly Passage[];
}

/** Writes a Word file. The same document gives the same bytes. */
export async function writeWord(document: WordDocument): Promise<Buffer> {
  const writer = new WordWriter(document);
  const children = document.passages.flatMap((passage, i) => writer.passage(passage, `note_${i + 1}_`));
  const file = new Document({
    styles: wordStyles(document.colours, cleanXml(document.language)),
    compatabilityModeVersion: 15,
    // Whatever the reader changes is marked as a change.
    features: { trackRevisions: true },
    sections: [{ properties: { page }, footers: { default: footer(document.footer) }, children }],
  });
  return sealWord(
    await Packer.toBuffer(file, undefined, [numberingPart(writer.lists), propertiesPart(document)]),
  );
}

function footer(words: string): Footer {
  const numbers = ["Page ", PageNumber.CURRENT, " of ", PageNumber.TOTAL_PAGES];
  const children = [run(words), new TextRun({ children: [new Tab(), ...numbers] })];
  const tabStops = [{ type: "right" as const, position: textWidth }];
  return new Footer({ children: [new Paragraph({ style: "Footer", tabStops, children })] });
}

/** Where a block stands. */
interface Place extends Site {
  /** Headings stand under one of this level. */
  readonly under: number;
  /** How many lists it lies in. */
  readonly depth: number;
  /** How far it stands in, in twentieths of a point. */
  readonly indent: number;
  readonly quoted: boolean;
}

const headings = [
  HeadingLevel.HEADING_1,
  HeadingLevel.HEADING_2,
  HeadingLevel.HEADING_3,
  HeadingLevel.HEADING_4,
  HeadingLevel.HEADING_5,
  HeadingLevel.HEADING_6,
] as const;

/** However deep it lies, text keeps half of the page. */
const farthest = textWidth / 2;

class WordWriter {
  readonly lists: Numbering[] = [];
  readonly #text: TextWriter;
  readonly #logo: WordDocument["logo"];
  readonly #colours: WordColours;
  #bookmarks = 0;

  constructor(document: WordDocument) {
    this.#text = new TextWriter(document);
    this.#logo = document.logo;
    this.#colours = document.colours;
  }

  passage({ blocks, notes, home, under }: Passage, notesName: string): FileChild[] {
    const place = { home, notes: notesName, under, depth: 0, indent: 0, quoted: false };
    if (notes.length === 0) return this.#blocks(blocks, place);
    const level = blocks.some(({ kind }) => kind === "heading") ? 2 : 1;
    const marks = notes.map((_, i) => `${notesName}${i + 1}`);
    return [
      ...this.#blocks([...blocks, heading(level, "Notes")], place),
      ...this.#list(1, notes, place, marks),
    ];
  }

  #blocks(blocks: readonly PackBlock[], place: Place): FileChild[] {
    return blocks.flatMap((block) => this.#block(block, place));
  }

  #block(block: PackBlock, place: Place): FileChild[] {
    const line = (children: readonly Inline[]) => this.#text.line(children, place);
    switch (block.kind) {
      case "plain":
      case "paragraph":
        return [this.#paragraph(line(block.children), place)];
      case "heading": {
        const level = headings[Math.min(block.level + place.under, headings.length) - 1];
        return [new Paragraph({ heading: level, children: line(block.children) })];
      }
      case "list":
        return this.#list(block.start, block.items, place);
      case "quote":
        return this.#blocks(block.blocks, { ...inside(place), quoted: true });
      case "code":
        return [this.#code(block.text, place)];
      case "table":
        return closed(dataTable(block, line, place.indent, this.#colours));
      case "facts":
        return closed(factTable(block, line, this.#colours));
      case "rule":
        return [new Paragraph({ thematicBreak: true })];
      case "title":
        return [new Paragraph({ heading: HeadingLevel.TITLE, children: line(text(block.text)) })];
      case "subtitle":
        return [new Paragraph({ style: "Subtitle", children: line(text(block.text)) })];
      case "sheet": {
        const children = line(text(block.title));
        return [
          new Paragraph({
            heading: HeadingLevel.HEADING_1,
            pageBreakBefore: true,
            spacing: { before: 0 },
            children,
          }),
        ];
      }
      case "logo":
        return this.#logoLine();
    }
  }

  #paragraph(children: ParagraphChild[], place: Place): Paragraph {
    const { indent, depth, quoted } = place;
    const style = quoted ? "Quote" : depth > 0 ? `ListContinue${suffix(depth - 1)}` : undefined;
    return new Paragraph({ ...(style && { style, indent: { left: indent } }), children });
  }

  #code(code: string, { indent }: Place): Paragraph {
    const children = code.split("\n").map((line, i) => run(line, i > 0 ? { break: 1 } : {}));
    return new Paragraph({
      style: "HTMLPreformatted",
      indent: { left: indent + codeInset, right: codeInset },
      children,
    });
  }

  /** @param marks names of bookmarks that the items get */
  #list(
    start: number | undefined,
    items: readonly (readonly Block[])[],
    place: Place,
    marks: readonly string[] = [],
  ): FileChild[] {
    const level = Math.min(place.depth, deepestLevel);
    const within = { ...inside(place), depth: place.depth + 1, quoted: false };
    const look: IParagraphOptions = {
      style: `${start === undefined ? "ListBullet" : "ListNumber"}${suffix(place.depth)}`,
      numbering: { reference: listReference, level, instance: this.#number(start, level) },
      indent: { left: within.indent, hanging: step },
    };
    return items.flatMap((item, i) => {
      const [first, ...others] = item;
      const opens = first?.kind === "plain" || first?.kind === "paragraph";
      const words = opens ? this.#text.line(first.children, place) : [];
      const children = this.#marked(words, marks[i]);
      return [new Paragraph({ ...look, children }), ...this.#blocks(opens ? others : item, within)];
    });
  }

  /** Bullets are one list; every numbered list is one of its own, so that it counts from its own start. */
  #number(start: number | undefined, level: number): number {
    return start === undefined ? bulletList : this.lists.push({ level, start });
  }

  #marked(words: ParagraphChild[], name: string | undefined): ParagraphChild[] {
    if (name === undefined) return words;
    const id = ++this.#bookmarks;
    return [new BookmarkStart(name, id), ...words, new BookmarkEnd(id)] as ParagraphChild[];
  }

  #logoLine(): Paragraph[] {
    const picture =
      this.#logo && this.#text.picture(this.#logo.image, this.#logo.alt, { width: 240, height: 48 });
    return picture ? [new Paragraph({ children: [picture] })] : [];
  }
}

function inside(place: Place): Place {
  return { ...place, indent: Math.min(place.indent + step, farthest) };
}

/** Word's styles of lists go three deep here. */
function suffix(depth: number): string {
  return depth === 0 ? "" : String(Math.min(depth + 1, 3));
}

/** Two tables that touch would become one. */
function closed(table: Table): FileChild[] {
  return [table, new Paragraph({ style: "AfterTable" })];
}
