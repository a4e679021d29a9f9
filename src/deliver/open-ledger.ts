import { existsSync } from "node:fs";
import { Kysely } from "kysely";
import { armedBook } from "./armed.ts";
import { bookmark, bouncesOf, recordBounce, setBookmark, whoIs } from "./bounce-records.ts";
import { isServer } from "./dialects.ts";
import { freeze } from "./freeze.ts";
import { GroupCommit, type DiskSync } from "./group.ts";
import { kitBook } from "./kits.ts";
import { isTemporaryFile, openLedgerFile, openLedgerFileToRead } from "./ledger-file.ts";
import { retryDeferred, retryUnknown } from "./outcomes.ts";
import { forgetPerson, personRecord } from "./person.ts";
import type { PostgresPlace } from "./place.ts";
import { untilNotUndone } from "./postgres-faults.ts";
import { adopt, claim, interrupted } from "./queue.ts";
import { attemptsSince } from "./rates.ts";
import { reportBook } from "./report.ts";
import { findRuns, mailed, peopleWaiting, retryable, rowsOf, served, tally, unsettledRows } from "./runs.ts";
import type { Tables } from "./schema.ts";
import { abandon, enlist, findSenders, renew, resign, setControl, takeOver } from "./senders.ts";
import { sqliteDialect, walSync, type SqliteFile } from "./sqlite.ts";
import { Staging } from "./staging.ts";
import { writeTogether } from "./together.ts";
import {
  isSuppressed,
  knowsPerson,
  suppress,
  suppressions,
  suppressPerson,
  unsuppress,
  unsuppressPerson,
} from "./suppressions.ts";
import type { Ledger } from "./ledger.ts";

export interface Opening {
  readonly now: () => number;
  /** For one that is made now; else it makes its own. */
  readonly secret?: Buffer | undefined;
  /** An empty one that is gone at the end stands in for one that is not there, and nothing is made. */
  readonly ifThere?: boolean | undefined;
}

/**
 * Takes the path of the ledger, `:memory:` for one that is forgotten (test messages), an empty text for one that is
 * forgotten and may grow large, or its place on a server. Makes it when there is none, with the secret if one is given.
 * Throws a UserError (exit 2) when it is damaged, foreign, newer, or out of reach.
 */
export async function openLedger(place: string | PostgresPlace, opening: Opening): Promise<Ledger> {
  const { now, secret, ifThere = false } = opening;
  if (typeof place !== "string") {
    // Loaded here: who keeps a ledger in a file need not wait for the library.
    const { openServerLedger } = await import("./postgres-ledger.ts");
    const open = await openServerLedger(place, { isMade: !ifThere, secret });
    if (!open) return openLedger("", opening);
    return ledgerOver(open.db, open.secret, now, new GroupCommit(open.db, undefined, writeTogether));
  }
  const file = ifThere && !isTemporaryFile(place) && !existsSync(place) ? "" : place;
  const opened = openLedgerFile(file, secret);
  return ledgerIn(opened, now, isTemporaryFile(file) ? undefined : walSync(file, opened));
}

/**
 * The same for a ledger that is only looked at, beside whoever writes it: it waits for nobody, and nobody waits for it.
 * What would change a file fails. An empty one that is gone at the end stands in for one that is not there.
 */
export async function openLedgerToRead(
  place: string | PostgresPlace,
  { now }: { readonly now: () => number },
): Promise<Ledger> {
  if (typeof place !== "string" || !existsSync(place)) return openLedger(place, { now, ifThere: true });
  return ledgerIn(openLedgerFileToRead(place), now, undefined);
}

async function ledgerIn(file: SqliteFile, now: () => number, disk: DiskSync | undefined): Promise<Ledger> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(file) });
  try {
    const { value } = await db
      .selectFrom("meta")
      .select("value")
      .where("name", "=", "secret")
      .executeTakeFirstOrThrow();
    return ledgerOver(db, Buffer.from(value, "hex"), now, new GroupCommit(db, disk), disk);
  } catch (fault) {
    await db.destroy();
    throw fault;
  }
}

/** @param disk none where a commit is on disk by itself, or the ledger never is */
function ledgerOver(
  db: Kysely<Tables>,
  secret: Buffer,
  now: () => number,
  group: GroupCommit,
  disk?: DiskSync,
): Ledger {
  return {
    secret,
    isTemporary: !isServer(db) && disk === undefined,
    isShared: isServer(db),
    runs: (wanted = {}) => findRuns(db, wanted),
    stage: () => new Staging(db, secret),
    freeze: (run, staged, kit) => freeze(db, now(), run, staged, kit),
    adopt: (run) => untilNotUndone(() => adopt(db, run, now())),
    enlist: (sender) => db.transaction().execute((trx) => enlist(trx, sender, now())),
    renew: (owner, lease) => renew(db, owner, lease, now()),
    resign: (owner) => untilNotUndone(() => resign(db, owner, now())),
    senders: () => findSenders(db, now()),
    takeOver: () => untilNotUndone(() => takeOver(db, now())),
    abandon: (left, reply) => untilNotUndone(() => abandon(db, left, reply, now())),
    setControl: (run, control) => setControl(db, run, control),
    interrupted: (run) => interrupted(db, run),
    // One that is lost with the power was never begun.
    claim: (request) => group.withoutDisk((held) => claim(held, request, now())),
    begin: (attempt) => group.ask({ what: "begin", attempt, now: now() }),
    settle: (ending) => group.askLater({ what: "settle", ending, now: now() }),
    release: (owner, ids) => group.ask({ what: "release", owner, ids, now: now() }),
    rest: (domain, until) => group.ask({ what: "rest", domain, until }),
    retryUnknown: (run) => retryUnknown(db, run),
    retryable: (run) => retryable(db, run),
    retryDeferred: (run) => retryDeferred(db, run, now()),
    waiting: (run, again) => peopleWaiting(db, run, again),
    tally: (run) => tally(db, run),
    kits: kitBook(db),
    armed: armedBook(db),
    report: reportBook(db),
    served: (run) => served(db, run),
    mailed: (run) => mailed(db, run),
    rows: (run) => rowsOf(db, run),
    unsettled: (run) => unsettledRows(db, run),
    attemptsSince: (time, domain) => attemptsSince(db, time, domain),
    suppress: (people, reason) => suppress(db, secret, people, reason, now()),
    unsuppress: (who) => unsuppress(db, secret, who),
    isSuppressed: (who) => isSuppressed(db, secret, who),
    knowsPerson: (token) => knowsPerson(db, token),
    suppressPerson: (token, reason) => suppressPerson(db, token, reason, now()),
    unsuppressPerson: (token, reason) => unsuppressPerson(db, token, reason),
    suppressions: () => suppressions(db),
    whoIs: (clue) => whoIs(db, clue),
    recordBounce: (bounce, suppressFor) => recordBounce(db, bounce, suppressFor, now()),
    bouncesOf: (person) => bouncesOf(db, person),
    bookmark: (mailbox) => bookmark(db, mailbox),
    setBookmark: (mailbox, value) => setBookmark(db, mailbox, value),
    person: (who) => personRecord(db, secret, who),
    forget: (who) => forgetPerson(db, secret, who, now()),
    close: async () => {
      await disk?.close();
      await db.destroy();
    },
  };
}
