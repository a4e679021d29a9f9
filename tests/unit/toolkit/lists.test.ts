import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openList, readList } from "../../../src/toolkit/lists.ts";

const folder = await mkdtemp(path.join(tmpdir(), "onetopic-lists-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function written(content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, `${(files += 1)}.csv`);
  await writeFile(file, content);
  return file;
}
const read = async (content: string | Uint8Array, name = "people.csv") =>
  readList(await written(content), name);
const people = async (content: string | Uint8Array) =>
  (await read(content)).recipients.map(({ key, row }) => `${key} ${row}`);
const faultsOf = async (content: string | Uint8Array) =>
  (await read(content)).faults.map((fault) =>
    fault.kind === "invalid" ? `${fault.row} ${fault.reason}` : `${fault.row} as ${fault.firstRow}`,
  );

const staff = "name;Email;Job title\r\nZoë;zoe@example.org;Nurse\r\n;;\r\nMax;max@example.org;GP\r\n";

describe("a list in a CSV file", () => {
  it.each([
    ["UTF-8", Buffer.from(staff)],
    ["UTF-8", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(staff)])],
    ["UTF-16", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(staff, "utf16le")])],
    ["UTF-16", Buffer.from(staff, "utf16le")],
    ["UTF-16", Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(staff, "utf16le").swap16()])],
    ["Windows-1252", Buffer.from(staff, "latin1")],
  ])("is read as %s", async (encoding, bytes) => {
    const list = await read(bytes);
    expect(list).toMatchObject({ encoding, delimiter: ";", rows: 2, faults: [] });
    expect(
      list.recipients.map(({ address, row, fields }) => [address, row, fields["name"], fields["job_title"]]),
    ).toEqual([
      ["zoe@example.org", 2, "Zoë", "Nurse"],
      ["max@example.org", 4, "Max", "GP"],
    ]);
  });

  it.each([",", ";", "\t"] as const)("finds the delimiter %j", async (delimiter) => {
    const text =
      ["email", "name", '"a, b; c"'].join(delimiter) + "\n" + ["a@example.org", "A", "x"].join(delimiter);
    expect(await read(text)).toMatchObject({ delimiter, rows: 1 });
  });

  it("accounts for every row: good, duplicate, bad and broken", async () => {
    const text =
      'email,name\na@example.org,A\nA@Example.ORG,again\nnobody,x\n,empty\nb@example.org,"never closed\nc@example.org,C\n';
    const list = await read(text);
    expect(list.recipients.map(({ key, row }) => `${key} ${row}`)).toEqual([
      "a@example.org 2",
      "c@example.org 7",
    ]);
    expect(list.faults.map(({ kind, row }) => `${kind} ${row}`)).toEqual([
      "duplicate 3",
      "invalid 4",
      "invalid 5",
      "invalid 6",
    ]);
    expect(list.rows).toBe(list.recipients.length + list.faults.length);
  });

  it("knows the line on which each row begins, also behind cells of several lines and broken ones", async () => {
    const text =
      'email,note\r\na@example.org,"two\r\nlines"\r\nb@example.org,"never closed\r\nc@example.org,\r\n\r\nd@example.org,\r\n';
    const { lines, recipients, faults } = await read(text);
    const lineOf = ({ row }: { row: number }) => lines?.[row - 1];
    expect(recipients.map((one) => [one.address, lineOf(one)])).toEqual([
      ["a@example.org", 2],
      ["c@example.org", 5],
      ["d@example.org", 7],
    ]);
    expect(faults.map(lineOf)).toEqual([4]);
  });

  it("is read as Windows-1252 where one byte far down is no UTF-8, and its quotation marks are right", async () => {
    const many = Array.from({ length: 3_000 }, (_, at) => `p${at}@example.org,${"Plain ".repeat(20)}\n`).join(
      "",
    );
    const list = await read(
      Buffer.from(`email,name\n${many}z@example.org,\x93O\x92Neil\x94 \x80\n`, "latin1"),
    );
    expect(list.encoding).toBe("Windows-1252");
    expect(list.recipients.at(-1)?.fields["name"]).toBe("\u201cO\u2019Neil\u201d \u20ac");
  });

  it("keeps characters whole that stand across two blocks of the file", async () => {
    const text = `email,name\n${Array.from({ length: 3_000 }, (_, at) => `p${at}@example.org,${"Zo\u00eb \u{1f600} ".repeat(30)}`).join("\r\n")}`;
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`, "utf16le")]) {
      const { recipients } = await read(bytes);
      expect(recipients).toHaveLength(3_000);
      expect(new Set(recipients.map(({ fields }) => fields["name"]))).toEqual(
        new Set(["Zo\u00eb \u{1f600} ".repeat(30).trim()]),
      );
    }
  });

  it("stays UTF-8 with a stray zero in it, which nobody sees", async () => {
    const list = await read("email,name\na\0@example.org,A\n");
    expect(list.encoding).toBe("UTF-8");
    expect(list.recipients.map(({ address }) => address)).toEqual(["a@example.org"]);
  });

  it("follows the first line of Excel that names the separator, and does not count it as a row", async () => {
    const text = 'sep=;\r\nemail;"name, role"\r\na@example.org;"A, GP"\r\n';
    const list = await read(text);
    expect(list).toMatchObject({ delimiter: ";", rows: 1, lines: [2, 3] });
    expect(list.recipients[0]).toMatchObject({ row: 2, fields: { name_role: "A, GP" } });
  });

  it("finds the names of columns below a title, but not below an address", async () => {
    expect(await people("Staff list\n\nName,E-mail\nA,a@example.org\n")).toEqual(["a@example.org 4"]);
    await expect(read("a@example.org,A\nemail,name\n")).rejects.toMatchObject({
      code: "list-no-email",
      exit: 2,
      hint: expect.stringContaining("holds an address"),
    });
    await expect(read("name,phone\nA,1\n", "staff.csv")).rejects.toThrow(
      /staff\.csv has no column "email".*name, phone/,
    );
    await expect(read("")).rejects.toMatchObject({ code: "list-no-email" });
  });

  it.each([
    ["E-mail", "E-mail"],
    ["Name,Email address", "Email address"],
    ["Mail,Name", "Mail"],
    ["Name;E-Mail-Adresse", "E-Mail-Adresse"],
    ["work email,name", "work email"],
    ["Email opt in,Email (work)", "Email (work)"],
    ["Work email,Personal email,Email", "Email"],
    ["Work email,Personal email", "Work email"],
    ["\u200bEmail\u00a0", "Email"],
  ])("takes addresses from the right column of %j", async (header, taken) => {
    const source = await openList(await written(`${header}\n`), "l");
    expect(source.emailHeader.replace(/\p{Cf}/gu, "")).toBe(taken);
    expect(source.columns).toContain("email");
  });

  it("keeps the other column of addresses, and gives the second of a name a number", async () => {
    const source = await openList(
      await written("Email,Personal email,Name,name,\na@example.org,b@example.org,A,B,C\n"),
      "l",
    );
    expect(source).toMatchObject({
      columns: ["email", "personal_email", "name", "name_2"],
      otherEmailHeaders: ["Personal email"],
    });
    const rows = await all(source.rows());
    expect(rows).toMatchObject([
      { to: { fields: { email: "a@example.org", personal_email: "b@example.org", name: "A", name_2: "B" } } },
    ]);
    expect(await all(source.rows())).toEqual(rows);
  });

  it("reads rows that are too short, too long or blank", async () => {
    const source = await openList(
      await written("email,name\na@example.org\n\n,,\nb@example.org,Trust, North\n"),
      "l",
    );
    const details = await all(source.details());
    expect(details.map(({ row, ragged, read: one }) => [row, ragged, one?.kind])).toEqual([
      [1, false, undefined],
      [2, false, "person"],
      [3, false, undefined],
      [4, false, undefined],
      [5, true, "person"],
    ]);
  });

  it("takes quotation marks in the midst of a cell as they stand", async () => {
    const { recipients } = await read('email,name\na@example.org,Ann "Annie" A\nb@example.org,B\n');
    expect(recipients.map(({ fields, row }) => [fields["name"], row])).toEqual([
      ['Ann "Annie" A', 2],
      ["B", 3],
    ]);
  });

  it("gives a bad row for a quotation mark that swallows more than a megabyte, and goes on behind it", async () => {
    const many = Array.from({ length: 6_000 }, (_, at) => `p${at}@example.org,${"Plain ".repeat(40)}\n`).join(
      "",
    );
    const list = await read(`email,name\na@example.org,"open\n${many}`);
    expect(list.recipients).toHaveLength(6_000);
    expect(list.recipients[0]).toMatchObject({ address: "p0@example.org", row: 3 });
    expect(list.faults).toMatchObject([{ row: 2, reason: "a quotation mark is not closed" }]);
  });

  it("tells of cells and rows that are too long, and holds on to none of them", async () => {
    const text = `email,note\na@example.org,${"x".repeat(32_768)}\nb@example.org,${"y".repeat(3_000_000)}\nc@example.org,C\n`;
    expect(await people(text)).toEqual(["c@example.org 4"]);
    expect(await faultsOf(text)).toEqual([
      "2 a cell has more than 32,767 characters",
      "3 the row has more than 1 MB",
    ]);
  });

  it("shows nobody the fault of a formula", async () => {
    const { recipients } = await read("email,name\na@example.org,#N/A\n");
    expect(recipients[0]?.fields["name"]).toBe("");
  });

  it("gives back whatever cells were written, however they are cut into blocks", async () => {
    const cell = fc.string({ unit: fc.constantFrom(..."ab ,;\t\"\n\u00e9'|"), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 }), async (notes) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const lines = notes.map(([one, two], at) => `p${at}@example.org,${quoted(one)},${quoted(two)}`);
        const { recipients, faults: found } = await read(`email,one,two\n${lines.join("\n")}\n`);
        expect(found).toEqual([]);
        expect(recipients.map(({ fields }) => [fields["one"], fields["two"]])).toEqual(
          notes.map((pair) => pair.map((text) => text.trim())),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("loses no row of any text: each line is a person, a fault, blank, or inside a row that begins above", async () => {
    const line = fc.constantFrom(
      "a@example.org,A",
      'b@example.org,"B"',
      'c@example.org,"open',
      'd@example.org,"x"y',
      'e "q" e,f@example.org',
      '"two',
      'lines",g',
      "",
      '"',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.boolean(), async (lines, ended) => {
        const source = await openList(
          await written(`email,name\n${lines.join("\n")}${ended ? "\n" : ""}`),
          "l",
        );
        const details = await all(source.details());
        expect(details.map(({ row }) => row)).toEqual(details.map((_, at) => at + 1));
        const begins = details.map((one) => one.line ?? 0);
        expect(begins).toEqual(begins.toSorted((a, b) => a - b));
        const { recipients } = await collect(source);
        for (const { address, row } of recipients) {
          const at = (begins[row - 1] ?? 0) - 2;
          expect(lines[at], `${address} in row ${row}`).toContain(address);
        }
      }),
      { numRuns: 100 },
    );
  });
});

async function all<One>(many: AsyncIterable<One>): Promise<One[]> {
  const found: One[] = [];
  for await (const row of many) found.push(row);
  return found;
}

const collect = async (source: Awaited<ReturnType<typeof openList>>) => {
  const rows = await all(source.rows());
  return { recipients: rows.flatMap((row) => (row.kind === "person" ? [row.to] : [])) };
};
