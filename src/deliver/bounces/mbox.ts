/** How much of one message is read: what a report says stands at its beginning, the message it is about may be large. */
export const messageLimit = 256 * 1024;

/** A message as it came in. */
export interface Incoming {
  /** Where it stands: a file, a place in an mbox, a number on a server. */
  readonly file: string;
  readonly raw: Uint8Array;
  /** True when only its beginning was read. */
  readonly isCut: boolean;
}

/** Collects what is given to it, up to the limit. */
export class Collected {
  readonly #pieces: Uint8Array[] = [];
  #size = 0;
  isCut = false;

  add(piece: Uint8Array): void {
    const room = messageLimit - this.#size;
    if (piece.length > room) this.isCut = true;
    if (room <= 0) return;
    // A copy: a slice would keep the whole chunk of the file in memory.
    const kept = Buffer.from(piece.subarray(0, room));
    this.#pieces.push(kept);
    this.#size += kept.length;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}

const newline = 0x0a;
/** "From", a sender, and a time: other lines that begin with "From" are words. Source: RFC 4155, appendix A. */
const opening = /^From .*\d{1,2}:\d{2}(?::\d{2})?\b.*\b\d{4}\b/;
/** No line that begins a message is longer. */
const longestLine = 64 * 1024;

/** True for the beginning of an mbox. */
export function isMbox(beginning: Uint8Array): boolean {
  return Buffer.from(beginning).subarray(0, 5).toString("latin1") === "From ";
}

/**
 * Splits an mbox into its messages as it is read, so that a large one never stands in memory. A message begins at a
 * line "From …" after an empty line; lines of the message that begin so bear a mark, ">From", which stays.
 * @param name stands before the number of each message
 */
export async function* splitMbox(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Incoming> {
  let message: Collected | undefined;
  let number = 0;
  let isAfterGap = true;
  const done = (one: Collected): Incoming => {
    number += 1;
    return { file: `${name}#${number}`, raw: one.bytes(), isCut: one.isCut };
  };
  for await (const { line, isWhole } of linesOf(chunks)) {
    const start = line.subarray(0, 300).toString("latin1");
    if (isWhole && isAfterGap && opening.test(start)) {
      if (message) yield done(message);
      message = new Collected();
      isAfterGap = false;
      continue;
    }
    isAfterGap = isWhole && /^\r?\n$/.test(start);
    message?.add(line);
  }
  if (message) yield done(message);
}

/** Lines with their ends; one without end comes in pieces. */
async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ line: Buffer; isWhole: boolean }> {
  let rest = Buffer.alloc(0);
  let isWhole = true;
  for await (const chunk of chunks) {
    let text = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    for (let end = text.indexOf(newline); end >= 0; end = text.indexOf(newline)) {
      yield { line: text.subarray(0, end + 1), isWhole };
      isWhole = true;
      text = text.subarray(end + 1);
    }
    if (text.length > longestLine) {
      yield { line: text, isWhole };
      isWhole = false;
      text = Buffer.alloc(0);
    }
    rest = text;
  }
  if (rest.length > 0) yield { line: rest, isWhole };
}
