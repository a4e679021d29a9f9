import type { Readable } from "node:stream";
import { openPromise, type Entry } from "yauzl";

/** More parts than this has no workbook that people make. */
const partsLimit = 20_000;
/** A part of more than this is not read, and neither is one that was packed too well: it would fill the machine. */
const sizeLimit = 4 * 1024 ** 3;
const plainSize = 64 * 1024 ** 2;
const ratioLimit = 250;

/** A zip file that is open. */
export interface Zip {
  readonly names: ReadonlySet<string>;
  /** The bytes of a part, as they come. A part that gives other than it says ends in a fault. @throws ZipFault */
  readonly stream: (name: string) => AsyncGenerator<Buffer>;
  readonly close: () => void;
}

/** A zip file that is damaged, or too much for one machine. */
export class ZipFault extends Error {
  override readonly name = "ZipFault";
  readonly kind: "damaged" | "too-large";

  constructor(kind: "damaged" | "too-large", cause?: unknown) {
    super(kind, { cause });
    this.kind = kind;
  }
}

/**
 * Opens a zip file; its parts are read from the disk when they are asked for.
 * @throws ZipFault
 */
export async function openZip(file: string): Promise<Zip> {
  try {
    const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
    const entries = new Map<string, Entry>();
    if (zip.entryCount > partsLimit) {
      zip.close();
      throw new ZipFault("too-large");
    }
    try {
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    } catch (error) {
      zip.close();
      throw error;
    }
    const stream = async function* (name: string): AsyncGenerator<Buffer> {
      const entry = entries.get(name);
      if (entry === undefined) return;
      requireSize(entry);
      try {
        const bytes: Readable = await zip.openReadStreamPromise(entry);
        for await (const chunk of bytes) yield chunk as Buffer;
      } catch (error) {
        throw new ZipFault("damaged", error);
      }
    };
    return { names: new Set(entries.keys()), stream, close: () => zip.close() };
  } catch (error) {
    throw error instanceof ZipFault ? error : new ZipFault("damaged", error);
  }
}

/** What a part unpacks to is checked while it is read, so that what it says here can be relied on. */
function requireSize({ uncompressedSize, compressedSize }: Entry): void {
  const isBomb = uncompressedSize > plainSize && uncompressedSize > ratioLimit * compressedSize;
  if (isBomb || uncompressedSize > sizeLimit) throw new ZipFault("too-large");
}
