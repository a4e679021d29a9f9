import { join } from "node:path";
import { describe, expect, it } from "vitest";

import type { RecipientList } from "../../../src/domain/recipient.ts";
import { tallyCloses } from "../../../src/plan/delivery.ts";
import { collect, emptyFolder, listOf, newSetting, people, recipient, request } from "./setting.ts";

const accepted = { kind: "accepted", reply: "250 OK" } as const;
const deferred = { kind: "deferred", reply: "451 Later" } as const;

describe("a frozen run", () => {
  const list: RecipientList = {
    ...listOf("ann@example.org", "bob@example.org", "cat@example.org"),
    rows: 5,
    faults: [
      { kind: "invalid", row: 5, value: "nobody", reason: "no @" },
      { kind: "duplicate", row: 6, value: "ANN@example.org", firstRow: 2 },
    ],
  };

  it("accounts for every row of the list", async () => {
    const { ledger, freeze } = await newSetting();
    await ledger.suppress([recipient("BOB@example.org")], "asked");
    const run = await freeze(list, {}, ["cat@example.org"]);
    const tally = await ledger.tally(run);
    expect(tally).toMatchObject({
      audience: 5,
      pending: 1,
      suppressed: 1,
      excluded: 1,
      duplicates: 1,
      invalid: 1,
    });
    expect(tallyCloses(tally)).toBe(true);
    expect(await ledger.rows(run)).toMatchObject([
      { row: 2, address: "ann@example.org", state: "pending", attempts: 0 },
      { row: 3, address: "bob@example.org", state: "skipped", because: "suppressed" },
      { row: 4, address: "cat@example.org", state: "skipped", because: "excluded" },
      { row: 5, address: "nobody", state: "skipped", because: "invalid", reason: "no @" },
      { row: 6, address: "ANN@example.org", state: "skipped", because: "duplicate" },
    ]);
  });

  it("names whom it may still send to: not the served, the suppressed or those of another list", async () => {
    const { ledger, freeze } = await newSetting();
    const run = await freeze(listOf(...people(5)), {}, ["person2@example.org"]);
    await freeze(listOf("elsewhere@example.org"), { list: "other.csv" });
    await ledger.adopt(run);
    const [first, second] = (await ledger.claim(request(run, { limit: 2 }))).deliveries;
    await ledger.settle(first!.id, accepted);
    await ledger.settle(second!.id, { kind: "unknown", reply: "gone" });
    await ledger.suppress([recipient("person4@example.org")], "asked");
    const names = async (again: boolean) =>
      (await collect(ledger.waiting(run, again))).map(({ row, key }) => [row, key]);
    expect(await names(false)).toEqual([[6, "person5@example.org"]]);
    expect(await names(true)).toEqual([
      [4, "person3@example.org"],
      [6, "person5@example.org"],
    ]);
    const [person] = await collect(ledger.waiting(run, false));
    expect(person?.fields).toEqual({ email: "person5@example.org", name: "Ann" });
  });

  it("keeps what happened when it is frozen again with another selection", async () => {
    const { ledger, freeze } = await newSetting();
    const run = await freeze(list, {}, ["cat@example.org"]);
    await ledger.adopt(run);
    const [first] = (await ledger.claim(request(run))).deliveries;
    await ledger.settle(first!.id, accepted);
    const again = await freeze(list, { contentDigest: "changed" }, ["bob@example.org"]);
    expect(again).toMatchObject({ id: run.id, contentDigest: "changed" });
    await ledger.adopt(again);
    expect(await ledger.tally(again)).toMatchObject({ accepted: 1, pending: 1, excluded: 1 });
    const { deliveries } = await ledger.claim(request(again, { limit: 9 }));
    expect(deliveries.map(({ to }) => to.key)).toEqual(["cat@example.org"]);
  });

  it("goes on counting as accepted whoever was mailed and then asked to be left out", async () => {
    const { ledger, freeze } = await newSetting();
    const run = await freeze(listOf("ann@example.org"));
    await ledger.adopt(run);
    const [ann] = (await ledger.claim(request(run))).deliveries;
    await ledger.settle(ann!.id, accepted);
    await ledger.suppress([ann!.to], "unsubscribed");
    expect(await ledger.tally(run)).toMatchObject({ accepted: 1, suppressed: 0 });
    expect(await ledger.rows(run)).toMatchObject([{ state: "accepted", reply: "250 OK" }]);
  });

  it("does not mail again whom another list has reached, and counts them as accepted", async () => {
    const { ledger, freeze, plan } = await newSetting();
    const run = await freeze(listOf("ann@example.org", "bob@example.org"));
    await ledger.adopt(run);
    const [first] = (await ledger.claim(request(run))).deliveries;
    await ledger.settle(first!.id, accepted);

    const other = { list: "gps.csv" };
    const gps = listOf("ann@example.org", "dan@example.org");
    expect(await plan(gps, other)).toMatchObject({ accepted: 1, pending: 1 });
    const second = await freeze(gps, other);
    expect(second.id).not.toBe(run.id);
    await ledger.adopt(second);
    const { deliveries } = await ledger.claim(request(second, { limit: 9 }));
    expect(deliveries.map(({ to }) => to.address)).toEqual(["dan@example.org"]);
    expect(await ledger.tally(second)).toMatchObject({ audience: 2, accepted: 1, pending: 1 });
    // Another cycle is another message.
    expect(await plan(gps, { cycle: "2027-01" })).toMatchObject({ accepted: 0, pending: 2 });
  });

  it("shares somebody in two unfinished lists: whichever run comes first sends, the other counts it", async () => {
    const { ledger, freeze } = await newSetting();
    const one = await freeze(listOf("ann@example.org"));
    const two = await freeze(listOf("ann@example.org"), { list: "gps.csv" });
    await ledger.adopt(two);
    await ledger.adopt(one);
    const [ann] = (await ledger.claim(request(one))).deliveries;
    expect((await ledger.claim(request(two))).deliveries).toEqual([]);
    await ledger.settle(ann!.id, accepted);
    expect(await ledger.tally(one)).toMatchObject({ accepted: 1 });
    expect(await ledger.tally(two)).toMatchObject({ accepted: 1 });
  });

  it("takes what the newest list says about somebody still to be mailed", async () => {
    const { ledger, freeze } = await newSetting();
    await freeze(listOf("ann@example.org"));
    const corrected: RecipientList = {
      ...listOf(),
      rows: 1,
      recipients: [{ ...recipient("Ann@example.org", 7), audience: "managers", fields: { name: "Dr Ann" } }],
    };
    const run = await freeze(corrected);
    await ledger.adopt(run);
    const [ann] = (await ledger.claim(request(run))).deliveries;
    expect(ann!.to).toEqual({ ...corrected.recipients[0] });
  });
});

describe("the queue", () => {
  it("marks what it gives as sending, on disk, and never gives it twice", async () => {
    const file = join(emptyFolder(), "ledger.sqlite");
    const { ledger, freeze } = await newSetting(file);
    const run = await freeze(listOf(...people(3)));
    await ledger.adopt(run);
    const { deliveries } = await ledger.claim(request(run, { limit: 2 }));
    expect(deliveries).toMatchObject([
      { to: { row: 2 }, attempts: 1, messageId: "<person1@example.org>" },
      { to: { row: 3 }, attempts: 1 },
    ]);
    const other = await newSetting(file);
    expect((await other.ledger.rows(run)).map(({ state }) => state)).toEqual([
      "sending",
      "sending",
      "pending",
    ]);
    expect((await ledger.claim(request(run, { limit: 9 }))).deliveries).toHaveLength(1);
    expect(await ledger.claim(request(run))).toEqual({ deliveries: [], wait: undefined });
    expect(await ledger.tally(run)).toMatchObject({ pending: 3 });
  });

  it("gives deferred deliveries back when their time has come, before new ones", async () => {
    const { ledger, freeze, clock } = await newSetting();
    const run = await freeze(listOf(...people(2)));
    await ledger.adopt(run);
    const [first] = (await ledger.claim(request(run))).deliveries;
    await ledger.settle(first!.id, deferred, clock.time + 1_000);
    clock.time += 1_000;
    const { deliveries } = await ledger.claim(request(run));
    expect(deliveries).toMatchObject([
      { to: { key: "person1@example.org" }, attempts: 2, firstAt: clock.time - 1_000 },
    ]);
  });

  it("says when to come back, and that nothing is left once somebody is given up", async () => {
    const { ledger, freeze, clock } = await newSetting();
    const run = await freeze(listOf("ann@example.org"));
    await ledger.adopt(run);
    const [ann] = (await ledger.claim(request(run))).deliveries;
    await ledger.settle(ann!.id, deferred, clock.time + 5_000);
    expect(await ledger.claim(request(run))).toEqual({
      deliveries: [],
      wait: { until: clock.time + 5_000, because: "retry" },
    });
    clock.time += 5_000;
    const [again] = (await ledger.claim(request(run))).deliveries;
    await ledger.settle(again!.id, deferred);
    expect((await ledger.claim(request(run))).wait).toBeUndefined();
    expect(await ledger.tally(run)).toMatchObject({ deferred: 1 });
    expect(await ledger.retryDeferred(run)).toBe(1);
    expect((await ledger.claim(request(run))).deliveries).toMatchObject([{ attempts: 1 }]);
  });

  it("takes back what never left as if it had not been tried", async () => {
    const { ledger, freeze, clock } = await newSetting();
    const run = await freeze(listOf("ann@example.org"));
    await ledger.adopt(run);
    const [ann] = (await ledger.claim(request(run))).deliveries;
    await ledger.release(ann!.id);
    clock.time += 100_000;
    expect((await ledger.claim(request(run))).deliveries).toMatchObject([
      { attempts: 1, firstAt: clock.time },
    ]);
  });

  it("leaves out whoever was suppressed after the plan was made, and does not wait for them", async () => {
    const { ledger, freeze, clock } = await newSetting();
    const run = await freeze(listOf("ann@example.org", "bob@example.org"));
    await ledger.adopt(run);
    const [ann] = (await ledger.claim(request(run))).deliveries;
    await ledger.settle(ann!.id, deferred, clock.time + 1_000);
    await ledger.suppress([recipient("ann@example.org"), recipient("bob@example.org")], "unsubscribed");
    expect(await ledger.claim(request(run))).toEqual({ deliveries: [], wait: undefined });
    const tally = await ledger.tally(run);
    expect(tally).toMatchObject({ suppressed: 2, deferred: 0, pending: 0 });
    expect(tallyCloses(tally)).toBe(true);
  });
});
