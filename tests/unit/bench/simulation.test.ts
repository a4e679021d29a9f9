import { describe, expect, it } from "vitest";
import { cases, worldOf } from "../../../bench/simulation/cases.ts";
import { Chance } from "../../../bench/simulation/chance.ts";
import { simulate } from "../../../bench/simulation/send.ts";
import type { World } from "../../../bench/simulation/world.ts";

const endless = Number.POSITIVE_INFINITY;
const people = 120_000;

/** Nothing holds anybody up, but for what is changed. */
const easy: World = {
  seed: 1,
  people,
  destinations: [{ name: "one.example", share: 1, putOff: 0, refused: 0 }],
  relays: { count: 1, perSecond: endless },
  workers: { count: 1, perSecond: endless, connections: 10, answer: 0 },
  ledger: { perSecond: endless, claim: 100, counting: { all: 0, byDomain: 0 } },
  limits: {},
  retry: { first: 60_000, longest: 3_600_000, giveUpAfter: 86_400_000, attempts: 12, timeout: 600_000 },
  outages: [],
  attended: 3_600,
};

describe("a send in simulated time", () => {
  it("takes as long as its one brake says", () => {
    const twenty = (change: Partial<World>) => simulate({ ...easy, ...change }).end;
    expect(twenty({ workers: { count: 2, perSecond: 50, connections: 10, answer: 0.01 } })).toBe(1_200);
    expect(twenty({ workers: { count: 2, perSecond: 500, connections: 5, answer: 0.1 } })).toBe(1_200);
    expect(twenty({ relays: { count: 4, perSecond: 25 } })).toBe(1_200);
    expect(twenty({ ledger: { ...easy.ledger, perSecond: 100 } })).toBe(1_200);
    expect(twenty({ limits: { perSecond: 100 } })).toBe(1_200);
  });

  it("holds the limits of the settings", () => {
    const { busiestDay, end, braked } = simulate({ ...easy, limits: { perDay: 50_000 } });
    expect(busiestDay).toBe(50_000);
    expect(end).toBe(2 * 86_400 + 30);
    expect(braked.get("limits")).toBeGreaterThan(1.9 * 86_400);
    expect(simulate({ ...easy, limits: { perDomain: 30_000 } }).end).toBe(3 * 3_600 + 30);
  });

  it("lets a new relay send no more than its day allows", () => {
    const perDay = (day: number) => 10_000 * (day + 1);
    const { end, braked } = simulate({ ...easy, relays: { count: 2, perSecond: endless, perDay } });
    // 20,000, 40,000 and the last 60,000.
    expect(end).toBe(2 * 86_400 + 30);
    expect(braked.get("relays")).toBeGreaterThan(1.9 * 86_400);
  });

  it("counts everybody once, whatever becomes of them", () => {
    const destinations = [
      { name: "one.example", share: 0.5, putOff: 0.1, refused: 0.02 },
      { name: "two.example", share: 0.5, putOff: 0.6, refused: 0, perHour: 40_000 },
    ];
    const course = simulate({ ...easy, destinations });
    expect(course.accepted + course.rejected + course.givenUp).toBe(people);
    expect(course.rejected / (people / 2)).toBeCloseTo(0.02, 2);
    expect(course.attempts).toBeGreaterThan(people);
    // 0.6 to the power of 12 attempts.
    expect(course.givenUp).toBeGreaterThan(0);
    expect(course.givenUp).toBeLessThan(people / 100);
  });

  it("leaves a destination alone that has had enough, and loses nobody there", () => {
    const destinations = [{ name: "one.example", share: 1, putOff: 0, refused: 0, perHour: 60_000 }];
    const { throttled, accepted, end, braked } = simulate({ ...easy, destinations });
    expect(accepted).toBe(people);
    expect(end).toBeGreaterThan(1.9 * 3_600);
    expect(end).toBeLessThan(2.3 * 3_600);
    // Five in a row and what is on ten connections, once in the minute that it rests.
    expect(throttled / (end / 60)).toBeLessThanOrEqual(15);
    expect(braked.get("destinations")).toBeGreaterThan(3_600);
  });

  it("sits a short outage out, and waits for a person after a long one", () => {
    const slow = { ...easy, limits: { perSecond: 20 } };
    const undisturbed = simulate(slow).end;
    const after = (lasts: number) => simulate({ ...slow, outages: [{ at: 600, lasts }] }).end - undisturbed;
    expect(after(120)).toBeLessThanOrEqual(180);
    expect(after(1_200)).toBe(1_200 + 3_600);
  });

  it("goes the same way with the same seed, and another with another", () => {
    const [, second] = cases;
    const world = (seed: number) => {
      if (!second?.cases[0]) throw new Error("There is no such case.");
      return worldOf(seed, second.people, second.destinations, second.cases[0]);
    };
    expect(simulate(world(1))).toEqual(simulate(world(1)));
    expect(simulate(world(2))).not.toEqual(simulate(world(1)));
  });
});

describe("chance", () => {
  it.each([
    [40, 0.3],
    [1_000, 0.004],
    [100_000, 0.2],
  ])("happens to about as many of %d as a probability of %d says", (count, probability) => {
    const chance = new Chance(7);
    const drawn = Array.from({ length: 2_000 }, () => chance.outOf(count, probability));
    const mean = drawn.reduce((sum, one) => sum + one, 0) / drawn.length;
    const spread = Math.sqrt(drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / drawn.length);
    expect(mean / (count * probability)).toBeCloseTo(1, 1);
    expect(spread / Math.sqrt(count * probability * (1 - probability))).toBeCloseTo(1, 1);
  });
});
