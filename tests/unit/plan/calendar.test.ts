import { describe, expect, it } from "vitest";
import type { Cadence } from "../../../src/domain/settings.ts";
import { cycleAt, cycleById, cycleOn, dayOf } from "../../../src/plan/calendar.ts";

function cadence(changes: Partial<Cadence> = {}): Cadence {
  return {
    every: "month",
    starts: "2026-01-31",
    at: "09:30",
    timezone: "Europe/London",
    avoid: { weekends: false, dates: [] },
    ...changes,
  };
}

const avoiding = (weekends: boolean, ...dates: Cadence["avoid"]["dates"]) => ({ avoid: { weekends, dates } });
const dates = (one: Cadence, count: number) =>
  Array.from({ length: count }, (_, n) => cycleAt(one, n).date?.slice(0, 10));
const ids = (one: Cadence, count: number) => Array.from({ length: count }, (_, n) => cycleAt(one, n).id);

describe("cycles", () => {
  it("keep a month's day, clamped, without drifting", () => {
    expect(dates(cadence(), 4)).toEqual(["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
    expect(dates(cadence({ every: "quarter", starts: "2027-11-30" }), 3)).toEqual([
      "2027-11-30",
      "2028-02-29",
      "2028-05-30",
    ]);
  });

  it("are named by the unmoved date: ISO weeks over year ends, fortnights by their first week", () => {
    expect(ids(cadence({ every: "week", starts: "2026-12-24" }), 3)).toEqual([
      "2026-W52",
      "2026-W53",
      "2027-W01",
    ]);
    expect(ids(cadence({ every: "fortnight", starts: "2026-12-24" }), 3)).toEqual([
      "2026-W52",
      "2027-W01",
      "2027-W03",
    ]);
    expect(ids(cadence({ every: "quarter", starts: "2026-11-01" }), 2)).toEqual(["2026-Q4", "2027-Q1"]);
  });

  it("bear the offset of their own day, over the change of the clocks", () => {
    const weekly = cadence({ every: "week", starts: "2026-03-22" });
    expect([cycleAt(weekly, 0).date, cycleAt(weekly, 1).date]).toEqual([
      "2026-03-22T09:30:00+00:00",
      "2026-03-29T09:30:00+01:00",
    ]);
  });

  it("move forward from an avoided day, and say so", () => {
    const cycle = cycleAt(cadence({ starts: "2026-08-01", ...avoiding(true) }), 0);
    expect(cycle).toMatchObject({
      id: "2026-08",
      date: "2026-08-03T09:30:00+01:00",
      moved: expect.stringContaining("weekend"),
    });
  });

  it("move back when forward would leave the cycle, and keep the id", () => {
    expect(cycleAt(cadence({ ...avoiding(true) }), 0)).toMatchObject({
      id: "2026-01",
      date: "2026-01-30T09:30:00+00:00",
    });
  });

  it("are skipped when every day is avoided", () => {
    const all = { from: "2026-02-01", to: "2026-02-28", why: "moving house" };
    const cycle = cycleAt(cadence({ ...avoiding(false, all) }), 1);
    expect(cycle).toMatchObject({ id: "2026-02" });
    expect(cycle).not.toHaveProperty("date");
    expect(cycle.skipped).toBe("moving house");
    const half = { ...all, to: "2026-02-14" };
    const rest = { from: "2026-02-15", to: "2026-02-28", why: "strike" };
    expect(cycleAt(cadence(avoiding(true, half, rest)), 1).skipped).toBe("moving house, strike");
  });

  it("hold every day of their period, and the first holds all days before", () => {
    const monthly = cadence({ starts: "2026-03-15" });
    expect(
      ["2025-01-01", "2026-03-01", "2026-03-31", "2026-04-01"].map((day) => cycleOn(monthly, day).id),
    ).toEqual(["2026-03", "2026-03", "2026-03", "2026-04"]);
    const fortnightly = cadence({ every: "fortnight", starts: "2026-12-24" });
    expect(["2026-12-21", "2027-01-03", "2027-01-04"].map((day) => cycleOn(fortnightly, day).id)).toEqual([
      "2026-W52",
      "2026-W52",
      "2027-W01",
    ]);
  });

  it.each(["week", "fortnight", "month", "quarter"] as const)(
    "are found again by their id (%s), over ten years",
    (every) => {
      const one = cadence({ every, starts: "2024-02-29" });
      for (let n = 0; n < 520; n += 1) {
        const cycle = cycleAt(one, n);
        expect(cycleById(one, cycle.id)).toEqual(cycle);
        expect(cycleOn(one, cycle.date?.slice(0, 10) ?? "")).toEqual(cycle);
      }
      expect(cycleById(one, "2023-12")).toBeUndefined();
      expect(cycleById(one, "2025-W60")).toBeUndefined();
    },
  );

  it("take the day from the toolkit's own time zone", () => {
    const late = new Date("2026-06-30T23:30:00Z");
    expect([
      dayOf({ timezone: "Europe/London" }, late),
      dayOf({ timezone: "America/New_York" }, late),
    ]).toEqual(["2026-07-01", "2026-06-30"]);
  });
});
