/** One person a message may go to. */
export interface Recipient {
  /** As written in the list, trimmed, its domain in lower case and ASCII (RFC 5890 for international names). */
  readonly address: string;
  /** The form duplicates are judged by: the whole address in lower case. */
  readonly key: string;
  readonly audience?: string | undefined;
  /** Every column of the list, by its header in lower case. */
  readonly fields: Readonly<Record<string, string>>;
  /** The row of the list, counted as a spreadsheet shows it: the header is row 1. */
  readonly row: number;
}

/** Somebody invented, as whom a mail is looked at. Nothing is ever sent to them. */
export function inventedRecipient(
  address: string,
  fields: Readonly<Record<string, string>>,
  audience: string | undefined,
): Recipient {
  const all = { ...fields, email: address };
  const person = { address, key: address, row: 1 };
  return audience === undefined
    ? { ...person, fields: all }
    : { ...person, audience, fields: { ...all, audience } };
}

/** White space, control characters, and what shows nothing, such as a zero-width space. */
const nothingToSee = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}]*$/u;

/** True for a text in which nothing can be seen. */
export function isBlank(text: string): boolean {
  return nothingToSee.test(text);
}

/** What somebody's row says in one column; empty when it says nothing that can be seen. The address is always there. */
export function fieldOf({ address, fields }: Recipient, column: string): string {
  if (column === "email") return address;
  const value = (Object.hasOwn(fields, column) ? fields[column] : undefined) ?? "";
  return isBlank(value) ? "" : value;
}

/** A row that cannot be mailed, or need not be. */
export type ListFault =
  | { readonly kind: "invalid"; readonly row: number; readonly value: string; readonly reason: string }
  | { readonly kind: "duplicate"; readonly row: number; readonly value: string; readonly firstRow: number };

/** What a list file is, as far as it is known: an encoding and a delimiter for CSV, a sheet for XLSX. */
export interface ListForm {
  readonly format: "csv" | "xlsx";
  readonly encoding?: "UTF-8" | "UTF-16" | "Windows-1252" | undefined;
  readonly delimiter?: "," | ";" | "\t" | undefined;
  readonly sheet?: string | undefined;
}

/** One row of a list that is not blank: a person, or what is wrong with it. */
export type ListRow =
  | { readonly kind: "person"; readonly to: Recipient }
  | { readonly kind: "invalid"; readonly row: number; readonly value: string; readonly reason: string };

/** A list that is open, to be read row by row, as often as wanted. Duplicates are not looked for. */
export interface ListSource extends ListForm {
  readonly name: string;
  /** The keys of `fields`, in the order of the list. Columns without a name are left out. */
  readonly columns: readonly string[];
  /** Reads the file anew. */
  rows(): AsyncGenerator<ListRow>;
}

/** A list as read: people, faults, and what was found out about the file. */
export interface RecipientList extends Partial<ListForm> {
  readonly name: string;
  readonly rows: number;
  readonly recipients: readonly Recipient[];
  readonly faults: readonly ListFault[];
  /** The line of the file on which each row begins, where they were counted: a cell may hold several lines. */
  readonly lines?: readonly number[] | undefined;
}

/** `Windows-1252`, or `sheet "Staff"`: how a list was read, in few words. */
export function formOf({ encoding, sheet }: Partial<ListForm>): string {
  return sheet === undefined ? (encoding ?? "UTF-8") : `sheet "${sheet}"`;
}
