/** Chance that is the same in every run: a fault can be looked for again by its seed. */
export interface Chance {
  /** A whole number from 0 to below this. */
  readonly below: (end: number) => number;
  readonly oneOf: <Item>(items: readonly Item[]) => Item;
  /** True once in so many times. */
  readonly once: (times: number) => boolean;
  readonly shuffled: <Item>(items: readonly Item[]) => Item[];
}

/** Source: mulberry32, a public-domain generator by Tommy Ettinger. */
export function chanceFrom(seed: number): Chance {
  let state = seed + 0x9e3779b9;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number) => Math.floor(next() * end);
  return {
    below,
    oneOf: (items) => items[below(items.length)] as (typeof items)[number],
    once: (times) => below(times) === 0,
    shuffled: (items) => {
      const left = [...items];
      return items.map(() => left.splice(below(left.length), 1)[0] as (typeof items)[number]);
    },
  };
}
