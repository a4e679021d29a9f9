import { csvForm, csvRecords } from "./csv.ts";
import { findHeader, listFrom, noEmailColumn, type OpenList } from "./open.ts";
import { decodingOf, encodingName, textOf } from "./text.ts";

/**
 * Opens a list in a CSV file.
 * @param start the first bytes of the file
 * @throws UserError (exit 2) when it cannot be read or has no column of addresses
 */
export async function openCsv(file: string, name: string, start: Buffer): Promise<OpenList> {
  const decoding = await decodingOf(file, start);
  const form = csvForm(await firstText(textOf(file, decoding)));
  const records = () => csvRecords(textOf(file, decoding), form);
  const found = await findHeader(records());
  if ("first" in found) throw noEmailColumn(name, found.first);
  const encoding = encodingName(decoding);
  return listFrom({ name, format: "csv", encoding, delimiter: form.delimiter }, found.header, records);
}

async function firstText(pieces: AsyncIterable<string>): Promise<string> {
  for await (const piece of pieces) return piece.slice(0, 64 * 1024);
  return "";
}
