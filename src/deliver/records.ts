import type { DeliveryOutcome, DeliveryState } from "../domain/delivery.ts";
import type { EditionParts } from "../domain/edition.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { CycleId, Variant } from "../domain/topic.ts";
import type { Rates } from "./rates.ts";

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
  /** Set while it is not to be sent, by whomever; as it was when the run was read. */
  readonly control?: Control | undefined;
  /** Digest of what its messages are composed from; none where that stays with the machine that froze it. */
  readonly kit?: string | undefined;
  /** The version of onetopic that froze it. */
  readonly madeWith?: string | undefined;
  /** What a worker has to know, see `knownNeeds`. */
  readonly needs?: number | undefined;
}

/** What somebody, or a sender that met one fault after another, has ordered about a run. */
export interface Control {
  readonly order: "paused" | "cancelled";
  readonly reason?: string | undefined;
}

/** A process that is to send. */
export interface NewSender {
  /** Its name; nobody else ever bears it. */
  readonly owner: string;
  /** What it works on; nothing for one that waits for work. */
  readonly run?: Run | undefined;
  readonly host: string;
  readonly pid: number;
  /** Of onetopic. */
  readonly version: string;
  /** How long what it holds is its own without a word from it, in milliseconds. */
  readonly lease: number;
}

/** A process that sends, as the ledger knows it. */
export interface Sender extends Omit<NewSender, "run" | "lease"> {
  /** The run it works on. */
  readonly run?: number | undefined;
  readonly startedAt: number;
  readonly leaseUntil: number;
  /** What time it was for the ledger when this was read. */
  readonly readAt: number;
  /** How many attempts have ended so far. */
  readonly sent: number;
  /** False once its lease is over: whoever comes next takes over what it left. */
  readonly isAlive: boolean;
}

/** How a sender stands with the ledger. */
export interface Standing {
  /** False when others have taken over what it held: it must hold on to nothing, and may enlist anew. */
  readonly isHeld: boolean;
  /** What is ordered about its run. */
  readonly control?: Control | undefined;
}

/** One delivery taken out of the queue. Nothing of it is on the wire yet. */
export interface Claimed {
  readonly id: number;
  readonly to: Recipient;
  /** See `personToken`. */
  readonly person: string;
  /** Of the recipient's address. */
  readonly domain: string;
  /** Of an earlier attempt, to be used again. */
  readonly messageId?: string | undefined;
  /** How many attempts were made before. */
  readonly attempts: number;
  /** When the first of them was. */
  readonly firstAt?: number | undefined;
}

/** What the ledger is told of an attempt. */
export interface Attempt {
  readonly id: number;
  /** As in the claim: nobody else may begin it. */
  readonly owner: string;
  readonly domain: string;
  readonly messageId: string;
  /** The transport's name: only the same one may later say what became of the attempt. */
  readonly transport: string;
}

/** How an attempt ended, and for a deferred one when it is due again (not at all: given up). */
export interface Ending {
  readonly attempt: Attempt;
  readonly outcome: DeliveryOutcome;
  readonly nextAt?: number | undefined;
}

/** A delivery that was on the wire when its process died. */
export interface Interrupted {
  readonly to: Recipient;
  readonly attempt: Attempt;
  /** How many attempts were made, the interrupted one included. */
  readonly attempts: number;
}

export interface ClaimRequest {
  readonly run: Run;
  /** How many at the most. */
  readonly limit: number;
  readonly limits: Rates;
  /** Who claims: nobody else may begin what was claimed. */
  readonly owner: string;
}

/** Why nothing can be sent just now, and when to ask again. `others`: what is left is with other senders. */
export interface Wait {
  readonly until: number;
  readonly because: "retry" | "rate" | "others";
}

/** Why a sender gets nothing at all: the run is not to be sent, or others have taken over from the sender. */
export type Halt = Control | { readonly order: "lost" };

/** Either deliveries, or a time to wait for, or why there is nothing; or none of them: then nothing is left to do. */
export interface Claim {
  readonly deliveries: readonly Claimed[];
  readonly wait?: Wait | undefined;
  readonly halt?: Halt | undefined;
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
