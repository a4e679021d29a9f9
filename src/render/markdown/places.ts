import type { Position } from "../../domain/problem.ts";

/** The line and column of a character in a text that begins on a line of a file. */
export function positionOf(text: string, offset: number, firstLine: number): Position {
  const before = text.slice(0, offset).split("\n");
  return { line: firstLine + before.length - 1, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** How many places are looked at where a token might begin. Nearly always it is the first. */
const tries = 20;

/**
 * Finds where tokens stand in the source. The parser says only what each token was read from, and that without the
 * marks of the quotations and the indents of the lists around it; so each is looked for from where the token before it
 * ended, inside the token that holds it.
 */
export class Places {
  readonly #text: string;
  /** Ends of lines, in the text, that were written `\r\n` in the source. */
  readonly #pairs: readonly number[];
  #at = 0;
  /** Where the token ends that holds what is looked for. */
  #limit: number;

  /** @param text the source with every line end made `\n` */
  constructor(source: string, text: string) {
    this.#text = text;
    this.#pairs = [...source.matchAll(/\r\n/g)].map(({ index }, before) => index - before);
    this.#limit = text.length;
  }

  /** Reads the token that was read from `raw`, and all that is in it, where it stands. */
  within<Value>(raw: string, read: (offset: number) => Value): Value {
    const [start, end] = this.#find(raw) ?? [this.#at, undefined];
    this.#at = start;
    return this.#upTo(end, () => read(this.#offset(start)));
  }

  /** Reads what stands on one line; the next is read from where the line after it begins. */
  onLine<Value>(read: () => Value): Value {
    const end = this.#text.indexOf("\n", this.#at);
    return this.#upTo(end === -1 ? undefined : Math.min(end + 1, this.#limit), read);
  }

  /** Goes past a mark, such as that of a list's item, so that nothing is found in it. */
  pass(mark: string): void {
    const end = this.#ends(this.#at, mark);
    if (end !== undefined) this.#at = end;
  }

  #upTo<Value>(end: number | undefined, read: () => Value): Value {
    const limit = this.#limit;
    this.#limit = end ?? limit;
    const value = read();
    this.#limit = limit;
    // Where nobody knows the end, the next token comes after the last one found inside.
    this.#at = end ?? this.#at;
    return value;
  }

  /** A place in the text as characters from the start of the source. */
  #offset(place: number): number {
    let [low, high] = [0, this.#pairs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pairs[middle] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    return place + low;
  }

  #find(raw: string): [start: number, end: number] | undefined {
    if (this.#text.startsWith(raw, this.#at)) return [this.#at, this.#at + raw.length];
    // The first word alone: what stands between words may be written otherwise.
    const [, word] = /^\s*([^\s|]+|\|)/.exec(raw) ?? [];
    if (word === undefined) return undefined;
    if (this.#text[this.#at] === raw[0]) {
      const end = this.#ends(this.#at, raw);
      if (end !== undefined) return [this.#at, end];
    }
    // A window, or a token that is nowhere would be searched for through the whole text.
    const window = this.#text.slice(this.#at, Math.min(this.#limit, this.#at + 2 * raw.length + 2000));
    const trimmed = raw.trimStart();
    let found = window.indexOf(word);
    for (let tried = 0; found !== -1 && tried < tries; tried += 1) {
      const end = this.#ends(this.#at + found, trimmed);
      if (end !== undefined) return [this.#at + found, end];
      found = window.indexOf(word, found + 1);
    }
    return undefined;
  }

  /** Where `raw` ends if it begins here: the text may have marks of quotations, white space and `\|` besides. */
  #ends(start: number, raw: string): number | undefined {
    const text = this.#text;
    let at = start;
    let isLead = false;
    for (let read = 0; read < raw.length;) {
      const typed = at < this.#limit ? text[at] : undefined;
      const wanted = raw[read];
      if (typed === wanted) {
        isLead = typed === "\n" || (isLead && isLeading(typed));
        at += 1;
        read += 1;
      } else if (isBlank(typed) || (isLead && typed === ">") || (typed === "\\" && text[at + 1] === "|")) {
        at += 1;
      } else if (wanted === "\n" || isBlank(wanted)) {
        read += 1;
      } else return undefined;
    }
    return at;
  }
}

function isLeading(sign: string | undefined): boolean {
  return sign === ">" || isBlank(sign);
}

function isBlank(sign: string | undefined): boolean {
  return sign === " " || sign === "\t";
}
