import type { RetryPolicy } from "../domain/settings.ts";
import { delayAfter } from "../plan/delivery.ts";

/** After so many faults of the line in a row a person has to look. */
const mostFaults = 10;
/** A server that restarts is back within seconds: the first rests are short, whatever the policy for people is. */
const firstRest = 1_000;
const longestRest = 30_000;

/**
 * Watches the line. Faults that are nobody's on the list make the sender rest, longer each time, and in the end
 * stop, so that an outage does not use up everybody's attempts.
 */
export class Breaker {
  readonly #rests: Pick<RetryPolicy, "first" | "longest">;
  #faults = 0;
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

  /** Set once there were too many faults in a row: what the server said last. */
  get trippedBy(): { readonly faults: number; readonly reply: string } | undefined {
    return this.#faults >= mostFaults ? { faults: this.#faults, reply: this.#lastReply } : undefined;
  }

  /** The line works. */
  good(): void {
    this.#faults = 0;
    this.#restUntil = 0;
  }

  /** The line failed an attempt that had begun in that incident. */
  bad(incident: number, reply: string, now: number): void {
    this.#lastReply = reply;
    if (incident !== this.#incident) return;
    this.#incident += 1;
    this.#faults += 1;
    this.#restUntil = now + delayAfter(this.#rests, this.#faults);
  }
}
