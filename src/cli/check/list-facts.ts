import path from "node:path";
import { domainOf, isRole, likelySlips } from "../../check/addresses.ts";
import type { ListFacts } from "../../check/sending.ts";
import type { ListFault, RecipientList } from "../../domain/recipient.ts";
import { UserError } from "../../domain/user-error.ts";
import { findGaps, type Gap } from "../../plan/gaps.ts";
import { isInside } from "../../toolkit/files.ts";
import type { Context } from "../context.ts";
import { findList, openList } from "../people.ts";
import { audienceOf } from "../messages.ts";
import type { Workshop } from "../workshop.ts";

/** The mails that a list may get. */
const mails = ["email", "newsletter"] as const;

/** Why a list that is there cannot be used. The loader's own words would repeat its first row, which may name people. */
const unreadable: Readonly<Record<string, string>> = {
  "list-no-email": 'it has no column "email". Name the column of addresses so in the first row.',
  "list-damaged": "the workbook is damaged. Open it in Excel, save it anew, and use that file.",
  "list-encrypted": "it is a workbook with a password. Take the password off in Excel, and save it.",
  "list-not-a-list": 'it is no list. Save the people as an Excel workbook (.xlsx) or as "CSV UTF-8".',
  "list-old-workbook": "it is an older or binary workbook. Save it from Excel as .xlsx and use that file.",
  "list-open-document": "it is an OpenDocument file. Save it as .xlsx or CSV and use that file.",
  "list-too-large": "the workbook unpacks to more than can be read. Save the sheet as CSV and use that file.",
};

/**
 * Reads a list that was named to be judged: its faults by row and column, without a word of what stands there.
 * @throws UserError (exit 2) when there is no such list
 */
export async function listFacts(context: Context, workshop: Workshop, named: string): Promise<ListFacts> {
  const { file } = await findList(context, workshop.toolkit, named);
  const facts = { ...nothing, list: named, path: shownPath(workshop.toolkit.root, file, named) };
  try {
    return { ...facts, ...judged(workshop, await openList(context, workshop, named)) };
  } catch (error) {
    const reason = error instanceof UserError ? unreadable[error.code] : undefined;
    if (reason === undefined) throw error;
    return { ...facts, unreadable: reason };
  }
}

const nothing: Omit<ListFacts, "list" | "path"> = {
  rows: 0,
  bad: [],
  duplicates: [],
  noAudience: [],
  unknownAudience: [],
  roles: [],
  slips: [],
  gaps: [],
  columns: 0,
  lineOf: () => 1,
};

function judged(workshop: Workshop, list: RecipientList): Partial<ListFacts> {
  const { recipients, faults, lines } = list;
  const without = recipients.filter((to) => audienceOf(workshop, to) === undefined);
  const rowsOf = (people: typeof recipients) => people.map(({ row }) => row);
  const slips = likelySlips(domainsOf(recipients));
  const columns = Object.keys(recipients[0]?.fields ?? {});
  return {
    rows: list.rows,
    bad: ofKind(faults, "invalid"),
    duplicates: ofKind(faults, "duplicate"),
    noAudience: rowsOf(without.filter(({ audience }) => audience === undefined)),
    unknownAudience: rowsOf(without.filter(({ audience }) => audience !== undefined)),
    roles: rowsOf(recipients.filter(({ address }) => isRole(address))),
    slips: rowsOf(recipients.filter(({ address }) => slips.has(domainOf(address)))),
    gaps: gapsOf(workshop, recipients).map(({ variant, field, places, people }) => ({
      column: field,
      variant,
      template: places.slice(0, 1).map((at) => `${at.path}:${at.line}:${at.column}`)[0] ?? "",
      isColumn: columns.includes(field),
      rows: rowsOf(people),
    })),
    columns: columns.length,
    lineOf: (row) => lines?.[row - 1] ?? row,
  };
}

function domainsOf(recipients: RecipientList["recipients"]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { address } of recipients) {
    const domain = domainOf(address);
    counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return counts;
}

/** Each field once, with the mails that show it. */
function gapsOf(
  { studio }: Workshop,
  recipients: RecipientList["recipients"],
): (Gap & { variant: string })[] {
  const found = new Map<string, Gap & { variant: string }>();
  for (const variant of mails) {
    for (const gap of findGaps(studio.withoutFallback(variant), recipients)) {
      const known = found.get(gap.field);
      found.set(gap.field, {
        ...gap,
        ...known,
        variant: known ? `${known.variant} and ${variant}` : variant,
      });
    }
  }
  return [...found.values()];
}

function ofKind<Kind extends ListFault["kind"]>(
  faults: readonly ListFault[],
  kind: Kind,
): Extract<ListFault, { kind: Kind }>[] {
  return faults.filter((fault): fault is Extract<ListFault, { kind: Kind }> => fault.kind === kind);
}

function shownPath(root: string, file: string, named: string): string {
  return isInside(root, file) ? path.relative(root, file).split(path.sep).join("/") : named;
}
