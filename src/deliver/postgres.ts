/*
 * The one file that knows the library for PostgreSQL. It is loaded only for a ledger that is kept there.
 */
import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  CompiledQuery,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { Client, type ClientConfig, Pool, type PoolClient, types as usualTypes } from "pg";

import type { PostgresPlace } from "./place.ts";
import { copyIn, isCopy } from "./postgres-copy.ts";
import { explainedFault } from "./postgres-faults.ts";
import { schemaName } from "./postgres-schema.ts";

/** How long to wait for a connection, and for another program that holds what is asked for, in milliseconds. */
const [toConnect, forOthers] = [10_000, 30_000];
/** No single question takes longer, not even to write down a list of a million; the server ends it first. */
const [longest, grace] = [600_000, 10_000];
/** A line on which nothing comes is asked whether it still stands. */
const keepAlive = 10_000;

/**
 * On every new connection, whatever the settings of server, database and user say: what is committed is on disk, nothing
 * waits for ever, names mean the ledger's own tables, and the server finds out within a minute that a machine is gone.
 */
const prelude = `
set search_path = ${schemaName};
set synchronous_commit = on;
set idle_session_timeout = 0;
set tcp_keepalives_idle = 30;
set tcp_keepalives_interval = 10;
set tcp_keepalives_count = 3;
set lock_timeout = ${forOthers};
set statement_timeout = ${longest};
set idle_in_transaction_session_timeout = ${longest};
set default_transaction_isolation = 'read committed';
set client_min_messages = error;
set work_mem = '64MB';
set temp_buffers = '64MB';
`;

/** Numbers of 8 bytes as numbers: times and counts are far below 2^53, where they would stop to be exact. */
const int8 = 20;
const types = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === int8 ? Number : (usualTypes.getTypeParser(oid, format as "text") as (text: string) => unknown),
};

function configOf(place: PostgresPlace): ClientConfig {
  const { host, port, user, password, database, tls } = place;
  return {
    host,
    port,
    database,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ssl: tls ? tlsConfig(tls) : false,
    application_name: `onetopic ${process.pid} on ${hostname()}`.slice(0, 63),
    connectionTimeoutMillis: toConnect,
    query_timeout: longest + grace,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAlive,
    types,
  };
}

function tlsConfig({ isChecked, caFile }: NonNullable<PostgresPlace["tls"]>) {
  return {
    rejectUnauthorized: isChecked,
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile, "utf8") }),
  };
}

/**
 * Gives kysely its way to the database: one connection, made when it is first needed and anew when it was lost, so that
 * temporary tables stay where they are and questions keep their order. Faults are UserErrors where they can be explained.
 */
export function postgresDialect(place: PostgresPlace): Dialect {
  const explain = (fault: unknown) => explainedFault(fault, place.name);
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new ServerDriver(place, explain),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

type Explain = (fault: unknown) => unknown;

class ServerDriver implements Driver {
  readonly #place: PostgresPlace;
  readonly #explain: Explain;
  #pool: Pool | undefined;

  constructor(place: PostgresPlace, explain: Explain) {
    this.#place = place;
    this.#explain = explain;
  }

  async init(): Promise<void> {}

  #opened(): Pool {
    const pool = new Pool({
      ...configOf(this.#place),
      max: 1,
      idleTimeoutMillis: 0,
      verify: (client, done) => void client.query(prelude).then(() => done(), done),
    });
    // A connection that is lost while nobody uses it: the next question makes another one, or is told why it cannot.
    pool.on("error", () => {});
    return pool;
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    try {
      this.#pool ??= this.#opened();
      return new ServerConnection(await this.#pool.connect(), this.#explain);
    } catch (fault) {
      throw this.#explain(fault);
    }
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  /** After a connection was lost there is nothing to take back: the server did so. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw("rollback"));
    } catch {
      // What went wrong before is what counts.
    }
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as ServerConnection).release();
  }

  async destroy(): Promise<void> {
    await this.#pool?.end();
  }
}

/** A connection whose faults are explained, and that is not used again after one that leaves it in doubt. */
class ServerConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #explain: Explain;
  readonly #lose = () => void (this.#isLost = true);
  #isLost = false;

  constructor(client: PoolClient, explain: Explain) {
    this.#client = client;
    this.#explain = explain;
    client.on("error", this.#lose);
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const values = parameters.map(storable);
      const { rows, rowCount } = isCopy(sql)
        ? await copyIn(this.#client, sql, String(values[0]))
        : await this.#client.query(sql, values);
      return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
    } catch (fault) {
      if (isLostWith(fault)) this.#lose();
      throw this.#explain(fault);
    }
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("What is long is asked for in pieces, and not streamed.");
  }

  release(): void {
    this.#client.off("error", this.#lose);
    this.#client.release(this.#isLost);
  }
}

/** The server has no number for it, so it was not the server that spoke; or its last word is that it goes (57P). */
function isLostWith(fault: unknown): boolean {
  const { severity, code } = fault as { readonly severity?: unknown; readonly code?: unknown };
  return typeof severity !== "string" || /^(57P|08)/.test(String(code));
}

/** PostgreSQL has no text with the character NUL in it, and servers and lists may say anything. */
function storable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(storable);
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
}

/** A connection by itself, for what must live as long as it does. */
export interface Session {
  ask(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** Opens one. Throws a UserError (exit 2) when it cannot be opened. */
export async function openSession(place: PostgresPlace): Promise<Session> {
  const explain = (fault: unknown) => explainedFault(fault, place.name);
  let client: Client | undefined;
  try {
    client = new Client(configOf(place));
    // Whoever asks next is told.
    client.on("error", () => {});
    await client.connect();
    await client.query(prelude);
  } catch (fault) {
    await client?.end().catch(() => {});
    throw explain(fault);
  }
  const open = client;
  return {
    ask: async (text, values = []) => {
      try {
        return (await open.query<Record<string, unknown>>(text, [...values])).rows;
      } catch (fault) {
        throw explain(fault);
      }
    },
    close: () => open.end().catch(() => {}),
  };
}
