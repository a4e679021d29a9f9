import path from "node:path";
import type { ListFacts } from "../../check/sending.ts";
import type { ListFault, RecipientList } from "../../domain/recipient.ts";
import { UserError } from "../../domain/user-error.ts";
import { findGaps, type Gap } from "../../plan/gaps.ts";
import { isInside } from "../../toolkit/files.ts";
import type { Context } from "../context.ts";
import { listFile, openList } from "../people.ts";
import { audienceOf } from "../messages.ts";
import type { Workshop } from "../workshop.ts";

/** The mails that a list may get. */
const mails = ["email", "newsletter"] as const;

/** Why a list that is there cannot be used. The loader's own words would repeat its first row, which may name people. */
const unreadable: Readonly<Record<string, string>> = {
  "list-no-email": 'it has no column "email". Name the column of addresses so in the first row.',
  "list-is-workbook": 'it is an Excel workbook. Save it from Excel as "CSV UTF-8" and use that file.',
};

/**
 * Reads a list that was named to be judged: its faults by row and column, without a word of what stands there.
 * @throws UserError (exit 2) when there is no such list
 */
export async function listFacts(context: Context, workshop: Workshop, named: string): Promise<ListFacts> {
  const file = listFile(context, workshop, named);
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
  gaps: [],
  columns: 0,
  lineOf: () => 1,
};

function judged(workshop: Workshop, list: RecipientList): Partial<ListFacts> {
  const { recipients, faults, lines } = list;
  const without = recipients.filter((to) => audienceOf(workshop, to) === undefined);
  const rowsOf = (people: typeof recipients) => people.map(({ row }) => row);
  const columns = Object.keys(recipients[0]?.fields ?? {});
  return {
    rows: list.rows,
    bad: ofKind(faults, "invalid"),
    duplicates: ofKind(faults, "duplicate"),
    noAudience: rowsOf(without.filter(({ audience }) => audience === undefined)),
    unknownAudience: rowsOf(without.filter(({ audience }) => audience !== undefined)),
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
