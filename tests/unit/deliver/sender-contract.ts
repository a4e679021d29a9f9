import { describe, expect, it } from "vitest";

import type { Attempt } from "../../../src/deliver/records.ts";
import { tallyCloses } from "../../../src/plan/delivery.ts";
import {
  attemptOf,
  enlisted,
  joined,
  listOf,
  newSetting,
  onTheWire,
  type Open,
  people,
  request,
  sent,
  silent,
} from "./setting.ts";

const accepted = { kind: "accepted", reply: "250 OK" } as const;
const gone = "The sending process ended.";

/** What every ledger must do about those who send, and about what is ordered. Takes what `ledgerContract` takes. */
export function senderContract(place: () => Open): void {
  describe("a sender", () => {
    it("is written down with what it does, says that it lives, and gives back what it holds when it goes", async () => {
      const { ledger, freeze } = await newSetting(place());
      const run = await freeze(listOf(...people(3)));
      await joined(ledger, run);
      expect(await ledger.renew("test", { lease: 60_000, sent: 7 })).toEqual({ isHeld: true });
      const about = { owner: "test", run: run.id, host: "here", pid: 1, version: "1.2.3", sent: 7 };
      expect(await ledger.senders()).toMatchObject([{ ...about, isAlive: true }]);
      const attempt = await onTheWire(ledger, run);
      expect((await ledger.claim(request(run, { limit: 9 }))).deliveries).toHaveLength(2);
      await ledger.resign("test");
      expect(await ledger.senders()).toEqual([]);
      expect(await ledger.renew("test", { lease: 60_000, sent: 7 })).toEqual({ isHeld: false });
      expect(await ledger.interrupted(run)).toMatchObject([{ attempt }]);
      await enlisted(ledger, run, "next");
      expect((await ledger.claim(request(run, { limit: 9, owner: "next" }))).deliveries).toHaveLength(2);
    });

    it("is not let in to a run that has become another one", async () => {
      const { ledger, freeze } = await newSetting(place());
      const list = listOf(...people(2));
      const run = await freeze(list);
      const changed = await freeze(list, { contentDigest: "changed" });
      expect(await enlisted(ledger, run)).toBe(false);
      expect(await ledger.senders()).toEqual([]);
      expect(await enlisted(ledger, changed)).toBe(true);
    });

    it("that dies is taken over from: the claimed go back, the begun are unknown, and told of once", async () => {
      const open = place();
      const { ledger, freeze } = await newSetting(open);
      const run = await freeze(listOf(...people(5)));
      await joined(ledger, run);
      const begun = [await onTheWire(ledger, run), await onTheWire(ledger, run)];
      const { deliveries } = await ledger.claim(request(run, { limit: 9 }));
      expect(deliveries).toHaveLength(3);
      await silent(ledger);
      const next = await newSetting(open);
      await joined(next.ledger, run, "next");
      expect((await ledger.senders()).map(({ owner }) => owner)).toEqual(["next"]);
      const left = await next.ledger.interrupted(run);
      expect(left.map(({ attempt }) => attempt)).toEqual(begun);
      expect(await next.ledger.abandon(left, gone)).toEqual(left);
      expect(await ledger.abandon(left, gone)).toEqual([]);
      expect(await next.ledger.interrupted(run)).toEqual([]);
      const tally = await ledger.tally(run);
      expect(tally).toMatchObject({ audience: 5, unknown: 2, pending: 3 });
      expect(tallyCloses(tally)).toBe(true);
      // The dead one comes back: it begins nothing more.
      expect(await ledger.begin(attemptOf(deliveries[0]!))).toBe(false);
      const taken = await next.ledger.claim(request(run, { limit: 9, owner: "next" }));
      expect(taken.deliveries.map(({ id }) => id)).toEqual(deliveries.map(({ id }) => id));
    });

    it("that was only held up may still say how it ended, unless that is tried again by then", async () => {
      const open = place();
      const { ledger, freeze, clock } = await newSetting(open);
      const run = await freeze(listOf(...people(5)));
      await joined(ledger, run);
      const late: Attempt[] = [];
      for (let count = 0; count < 5; count += 1) late.push(await onTheWire(ledger, run));
      await silent(ledger);
      await joined(ledger, run, "next");
      await ledger.abandon(await ledger.interrupted(run), gone);
      await ledger.settle({ attempt: late[0]!, outcome: accepted });
      await ledger.settle({
        attempt: late[1]!,
        outcome: { kind: "deferred", reply: "451 Later" },
        nextAt: clock.time + 1_000,
      });
      // It surely never left.
      await ledger.release("test", [late[2]!.id]);
      expect(await ledger.rows(run)).toMatchObject([
        { state: "accepted", reply: "250 OK", attempts: 1 },
        { state: "deferred", attempts: 1 },
        { state: "pending", attempts: 0 },
        { state: "unknown", reply: gone },
        { state: "unknown" },
      ]);
      expect(await ledger.retryUnknown(run)).toBe(2);
      await ledger.settle({ attempt: late[3]!, outcome: accepted });
      const { deliveries } = await ledger.claim(request(run, { limit: 9, owner: "next" }));
      const again = deliveries.find(({ id }) => id === late[4]!.id);
      expect(await ledger.begin(attemptOf(again!, { owner: "next" }))).toBe(true);
      await ledger.settle({ attempt: late[4]!, outcome: accepted });
      await ledger.release("test", [late[3]!.id, late[4]!.id]);
      const tally = await ledger.tally(run);
      expect(tally).toMatchObject({ accepted: 1, deferred: 1, pending: 2, unknown: 1 });
      expect(tallyCloses(tally)).toBe(true);
    });
  });

  describe("an order", () => {
    it.each(["paused", "cancelled"] as const)(
      "that a run be %s is seen by every claim and renewal, on a server by every begin, and loses nobody",
      async (order) => {
        const open = place();
        const { ledger, freeze } = await newSetting(open);
        const run = await freeze(listOf(...people(4)));
        await joined(ledger, run);
        await sent(ledger, run, 1, accepted);
        const begun = await onTheWire(ledger, run);
        const { deliveries } = await ledger.claim(request(run));
        const other = await newSetting(open);
        const control = { order, reason: "the link is wrong" };
        expect(await other.ledger.setControl(run, control)).toBe(true);
        if (ledger.isShared) expect(await ledger.begin(attemptOf(deliveries[0]!))).toBe(false);
        expect(await ledger.claim(request(run))).toEqual({ deliveries: [], halt: control });
        expect(await ledger.renew("test", { lease: 60_000, sent: 1 })).toEqual({ isHeld: true, control });
        // What is on the wire comes to its end.
        await ledger.settle({ attempt: begun, outcome: accepted });
        await ledger.resign("test");
        expect(await ledger.runs()).toMatchObject([{ id: run.id, control }]);
        const tally = await ledger.tally(run);
        expect(tally).toMatchObject({ audience: 4, accepted: 2, pending: 2 });
        expect(tallyCloses(tally)).toBe(true);
        expect(await ledger.setControl(run, undefined)).toBe(true);
        await enlisted(ledger, run);
        expect(await sent(ledger, run, 9, accepted)).toHaveLength(2);
      },
    );

    it("to pause changes nothing about what is cancelled; a send that is confirmed anew takes either back", async () => {
      const { ledger, freeze } = await newSetting(place());
      const list = listOf(...people(2));
      const run = await freeze(list);
      expect(await ledger.setControl(run, undefined)).toBe(false);
      expect(await ledger.setControl(run, { order: "paused" })).toBe(true);
      expect(await ledger.setControl(run, { order: "paused", reason: "again" })).toBe(false);
      expect(await ledger.setControl(run, { order: "cancelled" })).toBe(true);
      expect(await ledger.setControl(run, { order: "paused" })).toBe(false);
      const [stored] = await ledger.runs();
      expect(stored?.control).toEqual({ order: "cancelled" });
      expect((await freeze(list)).control).toBeUndefined();
    });

    it("is about one run alone", async () => {
      const { ledger, freeze } = await newSetting(place());
      const run = await freeze(listOf("ann@example.org"));
      const other = await freeze(listOf("bob@example.org"), { list: "gps.csv" });
      await ledger.setControl(run, { order: "paused" });
      await joined(ledger, other);
      expect(await sent(ledger, other, 9, accepted)).toHaveLength(1);
    });
  });
}
