import { Kysely } from "kysely";

import type { DeliveryOutcome, DeliveryState, Tally } from "../domain/delivery.ts";
import type { EditionParts } from "../domain/edition.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Limits } from "../domain/settings.ts";
import type { CycleId, Variant } from "../domain/topic.ts";
import { begin, begun, noteParts, outstanding, partsOf, type Outstanding } from "./armed.ts";
import { bookmark, bouncesOf, recordBounce, setBookmark, whoIs } from "./bounce-records.ts";
import { freeze } from "./freeze.ts";
import { isTemporaryFile, openLedgerFile } from "./ledger-file.ts";
import { release, retryDeferred, retryUnknown, settle } from "./outcomes.ts";
import { forgetPerson, personRecord, type PersonRecord } from "./person.ts";
import { adopt, claim, interrupted } from "./queue.ts";
import { attemptsSince } from "./rates.ts";
import { findRuns, peopleWaiting, rowsOf, tally } from "./runs.ts";
import type { Tables } from "./schema.ts";
import { sqliteDialect } from "./sqlite.ts";
import { Staging } from "./staging.ts";
import {
  isSuppressed,
  knowsPerson,
  suppress,
  suppressions,
  suppressPerson,
  unsuppress,
  unsuppressPerson,
} from "./suppressions.ts";

/** What one list is to be sent: an edition in one variant. */
export interface NewRun {
  readonly cycle: CycleId;
  readonly topic: string;
  readonly variant: Variant;
  /** Name of the list. */
  readonly list: string;
  /** Of everything that shapes the messages. */
  readonly contentDigest: string;
  /** The same part by part, to say what changed. */
  readonly parts?: EditionParts | undefined;
  /** Safe to show. */
  readonly transport: string;
}

export interface Run extends NewRun {
  readonly id: number;
  /** Of the list's contents: a changed list is another run. */
  readonly listDigest: string;
  readonly rows: number;
  readonly startedAt: number;
}

/** One delivery taken out of the queue: marked `sending`, and on disk as such. */
export interface Claimed {
  readonly id: number;
  readonly to: Recipient;
  readonly messageId: string;
  /** How many attempts were made, this one included. */
  readonly attempts: number;
  readonly firstAt: number;
}

/** A delivery that was on the wire when its process died. */
export interface Interrupted extends Claimed {
  readonly transport: string;
}

export interface ClaimRequest {
  readonly run: Run;
  /** How many at the most. */
  readonly limit: number;
  readonly limits: Omit<Limits, "connections">;
  /** Who sends: for the message when somebody else wants to. */
  readonly owner: string;
  /** The transport's name: only the same one may later say what became of the attempt. */
  readonly transport: string;
  /** Takes a recipient's key. */
  readonly messageId: (key: string) => string;
}

/** Why nothing can be sent just now, and when to ask again. */
export interface Wait {
  readonly until: number;
  readonly because: "retry" | "rate";
}

/** Either deliveries, or a time to wait for, or neither: then nothing is left to do. */
export interface Claim {
  readonly deliveries: readonly Claimed[];
  readonly wait?: Wait | undefined;
}

/** How a row of the list stands. */
export interface RowReport {
  readonly row: number;
  /** The address, or what stands in its place. */
  readonly address: string;
  readonly state: DeliveryState;
  /** Why a row is skipped. */
  readonly because?: "suppressed" | "excluded" | "duplicate" | "invalid" | undefined;
  readonly reason?: string | undefined;
  readonly attempts: number;
  readonly reply?: string | undefined;
  readonly messageId?: string | undefined;
  /** When a deferred delivery is due again; none when it was given up. */
  readonly nextAt?: number | undefined;
}

/** Somebody by address, and by the key that duplicates are judged by. */
export type Addressee = Pick<Recipient, "address" | "key">;

export interface Suppression {
  /** None after the person asked to be forgotten. */
  readonly address?: string | undefined;
  readonly reason: string;
  readonly since: number;
}

/** What somebody may be known by: a message that was sent to them, or the name of `personToken`. */
export type Clue = { readonly messageId: string } | { readonly person: string };

/** Somebody whom a report may be about. */
export interface BouncedPerson {
  readonly person: string;
  /** None after the person asked to be forgotten. */
  readonly address?: string | undefined;
  /** Message-IDs of what they were sent, the newest first. */
  readonly messages: readonly string[];
  /** Whether anything was sent to them, or may have been. */
  readonly wasMailed: boolean;
  readonly isSuppressed: boolean;
}

/** What came back about somebody. */
export interface Bounce {
  /** Digest of the report. */
  readonly report: string;
  readonly kind: "hard" | "soft" | "complaint" | "unsubscribe";
  /** RFC 3463, such as 5.1.1. */
  readonly status?: string | undefined;
  /** What the other server said, in one line. It may hold the address. */
  readonly said?: string | undefined;
  readonly messageId?: string | undefined;
  readonly at: number;
}

export type NewBounce = Omit<Bounce, "at"> & Pick<BouncedPerson, "person" | "address">;

/**
 * The durable record of every delivery. What an operation has resolved to is on disk. Every operation throws a
 * UserError (exit 2) when the file behind it fails.
 */
export interface Ledger {
  /** Key of Message-IDs and unsubscribe tokens, made once. */
  readonly secret: Buffer;
  /** True for one that is gone when it is closed. */
  readonly isTemporary: boolean;
  /** Runs that match, newest first. */
  runs(wanted?: Partial<Pick<Run, "cycle" | "variant" | "list" | "listDigest">>): Promise<Run[]>;
  /** A place to plan for a list. One at a time: another one begun makes the first one void. */
  stage(): Staging;
  /** Writes down who is to get what, in one piece. Doing it again with the same list replaces the plan, never the past. */
  freeze(run: NewRun, staged: Staging): Promise<Run>;
  /** Gives the run everything it still has to send. Only for the one process that holds the sender's lock. */
  adopt(run: Run): Promise<void>;
  /** What a dead process left on the wire in this run. */
  interrupted(run: Run): Promise<Interrupted[]>;
  /** Takes what is due, as far as the limits allow, and marks it `sending`. */
  claim(request: ClaimRequest): Promise<Claim>;
  /** Records how an attempt ended, and for a deferred one when it is due again (not at all: given up). */
  settle(id: number, outcome: DeliveryOutcome, nextAt?: number): Promise<void>;
  /** Puts a delivery back as if it had not been tried. Only when the message surely never left. */
  release(id: number): Promise<void>;
  /** Puts deliveries of unknown outcome back into the queue; gives how many. */
  retryUnknown(run: Run): Promise<number>;
  /** Puts deliveries that were given up back into the queue; gives how many. */
  retryDeferred(run: Run): Promise<number>;
  /** Whoever the run may still send to, as frozen; those of unknown outcome only when they are to be tried again. */
  waiting(run: Run, retryUnknown: boolean): AsyncGenerator<Recipient>;
  tally(run: Run): Promise<Tally>;
  /** What the run has left to do by itself. */
  outstanding(run: Run): Promise<Outstanding>;
  /** The run that a scheduled send has become, see `armedName`; none before it began. */
  begun(armed: string): Promise<Run | undefined>;
  begin(armed: string, run: Run): Promise<void>;
  /** What content was made of that an edition was armed with; nothing where it was armed with another ledger. */
  partsOf(digest: string): Promise<EditionParts | undefined>;
  noteParts(digest: string, parts: EditionParts): Promise<void>;
  /** One report for each row of the list, in its order. */
  rows(run: Run): Promise<RowReport[]>;
  /** How many attempts were made after that time, to one domain or to all. */
  attemptsSince(time: number, domain?: string): Promise<number>;
  /** Adds people to the do-not-mail list; gives how many are new. */
  suppress(people: readonly Addressee[], reason: string): Promise<number>;
  /** Takes somebody off the do-not-mail list; false when not on it. */
  unsuppress(who: Addressee): Promise<boolean>;
  isSuppressed(who: Addressee): Promise<boolean>;
  /** True when anybody of this token (see `personToken`) was ever to be mailed, or is suppressed. */
  knowsPerson(token: string): Promise<boolean>;
  /** Adds a person to the do-not-mail list by token; false for a token that the ledger does not know. */
  suppressPerson(token: string, reason: string): Promise<boolean>;
  /**
   * Takes a person off the do-not-mail list, if they are on it for this reason and no other. Gives how they stand then;
   * nothing for a token that the ledger does not know.
   */
  unsuppressPerson(token: string, reason: string): Promise<"mailable" | "suppressed" | undefined>;
  suppressions(): Promise<Suppression[]>;
  /** Somebody the ledger has a delivery or a suppression of. */
  whoIs(clue: Clue): Promise<BouncedPerson | undefined>;
  /**
   * Writes down what came back about somebody and, with a reason, puts them on the do-not-mail list, in one piece.
   * False, and nothing changed, when this report was read before.
   */
  recordBounce(bounce: NewBounce, suppressFor?: string): Promise<boolean>;
  /** What came back about somebody, see `personToken`; the newest first. */
  bouncesOf(person: string): Promise<Bounce[]>;
  /** How far a mailbox was read, as noted last. */
  bookmark(mailbox: string): Promise<string | undefined>;
  setBookmark(mailbox: string, value: string): Promise<void>;
  /** Everything held about one person. */
  person(who: Addressee): Promise<PersonRecord>;
  /** Erases everything about a person but a keyed hash on the do-not-mail list. */
  forget(who: Addressee): Promise<void>;
  close(): Promise<void>;
}

/**
 * Takes the path of the ledger, `:memory:` for one that is forgotten (test messages), or an empty text for one that is
 * forgotten and may grow large; and the clock. Makes the file when there is none, with the secret if one is given.
 * Throws a UserError (exit 2) when it is damaged, foreign, newer, or out of reach.
 */
export async function openLedger(
  file: string,
  { now, secret }: { readonly now: () => number; readonly secret?: Buffer },
): Promise<Ledger> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(openLedgerFile(file, secret)) });
  const { value } = await db
    .selectFrom("meta")
    .select("value")
    .where("name", "=", "secret")
    .executeTakeFirstOrThrow();
  return ledgerOver(db, Buffer.from(value, "hex"), now, isTemporaryFile(file));
}

function ledgerOver(db: Kysely<Tables>, secret: Buffer, now: () => number, isTemporary: boolean): Ledger {
  return {
    secret,
    isTemporary,
    runs: (wanted = {}) => findRuns(db, wanted),
    stage: () => new Staging(db, secret),
    freeze: (run, staged) => freeze(db, now(), run, staged),
    adopt: (run) => adopt(db, run, now()),
    interrupted: (run) => interrupted(db, run),
    claim: (request) => claim(db, request, now()),
    settle: (id, outcome, nextAt) => settle(db, id, outcome, nextAt, now()),
    release: (id) => release(db, id, now()),
    retryUnknown: (run) => retryUnknown(db, run, now()),
    retryDeferred: (run) => retryDeferred(db, run, now()),
    waiting: (run, again) => peopleWaiting(db, run, again),
    tally: (run) => tally(db, run),
    outstanding: (run) => outstanding(db, run),
    begun: (armed) => begun(db, armed),
    begin: (armed, run) => begin(db, armed, run),
    partsOf: (digest) => partsOf(db, digest),
    noteParts: (digest, parts) => noteParts(db, digest, parts),
    rows: (run) => rowsOf(db, run),
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
    close: () => db.destroy(),
  };
}
