import type { ListFault, ListSource, RecipientList } from "../domain/recipient.ts";
import { openCsv } from "./lists/open-csv.ts";
import type { OpenList } from "./lists/open.ts";
import { startOf } from "./lists/text.ts";

/**
 * Opens a list of people, to be read row by row: CSV in UTF-8 with or without mark, UTF-16 or Windows-1252, separated by
 * commas, semicolons or tabs; or an Excel workbook (XLSX). Only a row at a time is held, and the strings of a workbook.
 * @param file absolute path
 * @param name as people call the list
 * @throws UserError (exit 2) when it cannot be read or has no column of addresses; bad rows come among the others
 */
export async function openList(file: string, name: string): Promise<OpenList> {
  const start = await startOf(file);
  const isZip = start[0] === 0x50 && start[1] === 0x4b;
  const isCompound = start.subarray(0, 4).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]));
  if (!isZip && !isCompound) return openCsv(file, name, start);
  // Loaded here, so that a CSV list need not wait for it.
  const { openWorkbook, refuseCompound } = await import("./lists/open-workbook.ts");
  if (isCompound) throw await refuseCompound(file, name);
  return openWorkbook(file, name);
}

/**
 * Reads a whole list, and finds the addresses that come twice.
 * @param file absolute path
 * @param name as people call the list
 * @throws UserError (exit 2) as `openList`
 */
export async function readList(file: string, name: string): Promise<RecipientList> {
  return collectList(await openList(file, name));
}

/** Reads an open list to its end. */
export async function collectList(source: ListSource & Pick<OpenList, "details">): Promise<RecipientList> {
  const { name, format, encoding, delimiter, sheet } = source;
  const recipients: RecipientList["recipients"][number][] = [];
  const faults: ListFault[] = [];
  const lines: number[] = [];
  const firstRows = new Map<string, number>();
  let rows = 0;
  for await (const { read, row, line } of source.details()) {
    if (line !== undefined) lines[row - 1] = line;
    if (read === undefined) continue;
    rows += 1;
    if (read.kind === "invalid") {
      faults.push(read);
      continue;
    }
    const { to } = read;
    const firstRow = firstRows.get(to.key);
    if (firstRow !== undefined) {
      faults.push({ kind: "duplicate", row, value: to.fields["email"] ?? to.address, firstRow });
    } else {
      firstRows.set(to.key, row);
      recipients.push(to);
    }
  }
  return { name, rows, format, encoding, delimiter, sheet, recipients, faults, lines };
}
