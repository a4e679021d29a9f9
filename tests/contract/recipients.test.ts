import { describe, expect, it } from "vitest";
import {
  documentOf,
  emptyFolder,
  expectCode,
  runCli,
  snapshot,
  tempToolkit,
  toolkitIn,
} from "../support/cli.ts";
import { workbook } from "../support/workbook.ts";

interface Document {
  readonly invalid: readonly { readonly row: number }[];
  readonly only?: { readonly people: number };
  readonly [key: string]: unknown;
}

const rows = [
  ["Staff list"],
  ["Name", "Work email", "Audience", "Organisation", "Personal email"],
  ["Ann", "Ann Example <ann@trust.example>", "staff", "Example Trust"],
  ["Bo", "bo@trust.example", "managers", "Example Trust"],
  ["Bo again", "BO@trust.example", "staff"],
  ["Cleo", "cleo@gmial.com", "Staf", "Elsewhere"],
  ["Task", "info@trust.example", undefined, "Example Trust"],
  ["Nobody", "nobody@"],
];

describe.concurrent("recipients check", () => {
  it("explains a workbook of the settings, and changes nothing", async () => {
    const toolkit = tempToolkit("tiny");
    toolkit.write("var/lists/staff.xlsx", workbook({ sheets: [{ name: "People", rows, hiddenRows: [4] }] }));
    toolkit.edit("onetopic.yaml", "sender:", "lists: { staff: var/lists/staff.xlsx }\nsender:");
    toolkit.write("templates/email.txt.hbs", "{{recipient.ward}}\n");
    const before = snapshot(toolkit.root);
    const only = 'organisation~"trust" and not audience=managers';
    const { stdout, stderr } = expectCode(
      await toolkit.run("recipients", "check", "staff", "--only", only),
      1,
    );
    expect(stdout).toBe(`staff
  File          Excel workbook, sheet "People"
  Rows          6, below the names in row 2
  People        4
  Hidden        1 row that Excel does not show; they are used as well

Columns
Column          In templates              Filled  For
Name            recipient.name            4       the name beside the address
Work email      recipient.email           4       the address
Audience        recipient.audience        3       which version somebody gets
Organisation    recipient.organisation    4       templates, --only
Personal email  recipient.personal_email  0       templates, --only

People per audience
Audience  People
staff     2
Staf      1       not in the settings: they get the version for everyone. Did you mean "staff"?
(none)    1       none: they get the version for everyone

Rows that are skipped: 1
Row  Value    Why
8    nobody@  the part after "@" is not right

Same address again: 1, one message each
Row  Address           First in row
5    BO@trust.example  4

Likely slips: 1, mailed as they stand
Row  Address         Perhaps
6    cleo@gmial.com  @gmail.com

Not a person's address: 1, mailed all the same
Row  Address
7    info@trust.example

The segment ${only} means 2 of 4 people.

Correct the row that is skipped, or send without it.
`);
    expect(stderr)
      .toBe(`Note: addresses are taken from "Work email", not from "Personal email". To use another, name it "email".
Note: templates/email.txt.hbs:1:3 shows "recipient.ward" without a fallback, and the list has no such column. A send would be refused.
`);
    expect(snapshot(toolkit.root)).toEqual(before);
  });

  it("takes a file without a toolkit, and gives everything as JSON", async () => {
    const folder = toolkitIn(emptyFolder());
    const many = Array.from({ length: 30 }, (_, at) => `bad${at}\n`).join("");
    folder.write("people.csv", `email;audience\na@example.org;staff\n${many}`);
    const run = await folder.run("recipients", "check", "people.csv", "--json", "--only", "audience=STAFF");
    const found = documentOf<Document>(expectCode(run, 1));
    expect(found).toMatchObject({
      list: "people.csv",
      format: "csv",
      encoding: "UTF-8",
      delimiter: ";",
      columns: [
        { header: "email", name: "email", filled: 1 },
        { header: "audience", name: "audience", filled: 1 },
      ],
      rows: 31,
      people: 1,
      audiences: [{ audience: "staff", people: 1 }],
      only: { segment: "audience=STAFF", people: 1 },
    });
    expect(found.invalid.map(({ row }) => row)).toEqual(Array.from({ length: 30 }, (_, at) => at + 3));
    const short = expectCode(await folder.run("recipients", "check", "people.csv"), 1);
    expect(short.stdout).toContain("and 20 more rows: --all shows them");
  });

  it("refuses a segment that asks about another column, and points at it", async () => {
    const folder = toolkitIn(emptyFolder());
    folder.write("people.csv", "email,organisation\na@example.org,Example\n");
    const run = await runCli(["recipients", "check", "people.csv", "--only", "email~@ and organization=x"], {
      cwd: folder.root,
    });
    expect(expectCode(run, 2)).toMatchObject({
      stdout: "",
      stderr: `Error  The list people.csv has no column "organization".
       email~@ and organization=x
                   ^
       Did you mean "organisation"? It has: email, organisation.
`,
    });
  });

  it("says so of a list that is fine, and what to do next", async () => {
    const toolkit = tempToolkit("tiny");
    toolkit.write("people.csv", "email,audience\na@example.org,staff\n");
    const { stdout } = expectCode(await toolkit.spawn("recipients", "check", "people.csv"), 0);
    expect(stdout).toContain(
      "The list can be used. To see what would be sent: onetopic send --to people.csv\n",
    );
  });
});
