import { randomBytes } from "node:crypto";
import { CompiledQuery, Kysely, sql } from "kysely";

import { EXIT, UserError } from "../domain/user-error.ts";
import type { PostgresPlace } from "./place.ts";
import { postgresSchema, postgresUpgrades, postgresVersion, schemaName } from "./postgres-schema.ts";
import { postgresDialect } from "./postgres.ts";
import { changeLock } from "./server-lock.ts";
import type { Tables } from "./schema.ts";

/** The oldest server that these tables and questions were tried with. */
const oldest = 140_000;
/** The name under which one process at a time makes or changes the tables; any number that nobody else uses. */
const makeLock = 0x6f6e6575;
const versionName = "version";
/** The first version that several may send from. */
const firstShared = 4;

/** An open ledger on a server, and the key that is kept in it. */
export interface ServerLedger {
  readonly db: Kysely<Tables>;
  readonly secret: Buffer;
}

/**
 * Takes the place; and whether a ledger is made where there is none, with that secret or one of its own. Gives nothing
 * where there is none and none is made. Throws a UserError (exit 2) when the database is foreign, newer, or cannot be
 * used: to treat it as empty would mail everyone again.
 */
export async function openServerLedger(
  place: PostgresPlace,
  { isMade, secret = randomBytes(32) }: { readonly isMade: boolean; readonly secret?: Buffer | undefined },
): Promise<ServerLedger | undefined> {
  const db = new Kysely<Tables>({ dialect: postgresDialect(place) });
  try {
    let found = await judged(db, place);
    if (found === "none" || found < postgresVersion) {
      if (!isMade && found === "none") {
        await db.destroy();
        return undefined;
      }
      await make(db, place, secret);
      found = await judged(db, place);
    }
    const { value } = await db
      .selectFrom("meta")
      .select("value")
      .where("name", "=", "secret")
      .executeTakeFirstOrThrow();
    return { db, secret: Buffer.from(value, "hex") };
  } catch (fault) {
    await db.destroy();
    throw fault;
  }
}

/** What can be told of a ledger on a server. */
export interface AboutServer {
  readonly version: string;
  /** Of the whole database, in bytes; none before the ledger is made. */
  readonly size: number | undefined;
  /** False where a power cut may cost what was said to be on disk. */
  readonly isDurable: boolean;
}

/** Looks at a ledger without changing anything. Throws as `openServerLedger` does. */
export async function aboutServer(place: PostgresPlace): Promise<AboutServer> {
  const db = new Kysely<Tables>({ dialect: postgresDialect(place) });
  try {
    const found = await judged(db, place);
    const { rows } = await sql<{ version: string; size: number; fsync: string; pages: string }>`
      select current_setting('server_version') as version, pg_database_size(current_database()) as size,
        current_setting('fsync') as fsync, current_setting('full_page_writes') as pages`.execute(db);
    const { version = "", size = 0, fsync, pages } = rows[0] ?? {};
    return {
      version,
      size: found === "none" ? undefined : size,
      isDurable: fsync === "on" && pages === "on",
    };
  } finally {
    await db.destroy();
  }
}

/** Gives the version of the tables that are there. */
async function judged(db: Kysely<Tables>, { name }: PostgresPlace): Promise<number | "none"> {
  const { rows } = await sql<{ server: number; encoding: string; tables: number; meta: string | null }>`
    select current_setting('server_version_num')::integer as server, current_setting('server_encoding') as encoding,
      (select count(*) from pg_class where relnamespace = to_regnamespace(${schemaName})) as tables,
      to_regclass(${`${schemaName}.meta`})::text as meta`.execute(db);
  const { server = 0, encoding = "", tables = 0, meta = null } = rows[0] ?? {};
  if (server < oldest)
    throw refusal(
      "ledger-server-old",
      `The ledger ${name} is on a PostgreSQL older than 14.`,
      "Have the server updated, or name another one in `ledger`.",
    );
  if (encoding !== "UTF8")
    throw refusal(
      "ledger-encoding",
      `The database ${name} keeps text as ${encoding}, and names of people need UTF-8.`,
      "Have it made with: create database … encoding 'UTF8' template template0",
    );
  if (meta === null) {
    if (tables === 0) return "none";
    throw foreign(name);
  }
  const version = await versionOf(db);
  if (version === undefined) throw foreign(name);
  if (version > postgresVersion)
    throw refusal(
      "ledger-newer",
      `The ledger ${name} was written by a newer onetopic.`,
      "Update onetopic on this machine, then run the same command again.",
    );
  return version;
}

async function versionOf(db: Kysely<Tables>): Promise<number | undefined> {
  try {
    const { rows } = await sql<{ value: string }>`
      select value from meta where name = ${versionName} and exists (select 1 from meta where name = 'secret')`.execute(
      db,
    );
    return rows[0] && Number(rows[0].value);
  } catch (fault) {
    // A table of this name with other columns.
    if ((fault as { code?: unknown }).code === "42703") return undefined;
    throw fault;
  }
}

/** Several processes may find nothing there, or old tables, at once: the first one makes them, the others find it done. */
async function make(db: Kysely<Tables>, place: PostgresPlace, secret: Buffer): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const run = (text: string) => trx.executeQuery(CompiledQuery.raw(text));
    await run(`select pg_advisory_xact_lock(${makeLock})`);
    const found = await judged(trx, place);
    if (found === "none") {
      // To make it needs a right on the database, even where it is there.
      const { rows } =
        await sql`select to_regnamespace(${schemaName}) as there where to_regnamespace(${schemaName}) is not null`.execute(
          trx,
        );
      if (rows.length === 0) await run(`create schema ${schemaName}`);
      await run(postgresSchema);
      const facts = { [versionName]: String(postgresVersion), secret: secret.toString("hex") };
      await trx
        .insertInto("meta")
        .values(Object.entries(facts).map(([name, value]) => ({ name, value })))
        .execute();
      return;
    }
    if (found < firstShared && !(await isNobodySending(trx))) throw olderSends(place.name);
    for (let version = found; version < postgresVersion; version += 1)
      await run(postgresUpgrades[version] ?? "");
    await trx
      .updateTable("meta")
      .set({ value: String(postgresVersion) })
      .where("name", "=", versionName)
      .execute();
  });
}

/** Whoever sends with an older version holds this for as long as it does, and is no sender for this one. */
async function isNobodySending(trx: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ free: boolean }>`
    select pg_try_advisory_xact_lock(${sql.lit(changeLock)}) as free`.execute(trx);
  return rows[0]?.free === true;
}

function olderSends(name: string): UserError {
  return refusal(
    "ledger-older-sends",
    `An older onetopic is sending from the ledger ${name}, and would be taken for dead once its tables are changed.`,
    "Wait until it has finished, or end it there; then update onetopic on all machines and run the same command again.",
  );
}

function foreign(name: string): UserError {
  return refusal(
    "ledger-foreign",
    `In the database ${name}, the schema ${schemaName} is not a ledger of onetopic.`,
    "Name another database in `ledger`.",
  );
}

function refusal(code: string, message: string, hint: string): UserError {
  return new UserError(code, message, hint, { exit: EXIT.usage });
}
