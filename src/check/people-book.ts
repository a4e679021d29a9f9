import { hash } from "node:crypto";
import type { Recipient } from "../domain/recipient.ts";

/** How full the table gets before it is doubled: beyond, looking somebody up takes ever longer. */
const fullAt = 0.6;
/** A person's place in the table: two halves of a hash, the first row, and what their row that counts says. */
const [width, first, said] = [4, 2, 3] as const;

/**
 * Everybody on a list, each once, in 27 to 54 bytes a person. They are known by 63 bits of the SHA-256 of their key: the
 * likelihood that two of 10 million people are taken for one is 1 in 180,000.
 */
export class PeopleBook {
  readonly #order: readonly string[];
  /** The audiences that were met, and the number of each. */
  readonly #audiences = new Map<string, number>();
  readonly #ranks: number[] = [];
  #table = new Uint32Array(1024 * width);
  #people = 0;

  /** @param order the audiences of the settings */
  constructor(order: readonly string[]) {
    this.#order = order;
  }

  /**
   * Keeps of each person the row that counts: one that the segment means, then the one whose audience stands first in the
   * settings, then the first. A send chooses in the same way. Gives the first row of somebody who stands on the list already.
   */
  add({ key, row, audience = "" }: Recipient, isMeant: boolean): number | undefined {
    if (this.#people + 1 > (this.#table.length / width) * fullAt) this.#grow();
    const digest = hash("sha256", key, "buffer");
    // The lowest bit tells a person from an empty place.
    const [high, low] = [digest.readUInt32LE(0) | 1, digest.readUInt32LE(4)];
    const table = this.#table;
    const at = placeOf(table, high >>> 0, low);
    const number = this.#numberOf(audience);
    if (table[at] === 0) {
      table.set([high, low, row, number * 2 + (isMeant ? 1 : 0)], at);
      this.#people += 1;
      return undefined;
    }
    const before = table[at + said] ?? 0;
    const wasMeant = before % 2 === 1;
    const rank = (one: number) => this.#ranks[one] ?? 0;
    const isBetter = isMeant === wasMeant ? rank(number) < rank(before >>> 1) : isMeant;
    if (isBetter) table[at + said] = number * 2 + (isMeant ? 1 : 0);
    return table[at + first];
  }

  /** How many there are, how many the segment means, and how many are in each audience; of none under an empty text. */
  counts(): { people: number; audiences: ReadonlyMap<string, number>; meant: number } {
    const perAudience = new Uint32Array(this.#ranks.length);
    let meant = 0;
    for (let at = 0; at < this.#table.length; at += width) {
      if (this.#table[at] === 0) continue;
      const value = this.#table[at + said] ?? 0;
      const number = value >>> 1;
      perAudience[number] = (perAudience[number] ?? 0) + 1;
      meant += value % 2;
    }
    const audiences = new Map(
      [...this.#audiences].flatMap(([audience, number]) =>
        perAudience[number] ? [[audience, perAudience[number]]] : [],
      ),
    );
    return { people: this.#people, audiences, meant };
  }

  #numberOf(audience: string): number {
    const known = this.#audiences.get(audience);
    if (known !== undefined) return known;
    const at = this.#order.indexOf(audience);
    this.#audiences.set(audience, this.#ranks.length);
    return this.#ranks.push(at < 0 ? this.#order.length : at) - 1;
  }

  #grow(): void {
    const old = this.#table;
    const table = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += width) {
      if (old[at] === 0) continue;
      const to = placeOf(table, old[at] ?? 0, old[at + 1] ?? 0);
      table.set(old.subarray(at, at + width), to);
    }
    this.#table = table;
  }
}

/** Where this person stands, or would stand. */
function placeOf(table: Uint32Array, high: number, low: number): number {
  const places = table.length / width;
  for (let place = low % places; ; place = (place + 1) % places) {
    const at = place * width;
    if (table[at] === 0 || (table[at] === high && table[at + 1] === low)) return at;
  }
}
