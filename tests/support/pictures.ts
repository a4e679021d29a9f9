import { crc32 } from "node:zlib";
import { PhotonImage } from "@silvia-odwyer/photon-node";

type Colour = readonly [red: number, green: number, blue: number];
type Corners = readonly [topLeft: string, topRight: string, bottomLeft: string, bottomRight: string];

const colours: Readonly<Record<string, Colour>> = {
  red: [200, 40, 40],
  green: [40, 160, 60],
  blue: [40, 60, 200],
  white: [235, 235, 235],
};

/** As stored by `photograph`. */
export const corners: Corners = ["red", "green", "blue", "white"];

/** A JPEG of four quarters in the order of `corners`, with a grain like a camera's. */
export function photograph(width: number, height: number): Buffer {
  return encoded(grainy(width, height), width, height, (picture) => picture.get_bytes_jpeg(90));
}

/** The same as PNG. The pixels that are clear hide a loud green. */
export function drawing(width: number, height: number, isClear: (x: number, y: number) => boolean): Buffer {
  const pixels = grainy(width, height);
  for (let at = 0; at < width * height; at += 1)
    if (isClear(at % width, Math.floor(at / width))) pixels.set([0, 255, 0, 0], at * 4);
  return encoded(pixels, width, height, (picture) => picture.get_bytes());
}

/** A PNG of wide stripes: few bytes for many pixels. */
export function stripes(width: number, height: number): Buffer {
  const pixels = new Uint8Array(width * height * 4).fill(255);
  for (let at = 0; at < width * height; at += 1) if (at % 64 < 32) pixels.fill(90, at * 4, at * 4 + 3);
  return encoded(pixels, width, height, (picture) => picture.get_bytes());
}

function grainy(width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      const name = corners[(y * 2 < height ? 0 : 2) + (x * 2 < width ? 0 : 1)] ?? "";
      const grain = Math.imul(x * 7919 + y * 104729, 2654435761) >>> 28;
      for (const [index, value] of (colours[name] ?? []).entries()) pixels[at + index] = value + grain;
      pixels[at + 3] = 255;
    }
  }
  return pixels;
}

function encoded(
  pixels: Uint8Array,
  width: number,
  height: number,
  encode: (picture: PhotonImage) => Uint8Array,
): Buffer {
  const picture = new PhotonImage(pixels, width, height);
  const content = Buffer.from(encode(picture));
  picture.free();
  return content;
}

export interface Decoded {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, alpha. */
  readonly at: (x: number, y: number) => readonly number[];
  readonly pixels: Uint8Array;
}

export function decoded(content: Uint8Array): Decoded {
  const picture = PhotonImage.new_from_byteslice(content);
  const [width, height, pixels] = [picture.get_width(), picture.get_height(), picture.get_raw_pixels()];
  picture.free();
  const at = (x: number, y: number) => [...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
  return { width, height, at, pixels };
}

/** Which colour stands in each corner. */
export function cornersOf({ width, height, at }: Decoded): string[] {
  const places = [0.1, 0.9].flatMap((y) => [0.1, 0.9].map((x) => [x, y] as const));
  return places.map(([x, y]) => {
    const found = at(Math.floor(x * width), Math.floor(y * height));
    const distance = (colour: Colour) =>
      colour.reduce((sum, value, index) => sum + Math.abs(value - (found[index] ?? 0)), 0);
    const near = Object.entries(colours).find(([, colour]) => distance(colour) < 60);
    return near?.[0] ?? found.join(" ");
  });
}

/** Stands in the metadata of `withExif`. */
export const secret = "53.1987N 2.5154W";

/** A JPEG with what a phone writes into it: the way it was held, and the place. */
export function withExif(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.alloc(64);
  tiff.write("MM\0*\0\0\0\x08\0\x02", "latin1");
  entry(tiff, 10, 0x0112, 3, orientation << 16);
  entry(tiff, 22, 0x8825, 4, 38);
  // The directory of the place: one entry, the reference to north.
  tiff.writeUInt16BE(1, 38);
  entry(tiff, 40, 1, 2, 0x4e000000);
  return withPart(jpeg, 0xe1, Buffer.concat([Buffer.from("Exif\0\0"), tiff, Buffer.from(secret)]));
}

/** A JPEG with a part of a program's own. */
export function withPart(jpeg: Buffer, marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
}

function entry(tiff: Buffer, at: number, tag: number, type: number, value: number): void {
  tiff.writeUInt16BE(tag, at);
  tiff.writeUInt16BE(type, at + 2);
  tiff.writeUInt32BE(type === 2 ? 2 : 1, at + 4);
  tiff.writeUInt32BE(value, at + 8);
}

/** A PNG with a further part before its end. */
export function withChunk(png: Buffer, name: string, content: Buffer): Buffer {
  return Buffer.concat([png.subarray(0, -12), chunk(name, content), png.subarray(-12)]);
}

/** A PNG that is whole, but whose data mean nothing. */
export function unreadable(width: number, height: number): Buffer {
  const head = Buffer.from("\0\0\0\0\0\0\0\0\x08\x02\0\0\0", "latin1");
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", Buffer.alloc(100, 7)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), content]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(content.length, 0);
  numbers.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([numbers.subarray(0, 4), body, numbers.subarray(4)]);
}

/** A GIF of one pixel that carries this many bytes. */
export function gif(bytes: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(bytes / 256) }, () => Buffer.alloc(256, 1).fill(255, 0, 1));
  const head = "GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01";
  return Buffer.concat([Buffer.from(head, "latin1"), ...blocks, Buffer.from([0, 0x3b])]);
}
