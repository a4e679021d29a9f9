import type { Sum } from "../domain/delivery.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Wait } from "./records.ts";

/** Who an event is about. */
export interface Addressed {
  readonly address: string;
  readonly row: number;
  readonly attempts: number;
  readonly messageId: string;
}

export type DeliveryEvent =
  | ({ readonly event: "attempting" } & Addressed)
  | ({ readonly event: "accepted" | "rejected" | "unknown"; readonly reply: string } & Addressed)
  /** Without `nextAt` the person is given up for now and stays deferred. */
  | ({ readonly event: "deferred"; readonly reply: string; readonly nextAt?: number | undefined } & Addressed)
  | { readonly event: "waiting"; readonly until: number; readonly because: Wait["because"] | "line" }
  /** It stopped before its end: by itself, or since somebody ordered it. */
  | { readonly event: "paused" | "cancelled"; readonly reason: string; readonly hint: string }
  | ({ readonly event: "summary" } & Sum);

/** Gives who an event is about. */
export function addressed(to: Recipient, attempts: number, messageId: string): Addressed {
  return { address: to.address, row: to.row, attempts, messageId };
}
