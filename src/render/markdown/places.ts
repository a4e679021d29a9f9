import type { Position } from "../../domain/problem.ts";

/** The line and column of a character in a text that begins on a line of a file. */
export function positionOf(text: string, offset: number, firstLine: number): Position {
  const before = text.slice(0, offset).split("\n");
  return { line: firstLine + before.length - 1, column: (before.at(-1)?.length ?? 0) + 1 };
}

/**
 * Finds where tokens stand in the source. The parser says only what each token was read from, so the search goes
 * forward from the token before: exact for blocks, and for anything on one line inside them.
 */
export class Places {
  readonly #text: string;
  /** Ends of lines, in the text, that were written `\r\n` in the source. */
  readonly #pairs: readonly number[];
  #at = 0;

  /** @param text the source with every line end made `\n` */
  constructor(source: string, text: string) {
    this.#text = text;
    this.#pairs = [...source.matchAll(/\r\n/g)].map(({ index }, before) => index - before);
  }

  /** Goes to the start of the token read from `raw`. */
  enter(raw: string): number {
    const [firstLine = ""] = raw.trimStart().split("\n", 1);
    const found = this.#find(raw);
    this.#at = found === -1 ? Math.max(this.#at, this.#find(firstLine.trimEnd())) : found;
    return this.#at;
  }

  /** Goes past the token that began at `start`, if the source has it letter by letter. */
  leave(start: number, raw: string): void {
    if (this.#text.startsWith(raw, start)) this.#at = Math.max(this.#at, start + raw.length);
  }

  /** A place in the text as characters from the start of the source. */
  offset(place: number): number {
    let [low, high] = [0, this.#pairs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pairs[middle] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    return place + low;
  }

  #find(raw: string): number {
    if (raw === "" || this.#text.startsWith(raw, this.#at)) return this.#at;
    // A window, or a token that is nowhere would be searched for through the whole text.
    const found = this.#text.slice(this.#at, this.#at + 2 * raw.length + 2000).indexOf(raw);
    return found === -1 ? -1 : this.#at + found;
  }
}
