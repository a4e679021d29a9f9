import { type Kysely, sql } from "kysely";

import { tallyCloses } from "../plan/delivery.ts";
import { kindOf } from "./kinds.ts";
import type { NewRun, Run } from "./records.ts";
import { writeKit, type NewKit } from "./kits.ts";
import { countedAnew } from "./dialects.ts";
import { makeNewest } from "./newest.ts";
import { startAfresh } from "./rehearsals.ts";
import { runFrom, tally } from "./runs.ts";
import type { Tables } from "./schema.ts";
import { refuseWhileSent } from "./senders.ts";
import type { Staging } from "./staging.ts";

/**
 * Rows that one statement writes down. However long the list is, no statement takes long: a million take a minute on a busy machine, and
 * a server ends one after ten.
 */
const atOnce = 1_000_000;

/** Numbers of rows: after the first, up to the last. */
interface Piece {
  readonly after: number;
  readonly last: number;
}

/** See `Ledger.freeze`. In one transaction: a run is there as a whole or not at all. */
export async function freeze(
  db: Kysely<Tables>,
  now: number,
  wanted: NewRun,
  staged: Pick<Staging, "rows" | "digest" | "afresh">,
  kit?: NewKit,
): Promise<Run> {
  const { afresh } = staged;
  return db.transaction().execute(async (trx) => {
    const listed = { ...wanted, afresh, listDigest: staged.digest };
    await refuseWhileSent(trx, listed, now);
    await makeNewest(trx, listed);
    await startAfresh(trx, listed, now);
    const run = await writeRun(trx, listed, staged.rows, now);
    await trx.deleteFrom("list_rows").where("run", "=", run.id).execute();
    for await (const piece of pieces(trx)) {
      await writeListRows(trx, run, piece);
      await writeDeliveries(trx, run, piece, now);
    }
    await countedAnew(trx, "list_rows", "deliveries");
    if (!tallyCloses(await tally(trx, run)))
      throw new Error("The rows of the list and the plan do not add up.");
    return writeKit(trx, run, kit, now);
  });
}

async function* pieces(trx: Kysely<Tables>): AsyncGenerator<Piece> {
  const { end } = await trx
    .selectFrom("staged")
    .select((of) => of.fn.max("row").as("end"))
    .executeTakeFirstOrThrow();
  for (let after = -1; after < (end ?? -1); after += atOnce) yield { after, last: after + atOnce };
}

async function writeRun(
  trx: Kysely<Tables>,
  wanted: NewRun & { readonly listDigest: string; readonly afresh: boolean },
  rows: number,
  now: number,
): Promise<Run> {
  const { topic, transport, contentDigest: content_digest } = wanted;
  const parts = JSON.stringify(wanted.parts ?? {});
  const rehearsal = kindOf(transport);
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
      parts,
      rows,
      rehearsal,
    })
    .onConflict((conflict) =>
      conflict.columns(["cycle", "variant", "list", "list_digest", "rehearsal"]).doUpdateSet((of) => ({
        topic,
        transport,
        content_digest,
        parts,
        rows,
        // Whoever confirms a send anew wants it sent.
        control: null,
        control_reason: null,
        // What went to an outbox has left nobody's machine: the messages of now bear the date of now.
        started_at: of
          .case()
          .when(
            of.and([
              of("runs.rehearsal", "=", 1),
              of.or([of.lit(wanted.afresh), of("runs.content_digest", "!=", content_digest)]),
            ]),
          )
          .then(now)
          .else(of.ref("runs.started_at"))
          .end(),
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return runFrom(row);
}

/**
 * A row already served before keeps its end: it is no skip, its delivery says how it went. A row that does not count
 * for its person does not name them, so that nobody is counted twice.
 */
async function writeListRows(trx: Kysely<Tables>, run: Run, { after, last }: Piece): Promise<void> {
  const forgotten = trx.selectFrom("suppressions as s").select("s.person").where("s.address", "is", null);
  await trx
    .insertInto("list_rows")
    .columns(["run", "row", "person", "skip", "value", "reason"])
    .expression((of) =>
      of
        .selectFrom("staged")
        .select((on) => [
          sql<number>`cast(${run.id} as integer)`.as("run"),
          "row",
          on.case().when("loses_to", "is", null).then(on.ref("person")).else(null).end().as("person"),
          on
            .case()
            .when("verdict", "in", ["suppressed", "excluded", "duplicate", "invalid"])
            .then(on.ref("verdict"))
            .when("verdict", "=", "outside")
            .then("excluded")
            .else(null)
            .end()
            .as("skip"),
          // What a forgotten person's row says is not kept again.
          on.case().when("person", "in", forgotten).then(null).else(on.ref("address")).end().as("value"),
          on
            .case()
            .when("verdict", "=", "duplicate")
            .then(sql<string>`'same as row ' || loses_to`)
            .else(on.ref("reason"))
            .end()
            .as("reason"),
        ])
        .where("row", ">", after)
        .where("row", "<=", last)
        .orderBy("row"),
    )
    .execute();
}

function toBeSent(trx: Kysely<Tables>, { after, last }: Piece) {
  return trx
    .selectFrom("staged")
    .where("verdict", "=", "send")
    .where("row", ">", after)
    .where("row", "<=", last);
}

/** Somebody still to be mailed gets what the newest list says; whoever was mailed stays as recorded. */
async function writeDeliveries(trx: Kysely<Tables>, run: Run, piece: Piece, now: number): Promise<void> {
  await trx
    .insertInto("deliveries")
    .columns([
      "cycle",
      "variant",
      "person",
      "key",
      "address",
      "domain",
      "audience",
      "fields",
      "state",
      "updated_at",
      "run",
      "rehearsal",
    ])
    .expression(
      toBeSent(trx, piece)
        .select([sql<string>`${run.cycle}`.as("cycle"), sql<string>`${run.variant}`.as("variant")])
        .select(["person", "key", "address", "domain", "audience", "fields"])
        .select([sql<string>`'pending'`.as("state"), sql<number>`cast(${now} as bigint)`.as("updated_at")])
        .select(sql<number>`cast(${run.id} as integer)`.as("run"))
        .select(sql<0 | 1>`cast(${kindOf(run.transport)} as integer)`.as("rehearsal"))
        .orderBy("row"),
    )
    .onConflict((conflict) =>
      conflict
        .columns(["cycle", "variant", "person", "rehearsal"])
        .doUpdateSet((of) => ({
          key: of.ref("excluded.key"),
          address: of.ref("excluded.address"),
          domain: of.ref("excluded.domain"),
          audience: of.ref("excluded.audience"),
          fields: of.ref("excluded.fields"),
        }))
        // Whoever was forgotten and is to be mailed after all has no address any more.
        .where((of) =>
          of.or([
            of("deliveries.state", "in", ["pending", "deferred", "claimed"]),
            of("deliveries.address", "=", ""),
          ]),
        ),
    )
    .execute();
}
