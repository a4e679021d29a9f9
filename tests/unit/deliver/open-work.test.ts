import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openLedgerView } from "../../../src/deliver/ledger-view.ts";
import type { DeliveryOutcome } from "../../../src/domain/delivery.ts";
import { attemptOf, emptyFolder, joined, listOf, newSetting, request } from "./setting.ts";

/** A run to one person, and what is open of it. */
async function oneOpen() {
  const file = path.join(emptyFolder(), "ledger.sqlite");
  const { ledger, freeze } = await newSetting(file);
  const run = await freeze(listOf("ann@example.org"));
  await joined(ledger, run);
  const view = await openLedgerView(file);
  onTestFinished(() => view?.close());
  const open = () => view!.open(run);
  const end = async (outcome: DeliveryOutcome, nextAt?: number) => {
    const { deliveries } = await ledger.claim(request(run));
    expect(await open()).toEqual({ isOpen: true, onWire: 0 });
    const attempt = attemptOf(deliveries[0]!);
    await ledger.begin(attempt);
    expect(await open()).toEqual({ isOpen: true, onWire: 1 });
    await ledger.settle({ attempt, outcome, nextAt });
  };
  return { ledger, run, open, end };
}

describe("what is open of a run", () => {
  it.each(["accepted", "rejected", "unknown"] as const)("is nothing once it is %s", async (kind) => {
    const { open, end } = await oneOpen();
    expect(await open()).toEqual({ isOpen: true, onWire: 0 });
    await end({ kind, reply: "" });
    expect(await open()).toEqual({ isOpen: false, onWire: 0 });
  });

  it("is who is deferred and not given up", async () => {
    const { open, end } = await oneOpen();
    await end({ kind: "deferred", reply: "450" }, 9_000_000_000_000);
    expect(await open()).toEqual({ isOpen: true, onWire: 0 });
    const given = await oneOpen();
    await given.end({ kind: "deferred", reply: "450" });
    expect(await given.open()).toEqual({ isOpen: false, onWire: 0 });
  });

  it("is who is to be tried again though the outcome is unknown, and nobody who was suppressed", async () => {
    const { ledger, run, open, end } = await oneOpen();
    await end({ kind: "unknown", reply: "" });
    expect(await ledger.retryUnknown(run)).toBe(1);
    expect(await open()).toEqual({ isOpen: true, onWire: 0 });
    const other = await oneOpen();
    await other.ledger.suppress([{ address: "ann@example.org", key: "ann@example.org" }], "asked");
    expect(await other.open()).toEqual({ isOpen: false, onWire: 0 });
  });
});
