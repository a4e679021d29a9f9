/** Chance that is the same in every run. Source: mulberry32, a public-domain generator by Tommy Ettinger. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed + 0x9e3779b9;
  }

  /** From 0 to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /**
   * How many of so many it happens to, each with that probability. Few are drawn one by one, many from the normal
   * distribution that is as good as the binomial one then.
   */
  outOf(count: number, probability: number): number {
    if (probability <= 0 || count <= 0) return 0;
    if (probability >= 1) return count;
    const spread = count * probability * (1 - probability);
    if (count <= 64) {
      let hits = 0;
      for (let at = 0; at < count; at += 1) if (this.next() < probability) hits += 1;
      return hits;
    }
    if (spread < 9) return Math.min(count, this.#rare(count * probability));
    const drawn = Math.round(count * probability + Math.sqrt(spread) * this.#normal());
    return Math.min(count, Math.max(0, drawn));
  }

  /** Knuth's way to a Poisson number, which the binomial one is close to where it seldom happens. */
  #rare(mean: number): number {
    const end = Math.exp(-mean);
    let hits = 0;
    for (let product = this.next(); product > end; product *= this.next()) hits += 1;
    return hits;
  }

  /** Box and Muller's way to a normal number. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}
