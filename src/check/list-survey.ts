import { fieldOf, type ListRow, type Recipient } from "../domain/recipient.ts";
import { PeopleBook } from "./people-book.ts";
import { domainOf, isRole, likelySlips, meantBy, rare } from "./addresses.ts";

/** One row of a list that is surveyed. */
export interface SurveyedRow {
  readonly row: number;
  readonly hidden: boolean;
  readonly ragged: boolean;
  /** Nothing for a blank row. */
  readonly read: ListRow | undefined;
}

/** All that is to be told of a list. Rows are numbered as a spreadsheet shows them. */
export interface ListSurvey {
  readonly rows: number;
  /** Everybody with an address, each once. */
  readonly people: number;
  readonly invalid: readonly { readonly row: number; readonly value: string; readonly reason: string }[];
  readonly duplicates: readonly {
    readonly row: number;
    readonly address: string;
    readonly firstRow: number;
  }[];
  /** People per audience; of none under an empty text. */
  readonly audiences: ReadonlyMap<string, number>;
  /** Addresses of a task instead of a person. */
  readonly roles: readonly { readonly row: number; readonly address: string }[];
  /** Addresses whose domain is likely a slip, with the domain that was probably meant. */
  readonly slips: readonly { readonly row: number; readonly address: string; readonly meant: string }[];
  /** How many people have something in each column. */
  readonly filled: ReadonlyMap<string, number>;
  /** Rows that Excel does not show. */
  readonly hidden: number;
  /** Rows with more cells than there are columns. */
  readonly ragged: readonly number[];
  /** People whom the segment means, where there is one. */
  readonly meant: number;
}

/** So many domains are looked at; a list of people has far fewer. */
const domainsLimit = 100_000;

/**
 * Reads a list to its end and counts what there is to say of it. Of somebody of whom there is nothing to say it holds a few
 * bytes, to find those who come twice.
 * @param columns whose cells are counted
 * @param order the audiences of the settings. Of several rows with one address, the one counts that the segment means,
 * then the one whose audience stands first there, then the first
 * @param isMeant says whether a segment means somebody
 */
export async function surveyList(
  rows: AsyncIterable<SurveyedRow>,
  columns: readonly string[],
  order: readonly string[] = [],
  isMeant: (to: Recipient) => boolean = () => true,
): Promise<ListSurvey> {
  const survey = emptySurvey(columns);
  const people = new PeopleBook(order);
  const domains = domainBook();
  for await (const { row, hidden, ragged, read } of rows) {
    if (read === undefined) continue;
    survey.rows += 1;
    if (hidden) survey.hidden += 1;
    if (ragged) survey.ragged.push(row);
    if (read.kind === "invalid") {
      survey.invalid.push({ row, value: read.value, reason: read.reason });
      continue;
    }
    const { to } = read;
    const { address } = to;
    const firstRow = people.add(to, isMeant(to));
    if (firstRow !== undefined) {
      survey.duplicates.push({ row, address, firstRow });
      continue;
    }
    for (const column of columns) {
      if (fieldOf(to, column) !== "") survey.filled.set(column, (survey.filled.get(column) ?? 0) + 1);
    }
    if (isRole(address)) survey.roles.push({ row, address });
    domains.add(row, address);
  }
  return { ...survey, ...people.counts(), slips: domains.slips() };
}

/** Remembers rows until it is known whether their domain is a slip: those of doubtful ones, and of rare ones. */
function domainBook() {
  const book = new Map<
    string,
    { people: number; doubtful: boolean; rows: { row: number; address: string }[] }
  >();
  const add = (row: number, address: string): void => {
    const domain = domainOf(address);
    const known = book.get(domain);
    if (known === undefined) {
      if (book.size >= domainsLimit) return;
      book.set(domain, { people: 1, doubtful: meantBy(domain) !== undefined, rows: [{ row, address }] });
      return;
    }
    known.people += 1;
    if (known.doubtful || known.people <= rare) known.rows.push({ row, address });
    else known.rows = [];
  };
  const slips = (): ListSurvey["slips"] => {
    const found = likelySlips(new Map([...book].map(([domain, { people }]) => [domain, people])));
    return [...found]
      .flatMap(([domain, meant]) => (book.get(domain)?.rows ?? []).map((one) => ({ ...one, meant })))
      .toSorted((a, b) => a.row - b.row);
  };
  return { add, slips };
}

function emptySurvey(columns: readonly string[]) {
  return {
    rows: 0,
    invalid: [] as ListSurvey["invalid"][number][],
    duplicates: [] as ListSurvey["duplicates"][number][],
    roles: [] as ListSurvey["roles"][number][],
    filled: new Map(columns.map((column) => [column, 0])),
    hidden: 0,
    ragged: [] as number[],
  };
}
