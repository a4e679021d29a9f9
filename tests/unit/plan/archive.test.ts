import { describe, expect, it } from "vitest";
import type { Edition } from "../../../src/domain/edition.ts";
import type { Cadence } from "../../../src/domain/settings.ts";
import { archivedEditions } from "../../../src/plan/archive.ts";

const cycle: Cadence = {
  every: "month",
  starts: "2026-11-03",
  at: "09:30",
  timezone: "Europe/London",
  avoid: { weekends: true, dates: [{ from: "2027-02-01", to: "2027-02-28" }] },
};

function edition(id: string): Edition {
  return {
    cycle: id,
    topic: "x",
    approvals: [],
    note: "",
    source: { path: `content/editions/${id}.md`, places: new Map(), bodyLine: 1 },
  };
}

const archived = (ids: readonly string[], until: string) =>
  archivedEditions(ids.map(edition), { cycle }, new Date(until)).map(({ edition: one, label, date }) => [
    one.cycle,
    label,
    date,
  ]);

describe("the archive", () => {
  it("takes an edition from the minute it goes out, newest first", () => {
    const ids = ["2026-11", "2026-12", "2027-01"];
    expect(archived(ids, "2026-12-03T09:29:59Z").map(([id]) => id)).toEqual(["2026-11"]);
    expect(archived(ids, "2026-12-03T09:30:00Z")).toEqual([
      ["2026-12", "December 2026", "2026-12-03T09:30:00+00:00"],
      ["2026-11", "November 2026", "2026-11-03T09:30:00+00:00"],
    ]);
  });

  it("dates what the calendar does not know from the first day that the id names", () => {
    expect(archived(["2026-W27", "2026-Q2", "2026-10", "2027-02"], "2027-03-01T00:00:00Z")).toEqual([
      // Every day of February is avoided: it was sent all the same.
      ["2027-02", "February 2027", "2027-02-01T09:30:00+00:00"],
      ["2026-10", "October 2026", "2026-10-01T09:30:00+01:00"],
      ["2026-W27", "Week 27, 2026", "2026-06-29T09:30:00+01:00"],
      ["2026-Q2", "Quarter 2, 2026", "2026-04-01T09:30:00+01:00"],
    ]);
  });
});
