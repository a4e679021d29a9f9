import path from "node:path";
import { describe, expect, it } from "vitest";
import { openLedgerToRead } from "../../../src/deliver/open-ledger.ts";
import { openLedgerView } from "../../../src/deliver/ledger-view.ts";
import { openLedger } from "../../../src/deliver/open-ledger.ts";
import { SqliteFile } from "../../../src/deliver/sqlite.ts";
import { emptyFolder, snapshot } from "../../support/cli.ts";

const now = () => 1_790_000_000_000;

describe("a ledger that is only looked at", () => {
  it("is not made where there is none", async () => {
    const folder = emptyFolder();
    expect(await openLedgerView(path.join(folder, "ledger.sqlite"))).toBeUndefined();
    expect(snapshot(folder).size).toBe(0);
  });

  it("shows what is on record, and neither waits for who writes nor holds them up", async () => {
    const file = path.join(emptyFolder(), "ledger.sqlite");
    const ledger = await openLedger(file, { now });
    const to = { address: "ann@example.org", key: "ann@example.org" };
    await ledger.suppress([to], "asked to");
    const writer = new SqliteFile(file, undefined, 0);
    writer.exec("begin immediate; insert into meta values ('under way', 'yes')");
    const view = await openLedgerView(file);
    expect(await view?.runs({ cycle: "2026-11" })).toEqual([]);
    expect(await view?.messages(["<a@example.org>"])).toEqual(new Map());
    const read = await openLedgerToRead(file, { now });
    expect(await read.isSuppressed(to)).toBe(true);
    await expect(read.suppress([to], "other")).rejects.toThrow(/cannot be opened or written/);
    // Both still look on while it is committed.
    writer.exec("commit");
    writer.close();
    await ledger.unsuppress(to);
    expect(await read.isSuppressed(to)).toBe(false);
    await Promise.all([view?.close(), read.close(), ledger.close()]);
  });
});
