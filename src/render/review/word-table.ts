import {
  BorderStyle,
  CheckBox,
  HeightRule,
  Paragraph,
  ShadingType,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  WidthType,
  type IBorderOptions,
  type ITableOptions,
  type ParagraphChild,
} from "docx";
import { plainText, type Block, type Cell, type Inline } from "../markdown/tree.ts";
import type { Line, PackBlock } from "./pieces.ts";
import { hairline, textWidth, type WordColours } from "./word-styles.ts";
import { run } from "./word-text.ts";

type WriteLine = (children: readonly Inline[]) => ParagraphChild[];

const none: IBorderOptions = { style: BorderStyle.NONE };
const thin: IBorderOptions = { style: BorderStyle.SINGLE, size: 4, color: hairline };
const margins = { top: 70, bottom: 50, left: 100, right: 100 };
/** Room for a signature, in twentieths of a point. */
const signatureHeight = 620;

/** A table of data: its first row is its heading, and is repeated on every page that it goes over. */
export function dataTable(
  { head, rows }: Extract<Block, { kind: "table" }>,
  line: WriteLine,
  indent: number,
  colours: WordColours,
): Table {
  const widths = columnWidths([head, ...rows], head.length, textWidth - indent);
  const headings = head.map((cell, i) => {
    const paragraph = new Paragraph({ style: "TableHeading", keepNext: true, children: line(cell) });
    return new TableCell({ ...shaded(colours), ...wide(widths[i]), children: [paragraph] });
  });
  const body = rows.map((row) => {
    const cells = head.map((_, i) => {
      const paragraph = new Paragraph({ style: "TableText", children: line(row[i] ?? []) });
      return new TableCell({ ...wide(widths[i]), children: [paragraph] });
    });
    return new TableRow({ cantSplit: true, children: cells });
  });
  return new Table({
    ...layout(widths, indent),
    borders: { ...sides(none), top: none, bottom: thin, insideHorizontal: thin },
    tableLook: { firstRow: true, firstColumn: false, noHBand: true, noVBand: true },
    rows: [new TableRow({ tableHeader: true, cantSplit: true, children: headings }), ...body],
  });
}

/** Names and what stands behind them; framed, a form whose empty lines have room for handwriting. */
export function factTable(
  { rows, framed }: Extract<PackBlock, { kind: "facts" }>,
  line: WriteLine,
  colours: WordColours,
): Table {
  const first = Math.round(textWidth * (framed ? 0.3 : 0.24));
  const widths = [first, textWidth - first];
  const written = rows.map(({ name, lines }, i) => {
    // A form that is torn over two pages is signed on one of them only.
    const keepNext = i < rows.length - 1;
    const label = new Paragraph({ style: "TableHeading", keepNext, children: [run(name)] });
    const said = lines.map((one) => {
      return new Paragraph({ style: "TableText", keepNext, children: formLine(one, line) });
    });
    const height =
      framed && isBlank(lines) ? { value: signatureHeight, rule: HeightRule.ATLEAST } : undefined;
    return new TableRow({
      cantSplit: true,
      ...(height && { height }),
      children: [
        new TableCell({ ...(framed && shaded(colours)), ...wide(widths[0]), children: [label] }),
        new TableCell({ ...wide(widths[1]), children: said }),
      ],
    });
  });
  const frame = framed ? thin : none;
  return new Table({
    ...layout(widths, 0),
    borders: { ...sides(frame), top: thin, bottom: thin, insideHorizontal: thin },
    tableLook: { firstRow: false, firstColumn: true, noHBand: true, noVBand: true },
    rows: written,
  });
}

function formLine({ ticked, words }: Line, line: WriteLine): ParagraphChild[] {
  if (ticked === undefined) return line(words);
  const box = new CheckBox({ alias: plainText(words), checked: ticked });
  return [box, run("  "), ...line(words)];
}

function isBlank(lines: readonly Line[]): boolean {
  return lines.every(({ ticked, words }) => ticked === undefined && plainText(words) === "");
}

/**
 * As wide as their words need beside each other, and no narrower than their longest word: programs differ in what they
 * make of columns without a width.
 */
function columnWidths(rows: readonly (readonly Cell[])[], columns: number, width: number): number[] {
  const texts = Array.from({ length: columns }, (_, i) => rows.map((row) => printed(row[i] ?? [])));
  const letters = texts.map((cells) => {
    const whole = cells.flatMap((cell) => (cell.length > shortLine ? cell.split(/\s+/) : cell));
    return Math.min(longest(whole), longestWord);
  });
  const least = letters.map((count) => cellPadding + letterWidth * count);
  const more = texts.map((cells, i) =>
    Math.max(1, Math.min(longest(cells), longestLine) - (letters[i] ?? 0)),
  );
  const spare = Math.max(0, width - sum(least));
  const given = least.map((one, i) => one + (spare * (more[i] ?? 0)) / sum(more));
  return given.map((one) => Math.floor((one * width) / sum(given)));
}

/** A cell's words, with the addresses that stand behind links. */
function printed(cell: Cell): string {
  return cell
    .map((node) => (node.kind === "link" ? `${plainText(node.children)} (${node.href})` : plainText([node])))
    .join("");
}

/** Of the text of tables, in twentieths of a point. */
const letterWidth = 122;
const cellPadding = 220;
/** In letters: lines no longer than a date stay whole, longer words are broken, longer lines get no wider column. */
const shortLine = 17;
const longestWord = 24;
const longestLine = 60;

function longest(texts: readonly string[]): number {
  return texts.reduce((length, one) => Math.max(length, one.length), 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}

function layout(widths: readonly number[], indent: number): Omit<ITableOptions, "rows"> {
  return {
    layout: TableLayoutType.FIXED,
    width: { size: sum(widths), type: WidthType.DXA },
    indent: { size: indent, type: WidthType.DXA },
    columnWidths: widths,
    margins,
  };
}

function wide(size = 0) {
  return { width: { size, type: WidthType.DXA } };
}

function shaded({ tint }: WordColours) {
  return { shading: { type: ShadingType.CLEAR, fill: tint.slice(1), color: "auto" } };
}

function sides(border: IBorderOptions) {
  return { left: border, right: border, insideVertical: border };
}
