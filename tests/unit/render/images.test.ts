import { describe, expect, it } from "vitest";
import { inspectImage, mailImage, shownSize, type Size } from "../../../src/render/images.ts";
import {
  corners,
  cornersOf,
  decoded,
  drawing,
  photograph,
  stripes,
  unreadable,
  withExif,
  withPart,
} from "../../support/pictures.ts";

const room: Size = { width: 536, height: Infinity };

async function made(content: Buffer) {
  const header = inspectImage(content);
  if (!header) throw new Error("Not a picture.");
  const shown = shownSize(header, room);
  const picture = await mailImage(content, header, shown);
  if (!picture) throw new Error("Cannot be decoded.");
  return { ...picture, shown };
}

async function drawnSvg(width: number, height: number) {
  const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"/>`);
  const header = inspectImage(svg);
  if (!header) throw new Error("Not a picture.");
  const shown = shownSize(header, { width: 536, height: 600 });
  return { shown, picture: await mailImage(svg, header, shown) };
}

/** What stands in the corners of the upright picture. Source: CIPA DC-008 (Exif), tag 274: where row 0 and column 0 are. */
const [a, b, c, d] = corners;
const upright: Readonly<Record<number, readonly string[]>> = {
  1: [a, b, c, d],
  2: [b, a, d, c],
  3: [d, c, b, a],
  4: [c, d, a, b],
  5: [a, c, b, d],
  6: [c, a, d, b],
  7: [d, b, c, a],
  8: [b, d, a, c],
};

describe("a picture for mail", () => {
  it.each(Object.entries(upright))("stored in way %s stands upright", async (way, expected) => {
    for (const [width, height] of [
      [300, 200],
      [1400, 1200],
    ] as const) {
      const { content, shown } = await made(withExif(photograph(width, height), Number(way)));
      const picture = decoded(content);
      expect(cornersOf(picture)).toEqual(expected);
      const [w, h] = Number(way) > 4 ? [height, width] : [width, height];
      const scale = Math.min(1, 1072 / w);
      expect([picture.width, Math.abs(picture.height - h * scale) <= 1]).toEqual([w * scale, true]);
      expect(shown.width).toBe(Math.min(536, w));
      expect(content.includes("Exif")).toBe(false);
    }
  });

  it("is given up to twice the pixels that are shown, and no more", async () => {
    const fits = photograph(1072, 400);
    expect((await made(fits)).content.equals(fits)).toBe(true);
    expect(decoded((await made(photograph(1074, 400))).content).width).toBe(1072);
  });

  it("is the same bytes each time", async () => {
    for (const picture of [photograph(2000, 900), drawing(2000, 900, (x, y) => x > y)])
      expect((await made(picture)).content.equals((await made(picture)).content)).toBe(true);
  });

  it("has clean edges where it is clear", async () => {
    const { content, contentType } = await made(drawing(3000, 1500, (x, y) => 2 * x + 5 * y < 2500));
    expect(contentType).toBe("image/png");
    const { at, width, height } = decoded(content);
    expect([width, height]).toEqual([1072, 536]);
    let edges = 0;
    for (let y = 0; y < 200; y += 1) {
      for (let x = 0; x < 500; x += 1) {
        const [red = 0, green = 0, , alpha = 0] = at(x, y);
        if (alpha < 30 || alpha === 255) continue;
        edges += 1;
        // Red throughout: nothing of what is clear shines through.
        expect([red > 190, green < 65], `${x} ${y}: ${red} ${green} ${alpha}`).toEqual([true, true]);
      }
    }
    expect(edges).toBeGreaterThan(100);
  });

  it("stays what it was where that is smaller", async () => {
    const screenshot = stripes(1200, 600);
    expect((await made(screenshot)).content.equals(screenshot)).toBe(true);
  });

  it("keeps the meaning of its colours", async () => {
    const profile = Buffer.from(`ICC_PROFILE\0\x01\x01${"\0".repeat(16)}RGB `);
    const { content } = await made(withPart(photograph(2000, 1000), 0xe2, profile));
    expect(content.includes(profile)).toBe(true);
    expect(decoded(content).width).toBe(1072);
  });

  it("made from an SVG is twice as large as it is shown, whatever its form", async () => {
    for (const [width, height] of [
      [24, 24],
      [100, 800],
      [1600, 100],
    ] as const) {
      const { shown, picture } = await drawnSvg(width, height);
      const drawn = decoded(picture?.content ?? Buffer.alloc(0));
      expect(Math.abs(drawn.width - 2 * shown.width)).toBeLessThanOrEqual(1);
      expect(Math.abs(drawn.height - 2 * shown.height)).toBeLessThanOrEqual(1);
      expect(Math.max(shown.width / 536, shown.height / 600)).toBe(1);
    }
    // A thread is not blown up without end.
    expect((await drawnSvg(1, 1_000_000_000)).picture).toBeUndefined();
  });

  it("that lies about itself is none", async () => {
    const photo = photograph(2000, 1000);
    const header = inspectImage(photo);
    if (!header) throw new Error("Not a picture.");
    expect(await mailImage(photo.subarray(0, 5000), header, room)).toBeUndefined();
    await expect(made(unreadable(2000, 1000))).rejects.toThrow("Cannot be decoded.");
    // The library works on after it has stopped at a picture.
    expect(decoded((await made(photo)).content).width).toBe(1072);
  });
});
