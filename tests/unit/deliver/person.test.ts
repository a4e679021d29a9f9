import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import type { RecipientList } from "../../../src/domain/recipient.ts";
import { tallyCloses } from "../../../src/plan/delivery.ts";
import { emptyFolder, listOf, newSetting, recipient, sent } from "./setting.ts";

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
});
