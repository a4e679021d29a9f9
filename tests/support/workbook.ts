import { strToU8, zipSync } from "fflate";

/** A cell: text (a shared string), a number, or its XML. */
export type TestCell = string | number | { readonly xml: string };

export interface TestSheet {
  readonly name: string;
  /** Rows by their number; a list of rows begins with 1. */
  readonly rows: readonly (readonly (TestCell | undefined)[])[];
  readonly state?: "hidden" | "veryHidden";
  readonly hiddenRows?: readonly number[];
  /** Links to write a mail, by cell: `{ A2: "mailto:a@example.org" }`. */
  readonly links?: Readonly<Record<string, string>>;
}

export interface TestWorkbook {
  readonly sheets: readonly TestSheet[];
  /** Number formats: style 1 is the first, and so on. A number is one of those built in. */
  readonly formats?: readonly (string | number)[];
  readonly from1904?: boolean;
  /** Further parts, or others in the place of those that are made. */
  readonly parts?: Readonly<Record<string, string | Uint8Array>>;
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n';
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packaged = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';

export const escapeXml = (text: string) =>
  text.replace(/[&<>"]/g, (char) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot" }[char]};`);

/** A workbook as Excel writes it: shared strings behind the sheets, references on every cell. */
export function workbook({ sheets, formats = [], from1904, parts = {} }: TestWorkbook): Uint8Array {
  const strings: string[] = [];
  const files: Record<string, string | Uint8Array> = {
    "_rels/.rels": `${head}<Relationships ${packaged}><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `${head}<workbook ${main} xmlns:r="${office}"><workbookPr${from1904 ? ' date1904="1"' : ""}/><sheets>${sheets
      .map(
        ({ name, state }, at) =>
          `<sheet name="${escapeXml(name)}" sheetId="${at + 1}"${state ? ` state="${state}"` : ""} r:id="rId${at + 1}"/>`,
      )
      .join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${head}<Relationships ${packaged}>${sheets
      .map(
        (_, at) =>
          `<Relationship Id="rId${at + 1}" Type="${office}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`,
      )
      .join(
        "",
      )}<Relationship Id="s" Type="${office}/styles" Target="styles.xml"/><Relationship Id="t" Type="${office}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`,
    "xl/styles.xml": `${head}<styleSheet ${main}><numFmts>${formats
      .map((format, at) =>
        typeof format === "string"
          ? `<numFmt numFmtId="${164 + at}" formatCode="${escapeXml(format)}"/>`
          : "",
      )
      .join("")}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats
      .map((format, at) => `<xf numFmtId="${typeof format === "string" ? 164 + at : format}"/>`)
      .join("")}</cellXfs></styleSheet>`,
  };
  for (const [at, sheet] of sheets.entries()) {
    files[`xl/worksheets/sheet${at + 1}.xml`] = sheetXml(sheet, strings);
    files[`xl/worksheets/_rels/sheet${at + 1}.xml.rels`] = `${head}<Relationships ${packaged}>${Object.values(
      sheet.links ?? {},
    )
      .map(
        (target, link) =>
          `<Relationship Id="l${link}" Type="${office}/hyperlink" Target="${escapeXml(target)}" TargetMode="External"/>`,
      )
      .join("")}</Relationships>`;
  }
  files["xl/sharedStrings.xml"] =
    `${head}<sst ${main} count="${strings.length}">${strings.map((text) => `<si><t xml:space="preserve">${escapeXml(text)}</t></si>`).join("")}</sst>`;
  const all = Object.entries({ ...files, ...parts });
  return zipSync(
    Object.fromEntries(all.map(([name, text]) => [name, typeof text === "string" ? strToU8(text) : text])),
  );
}

function sheetXml({ rows, hiddenRows = [], links = {} }: TestSheet, strings: string[]): string {
  const xml = rows.map((cells, at) => {
    const row = at + 1;
    const written = cells.map((cell, column) => {
      if (cell === undefined) return "";
      const where = `r="${String.fromCharCode(65 + column)}${row}"`;
      if (typeof cell === "number") return `<c ${where}><v>${cell}</v></c>`;
      if (typeof cell === "object") return cell.xml.replace("<c", `<c ${where}`);
      strings.push(cell);
      return `<c ${where} t="s"><v>${strings.length - 1}</v></c>`;
    });
    if (cells.length === 0) return "";
    return `<row r="${row}"${hiddenRows.includes(row) ? ' hidden="1"' : ""}>${written.join("")}</row>`;
  });
  const linked = Object.keys(links).map((cell, at) => `<hyperlink ref="${cell}" r:id="l${at}"/>`);
  return `${head}<worksheet ${main} xmlns:r="${office}"><sheetData>${xml.join("")}</sheetData>${
    linked.length > 0 ? `<hyperlinks>${linked.join("")}</hyperlinks>` : ""
  }</worksheet>`;
}
