import type { DeliveryOutcome } from "../domain/delivery.ts";
import type { RetryPolicy } from "../domain/settings.ts";
import { delayAfter } from "../plan/delivery.ts";

/** After so many faults of the line, or refusals, in a row a person has to look. */
const mostFaults = 10;
const mostRefusals = 20;
/** A server that restarts is back within seconds: the first rests are short, whatever the policy for people is. */
const firstRest = 1_000;
const longestRest = 30_000;

/** A refusal of the address: a list may hold many bad ones in a row. RFC 3463, 3.2; the second is our own. */
const badAddress = /\b5\.1\.\d|^Not sent: /;

/** Why the sending stopped by itself. */
export interface Tripped {
  readonly because: "faults" | "refusals";
  readonly times: number;
  /** The last one. */
  readonly reply: string;
}

/**
 * Watches the line. Faults that are nobody's on the list make the sender rest, longer each time, and in the end
 * stop, so that an outage does not use up everybody's attempts. Refusals in a row stop it as well: a server that blocks
 * us refuses everyone.
 */
export class Breaker {
  readonly #rests: Pick<RetryPolicy, "first" | "longest">;
  #faults = 0;
  #refusals = 0;
  #incident = 0;
  #restUntil = 0;
  #lastReply = "";

  constructor({ first, longest }: RetryPolicy) {
    this.#rests = { first: Math.min(first, firstRest), longest: Math.min(longest, longestRest) };
  }

  /** To be noted at the start of an attempt: several connections that break at once are one incident. */
  get incident(): number {
    return this.#incident;
  }

  /** True as long as nothing is wrong with the line. */
  get isCalm(): boolean {
    return this.#faults === 0;
  }

  get restUntil(): number {
    return this.#restUntil;
  }

  /** Set once there were too many in a row. */
  get trippedBy(): Tripped | undefined {
    const reply = this.#lastReply;
    if (this.#faults >= mostFaults) return { because: "faults", times: this.#faults, reply };
    return this.#refusals >= mostRefusals ? { because: "refusals", times: this.#refusals, reply } : undefined;
  }

  /** Takes how an attempt ended that had begun in that incident. */
  note(incident: number, outcome: DeliveryOutcome, now: number): void {
    if (isLineFault(outcome)) return this.#bad(incident, outcome.reply, now);
    this.#faults = 0;
    this.#restUntil = 0;
    if (outcome.kind === "accepted") this.#refusals = 0;
    if (outcome.kind !== "rejected" || badAddress.test(outcome.reply)) return;
    this.#refusals += 1;
    this.#lastReply = outcome.reply;
  }

  #bad(incident: number, reply: string, now: number): void {
    this.#lastReply = reply;
    if (incident !== this.#incident) return;
    this.#incident += 1;
    this.#faults += 1;
    this.#restUntil = now + delayAfter(this.#rests, this.#faults);
  }
}

/** True when the connection or the server as a whole failed, and not one person's delivery. */
export function isLineFault(outcome: DeliveryOutcome): boolean {
  return outcome.kind === "unknown" || (outcome.kind === "deferred" && outcome.fault === "line");
}
