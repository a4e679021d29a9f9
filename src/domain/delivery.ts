import type { CycleId, Variant } from "./topic.ts";

export const deliveryStates = [
  "pending",
  "sending",
  "accepted",
  "deferred",
  "rejected",
  "unknown",
  "skipped",
] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** What one delivery is known by: one row of the ledger. */
export interface DeliveryKey {
  readonly cycle: CycleId;
  readonly variant: Variant;
  /** The recipient's key, see `Recipient.key`. */
  readonly address: string;
}

/** The first three are decisions of today; the others say how the same edition went before. */
export type SkipReason =
  "suppressed" | "excluded" | "outside" | "already-accepted" | "already-rejected" | "outcome-unknown";

/** What a row of a list comes to. A duplicate is a row whose person stands in a better one. */
export type Verdict = "send" | SkipReason | "duplicate" | "invalid";

/** How one attempt ended. "Accepted" means that the server took the message; nothing more is known. */
export type DeliveryOutcome =
  | { readonly kind: "accepted"; readonly reply: string }
  | {
      readonly kind: "deferred";
      readonly reply: string;
      /** `line`: the connection or the server as a whole is at fault, not this person or message. */
      readonly fault?: "line";
    }
  | { readonly kind: "rejected"; readonly reply: string }
  | { readonly kind: "unknown"; readonly reply: string };

/** The closing equation: `audience` is the sum of all the others. */
export interface Tally {
  readonly audience: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly deferred: number;
  readonly pending: number;
  readonly unknown: number;
  readonly suppressed: number;
  readonly excluded: number;
  readonly duplicates: number;
  readonly invalid: number;
}

/** The same as scripts get it. */
export interface Sum extends Tally {
  /** In a rehearsal: so many of `accepted` were sent the edition for real before, and are not in the outbox by it. */
  readonly sentForReal?: number;
}

/** A message ready for the wire. */
export interface Message {
  /** Envelope sender. */
  readonly from: string;
  /** Envelope recipient: always one. */
  readonly to: string;
  readonly messageId: string;
  /** The whole message, RFC 5322, lines ending in CRLF. */
  readonly raw: Buffer;
  /** The same with the line that ends it on the wire, where it may go out as it stands (RFC 5321, 4.5.2). */
  readonly ended?: Buffer | undefined;
  /** Called when nobody reads its bytes any more: their memory may then hold another message. */
  readonly free?: (() => void) | undefined;
}
