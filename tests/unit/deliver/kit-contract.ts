import { describe, expect, it } from "vitest";

import type { KitFile } from "../../../src/domain/kit.ts";
import { kitDigest, knownNeeds, type NewKit } from "../../../src/deliver/kits.ts";
import { tallyCloses } from "../../../src/plan/delivery.ts";
import {
  attemptOf,
  collect,
  edition,
  enlisted,
  joined,
  listOf,
  newSetting,
  onTheWire,
  people,
  request,
  type Open,
  type Setting,
} from "./setting.ts";

async function* given(files: readonly KitFile[]): AsyncGenerator<KitFile> {
  yield* files;
}

/** Every byte there is, in as many files as are asked for in two goes. */
const files: readonly KitFile[] = Array.from({ length: 12 }, (_, at) => ({
  path: `content/topics/${"topic".repeat(1 + (at % 3))}-${at}.md`,
  bytes: Uint8Array.from({ length: 256 }, (_byte, byte) => (byte + at) % 256),
}));

async function kitOf(all: readonly KitFile[], read = () => {}): Promise<NewKit> {
  return {
    digest: await kitDigest(given(all)),
    madeWith: "1.2.3",
    files: () => {
      read();
      return given(all);
    },
  };
}

/** What travels with runs, the same in a file and on a server. */
export function kitContract(openNew: () => Open): void {
  const freeze = async ({ ledger, stage }: Setting, kit?: NewKit, more: Partial<typeof edition> = {}) =>
    ledger.freeze({ ...edition, ...more }, await stage(listOf(...people(3)), more), kit);
  const filesOf = async ({ ledger }: Setting, run: Awaited<ReturnType<typeof freeze>>) =>
    (await collect(ledger.kits.files(run))).map(({ path, bytes }) => [path, [...bytes]]);

  describe("a kit", () => {
    it("comes back byte by byte, is kept once, and goes with the last run that is made of it", async () => {
      const setting = await newSetting(openNew());
      let reads = 0;
      const kit = await kitOf(files, () => (reads += 1));
      const run = await freeze(setting, kit);
      expect(run).toMatchObject({ kit: kit.digest, madeWith: "1.2.3", needs: knownNeeds });
      expect(await setting.ledger.runs()).toEqual([run]);
      const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
      expect(await filesOf(setting, run)).toEqual(sorted.map(({ path, bytes }) => [path, [...bytes]]));
      const newsletter = await freeze(setting, kit, { variant: "newsletter" });
      expect([reads, newsletter.kit]).toEqual([1, kit.digest]);

      const other = await kitOf(files.slice(1));
      const again = await freeze(setting, other);
      expect([again.id, again.kit]).toEqual([run.id, other.digest]);
      expect(await filesOf(setting, newsletter)).toHaveLength(12);
      await freeze(setting, other, { variant: "newsletter" });
      expect(await filesOf(setting, run)).toEqual([]);
      expect(await filesOf(setting, again)).toHaveLength(11);
    });

    it("is whole or not there at all", async () => {
      const setting = await newSetting(openNew());
      const kit = await kitOf(files);
      const broken: NewKit = {
        ...kit,
        async *files() {
          yield* files.slice(0, 5);
          throw new Error("The disk is gone.");
        },
      };
      await expect(freeze(setting, broken)).rejects.toThrow("The disk is gone.");
      expect(await setting.ledger.runs()).toEqual([]);
      expect(await filesOf(setting, await freeze(setting, kit))).toHaveLength(12);
    });

    it("has a digest of its names and bytes, whatever the order", async () => {
      const digest = (all: readonly KitFile[]) => kitDigest(given(all));
      expect(await digest(files.toReversed())).toBe(await digest(files));
      const [first, ...rest] = files as [KitFile, ...KitFile[]];
      for (const other of [
        { ...first, path: "content/topics/b.md" },
        { ...first, bytes: Buffer.from("other") },
      ])
        expect(await digest([other, ...rest])).not.toBe(await digest(files));
      expect(await digest(rest)).not.toBe(await digest(files));
    });
  });

  describe("runs for workers", () => {
    it("are real ones with a kit that have something due, the oldest first", async () => {
      const setting = await newSetting(openNew());
      const { ledger, clock } = setting;
      const due = async () => (await ledger.kits.due(clock.now())).map(({ variant }) => variant);
      const kit = await kitOf(files);
      const newsletter = await freeze(setting, kit, { variant: "newsletter" });
      await freeze(setting, undefined, { transport: "outbox:var/outbox" });
      expect(await due()).toEqual(["newsletter"]);
      await freeze(setting);
      expect(await due()).toEqual(["newsletter"]);
      const email = await freeze(setting, kit);
      expect(await due()).toEqual(["newsletter", "email"]);

      await joined(ledger, newsletter);
      for (let left = 3; left > 0; left -= 1) {
        const attempt = await onTheWire(ledger, newsletter);
        const later = { kind: "deferred", reply: "later" } as const;
        await ledger.settle({ attempt, outcome: later, nextAt: clock.now() + 60_000 });
      }
      expect(await due()).toEqual(["email"]);
      await ledger.suppress(
        people(3).map((address) => ({ address, key: address })),
        "asked to leave",
      );
      clock.time += 60_000;
      expect(await due()).toEqual([]);
      await ledger.unsuppress({ address: "person2@example.org", key: "person2@example.org" });
      expect(await due()).toEqual(["newsletter", "email"]);
      await ledger.setControl(newsletter, { order: "paused" });
      await ledger.setControl(email, { order: "cancelled" });
      expect(await due()).toEqual([]);
      await ledger.setControl(newsletter, undefined);
      expect(await due()).toEqual(["newsletter"]);
    });

    it("are none of those that a list was for before it was changed: who is gone from it waits for nothing", async () => {
      const setting = await newSetting(openNew());
      const { ledger, clock } = setting;
      const kit = await kitOf(files);
      const freezeFor = async (...addresses: string[]) =>
        ledger.freeze(edition, await setting.stage(listOf(...addresses)), kit);
      const first = await freezeFor(...people(6));
      await joined(ledger, first);
      const wire = [await onTheWire(ledger, first), await onTheWire(ledger, first)];
      const { deliveries } = await ledger.claim(request(first, { limit: 2 }));
      expect(deliveries.map(({ to }) => to.address)).toEqual(["person3@example.org", "person4@example.org"]);
      const second = await freezeFor("person1@example.org", "person3@example.org", "person5@example.org");
      // What was taken to be sent to the list of before is not begun any more.
      for (const claimed of deliveries) expect(await ledger.begin(attemptOf(claimed))).toBe(false);
      const outcome = { kind: "deferred", reply: "451 later" } as const;
      for (const attempt of wire) await ledger.settle({ attempt, outcome, nextAt: clock.now() });
      expect((await ledger.kits.due(clock.now())).map(({ id }) => id)).toEqual([second.id]);
      expect((await ledger.claim(request(first, { limit: 9 }))).deliveries).toEqual([]);
      await ledger.resign("test");
      await enlisted(ledger, second, "next");
      const taken = await ledger.claim(request(second, { limit: 9, owner: "next" }));
      expect(taken.deliveries.map(({ to }) => to.address)).toEqual([
        "person1@example.org",
        "person3@example.org",
        "person5@example.org",
      ]);
      expect(await ledger.tally(second)).toMatchObject({ audience: 3, pending: 3 });
    });

    it("give nobody away who is left out of the same list now, from the moment that this is written down", async () => {
      const setting = await newSetting(openNew());
      const { ledger } = setting;
      const list = listOf(...people(4));
      const first = await setting.freeze(list);
      await joined(ledger, first);
      const again = await setting.freeze(list, {}, ["person2@example.org", "person3@example.org"]);
      expect(again.id).toBe(first.id);
      const { deliveries } = await ledger.claim(request(again, { limit: 9 }));
      expect(deliveries.map(({ to }) => to.row)).toEqual([2, 5]);
      const tally = await ledger.tally(again);
      expect(tally).toMatchObject({ audience: 4, pending: 2, excluded: 2 });
      expect(tallyCloses(tally)).toBe(true);
    });

    it("are also those of which a dead sender has left nothing but what was on the wire", async () => {
      const setting = await newSetting(openNew());
      const { ledger, clock } = setting;
      const run = await freeze(setting, await kitOf(files));
      await joined(ledger, run);
      for (let left = 3; left > 0; left -= 1) await onTheWire(ledger, run);
      const due = async () => (await ledger.kits.due(clock.now())).map(({ id }) => id);
      expect(await due()).toEqual([]);
      await ledger.resign("test");
      expect(await due()).toEqual([run.id]);
    });
  });
}
