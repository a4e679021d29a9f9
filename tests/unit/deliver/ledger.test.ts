import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished, describe, expect, it } from "vitest";

import type { RecipientList } from "../../../src/domain/recipient.ts";
import { UserError } from "../../../src/domain/user-error.ts";
import { type ClaimRequest, openLedger, type Run } from "../../../src/deliver/ledger.ts";
import { SqliteFile } from "../../../src/deliver/sqlite.ts";
import { tallyCloses } from "../../../src/plan/delivery.ts";
import { emptyFolder, fakeClock, listOf, newSetting, people, recipient } from "./setting.ts";

function request(run: Run, more: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    run,
    limit: 1,
    limits: {},
    owner: "test",
    transport: "test:",
    messageId: (key) => `<${key}>`,
    ...more,
  };
}

const accepted = { kind: "accepted", reply: "250 OK" } as const;
const deferred = { kind: "deferred", reply: "451 Later" } as const;

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
});

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

  it("is refused, and leaves nothing behind, when rows of the list went missing", async () => {
    const { ledger, freeze } = await newSetting();
    await expect(freeze({ ...list, rows: 6 })).rejects.toThrow(/add up/);
    expect(await ledger.runs()).toEqual([]);
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

    const other = { list: "gps.csv", listDigest: "other" };
    const gps = listOf("ann@example.org", "dan@example.org");
    expect(await plan(gps, other)).toMatchObject([
      { kind: "skip", because: "already-accepted" },
      { kind: "send" },
    ]);
    const second = await freeze(gps, other);
    expect(second.id).not.toBe(run.id);
    await ledger.adopt(second);
    const { deliveries } = await ledger.claim(request(second, { limit: 9 }));
    expect(deliveries.map(({ to }) => to.address)).toEqual(["dan@example.org"]);
    expect(await ledger.tally(second)).toMatchObject({ audience: 2, accepted: 1, pending: 1 });
    // Another cycle is another message.
    expect(await plan(gps, { cycle: "2027-01" })).toMatchObject([{ kind: "send" }, { kind: "send" }]);
  });

  it("shares somebody in two unfinished lists: whichever run comes first sends, the other counts it", async () => {
    const { ledger, freeze } = await newSetting();
    const one = await freeze(listOf("ann@example.org"));
    const two = await freeze(listOf("ann@example.org"), { list: "gps.csv", listDigest: "other" });
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
    const run = await freeze(corrected, { listDigest: "corrected" });
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

describe("limits", () => {
  const hour = 3_600_000;

  it("are counted by the ledger, so that they hold for the next process", async () => {
    const file = join(emptyFolder(), "ledger.sqlite");
    const { ledger, freeze, clock } = await newSetting(file);
    const run = await freeze(listOf(...people(5)));
    await ledger.adopt(run);
    const limited = request(run, { limit: 9, limits: { perHour: 2 } });
    expect((await ledger.claim(limited)).deliveries).toHaveLength(2);
    await ledger.close();

    const next = await openLedger(file, clock);
    onTestFinished(() => next.close());
    clock.time += 60_000;
    expect(await next.claim(limited)).toEqual({
      deliveries: [],
      wait: { until: clock.time - 60_000 + hour, because: "rate" },
    });
    clock.time += hour - 60_000;
    expect((await next.claim(limited)).deliveries).toHaveLength(2);
    expect(await next.attemptsSince(clock.time - 1)).toBe(2);
    expect(await next.attemptsSince(0, "example.org")).toBe(4);
    expect(await next.attemptsSince(0, "example.com")).toBe(0);
  });

  it.each([
    ["perSecond", 1_000],
    ["perHour", hour],
    ["perDay", 24 * hour],
  ] as const)("%s lets through so many and no more", async (name, span) => {
    const { ledger, freeze, clock } = await newSetting();
    const run = await freeze(listOf(...people(5)));
    await ledger.adopt(run);
    const limited = request(run, { limit: 9, limits: { [name]: 3 } });
    expect((await ledger.claim(limited)).deliveries).toHaveLength(3);
    expect((await ledger.claim(limited)).wait).toEqual({ until: clock.time + span, because: "rate" });
    clock.time += span - 1;
    expect((await ledger.claim(limited)).deliveries).toEqual([]);
    clock.time += 1;
    expect((await ledger.claim(limited)).deliveries).toHaveLength(2);
  });

  it("per domain hold back that domain alone", async () => {
    const { ledger, freeze, clock } = await newSetting();
    const run = await freeze(listOf(...people(4, "nhs.example"), ...people(1, "gp.example")));
    await ledger.adopt(run);
    const limited = request(run, { limit: 3, limits: { perDomain: 2 } });
    const domains = async (): Promise<string[]> =>
      (await ledger.claim(limited)).deliveries.map(({ to }) => to.key.replace(/.*@/, ""));
    expect(await domains()).toEqual(["nhs.example", "nhs.example"]);
    expect(await domains()).toEqual(["gp.example"]);
    expect((await ledger.claim(limited)).wait).toEqual({ until: clock.time + hour, because: "rate" });
    clock.time += hour;
    expect(await domains()).toEqual(["nhs.example", "nhs.example"]);
    expect((await ledger.claim(limited)).wait).toBeUndefined();
  });
});

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
