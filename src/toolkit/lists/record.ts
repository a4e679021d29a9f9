import type { ListRow, Recipient } from "../../domain/recipient.ts";
import { readAddress } from "./addresses.ts";

/** The longest text in one cell. Source: Microsoft, "Excel specifications and limits". */
export const cellLimit = 32_767;
/** The most columns. Source: as above. */
export const columnLimit = 16_384;

/** One row of a file as it stands there, or the reason why it could not be taken apart. */
export interface ListRecord {
  readonly cells: readonly string[];
  /** As a spreadsheet counts. */
  readonly row: number;
  /** The line of a text file on which it begins. */
  readonly line?: number | undefined;
  /** True in a workbook for a row that Excel does not show. */
  readonly hidden?: boolean | undefined;
  /** Why the row is no good; its cells are then its beginning. */
  readonly broken?: string | undefined;
}

/** What formulas leave behind that found nothing. They are no words for a person. */
const failedFormula = /^#(N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NULL!|NUM!|SPILL!|CALC!)$/;

/** Makes a person of a row, or says what is wrong with it; nothing of a blank one. */
export function toListRow(
  { cells, row, broken }: ListRecord,
  keys: readonly string[],
  emailAt: number,
): ListRow | undefined {
  if (broken !== undefined) {
    return { kind: "invalid", row, value: (cells[0] ?? "").trim().slice(0, 100), reason: broken };
  }
  if (cells.every((cell) => cell.trim() === "")) return undefined;
  const value = (cells[emailAt] ?? "").trim();
  const long = cells.some((cell) => cell.length > cellLimit);
  const read = long ? { reason: "a cell has more than 32,767 characters" } : readAddress(value);
  if ("reason" in read) return { kind: "invalid", row, value: value.slice(0, 320), reason: read.reason };
  return { kind: "person", to: toRecipient(read, cells, keys, row) };
}

function toRecipient(
  { address, key }: { readonly address: string; readonly key: string },
  cells: readonly string[],
  keys: readonly string[],
  row: number,
): Recipient {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [at, column] of keys.entries()) {
    if (column === "") continue;
    const text = (cells[at] ?? "").trim();
    fields[column] = failedFormula.test(text) ? "" : text;
  }
  const audience = fields["audience"];
  return { address, key, fields: { ...fields }, row, ...(audience ? { audience } : {}) };
}
