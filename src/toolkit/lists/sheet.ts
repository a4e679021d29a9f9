import { numberText } from "./number-text.ts";
import { cellLimit, columnLimit, type ListRecord } from "./record.ts";
import { richText, unescapeText, type Workbook } from "./workbook.ts";
import { xmlReader } from "./xml.ts";
import type { Zip } from "./zip.ts";

/** A cell while it is read. */
interface Cell {
  readonly at: number;
  readonly type: string;
  readonly style: number;
}

/**
 * The rows of a sheet, as they come: texts, numbers and dates as the cells show them, formulas with the value that was
 * saved with them. Rows without cells are left out, hidden ones are not.
 * @param links addresses behind cells, for the column of addresses
 * @throws ZipFault
 */
export async function* sheetRecords(
  zip: Zip,
  part: string,
  workbook: Workbook,
  links?: { readonly column: number; readonly cells: ReadonlyMap<string, string> },
): AsyncGenerator<ListRecord> {
  const done: ListRecord[] = [];
  const reader = sheetReader(workbook, (record) => {
    const link = links?.cells.get(`${columnLetters(links.column)}${record.row}`);
    done.push(link === undefined || !links ? record : withLink(record, links.column, link));
  });
  for await (const bytes of zip.stream(part)) {
    reader.write(bytes);
    yield* done.splice(0);
  }
  reader.end();
  yield* done;
}

/** A cell may show a name, and hold the address in its link. */
function withLink(record: ListRecord, column: number, link: string): ListRecord {
  if ((record.cells[column] ?? "").includes("@")) return record;
  const cells = Array.from(
    { length: Math.max(record.cells.length, column + 1) },
    (_, at) => record.cells[at] ?? "",
  );
  cells[column] = decoded(link);
  return { ...record, cells };
}

function decoded(link: string): string {
  try {
    return decodeURIComponent(link);
  } catch {
    return link;
  }
}

function sheetReader({ strings, styles }: Workbook, keep: (record: ListRecord) => void) {
  let row = 0;
  let hidden = false;
  let cells: string[] = [];
  let cell: Cell = { at: -1, type: "n", style: 0 };
  let value = "";
  let inValue = false;
  const rich = richText();
  const textOf = (): string => {
    if (cell.type === "s") return strings.at(Number(value));
    if (cell.type === "inlineStr") return rich.value();
    if (cell.type === "b") return value === "1" ? "TRUE" : "FALSE";
    return cell.type === "n" ? numberText(value, cell.style, styles) : unescapeText(value);
  };
  return xmlReader({
    open: (name, attributes) => {
      if (name === "row") {
        const said = Number(attributes["r"]);
        row = Number.isSafeInteger(said) && said > row ? said : row + 1;
        hidden = /^(1|true)$/.test(attributes["hidden"] ?? "");
        cells = [];
        cell = { at: -1, type: "n", style: 0 };
      } else if (name === "c") {
        const at = columnNumber(attributes["r"]) ?? cell.at + 1;
        cell = { at, type: attributes["t"] ?? "n", style: Number(attributes["s"] ?? 0) };
        value = "";
        rich.start();
      } else if (name === "v") inValue = true;
      else rich.open(name);
    },
    text: (text) => {
      if (inValue && value.length <= cellLimit) value += text;
      else if (!inValue) rich.text(text);
    },
    close: (name) => {
      if (name === "v") inValue = false;
      else if (name === "c" && cell.at < columnLimit) {
        while (cells.length < cell.at) cells.push("");
        cells[cell.at] = textOf();
      } else if (name === "row") keep({ cells, row, hidden });
      else rich.close(name);
    },
  });
}

/** `A` is 0, `AB12` is 27. */
function columnNumber(reference: string | undefined): number | undefined {
  if (reference === undefined) return undefined;
  let number = 0;
  for (let at = 0; at < reference.length; at += 1) {
    const letter = reference.charCodeAt(at) - 64;
    if (letter < 1 || letter > 26) break;
    number = number * 26 + letter;
  }
  return number === 0 ? undefined : number - 1;
}

function columnLetters(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnLetters(Math.floor(column / 26) - 1) + letter;
}
