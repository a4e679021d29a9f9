import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import type { Ledger } from "../../../src/deliver/ledger.ts";
import type { Run } from "../../../src/deliver/records.ts";
import type { RecipientList } from "../../../src/domain/recipient.ts";
import { tallyCloses } from "../../../src/plan/delivery.ts";
import { emptyFolder, listOf, newSetting, onTheWire, recipient, request, sent } from "./setting.ts";

const ann = recipient("Ann.Lee@example.org");
const list: RecipientList = {
  ...listOf(ann.address, "bob@example.org"),
  faults: [
    { kind: "duplicate", row: 4, value: "ANN.LEE@example.org", firstRow: 2 },
    { kind: "invalid", row: 5, value: "ann.lee@example.org; bob", reason: "more than one" },
  ],
};

/** Everything in the files of the ledger, whether or not it is still in use. */
function bytesOf(folder: string): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "latin1").toLowerCase())
    .join("\n");
}

describe("whoever was forgotten and may be mailed after all", () => {
  /** Everybody who is claimed to be tried, whatever it takes. */
  async function tried(ledger: Ledger, run: Run): Promise<string[]> {
    await ledger.adopt(run);
    await ledger.retryUnknown(run);
    await ledger.retryDeferred(run);
    const { deliveries } = await ledger.claim(request(run, { limit: 9 }));
    return deliveries.map(({ to }) => `${to.row} ${to.address} ${to.fields["name"]}`).toSorted();
  }

  it.each(["pending", "deferred", "rejected", "unknown", "accepted", "sending"] as const)(
    "is never tried without an address: %s when forgotten",
    async (state) => {
      const { ledger, freeze } = await newSetting();
      const people = listOf(ann.address, "bob@example.org");
      const run = await freeze(people);
      await ledger.adopt(run);
      if (state === "sending") await onTheWire(ledger, run);
      else if (state === "deferred") await sent(ledger, run, 1, { kind: state, reply: "451 later" });
      else if (state !== "pending") await sent(ledger, run, 1, { kind: state, reply: "said" });
      await ledger.forget(ann);
      expect(await tried(ledger, run)).toEqual(["3 bob@example.org Ann"]);
      await ledger.unsuppress(ann);
      // The run as it was frozen knows nobody by that address; a new one takes it from the list.
      expect(await tried(ledger, run)).toEqual(["3 bob@example.org Ann"]);
      expect(tallyCloses(await ledger.tally(run))).toBe(true);
      const again = await freeze(people, {}, [], { retryUnknown: true });
      const isOver = state === "accepted" || state === "rejected";
      expect(await tried(ledger, again)).toEqual([
        ...(isOver ? [] : ["2 Ann.Lee@example.org Ann"]),
        "3 bob@example.org Ann",
      ]);
      expect(tallyCloses(await ledger.tally(again))).toBe(true);
    },
  );
});

describe("what is held about a person", () => {
  it("is every delivery, row, suppression and report, and nothing of anybody else", async () => {
    const { ledger, freeze, clock } = await newSetting();
    const run = await freeze(list);
    await ledger.adopt(run);
    await sent(ledger, run, 1, { kind: "rejected", reply: "550 No Ann.Lee here" });
    await ledger.suppress([ann], "asked");
    expect(await ledger.person(ann)).toMatchObject({
      suppression: { reason: "asked", since: clock.time },
      deliveries: [
        {
          cycle: "2026-12",
          variant: "email",
          state: "rejected",
          reply: "550 No Ann.Lee here",
          fields: { name: "Ann" },
        },
      ],
      rows: [{ row: 2 }, { row: 4 }, { row: 5 }],
      bounces: [],
    });
    expect(await ledger.person(recipient("ann_lee@example.org"))).toEqual({
      suppression: undefined,
      deliveries: [],
      rows: [],
      bounces: [],
    });
  });

  it("is erased to the last byte; the counts stay, and the person is not mailed again", async () => {
    const folder = emptyFolder();
    const file = join(folder, "ledger.sqlite");
    const { ledger, freeze, plan } = await newSetting(file);
    const run = await freeze(list);
    await ledger.adopt(run);
    const reply = "250 for Ann.Lee@example.org";
    await sent(ledger, run, 1, { kind: "accepted", reply }, { messageId: "<id@trust.example>" });
    await ledger.suppress([ann], "Ann.Lee asked");
    const before = await ledger.tally(run);

    await ledger.forget(ann);
    expect(await ledger.tally(run)).toEqual(before);
    expect(tallyCloses(before)).toBe(true);
    expect(await ledger.person(ann)).toMatchObject({
      suppression: { reason: "asked to be forgotten" },
      deliveries: [{ state: "accepted", reply: null, fields: {} }],
      rows: [{ row: 2 }],
    });
    expect(await ledger.isSuppressed(ann)).toBe(true);
    expect(await plan(listOf(ann.address), { cycle: "2027-01" })).toMatchObject({
      suppressed: 1,
      pending: 0,
    });
    await ledger.close();
    expect(bytesOf(folder)).not.toContain("ann.lee");
    expect(bytesOf(folder)).toContain("bob@example.org");
    // Frozen again with the old list, the address does not come back.
    const later = await newSetting(file);
    await later.freeze({ ...list, faults: [] }, { cycle: "2027-01" });
    await later.ledger.close();
    expect(bytesOf(folder)).not.toContain("ann.lee");
  });

  it("may be nothing: whoever asks is not mailed all the same", async () => {
    const { ledger } = await newSetting();
    await ledger.forget(ann);
    expect(await ledger.suppressions()).toMatchObject([
      { address: undefined, reason: "asked to be forgotten" },
    ]);
  });

  it("is not what is held about somebody whose address ends or begins alike", async () => {
    const { ledger, freeze } = await newSetting();
    const a = recipient("a@x.example");
    const run = await freeze({
      ...listOf("joa@x.example", "a@x.example.org"),
      faults: [
        { kind: "duplicate", row: 4, value: "JOA@x.example", firstRow: 2 },
        { kind: "invalid", row: 5, value: "joa@x.example, o'a@x.example", reason: "two" },
        { kind: "invalid", row: 6, value: "b@x.example/A@X.example.", reason: "two" },
        { kind: "invalid", row: 7, value: "'a@x.example'; ann", reason: "two" },
        { kind: "invalid", row: 8, value: "a@x.example.org j.a@x.example", reason: "two" },
      ],
    });
    expect((await ledger.person(a)).rows.map(({ row }) => row)).toEqual([6, 7]);
    await ledger.forget(a);
    expect((await ledger.rows(run)).filter(({ address }) => address === "").map(({ row }) => row)).toEqual([
      6, 7,
    ]);
  });

  it("is found in letters of any case and script", async () => {
    const { ledger, freeze } = await newSetting();
    const jose = recipient("jos\u00e9@xn--bcher-kva.example");
    await freeze({
      ...listOf("bob@example.org"),
      faults: [
        { kind: "invalid", row: 3, value: "JOS\u00c9@B\u00dcCHER.example; x@y", reason: "two" },
        { kind: "invalid", row: 4, value: "JOSE\u0301@xn--bcher-kva.example; x@y", reason: "two" },
      ],
    });
    expect((await ledger.person(jose)).rows.map(({ row }) => row)).toEqual([3, 4]);
  });

  it.each(["pending", "deferred", "sending"] as const)(
    "is not tried again without an address: %s, then off the do-not-mail list",
    async (state) => {
      const { ledger, freeze } = await newSetting();
      const run = await freeze(list);
      await ledger.adopt(run);
      if (state === "deferred") await sent(ledger, run, 1, { kind: "deferred", reply: "450 later" });
      if (state === "sending") await onTheWire(ledger, run);
      await ledger.forget(ann);
      await ledger.unsuppress(ann);
      await ledger.adopt(run);
      await ledger.retryDeferred(run);
      await ledger.retryUnknown(run);
      expect(await ledger.interrupted(run)).toEqual([]);
      const { deliveries } = await ledger.claim(request(run, { limit: 9 }));
      expect(deliveries.map(({ to }) => to.address)).toEqual(["bob@example.org"]);
      const tally = await ledger.tally(run);
      expect(tally).toMatchObject({
        pending: 1,
        ...(state === "sending" ? { unknown: 1 } : { suppressed: 1 }),
      });
      expect(tallyCloses(tally)).toBe(true);
      if (state === "sending") return;
      // Sent to afresh, the list says again where to.
      const again = await freeze(list);
      await ledger.adopt(again);
      const {
        deliveries: [first],
      } = await ledger.claim(request(again));
      expect(first?.to.address).toBe(ann.address);
    },
  );
});
