/** The rate is that of the last seconds: what was fast at first says little about now. */
const seconds = 10;

/** Counts what is done, by the second. Times are milliseconds of any clock that only goes forward. */
export class Meter {
  readonly #total: number;
  readonly #started: number;
  /** How many were done in each of the last seconds, by the second's number. */
  readonly #recent = new Map<number, number>();
  #done = 0;

  constructor(total: number, now: number) {
    this.#total = total;
    this.#started = now;
  }

  get done(): number {
    return this.#done;
  }

  /** Notes that one more is done. */
  step(now: number): void {
    const second = Math.floor(now / 1000);
    this.#done += 1;
    this.#recent.set(second, (this.#recent.get(second) ?? 0) + 1);
    for (const old of this.#recent.keys()) if (old < second - seconds) this.#recent.delete(old);
  }

  /** Messages a second over the last seconds. */
  rate(now: number): number {
    const second = Math.floor(now / 1000);
    let count = 0;
    for (const [at, done] of this.#recent) if (at >= second - seconds) count += done;
    const span = Math.min(now - this.#started, seconds * 1000 + (now % 1000));
    return count / Math.max(0.1, span / 1000);
  }

  /** A bar of so many signs. */
  bar(width: number): string {
    const full = Math.floor(width * Math.min(1, this.#done / Math.max(1, this.#total)));
    return "█".repeat(full) + "░".repeat(width - full);
  }

  /** How far it is, in words: how many, how fast, how long. */
  words(now: number): string {
    const rate = this.rate(now);
    const left = this.#total - this.#done;
    const far = `${this.#done.toLocaleString("en-GB")} of ${this.#total.toLocaleString("en-GB")}`;
    if (left <= 0 || rate === 0) return far;
    return `${far}, ${rate.toFixed(rate < 10 ? 1 : 0)} a second, ${duration(left / rate)} left`;
  }
}

/** A length of time as people say it. */
export function duration(inSeconds: number): string {
  const whole = Math.ceil(inSeconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
