import { describe, expect, it } from "vitest";
import { pictureParts } from "../../../src/render/picture-parts.ts";
import {
  drawing,
  gif,
  photograph,
  secret,
  stripes,
  withExif,
  withChunk,
  withPart,
} from "../../support/pictures.ts";

const pictures = {
  "image/jpeg": withExif(photograph(90, 60), 1),
  "image/png": drawing(90, 60, (x) => x < 9),
  "image/gif": gif(600),
} as const;
const types = Object.keys(pictures) as (keyof typeof pictures)[];

describe("the parts of a picture", () => {
  it.each(types)("of kind %s are told from one that ends too early, wherever it ends", (type) => {
    const picture = pictures[type];
    expect(pictureParts(picture, type)).toBeDefined();
    for (let end = 0; end < picture.length - 1; end += 1)
      expect(pictureParts(picture.subarray(0, end), type), `${end} bytes`).toBeUndefined();
  });

  it("leave out where and when a photograph was taken, and change no pixel", () => {
    const photo = photograph(90, 60);
    const remarked = withPart(
      withPart(withExif(photo, 1), 0xfe, Buffer.from(secret)),
      0xe1,
      Buffer.from(`http://ns.adobe.com/xap/1.0/\0${secret}`),
    );
    const withTail = Buffer.concat([remarked, withExif(photo, 1)]);
    const content = pictureParts(withTail, "image/jpeg")?.content ?? Buffer.alloc(0);
    expect(content.equals(photo)).toBe(true);
    const png = stripes(128, 2);
    const told = ["tEXt", "iTXt", "eXIf", "prVt"].reduce(
      (file, name) => withChunk(file, name, Buffer.from(secret)),
      png,
    );
    expect(pictureParts(told, "image/png")?.content.equals(png)).toBe(true);
  });

  it("keep what the colours mean, and take it along only where it fits", () => {
    const profile = (space: string) => Buffer.from(`ICC_PROFILE\0\x01\x01${"\0".repeat(16)}${space}`);
    const of = (space: string) =>
      pictureParts(withPart(photograph(9, 6), 0xe2, profile(space)), "image/jpeg");
    expect(of("RGB ")?.content.includes("ICC_PROFILE")).toBe(true);
    expect(of("RGB ")?.colours.subarray(4)).toEqual(profile("RGB "));
    expect(of("CMYK")?.content.includes("ICC_PROFILE")).toBe(true);
    expect(of("CMYK")?.colours).toHaveLength(0);
    const png = pictureParts(
      withChunk(stripes(128, 2), "gAMA", Buffer.from([0, 0, 0xb1, 0x8f])),
      "image/png",
    );
    expect(png?.content.includes("gAMA")).toBe(true);
    expect(png?.colours.toString("latin1", 4, 8)).toBe("gAMA");
  });

  it("of a PNG with a changed byte do not add up", () => {
    const png = Buffer.from(stripes(128, 2));
    png.writeUInt8(png.readUInt8(60) ^ 1, 60);
    expect(pictureParts(png, "image/png")).toBeUndefined();
  });

  it("of a JPEG may have filling before a mark, and marks of restarts in the data", () => {
    const scan = [0xff, 0xda, 0, 2, 1, 0xff, 0, 0xff, 0xd3, 2];
    const content = Buffer.from([0xff, 0xd8, 0xff, 0xff, 0xdb, 0, 2, ...scan, 0xff, 0xd9, 7, 7]);
    const clean = Buffer.from([0xff, 0xd8, 0xff, 0xdb, 0, 2, ...scan, 0xff, 0xd9]);
    expect(pictureParts(content, "image/jpeg")?.content).toEqual(clean);
  });

  it("of a JPEG are refused when it asks for passes without end", () => {
    const scans = (count: number) =>
      Buffer.from([
        0xff,
        0xd8,
        ...Array.from({ length: count }, () => [0xff, 0xda, 0, 2, 1]).flat(),
        0xff,
        0xd9,
      ]);
    expect(pictureParts(scans(100), "image/jpeg")).toBeDefined();
    expect(pictureParts(scans(101), "image/jpeg")).toBeUndefined();
  });

  it("of a GIF are all of them", () => {
    const picture = pictures["image/gif"];
    expect(pictureParts(picture, "image/gif")?.content).toBe(picture);
  });
});
