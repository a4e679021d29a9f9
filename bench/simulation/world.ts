import type { Limits, RetryPolicy } from "../../src/domain/settings.ts";

/** Where people have their mailboxes. */
export interface Destination {
  readonly name: string;
  /** Of all people, from 0 to 1. */
  readonly share: number;
  /** Of the attempts, how many are put off for a reason of the mailbox's own, such as greylisting. */
  readonly putOff: number;
  /** Of the people, how many are refused for good. */
  readonly refused: number;
  /** How many it takes in an hour from each relay; what comes on top is put off. As many as come unless given. */
  readonly perHour?: number | undefined;
}

export interface World {
  readonly seed: number;
  readonly people: number;
  readonly destinations: readonly Destination[];
  readonly relays: {
    readonly count: number;
    /** Each of them. */
    readonly perSecond: number;
    /** How many each may send on its n-th day; the first is 0. */
    readonly perDay?: ((day: number) => number) | undefined;
  };
  readonly workers: {
    readonly count: number;
    /** What one process makes ready and hands over in a second, when the relay answers at once. */
    readonly perSecond: number;
    readonly connections: number;
    /** How long the relay takes over a message, in seconds. */
    readonly answer: number;
  };
  readonly ledger: {
    /** Of how many messages it can note beginning and end in a second. */
    readonly perSecond: number;
    /** How many deliveries are claimed at a time, and what counting adds to that for each attempt it looks back to, in seconds. */
    readonly claim: number;
    readonly counting: { readonly all: number; readonly byDomain: number };
  };
  readonly limits: Pick<Limits, "perSecond" | "perHour" | "perDay" | "perDomain">;
  readonly retry: RetryPolicy;
  /** When nothing can be reached, in seconds after the start. */
  readonly outages: readonly { readonly at: number; readonly lasts: number }[];
  /** How long it takes until somebody looks at a paused run, in seconds. */
  readonly attended: number;
}

/** What holds the send up. */
export const brakes = [
  "workers",
  "ledger",
  "relays",
  "limits",
  "perDomain",
  "destinations",
  "retries",
  "outage",
] as const;
export type Brake = (typeof brakes)[number];

export interface Course {
  /** Seconds until half of the people, and 98 of 100, had their message (for ever, if they never do); and until nobody was left to try. */
  readonly half: number;
  readonly most: number;
  readonly end: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Put off so often, or for so long, that the policy gave them up. */
  readonly givenUp: number;
  readonly attempts: number;
  /** Attempts put off because a destination had enough of us. */
  readonly throttled: number;
  readonly busiestDay: number;
  /** Seconds that each brake was the one that counted. */
  readonly braked: ReadonlyMap<Brake, number>;
}
