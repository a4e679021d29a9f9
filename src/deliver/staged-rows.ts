import type { Kysely } from "kysely";

import type { Verdict } from "../domain/delivery.ts";
import type { Recipient } from "../domain/recipient.ts";
import { countedAnew, plainText } from "./dialects.ts";
import { kindOf } from "./kinds.ts";
import type { NewRun } from "./records.ts";
import type { Tables } from "./schema.ts";

/** One row of a list that is being planned for. The table is temporary: it is gone with the connection. */
export interface StagedRow {
  row: number;
  /** See `personToken`; none where the row names nobody. */
  person: string | null;
  key: string;
  /** The address, or what stands in its place. */
  address: string;
  domain: string;
  audience: string | null;
  /** JSON. */
  fields: string;
  /** See `rankOf`. */
  rank: number;
  /** 1 for a row outside of the part of the list that is asked for, else 0. */
  outside: number;
  verdict: Verdict;
  reason: string | null;
  /** The row that counts for this person, where it is another one. */
  loses_to: number | null;
}

/** Rows per statement: few statements, and far from SQLite's limit of 32,766 values in one. */
export const batchSize = 500;

/** Makes the temporary tables anew. They belong to the connection, so it must stay the same one. */
export async function createStagingTables(db: Kysely<Tables>): Promise<void> {
  await dropStagingTables(db);
  const text = plainText(db);
  await db.schema
    .createTable("staged")
    .temporary()
    .addColumn("row", "integer", (column) => column.primaryKey())
    .addColumn("person", text)
    .addColumn("key", text, (column) => column.notNull())
    .addColumn("address", text, (column) => column.notNull())
    .addColumn("domain", text, (column) => column.notNull())
    .addColumn("audience", text)
    .addColumn("fields", text, (column) => column.notNull())
    .addColumn("rank", "integer", (column) => column.notNull())
    .addColumn("outside", "integer", (column) => column.notNull())
    .addColumn("verdict", text, (column) => column.notNull())
    .addColumn("reason", text)
    .addColumn("loses_to", "integer")
    .execute();
  await db.schema
    .createTable("staged_out")
    .temporary()
    .addColumn("person", text, (column) => column.primaryKey())
    .execute();
}

export async function dropStagingTables(db: Kysely<Tables>): Promise<void> {
  for (const table of ["staged", "staged_out"]) await db.schema.dropTable(table).ifExists().execute();
}

/**
 * Somebody in several rows is mailed once, as in the row that counts: one inside the part that is asked for before one
 * outside, then the lowest rank, then the first. The others become duplicates, or stay outside.
 */
export async function settleDuplicates(db: Kysely<Tables>): Promise<void> {
  // Made when all rows are in: sorting once is many times faster than keeping in order.
  await db.schema
    .createIndex("staged_person")
    .on("staged")
    .columns(["person", "outside", "rank", "row"])
    .execute();
  await countedAnew(db, "staged");
  const several = db
    .selectFrom("staged")
    .select("person")
    .where("person", "is not", null)
    .groupBy("person")
    .having((of) => of.fn.countAll(), ">", 1);
  await db
    .updateTable("staged")
    .set((of) => ({
      loses_to: of
        .selectFrom("staged as best")
        .select("best.row")
        .whereRef("best.person", "=", "staged.person")
        .orderBy("best.outside")
        .orderBy("best.rank")
        .orderBy("best.row")
        .limit(1),
    }))
    .where("person", "in", several)
    .execute();
  await db
    .updateTable("staged")
    .set({ loses_to: null })
    .where("loses_to", "is not", null)
    .whereRef("loses_to", "=", "row")
    .execute();
  await db
    .updateTable("staged")
    .set((of) => ({
      verdict: of.case().when("outside", "=", 1).then<Verdict>("outside").else<Verdict>("duplicate").end(),
    }))
    .where("loses_to", "is not", null)
    .execute();
}

/** The rows of one verdict in the order of the list, or all rows. Read in pieces, so that others may ask in between. */
export async function* stagedRows(
  db: Kysely<Tables>,
  verdict?: Verdict,
): AsyncGenerator<readonly StagedRow[]> {
  for (let after = -1; ;) {
    let query = db.selectFrom("staged").selectAll().where("row", ">", after);
    if (verdict !== undefined) query = query.where("verdict", "=", verdict);
    const rows = await query.orderBy("row").limit(batchSize).execute();
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = last.row;
  }
}

export function recipientOf({ address, key, audience, fields, row }: StagedRow): Recipient {
  return {
    address,
    key,
    ...(audience === null ? {} : { audience }),
    fields: JSON.parse(fields) as Record<string, string>,
    row,
  };
}

/** See `Staging.waitingLeftOut`. */
export async function waitingLeftOut(
  db: Kysely<Tables>,
  { cycle, variant, transport }: Pick<NewRun, "cycle" | "variant" | "transport">,
  list: string,
): Promise<number> {
  const earlier = await db
    .selectFrom("runs")
    .select("id")
    .where("cycle", "=", cycle)
    .where("variant", "=", variant)
    .where("list", "=", list)
    .where("rehearsal", "<=", kindOf(transport))
    .execute();
  const runs = earlier.map(({ id }) => id);
  if (runs.length === 0) return 0;
  const { count } = await db
    .selectFrom("staged as l")
    .innerJoin("deliveries as d", (join) =>
      join.onRef("d.person", "=", "l.person").on("d.cycle", "=", cycle).on("d.variant", "=", variant),
    )
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("l.verdict", "in", ["outside", "excluded"])
    .where("l.loses_to", "is", null)
    .where("d.state", "in", ["pending", "deferred", "claimed"])
    .where("d.again", "=", 0)
    .where("d.run", "in", runs)
    .executeTakeFirstOrThrow();
  return Number(count);
}
