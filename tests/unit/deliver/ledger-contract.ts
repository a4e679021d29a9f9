import { describe, expect, it } from "vitest";

import type { RecipientList } from "../../../src/domain/recipient.ts";
import type { Ledger } from "../../../src/deliver/ledger.ts";
import type { ClaimRequest } from "../../../src/deliver/records.ts";
import { tallyCloses } from "../../../src/plan/delivery.ts";
import {
  attemptOf,
  collect,
  enlisted,
  joined,
  listOf,
  newSetting,
  onTheWire,
  type Open,
  people,
  recipient,
  request,
  sent,
  silent,
} from "./setting.ts";

const accepted = { kind: "accepted", reply: "250 OK" } as const;
const deferred = { kind: "deferred", reply: "451 Later" } as const;

/**
 * What every ledger must do, whatever it is kept in. Takes what makes a place for a ledger and gives what opens it there:
 * opened twice, it is used as by two processes.
 */
export function ledgerContract(place: () => Open): void {
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
      const { ledger, freeze } = await newSetting(place());
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

    it("is written down whole, however far its rows reach", async () => {
      const { ledger, freeze } = await newSetting(place());
      const at = [0, 2, 999_999, 1_000_000, 1_000_001, 3_500_000];
      const recipients = at.map((row) => recipient(`person${row}@example.org`, row));
      const run = await freeze({ ...listOf(), rows: at.length, recipients });
      expect((await ledger.rows(run)).map(({ row, state }) => [row, state])).toEqual(
        at.map((row) => [row, "pending"]),
      );
      await joined(ledger, run);
      const { deliveries } = await ledger.claim(request(run, { limit: 10 }));
      expect(deliveries.map(({ to }) => to.row)).toEqual(at);
    });

    it("names who did not surely get it, in pieces, and nobody else", async () => {
      const { ledger, freeze } = await newSetting(place());
      const run = await freeze(listOf(...people(1_300)));
      await joined(ledger, run);
      const { deliveries } = await ledger.claim(request(run, { limit: 1_220 }));
      const kinds = ["accepted", "rejected", "rejected", "unknown", "deferred"] as const;
      const ends = deliveries.map((claimed, at) => ({
        row: claimed.to.row,
        attempt: attemptOf(claimed),
        outcome: { kind: kinds[at % kinds.length]!, reply: "told" },
      }));
      await Promise.all(ends.map(({ attempt }) => ledger.begin(attempt)));
      await Promise.all(ends.map((end) => ledger.settle(end)));
      const open = ends.filter(({ outcome }) => outcome.kind !== "accepted").map(({ row }) => row);
      // Deferred, and suppressed since: skipped, not open.
      await ledger.suppress([recipient("person1220@example.org")], "asked");
      const reports = await collect(ledger.unsettled(run));
      expect(reports.map(({ row }) => row)).toEqual(open.slice(0, -1));
      const tally = await ledger.tally(run);
      expect(tally.rejected + tally.unknown + tally.deferred).toBe(reports.length);
      expect(reports).toEqual(
        (await ledger.rows(run)).filter(({ state }) => ["rejected", "unknown", "deferred"].includes(state)),
      );
    });

    it("names whom it may still send to: not the served, the suppressed or those of another list", async () => {
      const { ledger, freeze } = await newSetting(place());
      const run = await freeze(listOf(...people(5)), {}, ["person2@example.org"]);
      await freeze(listOf("elsewhere@example.org"), { list: "other.csv" });
      await joined(ledger, run);
      const [first, second] = [await onTheWire(ledger, run), await onTheWire(ledger, run)];
      await ledger.settle({ attempt: first, outcome: accepted });
      await ledger.settle({ attempt: second, outcome: { kind: "unknown", reply: "gone" } });
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
      expect(await ledger.retryable(run)).toBe(1);
      await ledger.suppress([recipient("person3@example.org")], "asked");
      expect(await ledger.retryable(run)).toBe(0);
    });

    it("keeps what happened when it is frozen again with another selection", async () => {
      const { ledger, freeze } = await newSetting(place());
      const run = await freeze(list, {}, ["cat@example.org"]);
      await joined(ledger, run);
      const first = await onTheWire(ledger, run);
      await ledger.settle({ attempt: first, outcome: accepted });
      await ledger.resign("test");
      const again = await freeze(list, { contentDigest: "changed" }, ["bob@example.org"]);
      expect(again).toMatchObject({ id: run.id, contentDigest: "changed" });
      await joined(ledger, again);
      expect(await ledger.tally(again)).toMatchObject({ accepted: 1, pending: 1, excluded: 1 });
      const { deliveries } = await ledger.claim(request(again, { limit: 9 }));
      expect(deliveries.map(({ to }) => to.key)).toEqual(["cat@example.org"]);
    });

    it("is the newest when its list was changed, frozen so, and changed back", async () => {
      const { ledger, freeze } = await newSetting(place());
      const first = await freeze(listOf("ann@example.org", "bob@example.org"));
      await joined(ledger, first);
      await ledger.settle({ attempt: await onTheWire(ledger, first), outcome: accepted });
      await ledger.resign("test");
      await ledger.armed.begin("a schedule", first);
      const longer = await freeze(listOf("ann@example.org", "bob@example.org", "cat@example.org"));
      await freeze(listOf("dan@example.org"), { list: "gps.csv" });
      const back = await freeze(listOf("ann@example.org", "bob@example.org"), { contentDigest: "changed" });
      const runs = await ledger.runs({ list: "staff.csv" });
      expect(runs.map(({ listDigest }) => listDigest)).toEqual([first.listDigest, longer.listDigest]);
      expect(runs[0]).toEqual({ ...first, id: back.id, contentDigest: "changed" });
      // What happened, and what was written down about it, is this run's still.
      expect(await ledger.tally(back)).toMatchObject({ audience: 2, accepted: 1, pending: 1 });
      expect(await ledger.armed.begun("a schedule")).toEqual(back);
      await joined(ledger, back);
      const { deliveries } = await ledger.claim(request(back, { limit: 9 }));
      expect(deliveries.map(({ to }) => to.key)).toEqual(["bob@example.org"]);
      // Of the messages in between, none is taken for it.
      expect(await ledger.tally(longer)).toMatchObject({ audience: 3, accepted: 1, pending: 2 });
    });

    it("goes on counting as accepted whoever was mailed and then asked to be left out", async () => {
      const { ledger, freeze } = await newSetting(place());
      const run = await freeze(listOf("ann@example.org"));
      await joined(ledger, run);
      const ann = await onTheWire(ledger, run);
      await ledger.settle({ attempt: ann, outcome: accepted });
      await ledger.suppress([recipient("ann@example.org")], "unsubscribed");
      expect(await ledger.tally(run)).toMatchObject({ accepted: 1, suppressed: 0 });
      expect(await ledger.rows(run)).toMatchObject([{ state: "accepted", reply: "250 OK" }]);
    });

    it("does not mail again whom another list has reached, and counts them as accepted", async () => {
      const { ledger, freeze, plan } = await newSetting(place());
      const run = await freeze(listOf("ann@example.org", "bob@example.org"));
      await joined(ledger, run);
      const first = await onTheWire(ledger, run);
      await ledger.settle({ attempt: first, outcome: accepted });

      const other = { list: "gps.csv" };
      const gps = listOf("ann@example.org", "dan@example.org");
      expect(await plan(gps, other)).toMatchObject({ accepted: 1, pending: 1 });
      const second = await freeze(gps, other);
      expect(second.id).not.toBe(run.id);
      await joined(ledger, second);
      const { deliveries } = await ledger.claim(request(second, { limit: 9 }));
      expect(deliveries.map(({ to }) => to.address)).toEqual(["dan@example.org"]);
      expect(await ledger.tally(second)).toMatchObject({ audience: 2, accepted: 1, pending: 1 });
      // Another cycle is another message.
      expect(await plan(gps, { cycle: "2027-01" })).toMatchObject({ accepted: 0, pending: 2 });
    });

    it("shares somebody in two unfinished lists: whichever run comes first sends, the other counts it", async () => {
      const { ledger, freeze } = await newSetting(place());
      const one = await freeze(listOf("ann@example.org"));
      const two = await freeze(listOf("ann@example.org"), { list: "gps.csv" });
      await joined(ledger, two);
      await joined(ledger, one);
      const ann = await onTheWire(ledger, one);
      expect((await ledger.claim(request(two))).deliveries).toEqual([]);
      await ledger.settle({ attempt: ann, outcome: accepted });
      expect(await ledger.tally(one)).toMatchObject({ accepted: 1 });
      expect(await ledger.tally(two)).toMatchObject({ accepted: 1 });
    });

    it("takes what the newest list says about somebody still to be mailed", async () => {
      const { ledger, freeze } = await newSetting(place());
      await freeze(listOf("ann@example.org"));
      const corrected: RecipientList = {
        ...listOf(),
        rows: 1,
        recipients: [
          { ...recipient("Ann@example.org", 7), audience: "managers", fields: { name: "Dr Ann" } },
        ],
      };
      const run = await freeze(corrected);
      await joined(ledger, run);
      const [ann] = (await ledger.claim(request(run))).deliveries;
      expect(ann!.to).toEqual({ ...corrected.recipients[0] });
    });
  });

  describe("a rehearsal and a real send of one list", () => {
    const outbox = "outbox:var/outbox";
    const list = listOf("ann@example.org", "bob@example.org", "cat@example.org");

    it("share neither run nor deliveries, in whichever order; what really happened stands in both", async () => {
      const { ledger, freeze } = await newSetting(place());
      const real = await freeze(list, {}, ["bob@example.org", "cat@example.org"]);
      await joined(ledger, real);
      await sent(ledger, real, 1, { kind: "unknown", reply: "gone" });
      const rehearsed = await freeze(list, { transport: outbox, contentDigest: "changed" }, [], {
        retryUnknown: true,
        afresh: true,
      });
      await joined(ledger, rehearsed);
      expect(await ledger.retryUnknown(rehearsed)).toBe(0);
      const written = await sent(ledger, rehearsed, 9, accepted, { transport: outbox });
      expect(written.map(({ to }) => to.key)).toEqual(["bob@example.org", "cat@example.org"]);
      expect(await ledger.tally(rehearsed)).toMatchObject({ accepted: 2, unknown: 1 });
      expect(await ledger.mailed(rehearsed)).toBe(0);
      expect(await ledger.runs()).toEqual([rehearsed, real]);
      expect(await ledger.tally(real)).toMatchObject({ unknown: 1, excluded: 2, accepted: 0 });
      expect([await ledger.served(real), await ledger.served(rehearsed)]).toEqual([1, 3]);
      // The rest of it for real: the same run as before, and all that the rehearsal did counts for nothing.
      const rest = await freeze(list);
      expect(rest.id).toBe(real.id);
      await joined(ledger, rest);
      const mailed = await sent(ledger, rest, 9, accepted);
      expect(mailed.map(({ to, attempts, messageId }) => [to.key, attempts, messageId])).toEqual([
        ["bob@example.org", 0, undefined],
        ["cat@example.org", 0, undefined],
      ]);
      expect(await ledger.tally(rest)).toMatchObject({ accepted: 2, unknown: 1 });
      expect(await ledger.mailed(rehearsed)).toBe(2);
    });

    it("do not wait for each other's limits and rests", async () => {
      const { ledger, freeze, clock } = await newSetting(place());
      const limits = { perHour: 2, perDomain: 2 };
      const rehearsed = await freeze(list, { transport: outbox });
      await joined(ledger, rehearsed);
      await ledger.rest("example.org", clock.time + 60_000);
      expect((await ledger.claim(request(rehearsed, { limit: 9, limits }))).deliveries).toHaveLength(3);
      await joined(ledger, rehearsed);
      await sent(ledger, rehearsed, 9, accepted, { transport: outbox });
      expect(await ledger.attemptsSince(0)).toBe(0);
      const real = await freeze(list);
      await joined(ledger, real);
      expect(await ledger.claim(request(real, { limit: 9, limits }))).toEqual({
        deliveries: [],
        wait: { until: clock.time + 60_000, because: "retry" },
      });
      clock.time += 60_000;
      expect((await ledger.claim(request(real, { limit: 9, limits }))).deliveries).toHaveLength(2);
    });
  });

  describe("the queue", () => {
    it("gives what it gives to one owner, on disk, and never twice", async () => {
      const open = place();
      const { ledger, freeze, clock } = await newSetting(open);
      const run = await freeze(listOf(...people(3)));
      await joined(ledger, run);
      await enlisted(ledger, run, "other");
      const { deliveries } = await ledger.claim(request(run, { limit: 2 }));
      expect(deliveries).toMatchObject([
        { to: { row: 2, key: "person1@example.org" }, domain: "example.org", attempts: 0 },
        { to: { row: 3 }, attempts: 0 },
      ]);
      const other = await newSetting(open);
      expect((await other.ledger.claim(request(run, { limit: 9, owner: "other" }))).deliveries).toMatchObject(
        [{ to: { row: 4 } }],
      );
      // What the other one holds may come back.
      const wait = { until: clock.time + 1_000, because: "others" };
      expect(await ledger.claim(request(run))).toEqual({ deliveries: [], wait });
      expect(await ledger.begin(attemptOf(deliveries[0]!, { owner: "other" }))).toBe(false);
      expect(await ledger.tally(run)).toMatchObject({ pending: 3 });
      expect((await ledger.rows(run)).map(({ state }) => state)).toEqual(["pending", "pending", "pending"]);
    });

    it("has an attempt on disk from its beginning, and once only", async () => {
      const open = place();
      const { ledger, freeze, clock } = await newSetting(open);
      const run = await freeze(listOf("ann@example.org"));
      await joined(ledger, run);
      const attempt = await onTheWire(ledger, run);
      expect(await ledger.begin(attempt)).toBe(false);
      const other = await newSetting(open);
      expect(await other.ledger.rows(run)).toMatchObject([
        { state: "sending", attempts: 1, messageId: "<ann@example.org>" },
      ]);
      expect(await other.ledger.attemptsSince(clock.time - 1)).toBe(1);
      expect(await other.ledger.interrupted(run)).toEqual([]);
      await ledger.resign("test");
      expect(await other.ledger.interrupted(run)).toMatchObject([
        { to: { key: "ann@example.org" }, attempts: 1, attempt },
      ]);
    });

    it("writes down what is asked for at once, in the order of asking", async () => {
      const { ledger, freeze } = await newSetting(place());
      const run = await freeze(listOf(...people(300)));
      await joined(ledger, run);
      const { deliveries } = await ledger.claim(request(run, { limit: 300 }));
      const attempts = deliveries.map((claimed) => attemptOf(claimed));
      const all = await Promise.all(
        attempts.flatMap((attempt) => [ledger.begin(attempt), ledger.settle({ attempt, outcome: accepted })]),
      );
      expect(all.filter((begun) => begun === true)).toHaveLength(300);
      expect(await ledger.tally(run)).toMatchObject({ accepted: 300 });
    });

    it("settles what ended before its body began: it was an attempt all the same", async () => {
      const { ledger, freeze, clock } = await newSetting(place());
      const run = await freeze(listOf(...people(2)));
      await joined(ledger, run);
      const { deliveries } = await ledger.claim(request(run, { limit: 2 }));
      const [one, two] = deliveries.map((claimed) => attemptOf(claimed));
      await ledger.settle({ attempt: one!, outcome: { kind: "rejected", reply: "550 No" } });
      await ledger.settle({ attempt: two!, outcome: deferred, nextAt: clock.time + 1 });
      expect(await ledger.rows(run)).toMatchObject([
        { state: "rejected", attempts: 1, reply: "550 No", messageId: "<person1@example.org>" },
        { state: "deferred", attempts: 1, nextAt: clock.time + 1 },
      ]);
      expect(await ledger.attemptsSince(clock.time - 1)).toBe(2);
      await ledger.settle({ attempt: one!, outcome: accepted });
      expect(await ledger.tally(run)).toMatchObject({ rejected: 1, deferred: 1 });
    });

    it("takes back what a dead process had claimed, and keeps what it had begun", async () => {
      const open = place();
      const { ledger, freeze, clock } = await newSetting(open);
      const run = await freeze(listOf(...people(3)));
      await joined(ledger, run);
      await ledger.settle({ attempt: await onTheWire(ledger, run), outcome: deferred, nextAt: clock.time });
      const { deliveries } = await ledger.claim(request(run, { limit: 3 }));
      const begun = attemptOf(deliveries[1]!);
      await ledger.begin(begun);

      const next = await newSetting(open);
      await silent(ledger);
      await joined(next.ledger, run, "next");
      expect(await next.ledger.interrupted(run)).toMatchObject([{ attempt: begun }]);
      expect(await next.ledger.begin(attemptOf(deliveries[2]!))).toBe(false);
      const again = await next.ledger.claim(request(run, { limit: 9, owner: "next" }));
      // Whoever was deferred still comes first, as deferred: it had been tried once.
      expect(again.deliveries).toMatchObject([
        { to: { row: 2 }, attempts: 1, firstAt: clock.time, messageId: "<person1@example.org>" },
        { to: { row: 4 }, attempts: 0 },
      ]);
    });

    it("gives deferred deliveries back when their time has come, before new ones", async () => {
      const { ledger, freeze, clock } = await newSetting(place());
      const run = await freeze(listOf(...people(2)));
      await joined(ledger, run);
      await ledger.settle({
        attempt: await onTheWire(ledger, run),
        outcome: deferred,
        nextAt: clock.time + 1_000,
      });
      clock.time += 1_000;
      const { deliveries } = await ledger.claim(request(run));
      expect(deliveries).toMatchObject([
        { to: { key: "person1@example.org" }, attempts: 1, firstAt: clock.time - 1_000 },
      ]);
    });

    it("says when to come back, and that nothing is left once somebody is given up", async () => {
      const { ledger, freeze, clock } = await newSetting(place());
      const run = await freeze(listOf("ann@example.org"));
      await joined(ledger, run);
      await ledger.settle({
        attempt: await onTheWire(ledger, run),
        outcome: deferred,
        nextAt: clock.time + 5_000,
      });
      expect(await ledger.claim(request(run))).toEqual({
        deliveries: [],
        wait: { until: clock.time + 5_000, because: "retry" },
      });
      clock.time += 5_000;
      await ledger.settle({ attempt: await onTheWire(ledger, run), outcome: deferred });
      expect((await ledger.claim(request(run))).wait).toBeUndefined();
      expect(await ledger.tally(run)).toMatchObject({ deferred: 1 });
      expect(await ledger.retryDeferred(run)).toBe(1);
      expect((await ledger.claim(request(run))).deliveries).toMatchObject([{ attempts: 0 }]);
    });

    it("takes back what never left as if it had not been tried", async () => {
      const { ledger, freeze, clock } = await newSetting(place());
      const run = await freeze(listOf("ann@example.org"));
      await joined(ledger, run);
      const { id } = await onTheWire(ledger, run);
      await ledger.release("other", [id]);
      expect(await ledger.rows(run)).toMatchObject([{ state: "sending" }]);
      await ledger.release("test", [id]);
      clock.time += 100_000;
      const [ann] = (await ledger.claim(request(run))).deliveries;
      expect(ann).toMatchObject({ attempts: 0, firstAt: undefined });
      await ledger.release("test", [id]);
      expect(await ledger.rows(run)).toMatchObject([{ state: "pending", attempts: 0 }]);
    });

    it("leaves out whoever was suppressed after the plan was made, and does not wait for them", async () => {
      const { ledger, freeze, clock } = await newSetting(place());
      const run = await freeze(listOf("ann@example.org", "bob@example.org"));
      await joined(ledger, run);
      await ledger.settle({
        attempt: await onTheWire(ledger, run),
        outcome: deferred,
        nextAt: clock.time + 1_000,
      });
      await ledger.suppress([recipient("ann@example.org"), recipient("bob@example.org")], "unsubscribed");
      expect(await ledger.claim(request(run))).toEqual({ deliveries: [], wait: undefined });
      const tally = await ledger.tally(run);
      expect(tally).toMatchObject({ suppressed: 2, deferred: 0, pending: 0 });
      expect(tallyCloses(tally)).toBe(true);
    });

    it("does not let begin whoever was suppressed after the claim", async () => {
      const { ledger, freeze, clock } = await newSetting(place());
      const run = await freeze(listOf("ann@example.org"));
      await joined(ledger, run);
      const [ann] = (await ledger.claim(request(run))).deliveries;
      await ledger.suppress([ann!.to], "unsubscribed");
      expect(await ledger.begin(attemptOf(ann!))).toBe(false);
      expect(await ledger.tally(run)).toMatchObject({ suppressed: 1, pending: 0 });
      expect(await ledger.attemptsSince(clock.time - 1)).toBe(0);
    });

    it("leaves a resting domain alone, says until when, and goes on with the others", async () => {
      const open = place();
      const { ledger, freeze, clock } = await newSetting(open);
      const run = await freeze(listOf(...people(2, "nhs.example"), ...people(1, "gp.example")));
      await joined(ledger, run);
      await ledger.rest("nhs.example", clock.time + 1_000);
      await ledger.rest("nhs.example", clock.time + 60_000);
      await ledger.rest("elsewhere.example", clock.time + 10);
      const { deliveries } = await ledger.claim(request(run, { limit: 9 }));
      expect(deliveries.map(({ domain }) => domain)).toEqual(["gp.example"]);
      // It holds for the next process as well.
      const next = await newSetting(open);
      expect(await next.ledger.claim(request(run, { limit: 9 }))).toEqual({
        deliveries: [],
        wait: { until: clock.time + 60_000, because: "retry" },
      });
      next.clock.time += 60_000;
      expect((await next.ledger.claim(request(run, { limit: 9 }))).deliveries).toHaveLength(2);
    });
  });

  describe("limits", () => {
    const hour = 3_600_000;

    /** Claims and begins; gives the domains. */
    async function begun(ledger: Ledger, asked: ClaimRequest): Promise<string[]> {
      const { deliveries } = await ledger.claim(asked);
      for (const claimed of deliveries) await ledger.begin(attemptOf(claimed));
      return deliveries.map(({ domain }) => domain);
    }

    it("are counted by the ledger, so that they hold for the next process", async () => {
      const open = place();
      const { ledger, freeze, clock } = await newSetting(open);
      const run = await freeze(listOf(...people(5)));
      await joined(ledger, run);
      const limited = request(run, { limit: 9, limits: { perHour: 2 } });
      expect(await begun(ledger, limited)).toHaveLength(2);

      const next = await newSetting(open);
      next.clock.time += 60_000;
      expect(await next.ledger.claim(limited)).toEqual({
        deliveries: [],
        wait: { until: clock.time + hour, because: "rate" },
      });
      next.clock.time += hour - 60_000;
      expect(await begun(next.ledger, limited)).toHaveLength(2);
      expect(await next.ledger.attemptsSince(next.clock.time - 1)).toBe(2);
      expect(await next.ledger.attemptsSince(0, "example.org")).toBe(4);
      expect(await next.ledger.attemptsSince(0, "example.com")).toBe(0);
    });

    it("count what is claimed, and what is given back counts no more", async () => {
      const { ledger, freeze, clock } = await newSetting(place());
      const run = await freeze(listOf(...people(5)));
      await joined(ledger, run);
      const limited = request(run, { limit: 9, limits: { perHour: 3, perDomain: 3 } });
      const { deliveries } = await ledger.claim(limited);
      expect(deliveries).toHaveLength(3);
      const wait = { until: clock.time + 1_000, because: "rate" };
      expect(await ledger.claim(limited)).toEqual({ deliveries: [], wait });
      await ledger.release("test", [deliveries[0]!.id, deliveries[1]!.id]);
      expect((await ledger.claim(limited)).deliveries).toHaveLength(2);
    });

    it.each([
      ["perSecond", 1_000],
      ["perHour", hour],
      ["perDay", 24 * hour],
    ] as const)("%s lets through so many and no more", async (name, span) => {
      const { ledger, freeze, clock } = await newSetting(place());
      const run = await freeze(listOf(...people(5)));
      await joined(ledger, run);
      const limited = request(run, { limit: 9, limits: { [name]: 3 } });
      expect(await begun(ledger, limited)).toHaveLength(3);
      expect((await ledger.claim(limited)).wait).toEqual({ until: clock.time + span, because: "rate" });
      clock.time += span - 1;
      expect((await ledger.claim(limited)).deliveries).toEqual([]);
      clock.time += 1;
      expect(await begun(ledger, limited)).toHaveLength(2);
    });

    it("per domain hold back that domain alone", async () => {
      const { ledger, freeze, clock } = await newSetting(place());
      const run = await freeze(listOf(...people(4, "nhs.example"), ...people(1, "gp.example")));
      await joined(ledger, run);
      const limited = request(run, { limit: 3, limits: { perDomain: 2 } });
      expect(await begun(ledger, limited)).toEqual(["nhs.example", "nhs.example"]);
      expect(await begun(ledger, limited)).toEqual(["gp.example"]);
      expect((await ledger.claim(limited)).wait).toEqual({ until: clock.time + hour, because: "rate" });
      clock.time += hour;
      expect(await begun(ledger, limited)).toEqual(["nhs.example", "nhs.example"]);
      expect((await ledger.claim(limited)).wait).toBeUndefined();
    });
  });
}
