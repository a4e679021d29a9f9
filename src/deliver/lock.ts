import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";

import { EXIT, UserError } from "../domain/user-error.ts";
import { SQLITE, SqliteFile, sqliteFault } from "./sqlite.ts";

export interface SenderLock {
  /** Lets the next one in. Safe to call twice. */
  release(): void | Promise<void>;
}

/** Who holds the lock; only for the message. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/**
 * Takes the path of the lock file (its name with `.json` behind it says who holds it) and the time. Gives the lock,
 * which the operating system takes back when the process ends, however it ends. Throws a UserError: `busy` (exit 1)
 * when somebody else is sending, exit 2 when the file cannot be made.
 */
export function takeSenderLock(file: string, { now }: { readonly now: () => number }): SenderLock {
  const note = `${file}.json`;
  let database: SqliteFile | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, "a", 0o600));
    // An open exclusive transaction is a lock on the file itself: it cannot be left behind. No waiting.
    database = new SqliteFile(file, undefined, 0);
    database.exec("begin exclusive");
    const holder: Holder = { pid: process.pid, host: hostname(), since: new Date(now()).toISOString() };
    writeFileSync(note, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  } catch (fault) {
    database?.close();
    throw sqliteFault(fault) === SQLITE.busy ? busy(note) : unusable(file, fault);
  }
  const held = database;
  return {
    release: () => {
      rmSync(note, { force: true });
      held.close();
    },
  };
}

function busy(note: string): UserError {
  const holder = readHolder(note);
  return sendingAlready(
    holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : "another process",
  );
}

/** What somebody is told who would send while another one does. */
export function sendingAlready(who: string): UserError {
  return new UserError(
    "busy",
    `This toolkit is sending already: ${who}.`,
    "Wait until it has finished, or end it there; then run the same command again. `onetopic status` shows how far it is.",
  );
}

function readHolder(note: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(note, "utf8")) as Holder;
  } catch {
    // Written a moment after the lock is taken; the lock itself is what counts.
    return undefined;
  }
}

function unusable(file: string, fault: unknown): UserError {
  const isFull = sqliteFault(fault) === SQLITE.full || (fault as NodeJS.ErrnoException).code === "ENOSPC";
  if (isFull) {
    return new UserError(
      "lock-unusable",
      `The disk is full: the lock ${file} cannot be taken.`,
      "Make room, then run the same command again.",
      { exit: EXIT.usage, cause: fault },
    );
  }
  return new UserError(
    "lock-unusable",
    `The lock ${file} cannot be taken: ${(fault as Error).message}.`,
    "Check that the folder may be written and lies on a disk of this machine, then run the same command again.",
    { exit: EXIT.usage, cause: fault },
  );
}
