import { stringify } from "csv-stringify/sync";
import { escapePlain } from "./escape.ts";

/**
 * Rows as CSV: commas, CRLF (RFC 4180), with a byte order mark, without which Excel takes UTF-8 for something else. A
 * cell that begins with `=`, `+`, `-`, `@`, a tab or a line end gets an apostrophe before it, so that no program takes it
 * for a formula. Source: OWASP, CSV injection.
 */
export function spreadsheet<Column extends string>(
  columns: readonly Column[],
  rows: readonly Readonly<Record<Column, string | number>>[],
): string {
  return stringify([...rows], {
    header: true,
    columns: [...columns],
    bom: true,
    escape_formulas: true,
    record_delimiter: "windows",
    cast: { string: (text) => escapePlain(text).replace(/\s+/g, " ").trim() },
  });
}
