import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { ListForm } from "../../domain/recipient.ts";
import { usageError } from "../../domain/user-error.ts";
import { reasonOf } from "../files.ts";

export type Encoding = NonNullable<ListForm["encoding"]>;
/** How the bytes of a text are read. */
export type Decoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** So much of a file is enough to tell what it is. */
const startLength = 64 * 1024;
/** The rows of one block are in memory at a time, and what outlives them for long is costly to clear away. */
const blockLength = 32 * 1024;

/**
 * The first bytes of a file.
 * @throws UserError (exit 2) when it cannot be read
 */
export async function startOf(file: string): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(startLength), 0, startLength, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw cannotRead(file, error);
  }
}

/**
 * Finds out how a text is written: by its mark, else by the bytes of zero that UTF-16 has in every other place, else
 * UTF-8 if all of it is sound, to the last byte. What is none of these is Windows-1252, which Excel writes as plain "CSV".
 */
export async function decodingOf(file: string, start: Buffer): Promise<Decoding> {
  if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
  if (start[0] === 0xfe && start[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  const looked = Math.min(start.length, 4096);
  for (let at = 0; at < looked; at += 1) if (start[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  // A stray zero in a damaged file does not make it UTF-16: at least a third of one of both places must be zero.
  if (odd > looked / 6 && odd > 4 * even) return "utf-16le";
  if (even > looked / 6 && even > 4 * odd) return "utf-16be";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const block of blocks(file)) decoder.decode(block, { stream: true });
    decoder.decode();
    return "utf-8";
  } catch (error) {
    if (error instanceof TypeError) return "windows-1252";
    throw error;
  }
}

/** As people call it. */
export function encodingName(decoding: Decoding): Encoding {
  if (decoding === "utf-8") return "UTF-8";
  return decoding === "windows-1252" ? "Windows-1252" : "UTF-16";
}

/** The text of a file in pieces, without its mark, every line end as `\n`. */
export async function* textOf(file: string, decoding: Decoding): AsyncGenerator<string> {
  const decode = decoderOf(decoding);
  let held = "";
  for await (const block of blocks(file)) {
    const text = held + decode(block);
    // The other half of this line end may stand in the next block.
    held = text.endsWith("\r") ? "\r" : "";
    yield withPlainEnds(held === "" ? text : text.slice(0, -1));
  }
  yield withPlainEnds(held + decode());
}

function withPlainEnds(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

function decoderOf(decoding: Decoding): (block?: Buffer) => string {
  // Some versions of Node read Windows-1252 as Latin-1, which has controls in the place of quotation marks and dashes.
  if (decoding === "windows-1252") {
    return (block) =>
      block === undefined
        ? ""
        : block
            .toString("latin1")
            .replace(/[\x80-\x9f]/g, (char) => windows[char.charCodeAt(0) - 0x80] ?? "");
  }
  const decoder = new TextDecoder(decoding);
  return (block) => (block === undefined ? decoder.decode() : decoder.decode(block, { stream: true }));
}

/** 0x80 to 0x9F. Source: WHATWG Encoding, index windows-1252. */
const windows = [
  ..."\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f",
  ..."\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178",
];

async function* blocks(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const block of createReadStream(file, { highWaterMark: blockLength })) yield block as Buffer;
  } catch (error) {
    throw cannotRead(file, error);
  }
}

/** The words for a file that the system does not give. */
export function cannotRead(file: string, error: unknown): Error {
  return usageError(
    "cannot-read",
    `${file} cannot be read: ${reasonOf(error)}.`,
    "Check the name and the folder.",
  );
}
