import { count } from "../domain/count.ts";
import type { Sum, Tally } from "../domain/delivery.ts";
import type { ListSource } from "../domain/recipient.ts";
import { UserError } from "../domain/user-error.ts";
import type { Ledger } from "../deliver/ledger.ts";
import type { LeftOut, Selection, Staging } from "../deliver/staging.ts";
import { sumOf } from "../plan/delivery.ts";
import type { Context } from "./context.ts";
import { openSource, readSegment } from "./people.ts";
import { startReading } from "./progress.ts";
import type { Mailing } from "./sending.ts";
import { editionNow, type Workshop } from "./workshop.ts";

/** What part of a list is meant. */
export interface ListOptions {
  readonly only?: string;
  readonly exclude?: readonly string[];
  readonly retryUnknown?: boolean;
  /** A rehearsal that begins anew. */
  readonly afresh?: boolean;
}

/** A list with a decision about each of its rows. */
export interface ListPlan {
  readonly list: ListSource;
  readonly staged: Staging;
  readonly tally: Tally;
  /** The same for scripts. */
  readonly sum: Sum;
  /** The first rows that are left out for what stands in them. */
  readonly leftOut: readonly LeftOut[];
  /** How many have no audience, or one that the settings do not name. */
  readonly plain: number;
  /** How many still wait for a message from an earlier send to this list, and are left out now. */
  readonly waiting: number;
  /** How many messages of an earlier rehearsal are replaced. */
  readonly rehearsed: number;
  /** Somebody counts as served by an earlier rehearsal. */
  readonly isRehearsed: boolean;
}

/** How many rows are named that are left out for what stands in them. */
const rowsNamed = 10;

/** Puts together what is asked of a list. Its other lists are opened, so that they are known to be there. */
export async function selectionOf(
  context: Context,
  workshop: Workshop,
  list: ListSource,
  { topic, edition, variant }: Mailing,
  transport: string,
  { only, exclude = [], retryUnknown = false, afresh = false }: ListOptions,
): Promise<Selection> {
  return {
    cycle: edition.cycle,
    variant,
    transport,
    contentDigest: editionNow(workshop, topic, edition).contentDigest,
    afresh,
    audiences: workshop.toolkit.settings.audiences.map(({ id }) => id),
    only: only === undefined ? undefined : { text: only, has: await readSegment(only, list) },
    exclude: await Promise.all(exclude.map((named) => openSource(context, workshop, named))),
    retryUnknown,
  };
}

/** Reads a list to its end and decides about every row. Nothing is written but temporary tables. */
export async function planList(
  { out }: Context,
  ledger: Ledger,
  list: ListSource,
  selection: Selection,
): Promise<ListPlan> {
  const staged = ledger.stage();
  const progress = startReading(out, list.name);
  try {
    await staged.read(selection, list.rows(), progress.step);
  } finally {
    progress.stop();
  }
  const tally = await staged.tally();
  const rehearsed = await staged.rehearsedAlready(selection);
  return {
    list,
    staged,
    tally,
    sum: sumOf(tally, selection.transport, tally.accepted - rehearsed),
    leftOut: await staged.leftOut(rowsNamed),
    plain: await staged.withoutAudience(selection),
    waiting: await staged.waitingLeftOut(selection, list.name),
    rehearsed: await staged.rehearsedBefore(selection),
    isRehearsed: rehearsed > 0,
  };
}

/** @throws UserError (exit 1) when a send would give up people who still wait for theirs */
export function refuseDropping(cycle: string, waiting: number): void {
  if (waiting === 0) return;
  throw new UserError(
    "still-waiting",
    `${stillWaiting(waiting)} Nothing was sent.`,
    `Finish the earlier send first: onetopic resume ${cycle}. To give them up, add --drop-waiting.`,
  );
}

/** Says that people who wait are left out. */
export function stillWaiting(people: number): string {
  return `${count(people, "person", "people")} of the earlier send still ${people === 1 ? "waits and is" : "wait and are"} left out now.`;
}

/** @throws UserError (exit 1) when a list leaves nobody to send to */
export function refuseNobody({
  list: { name },
  tally: { audience, accepted, unknown, pending },
  isRehearsed,
}: Pick<ListPlan, "list" | "tally" | "isRehearsed">): void {
  if (audience === 0)
    throw new UserError(
      "empty-list",
      `The list ${name} has nobody on it.`,
      "Check the file, then send again.",
    );
  if (pending > 0) return;
  if (isRehearsed) {
    throw new UserError(
      "complete",
      `This rehearsal is complete: nobody on the list ${name} is left to write a message for.`,
      "To write the messages again, such as when they were deleted, add --afresh.",
    );
  }
  if (unknown > 0) {
    throw new UserError(
      "complete",
      `Nobody on the list ${name} is left to send to; for ${unknown} the outcome is unknown.`,
      'See who with "onetopic status". To try those again, who may then get it twice, add --retry-unknown.',
    );
  }
  throw new UserError(
    "complete",
    accepted > 0
      ? `This edition is complete: nobody on the list ${name} is left to send to.`
      : `Nobody on the list ${name} can be sent to.`,
    'See how it went with "onetopic status".',
  );
}
