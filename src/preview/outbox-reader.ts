import type { DeliveryState } from "../domain/delivery.ts";
import type { CycleId } from "../domain/topic.ts";
import type { UserError } from "../domain/user-error.ts";

/** The messages that the outbox transport wrote: only ever read. */
export interface OutboxReader {
  /** Relative to the toolkit, with forward slashes. */
  readonly folder: string;
  /** The outbox of the settings where it lies outside the toolkit: it is not opened. */
  readonly outside?: string | undefined;
  /** @throws UserError when the folder cannot be read */
  readonly find: (wish: OutboxWish) => Promise<OutboxFound>;
  /** @param id as `find` gives it; nothing when there is no such message. @throws UserError when it cannot be read */
  readonly read: (id: string) => Promise<OutboxMessage | undefined>;
}

/** What somebody wants to see of the outbox. */
export interface OutboxWish {
  /** Part of the subject, the address or the Message-ID, in any case; all when empty. */
  readonly search: string;
  /** All when absent. */
  readonly state?: OutboxState | undefined;
  /** How many are passed over. */
  readonly skip: number;
  readonly most: number;
}

/** How a message stands in the ledger, or that it does not. */
export type OutboxState = Exclude<DeliveryState, "skipped"> | "no-record";

/** What is known beside the messages themselves. */
export interface Known {
  /** False where there is no ledger yet. */
  readonly hasLedger: boolean;
  /** Why the ledger cannot be looked at just now. */
  readonly fault?: UserError | undefined;
}

export interface OutboxFound extends Known {
  /** Newest first. */
  readonly entries: readonly OutboxEntry[];
  /** How many match; `entries` are some of them. */
  readonly matching: number;
  readonly total: number;
}

export interface OutboxEntry {
  /** The stem of its file: 32 hexadecimal digits. */
  readonly id: string;
  readonly subject: string;
  readonly to: string;
  /** Its `Message-ID`, with brackets. */
  readonly messageId: string;
  /** When the file was written. */
  readonly writtenAt: Date;
  readonly bytes: number;
  /** What the ledger says of it; nothing when it is not in there, as a test is not. */
  readonly record?: OutboxRecord | undefined;
}

export interface OutboxRecord {
  readonly state: Exclude<DeliveryState, "skipped">;
  readonly cycle: CycleId;
  readonly variant: string;
  readonly topic?: string | undefined;
  readonly list?: string | undefined;
  readonly attempts: number;
  /** What the transport said last. */
  readonly reply?: string | undefined;
  /** True when the latest attempt went through an outbox, and so reached nobody. */
  readonly isRehearsal: boolean;
  /** The name of that transport. */
  readonly transport?: string | undefined;
}

export interface OutboxMessage extends Known {
  readonly entry: OutboxEntry;
  /** The messages written just after and just before it. */
  readonly newer?: string | undefined;
  readonly older?: string | undefined;
  /** In their order, unfolded. None where the message cannot be taken apart. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** With its pictures inside. */
  readonly html?: string | undefined;
  readonly text?: string | undefined;
  readonly parts: readonly OutboxPart[];
  /** Why it could not be taken apart, as a sentence. */
  readonly closed?: string | undefined;
  readonly raw: Uint8Array<ArrayBuffer>;
}

/** A picture or a file inside a message. */
export interface OutboxPart {
  readonly type: string;
  /** As the message says: it may hold anything. */
  readonly name?: string | undefined;
  readonly content: Uint8Array<ArrayBuffer>;
}
