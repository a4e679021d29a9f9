import { describe, expect, it } from "vitest";
import {
  documentOf,
  expectCode,
  runCli,
  snapshot,
  tempToolkit,
  type Run,
  type TestToolkit,
} from "../support/cli.ts";

interface Plan {
  readonly cycles: readonly {
    readonly cycle: string;
    readonly topic: string | null;
    readonly date: string | null;
    readonly why: string;
    readonly runnersUp: readonly { readonly topic: string; readonly why: string }[];
  }[];
  readonly warnings: readonly string[];
}

const planOf = (run: Run) => documentOf<Plan>(expectCode(run, 0));

/** Each cycle's id and send date. */
function datesOf(run: Run): string[] {
  return planOf(run).cycles.map(({ cycle, date }) => `${cycle} ${date ?? "none"}`);
}

/** A toolkit whose `cycle:` is this, in YAML's flow form. */
function withCycle(cycle: string): TestToolkit {
  const toolkit = tempToolkit("tiny");
  toolkit.edit("onetopic.yaml", /^cycle: .*$/m, `cycle: ${cycle}`);
  return toolkit;
}

describe.concurrent("plan", () => {
  const library = tempToolkit("library");

  it("starts with the current cycle and has the promised shape", async () => {
    const { cycles, warnings } = planOf(await library.run("plan", "--json", "--cycles", "3"));
    expect(cycles.map(({ cycle, topic }) => [cycle, topic])).toEqual([
      ["2026-11", "quiet-hours"],
      ["2026-12", "lost-cards"],
      ["2027-01", "new-catalogue"],
    ]);
    const [first] = cycles;
    expect(first?.date).toBe("2026-11-03T09:30:00+00:00");
    expect(first?.why).toMatch(/\S/);
    expect(first?.runnersUp).toEqual([
      { topic: "lost-cards", why: "never used, priority 2", whyNot: "priority 2, the winner 1" },
    ]);
    expect(warnings.join("\n")).toMatch(/2027-01.*2027-01-04/);
  });

  it("is the same for the same files and start, whatever the day, the place and the time zone", async () => {
    const copy = tempToolkit("library");
    const [one, other] = await Promise.all([
      library.run("plan", "--json", "--from", "2027-03"),
      copy.runWith(
        { env: { ONETOPIC_NOW: "2029-01-01T00:00:00Z", TZ: "Pacific/Auckland" } },
        ..."plan --json --from 2027-03".split(" "),
      ),
    ]);
    expect(planOf(one).cycles[0]?.cycle).toBe("2027-03");
    expect(other.stdout).toBe(one.stdout);
    const file = copy.path("plan.json");
    expectCode(await copy.run("plan", "--format", "json", "--from", "2027-03", "--out", file), 0);
    expect(copy.read("plan.json")).toBe(one.stdout);
  });

  it("uses the season, the pin and the record of what ran", async () => {
    const toolkit = tempToolkit("library");
    toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: lost-cards\n---\n");
    toolkit.write("content/editions/2027-02.md", "---\ncycle: 2027-02\ntopic: lost-cards\n---\n");
    const { cycles } = planOf(await toolkit.run("plan", "--json"));
    const topics = Object.fromEntries(cycles.map(({ cycle, topic }) => [cycle, topic]));
    expect(topics).toMatchObject({
      "2026-11": "lost-cards",
      "2026-12": "quiet-hours",
      "2027-01": "new-catalogue",
      "2027-02": "lost-cards",
      "2027-03": "quiet-hours",
      "2027-06": "summer-reading",
    });
    const inSeason = cycles.filter(({ topic }) => topic === "summer-reading").map(({ cycle }) => cycle);
    expect(inSeason.every((cycle) => cycle >= "2027-06" && cycle <= "2027-08")).toBe(true);
    expect(cycles.filter(({ topic }) => topic === "new-catalogue")).toHaveLength(1);
    expect(cycles.some(({ topic }) => topic === "home-delivery" || topic === "date-stamps")).toBe(false);
  });

  it.for([
    [
      "{ every: month, starts: 2026-08-31, at: '09:30' }",
      [
        "2026-11 2026-11-30T09:30:00+00:00",
        "2026-12 2026-12-31T09:30:00+00:00",
        "2027-01 2027-01-31T09:30:00+00:00",
        "2027-02 2027-02-28T09:30:00+00:00",
        "2027-03 2027-03-31T09:30:00+01:00",
      ],
    ],
    [
      "{ every: week, starts: 2026-11-19, timezone: America/New_York }",
      [
        "2026-W47 2026-11-19T09:00:00-05:00",
        "2026-W48 2026-11-26T09:00:00-05:00",
        "2026-W49 2026-12-03T09:00:00-05:00",
        "2026-W50 2026-12-10T09:00:00-05:00",
        "2026-W51 2026-12-17T09:00:00-05:00",
        "2026-W52 2026-12-24T09:00:00-05:00",
        "2026-W53 2026-12-31T09:00:00-05:00",
        "2027-W01 2027-01-07T09:00:00-05:00",
      ],
    ],
    [
      "{ every: fortnight, starts: 2026-11-18 }",
      [
        "2026-W47 2026-11-18T09:00:00+00:00",
        "2026-W49 2026-12-02T09:00:00+00:00",
        "2026-W51 2026-12-16T09:00:00+00:00",
        "2026-W53 2026-12-30T09:00:00+00:00",
        "2027-W02 2027-01-13T09:00:00+00:00",
      ],
    ],
    [
      "{ every: quarter, starts: 2026-11-30, timezone: Asia/Kolkata }",
      [
        "2026-Q4 2026-11-30T09:00:00+05:30",
        "2027-Q1 2027-02-28T09:00:00+05:30",
        "2027-Q2 2027-05-30T09:00:00+05:30",
        "2027-Q3 2027-08-30T09:00:00+05:30",
      ],
    ],
  ] as const)("counts %s", async ([cycle, dates]) => {
    const toolkit = withCycle(cycle);
    const count = String(dates.length);
    expect(datesOf(await toolkit.run("plan", "--json", "--cycles", count))).toEqual(dates);
  });

  it("begins where it is told", async () => {
    const toolkit = withCycle("{ every: fortnight, starts: 2026-11-18 }");
    const run = await toolkit.run("plan", "--json", "--cycles", "2", "--from", "2026-W53");
    expect(datesOf(run)).toEqual([
      "2026-W53 2026-12-30T09:00:00+00:00",
      "2027-W02 2027-01-13T09:00:00+00:00",
    ]);
    // A week in the middle of a fortnight is no cycle.
    expectCode(await toolkit.run("plan", "--from", "2026-W50"), 2);
  });

  it("moves a date off an avoided day: on, else back, else the cycle is skipped, and says so", async () => {
    const toolkit = withCycle(
      `{ every: month, starts: 2026-11-28, avoid: { weekends: true, dates: [
         { from: 2026-12-28, to: 2026-12-31, why: Christmas }, { from: 2027-02-01, to: 2027-02-28, why: Builders } ] } }`,
    );
    const run = await toolkit.run("plan", "--json", "--cycles", "5");
    expect(datesOf(run)).toEqual([
      "2026-11 2026-11-30T09:00:00+00:00", // Saturday: on to Monday
      "2026-12 2026-12-25T09:00:00+00:00", // the rest of the month is avoided: back to Friday
      "2027-01 2027-01-28T09:00:00+00:00",
      "2027-02 none",
      "2027-03 2027-03-29T09:00:00+01:00", // Sunday: on to Monday
    ]);
    const { cycles, warnings } = planOf(run);
    expect(cycles[3]).toMatchObject({ topic: null });
    for (const [cycle, reason] of [
      ["2026-11", "weekend"],
      ["2026-12", "Christmas"],
      ["2027-02", "avoided"],
      ["2027-03", "weekend"],
    ])
      expect(warnings.find((one) => one.startsWith(cycle ?? ""))).toContain(reason);
    expect(warnings).toHaveLength(4);
  });

  it("does not leave its week", async () => {
    const toolkit = withCycle("{ every: week, starts: 2026-11-21, avoid: { weekends: true } }");
    expect(datesOf(await toolkit.run("plan", "--json", "--cycles", "2"))).toEqual([
      "2026-W47 2026-11-20T09:00:00+00:00",
      "2026-W48 2026-11-27T09:00:00+00:00",
    ]);
  });

  it("keeps the wall clock over the change of the hour", async () => {
    const toolkit = withCycle("{ every: week, starts: 2027-03-25, at: '09:30' }");
    expect(datesOf(await toolkit.run("plan", "--json", "--cycles", "2"))).toEqual([
      "2027-W12 2027-03-25T09:30:00+00:00",
      "2027-W13 2027-04-01T09:30:00+01:00",
    ]);
  });

  it("says who comes next and why not now, and how often each comes up", async () => {
    const [why, simulated, both] = await Promise.all([
      library.run("plan", "--why", "--cycles", "1"),
      library.run("plan", "--simulate", "36", "--json"),
      library.run("plan", "--simulate", "36", "--cycles", "3"),
    ]);
    expect(expectCode(why, 0).stdout).toMatch(
      /quiet-hours: suggested: .*\n +next in line:\n +lost-cards: priority 2, the winner 1\n +cannot come:\n +date-stamps: retired\n/,
    );
    const { simulation } = documentOf<{
      simulation: { topics: { topic: string; times: number; never: string | null }[] };
    }>(expectCode(simulated, 0));
    expect(simulation.topics.reduce((sum, { times }) => sum + times, 0)).toBe(36);
    expect(simulation.topics.find(({ topic }) => topic === "date-stamps")).toMatchObject({
      times: 0,
      never: "retired",
    });
    expectCode(both, 2);
  });

  it("avoids the public holidays of the region, and names a region that is not known", async () => {
    const avoiding = (region: string) =>
      withCycle(`{ every: month, starts: 2026-11-30, avoid: { weekends: true, holidays: ${region} } }`);
    const plan = (toolkit: TestToolkit) => toolkit.run("plan", "--json", "--cycles", "1");
    const [england, scotland, wrong] = await Promise.all(
      ["GB-ENG", "GB-SCT", "GB-SCO"].map(avoiding).map(plan),
    );
    expect(datesOf(england as Run)).toEqual(["2026-11 2026-11-30T09:00:00+00:00"]);
    expect(planOf(scotland as Run)).toMatchObject({
      cycles: [{ date: "2026-11-27T09:00:00+00:00" }],
      warnings: ["2026-11: moved to 2026-11-27, because 30 November 2026 is avoided (St Andrew's Day)."],
    });
    const { error } = documentOf<{ error: { code: string; message: string } }>(expectCode(wrong as Run, 1));
    expect(error).toMatchObject({
      code: "cycle/holidays",
      message: expect.stringContaining('Did you mean "GB-SCT"?'),
    });
  });

  it("changes nothing in the toolkit", async () => {
    const own = tempToolkit("library");
    const before = snapshot(own.root);
    for (const args of [["plan"], ["topics"], ["status"]]) await own.run(...args);
    expect(snapshot(own.root)).toEqual(before);
  });

  it("is the plan of the toolkit named", async () => {
    const run = await runCli(["plan", "--json", "--cycles", "1", "-C", library.root]);
    expect(planOf(run).cycles[0]?.topic).toBe("quiet-hours");
  });
});
