import { join } from "node:path";
import { describe, expect, it } from "vitest";

import type { RecipientList } from "../../../src/domain/recipient.ts";
import { tallyCloses } from "../../../src/plan/delivery.ts";
import {
  collect,
  edition,
  emptyFolder,
  listOf,
  newSetting,
  people,
  recipient,
  request,
  sent,
  rowsOf,
} from "./setting.ts";

/** A list of people with the audience of each. */
function mixed(...rows: readonly (readonly [address: string, audience?: string])[]): RecipientList {
  return {
    ...listOf(),
    rows: rows.length,
    recipients: rows.map(([address, audience], at) => ({
      ...recipient(address, at + 2),
      ...(audience === undefined ? {} : { audience, fields: { email: address, audience } }),
    })),
  };
}

const audiences = ["managers", "schools"];

describe("a list being planned for", () => {
  it("decides about every row of it, and names those to be sent to in its order", async () => {
    const { ledger, stage } = await newSetting();
    await ledger.suppress([recipient("bob@example.org")], "asked");
    const list: RecipientList = {
      ...listOf("ann@example.org", "bob@example.org", "cat@example.org", "dan@example.org"),
      faults: [
        { kind: "duplicate", row: 7, value: "ANN@example.org", firstRow: 2 },
        { kind: "invalid", row: 8, value: "nobody", reason: "no @" },
      ],
    };
    const out = { name: "out.csv", rows: () => rowsOf(listOf("CAT@example.org", "cat@example.org")) };
    const staged = await stage(list, { exclude: [out] });
    const tally = await staged.tally();
    expect(tally).toMatchObject({
      audience: 6,
      pending: 2,
      suppressed: 1,
      excluded: 1,
      duplicates: 1,
      invalid: 1,
    });
    expect(tallyCloses(tally)).toBe(true);
    expect((await collect(staged.people())).map(({ address, row }) => [address, row])).toEqual([
      ["ann@example.org", 2],
      ["dan@example.org", 5],
    ]);
    expect(await staged.leftOut(1)).toEqual([{ row: 7, value: "ANN@example.org", why: "same as row 2" }]);
    expect(await staged.leftOut(9)).toMatchObject([{ row: 7 }, { row: 8, value: "nobody", why: "no @" }]);
  });

  it("mails somebody in several rows once: by the audience that comes first in the settings, else the first row", async () => {
    const { ledger, stage } = await newSetting();
    const list = mixed(
      ["ann@example.org"],
      ["bob@example.org", "schools"],
      ["Ann@example.org", "schools"],
      ["bob@example.org", "managers"],
      ["ann@Example.org", "schools"],
    );
    const staged = await stage(list, { audiences });
    expect((await collect(staged.people())).map(({ row, audience }) => [row, audience])).toEqual([
      [4, "schools"],
      [5, "managers"],
    ]);
    expect(await staged.leftOut(9)).toEqual([
      { row: 2, value: "ann@example.org", why: "same as row 4" },
      { row: 3, value: "bob@example.org", why: "same as row 5" },
      { row: 6, value: "ann@Example.org", why: "same as row 4" },
    ]);
    const run = await ledger.freeze(edition, staged);
    expect(await ledger.tally(run)).toMatchObject({ audience: 5, pending: 2, duplicates: 3 });
    expect((await ledger.rows(run)).map(({ because, reason }) => [because, reason])).toEqual([
      ["duplicate", "same as row 4"],
      ["duplicate", "same as row 5"],
      [undefined, undefined],
      [undefined, undefined],
      ["duplicate", "same as row 4"],
    ]);
  });

  it("leaves out rows outside of a segment; a row inside it counts before one outside", async () => {
    const { ledger, stage } = await newSetting();
    const list = mixed(
      ["ann@example.org", "managers"],
      ["bob@example.org", "managers"],
      ["ann@example.org", "schools"],
    );
    const only = {
      text: "audience=schools",
      has: ({ audience }: { audience?: string | undefined }) => audience === "schools",
    };
    const staged = await stage(list, { audiences, only });
    expect((await collect(staged.people())).map(({ row }) => row)).toEqual([4]);
    const run = await ledger.freeze(edition, staged);
    await ledger.adopt(run);
    const [ann] = (await ledger.claim(request(run, { limit: 9 }))).deliveries;
    expect(ann?.to).toMatchObject({ row: 4, audience: "schools" });
    expect(await ledger.tally(run)).toMatchObject({ audience: 3, pending: 1, excluded: 2 });
    expect((await ledger.rows(run))[0]).toMatchObject({
      because: "excluded",
      reason: "not in audience=schools",
    });
  });

  it("closes its equation whatever stands in the list, before and after it is frozen", async () => {
    const { ledger, stage } = await newSetting();
    await ledger.suppress(
      people(40)
        .filter((_, at) => at % 7 === 0)
        .map((one) => recipient(one)),
      "asked",
    );
    for (let seed = 1; seed <= 12; seed += 1) {
      let state = seed * 7919;
      const chance = (of: number) => (state = (state * 48271) % 2147483647) % of;
      const rows = Array.from({ length: 90 }, (): [string, string] => [
        `person${1 + chance(40)}@example.org`,
        ["managers", "schools", "elsewhere"][chance(3)] ?? "",
      ]);
      const only = { text: "even rows", has: ({ row }: { row: number }) => row % 2 === 0 };
      const out = { name: "out", rows: () => rowsOf(listOf(...people(chance(9)))) };
      const list = mixed(...rows);
      const staged = await stage(list, { audiences, only, exclude: [out] });
      const plan = await staged.tally();
      expect(tallyCloses(plan), JSON.stringify(plan)).toBe(true);
      const run = await ledger.freeze({ ...edition, list: `${seed}` }, staged);
      expect(await ledger.tally(run)).toEqual(plan);
      await ledger.adopt(run);
      await sent(ledger, run, 2, { kind: "accepted", reply: "OK" });
      const after = await ledger.tally(run);
      expect(tallyCloses(after), JSON.stringify(after)).toBe(true);
      expect(after.accepted + after.pending).toBe(plan.accepted + plan.pending);
    }
  });

  it("has a digest that the order of rows does not change, and every value does", async () => {
    const { stage } = await newSetting();
    const digestOf = async (list: RecipientList) => (await stage(list)).digest;
    const rows = [["ann@example.org", "managers"], ["bob@example.org"]] as const;
    const digest = await digestOf(mixed(...rows));
    expect(await digestOf(mixed(...rows.toReversed()))).toBe(digest);
    expect(await digestOf(mixed(["ann@example.org", "schools"], rows[1]))).not.toBe(digest);
    expect(await digestOf(mixed(...rows, rows[1], rows[1]))).not.toBe(digest);
  });

  it("is read in pieces: lists longer than one piece come through whole", async () => {
    const { ledger, stage } = await newSetting();
    const told: number[] = [];
    const staged = ledger.stage();
    await staged.read({ ...edition, audiences: [] }, rowsOf(listOf(...people(1_201))), (rows) =>
      told.push(rows),
    );
    expect(told).toEqual([500, 1_000, 1_201]);
    expect(await collect(staged.people())).toHaveLength(1_201);
    expect(await ledger.tally(await ledger.freeze(edition, staged))).toMatchObject({ pending: 1_201 });
    // Another list begins with nothing.
    expect(await (await stage(listOf("ann@example.org"))).tally()).toMatchObject({ audience: 1, pending: 1 });
  });

  it("locks nothing: another process writes to the ledger while it is read", async () => {
    const file = join(emptyFolder(), "ledger.sqlite");
    const [{ ledger }, other] = [await newSetting(file), await newSetting(file)];
    async function* slowly() {
      for await (const row of rowsOf(listOf(...people(600)))) {
        if (row.kind === "person" && row.to.row === 590)
          await other.ledger.suppress([row.to], "asked meanwhile");
        yield row;
      }
    }
    const staged = ledger.stage();
    await staged.read({ ...edition, audiences: [] }, slowly());
    expect(await staged.tally()).toMatchObject({ suppressed: 1, pending: 599 });
  });
});

describe("a list that leaves people out", () => {
  it("is refused when a row of it names nobody: whoever it means would be mailed", async () => {
    const { stage } = await newSetting();
    async function* rows() {
      yield* rowsOf(listOf("ann@example.org"));
      yield { kind: "invalid", row: 3, value: "bob@example,org", reason: "a comma" } as const;
    }
    await expect(
      stage(listOf("ann@example.org", "bob@example.org"), { exclude: [{ name: "out.csv", rows }] }),
    ).rejects.toMatchObject({
      code: "exclude-unreadable",
      message: expect.stringMatching(/row 3 \(a comma\)/),
    });
  });
});

describe("a run of which rows went missing", () => {
  it("is refused, and leaves nothing behind", async () => {
    const { ledger, stage } = await newSetting();
    const staged = await stage(listOf(...people(3)));
    const lying = Object.create(staged, { rows: { value: 4 }, digest: { value: "x" } }) as typeof staged;
    await expect(ledger.freeze(edition, lying)).rejects.toThrow(/add up/);
    expect(await ledger.runs()).toEqual([]);
  });
});

describe("a rehearsal through the outbox", () => {
  const outbox = "outbox:var/outbox";

  it("counts for the outbox alone: a send by another way mails the same people, as if for the first time", async () => {
    const { ledger, freeze, plan } = await newSetting();
    const list = listOf("ann@example.org", "bob@example.org", "cat@example.org");
    const rehearsed = await freeze(list, { transport: outbox });
    await ledger.adopt(rehearsed);
    await sent(ledger, rehearsed, 2, { kind: "accepted", reply: "written" }, { transport: outbox });
    expect(await plan(list, { transport: outbox })).toMatchObject({ accepted: 2, pending: 1 });
    expect(await plan(list)).toMatchObject({ accepted: 0, pending: 3 });

    const run = await freeze(list);
    expect(run.id).not.toBe(rehearsed.id);
    expect(await ledger.tally(run)).toMatchObject({ accepted: 0, pending: 3 });
    expect(await ledger.tally(rehearsed)).toMatchObject({ accepted: 2, pending: 1 });
    await ledger.adopt(run);
    const again = await sent(ledger, run, 9, { kind: "accepted", reply: "250 OK" });
    expect(again.map(({ to, attempts }) => [to.row, attempts])).toEqual([
      [2, 0],
      [3, 0],
      [4, 0],
    ]);
    expect(await plan(list)).toMatchObject({ accepted: 3, pending: 0 });
    // What was really sent counts for the outbox as well.
    expect(await plan(list, { transport: outbox })).toMatchObject({ accepted: 3, pending: 0 });
  });

  it("stays as it was beside a send by another way", async () => {
    const { ledger, freeze } = await newSetting();
    const rehearsed = await freeze(listOf(...people(2)), { transport: outbox });
    await ledger.adopt(rehearsed);
    await sent(ledger, rehearsed, 2, { kind: "accepted", reply: "written" }, { transport: outbox });
    await freeze(listOf(...people(1)), { list: "other.csv" });
    expect((await ledger.rows(rehearsed)).map(({ state }) => state)).toEqual(["accepted", "accepted"]);
  });
});
