import { describe, expect, it } from "vitest";

import { problem, type NoFallback } from "../../../src/domain/problem.ts";
import { fieldOf, type Recipient } from "../../../src/domain/recipient.ts";
import { findGaps } from "../../../src/plan/gaps.ts";

function person(row: number, fields: Readonly<Record<string, string>>): Recipient {
  return { address: `p${row}@example.org`, key: `p${row}@example.org`, fields, row };
}

function shown(field: string, line: number): NoFallback {
  const position = { line, column: 1 };
  const details = { field, expression: `recipient.${field}` };
  return problem("template/no-fallback", "templates/email.html.hbs", position, details) as NoFallback;
}

describe("what a row says in a column", () => {
  it("is nothing where nothing can be seen", () => {
    for (const value of [
      "",
      " ",
      "\t\r\n",
      "\u00a0\u2003",
      "\u200b\u2060\ufeff",
      "\u0000\u001b",
      "\u00ad\u3164",
    ])
      expect(fieldOf(person(2, { name: value }), "name"), JSON.stringify(value)).toBe("");
    for (const value of ["0", "-", ".", "é", "👩‍⚕️", "\u202eAnn", "false"])
      expect(fieldOf(person(2, { name: value }), "name")).toBe(value);
  });

  it("is nothing where there is no column, whatever every object has", () => {
    for (const column of ["ward", "constructor", "__proto__", "toString"])
      expect(fieldOf(person(2, {}), column)).toBe("");
    expect(fieldOf(person(2, {}), "email")).toBe("p2@example.org");
  });
});

describe("gaps", () => {
  const people = [
    person(2, { first_name: "Ann", ward: "" }),
    person(3, { first_name: " ", ward: "A" }),
    person(4, { first_name: "", ward: "B" }),
  ];

  it("are one for each field that is empty for anyone, with everybody concerned and every place", () => {
    const gaps = findGaps([shown("first_name", 1), shown("ward", 2), shown("first_name", 3)], people);
    expect(
      gaps.map((gap) => [gap.field, gap.places.map(({ line }) => line), gap.people.map(({ row }) => row)]),
    ).toEqual([
      ["first_name", [1, 3], [3, 4]],
      ["ward", [2], [2]],
    ]);
  });

  it("are none for what everybody has, for nobody, and for an address", () => {
    expect(findGaps([shown("ward", 1)], people.slice(1))).toEqual([]);
    expect(findGaps([shown("ward", 1)], [])).toEqual([]);
    expect(findGaps([shown("email", 1)], people)).toEqual([]);
  });
});
