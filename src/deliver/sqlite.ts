/*
 * The one file that knows the SQLite library. It is @photostructure/sqlite on every Node: `node:sqlite` needs a flag
 * on some of the versions we support, writes an ExperimentalWarning to stderr on others, and brings another SQLite
 * with each. One library means one SQLite that the tests have seen, and nothing to suppress.
 */
import { DatabaseSync } from "@photostructure/sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type SqliteDatabase,
  type SqliteStatement,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { open, type FileHandle } from "node:fs/promises";
import type { DiskSync } from "./group.ts";

type Database = InstanceType<typeof DatabaseSync>;
type Statement = ReturnType<Database["prepare"]>;

/** How long a statement waits for another process that is writing. */
const busyTimeout = 30_000;
/** Statements are few; the cap only guards against lists of changing length in their text. */
const keptStatements = 200;

/** An open database file, in the form kysely asks for. Faults of SQLite go through `explain` before they are thrown. */
export class SqliteFile implements SqliteDatabase {
  readonly #database: Database;
  readonly #statements = new Map<string, SqliteStatement>();
  readonly #explain: (fault: unknown) => unknown;
  /** Whether SQLite waits for the disk at each commit, as far as it was told. */
  #isWaiting = true;
  /**
   * Whether it is to. It is told with the first statement after a change: each telling takes as long as writing a row, and
   * it may not be told within a transaction.
   */
  waits = true;

  /**
   * Opens the file, or makes an empty one. `wait` is how long to wait for other processes, in milliseconds. To look and
   * no more, the file must be there.
   */
  constructor(
    file: string,
    explain: (fault: unknown) => unknown = (fault) => fault,
    wait = busyTimeout,
    readOnly = false,
  ) {
    this.#explain = explain;
    this.#database = this.#explained(() => new DatabaseSync(file, { timeout: wait, readOnly }));
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#statements.size >= keptStatements) this.#statements.clear();
    const made = this.#explained(() => this.#prepared(sql));
    this.#statements.set(sql, made);
    return made;
  }

  /** Runs statements that give nothing back. */
  exec(sql: string): void {
    this.#explained(() => this.#database.exec(sql));
  }

  /** Gives the first column of the pragma's first row. */
  pragma(text: string): unknown {
    const row: object | undefined = this.#explained(() => this.#database.prepare(`pragma ${text}`).get());
    return row && Object.values(row)[0];
  }

  close(): void {
    this.#statements.clear();
    if (!this.#database.isOpen) return;
    try {
      // What was written lately then stands in the file itself: a copy of this one file is a whole ledger.
      this.#database.exec("pragma wal_checkpoint(truncate)");
    } catch {
      // Somebody else has the file open, or it cannot be written: what is in the log beside it is safe there.
    }
    this.#database.close();
  }

  #prepared(sql: string): SqliteStatement {
    const statement = this.#database.prepare(sql);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => this.#explained(() => this.#told(statement).all(...parameters)),
      run: (parameters) => this.#explained(() => this.#told(statement).run(...parameters)),
      iterate: (parameters) => this.#explained(() => statement.iterate(...parameters)),
    };
  }

  #told(statement: Statement): Statement {
    if (this.waits !== this.#isWaiting) {
      this.#database.exec(`pragma synchronous = ${this.waits ? "full" : "normal"}`);
      this.#isWaiting = this.waits;
    }
    return statement;
  }

  #explained<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (fault) {
      throw this.#explain(fault);
    }
  }
}

/**
 * Lets a file with write-ahead logging be written without waiting for the disk in the program's own thread: meanwhile the
 * connections go on, and what they ask for gathers. Source: https://sqlite.org/pragma.html#pragma_synchronous: the one
 * thing that NORMAL leaves out there is the synchronising of the log at each commit, which `reached` does.
 */
export function walSync(path: string, file: Pick<SqliteFile, "waits">): DiskSync {
  let log: Promise<FileHandle> | undefined;
  return {
    before: () => void (file.waits = false),
    after: () => void (file.waits = true),
    reached: async () => (await (log ??= open(`${path}-wal`, "r+"))).datasync(),
    close: async () => (await log)?.close(),
  };
}

/** Gives kysely its way to the database. */
export function sqliteDialect(database: SqliteFile): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ImmediateDriver({ database }),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/**
 * A transaction that reads first and writes later fails at once, without waiting, when another process wrote in
 * between. Taking the write lock at the start makes it wait instead.
 */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  /** Some faults, a full disk among them, end the transaction by themselves: then there is none to take back. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw("rollback"));
    } catch {
      // What went wrong before is what counts.
    }
  }
}

/** SQLite's own number for what went wrong (primary result code), or nothing when it was not SQLite. */
export function sqliteFault(fault: unknown): number | undefined {
  const code = (fault as { errcode?: unknown } | null)?.errcode;
  return typeof code === "number" ? code & 0xff : undefined;
}

/** The primary result codes that are told apart. Source: https://sqlite.org/rescode.html */
export const SQLITE = {
  busy: 5,
  readonly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;
