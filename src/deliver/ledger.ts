import type { Tally } from "../domain/delivery.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { ArmedBook } from "./armed.ts";
import type { KitBook, NewKit } from "./kits.ts";
import type { PersonRecord } from "./person.ts";
import type { ReportBook } from "./report.ts";
import type { Staging } from "./staging.ts";
import type {
  NewRun,
  Run,
  Attempt,
  Ending,
  Interrupted,
  ClaimRequest,
  Claim,
  RowReport,
  Addressee,
  Suppression,
  Clue,
  BouncedPerson,
  Bounce,
  NewBounce,
  Control,
  NewSender,
  Sender,
  Standing,
} from "./records.ts";

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
  /**
   * Writes down who is to get what, in one piece. Doing it again with the same list replaces the plan, never the past. A
   * rehearsal (through an outbox) and a real send are two runs, each with deliveries of its own. A run with a kit may be
   * sent by workers.
   */
  freeze(run: NewRun, staged: Staging, kit?: NewKit): Promise<Run>;
  /** True where several processes may send at once. Elsewhere whoever sends holds a lock, and others are dead. */
  readonly isShared: boolean;
  /**
   * Gives the run everything it still has to send, and back to the queue whatever a dead process had claimed. Only for
   * the one process that holds the lock.
   */
  adopt(run: Run): Promise<void>;
  /**
   * Writes down a sender, and what it works on. What it claims or begins is its own as long as its lease, which begins now.
   * False when the run is not what it was when the sender read it: it was frozen anew with other contents.
   */
  enlist(sender: NewSender): Promise<boolean>;
  /** Begins a sender's lease anew; says how it stands, and how many attempts it has ended. */
  renew(owner: string, now: { readonly lease: number; readonly sent: number }): Promise<Standing>;
  /** Strikes a sender out; what it had claimed goes back to the queue. */
  resign(owner: string): Promise<void>;
  /** Whoever sends, or died sending and was not taken over from yet; those that began first come first. */
  senders(): Promise<Sender[]>;
  /** Strikes out the senders whose lease is over; what they had claimed goes back to the queue. */
  takeOver(): Promise<void>;
  /** What senders that are not there any more left on the wire in this run. */
  interrupted(run: Run): Promise<Interrupted[]>;
  /**
   * Marks these as of unknown outcome; gives those that were not settled or abandoned meanwhile. Their sender was perhaps
   * only held up: how they ended still counts when it is told, unless somebody has had them tried again by then.
   */
  abandon(left: readonly Interrupted[], reply: string): Promise<Interrupted[]>;
  /**
   * Orders that the run be paused or cancelled for everybody who sends it, or takes such an order back. False when there is
   * nothing to change: it is paused already, or cancelled, or nothing is ordered.
   */
  setControl(run: Pick<Run, "id">, control: Control | undefined): Promise<boolean>;
  /** Takes what is due out of the queue, as far as the limits allow. */
  claim(request: ClaimRequest): Promise<Claim>;
  /**
   * Marks a claimed delivery as `sending`, before the first byte of its body goes out. False when it must not go: the
   * person was suppressed meanwhile, the run is paused or cancelled, the sender's lease is over, or the delivery is not this
   * owner's any more.
   */
  begin(attempt: Attempt): Promise<boolean>;
  /**
   * Records how an attempt ended, whether or not its body had begun; with the next `begin`, or a moment later. Whatever is
   * begun after this was called is on disk after it.
   */
  settle(ending: Ending): Promise<void>;
  /** Puts an owner's deliveries back as if they had not been tried. Only when the messages surely never left. */
  release(owner: string, ids: readonly number[]): Promise<void>;
  /** Leaves a domain alone until that time. */
  rest(domain: string, until: number): Promise<void>;
  /**
   * Has deliveries of unknown outcome tried again; gives how many. Until one is begun its outcome stays unknown, and the
   * next `adopt` takes back what was not brought to an end.
   */
  retryUnknown(run: Run): Promise<number>;
  /** How many that would be: nobody who was suppressed or forgotten since. */
  retryable(run: Run): Promise<number>;
  /** Puts deliveries that were given up back into the queue; gives how many. */
  retryDeferred(run: Run): Promise<number>;
  /** Whoever the run may still send to, as frozen; those of unknown outcome only when they are to be tried again. */
  waiting(run: Run, retryUnknown: boolean): AsyncGenerator<Recipient>;
  tally(run: Run): Promise<Tally>;
  /** What workers are given. */
  readonly kits: KitBook;
  /** What is to go, or went, by itself. */
  readonly armed: ArmedBook;
  /** What a report asks beside the tallies. */
  readonly report: ReportBook;
  /** How many of the list have had the message or may have; also who is on the wire, or was when a process died. */
  served(run: Run): Promise<number>;
  /** Of a rehearsal, how many of its list were accepted for real, and are not in the outbox by it; else 0. */
  mailed(run: Run): Promise<number>;
  /** One report for each row of the list, in its order. */
  rows(run: Run): Promise<RowReport[]>;
  /** The same of those who did not surely get it: rejected, unknown or deferred. Read in pieces. */
  unsettled(run: Run): AsyncGenerator<RowReport>;
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
