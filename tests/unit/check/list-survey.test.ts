import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { surveyList } from "../../../src/check/list-survey.ts";

type Written = readonly [address: string, audience?: string];

async function* rowsOf(people: readonly Written[], above = 0) {
  for (const [at, [address, audience]] of people.entries()) {
    const row = above + at + 2;
    const to = { address, key: address, row, fields: { email: address }, ...(audience ? { audience } : {}) };
    yield { row, hidden: false, ragged: false, read: { kind: "person", to } as const };
  }
}

it("counts somebody of several rows as a send would: by the segment, then the order of the settings, then the first", async () => {
  const rows: Written[] = [
    ["a@example.org", "managers"],
    ["a@example.org", "staff"],
    ["b@example.org", "unknown"],
    ["b@example.org", "other"],
    ["c@example.org"],
    ["c@example.org", "managers"],
  ];
  const order = ["staff", "managers"];
  const whole = await surveyList(rowsOf(rows), ["email"], order);
  expect(whole).toMatchObject({ rows: 6, people: 3, meant: 3 });
  expect(Object.fromEntries(whole.audiences)).toEqual({ staff: 1, unknown: 1, managers: 1 });
  expect(whole.duplicates).toEqual([
    { row: 3, address: "a@example.org", firstRow: 2 },
    { row: 5, address: "b@example.org", firstRow: 4 },
    { row: 7, address: "c@example.org", firstRow: 6 },
  ]);
  const part = await surveyList(rowsOf(rows), ["email"], order, ({ audience }) => audience === "managers");
  expect(part.meant).toBe(2);
  expect(Object.fromEntries(part.audiences)).toEqual({ unknown: 1, managers: 2 });
});

it("remembers every row of a known slip, and of a rare domain, however many there are", async () => {
  const many = (amount: number, domain: string) =>
    Array.from({ length: amount }, (_, at): Written => [`p${at}@${domain}`]);
  const rows = [
    ...many(40, "gmial.com"),
    ...many(40, "stgeorges.example.org"),
    ...many(2, "stgeorge.example.org"),
  ];
  const { slips } = await surveyList(rowsOf(rows), []);
  expect(slips.map(({ row }) => row)).toEqual([...Array.from({ length: 40 }, (_, at) => at + 2), 82, 83]);
  expect(new Set(slips.map(({ meant }) => meant))).toEqual(new Set(["gmail.com", "stgeorges.example.org"]));
});

it("finds everybody who comes again in a long list, and holds no more than a few bytes of each person", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const held = () => {
    gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const people = 100_000;
  let grown = 0;
  async function* rows() {
    const before = held();
    for (let at = 0; at < people + 500; at += 1) {
      const number = at < people ? at : (at - people) * 199;
      const audience = ["staff", "managers", undefined][at % 3];
      yield* rowsOf([[`person${number}@trust${number % 300}.example`, audience]], at);
    }
    grown = held() - before;
  }
  const survey = await surveyList(rows(), ["email"], ["staff", "managers"]);
  expect(survey).toMatchObject({ rows: people + 500, people });
  expect(survey.duplicates).toHaveLength(500);
  expect(survey.duplicates.at(-1)).toEqual({
    row: people + 499 + 2,
    address: `person${499 * 199}@trust${(499 * 199) % 300}.example`,
    firstRow: 499 * 199 + 2,
  });
  expect([...survey.audiences.values()].reduce((sum, count) => sum + count)).toBe(people);
  expect(grown / people).toBeLessThan(80);
});
