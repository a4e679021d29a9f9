import { afterAll, describe, expect, it, onTestFinished, vi } from "vitest";

import type { DeliveryEvent } from "../../../src/deliver/events.ts";
import { openLedger } from "../../../src/deliver/open-ledger.ts";
import { parsePostgres } from "../../../src/deliver/place.ts";
import { openSession } from "../../../src/deliver/postgres.ts";
import type { Rates } from "../../../src/deliver/rates.ts";
import { deliver, type DeliverOptions } from "../../../src/deliver/send.ts";
import type { TransportFactory } from "../../../src/deliver/transports/transport.ts";
import { tallyCloses } from "../../../src/plan/delivery.ts";
import type { Postgres } from "../../support/postgres-server.ts";
import { startPostgres } from "../../support/postgres.ts";
import {
  attemptOf,
  collect,
  enlisted,
  fewTries,
  joined,
  listOf,
  messageTo,
  newSetting,
  onTheWire,
  only,
  people,
  reached,
  request,
  type Setting,
  silent,
  smtp,
} from "./setting.ts";

/*
 * Several senders of one ledger on a real server: each has a connection of its own, as it would on another machine. The
 * leases go by the server's clock; everything else by clocks that run only when there is something to wait for.
 */

let missing = "";
const server: Postgres | undefined = await startPostgres((note) => (missing = note)).catch((fault: Error) => {
  if (missing === "") throw fault;
  return undefined;
});
afterAll(() => server?.close());

const accepted = { kind: "accepted", reply: "250 OK" } as const;

/** So many senders of a new ledger. */
async function senders<Count extends 2 | 3>(count: Count): Promise<[Setting, Setting, Setting]> {
  const place = parsePostgres(server!.newDatabase(), "/");
  const open = () => newSetting((clock) => openLedger(place, clock));
  const first = await open();
  return [first, await open(), count === 3 ? await open() : first];
}

/** Sends beside others: whoever began the run has adopted it. */
function sending(
  { ledger, clock }: Setting,
  options: Pick<DeliverOptions, "run" | "transport"> & Partial<DeliverOptions>,
): AsyncGenerator<DeliveryEvent> {
  const usual = { limits: { connections: 2 }, retry: fewTries, senderDomain: "trust.example" };
  return deliver({ ledger, clock, toMessage: messageTo, random: Math.random, ...usual, ...options });
}

/** Never answers, until it is let go: a process that is held up in the middle of a message. */
function held(): { transport: TransportFactory; begun: Promise<void>; letGo: () => void } {
  let [letGo, isBegun] = [() => {}, () => {}];
  const free = new Promise<void>((resolve) => (letGo = resolve));
  const begun = new Promise<void>((resolve) => (isBegun = resolve));
  const transport: TransportFactory = {
    name: "smtp://127.0.0.1:25",
    open: () => ({
      send: async (_message, beforeBody) => {
        await beforeBody();
        isBegun();
        await free;
        return accepted;
      },
      close: async () => {},
    }),
  };
  return { transport, begun, letGo };
}

describe.skipIf(server === undefined)(
  `senders beside each other${missing && ` (skipped: ${missing})`}`,
  () => {
    it("share a run: everyone once, by both of them, and the sum closes", async () => {
      const [one, two] = await senders(2);
      const { server: mail, transport } = await smtp();
      const run = await one.freeze(listOf(...people(300)));
      await one.ledger.adopt(run);
      const events = await Promise.all([one, two].map((each) => collect(sending(each, { run, transport }))));
      expect(reached(mail)).toEqual(people(300).toSorted());
      const shares = events.map((own) => only(own, "accepted").length);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(300);
      for (const share of shares) expect(share).toBeGreaterThan(0);
      // Both are there to the end, which is one and the same.
      for (const own of events) expect(only(own, "summary")).toMatchObject([{ accepted: 300, pending: 0 }]);
      expect(await one.ledger.senders()).toEqual([]);
    });

    it("take over from one whose lease runs out; what it says late still counts", async () => {
      const [one, two] = await senders(2);
      const { server: mail, transport } = await smtp();
      const run = await one.freeze(listOf(...people(40)));
      await one.ledger.adopt(run);
      const stuck = held();
      const lease = { length: 400, every: 1_000_000 };
      const first = collect(sending(one, { run, transport: stuck.transport, lease }));
      await stuck.begun;
      expect(await one.ledger.tally(run)).toMatchObject({ audience: 40, pending: 40 });
      const events = await collect(sending(two, { run, transport }));
      expect(reached(mail)).toHaveLength(39);
      const [lost] = only(events, "unknown");
      expect(reached(mail)).not.toContain(lost?.address);
      expect(only(events, "summary")).toMatchObject([{ accepted: 39, unknown: 1, pending: 0 }]);
      stuck.letGo();
      const late = await first;
      expect(only(late, "accepted")).toMatchObject([{ address: lost?.address }]);
      const tally = await two.ledger.tally(run);
      expect(tally).toMatchObject({ accepted: 40, unknown: 0 });
      expect(tallyCloses(tally)).toBe(true);
    });

    it("go on under another name after they were taken for dead", async () => {
      const [one, two] = await senders(2);
      const { server: mail, transport } = await smtp();
      const run = await one.freeze(listOf(...people(30)));
      await one.ledger.adopt(run);
      const first = sending(one, { run, transport, lease: { length: 1_000_000, every: 1_000_000 } });
      const seen: DeliveryEvent[] = [];
      for await (const event of first) {
        seen.push(event);
        if (only(seen, "accepted").length !== 5) continue;
        const [{ owner } = { owner: "" }] = await one.ledger.senders();
        await silent(two.ledger, owner);
        await two.ledger.takeOver();
        expect(await one.ledger.senders()).toEqual([]);
        expect(
          server!.ask(databaseOf(), "select count(*) from onetopic.deliveries where state = 'claimed'"),
        ).toBe("0");
      }
      expect(reached(mail)).toEqual(people(30).toSorted());
      expect(only(seen, "summary")).toMatchObject([{ accepted: 30 }]);
    });

    it("wait while somebody else has everyone who is due under their hands, and do not take that for the end", async () => {
      const [one] = await senders(2);
      const run = await one.freeze(listOf(...people(3)));
      await joined(one.ledger, run);
      const other = await openSession(parsePostgres(server!.url(databaseOf()), "/"));
      onTestFinished(() => other.close());
      await other.ask("begin");
      await other.ask("select 1 from deliveries for update");
      const { deliveries, wait } = await one.ledger.claim(request(run, { limit: 9 }));
      expect([deliveries, wait?.because]).toEqual([[], "others"]);
      await other.ask("rollback");
      expect((await one.ledger.claim(request(run, { limit: 9 }))).deliveries).toHaveLength(3);
    });

    it("are not held up by somebody who writes down a long list after a crash", async () => {
      const [one, two] = await senders(2);
      const run = await one.freeze(listOf(...people(3)));
      await joined(one.ledger, run, "dead");
      await silent(one.ledger, "dead");
      // As `freeze` does at its beginning, and then goes on for minutes.
      const writing = await openSession(parsePostgres(server!.url(databaseOf()), "/"));
      onTestFinished(() => writing.close());
      await writing.ask("begin");
      await writing.ask("delete from senders where owner = 'dead'");
      const began = performance.now();
      await two.ledger.takeOver();
      expect(performance.now() - began).toBeLessThan(5_000);
      await writing.ask("rollback");
      await two.ledger.takeOver();
      expect(await two.ledger.senders()).toEqual([]);
    });

    it("lose nothing when the server has to undo what they write because it waits in a circle", async () => {
      const [one] = await senders(2);
      const run = await one.freeze(listOf(...people(20)));
      await joined(one.ledger, run);
      const { deliveries } = await one.ledger.claim(request(run, { limit: 20 }));
      const other = await openSession(parsePostgres(server!.url(databaseOf()), "/"));
      onTestFinished(() => other.close());
      // The other one is patient: it is our statement that is undone.
      for (const said of ["set deadlock_timeout = '20s'", "begin", lockOf(deliveries[9]!.id)])
        await other.ask(said);
      const begun = Promise.all(deliveries.map((claimed) => one.ledger.begin(attemptOf(claimed))));
      const waiting = "select count(*) from pg_locks where not granted";
      await vi.waitUntil(() => server!.ask("postgres", waiting) === "1", { timeout: 5_000, interval: 20 });
      await other.ask("update deliveries set updated_at = updated_at");
      await other.ask("commit");
      expect(new Set(await begun)).toEqual(new Set([true]));
      expect(await one.ledger.interrupted(run)).toEqual([]);
      await one.ledger.resign("test");
      expect(await one.ledger.interrupted(run)).toHaveLength(20);
      expect(await one.ledger.attemptsSince(0)).toBe(20);
    });

    it("leave in the same order as they are taken over from, so that neither waits for the other", async () => {
      const [one, two] = await senders(2);
      const run = await one.freeze(listOf(...people(400)));
      for (let round = 0; round < 15; round += 1) {
        await joined(one.ledger, run);
        await one.ledger.claim(request(run, { limit: 400 }));
        await silent(two.ledger);
        await Promise.all([one.ledger.resign("test"), two.ledger.takeOver()]);
        await two.ledger.takeOver();
        expect(await two.ledger.tally(run)).toMatchObject({ pending: 400 });
      }
    });

    it("begin nothing once their lease is over, and begin again once it is renewed in time", async () => {
      const [one, two] = await senders(2);
      const run = await one.freeze(listOf(...people(3)));
      await joined(one.ledger, run);
      const { deliveries } = await one.ledger.claim(request(run, { limit: 2 }));
      await silent(two.ledger);
      expect(await one.ledger.begin(attemptOf(deliveries[0]!))).toBe(false);
      expect(await one.ledger.claim(request(run))).toEqual({ deliveries: [], halt: { order: "lost" } });
      expect(await one.ledger.renew("test", { lease: 60_000, sent: 0 })).toEqual({ isHeld: true });
      expect(await one.ledger.begin(attemptOf(deliveries[0]!))).toBe(true);
    });

    it("keep what they hold while they live, whoever comes and adopts the run", async () => {
      const [one, two] = await senders(2);
      const list = listOf(...people(4));
      const run = await one.freeze(list);
      await joined(one.ledger, run);
      const attempt = await onTheWire(one.ledger, run);
      const { deliveries } = await one.ledger.claim(request(run, { limit: 2 }));
      await one.ledger.settle({ attempt, outcome: { kind: "unknown", reply: "Gone." } });
      await one.ledger.retryUnknown(run);
      const again = await two.freeze(list);
      await joined(two.ledger, again, "next");
      await two.ledger.takeOver();
      expect(await two.ledger.interrupted(again)).toEqual([]);
      expect(await one.ledger.begin(attemptOf(deliveries[0]!))).toBe(true);
      // Whom the first one was told to try again is tried again.
      const rest = await two.ledger.claim(request(run, { limit: 9, owner: "next" }));
      expect(rest.deliveries.map(({ to }) => to.row)).toEqual([5, 2]);
    });

    it("are not handed another message under way: a run that is sent is not frozen with other contents", async () => {
      const [one, two] = await senders(2);
      const list = listOf(...people(3));
      const run = await one.freeze(list);
      await joined(one.ledger, run);
      await expect(two.freeze(list, { contentDigest: "changed" })).rejects.toMatchObject({ code: "busy" });
      expect(await two.freeze(list)).toMatchObject({ id: run.id });
      await silent(one.ledger);
      const changed = await two.freeze(list, { contentDigest: "changed" });
      // The one that was held up is not the sender of this.
      expect(await one.ledger.renew("test", { lease: 60_000, sent: 0 })).toEqual({ isHeld: false });
      expect(await enlisted(one.ledger, run)).toBe(false);
      expect(await enlisted(two.ledger, changed, "next")).toBe(true);
    });

    it("stop when somebody pauses the run from elsewhere; nobody is lost, and they go on when it is resumed", async () => {
      const [one, two, three] = await senders(3);
      const { server: mail, transport } = await smtp();
      const run = await one.freeze(listOf(...people(400)));
      await one.ledger.adopt(run);
      let pausedAt = 0;
      const watched = async (each: Setting): Promise<DeliveryEvent[]> => {
        const seen: DeliveryEvent[] = [];
        for await (const event of sending(each, { run, transport })) {
          seen.push(event);
          if (only(seen, "accepted").length < 20 || pausedAt > 0) continue;
          pausedAt = performance.now();
          await three.ledger.setControl(run, { order: "paused", reason: "wrong link" });
        }
        return seen;
      };
      const ends = await Promise.all([watched(one), watched(two)]);
      expect(performance.now() - pausedAt).toBeLessThan(2_000);
      for (const seen of ends) expect(only(seen, "paused")).toMatchObject([{ reason: "wrong link" }]);
      const before = mail.received.length;
      expect(before).toBeLessThan(300);
      const tally = await three.ledger.tally(run);
      expect(tally).toMatchObject({ audience: 400, accepted: before, pending: 400 - before, unknown: 0 });
      expect(tallyCloses(tally)).toBe(true);
      await three.ledger.setControl(run, undefined);
      await Promise.all([one, two].map((each) => collect(sending(each, { run, transport }))));
      expect(reached(mail)).toEqual(people(400).toSorted());
    });

    it("stop while they wait for something when the run is cancelled", async () => {
      const [one, two] = await senders(2);
      const { transport } = await smtp();
      const run = await one.freeze(listOf(...people(3)));
      await one.ledger.adopt(run);
      // This one waits for an hour by a clock that stands still.
      const clock = { now: () => 0, sleep: (_: number, signal?: AbortSignal) => untilAborted(signal) };
      const limits = { connections: 2, perHour: 1 };
      const seen: DeliveryEvent[] = [];
      for await (const event of sending(one, {
        run,
        transport,
        clock,
        limits,
        lease: { length: 30_000, every: 50 },
      })) {
        seen.push(event);
        if (event.event === "waiting") await two.ledger.setControl(run, { order: "cancelled" });
      }
      expect(only(seen, "cancelled")).toHaveLength(1);
      expect(only(seen, "summary")).toMatchObject([{ audience: 3, accepted: 1, pending: 2 }]);
    });

    it("all stop when one of them meets a server that fails again and again", async () => {
      const [one, two] = await senders(2);
      const run = await one.freeze(listOf(...people(60)));
      await one.ledger.adopt(run);
      const broken: TransportFactory = {
        name: "smtp://127.0.0.1:25",
        open: () => ({
          send: async () => ({ kind: "deferred", reply: "421 <ann@example.org> Going down", fault: "line" }),
          close: async () => {},
        }),
      };
      const events = await collect(sending(one, { run, transport: broken }));
      const [paused] = only(events, "paused");
      expect(paused?.reason).toContain("10 times in a row; the last fault: 421 <ann@example.org> Going down");
      // It stands there for as long as the run does.
      const reason = paused?.reason.replace("ann@example.org", "(address)");
      expect(await two.ledger.runs()).toMatchObject([{ control: { order: "paused", reason } }]);
      const { transport, server: mail } = await smtp();
      const other = await collect(sending(two, { run, transport }));
      expect(only(other, "paused")).toMatchObject([{ reason }]);
      expect(mail.received).toEqual([]);
    });

    it.each<[string, Rates]>([
      ["a second", { perSecond: 7 }],
      ["an hour", { perHour: 7 }],
      ["a day", { perDay: 7 }],
      ["a domain", { perDomain: 7 }],
    ])("keep the limit of %s together, however they claim at the same moment", async (_what, limits) => {
      const [one, two, three] = await senders(3);
      const run = await one.freeze(listOf(...people(60)));
      await one.ledger.adopt(run);
      const all = [one, two, three].map((each, at) => ({ ...each, owner: `sender ${at}` }));
      for (const { ledger, owner } of all) await enlisted(ledger, run, owner);
      const round = async ({ ledger, owner }: (typeof all)[number]): Promise<number> => {
        const { deliveries } = await ledger.claim(request(run, { limit: 3, limits, owner }));
        const transport = "smtp://127.0.0.1:25";
        const attempts = deliveries.map((claimed) => attemptOf(claimed, { owner, transport }));
        const begun = await Promise.all(attempts.map((attempt) => ledger.begin(attempt)));
        await Promise.all(attempts.map((attempt) => ledger.settle({ attempt, outcome: accepted })));
        return begun.filter(Boolean).length;
      };
      const several = async (mine: (typeof all)[number]): Promise<number> => {
        let sum = 0;
        for (let count = 0; count < 6; count += 1) sum += await round(mine);
        return sum;
      };
      const sums = await Promise.all(all.map((mine) => several(mine)));
      expect(sums.reduce((sum, share) => sum + share, 0)).toBe(7);
      expect(await one.ledger.attemptsSince(0)).toBe(7);
    });
  },
);

const lockOf = (id: number) => `select 1 from deliveries where id = ${id} for update`;

function databaseOf(): string {
  return server!.ask("postgres", "select max(datname) from pg_database where datname like 'ledger_%'");
}

function untilAborted(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
}
