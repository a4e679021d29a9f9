import { describe, expect, it } from "vitest";

import type { DeliveryOutcome } from "../../../src/domain/delivery.ts";
import { Breaker } from "../../../src/deliver/breaker.ts";
import { DomainRests } from "../../../src/deliver/domains.ts";
import { fewTries } from "./setting.ts";

const accepted = { kind: "accepted", reply: "250 OK" } as const;
const failed = (reply: string) => ({ kind: "deferred", reply, fault: "line" }) as const;
const refused = (reply: string) => ({ kind: "rejected", reply }) as const;

function failTimes(breaker: Breaker, times: number): void {
  for (let count = 0; count < times; count += 1)
    breaker.note(breaker.incident, failed(`fault ${count + 1}`), 0);
}

function refuseTimes(breaker: Breaker, times: number, reply = "550 5.7.1 Blocked"): void {
  for (let count = 0; count < times; count += 1) breaker.note(breaker.incident, refused(reply), 0);
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
  expect(breaker.trippedBy).toEqual({ because: "faults", times: 10, reply: "fault 1" });
});

it("starts again once the line works", () => {
  const breaker = new Breaker(fewTries);
  failTimes(breaker, 9);
  expect(breaker.isCalm).toBe(false);
  breaker.note(breaker.incident, accepted, 0);
  expect(breaker.isCalm).toBe(true);
  expect(breaker.restUntil).toBe(0);
  failTimes(breaker, 9);
  expect(breaker.trippedBy).toBeUndefined();
});

it("takes connections that break at once for one fault", () => {
  const breaker = new Breaker(fewTries);
  const { incident } = breaker;
  for (let count = 0; count < 50; count += 1) breaker.note(incident, failed("gone"), 0);
  expect(breaker.trippedBy).toBeUndefined();
  expect(breaker.restUntil).toBe(1_000);
});

it("trips at the twentieth refusal in a row, unless it is for bad addresses", () => {
  const breaker = new Breaker(fewTries);
  refuseTimes(breaker, 100, "550 5.1.1 No such person");
  refuseTimes(breaker, 19);
  expect(breaker.trippedBy).toBeUndefined();
  breaker.note(breaker.incident, accepted, 0);
  refuseTimes(breaker, 19);
  expect(breaker.trippedBy).toBeUndefined();
  refuseTimes(breaker, 1);
  expect(breaker.trippedBy).toEqual({ because: "refusals", times: 20, reply: "550 5.7.1 Blocked" });
});

describe("a domain", () => {
  const busy = { kind: "deferred", reply: "451 4.7.500 Server busy" } as const;
  const restsAfter = (outcomes: readonly DeliveryOutcome[], now = () => 0) => {
    const rests = new DomainRests(fewTries);
    return outcomes.map((outcome) => rests.note("nhs.example", outcome, now()));
  };

  it("rests once it put off five in a row, longer each time, and works again after one is taken", () => {
    let time = 0;
    const clock = () => time;
    const rests = new DomainRests(fewTries);
    const note = (outcome: DeliveryOutcome) => rests.note("nhs.example", outcome, clock());
    for (let count = 0; count < 4; count += 1) expect(note(busy)).toBeUndefined();
    expect(note(busy)).toBe(60_000);
    // Several were under way: that is still the same rest.
    expect(note(busy)).toBeUndefined();
    time = 60_000;
    expect(note(busy)).toBe(180_000);
    time = 180_000;
    expect(note(accepted)).toBeUndefined();
    expect(note(busy)).toBeUndefined();
    expect(rests.note("gp.example", busy, time)).toBeUndefined();
  });

  it.each([
    ["450 4.2.0 Greylisted"],
    ["450 Mailbox busy"],
    ["452 4.2.2 Mailbox full"],
    ["451 4.7.1 Please try again later"],
    ["451 Greylisting in action, please come back"],
  ])("does not rest over what is about one person: %s", (reply) => {
    expect(restsAfter(Array.from({ length: 20 }, () => ({ kind: "deferred", reply })))).toEqual(
      Array.from({ length: 20 }),
    );
  });

  it("does not rest over a fault of the line", () => {
    expect(restsAfter(Array.from({ length: 9 }, () => failed("421 Bye")))).toEqual(Array.from({ length: 9 }));
  });
});
