import { expect, it } from "vitest";

import { Breaker } from "../../../src/deliver/breaker.ts";
import { fewTries } from "./setting.ts";

function failTimes(breaker: Breaker, times: number): void {
  for (let count = 0; count < times; count += 1) breaker.bad(breaker.incident, `fault ${count + 1}`, 0);
}

it("rests longer after each fault, but not for ever", () => {
  const breaker = new Breaker(fewTries);
  const rests: number[] = [];
  for (let count = 0; count < 8; count += 1) {
    failTimes(breaker, 1);
    rests.push(breaker.restUntil);
  }
  expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

it("rests no longer than the policy for people", () => {
  const breaker = new Breaker({ ...fewTries, first: 10, longest: 50 });
  failTimes(breaker, 8);
  expect(breaker.restUntil).toBe(50);
});

it("trips at the tenth fault in a row, and remembers the last", () => {
  const breaker = new Breaker(fewTries);
  failTimes(breaker, 9);
  expect(breaker.trippedBy).toBeUndefined();
  failTimes(breaker, 1);
  expect(breaker.trippedBy).toMatchObject({ faults: 10 });
});

it("starts again once the line works", () => {
  const breaker = new Breaker(fewTries);
  failTimes(breaker, 9);
  expect(breaker.isCalm).toBe(false);
  breaker.good();
  expect(breaker.isCalm).toBe(true);
  expect(breaker.restUntil).toBe(0);
  failTimes(breaker, 9);
  expect(breaker.trippedBy).toBeUndefined();
});

it("takes connections that break at once for one fault", () => {
  const breaker = new Breaker(fewTries);
  const { incident } = breaker;
  for (let count = 0; count < 50; count += 1) breaker.bad(incident, "gone", 0);
  expect(breaker.trippedBy).toBeUndefined();
  expect(breaker.restUntil).toBe(1_000);
});
