import { cpSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Kysely } from "kysely";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { UserError } from "../../../src/domain/user-error.ts";
import { openLedgerFile } from "../../../src/deliver/ledger-file.ts";
import { openLedger } from "../../../src/deliver/open-ledger.ts";
import type { Run } from "../../../src/deliver/records.ts";
import { SQLITE, sqliteDialect, SqliteFile, sqliteFault } from "../../../src/deliver/sqlite.ts";
import { tallyCloses } from "../../../src/plan/delivery.ts";
import { emptyFolder, fakeClock, listOf, newSetting, people, request } from "./setting.ts";

async function faultOf(work: () => Promise<unknown>): Promise<UserError> {
  const fault = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(fault instanceof UserError)) throw new Error(`Expected a UserError, got ${String(fault)}`);
  return fault;
}

describe("the file", () => {
  it.runIf(process.platform !== "win32")("is private, and so is its folder", async () => {
    const folder = join(emptyFolder(), "var");
    const { ledger, freeze } = await newSetting(join(folder, "ledger.sqlite"));
    await freeze(listOf("ann@example.org"));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of ["ledger.sqlite", "ledger.sqlite-wal"]) {
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
    }
    await ledger.close();
  });

  it("keeps its secret and its rows from one opening to the next", async () => {
    const file = join(emptyFolder(), "ledger.sqlite");
    const first = await newSetting(file);
    const run = await first.freeze(listOf("ann@example.org"));
    await first.ledger.close();
    const second = await newSetting(file);
    expect(second.ledger.secret).toEqual(first.ledger.secret);
    expect(second.ledger.secret).toHaveLength(32);
    expect(await second.ledger.runs({ cycle: "2026-12" })).toEqual([run]);
    expect(await second.ledger.runs({ cycle: "2027-01" })).toEqual([]);
  });

  it("is one and the same for two processes that make it at once", async () => {
    const file = join(emptyFolder(), "ledger.sqlite");
    const [one, two] = await Promise.all([newSetting(file), newSetting(file)]);
    expect(one.ledger.secret).toEqual(two.ledger.secret);
  });

  const text = (file: string): void => writeFileSync(file, "email,name\nann@example.org,Ann\n".repeat(400));
  const empty = (file: string): void => writeFileSync(file, "");
  const other = (file: string): void => {
    const database = new SqliteFile(file);
    database.exec("create table books (title text)");
    database.close();
  };
  const folder = (file: string): void => void mkdirSync(file);
  const newer = async (file: string): Promise<void> => {
    await (await openLedger(file, fakeClock())).close();
    const database = new SqliteFile(file);
    database.exec("pragma user_version = 99");
    database.close();
  };
  const truncated = async (file: string): Promise<void> => {
    const { freeze, ledger } = await newSetting(file);
    await freeze(listOf(...people(500)));
    await ledger.close();
    truncateSync(file, statSync(file).size / 2);
  };
  const scribbled = async (file: string): Promise<void> => {
    const { freeze, ledger } = await newSetting(file);
    await freeze(listOf(...people(500)));
    await ledger.close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4_096 * 2, 4_096 * 10);
    writeFileSync(file, bytes);
  };

  it.each([
    ["a text file", text, "ledger-damaged"],
    ["an empty file", empty, "ledger-damaged"],
    ["half a ledger", truncated, "ledger-damaged"],
    ["a ledger written over", scribbled, "ledger-damaged"],
    ["another program's database", other, "ledger-foreign"],
    ["a newer ledger", newer, "ledger-newer"],
    ["a folder", folder, "ledger-unreachable"],
  ])("refuses %s, in words, and leaves it as it is", async (_what, make, code) => {
    const file = join(emptyFolder(), "ledger.sqlite");
    await make(file);
    const before = code === "ledger-unreachable" ? undefined : readFileSync(file);
    const fault = await faultOf(() => openLedger(file, fakeClock()));
    expect(fault).toMatchObject({ code, exit: 2 });
    expect(fault.message).toContain(file);
    expect(fault.hint).not.toBe("");
    if (before) expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("of an earlier version is brought up to date, with everything in it", async () => {
    const file = join(emptyFolder(), "ledger.sqlite");
    cpSync(new URL("../../fixtures/ledgers/version-1.sqlite", import.meta.url), file);
    const { ledger } = await newSetting(file);
    const [run] = await ledger.runs({ cycle: "2026-12" });
    if (!run) throw new Error("The run is gone.");
    expect(await ledger.tally(run)).toMatchObject({ audience: 3, pending: 2, accepted: 1 });
    expect(await ledger.suppressions()).toMatchObject([{ address: "dee@example.org" }]);
    await ledger.close();
    const again = await openLedger(file, fakeClock());
    expect(await again.runs()).toEqual([run]);
  });

  it("of a version that mixed rehearsals with real sends is sorted out: nobody is lost, and nobody new is mailed", async () => {
    const file = join(emptyFolder(), "ledger.sqlite");
    cpSync(new URL("../../fixtures/ledgers/version-2.sqlite", import.meta.url), file);
    const { ledger } = await newSetting(file);
    const states = async (run: Run) =>
      (await ledger.rows(run)).map(({ address, state }) => [address.split("@")[0], state]);
    const standing = async (cycle: string) => {
      const runs = (await ledger.runs({ cycle })).toReversed();
      for (const run of runs) expect(tallyCloses(await ledger.tally(run))).toBe(true);
      return Promise.all(runs.map(async (run) => [run.transport.split(":")[0], await states(run)]));
    };
    // Sent to Ann for real, then rehearsed for the others in the same run, who were left out of the real send.
    expect(await standing("2026-12")).toEqual([
      [
        "smtp",
        [
          ["ann", "accepted"],
          ["bob", "skipped"],
          ["cat", "skipped"],
        ],
      ],
    ]);
    // Rehearsed, and one of them waits for a real message.
    expect(await standing("2027-01")).toEqual([
      [
        "outbox",
        [
          ["dan", "pending"],
          ["eve", "accepted"],
        ],
      ],
      ["smtp", [["dan", "pending"]]],
    ]);
    // Begun for real, and gone on with through the outbox: whoever has only a file there still waits.
    expect(await standing("2027-02")).toEqual([
      [
        "smtp",
        [
          ["fay", "accepted"],
          ["gus", "pending"],
        ],
      ],
    ]);
    const waiting: string[] = [];
    for (const run of await ledger.runs()) {
      if (run.transport.startsWith("outbox:")) continue;
      await ledger.adopt(run);
      const { deliveries } = await ledger.claim(request(run, { limit: 9 }));
      waiting.push(...deliveries.map(({ to }) => to.address));
    }
    expect(waiting.toSorted()).toEqual(["dan@example.org", "gus@example.org"]);
    await ledger.close();
    const database = new SqliteFile(file);
    onTestFinished(() => database.close());
    expect(database.pragma("foreign_key_check")).toBeUndefined();
    expect(database.pragma("integrity_check")).toBe("ok");
  });

  it("of a version without senders takes what a dead one left for what it is", async () => {
    const file = join(emptyFolder(), "ledger.sqlite");
    cpSync(new URL("../../fixtures/ledgers/version-3.sqlite", import.meta.url), file);
    const { ledger } = await newSetting(file);
    const [rehearsal, run] = await ledger.runs();
    expect(rehearsal).toMatchObject({ transport: "outbox:var/outbox", control: undefined });
    expect(await ledger.senders()).toEqual([]);
    await ledger.adopt(run!);
    expect(await ledger.interrupted(run!)).toMatchObject([{ to: { address: "bob@example.org" } }]);
    const { deliveries } = await ledger.claim(request(run!, { limit: 9 }));
    expect(deliveries.map(({ to }) => to.address)).toEqual(["cat@example.org", "dan@example.org"]);
    const tally = await ledger.tally(run!);
    expect(tally).toMatchObject({ audience: 4, accepted: 1, pending: 3 });
    expect(tallyCloses(tally)).toBe(true);
  });

  it("says when the folder cannot be made", async () => {
    const file = join(emptyFolder(), "file");
    writeFileSync(file, "");
    const fault = await faultOf(() => openLedger(join(file, "ledger.sqlite"), fakeClock()));
    expect(fault).toMatchObject({ code: "ledger-unreachable", exit: 2 });
  });

  it("can be forgotten at once", async () => {
    const { freeze, ledger } = await newSetting(":memory:");
    expect(await ledger.tally(await freeze(listOf("ann@example.org")))).toMatchObject({ pending: 1 });
    expect(existsSync(":memory:")).toBe(false);
  });

  it("that cannot grow says so, whatever the transaction did about it", async () => {
    const file = new SqliteFile(join(emptyFolder(), "small.sqlite"));
    const db = new Kysely<{ words: { text: string } }>({ dialect: sqliteDialect(file) });
    onTestFinished(() => db.destroy());
    file.exec("create table words (text text); pragma max_page_count = 3;");
    const writing = db.transaction().execute(async (trx) => {
      await trx
        .insertInto("words")
        .values({ text: "word ".repeat(10_000) })
        .execute();
    });
    await expect(writing).rejects.toSatisfy((fault) => sqliteFault(fault) === SQLITE.full);
    await db.insertInto("words").values({ text: "a word" }).execute();
  });

  it.each([
    ["a ledger", (file: string) => file, "ledger-unwritable"],
    ["a ledger that is gone at the end", () => "", "temporary-full"],
  ])(
    "says of %s that cannot grow what to do, which is right whether or not anything was sent",
    async (_what, place, code) => {
      const temporary = emptyFolder();
      vi.stubEnv("SQLITE_TMPDIR", temporary);
      onTestFinished(() => void vi.unstubAllEnvs());
      const file = place(join(emptyFolder(), "ledger.sqlite"));
      const database = openLedgerFile(file);
      onTestFinished(() => database.close());
      database.exec("create table words (text text)");
      database.exec(`pragma max_page_count = ${Number(database.pragma("page_count")) + 1}`);
      const fault = await faultOf(async () =>
        database.exec(`insert into words values ('${"word ".repeat(10_000)}')`),
      );
      expect(fault).toMatchObject({ code, exit: 2 });
      expect(fault.message).toContain(file);
      expect(fault.message).toContain(temporary);
      expect(fault.hint).toContain("run the same command again");
      expect(fault.hint).not.toContain("resume");
    },
  );
});
