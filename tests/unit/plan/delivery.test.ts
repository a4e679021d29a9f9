import { describe, expect, it } from "vitest";

import {
  delayAfter,
  isRehearsal,
  nextAttempt,
  rankOf,
  tallyCloses,
  tallyKeyOfState,
  tallyOfPlan,
  verdictOn,
} from "../../../src/plan/delivery.ts";

function keys(...names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => `${name}@example.org`));
}

const who = (name: string) => ({ key: `${name}@example.org` });

describe("the verdict on a row", () => {
  it("says why somebody is left out", () => {
    const facts = {
      suppressed: keys("bob"),
      excluded: keys("cat"),
      accepted: keys("dan"),
      rejected: keys("eve"),
      unknown: keys("fay"),
    };
    const names = ["ann", "bob", "cat", "dan", "eve", "fay"];
    expect(names.map((name) => verdictOn(who(name), facts))).toEqual([
      "send",
      "suppressed",
      "excluded",
      "already-accepted",
      "already-rejected",
      "outcome-unknown",
    ]);
    expect(verdictOn(who("ann"), facts, false)).toBe("outside");
  });

  it("lets what happened win over what is decided, and the person's own wish over ours", () => {
    const all = {
      suppressed: keys("ann", "bob"),
      excluded: keys("ann", "bob", "cat"),
      accepted: keys("ann"),
    };
    expect(["ann", "bob", "cat"].map((name) => verdictOn(who(name), all, false))).toEqual([
      "already-accepted",
      "suppressed",
      "excluded",
    ]);
  });
});

describe("several rows for one person", () => {
  it("are ranked by the order of the audiences in the settings; an unknown audience and none come last", () => {
    const audiences = ["managers", "schools"];
    const ranks = ["schools", "managers", "elsewhere", undefined].map((audience) =>
      rankOf({ audience }, audiences),
    );
    expect(ranks).toEqual([1, 0, 2, 2]);
  });
});

describe("a rehearsal", () => {
  it("is what went to an outbox, for every other way", () => {
    expect(isRehearsal("outbox:var/outbox", "smtp://mail.example.org")).toBe(true);
    expect(isRehearsal("outbox:var/outbox", "outbox:elsewhere")).toBe(false);
    expect(isRehearsal("smtp://mail.example.org", "outbox:var/outbox")).toBe(false);
    expect(isRehearsal("sendmail:", "smtp://mail.example.org")).toBe(false);
  });
});

describe("the closing equation", () => {
  it("holds for a plan: every row of the list is counted once", () => {
    const tally = tallyOfPlan(12, [
      ["send", 3],
      ["suppressed", 1],
      ["excluded", 1],
      ["outside", 2],
      ["already-accepted", 1],
      ["already-rejected", 1],
      ["outcome-unknown", 1],
      ["duplicate", 1],
      ["invalid", 1],
    ]);
    expect(tally).toEqual({
      audience: 12,
      accepted: 1,
      rejected: 1,
      deferred: 0,
      pending: 3,
      unknown: 1,
      suppressed: 1,
      excluded: 3,
      duplicates: 1,
      invalid: 1,
    });
    expect(tallyCloses(tally)).toBe(true);
    expect(tallyCloses({ ...tally, accepted: 2 })).toBe(false);
  });

  it("counts a message on the wire as pending", () => {
    expect(tallyKeyOfState("sending")).toBe("pending");
    expect(tallyKeyOfState("rejected")).toBe("rejected");
  });
});

describe("the next attempt", () => {
  const policy = { first: 100, longest: 1_000, giveUpAfter: 10_000, attempts: 6, timeout: 0 };

  it("comes later each time, up to the longest delay", () => {
    expect([1, 2, 3, 4, 5, 60].map((failures) => delayAfter(policy, failures))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
  });

  it("is scattered by a quarter at the most", () => {
    expect(nextAttempt(policy, { attempts: 1, firstAt: 0 }, 5_000, 0)).toBe(5_100);
    expect(nextAttempt(policy, { attempts: 1, firstAt: 0 }, 5_000, 1)).toBe(5_125);
  });

  it("is not made once the attempts or the time are used up", () => {
    expect(nextAttempt(policy, { attempts: 6, firstAt: 0 }, 0, 0)).toBeUndefined();
    expect(nextAttempt(policy, { attempts: 1, firstAt: 0 }, 9_900, 0)).toBe(10_000);
    expect(nextAttempt(policy, { attempts: 1, firstAt: 0 }, 9_901, 0)).toBeUndefined();
  });
});
