import type { DeliveryOutcome } from "../domain/delivery.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Run } from "./ledger.ts";
import type { Rates } from "./rates.ts";

/** One delivery taken out of the queue. Nothing of it is on the wire yet. */
export interface Claimed {
  readonly id: number;
  readonly to: Recipient;
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
