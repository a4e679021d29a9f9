/*
 * The little in which the two kinds of database differ where the queries are the same. Tables differ in schema.ts and
 * postgres-schema.ts; what is asked for every message is put together in together.ts for PostgreSQL.
 */
import { type Kysely, PostgresAdapter, sql } from "kysely";

import type { Tables } from "./schema.ts";

/** The names under which one process at a time does something; any numbers that nobody else uses ("onet" in ASCII). */
const [claimLock, takeOverLock] = [0x6f6e6574, 0x6f6e6578];

/** True for a connection to PostgreSQL. */
export function isServer(db: Kysely<Tables>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/** Text that is compared byte by byte, as SQLite does by itself. */
export function plainText(db: Kysely<Tables>) {
  return isServer(db) ? sql`text collate "C"` : ("text" as const);
}

/**
 * Until the end of this transaction nobody else counts against the same limits. SQLite has one writer anyway.
 */
export async function countAlone(trx: Kysely<Tables>): Promise<void> {
  if (isServer(trx)) await sql`select pg_advisory_xact_lock(${sql.lit(claimLock)})`.execute(trx);
}

/** Until the end of this transaction nobody else takes over from the dead. False when somebody is at it. */
export async function takeOverAlone(trx: Kysely<Tables>): Promise<boolean> {
  if (!isServer(trx)) return true;
  const { rows } = await sql<{ mine: boolean }>`
    select pg_try_advisory_xact_lock(${sql.lit(takeOverLock)}) as mine`.execute(trx);
  return rows[0]?.mine === true;
}

/** The time that leases go by: a server's own, since the clocks of many machines never agree. */
export function leaseTime(db: Kysely<Tables>, now: number) {
  return isServer(db)
    ? sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`
    : sql<number>`${now}`;
}

/** Tells the planner how many rows there are now: it asks by itself only later, and of temporary tables never. */
export async function countedAnew(
  db: Kysely<Tables>,
  ...tables: readonly (keyof Tables & string)[]
): Promise<void> {
  if (!isServer(db)) return;
  await sql`analyze ${sql.join(tables.map((table) => sql.table(table)))}`.execute(db);
}

/**
 * True for a delivery whose person no row of the run names. SQLite would read the whole list for each of them if it were
 * asked as PostgreSQL is; and PostgreSQL, asked as SQLite is, once the list is longer than its memory.
 */
export function notWantedBy(db: Kysely<Tables>, run: number) {
  return isServer(db)
    ? sql<boolean>`not exists (select from list_rows l where l.run = ${run} and l.skip is null and l.person = deliveries.person)`
    : sql<boolean>`person not in (select person from list_rows where run = ${run} and skip is null and person is not null)`;
}

/** Any number of texts as one value: so the statement stays the same, and is prepared once. */
export function oneOf(db: Kysely<Tables>, texts: readonly string[]) {
  return isServer(db)
    ? sql<string>`(select unnest(${texts}::text[]))`
    : sql<string>`(select value from json_each(${JSON.stringify(texts)}))`;
}

/** The parts that a query which locks rows is given in PostgreSQL. SQLite locks the file. */
export function unlockedOnly<Query extends Lockable<Query>>(db: Kysely<Tables>, query: Query): Query {
  return isServer(db) ? query.forUpdate("d").skipLocked() : query;
}

/** The same for rows that must stay as they are until the end of the transaction. */
export function unchanging<Query extends { forShare(): Query; forUpdate(): Query }>(
  db: Kysely<Tables>,
  query: Query,
  by: "share" | "update",
): Query {
  if (!isServer(db)) return query;
  return by === "share" ? query.forShare() : query.forUpdate();
}

interface Lockable<Query> {
  forUpdate(table: "d"): Query;
  skipLocked(): Query;
}
