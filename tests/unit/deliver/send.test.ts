import { describe, expect, it } from "vitest";

import type { Ledger } from "../../../src/deliver/ledger.ts";
import { deliver } from "../../../src/deliver/send.ts";
import type { Transport, TransportFactory } from "../../../src/deliver/transports/transport.ts";
import { tallyCloses } from "../../../src/plan/delivery.ts";
import {
  fakeClock,
  fewTries,
  listOf,
  messageTo,
  newSetting,
  onTheWire,
  only,
  people,
  reached,
  recipient,
  request,
  sent,
  smtp,
} from "./setting.ts";

const [ann, bob, cat] = ["ann@example.org", "bob@example.org", "cat@example.org"] as const;

/** Lets so many turns of the event loop pass. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("a run", () => {
  it("mails everyone once, with the Message-ID the ledger knows, and closes the equation", async () => {
    const { server, transport } = await smtp();
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(...people(30)));
    const events = await send(run, transport);
    expect(reached(server)).toEqual(people(30).toSorted());
    const [summary] = only(events, "summary");
    expect(events.at(-1)).toBe(summary);
    expect(summary).toMatchObject({ audience: 30, accepted: 30, pending: 0 });
    const { event, ...tally } = summary!;
    expect(event).toBe("summary");
    expect(tallyCloses(tally)).toBe(true);
    const rows = await ledger.rows(run);
    expect(rows.map(({ messageId }) => messageId).toSorted()).toEqual(
      server.received.map(({ messageId }) => messageId).toSorted(),
    );
    expect(rows[0]).toMatchObject({ state: "accepted", attempts: 1, reply: expect.stringMatching(/^250/) });
    expect(server.connections()).toBeLessThanOrEqual(4);
  });

  it("stops once a renewal has seen that it is paused, whatever it holds", async () => {
    const { freeze, ledger, send } = await newSetting();
    const run = await freeze(listOf(...people(40)));
    let seen = (): void => {};
    const isSeen = new Promise<void>((resolve) => (seen = resolve));
    const renew: Ledger["renew"] = async (...asked) => {
      const standing = await ledger.renew(...asked);
      if (standing.isHeld && standing.control) setImmediate(seen);
      return standing;
    };
    let count = 0;
    const open = (): Transport => ({
      send: async (_message, beforeBody) => {
        await beforeBody();
        count += 1;
        if (count === 3) {
          await ledger.setControl(run, { order: "paused", reason: "the link is wrong" });
          await isSeen;
        }
        return { kind: "accepted", reply: "250 Ok" };
      },
      close: async () => {},
    });
    const transport = { name: "smtp://127.0.0.1:25", open };
    const [limits, lease] = [{ connections: 1 }, { length: 30_000, every: 10 }];
    const events = await send(run, transport, { ledger: { ...ledger, renew }, limits, lease });
    expect(only(events, "paused")).toMatchObject([{ reason: "the link is wrong" }]);
    expect(only(events, "summary")).toMatchObject([{ accepted: 3, pending: 37 }]);
  });

  it("tells of every attempt before it and after it", async () => {
    const { server, transport } = await smtp();
    server.treat(ann, { at: "envelope", code: 550 });
    const { freeze, send } = await newSetting();
    const events = await send(await freeze(listOf(ann, bob)), transport);
    const about = (who: string) => events.filter((event) => "address" in event && event.address === who);
    expect(about(ann)).toMatchObject([
      { event: "attempting", row: 2, attempts: 1 },
      { event: "rejected", row: 2, reply: "550 Not today" },
    ]);
    expect(about(bob)).toMatchObject([{ event: "attempting", row: 3 }, { event: "accepted" }]);
    expect(events.at(-1)).toMatchObject({ event: "summary", accepted: 1, rejected: 1 });
  });

  it("is at its end only when every attempt is, also where all connections are one", async () => {
    const list = people(6);
    let letGo = (): void => {};
    const others = new Promise<void>((resolve) => (letGo = resolve));
    const one: Transport = {
      send: async ({ to }, beforeBody) => {
        await beforeBody();
        if (to === list.at(-1)) await others;
        return { kind: "accepted", reply: "OK" };
      },
      close: async () => {},
    };
    const { freeze, send, ledger } = await newSetting();
    let settled = 0;
    const watched: Ledger = {
      ...ledger,
      settle: async (ending) => {
        await ledger.settle(ending);
        settled += 1;
        // Time enough for a sender that would take this for the end.
        if (settled === 5) void turns(50).then(letGo);
      },
    };
    const run = await freeze(listOf(...list));
    const way = { name: "one:", open: () => one };
    const events = await send(run, way, { ledger: watched, limits: { connections: 9 }, limit: 6 });
    expect(only(events, "accepted")).toHaveLength(6);
    expect(only(events, "summary")).toMatchObject([{ accepted: 6, pending: 0 }]);
  });

  it("has nothing to do a second time", async () => {
    const { server, transport } = await smtp();
    const { freeze, send } = await newSetting();
    const list = listOf(...people(3));
    await send(await freeze(list), transport);
    const events = await send(await freeze(list), transport);
    expect(events).toMatchObject([{ event: "summary", accepted: 3 }]);
    expect(server.received).toHaveLength(3);
  });

  it("stops after so many attempts, and leaves the rest pending", async () => {
    const { server, transport } = await smtp();
    const { freeze, send } = await newSetting();
    const run = await freeze(listOf(...people(9)));
    expect(only(await send(run, transport, { limit: 3 }), "summary")).toMatchObject([
      { accepted: 3, pending: 6 },
    ]);
    expect(only(await send(run, transport), "summary")).toMatchObject([{ accepted: 9, pending: 0 }]);
    expect(server.received).toHaveLength(9);
  });

  it("closes its connections", async () => {
    const { server, transport } = await smtp();
    const { freeze, send } = await newSetting();
    await send(await freeze(listOf(...people(9))), transport);
    const began = performance.now();
    await server.close();
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe("somebody deferred", () => {
  it("is tried again after a while, with the same Message-ID", async () => {
    const { server, transport } = await smtp();
    server.treat(ann, { at: "envelope", code: 450, text: "4.2.0 Greylisted" });
    const { freeze, send, clock } = await newSetting();
    const nextAt = clock.time + 67_500;
    const events = await send(await freeze(listOf(ann)), transport);
    expect(events).toMatchObject([
      { event: "attempting", attempts: 1 },
      { event: "deferred", address: ann, reply: "450 4.2.0 Greylisted", nextAt },
      { event: "waiting", because: "retry", until: nextAt },
      { event: "attempting", attempts: 2 },
      { event: "accepted" },
      { event: "summary", accepted: 1 },
    ]);
    expect(new Set(only(events, "attempting").map(({ messageId }) => messageId)).size).toBe(1);
  });

  it("does not hold up the others", async () => {
    const { server, transport } = await smtp();
    server.treat(ann, { at: "envelope", code: 450 });
    const { freeze, send } = await newSetting();
    const events = await send(await freeze(listOf(ann, bob, cat)), transport);
    expect(only(events, "attempting").map(({ address }) => address)).toEqual([ann, bob, cat, ann]);
    expect(only(events, "summary")).toMatchObject([{ accepted: 3 }]);
  });

  it("comes through a server that greylists everyone", async () => {
    const { server, transport } = await smtp();
    for (const address of people(25)) server.treat(address, { at: "envelope", code: 451 });
    const { freeze, send } = await newSetting();
    const events = await send(await freeze(listOf(...people(25))), transport);
    expect(only(events, "paused")).toEqual([]);
    expect(only(events, "summary")).toMatchObject([{ accepted: 25 }]);
    expect(server.received).toHaveLength(25);
  });

  it("is waited for even when that happens while the queue is being asked", async () => {
    const outcomes = [{ kind: "accepted", reply: "" } as const, { kind: "deferred", reply: "451" } as const];
    const transport: TransportFactory = {
      name: "test:",
      open: () => ({
        send: async () => outcomes.shift() ?? { kind: "accepted", reply: "" },
        close: async () => {},
      }),
    };
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(bob, ann));
    let tell = (): void => {};
    const wasDeferred = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const slow: Ledger = {
      ...ledger,
      claim: async (wanted) => {
        const answer = await ledger.claim(wanted);
        // Asked while the message was on the wire, answered when it no longer is.
        if (answer.deliveries.length === 0) await wasDeferred;
        return answer;
      },
      settle: async (ending) => {
        await ledger.settle(ending);
        if (ending.outcome.kind === "deferred") setImmediate(tell);
      },
    };
    expect(only(await send(run, transport, { ledger: slow }), "summary")).toMatchObject([{ accepted: 2 }]);
  });

  it("is given up after so many attempts, stays deferred, and is not waited for", async () => {
    const { server, transport } = await smtp();
    server.treat(ann, ...Array.from({ length: 9 }, () => ({ at: "body", code: 451 }) as const));
    const { freeze, send, ledger, clock } = await newSetting();
    const run = await freeze(listOf(ann));
    const events = await send(run, transport);
    expect(only(events, "deferred").map(({ nextAt }) => nextAt === undefined)).toEqual([false, false, true]);
    expect(clock.slept).toEqual([67_500, 135_000]);
    expect(await ledger.tally(run)).toMatchObject({ deferred: 1 });
    expect(await send(run, transport)).toMatchObject([{ event: "summary", deferred: 1 }]);
    expect(server.named).toHaveLength(3);
  });

  it("is waited for no longer once the sending is called off", async () => {
    const { server, transport } = await smtp();
    server.treat(ann, { at: "envelope", code: 451 });
    const { freeze, ledger } = await newSetting();
    const run = await freeze(listOf(ann));
    const cancel = new AbortController();
    const sleeping = {
      ...fakeClock(),
      sleep: (_time: number, signal?: AbortSignal) =>
        new Promise<void>((resolve) => {
          if (signal?.aborted) resolve();
          signal?.addEventListener("abort", () => resolve());
        }),
    };
    const events = [];
    for await (const event of deliver({
      ledger,
      run,
      transport,
      clock: sleeping,
      signal: cancel.signal,
      toMessage: messageTo,
      senderDomain: "trust.example",
      limits: { connections: 4 },
      retry: fewTries,
      random: () => 0,
    })) {
      events.push(event.event);
      if (event.event === "waiting") setImmediate(() => cancel.abort());
    }
    expect(events).toEqual(["attempting", "deferred", "waiting", "summary"]);
    expect(await ledger.tally(run)).toMatchObject({ deferred: 1 });
  });
});

describe("a domain that puts off one after another", () => {
  it("rests, while the others go on", async () => {
    const { server, transport } = await smtp();
    const [busy, others] = [people(30, "busy.example"), people(5, "gp.example")];
    for (const address of busy) server.treat(address, { at: "envelope", code: 451, text: "4.7.500 Busy" });
    const { freeze, send, clock } = await newSetting();
    const run = await freeze(listOf(...busy, ...others));
    const start = clock.time;
    const events = await send(run, transport, {
      limits: { connections: 1 },
      retry: { ...fewTries, attempts: 9 },
    });
    expect(only(events, "summary")).toMatchObject([{ accepted: 35 }]);
    // Five were enough: then the others had their turn, at once.
    expect(only(events, "attempting").slice(0, 10)).toMatchObject(
      [...busy.slice(0, 5), ...others].map((address) => ({ address })),
    );
    expect(only(events, "waiting")[0]).toMatchObject({ because: "retry", until: start + 60_000 });
  });
});

describe("an outcome that cannot be known", () => {
  it("is listed, is not repeated by itself, and is repeated with the same Message-ID when asked for", async () => {
    const { server, transport } = await smtp();
    server.treat(bob, "drop-after");
    const { freeze, send, ledger, plan } = await newSetting();
    const list = listOf(ann, bob, cat);
    const run = await freeze(list);
    const events = await send(run, transport);
    expect(only(events, "unknown")).toMatchObject([{ address: bob }]);
    expect(only(events, "summary")).toMatchObject([{ accepted: 2, unknown: 1 }]);
    expect((await ledger.rows(run)).filter(({ state }) => state === "unknown")).toMatchObject([
      { row: 3, address: bob, reply: expect.stringMatching(/closed/i) },
    ]);

    expect(await send(run, transport)).toMatchObject([{ event: "summary", unknown: 1 }]);
    expect(await plan(list)).toMatchObject({ accepted: 2, unknown: 1, pending: 0 });
    expect(await send(await freeze(list), transport)).toMatchObject([{ event: "summary", unknown: 1 }]);
    expect(reached(server)).toEqual([ann, bob, cat]);

    expect(only(await send(run, transport, { retryUnknown: true }), "summary")).toMatchObject([
      { accepted: 3, unknown: 0 },
    ]);
    const toBob = server.received.filter(({ to }) => to === bob);
    expect(toBob).toHaveLength(2);
    expect(toBob[0]!.messageId).toBe(toBob[1]!.messageId);
  });

  it("stays unknown for whoever is not tried again after all", async () => {
    const { server, transport } = await smtp();
    for (const one of [ann, bob, cat]) server.treat(one, "drop-after");
    const { freeze, send, ledger, plan } = await newSetting();
    const list = listOf(ann, bob, cat);
    const run = await freeze(list);
    await send(run, transport);
    expect(await ledger.tally(run)).toMatchObject({ unknown: 3 });
    expect(await ledger.rows(run)).toMatchObject([{ attempts: 1 }, { attempts: 1 }, { attempts: 1 }]);

    await send(run, transport, { retryUnknown: true, limit: 1 });
    expect(await ledger.tally(run)).toMatchObject({ accepted: 1, unknown: 2, pending: 0 });
    const mailed = reached(server);
    await send(run, transport);
    expect(reached(server)).toEqual(mailed);

    const { transport: gone, server: closed } = await smtp();
    await closed.close();
    await send(run, { ...gone, name: transport.name }, { retryUnknown: true }).catch(() => {});
    expect(await ledger.tally(run)).toMatchObject({ accepted: 1, unknown: 2, pending: 0, deferred: 0 });
    expect(await plan(list)).toMatchObject({ accepted: 1, unknown: 2, pending: 0 });
    await ledger.retryDeferred(run);
    await send(run, transport);
    expect(reached(server)).toEqual(mailed);
    expect(await ledger.tally(run)).toMatchObject({ accepted: 1, unknown: 2 });

    await send(run, transport, { retryUnknown: true });
    expect(await ledger.tally(run)).toMatchObject({ accepted: 3 });
  });

  it("is not tried a second time in the same go, and what the server puts off is no less unknown", async () => {
    const { server, transport } = await smtp();
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann, bob));
    await sent(ledger, run, 2, { kind: "unknown", reply: "Gone." }, { transport: transport.name });
    server.treat(ann, "drop-after");
    const busy = { at: "body", code: 451 } as const;
    server.treat(bob, busy, busy, busy);
    const events = await send(run, transport, { retryUnknown: true });
    expect(only(events, "unknown")).toMatchObject([{ address: ann }]);
    expect(only(events, "deferred")).toHaveLength(fewTries.attempts);
    expect(await ledger.tally(run)).toMatchObject({ unknown: 2, deferred: 0 });
  });

  it("is tried again at once for whoever a crash left on the wire", async () => {
    const { server, transport } = await smtp();
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann, bob));
    await onTheWire(ledger, run);
    await send(run, transport, { retryUnknown: true });
    expect(reached(server)).toEqual([ann, bob]);
    expect(await ledger.tally(run)).toMatchObject({ accepted: 2, unknown: 0 });
  });

  it("stays unknown when the process that was to try again dies before it does", async () => {
    const { server, transport } = await smtp();
    const { freeze, send, ledger, plan } = await newSetting();
    const list = listOf(ann, bob);
    const run = await freeze(list);
    await sent(ledger, run, 2, { kind: "unknown", reply: "Gone." }, { transport: transport.name });
    expect(await ledger.retryUnknown(run)).toBe(2);
    expect((await ledger.claim(request(run, { limit: 2 }))).deliveries).toMatchObject([
      { attempts: 0 },
      { attempts: 0 },
    ]);
    expect(await ledger.tally(run)).toMatchObject({ unknown: 2, pending: 0 });
    expect(await plan(list, { transport: transport.name })).toMatchObject({ unknown: 2, pending: 0 });
    await send(run, transport);
    expect(reached(server)).toEqual([]);
    expect(await ledger.tally(run)).toMatchObject({ unknown: 2 });
  });
});

describe("limits", () => {
  it("hold by the clock, and are waited for", async () => {
    const { server, transport } = await smtp();
    const { freeze, send, clock } = await newSetting();
    const run = await freeze(listOf(...people(5)));
    const start = clock.time;
    const events = await send(run, transport, { limits: { connections: 4, perHour: 2 } });
    expect(only(events, "summary")).toMatchObject([{ accepted: 5 }]);
    expect(server.received).toHaveLength(5);
    // What is claimed and not begun holds the others up, and is looked at each second.
    expect(clock.time - start).toBeGreaterThanOrEqual(2 * 3_600_000);
    expect(clock.time - start).toBeLessThan(2.2 * 3_600_000);
    expect(only(events, "waiting").every(({ because }) => because === "rate")).toBe(true);
  });

  it("per second are kept without a word", async () => {
    const { transport } = await smtp();
    const { freeze, send, clock } = await newSetting();
    const start = clock.time;
    const run = await freeze(listOf(...people(10)));
    const events = await send(run, transport, { limits: { connections: 2, perSecond: 4 } });
    expect(only(events, "summary")).toMatchObject([{ accepted: 10 }]);
    expect(clock.time - start).toBe(2_000);
  });

  it("never put more connections to work than allowed", async () => {
    const { transport } = await smtp();
    let [busy, most] = [0, 0];
    const counting: TransportFactory = {
      name: transport.name,
      open: () => {
        const inner = transport.open();
        return {
          send: async (message, beforeBody) => {
            busy += 1;
            most = Math.max(most, busy);
            const outcome = await inner.send(message, beforeBody);
            busy -= 1;
            return outcome;
          },
          close: () => inner.close(),
        };
      },
    };
    const { freeze, send } = await newSetting();
    await send(await freeze(listOf(...people(30))), counting, { limits: { connections: 3 } });
    expect(most).toBe(3);
  });
});

it("leaves out whoever asks to be left out while it is sending", async () => {
  const { server, transport } = await smtp();
  const { freeze, ledger, send } = await newSetting();
  const list = listOf(ann, bob, cat);
  const run = await freeze(list);
  await send(run, transport, { limit: 1 });
  await ledger.suppress([list.recipients[1]!], "unsubscribed");
  expect(only(await send(run, transport), "summary")).toMatchObject([
    { accepted: 2, suppressed: 1, pending: 0 },
  ]);
  expect(reached(server)).toEqual([ann, cat]);
});

it("leaves out whoever asks to be left out while the server is being told of the message", async () => {
  const { server, transport } = await smtp();
  const { freeze, ledger, send } = await newSetting();
  const late: TransportFactory = {
    name: transport.name,
    open: () => {
      const inner = transport.open();
      return {
        send: (message, beforeBody) =>
          inner.send(message, async () => {
            await ledger.suppress([recipient(ann)], "unsubscribed");
            await beforeBody();
          }),
        close: () => inner.close(),
      };
    },
  };
  const run = await freeze(listOf(ann));
  expect(only(await send(run, late), "summary")).toMatchObject([{ suppressed: 1, accepted: 0 }]);
  expect(server.named).toEqual([ann]);
  expect(server.received).toEqual([]);
  expect((await ledger.rows(run))[0]).toMatchObject({ state: "skipped", attempts: 0 });
});

it("mails two lists with people in common once each", async () => {
  const { server, transport } = await smtp();
  const { freeze, send } = await newSetting();
  await send(await freeze(listOf(ann, bob)), transport);
  const run = await freeze(listOf(bob, cat), { list: "gps.csv" });
  expect(only(await send(run, transport), "summary")).toMatchObject([{ audience: 2, accepted: 2 }]);
  expect(reached(server)).toEqual([ann, bob, cat]);
});
