import { describe, expect, it } from "vitest";
import { fits, highestThatFits, type Attempt, type Fit } from "../../../src/render/sheet-fit.ts";

const levels = { lowest: -8, highest: 24, filling: (ratio: number) => Math.floor(20 * (ratio ** 0.4 - 1)) };

function attemptAt(level: number, fit: Fit | undefined, pages = 1): Attempt {
  return { level, result: { diagnostics: [], pages, answers: {} }, fit };
}

/** A poster whose text needs as much room as there is on level `last`. */
function poster(last: number, { says = true } = {}) {
  const tried: number[] = [];
  const room = (level: number) => (20 + level) ** 2.3;
  const attempt = (level: number) => {
    tried.push(level);
    const fit = { needed: room(level), available: room(last), line: 1, words: [] };
    return Promise.resolve(says ? attemptAt(level, fit) : attemptAt(level, undefined, level > last ? 2 : 1));
  };
  return { attempt, tried };
}

const everyLevel = Array.from({ length: 33 }, (_, i) => i - 8);

describe("highestThatFits", () => {
  it.each(everyLevel)("finds level %i in a few attempts", async (last) => {
    const { attempt, tried } = poster(last);
    expect((await highestThatFits(levels, attempt)).level).toBe(last);
    expect(tried.length).toBeLessThanOrEqual(6);
  });

  it.each(everyLevel)("finds level %i of a template that says nothing of its fit", async (last) => {
    const { attempt, tried } = poster(last, { says: false });
    expect((await highestThatFits(levels, attempt)).level).toBe(last);
    expect(tried.length).toBeLessThanOrEqual(8);
  });

  it("gives the lowest when none fits", async () => {
    const best = await highestThatFits(levels, poster(-9).attempt);
    expect([best.level, fits(best)]).toEqual([-8, false]);
  });

  it("stops at a fault in the template", async () => {
    const fault = { diagnostics: [{ message: "no" }], pages: 0, answers: {} };
    const best = await highestThatFits(levels, (level) =>
      Promise.resolve({ level, result: fault, fit: undefined }),
    );
    expect([best.level, fits(best)]).toEqual([0, false]);
  });
});
