/** What a sender has done so far. */
export interface Done {
  readonly owner: string;
  readonly sent: number;
}

/** The rate is that of so many of the last milliseconds: senders tell what they have done every few seconds. */
const span = 30_000;

/**
 * How fast senders are, from what each of them has done by then. They come and go; what one does is counted from when it was
 * seen first, or from its beginning when it came later. Times are milliseconds of any clock that only goes forward.
 */
export class Pace {
  readonly #known = new Map<string, number>();
  #looks: { readonly at: number; readonly total: number; readonly each: ReadonlyMap<string, number> }[] = [];
  #total = 0;

  /** Notes how all senders stand. */
  note(now: number, senders: readonly Done[]): void {
    const isFirst = this.#looks.length === 0;
    for (const { owner, sent } of senders) {
      const before = this.#known.get(owner) ?? (isFirst ? sent : 0);
      this.#total += Math.max(0, sent - before);
      this.#known.set(owner, sent);
    }
    const each = new Map(senders.map(({ owner, sent }) => [owner, sent]));
    for (const owner of this.#known.keys()) if (!each.has(owner)) this.#known.delete(owner);
    this.#looks.push({ at: now, total: this.#total, each });
    // The one before the span is where it is counted from.
    while ((this.#looks[1]?.at ?? now) <= now - span) this.#looks.shift();
  }

  /** How many were done by all of them since the first look. */
  get total(): number {
    return this.#total;
  }

  /** How many a second, of all or of one; nothing before there are two looks at it. */
  rate(owner?: string): number | undefined {
    const last = this.#looks.at(-1);
    const first = this.#looks.find(({ each }) => owner === undefined || each.has(owner));
    if (!first || !last || last.at <= first.at) return undefined;
    const done =
      owner === undefined
        ? last.total - first.total
        : (last.each.get(owner) ?? 0) - (first.each.get(owner) ?? 0);
    return (done * 1_000) / (last.at - first.at);
  }
}
