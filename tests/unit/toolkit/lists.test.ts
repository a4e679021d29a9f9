import { describe, expect, it } from "vitest";
import { parseList, readAddress } from "../../../src/toolkit/lists.ts";

const rows = "name;Email;Job title\r\nZoë;zoe@example.org;Nurse\r\n;;\r\nMax;max@example.org;GP\r\n";

describe("a list of people", () => {
  it.each([
    ["UTF-8", Buffer.from(rows)],
    ["UTF-8", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(rows)])],
    ["UTF-16", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(rows, "utf16le")])],
    ["UTF-16", Buffer.from(rows, "utf16le")],
    ["UTF-16", Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(rows, "utf16le").swap16()])],
    ["Windows-1252", Buffer.from(rows, "latin1")],
  ])("is read as %s", (encoding, bytes) => {
    const list = parseList(bytes, "people.csv");
    expect(list).toMatchObject({ encoding, delimiter: ";", rows: 2, faults: [] });
    expect(
      list.recipients.map(({ address, row, fields }) => [address, row, fields["name"], fields["job_title"]]),
    ).toEqual([
      ["zoe@example.org", 2, "Zoë", "Nurse"],
      ["max@example.org", 4, "Max", "GP"],
    ]);
  });

  it.each([",", ";", "\t"] as const)("finds the delimiter %j", (delimiter) => {
    const text =
      ["email", "name", '"a, b; c"'].join(delimiter) + "\n" + ["a@example.org", "A", "x"].join(delimiter);
    expect(parseList(Buffer.from(text), "l")).toMatchObject({ delimiter, rows: 1 });
  });

  it("accounts for every row: good, duplicate, bad and broken", () => {
    const text =
      'email,name\na@example.org,A\nA@Example.ORG,again\nnobody,x\n,empty\nb@example.org,"never closed\nc@example.org,C\n';
    const list = parseList(Buffer.from(text), "l");
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

  it("knows the line on which each row begins, also behind cells of several lines and broken ones", () => {
    const text =
      'email,note\r\na@example.org,"two\r\nlines"\r\nb@example.org,"never closed\r\nc@example.org,\r\n\r\nd@example.org,\r\n';
    const { lines, recipients, faults } = parseList(Buffer.from(text), "people.csv");
    const lineOf = ({ row }: { row: number }) => lines?.[row - 1];
    expect(recipients.map((one) => [one.address, lineOf(one)])).toEqual([
      ["a@example.org", 2],
      ["c@example.org", 5],
      ["d@example.org", 7],
    ]);
    expect(faults.map(lineOf)).toEqual([4]);
  });

  it("says what is wrong when there is no column of addresses", () => {
    expect(() => parseList(Buffer.from("name,phone\nA,1\n"), "staff.csv")).toThrow(
      /staff\.csv has no column "email".*name, phone/,
    );
  });

  it("refuses addresses that could become a command or a header", () => {
    for (const bad of [
      "a@b",
      "a b@example.org",
      "a@example.org\r\nRCPT TO:<x@example.org>",
      "a@exa mple.org",
      "@example.org",
      "a..b@example.org",
      "<a@example.org>,<b@example.org",
      "a@-x.org",
    ]) {
      expect(readAddress(bad), bad).toHaveProperty("reason");
    }
    expect(readAddress("Jane Doe <Jane.Doe@Example.ORG>")).toEqual({
      address: "Jane.Doe@example.org",
      key: "jane.doe@example.org",
    });
    expect(readAddress("o'brien+list@exämple.org")).toMatchObject({
      address: "o'brien+list@xn--exmple-cua.org",
    });
  });
});
