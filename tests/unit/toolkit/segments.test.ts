import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Recipient } from "../../../src/domain/recipient.ts";
import { UserError } from "../../../src/domain/user-error.ts";
import { columnsOf, parseSegment } from "../../../src/toolkit/segments.ts";

const person = (fields: Record<string, string>): Recipient => ({
  address: "ann@example.org",
  key: "ann@example.org",
  row: 2,
  fields,
  ...(fields["audience"] ? { audience: fields["audience"] } : {}),
});

const ann = person({
  audience: "primary-care",
  organisation: "Example NHS Trust ",
  role: "",
  job_title: "GP",
  code: "007",
  name: "Sean O'Brien",
});

describe("a segment", () => {
  it.each([
    ["audience=primary-care", true],
    ["audience = Primary-Care", true],
    ["audience==primary-care", true],
    ["audience!=primary-care", false],
    ["audience=primary", false],
    ["audience~primary", true],
    ["audience!~primary", false],
    ['organisation~"nhs trust"', true],
    ["organisation='Example  NHS trust'", true],
    ["organisation=\u201cExample NHS Trust\u201d", true],
    ["name~O\u2019Brien", true],
    ['name="sean o\u02bcbrien"', true],
    ['audience=primary-care and organisation~"Trust"', true],
    ['audience=managers and organisation~"Trust"', false],
    ['audience=managers or organisation~"Trust"', true],
    ["audience=managers AND code=1 OR code=007", true],
    ["audience=managers and (code=1 or code=007)", false],
    ["code=007 or audience=managers and code=1", true],
    ["not audience=managers", true],
    ["not audience=primary-care", false],
    ["not not audience=primary-care", true],
    ["not (audience=managers or code=007)", false],
    ["not audience=managers and code=007", true],
    ["Not(code=1)", true],
    ['role=""', true],
    ['role!=""', false],
    ['"Job title"=gp', true],
    ["job-title=gp", true],
    ["code=007", true],
    ["code=7", false],
    ["email=ANN@example.org", true],
    ["email~@example.org", true],
    ["order=''", true],
    ["nothing=''", true],
    ["constructor=''", true],
    ["__proto__=''", true],
  ])("%s", (text, meant) => {
    expect(parseSegment(text)(ann)).toBe(meant);
  });

  it("says which columns it asks about, and where", () => {
    const segment = parseSegment('audience=a and ("Job title"=b or audience=c)');
    expect(columnsOf(segment)).toEqual(["audience", "job_title"]);
    expect(segment.columns.map(({ written, at }) => [written, at])).toEqual([
      ["audience", 0],
      ["Job title", 16],
      ["audience", 33],
    ]);
  });

  it.each([
    ["", 1, "is empty"],
    ["audience", 9, "says nothing by itself"],
    ["audience=", 10, 'missing after "="'],
    ["audience=a and", 12, '"and" needs a condition on both sides'],
    ["audience=a and role", 20, "says nothing by itself"],
    ["and audience=a", 1, '"and" needs'],
    ["organisation=Example Trust", 22, "quotation marks"],
    ["organisation=Example Trust and a=b", 22, "quotation marks"],
    ["a=b, c=d", 4, '"," has no place here'],
    [", a=b", 1, '"," has no place here'],
    ["a=b;", 4, '";" has no place here'],
    ["a=b && c=d", 5, '"&" has no place here'],
    ["a>b", 2, '">" has no place here'],
    ["(a=b", 5, "closing parenthesis"],
    ["a=b)", 4, '")" has no place here'],
    ['a="b', 3, "not closed"],
    ["a=b=c", 1, "name of a column"],
    ["a=(b=c)", 4, "value should stand here"],
    ["not", 1, '"not" needs'],
    ["a~''", 3, "Every text contains"],
    ["''=b", 1, "name of a column"],
    ["a.b(c)=d", 5, "quotation marks"],
    ["()", 1, ""],
    ["a=b ? c : d", 5, ""],
  ])("%j is refused at column %d", (text, column, words) => {
    let refused: unknown;
    try {
      parseSegment(text);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(UserError);
    const { message, place, exit } = refused as UserError;
    expect([message.split("\n")[0], place.column]).toEqual([expect.stringContaining(words), column]);
    expect(exit).toBe(2);
    expect(message.split("\n")[2]).toBe(`${" ".repeat(7 + column - 1)}^`);
  });

  it("is refused when it is too long or too deep", () => {
    expect(() => parseSegment(`a=${"b".repeat(1000)}`)).toThrow(/more than 1,000 characters/);
    expect(() => parseSegment("(".repeat(1000))).toThrow(UserError);
    expect(parseSegment(`${"not ".repeat(240)}a=''`)(ann)).toBe(true);
  });

  it("means what it says, however it is put together", () => {
    type Meant = { text: string; meant: boolean };
    const leaf = fc.boolean().map((meant): Meant => ({ text: meant ? "code=007" : 'code="8"', meant }));
    const { tree } = fc.letrec<{ tree: Meant }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        leaf,
        tie("tree").map(({ text, meant }): Meant => ({ text: `not (${text})`, meant: !meant })),
        fc
          .tuple(tie("tree"), tie("tree"))
          .map(([a, b]): Meant => ({ text: `(${a.text}) and (${b.text})`, meant: a.meant && b.meant })),
        fc
          .tuple(tie("tree"), tie("tree"))
          .map(([a, b]): Meant => ({ text: `(${a.text}) or (${b.text})`, meant: a.meant || b.meant })),
      ),
    }));
    fc.assert(
      fc.property(tree, ({ text, meant }) => {
        fc.pre(text.length <= 1000);
        expect(parseSegment(text)(ann)).toBe(meant);
      }),
    );
  });

  it("finds any value in quotation marks, and gives a refusal or a segment for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        fc.pre(!value.includes('"') && value.length < 900);
        expect(parseSegment(`v="${value}"`)(person({ v: value }))).toBe(true);
      }),
    );
    const piece = fc.constantFrom(
      "a",
      "=",
      "~",
      "!",
      " and ",
      " or ",
      "not ",
      "(",
      ")",
      '"',
      "'",
      ",",
      ".",
      "[",
      "`",
      "1",
      "?",
      "{",
      "\\",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        try {
          expect(typeof parseSegment(pieces.join(""))(ann)).toBe("boolean");
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 600 },
    );
  });
});
