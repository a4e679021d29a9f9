import { crc32 } from "node:zlib";

/**
 * A picture file's parts, found without decoding it: those that are needed to draw it. The rest tells where, when and with
 * what a photograph was taken, and must not be mailed.
 */
export interface PictureParts {
  /** The whole file of these parts alone. */
  readonly content: Buffer;
  /** Those among them that say what the colours mean, for a file drawn anew in red, green and blue. */
  readonly colours: Buffer;
}

/**
 * Takes a picture apart.
 * @returns undefined when the file ends too early or is damaged
 */
export function pictureParts(
  content: Buffer,
  contentType: "image/png" | "image/jpeg" | "image/gif",
): PictureParts | undefined {
  try {
    if (contentType === "image/jpeg") return jpegParts(content);
    return contentType === "image/png" ? pngParts(content) : gifParts(content);
  } catch (error) {
    // A length that leads past the end of the file.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Puts the parts that say what the colours mean into a file that was drawn anew. */
export function withColours(content: Buffer, colours: Buffer): Buffer {
  const isPng = content[0] === 0x89;
  // After the header of a PNG; after the JFIF part of a JPEG, whose length stands at byte 4.
  const place = isPng ? 33 : 4 + content.readUInt16BE(4);
  return Buffer.concat([content.subarray(0, place), colours, content.subarray(place)]);
}

/** Pictures are drawn in passes; one with more than this many is made to keep a machine busy. */
const mostScans = 100;

/** Source: ITU-T T.81, annex B. */
function jpegParts(content: Buffer): PictureParts | undefined {
  const parts = [content.subarray(0, 2)];
  const profile: Buffer[] = [];
  let scans = 0;
  for (let at = content.indexOf(0xff, 2); at !== -1 && scans <= mostScans;) {
    const marker = content.readUInt8(at + 1);
    if (marker === 0xd9) {
      parts.push(content.subarray(at, at + 2));
      return { content: Buffer.concat(parts), colours: rgbProfile(profile) };
    }
    const isScan = marker === 0xda;
    if (isScan) scans += 1;
    const start = at;
    // A marker may have filling before it.
    if (marker === 0xff) at += 1;
    else {
      at += 2 + content.readUInt16BE(at + 2);
      if (isScan) at = scanEnd(content, at);
      const part = content.subarray(start, at);
      if (isProfile(part)) profile.push(part);
      if (isDrawn(part)) parts.push(part);
      at = content.indexOf(0xff, at);
    }
  }
  return undefined;
}

/** Where the next marker stands after the picture's data: there 0xff is followed by 0, or by the mark of a restart. */
function scanEnd(content: Buffer, from: number): number {
  let at = content.indexOf(0xff, from);
  for (; at !== -1; at = content.indexOf(0xff, at + 2)) {
    const next = content.readUInt8(at + 1);
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
  }
  return content.length;
}

/** Parts 0xe0 to 0xef are the programs' own: JFIF, Adobe's kind of colours and the profile are needed. 0xfe is a remark. */
function isDrawn(part: Buffer): boolean {
  const marker = part.readUInt8(1);
  if (marker === 0xe0 || marker === 0xee || isProfile(part)) return true;
  return marker < 0xe0 || (marker > 0xef && marker !== 0xfe);
}

function isProfile(part: Buffer): boolean {
  return part.readUInt8(1) === 0xe2 && part.toString("latin1", 4, 16) === "ICC_PROFILE\0";
}

/** A profile for red, green and blue; one for grey or for printing inks does not fit a picture that was drawn anew. */
function rgbProfile(profile: readonly Buffer[]): Buffer {
  return profile[0]?.toString("latin1", 34, 38) === "RGB " ? Buffer.concat(profile) : Buffer.alloc(0);
}

const pngColours = new Set(["iCCP", "sRGB", "gAMA", "cHRM", "cICP"]);
const pngOther = new Set(["tRNS", "sBIT", "bKGD", "pHYs", "acTL", "fcTL", "fdAT"]);

/** Source: W3C, PNG (third edition), 5. Names of parts without which nothing can be drawn begin with a capital. */
function pngParts(content: Buffer): PictureParts | undefined {
  const parts = [content.subarray(0, 8)];
  const colours: Buffer[] = [];
  const isGrey = (content.readUInt8(25) & 2) === 0;
  for (let at = 8; at < content.length;) {
    const end = at + 12 + content.readUInt32BE(at);
    if (content.readUInt32BE(end - 4) !== crc32(content.subarray(at + 4, end - 4))) return undefined;
    const name = content.toString("latin1", at + 4, at + 8);
    const part = content.subarray(at, end);
    if (pngColours.has(name) && !(isGrey && name === "iCCP")) colours.push(part);
    if (/^[A-Z]/.test(name) || pngColours.has(name) || pngOther.has(name)) parts.push(part);
    if (name === "IEND") return { content: Buffer.concat(parts), colours: Buffer.concat(colours) };
    at = end;
  }
  return undefined;
}

/** Source: CompuServe, GIF89a. Nothing is left out: what moves stays as it is. */
function gifParts(content: Buffer): PictureParts | undefined {
  let at = 13 + tableBytes(content.readUInt8(10));
  let pictures = 0;
  while (at < content.length && content[at] !== 0x3b) {
    const isPicture = content.readUInt8(at) === 0x2c;
    if (isPicture) pictures += 1;
    else if (content[at] !== 0x21) return undefined;
    at += isPicture ? 11 + tableBytes(content.readUInt8(at + 9)) : 2;
    for (let size = content.readUInt8(at); size > 0; size = content.readUInt8(at)) at += 1 + size;
    at += 1;
  }
  return pictures > 0 ? { content, colours: Buffer.alloc(0) } : undefined;
}

/** The bytes of a table of colours. */
function tableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}
