import { randomBytes, randomUUID } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";

import { EXIT, UserError } from "../domain/user-error.ts";
import { applicationId, schema, schemaVersion } from "./schema.ts";
import { SQLITE, SqliteFile, sqliteFault } from "./sqlite.ts";
import { upgrades } from "./upgrades.ts";

/** Kilobytes. Only as much is taken as is used; with less, writing down a long list is slower by half. */
const cacheSize = 16_384;

/**
 * Pages of the log after which they are copied into the file. A page is written many times in a row and copied once, so
 * this is more than SQLite's own 1,000: 40 MB.
 */
const checkpointAfter = 10_000;

/** True for a ledger that is gone when it is closed: in memory, or (SQLite's word for it is no name) on disk. */
export function isTemporaryFile(file: string): boolean {
  return file === ":memory:" || file === "";
}

/**
 * Takes the path of a ledger, or what `isTemporaryFile` knows. Gives the open file, made with its tables (and with that
 * secret, or one of its own) when there was none. Throws a UserError (exit 2) when the file is damaged, newer than this program, not a ledger, or
 * cannot be reached: to treat any of these as empty would mail everyone again.
 */
export function openLedgerFile(file: string, secret: Buffer = randomBytes(32)): SqliteFile {
  if (isTemporaryFile(file)) return temporary(file, secret);
  const explain = (fault: unknown): unknown => explained(fault, file);
  try {
    if (!existsSync(file)) createLedger(file, secret);
    if (statSync(file).size === 0) throw damaged(file, "it is empty");
  } catch (fault) {
    throw explain(fault);
  }
  const database = new SqliteFile(file, explain);
  try {
    judge(database, file);
    upgrade(database);
    // Full: what the ledger says must survive a power cut, or somebody is mailed twice.
    database.exec(`pragma cache_size = -${cacheSize}; pragma wal_autocheckpoint = ${checkpointAfter}`);
    // Secure: what is erased about a person is overwritten, and not only forgotten where it stands.
    database.exec(
      "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on;",
    );
    return database;
  } catch (fault) {
    database.close();
    throw fault;
  }
}

/**
 * Opens a ledger that is there to look at it and no more: nothing is written, and nobody is waited for. It is not read
 * through for damage first, which takes long with a large one.
 * @throws UserError (exit 2) as `openLedgerFile` does, and for one that an older program wrote
 */
export function openLedgerFileToRead(file: string): SqliteFile {
  const explain = (fault: unknown): unknown => explained(fault, file);
  const database = new SqliteFile(file, explain, 0, true);
  try {
    if (judgeKind(database, file) === schemaVersion) return database;
    throw refusal(
      "ledger-older",
      `The ledger ${file} was written by an older onetopic.`,
      'Run "onetopic status" once, which brings it up to date.',
    );
  } catch (fault) {
    database.close();
    throw fault;
  }
}

/** Gives the version of its tables. */
function judgeKind(database: SqliteFile, file: string): number {
  if (database.pragma("application_id") !== applicationId) {
    throw refusal("ledger-foreign", `${file} is not a ledger of onetopic.`, "Name another file in `ledger`.");
  }
  const version = Number(database.pragma("user_version"));
  if (version > schemaVersion) {
    throw refusal(
      "ledger-newer",
      `The ledger ${file} was written by a newer onetopic.`,
      "Update onetopic on this machine, then run the same command again.",
    );
  }
  return version;
}

function judge(database: SqliteFile, file: string): void {
  judgeKind(database, file);
  const verdict = database.pragma("quick_check(1)");
  if (verdict !== "ok") throw damaged(file, String(verdict));
}

/** Several processes may open an old ledger at once: the first one upgrades it, the others find it done. */
function upgrade(database: SqliteFile): void {
  if (database.pragma("user_version") === schemaVersion) return;
  // A table that others refer to is made anew and renamed: https://sqlite.org/lang_altertable.html, 7.
  database.exec("pragma foreign_keys = off; begin immediate");
  try {
    for (let version = Number(database.pragma("user_version")); version < schemaVersion; version += 1)
      database.exec(`${upgrades[version] ?? ""} pragma user_version = ${version + 1};`);
    database.exec("commit");
  } catch (fault) {
    database.exec("rollback");
    throw fault;
  }
}

function temporary(file: string, secret: Buffer): SqliteFile {
  const database = new SqliteFile(file, explainedTemporary);
  try {
    fill(database, secret);
    return database;
  } catch (fault) {
    database.close();
    throw fault;
  }
}

/** Made under another name and then put in place, so that nobody ever meets half a ledger. */
function createLedger(file: string, secret: Buffer): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}.new`;
  try {
    closeSync(openSync(draft, "wx", 0o600));
    const database = new SqliteFile(draft);
    fill(database, secret);
    database.close();
    putInPlace(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function fill(database: SqliteFile, secret: Buffer): void {
  database.exec(`begin;
    pragma application_id = ${applicationId};
    pragma user_version = ${schemaVersion};
    ${schema}
    insert into meta (name, value) values ('secret', '${secret.toString("hex")}');
    commit;`);
}

/** A link never replaces: when two processes make a ledger at once, both go on with the first. */
function putInPlace(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch {
    // Some file systems know no links.
    if (!existsSync(file)) renameSync(draft, file);
  }
}

/** Says a fault of SQLite or of the file system in words; anything else is a surprise and stays as it is. */
function explained(fault: unknown, file: string): unknown {
  if (fault instanceof UserError) return fault;
  switch (sqliteFault(fault)) {
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return damaged(file, (fault as Error).message);
    case SQLITE.full:
      return refusal(
        "ledger-unwritable",
        `The disk is full: the ledger ${file}, or what belongs to it in ${temporaryFolder()}, cannot be written.`,
        "Make room, then run the same command again. A message that was on its way is listed as unknown.",
        fault,
      );
    case SQLITE.busy:
      return refusal(
        "ledger-busy",
        `Another program keeps the ledger ${file} locked.`,
        "Close whatever has the file open, then run the same command again.",
        fault,
      );
    case SQLITE.readonly:
    case SQLITE.io:
    case SQLITE.cannotOpen:
      return unreachable(file, fault);
    default:
      return (fault as NodeJS.ErrnoException | null)?.syscall ? unreachable(file, fault) : fault;
  }
}

/** The same for a ledger that is gone at the end: nothing has been sent by it, and only its folder can be at fault. */
function explainedTemporary(fault: unknown): unknown {
  switch (sqliteFault(fault)) {
    case SQLITE.full:
      return refusal(
        "temporary-full",
        `The disk of the temporary folder ${temporaryFolder()} is full.`,
        "Make room there, or name another folder in the variable SQLITE_TMPDIR, then run the same command again.",
        fault,
      );
    case SQLITE.readonly:
    case SQLITE.io:
    case SQLITE.cannotOpen:
      return refusal(
        "temporary-unwritable",
        `The temporary folder ${temporaryFolder()} cannot be written: ${(fault as Error).message}.`,
        "Check that you may write there, or name another folder in the variable SQLITE_TMPDIR, then run the same command again.",
        fault,
      );
    default:
      return fault;
  }
}

/** Where SQLite puts what is gone at the end: the first that can be written. Source: https://sqlite.org/tempfiles.html, 5. */
function temporaryFolder(): string {
  if (process.platform === "win32") return tmpdir();
  const { SQLITE_TMPDIR, TMPDIR } = process.env;
  const places = [SQLITE_TMPDIR, TMPDIR, "/var/tmp", "/usr/tmp", "/tmp"];
  return places.find((place) => place !== undefined && isWritable(place)) ?? ".";
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function unreachable(file: string, fault: unknown): UserError {
  return refusal(
    "ledger-unreachable",
    `The ledger ${file} cannot be opened or written: ${(fault as Error).message}.`,
    "Check that the folder exists, that you may write to it, and that its disk is connected.",
    fault,
  );
}

function damaged(file: string, why: string): UserError {
  return refusal(
    "ledger-damaged",
    `The ledger ${file} is damaged or is not a ledger: ${why}.`,
    "Put back a copy from your backup. It alone knows who has been mailed: delete it only if nothing was ever sent.",
  );
}

function refusal(code: string, message: string, hint: string, cause?: unknown): UserError {
  return new UserError(code, message, hint, { exit: EXIT.usage, cause });
}
