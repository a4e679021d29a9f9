import { describe, expect, it } from "vitest";

import { listOf, newSetting, recipient, request } from "./setting.ts";

describe("the do-not-mail list", () => {
  it("knows people whatever the case of their address, once", async () => {
    const { ledger, clock } = await newSetting();
    expect(await ledger.suppress([recipient("Ann@Example.org"), recipient("bob@example.org")], "asked")).toBe(
      2,
    );
    expect(await ledger.suppress([recipient("ann@example.org")], "bounced")).toBe(0);
    expect(await ledger.isSuppressed(recipient("ANN@example.org"))).toBe(true);
    expect(await ledger.suppressions()).toEqual([
      { address: "Ann@Example.org", reason: "asked", since: clock.time },
      { address: "bob@example.org", reason: "asked", since: clock.time },
    ]);
    expect(await ledger.unsuppress(recipient("ann@example.org"))).toBe(true);
    expect(await ledger.unsuppress(recipient("ann@example.org"))).toBe(false);
    expect(await ledger.isSuppressed(recipient("ann@example.org"))).toBe(false);
  });

  it("is not mailed again by a run planned before somebody was taken off it", async () => {
    const { ledger, freeze } = await newSetting();
    await ledger.suppress([recipient("ann@example.org")], "asked");
    const run = await freeze(listOf("ann@example.org"));
    await ledger.unsuppress(recipient("ann@example.org"));
    await ledger.adopt(run);
    expect((await ledger.claim(request(run))).deliveries).toEqual([]);
    expect(await ledger.tally(run)).toMatchObject({ suppressed: 1 });
  });
});
