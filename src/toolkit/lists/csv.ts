import { CsvError, parse, type Parser } from "csv-parse";
import { parse as parseAtOnce } from "csv-parse/sync";
import type { ListForm } from "../../domain/recipient.ts";
import type { ListRecord } from "./record.ts";

export type Delimiter = NonNullable<ListForm["delimiter"]>;

/** A row of more bytes than this is taken for one whose quotation mark is never closed. */
const recordLimit = 1024 * 1024;
/** How much of a broken row is shown. */
const shown = 100;
const newline = 10;

/** What stands in the first lines of a text: which character separates its cells, and whether a line says so itself. */
export interface CsvForm {
  readonly delimiter: Delimiter;
  /** True when the first line is `sep=;`, which Excel reads and does not show. */
  readonly saysSo: boolean;
}

/** Takes the beginning of a text. The row that names an e-mail column decides, else the first: what stands there most. */
export function csvForm(start: string): CsvForm {
  const said = /^sep=([,;\t])\s*(\n|$)/i.exec(start)?.[1];
  if (said !== undefined) return { delimiter: said as Delimiter, saysSo: true };
  const lines = start.trimStart().split("\n").slice(0, 20);
  const line = (lines.find((one) => /mail/i.test(one)) ?? lines[0] ?? "").replace(/"[^"]*"/g, "");
  const counted = ([",", ";", "\t"] as const).map((delimiter) => ({
    delimiter,
    count: line.split(delimiter).length,
  }));
  return { delimiter: counted.toSorted((a, b) => b.count - a.count)[0]?.delimiter ?? ",", saysSo: false };
}

/**
 * Takes a CSV text (RFC 4180) in pieces, its line ends `\n`, and gives its rows; of the text it holds one row and one
 * piece. A quotation mark that is never closed would swallow the rest: the line it stands on is told as a bad row, and
 * the reading goes on behind it.
 */
export async function* csvRecords(
  pieces: AsyncIterable<string>,
  { delimiter, saysSo }: CsvForm,
): AsyncGenerator<ListRecord> {
  const place: Place = { row: 0, line: saysSo ? 1 : 0 };
  let session = new Session(delimiter, place);
  /** What is left of a row that is no good, as long as its line end is still to come. */
  let carried: Buffer = Buffer.alloc(0);
  let skipping = saysSo;

  async function* take(piece: Buffer | undefined): AsyncGenerator<ListRecord> {
    for (let todo = piece; ;) {
      const fault = await session.feed(todo);
      yield* session.records.splice(0);
      if (fault === undefined) {
        if (piece !== undefined || todo === undefined) return;
        todo = undefined;
        continue;
      }
      const rest = session.unread;
      const end = rest.indexOf(newline);
      if (end < 0 && piece !== undefined && rest.length <= recordLimit) {
        carried = rest;
        session = new Session(delimiter, place);
        return;
      }
      yield mended(end < 0 ? rest : rest.subarray(0, end), fault, delimiter, place);
      session = new Session(delimiter, place);
      skipping = end < 0;
      todo = end < 0 ? Buffer.alloc(0) : rest.subarray(end + 1);
    }
  }

  for await (const piece of pieces) {
    let bytes: Buffer = Buffer.from(piece);
    if (skipping) {
      const end = bytes.indexOf(newline);
      if (end < 0) continue;
      bytes = bytes.subarray(end + 1);
      skipping = false;
    }
    if (carried.length > 0) bytes = Buffer.concat([carried, bytes]);
    carried = Buffer.alloc(0);
    yield* take(bytes);
  }
  if (carried.length > 0) yield* take(carried);
  yield* take(undefined);
}

/** How many rows and lines are done. */
interface Place {
  row: number;
  line: number;
}

/** One parser, from the beginning or from behind a bad row. */
class Session {
  readonly records: ListRecord[] = [];
  /** The bytes behind the last row that was good. */
  unread: Buffer = Buffer.alloc(0);
  readonly #parser: Parser;
  #read = 0;
  #dropped = 0;

  constructor(delimiter: Delimiter, place: Place) {
    const above = place.line;
    this.#parser = parse({
      delimiter,
      record_delimiter: "\n",
      relax_column_count: true,
      max_record_size: recordLimit,
      on_record: (cells: string[], { lines, bytes }: { lines: number; bytes: number }) => {
        place.row += 1;
        this.records.push({ cells, row: place.row, line: place.line + 1 });
        place.line = above + lines;
        this.#read = bytes;
        return null;
      },
    });
    // The callbacks tell of it; without this, Node would take it for one that nobody saw.
    this.#parser.on("error", () => undefined);
  }

  /** Reads on, or ends without bytes. Gives the fault of the row behind the last good one. */
  async feed(bytes: Buffer | undefined): Promise<CsvError | undefined> {
    const error = await new Promise<Error | null | undefined>((resolve) => {
      if (bytes === undefined) this.#parser.end((fault?: Error | null) => resolve(fault));
      else if (bytes.length === 0) resolve(undefined);
      else this.#parser.write(bytes, resolve);
    });
    if (bytes !== undefined) {
      this.unread = this.unread.length === 0 ? bytes : Buffer.concat([this.unread, bytes]);
    }
    this.unread = this.unread.subarray(this.#read - this.#dropped);
    this.#dropped = this.#read;
    if (error === null || error === undefined) return undefined;
    if (!(error instanceof CsvError)) throw error;
    return error;
  }
}

/** A line that is no good by itself: read after all where a quotation mark only stands in the midst of a cell. */
function mended(line: Buffer, fault: CsvError, delimiter: Delimiter, place: Place): ListRecord {
  place.row += 1;
  place.line += 1;
  const at = { row: place.row, line: place.line };
  if (line.length > recordLimit) {
    return { ...at, cells: [line.toString("utf8", 0, shown)], broken: "the row has more than 1 MB" };
  }
  const text = line.toString();
  // The code has no prefix in csv-parse, unlike its sisters.
  if (String(fault.code) === "INVALID_OPENING_QUOTE") {
    const cells = readLoosely(text, delimiter);
    if (cells) return { ...at, cells };
  }
  return { ...at, cells: [text.slice(0, shown)], broken: "a quotation mark is not closed" };
}

function readLoosely(line: string, delimiter: Delimiter): readonly string[] | undefined {
  try {
    return parseAtOnce(line, { delimiter, relax_quotes: true, relax_column_count: true })[0];
  } catch {
    return undefined;
  }
}
