import { hour, stepsOf } from "./time.ts";
import type { Destination } from "./world.ts";

/** People of one destination who were tried equally often since the same time. */
export interface Cohort {
  readonly attempts: number;
  readonly firstAt: number;
  count: number;
}

/** How many in a row may pass: counts over a window that moves on. */
export class Window {
  readonly #counts: Float64Array;
  #sum = 0;
  #at = 0;

  constructor(seconds: number) {
    this.#counts = new Float64Array(stepsOf(seconds));
  }

  /** Moves on to a step; what is too old counts no more. */
  turn(at: number): void {
    const { length } = this.#counts;
    if (at - this.#at >= length) {
      this.#counts.fill(0);
      this.#sum = 0;
      this.#at = at;
    }
    while (this.#at < at) {
      this.#at += 1;
      this.#sum -= this.#counts[this.#at % length] ?? 0;
      this.#counts[this.#at % length] = 0;
    }
  }

  add(count: number): void {
    const { length } = this.#counts;
    this.#counts[this.#at % length] = (this.#counts[this.#at % length] ?? 0) + count;
    this.#sum += count;
  }

  get sum(): number {
    return this.#sum;
  }

  left(limit: number | undefined): number {
    return limit === undefined ? Number.POSITIVE_INFINITY : Math.max(0, limit - this.#sum);
  }
}

/** One destination's queue, and how it stands with us. */
export class Mailboxes {
  readonly about: Destination;
  readonly hour = new Window(hour);
  fresh: number;
  #due: Cohort[] = [];
  #dueCount = 0;
  /** How many it would take at this moment. */
  room = 0;
  restUntil = 0;

  constructor(about: Destination, people: number) {
    this.about = about;
    this.fresh = people;
  }

  get waiting(): number {
    return this.fresh + this.#dueCount;
  }

  again(cohort: Cohort): void {
    this.#due.push(cohort);
    this.#dueCount += cohort.count;
  }

  /** Takes so many out of the queue: who is due again goes first, as in the ledger. */
  take(most: number, now: number): Cohort[] {
    const taken: Cohort[] = [];
    let left = most;
    while (left > 0 && this.#due[0]) {
      const [first] = this.#due;
      const count = Math.min(left, first.count);
      taken.push({ attempts: first.attempts, firstAt: first.firstAt, count });
      first.count -= count;
      left -= count;
      this.#dueCount -= count;
      if (first.count === 0) this.#due.shift();
    }
    const fresh = Math.min(left, this.fresh);
    if (fresh > 0) taken.push({ attempts: 0, firstAt: now, count: fresh });
    this.fresh -= fresh;
    return taken;
  }
}
