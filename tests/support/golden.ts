import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { expect } from "vitest";

const folder = path.resolve("tests/golden");
/** `npm run golden` makes the pictures anew. */
const rewriting = process.env["MODE"] === "golden";

/** Pictures are kept small: enough to see that something has moved, and little to carry in the repository. */
const widest = 300;

/** Machines round differently, so that edges of letters differ a little. */
const colourTolerance = 0.15;
const mostDiffering = 0.002;

/** Makes a picture smaller by a whole number of times: each new pixel is the mean of those it stands for. */
export function shrink({ width, height, data }: PNG, times: number): PNG {
  const small = new PNG({ width: Math.floor(width / times), height: Math.floor(height / times) });
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0;
        for (let dy = 0; dy < times; dy++) {
          for (let dx = 0; dx < times; dx++) {
            sum += data[((y * times + dy) * width + x * times + dx) * 4 + channel] ?? 0;
          }
        }
        small.data[(y * small.width + x) * 4 + channel] = Math.round(sum / times ** 2);
      }
    }
  }
  return small;
}

/** Compares a PNG, made about as wide as the kept pictures are. */
export function matchesGolden(name: string, png: Buffer): void {
  const picture = PNG.sync.read(png);
  expectGolden(name, shrink(picture, Math.ceil(picture.width / widest)));
}

/** The lower left part of a picture. */
export function lowerLeft({ width, height, data }: PNG, share: number): PNG {
  const part = new PNG({ width: Math.round(share * width), height: Math.round(share * height) });
  const from = height - part.height;
  for (let y = 0; y < part.height; y++) {
    const row = (from + y) * width * 4;
    data.copy(part.data, y * part.width * 4, row, row + part.width * 4);
  }
  return part;
}

/** Compares a picture with the one of this name in `tests/golden`. What differs is written to `out/golden`. */
export function expectGolden(name: string, picture: PNG): void {
  const file = path.join(folder, `${name}.png`);
  if (rewriting) {
    write(file, picture);
    return;
  }
  const golden = PNG.sync.read(readFileSync(file));
  expect([picture.width, picture.height]).toEqual([golden.width, golden.height]);
  const difference = new PNG({ width: golden.width, height: golden.height });
  const differing = pixelmatch(golden.data, picture.data, difference.data, golden.width, golden.height, {
    threshold: colourTolerance,
  });
  const share = differing / (golden.width * golden.height);
  if (share <= mostDiffering) return;
  const shown = path.resolve("out/golden", name);
  write(`${shown}.png`, picture);
  write(`${shown}.difference.png`, difference);
  expect(share, `${name} looks otherwise; see ${shown}.png, or run "npm run golden"`).toBeLessThanOrEqual(
    mostDiffering,
  );
}

function write(file: string, picture: PNG): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, PNG.sync.write(picture, { deflateLevel: 9, colorType: 2 }));
}
