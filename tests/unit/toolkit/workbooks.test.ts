import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { openList, readList } from "../../../src/toolkit/lists.ts";
import { StringTable } from "../../../src/toolkit/lists/string-table.ts";
import { workbook, type TestCell } from "../../support/workbook.ts";

const folder = await mkdtemp(path.join(tmpdir(), "onetopic-workbooks-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function written(content: Uint8Array): Promise<string> {
  const file = path.join(folder, `${(files += 1)}.xlsx`);
  await writeFile(file, content);
  return file;
}
const read = async (content: Uint8Array) => readList(await written(content), "staff.xlsx");
const header = ["Email", "Value"];
const xml = (text: string): TestCell => ({ xml: text });

/** What is read from one cell. */
async function valueOf(cell: TestCell, more: Partial<Parameters<typeof workbook>[0]> = {}) {
  const list = await read(
    workbook({ sheets: [{ name: "S", rows: [header, ["a@example.org", cell]] }], ...more }),
  );
  return list.recipients[0]?.fields["value"];
}

describe("a list in a workbook", () => {
  it("is read from the first sheet that is shown and has a column of addresses, with Excel's row numbers", async () => {
    const list = await read(
      workbook({
        sheets: [
          { name: "Read me", rows: [["Notes"], ["How to use this"]] },
          { name: "Old", state: "hidden", rows: [["Email"], ["old@example.org"]] },
          {
            name: "Staff & more",
            rows: [
              ["Staff list"],
              [],
              ["Name", "Work email", "Audience"],
              ["Zoë", "zoe@example.org", "staff"],
              [],
              ["Max", "MAX@example.org"],
              ["Again", "max@example.org", "managers"],
              [undefined, "broken@"],
            ],
          },
        ],
      }),
    );
    expect(list).toMatchObject({ format: "xlsx", sheet: "Staff & more", rows: 4 });
    expect(list.recipients.map(({ address, row, audience }) => [address, row, audience])).toEqual([
      ["zoe@example.org", 4, "staff"],
      ["MAX@example.org", 6, undefined],
    ]);
    expect(list.faults).toEqual([
      { kind: "duplicate", row: 7, value: "max@example.org", firstRow: 6 },
      { kind: "invalid", row: 8, value: "broken@", reason: 'the part after "@" is not right' },
    ]);
  });

  it.each<[string, TestCell, string, (string | number)[]?]>([
    ["a number", 12.5, "12.5"],
    ["a long number in full", 44123456789012, "44123456789012"],
    ["0.1 + 0.2 as it is shown", xml("<c><v>0.30000000000000004</v></c>"), "0.3"],
    ["leading zeros of a format", xml('<c s="1"><v>42</v></c>'), "00042", ["00000"]],
    ["leading zeros of a text", "00042", "00042"],
    ["a date in its British form", xml('<c s="1"><v>46000</v></c>'), "09/12/2025", [14]],
    ["a date in a form of its own", xml('<c s="1"><v>46000</v></c>'), "9 December 2025", ["d mmmm yyyy"]],
    ["a share", xml('<c s="1"><v>0.25</v></c>'), "25%", [9]],
    ["a text in place", xml('<c t="inlineStr"><is><t>In &amp; place</t></is></c>'), "In & place"],
    [
      "runs of a text",
      xml('<c t="inlineStr"><is><r><t>Two </t></r><r><t>runs</t></r><rPh><t>x</t></rPh></is></c>'),
      "Two runs",
    ],
    ["a formula's text", xml('<c t="str"><f>A1&amp;"x"</f><v>made</v></c>'), "made"],
    ["a formula without a value", xml("<c><f>A1</f></c>"), ""],
    ["a formula that failed", xml('<c t="e"><f>NA()</f><v>#N/A</v></c>'), ""],
    ["yes and no", xml('<c t="b"><v>1</v></c>'), "TRUE"],
    ["a character that XML cannot hold", "one_x000D_two", "one\rtwo"],
    ["a format that makes no sense", xml('<c s="1"><v>7</v></c>'), "7", ['"[']],
    ["a style that is not there", xml('<c s="99"><v>7</v></c>'), "7"],
    ["a string that is not there", xml('<c t="s"><v>99</v></c>'), ""],
  ])("shows %s", async (_, cell, shown, formats = []) => {
    expect(await valueOf(cell, { formats })).toBe(shown);
  });

  it("counts days from 1904 where the workbook does", async () => {
    const cell = xml('<c s="1"><v>44538</v></c>');
    expect(await valueOf(cell, { formats: [14], from1904: true })).toBe("09/12/2025");
  });

  it("takes an address from the link of a cell that shows a name, and leaves other columns alone", async () => {
    const list = await read(
      workbook({
        sheets: [
          {
            name: "S",
            rows: [
              ["Name", "Email"],
              ["Ann", "Ann Example"],
              ["Bo", "bo@example.org"],
              ["Cleo", undefined],
            ],
            links: {
              A2: "mailto:other@example.org",
              B2: "mailto:ann%2Bnews@example.org?subject=Hello",
              B3: "mailto:old@example.org",
              B4: "mailto:cleo@example.org",
            },
          },
        ],
      }),
    );
    expect(list.recipients.map(({ address, fields }) => [fields["name"], address])).toEqual([
      ["Ann", "ann+news@example.org"],
      ["Bo", "bo@example.org"],
      ["Cleo", "cleo@example.org"],
    ]);
  });

  it("reads hidden rows, and says so", async () => {
    const file = await written(
      workbook({
        sheets: [{ name: "S", rows: [header, ["a@example.org"], ["b@example.org"]], hiddenRows: [3] }],
      }),
    );
    const details = [];
    for await (const { row, hidden, read: one } of (await openList(file, "l")).details())
      details.push([row, hidden, one?.kind]);
    expect(details).toEqual([
      [1, false, undefined],
      [2, false, "person"],
      [3, true, "person"],
    ]);
  });

  it("reads what other programs write: prefixes, cells and rows without numbers", async () => {
    const sheet = `<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>email</x:t></x:is></x:c></x:row><x:row><x:c t="inlineStr"><x:is><x:t>a@example.org</x:t></x:is></x:c><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>`;
    const list = await read(
      workbook({ sheets: [{ name: "S", rows: [] }], parts: { "xl/worksheets/sheet1.xml": sheet } }),
    );
    expect(list.recipients).toMatchObject([{ address: "a@example.org", row: 2 }]);
  });

  it("does not look up entities of its own, so that none can grow", async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]><sst><si><t>email</t></si><si><t>a@example.org</t></si><si><t>&b;&f;</t></si></sst>`;
    const list = await read(
      workbook({
        sheets: [{ name: "S", rows: [["email"], ["a@example.org", "x"]] }],
        parts: { "xl/sharedStrings.xml": bomb },
      }),
    );
    expect(JSON.stringify(list.recipients)).not.toMatch(/aaaa|root/);
  });

  const minimal = () => workbook({ sheets: [{ name: "S", rows: [header, ["a@example.org"]] }] });
  it.each<[string, () => Uint8Array, string]>([
    ["cut off", () => minimal().subarray(0, 900), "list-damaged"],
    ["damaged inside", () => damaged(minimal()), "list-damaged"],
    ["an OpenDocument file", () => zipSync({ "content.xml": strToU8("<x/>") }), "list-open-document"],
    ["a binary workbook", () => zipSync({ "xl/workbook.bin": strToU8("x") }), "list-old-workbook"],
    ["another zip file", () => zipSync({ "a.txt": strToU8("x") }), "list-not-a-list"],
    ["a workbook of an older kind", () => compound(""), "list-old-workbook"],
    ["a workbook with a password", () => compound("EncryptedPackage"), "list-encrypted"],
    [
      "without a column of addresses",
      () => workbook({ sheets: [{ name: "S", rows: [["Name"], ["Ann"]] }] }),
      "list-no-email",
    ],
    [
      "a sheet that unpacks to far more than it is",
      () =>
        workbook({
          sheets: [{ name: "S", rows: [] }],
          parts: { "xl/worksheets/sheet1.xml": new Uint8Array(70_000_000) },
        }),
      "list-too-large",
    ],
  ])("is refused in words: %s", async (_, content, code) => {
    await expect(read(content())).rejects.toMatchObject({
      code,
      exit: 2,
      hint: expect.stringMatching(/\.$/),
    });
  });

  it("gives back any texts", async () => {
    const text = fc.string({ unit: fc.constantFrom(..."ab_xé&<>\"' 0😀"), maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 8 }), async (values) => {
        const rows = values.map((value, at) => [`p${at}@example.org`, value]);
        const { recipients } = await read(workbook({ sheets: [{ name: "S", rows: [header, ...rows] }] }));
        expect(recipients.map(({ fields }) => fields["value"])).toEqual(values.map((value) => value.trim()));
      }),
      { numRuns: 30 },
    );
  });
});

it("keeps many strings, and gives each by its number", () => {
  const table = new StringTable();
  const textOf = (at: number) => (at % 7 === 0 ? "" : `é${at}`);
  for (let at = 0; at < 10_000; at += 1) table.add(textOf(at));
  for (const at of [0, 1, 4095, 4096, 8191, 8192, 9999]) expect(table.at(at)).toBe(textOf(at));
  expect(table.at(10_000)).toBe("");
  expect(table.at(Number.NaN)).toBe("");
});

/** Its sheet does not unpack any more. */
function damaged(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf("xl/worksheets/sheet1.xml") + "xl/worksheets/sheet1.xml".length;
  copy.fill(0xff, at, at + 20);
  return copy;
}

function compound(stream: string): Uint8Array {
  return Buffer.concat([
    Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
    Buffer.alloc(1000),
    Buffer.from(stream, "utf16le"),
  ]);
}
