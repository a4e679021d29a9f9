import type { Kysely, Selectable } from "kysely";

import type { PlannedDelivery, Tally } from "../domain/delivery.ts";
import type { ListFault, Recipient, RecipientList } from "../domain/recipient.ts";
import type { Variant } from "../domain/topic.ts";
import { tallyCloses, tallyKeyOfState, tallyOf } from "../plan/delivery.ts";
import { personToken } from "./identity.ts";
import type { NewRun, RowReport, Run } from "./ledger.ts";
import type { DeliveryRow, NewDeliveryRow, NewListRow, Tables } from "./schema.ts";

/** Rows per statement: few statements, and far from SQLite's limit of 32,766 values in one. */
const chunk = 250;

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

function runFrom(row: Selectable<Tables["runs"]>): Run {
  return {
    id: row.id,
    cycle: row.cycle,
    topic: row.topic,
    variant: row.variant as Variant,
    list: row.list,
    listDigest: row.list_digest,
    contentDigest: row.content_digest,
    transport: row.transport,
    rows: row.rows,
    startedAt: row.started_at,
  };
}

/** See `Ledger.freeze`. */
export async function freeze(
  db: Kysely<Tables>,
  { secret, now }: { readonly secret: Buffer; readonly now: number },
  wanted: NewRun,
  list: RecipientList,
  planned: readonly PlannedDelivery[],
): Promise<Run> {
  return db.transaction().execute(async (trx) => {
    const run = await writeRun(trx, wanted, list.rows, now);
    await trx.deleteFrom("list_rows").where("run", "=", run.id).execute();
    const rows = [
      ...planned.map((delivery) => listRow(run, delivery, personToken(secret, delivery.to.key))),
      ...list.faults.map((fault) => faultRow(run, fault)),
    ];
    for (const some of chunks(rows)) await trx.insertInto("list_rows").values(some).execute();
    const wantedRows = planned.filter(({ kind }) => kind === "send");
    for (const some of chunks(wantedRows)) {
      await writeDeliveries(
        trx,
        some.map(({ to }) => deliveryRow(run, to, personToken(secret, to.key), now)),
      );
    }
    if (!tallyCloses(await tally(trx, run)))
      throw new Error("The rows of the list and the plan do not add up.");
    return run;
  });
}

async function writeRun(trx: Kysely<Tables>, wanted: NewRun, rows: number, now: number): Promise<Run> {
  const { topic, transport, contentDigest: content_digest } = wanted;
  const row = await trx
    .insertInto("runs")
    .values({
      cycle: wanted.cycle,
      variant: wanted.variant,
      list: wanted.list,
      list_digest: wanted.listDigest,
      started_at: now,
      topic,
      transport,
      content_digest,
      rows,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["cycle", "variant", "list", "list_digest"])
        .doUpdateSet({ topic, transport, content_digest, rows }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return runFrom(row);
}

/** A row already served before keeps its end: it is no skip, its delivery says how it went. */
function listRow(run: Run, delivery: PlannedDelivery, person: string): NewListRow {
  const because = delivery.kind === "skip" ? delivery.because : undefined;
  const skip = because === "suppressed" || because === "excluded" ? because : null;
  return { run: run.id, row: delivery.to.row, person, skip, value: delivery.to.address, reason: null };
}

function faultRow(run: Run, fault: ListFault): NewListRow {
  const { row, value, kind } = fault;
  const reason = kind === "invalid" ? fault.reason : `first in row ${fault.firstRow}`;
  return { run: run.id, row, person: null, skip: kind, value, reason };
}

function deliveryRow(run: Run, to: Recipient, person: string, now: number): NewDeliveryRow {
  return {
    cycle: run.cycle,
    variant: run.variant,
    person,
    key: to.key,
    address: to.address,
    domain: to.key.slice(to.key.lastIndexOf("@") + 1),
    audience: to.audience ?? null,
    fields: JSON.stringify(to.fields),
    state: "pending",
    attempts: 0,
    updated_at: now,
  };
}

/** Somebody still to be mailed gets what the newest list says; whoever was mailed stays as recorded. */
async function writeDeliveries(trx: Kysely<Tables>, rows: readonly NewDeliveryRow[]): Promise<void> {
  await trx
    .insertInto("deliveries")
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(["cycle", "variant", "person"])
        .doUpdateSet((of) => ({
          key: of.ref("excluded.key"),
          address: of.ref("excluded.address"),
          domain: of.ref("excluded.domain"),
          audience: of.ref("excluded.audience"),
          fields: of.ref("excluded.fields"),
        }))
        .where("deliveries.state", "in", ["pending", "deferred"]),
    )
    .execute();
}

type Skip = NonNullable<Selectable<Tables["list_rows"]>["skip"]>;
type End = { readonly state: Exclude<DeliveryRow["state"], "claimed"> } | { readonly skip: Skip };

/**
 * How a row of the list ended. What happened comes first, then what was decided. Somebody who was suppressed after
 * the plan was made is not mailed any more.
 */
function endOf(row: {
  state: DeliveryRow["state"] | null;
  skip: Skip | null;
  suppressed: string | null;
}): End {
  const { state, skip, suppressed } = row;
  if (state === "accepted" || state === "rejected" || state === "unknown") return { state };
  if (skip) return { skip };
  if (suppressed !== null && state !== "sending") return { skip: "suppressed" };
  if (state) return { state: state === "claimed" ? "pending" : state };
  throw new Error("A row of the list has neither a delivery nor a reason to be skipped.");
}

function joined(db: Kysely<Tables>, run: Run) {
  return db
    .selectFrom("list_rows as l")
    .leftJoin("deliveries as d", (join) =>
      join.onRef("d.person", "=", "l.person").on("d.cycle", "=", run.cycle).on("d.variant", "=", run.variant),
    )
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
      of.case().when(suppressed, "is", null).then(null).else("yes").end().as("suppressed"),
      of.fn.countAll<number>().as("count"),
    ])
    .groupBy(["l.skip", "d.state", "suppressed"])
    .execute();
  const counts = new Map<keyof Tally, number>();
  for (const { count, ...row } of groups) {
    const end = endOf(row);
    const key = "skip" in end ? tallyKeyOfSkip[end.skip] : tallyKeyOfState(end.state);
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return tallyOf(run.rows, counts);
}

/** See `Ledger.rows`. */
export async function rowsOf(db: Kysely<Tables>, run: Run): Promise<RowReport[]> {
  const rows = await joined(db, run)
    .select(["l.row", "l.value", "l.skip", "l.reason", "s.person as suppressed"])
    .select(["d.state", "d.attempts", "d.reply", "d.message_id", "d.next_at"])
    .orderBy("l.row")
    .execute();
  return rows.map((row) => {
    const end = endOf(row);
    return {
      row: row.row,
      address: row.value ?? "",
      state: "skip" in end ? ("skipped" as const) : end.state,
      because: "skip" in end ? end.skip : undefined,
      reason: row.reason ?? undefined,
      attempts: row.attempts ?? 0,
      reply: row.reply ?? undefined,
      messageId: row.message_id ?? undefined,
      nextAt: row.next_at ?? undefined,
    };
  });
}

function chunks<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / chunk) }, (_, at) =>
    items.slice(at * chunk, (at + 1) * chunk),
  );
}
