import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

import type { Ledger } from "../../../src/deliver/ledger.ts";
import { deliver, type DeliverOptions } from "../../../src/deliver/send.ts";
import { parseTransport } from "../../../src/deliver/transports/parse.ts";
import type { TransportFactory } from "../../../src/deliver/transports/transport.ts";
import { tallyCloses } from "../../../src/plan/delivery.ts";
import { startSmtp, type TestServer } from "../../support/smtp.ts";
import { emptyFolder, fakeClock, fewTries, listOf, messageTo, newSetting, only, people } from "./setting.ts";

const [ann, bob, cat] = ["ann@example.org", "bob@example.org", "cat@example.org"] as const;

function smtpTo(port: number, login = ""): TransportFactory {
  return parseTransport(`smtp://${login}127.0.0.1:${port}`, { root: "/", timeout: 5_000 });
}

async function smtp(options: Parameters<typeof startSmtp>[0] = {}) {
  const server = await startSmtp(options);
  onTestFinished(() => server.close());
  return { server, transport: smtpTo(server.port) };
}

function reached(server: TestServer): string[] {
  return server.received.map(({ to }) => to).toSorted();
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

  it("tells of every attempt before it and after it", async () => {
    const { server, transport } = await smtp();
    server.treat(ann, { at: "envelope", code: 550 });
    const { freeze, send } = await newSetting();
    const events = await send(await freeze(listOf(ann, bob)), transport);
    expect(events).toMatchObject([
      { event: "attempting", address: ann, row: 2, attempts: 1 },
      { event: "rejected", address: ann, row: 2, reply: "550 Not today" },
      { event: "attempting", address: bob, row: 3 },
      { event: "accepted", address: bob },
      { event: "summary", accepted: 1, rejected: 1 },
    ]);
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
    expect(events.slice(0, 4)).toMatchObject([
      { address: ann },
      { address: ann },
      { address: bob },
      { address: cat },
    ]);
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
      claim: async (request) => {
        const answer = await ledger.claim(request);
        // Asked while the message was on the wire, answered when it no longer is.
        if (answer.deliveries.length === 0) await wasDeferred;
        return answer;
      },
      settle: async (id, outcome, nextAt) => {
        await ledger.settle(id, outcome, nextAt);
        if (outcome.kind === "deferred") setImmediate(tell);
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
    expect(await plan(list)).toMatchObject([
      { kind: "skip" },
      { because: "outcome-unknown" },
      { kind: "skip" },
    ]);
    expect(await send(await freeze(list), transport)).toMatchObject([{ event: "summary", unknown: 1 }]);
    expect(reached(server)).toEqual([ann, bob, cat]);

    expect(await ledger.retryUnknown(run)).toBe(1);
    expect(only(await send(run, transport), "summary")).toMatchObject([{ accepted: 3, unknown: 0 }]);
    const toBob = server.received.filter(({ to }) => to === bob);
    expect(toBob).toHaveLength(2);
    expect(toBob[0]!.messageId).toBe(toBob[1]!.messageId);
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
    expect(clock.time - start).toBe(2 * 3_600_000);
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
          send: async (message) => {
            busy += 1;
            most = Math.max(most, busy);
            const outcome = await inner.send(message);
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

describe("a fault that is ours", () => {
  it("stops at a wrong password: one attempt, and everyone is still pending", async () => {
    const { server } = await smtp({ login: { user: "ann", pass: "right" } });
    const { freeze, ledger, send } = await newSetting();
    const run = await freeze(listOf(...people(20)));
    await expect(send(run, smtpTo(server.port, "ann:wrong@"))).rejects.toMatchObject({
      code: "login-refused",
      exit: 2,
    });
    expect(server.connections()).toBe(1);
    expect(await ledger.tally(run)).toMatchObject({ audience: 20, pending: 20 });
    expect((await ledger.rows(run)).every(({ attempts }) => attempts === 0)).toBe(true);
    expect(only(await send(run, smtpTo(server.port, "ann:right@")), "summary")).toMatchObject([
      { accepted: 20 },
    ]);
  });

  it("gives the summary before it is thrown", async () => {
    const { freeze, ledger, clock } = await newSetting();
    const run = await freeze(listOf(ann, bob));
    const closed = await startSmtp();
    await closed.close();
    const events: string[] = [];
    const work = async (): Promise<void> => {
      const options = { ledger, run, clock, transport: smtpTo(closed.port), toMessage: messageTo };
      const rest = {
        senderDomain: "x.example",
        limits: { connections: 2 },
        retry: fewTries,
        random: () => 0,
      };
      for await (const event of deliver({ ...options, ...rest })) events.push(event.event);
    };
    await expect(work()).rejects.toMatchObject({ code: "server-unreachable", exit: 2 });
    expect(events).toEqual(["attempting", "summary"]);
  });

  it("in a template looks like no attempt at all", async () => {
    const { server, transport } = await smtp();
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann, bob, cat));
    const broken = send(run, transport, {
      limits: { connections: 1 },
      toMessage: (to, messageId) => {
        if (to.address === bob) throw new Error("no such name: recipient.nmae");
        return messageTo(to, messageId);
      },
    });
    await expect(broken).rejects.toThrow("recipient.nmae");
    expect(reached(server)).toEqual([ann]);
    expect(await ledger.tally(run)).toMatchObject({ accepted: 1, pending: 2 });
    expect((await ledger.rows(run))[1]).toMatchObject({ state: "pending", attempts: 0 });
  });

  it("cannot send one person's message to another, or under another Message-ID", async () => {
    const { server, transport } = await smtp();
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann));
    const wrong: readonly DeliverOptions["toMessage"][] = [
      (to, id) => ({ ...messageTo(to, id), to: bob }),
      (to) => messageTo(to, "<other@trust.example>"),
    ];
    for (const toMessage of wrong)
      await expect(send(run, transport, { toMessage })).rejects.toThrow(/somebody else/);
    expect(server.named).toEqual([]);
    expect(await ledger.tally(run)).toMatchObject({ pending: 1 });
  });

  it("of the program itself counts as unknown, because the message may be out", async () => {
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann, bob));
    const buggy: TransportFactory = {
      name: "buggy:",
      open: () => ({ send: () => Promise.reject(new TypeError("x is undefined")), close: async () => {} }),
    };
    await expect(send(run, buggy)).rejects.toThrow(TypeError);
    expect(await ledger.tally(run)).toMatchObject({ unknown: 1, pending: 1 });
  });
});

describe("a line that fails", () => {
  it("pauses the run with a reason, after rests that grow, and everyone is still waiting", async () => {
    const { server, transport } = await smtp();
    const { freeze, send, ledger, clock } = await newSetting();
    const run = await freeze(listOf(...people(100)));
    await send(run, transport, { limit: 5 });
    await server.close();
    const events = await send(run, transport);
    expect(only(events, "paused")).toMatchObject([
      { reason: expect.stringMatching(/10 times in a row.*ECONNREFUSED/) },
    ]);
    expect(clock.slept.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
    const { accepted, deferred, pending } = await ledger.tally(run);
    expect([accepted, deferred + pending]).toEqual([5, 95]);
    expect(deferred).toBeLessThanOrEqual(10);

    const again = await startSmtp({ port: server.port });
    onTestFinished(() => again.close());
    clock.time += 3_600_000;
    expect(only(await send(run, transport), "summary")).toMatchObject([{ accepted: 100 }]);
    expect([...server.received, ...again.received].map(({ to }) => to).toSorted()).toEqual(
      people(100).toSorted(),
    );
  });

  it("counts connections that break together as one fault, and survives a server that restarts", async () => {
    const list = people(40);
    const { server, transport } = await smtp({
      onReceived: () => {
        // Twice: a connection that was kept is tried again at once.
        if (server.received.length === 20)
          for (const one of list) server.treat(one, "drop-before", "drop-before");
      },
    });
    const { freeze, send } = await newSetting();
    const run = await freeze(listOf(...list));
    const events = await send(run, transport, {
      limits: { connections: 15 },
      retry: { ...fewTries, attempts: 9 },
    });
    expect(only(events, "deferred").length).toBeGreaterThan(1);
    expect(only(events, "paused")).toEqual([]);
    expect(only(events, "summary")).toMatchObject([{ accepted: 40 }]);
    expect(reached(server)).toEqual(list.toSorted());
  });

  it("stops a server that takes messages and never says so, before it makes the whole list unknown", async () => {
    const { server, transport } = await smtp();
    for (const address of people(100)) server.treat(address, "drop-after");
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(...people(100)));
    expect(only(await send(run, transport), "paused")).toHaveLength(1);
    expect(await ledger.tally(run)).toMatchObject({ unknown: 10, pending: 90 });
  });
});

describe("called off", () => {
  it("finishes what is on the wire and begins nothing new", async () => {
    const cancel = new AbortController();
    const { server, transport } = await smtp({
      onReceived: () => {
        if (server.received.length === 5) cancel.abort();
      },
    });
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(...people(50)));
    const events = await send(run, transport, { signal: cancel.signal });
    const [summary] = only(events, "summary");
    expect(summary!.accepted).toBe(server.received.length);
    expect(summary!.accepted).toBeLessThan(10);
    expect(await ledger.tally(run)).toMatchObject({ unknown: 0, pending: 50 - summary!.accepted });
    expect(only(await send(run, transport), "summary")).toMatchObject([{ accepted: 50 }]);
    expect(reached(server)).toEqual(people(50).toSorted());
  });

  it("by a reader who stops listening loses nothing either", async () => {
    const { server, transport } = await smtp();
    const { freeze, ledger, clock, send } = await newSetting();
    const run = await freeze(listOf(...people(20)));
    const options = { ledger, run, clock, transport, toMessage: messageTo, senderDomain: "trust.example" };
    for await (const event of deliver({
      ...options,
      limits: { connections: 4 },
      retry: fewTries,
      random: () => 0,
    })) {
      if (event.event === "accepted" && event.row > 4) break;
    }
    expect(await ledger.tally(run)).toMatchObject({ unknown: 0, accepted: server.received.length });
    expect(only(await send(run, transport), "summary")).toMatchObject([{ accepted: 20 }]);
    expect(reached(server)).toEqual(people(20).toSorted());
  });
});

describe("what a dead process left on the wire", () => {
  const abandoned = { limit: 2, limits: {}, owner: "dead", messageId: (key: string) => `<${key}>` };

  it("is unknown by SMTP", async () => {
    const { server, transport } = await smtp();
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann, bob, cat));
    await ledger.adopt(run);
    await ledger.claim({ ...abandoned, run, transport: transport.name });
    const events = await send(run, transport);
    expect(only(events, "unknown")).toMatchObject([{ address: ann }, { address: bob }]);
    expect(only(events, "summary")).toMatchObject([{ accepted: 1, unknown: 2 }]);
    expect(reached(server)).toEqual([cat]);
  });

  it("is known by the outbox: what is there was sent, what is not goes out now", async () => {
    const root = emptyFolder();
    const transport = parseTransport("outbox:var/outbox", { root });
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann, bob, cat));
    await ledger.adopt(run);
    const { deliveries } = await ledger.claim({ ...abandoned, run, transport: transport.name });
    await transport.open().send(messageTo(deliveries[0]!.to, deliveries[0]!.messageId));
    const events = await send(run, transport);
    expect(only(events, "accepted").map(({ address }) => address)).toEqual([ann, bob, cat]);
    expect(only(events, "attempting").map(({ address }) => address)).toEqual([bob, cat]);
    expect(readdirSync(join(root, "var/outbox"))).toHaveLength(3);
  });

  it("is unknown when another transport than the one that tried is asked", async () => {
    const root = emptyFolder();
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann, bob));
    await ledger.adopt(run);
    await ledger.claim({ ...abandoned, run, transport: "outbox:elsewhere" });
    const events = await send(run, parseTransport("outbox:var/outbox", { root }));
    expect(only(events, "summary")).toMatchObject([{ unknown: 2, accepted: 0 }]);
    expect(existsSync(join(root, "var"))).toBe(false);
    rmSync(root, { recursive: true });
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

it("mails two lists with people in common once each", async () => {
  const { server, transport } = await smtp();
  const { freeze, send } = await newSetting();
  await send(await freeze(listOf(ann, bob)), transport);
  const run = await freeze(listOf(bob, cat), { list: "gps.csv", listDigest: "other" });
  expect(only(await send(run, transport), "summary")).toMatchObject([{ audience: 2, accepted: 2 }]);
  expect(reached(server)).toEqual([ann, bob, cat]);
});
