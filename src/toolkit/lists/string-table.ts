/** So many strings share a block. */
const blockSize = 4096;

/**
 * The strings that the cells of a workbook share. A million of them as such would take some hundred megabytes; as bytes
 * they take little more than their letters.
 */
export class StringTable {
  readonly #blocks: { readonly bytes: Buffer; readonly ends: Uint32Array }[] = [];
  #open: string[] = [];
  /** Bytes so far, without the last block. */
  size = 0;

  add(text: string): void {
    this.#open.push(text);
    if (this.#open.length === blockSize) this.#close();
  }

  /** The string with this number, counted from 0; empty where there is none. */
  at(index: number): string {
    const block = this.#blocks[Math.floor(index / blockSize)];
    const within = index % blockSize;
    if (block === undefined) {
      return Math.floor(index / blockSize) === this.#blocks.length ? (this.#open[within] ?? "") : "";
    }
    return block.bytes.toString("utf8", within === 0 ? 0 : block.ends[within - 1], block.ends[within]);
  }

  #close(): void {
    const ends = new Uint32Array(blockSize);
    let end = 0;
    for (const [at, text] of this.#open.entries()) {
      end += Buffer.byteLength(text);
      ends[at] = end;
    }
    this.#blocks.push({ bytes: Buffer.from(this.#open.join("")), ends });
    this.#open = [];
    this.size += end;
  }
}
