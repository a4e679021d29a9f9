import { readFile } from "node:fs/promises";
import { usageError, type UserError } from "../../domain/user-error.ts";
import { findHeader, listFrom, noEmailColumn, type Header, type OpenList } from "./open.ts";
import type { ListRecord } from "./record.ts";
import { sheetRecords } from "./sheet.ts";
import { mailLinksOf, readWorkbook, type Sheet, type Workbook } from "./workbook.ts";
import { openZip, ZipFault, type Zip } from "./zip.ts";

const saveAsXlsx =
  'Open it in Excel, choose "Save as" and the type "Excel Workbook (.xlsx)", and use that file.';
const saveAsCsv = 'Open it, save the sheet with the people as "CSV UTF-8", and use that file.';

/**
 * Opens a list in an Excel workbook: the first sheet that is shown and has a column of addresses.
 * @throws UserError (exit 2) when it is damaged, of another kind, or has no such sheet
 */
export async function openWorkbook(file: string, name: string): Promise<OpenList> {
  return inWords(name, async () => {
    const zip = await openZip(file);
    try {
      const workbook = await readWorkbook(zip);
      if (workbook === undefined) throw otherKind(name, zip);
      const { sheet, header } = await findSheet(zip, workbook, name);
      const cells = await mailLinksOf(zip, sheet.part);
      const links = cells.size === 0 ? undefined : { column: header.columns.emailAt, cells };
      return listFrom({ name, format: "xlsx", sheet: sheet.name }, header, () =>
        anew(file, name, (again) => sheetRecords(again, sheet.part, workbook, links)),
      );
    } finally {
      zip.close();
    }
  });
}

/** Reads from the file once more, and closes it at the end, or when nobody wants more. */
async function* anew(
  file: string,
  name: string,
  read: (zip: Zip) => AsyncGenerator<ListRecord>,
): AsyncGenerator<ListRecord> {
  const zip = await inWords(name, () => openZip(file));
  try {
    yield* read(zip);
  } catch (error) {
    throw faultInWords(name, error);
  } finally {
    zip.close();
  }
}

async function findSheet(
  zip: Zip,
  workbook: Workbook,
  name: string,
): Promise<{ readonly sheet: Sheet; readonly header: Header }> {
  const shown = workbook.sheets.filter(({ visible }) => visible);
  let first: readonly string[] = [];
  for (const sheet of shown) {
    const found = await findHeader(sheetRecords(zip, sheet.part, workbook));
    if ("header" in found) return { sheet, header: found.header };
    if (first.length === 0) first = found.first;
  }
  if (shown.length < 2) throw noEmailColumn(name, first);
  throw usageError(
    "list-no-email",
    `No sheet of ${name} has a column "email". It has: ${shown
      .map((sheet) => sheet.name)
      .join(", ")
      .slice(0, 200)}.`,
    'Name the column of addresses "email" in the first row of the sheet with the people.',
  );
}

/**
 * The refusal of a file in the container of older Office versions: a workbook before 2007, or one with a password.
 * Source: [MS-OFFCRYPTO], 2.3.4.4 (the stream EncryptedPackage).
 */
export async function refuseCompound(file: string, name: string): Promise<UserError> {
  const bytes = await readFile(file);
  if (bytes.includes(Buffer.from("EncryptedPackage", "utf16le"))) {
    return usageError(
      "list-encrypted",
      `The list ${name} is a workbook with a password.`,
      "Open it in Excel, take the password off (File, Info, Protect Workbook), save it, and use that file.",
    );
  }
  return usageError(
    "list-old-workbook",
    `The list ${name} is a workbook of an older kind (.xls).`,
    saveAsXlsx,
  );
}

function otherKind(name: string, { names }: Zip): UserError {
  if (names.has("xl/workbook.bin")) {
    return usageError("list-old-workbook", `The list ${name} is a binary workbook (.xlsb).`, saveAsXlsx);
  }
  if (names.has("content.xml")) {
    return usageError(
      "list-open-document",
      `The list ${name} is an OpenDocument file (.ods).`,
      'Open it, choose "Save as" and the type "Excel 2007-365 (.xlsx)" or "Text CSV (.csv)", and use that file.',
    );
  }
  return usageError("list-not-a-list", `${name} is a zip file, but no Excel workbook.`, saveAsCsv);
}

async function inWords<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw faultInWords(name, error);
  }
}

function faultInWords(name: string, error: unknown): unknown {
  if (!(error instanceof ZipFault)) return error;
  return error.kind === "damaged"
    ? usageError(
        "list-damaged",
        `The workbook ${name} is damaged.`,
        "Open it in Excel, save it anew, and use that file.",
      )
    : usageError("list-too-large", `The workbook ${name} unpacks to more than can be read.`, saveAsCsv);
}
