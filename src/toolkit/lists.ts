import { domainToASCII } from "node:url";
import { CsvError, parse } from "csv-parse/sync";
import type { ListFault, ListSource, Recipient, RecipientList } from "../domain/recipient.ts";
import { usageError } from "../domain/user-error.ts";
import { readNamedFile } from "./files.ts";
import type * as list from "../domain/recipient.ts";

/** The longest local part and address. Source: RFC 5321, 4.5.3.1. */
const longestLocal = 64;
const longestAddress = 254;

/**
 * Reads a list of people from a CSV file.
 * @param file absolute path
 * @param name as people call the list
 * @throws UserError (exit 2) when it cannot be read or has no column of addresses; bad rows are in `faults`
 */
export async function readList(file: string, name: string): Promise<RecipientList> {
  return parseList(await readNamedFile(file), name);
}

/** Reads a list from its bytes: UTF-8 with or without mark, UTF-16, Windows-1252; comma, semicolon or tab. */
export function parseList(bytes: Uint8Array, name: string): RecipientList {
  const { text: decoded, encoding } = decode(bytes, name);
  // The parser counts a line end of two characters in a cell as two lines, so that a broken row was sought too far down.
  const text = decoded.replace(/\r\n?/g, "\n");
  const delimiter = findDelimiter(text);
  const { rows, broken, lines } = parseRecords(text, delimiter);
  const [{ cells: header } = { cells: [] }, ...people] = rows;
  const columns = header.map(columnName);
  const emailAt = columns.findIndex((column) => column === "email");
  if (emailAt < 0) {
    throw usageError(
      "list-no-email",
      `The list ${name} has no column "email". Its first row reads: ${header.join(", ").slice(0, 200) || "nothing"}.`,
      'Name the column of addresses "email" in the first row.',
    );
  }
  const sorted = sortRows(people, columns, emailAt);
  const faults: ListFault[] = [...sorted.faults, ...broken];
  return {
    name,
    rows: sorted.rows + broken.length,
    encoding,
    delimiter,
    recipients: sorted.recipients,
    faults,
    lines,
  };
}

interface SortedRows {
  readonly rows: number;
  readonly recipients: Recipient[];
  readonly faults: ListFault[];
}

function sortRows(rows: readonly ListRow[], columns: readonly string[], emailAt: number): SortedRows {
  const recipients: Recipient[] = [];
  const faults: ListFault[] = [];
  const firstRows = new Map<string, number>();
  let filled = 0;
  for (const { cells, row } of rows) {
    if (cells.every((cell) => cell.trim() === "")) continue;
    filled += 1;
    const value = (cells[emailAt] ?? "").trim();
    const read = readAddress(value);
    const firstRow = "address" in read ? firstRows.get(read.key) : undefined;
    if ("reason" in read) faults.push({ kind: "invalid", row, value, reason: read.reason });
    else if (firstRow !== undefined) faults.push({ kind: "duplicate", row, value, firstRow });
    else {
      firstRows.set(read.key, row);
      recipients.push(toRecipient(read, cells, columns, row));
    }
  }
  return { rows: filled, recipients, faults };
}

/** An address in the form it is mailed at and the form duplicates are judged by, or what is wrong with it. */
export function readAddress(value: string): { address: string; key: string } | { reason: string } {
  const bare = /^[^@<>\r\n]*<([^<>]*)>$/.exec(value)?.[1]?.trim() ?? value.trim();
  if (bare === "") return { reason: "no address" };
  const at = bare.lastIndexOf("@");
  if (at < 1) return { reason: 'no name before "@"' };
  const local = bare.slice(0, at);
  const domain = domainToASCII(bare.slice(at + 1)).toLowerCase();
  if (
    !/^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u.test(local) ||
    local.length > longestLocal
  ) {
    return { reason: 'the part before "@" is not right' };
  }
  if (!/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/.test(domain)) {
    return { reason: 'the part after "@" is not right' };
  }
  const address = `${local}@${domain}`;
  if (address.length > longestAddress) return { reason: "too long" };
  return { address, key: address.toLowerCase() };
}

function toRecipient(
  { address, key }: { address: string; key: string },
  cells: readonly string[],
  columns: readonly string[],
  row: number,
): Recipient {
  const entries = columns.flatMap((column, at): [string, string][] =>
    column === "" ? [] : [[column, (cells[at] ?? "").trim()]],
  );
  const fields = Object.fromEntries(entries);
  const audience = fields["audience"];
  return { address, key, fields, row, ...(audience ? { audience } : {}) };
}

/** `Job title` is `recipient.job_title` in templates; the usual names for an address are all `email`. */
function columnName(header: string): string {
  const name = header
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_|_$/g, "");
  return /^(e_?mail|mail)(_?address)?$/.test(name) ? "email" : name;
}

function decode(
  bytes: Uint8Array,
  name: string,
): { text: string; encoding: NonNullable<RecipientList["encoding"]> } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder("utf-16le").decode(bytes), encoding: "UTF-16" };
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return { text: new TextDecoder("utf-16be").decode(bytes), encoding: "UTF-16" };
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    throw usageError(
      "list-is-workbook",
      `The list ${name} is an Excel workbook.`,
      'Save it from Excel as "CSV UTF-8" and use that file.',
    );
  }
  const nul = bytes.subarray(0, 1000).indexOf(0);
  if (nul >= 0)
    return {
      text: new TextDecoder(nul % 2 === 1 ? "utf-16le" : "utf-16be").decode(bytes),
      encoding: "UTF-16",
    };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "UTF-8" };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "Windows-1252" };
  }
}

/** The character that stands most often in the first row. */
function findDelimiter(text: string): NonNullable<RecipientList["delimiter"]> {
  const firstRow = (/^[^\r\n]*/.exec(text.trimStart())?.[0] ?? "").replace(/"[^"]*"/g, "");
  const counted = ([",", ";", "\t"] as const).map((delimiter) => ({
    delimiter,
    count: firstRow.split(delimiter).length,
  }));
  return counted.toSorted((a, b) => b.count - a.count)[0]?.delimiter ?? ",";
}

interface ListRow {
  readonly cells: readonly string[];
  /** As a spreadsheet counts. */
  readonly row: number;
}

interface ReadRecords {
  readonly rows: ListRow[];
  readonly broken: ListFault[];
  /** The line on which each row begins, the broken ones too. */
  readonly lines: number[];
}

/**
 * A quotation mark that is never closed would swallow the rest of the list. Its own line is told as a bad row, and the
 * reading goes on behind it.
 */
function parseRecords(text: string, delimiter: string): ReadRecords {
  const rows: ListRow[] = [];
  const broken: ListFault[] = [];
  const begins: number[] = [];
  for (let rest = text, row = 0, above = 0; rest !== "";) {
    let line = 0;
    const keep = (cells: string[], { lines }: { lines: number }) => {
      begins.push(above + line + 1);
      line = lines;
      row += 1;
      rows.push({ cells, row });
      return null;
    };
    try {
      parse(rest, { delimiter, bom: true, relax_column_count: true, on_record: keep });
      return { rows, broken, lines: begins };
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      const bad = rest.split(/(?<=\n)/)[line] ?? "";
      row += 1;
      begins.push(above + line + 1);
      above += line + 1;
      broken.push({
        kind: "invalid",
        row,
        value: bad.trim().slice(0, 100),
        reason: "a quotation mark is not closed",
      });
      rest = rest
        .split(/(?<=\n)/)
        .slice(line + 1)
        .join("");
    }
  }
  return { rows, broken, lines: begins };
}

/** Opens a list to be read row by row. */
export async function openList(file: string, name: string): Promise<ListSource> {
  const { text: decoded, encoding } = decode(await readNamedFile(file), name);
  const text = decoded.replace(/\r\n?/g, "\n");
  const delimiter = findDelimiter(text);
  const { rows, broken } = parseRecords(text, delimiter);
  const [{ cells: header } = { cells: [] }, ...people] = rows;
  const columns = header.map(columnName);
  const emailAt = columns.indexOf("email");
  if (emailAt < 0) {
    throw usageError(
      "list-no-email",
      `The list ${name} has no column "email". Its first row reads: ${header.join(", ").slice(0, 200) || "nothing"}.`,
      'Name the column of addresses "email" in the first row.',
    );
  }
  return {
    name,
    format: "csv",
    encoding,
    delimiter,
    columns,
    rows: async function* (): AsyncGenerator<list.ListRow> {
      for (const { cells, row } of people) {
        if (cells.every((cell) => cell.trim() === "")) continue;
        const value = (cells[emailAt] ?? "").trim();
        const read = readAddress(value);
        if ("reason" in read) yield { kind: "invalid", row, value, reason: read.reason };
        else yield { kind: "person", to: toRecipient(read, cells, columns, row) };
      }
      for (const { row, value, kind, ...more } of broken)
        if (kind === "invalid") yield { kind, row, value, reason: "reason" in more ? more.reason : "" };
    },
  };
}
