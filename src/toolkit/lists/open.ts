import type { ListRow, ListSource } from "../../domain/recipient.ts";
import { usageError, type UserError } from "../../domain/user-error.ts";
import { readColumns, type Columns } from "./columns.ts";
import { columnLimit, toListRow, type ListRecord } from "./record.ts";

/** The names of the columns stand in one of the first rows: titles and notes may stand above. */
const headerRows = 20;

/** One row of a list with what else is known of it. */
export interface RowDetails {
  readonly row: number;
  /** The line of a text file on which it begins. */
  readonly line?: number | undefined;
  /** True in a workbook for a row that Excel does not show. */
  readonly hidden: boolean;
  /** True when it has more cells than there are columns: a separator too many moves the others. */
  readonly ragged: boolean;
  /** Nothing for a blank row, and for the names of columns. */
  readonly read: ListRow | undefined;
}

/** A list that is open, with all that was found out about it. */
export interface OpenList extends ListSource {
  /** The row that names the columns. */
  readonly headerRow: number;
  /** The names of the columns as they stand there. */
  readonly headers: readonly string[];
  /** The name of the column that addresses are taken from. */
  readonly emailHeader: string;
  /** Whom the settings say the list serves. */
  readonly serves?: string | undefined;
  /** Other columns that could hold addresses; they are not used for it. */
  readonly otherEmailHeaders: readonly string[];
  /** As `rows`, with what is known of each, and of blank ones as well. */
  details(): AsyncGenerator<RowDetails>;
}

/** The row that names the columns. */
export interface Header {
  readonly row: number;
  readonly cells: readonly string[];
  readonly columns: Columns;
}

/** What was seen where the names of columns should stand. */
export type HeaderSearch = { readonly header: Header } | { readonly first: readonly string[] };

/** Looks for the row that names the columns among the first, as long as no address comes before it. */
export async function findHeader(records: AsyncIterable<ListRecord>): Promise<HeaderSearch> {
  let first: readonly string[] = [];
  let seen = 0;
  for await (const { cells, row, broken } of records) {
    if (broken === undefined && cells.some((cell) => cell.trim() !== "")) {
      seen += 1;
      if (first.length === 0) first = cells;
      const columns = cells.length <= columnLimit ? readColumns(cells) : undefined;
      if (columns) return { header: { row, cells, columns } };
      if (cells.some((cell) => cell.includes("@"))) break;
    }
    if (seen >= headerRows || row >= 10 * headerRows) break;
  }
  return { first };
}

/** The refusal of a list without a column of addresses. */
export function noEmailColumn(name: string, first: readonly string[]): UserError {
  const isPeople = first.some((cell) => cell.includes("@"));
  return usageError(
    "list-no-email",
    `The list ${name} has no column "email". Its first row reads: ${first.join(", ").slice(0, 200) || "nothing"}.`,
    isPeople
      ? 'That row holds an address. Put a row above it that names the columns, the one of addresses "email".'
      : 'Name the column of addresses "email" in the first row.',
  );
}

/** Makes an open list of its header and its records, which are read anew each time. */
export function listFrom(
  form: Pick<ListSource, "name" | "format" | "encoding" | "delimiter" | "sheet">,
  { row: headerRow, cells, columns }: Header,
  records: () => AsyncGenerator<ListRecord>,
): OpenList {
  const { keys, emailAt, others } = columns;
  async function* details(): AsyncGenerator<RowDetails> {
    for await (const record of records()) {
      const { row, line, hidden } = record;
      const ragged = record.cells.length > keys.length && record.cells.slice(keys.length).some(Boolean);
      const read = row > headerRow ? toListRow(record, keys, emailAt) : undefined;
      yield { row, line, hidden: hidden === true, ragged: ragged && row > headerRow, read };
    }
  }
  async function* rows(): AsyncGenerator<ListRow> {
    for await (const record of records()) {
      const read = record.row > headerRow ? toListRow(record, keys, emailAt) : undefined;
      if (read !== undefined) yield read;
    }
  }
  const headerOf = (at: number) => (cells[at] ?? "").trim();
  return {
    ...form,
    columns: keys.filter((key) => key !== ""),
    headerRow,
    headers: cells.map((cell) => cell.trim()),
    emailHeader: headerOf(emailAt),
    otherEmailHeaders: others.map(headerOf),
    details,
    rows,
  };
}

/** The same list, where somebody without an audience belongs to the one that the list serves. */
export function servingAudience(list: OpenList, audience: string | undefined): OpenList {
  if (audience === undefined) return list;
  const withAudience = (read: ListRow): ListRow => {
    if (read.kind === "invalid" || read.to.audience) return read;
    return { kind: "person", to: { ...read.to, audience, fields: { ...read.to.fields, audience } } };
  };
  return {
    ...list,
    serves: audience,
    // The audience can be asked for like a column.
    columns: list.columns.includes("audience") ? list.columns : [...list.columns, "audience"],
    async *rows() {
      for await (const row of list.rows()) yield withAudience(row);
    },
    async *details() {
      for await (const one of list.details())
        yield one.read === undefined ? one : { ...one, read: withAudience(one.read) };
    },
  };
}
