import type { ListSurvey } from "../check/list-survey.ts";
import { didYouMean, few, shorten } from "../check/words/phrases.ts";
import { count } from "../domain/count.ts";
import type { OpenList } from "../toolkit/lists/open.ts";
import type { Context } from "./context.ts";
import { quoted } from "../domain/quoted.ts";
import { table, type Column, type Output } from "./output.ts";

/** All that `recipients check` has to tell. */
export interface ToldList {
  readonly list: OpenList;
  readonly survey: ListSurvey;
  /** The text of `--only`. */
  readonly segment: string | undefined;
  /** The audiences of the settings; nothing without a toolkit. */
  readonly audiences: readonly string[] | undefined;
  /** Fields that a mail shows without a fallback, and that the list does not have. */
  readonly missing: readonly { readonly column: string; readonly template: string }[];
  /** True when every row is shown. */
  readonly all: boolean;
}

/** Rows that are shown of each kind unless all are wanted. */
const rowsShown = 10;

const delimiters = { ",": "commas", ";": "semicolons", "\t": "tabs" } as const;
const purposes: Readonly<Record<string, string>> = {
  email: "the address",
  name: "the name beside the address",
  audience: "which version somebody gets",
};

/** Says what a list is, who is on it, and what is wrong with it. */
export function tellList({ out }: Pick<Context, "out">, told: ToldList): void {
  out.document(documentOf(told));
  tellFile(out, told);
  tellColumns(out, told);
  tellAudiences(out, told);
  tellRows(out, told);
  const { survey, segment } = told;
  if (segment !== undefined) {
    out.print(
      `\nThe segment ${segment} means ${survey.meant.toLocaleString("en-GB")} of ${count(survey.people, "person", "people")}.`,
    );
  }
  out.print(`\n${nextStep(told)}`);
}

function tellFile(out: Output, { list, survey }: ToldList): void {
  const { format, encoding, delimiter = ",", sheet } = list;
  const { rows, people, hidden } = survey;
  const facts: [string, string][] = [
    [
      "File",
      format === "xlsx"
        ? `Excel workbook, sheet "${sheet}"`
        : `CSV, ${encoding}, separated by ${delimiters[delimiter]}`,
    ],
    [
      "Rows",
      rows.toLocaleString("en-GB") + (list.headerRow > 1 ? `, below the names in row ${list.headerRow}` : ""),
    ],
    ["People", people.toLocaleString("en-GB")],
  ];
  if (hidden > 0)
    facts.push(["Hidden", `${count(hidden, "row")} that Excel does not show; they are used as well`]);
  out.print(list.name);
  for (const [name, value] of facts) out.print(`  ${name.padEnd(14)}${value}`);
}

function tellColumns(out: Output, told: ToldList): void {
  const { list, survey, missing } = told;
  heading(out, "Columns");
  const columns: Column<ReturnType<typeof columnsOf>[number]>[] = [
    { title: "Column", text: ({ header }) => shorten(header, 30) },
    { title: "In templates", text: ({ name }) => shorten(`recipient.${name}`, 40) },
    { title: "Filled", text: ({ filled }) => filled.toLocaleString("en-GB") },
    { title: "For", text: ({ use }) => use, wraps: true },
  ];
  out.print(table(out, columnsOf(told), columns));
  if (list.otherEmailHeaders.length > 0) {
    out.warn(
      `Note: addresses are taken from "${list.emailHeader}", not from ${few(list.otherEmailHeaders.map((one) => `"${one}"`))}. To use another, name it "email".`,
    );
  }
  for (const { column, template } of missing) {
    out.warn(
      `Note: ${template} shows "recipient.${column}" without a fallback, and the list has no such column. ${didYouMean(column, list.columns)}A send would be refused.`,
    );
  }
  if (survey.ragged.length > 0) {
    out.warn(
      `Note: ${count(survey.ragged.length, "row has", "rows have")} more cells than there are columns (row ${few(survey.ragged.map(String))}). A cell with a separator in it needs quotation marks around it.`,
    );
  }
}

function columnsOf({ list, survey }: ToldList) {
  const names = [...list.columns];
  return list.headers.flatMap((header) => {
    // Columns without a name have no key either.
    if (!/[\p{L}\p{N}]/u.test(header)) return [];
    const name = names.shift() ?? "";
    return [
      { header, name, filled: survey.filled.get(name) ?? 0, use: purposes[name] ?? "templates, --only" },
    ];
  });
}

function tellAudiences(out: Output, told: ToldList): void {
  const { survey, audiences, list } = told;
  const rows = [...survey.audiences].toSorted(([, a], [, b]) => b - a);
  if (rows.length === 0) return;
  heading(out, "People per audience");
  const remark = (id: string) => {
    if (id === "") return "none: they get the version for everyone";
    if (id === list.serves && columnsOf(told).every(({ name }) => name !== "audience"))
      return "from the settings of this list";
    if (audiences === undefined || audiences.includes(id)) return "";
    const meant = didYouMean(id, audiences).trim();
    return `not in the settings: they get the version for everyone${meant === "" ? "" : `. ${meant}`}`;
  };
  const shown = rows.slice(0, 50);
  out.print(
    table(out, shown, [
      { title: "Audience", text: ([id]) => shorten(id, 40) || "(none)" },
      { title: "People", text: ([, people]) => people.toLocaleString("en-GB") },
      { title: "", text: ([id]) => remark(id), wraps: true },
    ]),
  );
  if (rows.length > shown.length) out.print(`and ${count(rows.length - shown.length, "more audience")}`);
}

function tellRows(out: Output, { survey, all }: ToldList): void {
  const row = { title: "Row", text: (one: { row: number }) => String(one.row) };
  const address = { title: "Address", text: (one: { address: string }) => shorten(one.address, 60) };
  tellSome(
    out,
    all,
    `Rows that are skipped: ${survey.invalid.length.toLocaleString("en-GB")}`,
    survey.invalid,
    [
      row,
      { title: "Value", text: ({ value }) => shorten(value, 40) || "(empty)" },
      { title: "Why", text: ({ reason }) => reason, wraps: true },
    ],
  );
  tellSome(
    out,
    all,
    `Same address again: ${survey.duplicates.length.toLocaleString("en-GB")}, one message each`,
    survey.duplicates,
    [row, address, { title: "First in row", text: ({ firstRow }) => String(firstRow) }],
  );
  tellSome(
    out,
    all,
    `Likely slips: ${survey.slips.length.toLocaleString("en-GB")}, mailed as they stand`,
    survey.slips,
    [row, address, { title: "Perhaps", text: ({ meant }) => `@${meant}` }],
  );
  tellSome(
    out,
    all,
    `Not a person's address: ${survey.roles.length.toLocaleString("en-GB")}, mailed all the same`,
    survey.roles,
    [row, address],
  );
}

function tellSome<Row>(
  out: Output,
  all: boolean,
  title: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): void {
  if (rows.length === 0) return;
  heading(out, title);
  const shown = all ? rows : rows.slice(0, rowsShown);
  out.print(table(out, shown, columns));
  const more = rows.length - shown.length;
  if (more > 0) out.print(`and ${count(more, "more row")}: --all shows them`);
}

function heading(out: Output, text: string): void {
  out.print(`\n${out.style("bold", text)}`);
}

function nextStep({ list, survey, segment, audiences }: ToldList): string {
  if (survey.rows === 0) return "Nobody is on this list. Each row below the names of columns is a person.";
  if (survey.invalid.length > 0) {
    return `Correct ${survey.invalid.length === 1 ? "the row that is" : "the rows that are"} skipped, or send without ${survey.invalid.length === 1 ? "it" : "them"}.`;
  }
  if (survey.slips.length > 0)
    return "Look at the likely slips: a message to a wrong domain reaches nobody, or somebody else.";
  if (audiences === undefined)
    return "The list can be used. There is no toolkit here; make one with: onetopic init";
  const only = segment === undefined ? "" : ` --only ${quoted(segment)}`;
  return `The list can be used. To see what would be sent: onetopic send --to ${quoted(list.name)}${only}`;
}

function documentOf(told: ToldList): unknown {
  const { list, survey, segment, audiences, missing } = told;
  const { format, encoding, delimiter, sheet, headerRow, emailHeader, otherEmailHeaders } = list;
  return {
    list: list.name,
    format,
    ...(format === "csv" ? { encoding, delimiter } : { sheet }),
    headerRow,
    emailColumn: emailHeader,
    otherEmailColumns: otherEmailHeaders,
    columns: columnsOf(told).map(({ header, name, filled }) => ({ header, name, filled })),
    missingColumns: missing,
    rows: survey.rows,
    people: survey.people,
    hiddenRows: survey.hidden,
    raggedRows: survey.ragged,
    invalid: survey.invalid,
    duplicates: survey.duplicates,
    audiences: [...survey.audiences].map(([audience, people]) => ({
      audience: audience === "" ? null : audience,
      people,
      ...(audiences === undefined ? {} : { known: audiences.includes(audience) }),
    })),
    roleAddresses: survey.roles,
    likelySlips: survey.slips,
    ...(segment === undefined ? {} : { only: { segment, people: survey.meant } }),
    next: nextStep(told),
  };
}
