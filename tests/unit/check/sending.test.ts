import { expect, it } from "vitest";
import { listFaults, type ListFacts } from "../../../src/check/sending.ts";
import { problemLine } from "../../../src/check/report.ts";

const list: ListFacts = {
  list: "everyone",
  path: "var/everyone.csv",
  rows: 50,
  bad: [],
  duplicates: [],
  noAudience: [],
  unknownAudience: [],
  roles: [],
  slips: [],
  gaps: [],
  columns: 2,
  lineOf: (row) => row + 1,
};

it("tells so many bad rows of a list, and how many more there are", () => {
  const bad = Array.from({ length: 30 }, (_, index) => ({ row: index + 2, reason: "no address" }));
  const settings = { audiences: [], checks: { "list/bad-row": { max: 2 } } };
  expect(listFaults(settings, { ...list, bad }).map(problemLine)).toEqual([
    'var/everyone.csv:3:1  warn  list/bad-row  Row 2 of everyone is skipped: in the column "email", no address. Correct it or remove the row.',
    'var/everyone.csv:4:1  warn  list/bad-row  Row 3 of everyone is skipped: in the column "email", no address. So are 28 more rows. Correct it or remove the row.',
  ]);
  expect(listFaults({ ...settings, checks: {} }, { ...list, bad })).toHaveLength(20);
});

it("asks for no audience where the settings name none", () => {
  const noAudience = [2, 3, 4, 5, 6];
  expect(listFaults({ audiences: [], checks: {} }, { ...list, noAudience })).toEqual([]);
  const [found] = listFaults(
    { audiences: [{ id: "staff", title: "Staff" }], checks: {} },
    { ...list, noAudience },
  );
  expect(found && problemLine(found)).toContain("Rows 2, 3, 4 and 2 more of everyone have no audience");
});

it("names no column of a list, since a person may stand where the names should be", () => {
  const gap = {
    column: "first_name",
    variant: "email",
    template: "templates/email.html.hbs:2:3",
    isColumn: false,
  };
  const [found] = listFaults({ audiences: [], checks: {} }, { ...list, gaps: [{ ...gap, rows: [2] }] });
  expect(found && problemLine(found)).toBe(
    'var/everyone.csv:1:1  error  list/column-missing  everyone has no column "first_name", shown in the email without a fallback (templates/email.html.hbs:2:3). Its first row names 2 columns. Add the column or correct its name, or give a fallback in the template.',
  );
});
