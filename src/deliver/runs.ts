import type { Kysely, Selectable } from "kysely";

import type { EditionParts } from "../domain/edition.ts";
import type { Tally } from "../domain/delivery.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Variant } from "../domain/topic.ts";
import { tallyKeyOfState, tallyOf } from "../plan/delivery.ts";
import { kindOf, withDelivery } from "./kinds.ts";
import type { RowReport, Run } from "./records.ts";
import type { DeliveryRow, Tables } from "./schema.ts";
import { controlFrom } from "./senders.ts";
import { batchSize } from "./staged-rows.ts";

/** See `Ledger.runs`. */
export async function findRuns(
  db: Kysely<Tables>,
  wanted: Partial<Pick<Run, "cycle" | "variant" | "list" | "listDigest">>,
): Promise<Run[]> {
  let query = db.selectFrom("runs").selectAll().orderBy("id", "desc");
  if (wanted.cycle !== undefined) query = query.where("cycle", "=", wanted.cycle);
  if (wanted.variant !== undefined) query = query.where("variant", "=", wanted.variant);
  if (wanted.list !== undefined) query = query.where("list", "=", wanted.list);
  if (wanted.listDigest !== undefined) query = query.where("list_digest", "=", wanted.listDigest);
  return (await query.execute()).map(runFrom);
}

/** A row of the ledger as a run. */
export function runFrom(row: Selectable<Tables["runs"]>): Run {
  return {
    id: row.id,
    cycle: row.cycle,
    topic: row.topic,
    variant: row.variant as Variant,
    list: row.list,
    listDigest: row.list_digest,
    contentDigest: row.content_digest,
    parts: JSON.parse(row.parts) as EditionParts,
    transport: row.transport,
    rows: row.rows,
    startedAt: row.started_at,
    control: controlFrom(row),
    kit: row.kit ?? undefined,
    madeWith: row.made_with ?? undefined,
    needs: row.needs ?? undefined,
  };
}

type Skip = NonNullable<Selectable<Tables["list_rows"]>["skip"]>;
type End = { readonly state: Exclude<DeliveryRow["state"], "claimed"> } | { readonly skip: Skip };

/**
 * How a row of the list ended. What happened comes first, then what was decided. Somebody who was suppressed after
 * the plan was made is not mailed any more.
 */
function endOf(row: {
  state: DeliveryRow["state"] | null;
  again: DeliveryRow["again"] | null;
  skip: Skip | null;
  suppressed: string | null;
}): End {
  const { skip, suppressed, again } = row;
  // Whoever is to be tried again may have had the message all the while.
  const state = again && row.state !== "sending" ? "unknown" : row.state;
  if (state === "accepted" || state === "rejected" || state === "unknown") return { state };
  if (skip) return { skip };
  if (suppressed !== null && state !== "sending") return { skip: "suppressed" };
  if (state) return { state: state === "claimed" ? "pending" : state };
  throw new Error("A row of the list has neither a delivery nor a reason to be skipped.");
}

function joined(db: Kysely<Tables>, run: Run) {
  return db
    .selectFrom("list_rows as l")
    .leftJoin("deliveries as d", withDelivery(run))
    .leftJoin("suppressions as s", "s.person", "l.person")
    .where("l.run", "=", run.id);
}

const tallyKeyOfSkip: Readonly<Record<Skip, keyof Tally>> = {
  suppressed: "suppressed",
  excluded: "excluded",
  duplicate: "duplicates",
  invalid: "invalid",
};

/** See `Ledger.tally`. */
export async function tally(db: Kysely<Tables>, run: Run): Promise<Tally> {
  const suppressed = "s.person" as const;
  const groups = await joined(db, run)
    .select((of) => [
      "l.skip",
      "d.state",
      "d.again",
      of.case().when(suppressed, "is", null).then(null).else("yes").end().as("suppressed"),
      of.fn.countAll<number>().as("count"),
    ])
    .groupBy(["l.skip", "d.state", "d.again", "suppressed"])
    .execute();
  const counts = new Map<keyof Tally, number>();
  for (const { count, ...row } of groups) {
    const end = endOf(row);
    const key = "skip" in end ? tallyKeyOfSkip[end.skip] : tallyKeyOfState(end.state);
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return tallyOf(run.rows, counts);
}

/** See `Ledger.served`. */
export async function served(db: Kysely<Tables>, run: Run): Promise<number> {
  const { count } = await joined(db, run)
    .select((of) => of.fn.countAll<number>().as("count"))
    .where((of) => of.or([of("d.state", "in", ["accepted", "unknown", "sending"]), of("d.again", ">", 0)]))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** See `Ledger.mailed`. */
export async function mailed(db: Kysely<Tables>, run: Run): Promise<number> {
  if (kindOf(run.transport) === 0) return 0;
  const { count } = await joined(db, run)
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("d.state", "=", "accepted")
    .where("d.rehearsal", "=", 0)
    .where("d.again", "=", 0)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** See `Ledger.rows`. */
export async function rowsOf(db: Kysely<Tables>, run: Run): Promise<RowReport[]> {
  return (await reported(db, run).execute()).map(reportFrom);
}

/** See `Ledger.unsettled`. */
export async function* unsettledRows(db: Kysely<Tables>, run: Run): AsyncGenerator<RowReport> {
  for (let after = -1; ;) {
    const rows = await reported(db, run)
      .where("l.row", ">", after)
      .where((of) => of.or([of("d.state", "in", unsettled), of("d.again", ">", 0)]))
      .limit(batchSize)
      .execute();
    for (const row of rows) {
      const report = reportFrom(row);
      // A suppressed person's row is skipped, whatever became of the delivery before.
      if (report.state !== "skipped") yield report;
    }
    const last = rows.at(-1);
    if (!last) return;
    after = last.row;
  }
}

const unsettled = ["rejected", "unknown", "deferred"] as const;

function reported(db: Kysely<Tables>, run: Run) {
  return joined(db, run)
    .select(["l.row", "l.value", "l.skip", "l.reason", "s.person as suppressed"])
    .select(["d.state", "d.again", "d.attempts", "d.reply", "d.message_id", "d.next_at"])
    .orderBy("l.row");
}

type ReportedRow = Awaited<ReturnType<ReturnType<typeof reported>["execute"]>>[number];

function reportFrom(row: ReportedRow): RowReport {
  const end = endOf(row);
  return {
    row: row.row,
    address: row.value ?? "",
    state: "skip" in end ? "skipped" : end.state,
    because: "skip" in end ? end.skip : undefined,
    reason: row.reason ?? undefined,
    attempts: row.attempts ?? 0,
    reply: row.reply ?? undefined,
    messageId: row.message_id ?? undefined,
    nextAt: row.next_at ?? undefined,
  };
}

/** See `Ledger.retryable`. */
export async function retryable(db: Kysely<Tables>, run: Run): Promise<number> {
  const { count } = await joined(db, run)
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("l.skip", "is", null)
    .where("s.person", "is", null)
    .where("d.rehearsal", "=", kindOf(run.transport))
    .where((of) => of.or([of("d.state", "=", "unknown"), of("d.again", ">", 0)]))
    .where("d.state", "!=", "sending")
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** See `Ledger.waiting`. Read in pieces: there may be very many. */
export async function* peopleWaiting(
  db: Kysely<Tables>,
  run: Run,
  retryUnknown: boolean,
): AsyncGenerator<Recipient> {
  const open: DeliveryRow["state"][] = ["pending", "claimed", "sending", "deferred"];
  for (let after = -1; ;) {
    const rows = await joined(db, run)
      .select(["l.row", "d.address", "d.key", "d.audience", "d.fields"])
      .where("l.row", ">", after)
      .where("l.skip", "is", null)
      .where("s.person", "is", null)
      .where("d.state", "in", retryUnknown ? [...open, "unknown"] : open)
      .orderBy("l.row")
      .limit(batchSize)
      .execute();
    for (const { row, address, key, audience, fields } of rows) {
      yield {
        address: address ?? "",
        key: key ?? "",
        audience: audience ?? undefined,
        fields: JSON.parse(fields ?? "{}") as Record<string, string>,
        row,
      };
    }
    const last = rows.at(-1);
    if (!last) return;
    after = last.row;
  }
}
