import { describe, expect, it } from "vitest";

import { personToken } from "../../../src/deliver/identity.ts";
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

  it("takes people by the token of their link, and gives back only those it took for the same reason", async () => {
    const { ledger, freeze, clock } = await newSetting();
    const run = await freeze(listOf("Ann@Example.org", "bob@example.org", "cleo@example.org"));
    const tokenOf = (address: string) => personToken(ledger.secret, address);
    const [ann, bob] = [tokenOf("ann@example.org"), tokenOf("bob@example.org")];
    await ledger.suppress([recipient("bob@example.org")], "bounced");
    expect(await ledger.suppressPerson(ann, "link")).toBe(true);
    expect(await ledger.suppressPerson(ann, "link")).toBe(true);
    expect(await ledger.suppressPerson(bob, "link")).toBe(true);
    expect(await ledger.suppressPerson(tokenOf("dora@example.org"), "link")).toBe(false);
    expect(await ledger.suppressions()).toEqual([
      { address: "Ann@Example.org", reason: "link", since: clock.time },
      { address: "bob@example.org", reason: "bounced", since: clock.time },
    ]);
    await ledger.adopt(run);
    const claimed = await ledger.claim(request(run, { limit: 9 }));
    expect(claimed.deliveries.map(({ to }) => to.address)).toEqual(["cleo@example.org"]);
    expect(await ledger.unsuppressPerson(ann, "link")).toBe("mailable");
    expect(await ledger.unsuppressPerson(ann, "link")).toBe("mailable");
    expect(await ledger.unsuppressPerson(bob, "link")).toBe("suppressed");
    expect(await ledger.unsuppressPerson(tokenOf("dora@example.org"), "link")).toBe(undefined);
    expect(await ledger.isSuppressed(recipient("ann@example.org"))).toBe(false);
    expect(await ledger.isSuppressed(recipient("bob@example.org"))).toBe(true);
  });

  it("knows a token by what was to be mailed or is suppressed", async () => {
    const { ledger, freeze } = await newSetting();
    await freeze(listOf("ann@example.org"));
    await ledger.suppress([recipient("bob@example.org")], "asked");
    const known = ["ann", "bob", "cleo"].map((name) =>
      ledger.knowsPerson(personToken(ledger.secret, `${name}@example.org`)),
    );
    expect(await Promise.all(known)).toEqual([true, true, false]);
  });
});
