import { describe, expect, it } from "vitest";
import { Pace } from "../../../src/plan/pace.ts";

describe("the pace of senders", () => {
  it("knows nothing at the first look, and then what each has done since", () => {
    const pace = new Pace();
    pace.note(0, [{ owner: "a", sent: 500 }]);
    expect([pace.rate(), pace.rate("a"), pace.total]).toEqual([undefined, undefined, 0]);
    pace.note(10_000, [
      { owner: "a", sent: 600 },
      { owner: "b", sent: 50 },
    ]);
    // Who came in between began with nothing.
    expect([pace.total, pace.rate(), pace.rate("a"), pace.rate("b")]).toEqual([150, 15, 10, undefined]);
    pace.note(20_000, [{ owner: "b", sent: 150 }]);
    expect([pace.total, pace.rate(), pace.rate("b")]).toEqual([250, 12.5, 10]);
  });

  it("goes by the last half minute", () => {
    const pace = new Pace();
    for (let second = 0; second <= 60; second += 1)
      pace.note(second * 1_000, [{ owner: "a", sent: Math.min(second, 30) * 100 }]);
    expect(pace.rate()).toBe(0);
    expect(pace.total).toBe(3_000);
    pace.note(75_000, [{ owner: "a", sent: 3_300 }]);
    expect(pace.rate()).toBe(10);
  });

  it("counts anew for one who comes back under its old name", () => {
    const pace = new Pace();
    pace.note(0, [{ owner: "a", sent: 100 }]);
    pace.note(1_000, []);
    pace.note(2_000, [{ owner: "a", sent: 100 }]);
    pace.note(3_000, [{ owner: "a", sent: 90 }]);
    expect(pace.total).toBe(100);
  });
});
