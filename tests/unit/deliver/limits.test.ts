import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

import { openLedger } from "../../../src/deliver/ledger.ts";
import { emptyFolder, listOf, newSetting, people, request } from "./setting.ts";

describe("limits", () => {
  const hour = 3_600_000;

  it("are counted by the ledger, so that they hold for the next process", async () => {
    const file = join(emptyFolder(), "ledger.sqlite");
    const { ledger, freeze, clock } = await newSetting(file);
    const run = await freeze(listOf(...people(5)));
    await ledger.adopt(run);
    const limited = request(run, { limit: 9, limits: { perHour: 2 } });
    expect((await ledger.claim(limited)).deliveries).toHaveLength(2);
    await ledger.close();

    const next = await openLedger(file, clock);
    onTestFinished(() => next.close());
    clock.time += 60_000;
    expect(await next.claim(limited)).toEqual({
      deliveries: [],
      wait: { until: clock.time - 60_000 + hour, because: "rate" },
    });
    clock.time += hour - 60_000;
    expect((await next.claim(limited)).deliveries).toHaveLength(2);
    expect(await next.attemptsSince(clock.time - 1)).toBe(2);
    expect(await next.attemptsSince(0, "example.org")).toBe(4);
    expect(await next.attemptsSince(0, "example.com")).toBe(0);
  });

  it.each([
    ["perSecond", 1_000],
    ["perHour", hour],
    ["perDay", 24 * hour],
  ] as const)("%s lets through so many and no more", async (name, span) => {
    const { ledger, freeze, clock } = await newSetting();
    const run = await freeze(listOf(...people(5)));
    await ledger.adopt(run);
    const limited = request(run, { limit: 9, limits: { [name]: 3 } });
    expect((await ledger.claim(limited)).deliveries).toHaveLength(3);
    expect((await ledger.claim(limited)).wait).toEqual({ until: clock.time + span, because: "rate" });
    clock.time += span - 1;
    expect((await ledger.claim(limited)).deliveries).toEqual([]);
    clock.time += 1;
    expect((await ledger.claim(limited)).deliveries).toHaveLength(2);
  });

  it("per domain hold back that domain alone", async () => {
    const { ledger, freeze, clock } = await newSetting();
    const run = await freeze(listOf(...people(4, "nhs.example"), ...people(1, "gp.example")));
    await ledger.adopt(run);
    const limited = request(run, { limit: 3, limits: { perDomain: 2 } });
    const domains = async (): Promise<string[]> =>
      (await ledger.claim(limited)).deliveries.map(({ to }) => to.key.replace(/.*@/, ""));
    expect(await domains()).toEqual(["nhs.example", "nhs.example"]);
    expect(await domains()).toEqual(["gp.example"]);
    expect((await ledger.claim(limited)).wait).toEqual({ until: clock.time + hour, because: "rate" });
    clock.time += hour;
    expect(await domains()).toEqual(["nhs.example", "nhs.example"]);
    expect((await ledger.claim(limited)).wait).toBeUndefined();
  });
});
