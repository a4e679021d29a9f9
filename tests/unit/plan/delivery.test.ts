import { describe, expect, it } from "vitest";

import type { RecipientList } from "../../../src/domain/recipient.ts";
import {
  delayAfter,
  nextAttempt,
  planDeliveries,
  tallyCloses,
  tallyKeyOfState,
  tallyOfPlan,
} from "../../../src/plan/delivery.ts";

const nobody: ReadonlySet<string> = new Set();

function list(...names: readonly string[]): RecipientList {
  return {
    name: "staff.csv",
    rows: names.length + 2,
    encoding: "UTF-8",
    delimiter: ",",
    recipients: names.map((name, index) => ({
      address: `${name}@example.org`,
      key: `${name.toLowerCase()}@example.org`,
      fields: {},
      row: index + 2,
    })),
    faults: [
      { kind: "invalid", row: 90, value: "nobody", reason: "no @" },
      { kind: "duplicate", row: 91, value: "Ann@example.org", firstRow: 2 },
    ],
  };
}

function keys(...names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => `${name}@example.org`));
}

describe("planDeliveries", () => {
  it("decides for everyone, in the order of the list, and says why somebody is left out", () => {
    const planned = planDeliveries(list("Ann", "bob", "cat", "dan", "eve", "fay"), {
      suppressed: keys("bob"),
      excluded: keys("cat"),
      accepted: keys("dan"),
      rejected: keys("eve"),
      unknown: keys("fay"),
    });
    expect(planned.map((one) => [one.to.address, one.kind === "send" ? "send" : one.because])).toEqual([
      ["Ann@example.org", "send"],
      ["bob@example.org", "suppressed"],
      ["cat@example.org", "excluded"],
      ["dan@example.org", "already-accepted"],
      ["eve@example.org", "already-rejected"],
      ["fay@example.org", "outcome-unknown"],
    ]);
  });

  it("lets what happened win over what is decided, and the person's own wish over ours", () => {
    const all = { suppressed: keys("ann", "bob"), excluded: keys("ann", "bob"), accepted: keys("ann") };
    const planned = planDeliveries(list("ann", "bob"), all);
    expect(planned.map((one) => one.kind === "skip" && one.because)).toEqual([
      "already-accepted",
      "suppressed",
    ]);
  });
});

describe("the closing equation", () => {
  it("holds for a plan: every row of the list is counted once", () => {
    const staff = list("ann", "bob", "cat", "dan");
    const planned = planDeliveries(staff, {
      suppressed: keys("bob"),
      excluded: keys("cat"),
      accepted: keys("dan"),
    });
    const tally = tallyOfPlan(staff, planned);
    expect(tally).toEqual({
      audience: 6,
      accepted: 1,
      rejected: 0,
      deferred: 0,
      pending: 1,
      unknown: 0,
      suppressed: 1,
      excluded: 1,
      duplicates: 1,
      invalid: 1,
    });
    expect(tallyCloses(tally)).toBe(true);
    expect(tallyCloses({ ...tally, accepted: 2 })).toBe(false);
  });

  it("counts a message on the wire as pending", () => {
    expect(tallyKeyOfState("sending")).toBe("pending");
    expect(tallyKeyOfState("rejected")).toBe("rejected");
    expect(
      tallyOfPlan(list(), planDeliveries(list(), { suppressed: nobody, excluded: nobody, accepted: nobody })),
    ).toMatchObject({ audience: 2, pending: 0 });
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
