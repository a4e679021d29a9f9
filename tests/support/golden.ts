import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { expect } from "vitest";

const folder = path.resolve(import.meta.dirname, "../golden");
/** Pictures are kept small: enough to see that something has moved, and little to carry in the repository. */
const widest = 300;
/** How far the colours of two dots may be apart, 0 to 1, and the share of dots that may be farther apart. */
const threshold = 0.1;
const tolerance = 0.001;

/**
 * Compares a picture with the one kept in `tests/golden/<name>.png`, both made small. After a change that is meant, look at
 * the new pictures and keep them: `GOLDEN=write npx vitest run tests/e2e`.
 */
export function matchesGolden(name: string, png: Buffer): void {
  const file = path.join(folder, `${name}.png`);
  const picture = smaller(PNG.sync.read(png));
  if (process.env["GOLDEN"] === "write") {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, PNG.sync.write(picture));
    return;
  }
  expect(existsSync(file), `${file} is not there; write it with GOLDEN=write`).toBe(true);
  const kept = PNG.sync.read(readFileSync(file));
  const { width, height } = picture;
  expect([width, height], name).toEqual([kept.width, kept.height]);
  const different = pixelmatch(picture.data, kept.data, undefined, width, height, { threshold });
  expect(different, `${name}: dots that differ from ${file}`).toBeLessThanOrEqual(width * height * tolerance);
}

/** Each dot is the mean of a square of dots, so that no detail falls between them. */
function smaller(picture: PNG): PNG {
  const side = Math.ceil(picture.width / widest);
  const small = new PNG({
    width: Math.floor(picture.width / side),
    height: Math.floor(picture.height / side),
  });
  for (let at = 0; at < small.data.length; at++) {
    const dot = Math.floor(at / 4);
    const [left, top] = [(dot % small.width) * side, Math.floor(dot / small.width) * side];
    let sum = 0;
    for (let y = top; y < top + side; y++)
      for (let x = left; x < left + side; x++)
        sum += picture.data[(y * picture.width + x) * 4 + (at % 4)] ?? 0;
    small.data[at] = Math.round(sum / (side * side));
  }
  return small;
}
