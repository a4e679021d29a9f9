import { describe, expect, it } from "vitest";
import type { Cadence } from "../../../src/domain/settings.ts";
import { cycleAt, cycleById } from "../../../src/plan/calendar.ts";
import { readHolidays } from "../../../src/toolkit/holidays.ts";

async function known(region: string) {
  const read = await readHolidays(region);
  if (!("holidays" in read)) throw new Error(`${region} is not known`);
  return read.holidays;
}

/** The weekdays of a year that are bank holidays: GOV.UK lists these, and no day of a weekend. */
async function weekdays(region: string, year: number): Promise<string[]> {
  const { days } = await known(region);
  return [...days.keys()]
    .filter((day) => day.startsWith(String(year)) && ![0, 6].includes(new Date(day).getUTCDay()))
    .map((day) => day.slice(5))
    .toSorted();
}

/** https://www.gov.uk/bank-holidays */
const published: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  "GB-ENG": {
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
  },
  "GB-SCT": {
    2025: "01-01 01-02 04-18 05-05 05-26 08-04 12-01 12-25 12-26",
    2026: "01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-28",
    2027: "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28",
    2028: "01-03 01-04 04-14 05-01 05-29 08-07 11-30 12-25 12-26",
  },
  "GB-NIR": {
    2025: "01-01 03-17 04-18 04-21 05-05 05-26 07-14 08-25 12-25 12-26",
    2026: "01-01 03-17 04-03 04-06 05-04 05-25 07-13 08-31 12-25 12-28",
    2027: "01-01 03-17 03-26 03-29 05-03 05-31 07-12 08-30 12-27 12-28",
    2028: "01-03 03-17 04-14 04-17 05-01 05-29 07-12 08-28 12-25 12-26",
  },
};

describe("public holidays", () => {
  it.each(Object.entries({ ...published, "GB-WLS": published["GB-ENG"] ?? {} }))(
    "are those that GOV.UK lists: %s",
    async (region, years) => {
      for (const [year, days] of Object.entries(years))
        expect((await weekdays(region, Number(year))).join(" "), year).toBe(days);
    },
  );

  it("are known far ahead, and where they end is told", async () => {
    const { days, until } = await known("GB-SCT");
    expect(until >= "2046-12-31").toBe(true);
    expect(days.get(`${until.slice(0, 4)}-12-25`)).toBe("Christmas Day");
  });

  it("of a region that is not known are none, and the known ones are named", async () => {
    expect(await readHolidays("GB-ENL")).toEqual({ known: expect.arrayContaining(["GB-ENG", "GB-WLS"]) });
    expect(await readHolidays("constructor")).toHaveProperty("known");
  });
});

describe("send dates off public holidays", () => {
  const cadence = async (region: string, changes: Partial<Cadence>): Promise<Cadence> => ({
    every: "week",
    starts: "2026-01-02",
    at: "09:30",
    timezone: "Europe/London",
    avoid: { weekends: true, holidays: region, dates: [] },
    holidays: await known(region),
    ...changes,
  });

  it("move to the next good day, and say for which holiday", async () => {
    const mondays = await cadence("GB-ENG", { starts: "2026-11-02" });
    expect(cycleById(mondays, "2026-W53")).toMatchObject({
      date: "2026-12-29T09:30:00+00:00",
      moved: "28 December 2026 is avoided (Boxing Day (substitute day))",
    });
    const monthly = await cadence("GB-ENG", { every: "month", starts: "2026-11-25" });
    expect(cycleById(monthly, "2026-12")).toMatchObject({
      date: "2026-12-29T09:30:00+00:00",
      moved: "25 December 2026 is avoided (Christmas Day)",
    });
  });

  it("differ from region to region", async () => {
    const on = async (region: string, starts: string) =>
      cycleAt(await cadence(region, { starts }), 0).date?.slice(0, 10);
    const dates = async (starts: string) =>
      Promise.all(["GB-ENG", "GB-SCT", "GB-NIR"].map((region) => on(region, starts)));
    expect(await dates("2026-01-02")).toEqual(["2026-01-02", "2025-12-31", "2026-01-02"]);
    expect(await dates("2026-04-06")).toEqual(["2026-04-07", "2026-04-06", "2026-04-07"]);
    expect(await dates("2026-07-13")).toEqual(["2026-07-13", "2026-07-13", "2026-07-14"]);
    expect(await dates("2026-11-30")).toEqual(["2026-11-30", "2026-12-01", "2026-11-30"]);
  });
});
