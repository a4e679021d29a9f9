import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

import { UserError } from "../../../src/domain/user-error.ts";
import type { Ledger } from "../../../src/deliver/ledger.ts";
import type { Attempt, Run } from "../../../src/deliver/records.ts";
import { deliver, type DeliverOptions } from "../../../src/deliver/send.ts";
import { parseTransport } from "../../../src/deliver/transports/parse.ts";
import type { TransportFactory } from "../../../src/deliver/transports/transport.ts";
import { startSmtp } from "../../support/smtp.ts";
import {
  attemptOf,
  emptyFolder,
  fewTries,
  freely,
  listOf,
  messageTo,
  newSetting,
  only,
  people,
  reached,
  recipient,
  request,
  smtp,
  smtpTo,
} from "./setting.ts";

const [ann, bob, cat] = ["ann@example.org", "bob@example.org", "cat@example.org"] as const;

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
      open: () => ({
        send: async (_message, beforeBody) => {
          await beforeBody();
          throw new TypeError("x is undefined");
        },
        close: async () => {},
      }),
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

  it("survives a server that restarts: connections that break together are one fault", async () => {
    const { server, transport } = await smtp({
      onReceived: () => {
        if (server.received.length === 20) server.dropAll();
      },
    });
    const { freeze, send } = await newSetting();
    const run = await freeze(listOf(...people(60)));
    const events = await send(run, transport, { limits: { connections: 15 } });
    const broken = [...only(events, "unknown"), ...only(events, "deferred")];
    expect(broken.length).toBeGreaterThan(0);
    expect(only(events, "paused")).toEqual([]);
    const [summary] = only(events, "summary");
    expect(summary!.accepted + summary!.unknown).toBe(60);
    expect(new Set(reached(server)).size).toBe(server.received.length);
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

it("pauses when the server refuses one after another, and the rest can go on", async () => {
  const { server, transport } = await smtp();
  const list = people(40);
  for (const address of list) server.treat(address, { at: "body", code: 554, text: "5.7.1 Blocked" });
  const { freeze, send, ledger } = await newSetting();
  const run = await freeze(listOf(...list));
  const events = await send(run, transport, { limits: { connections: 1 } });
  expect(only(events, "paused")).toMatchObject([
    {
      reason: expect.stringMatching(/refused 20 messages in a row.*Blocked/),
      hint: expect.stringContaining("onetopic resume"),
    },
  ]);
  expect(await ledger.tally(run)).toMatchObject({ rejected: 20, pending: 20 });
});

it("stops in words when the ledger cannot be written, before anything of the message is out", async () => {
  const { server, transport } = await smtp();
  const { freeze, send, ledger } = await newSetting();
  const run = await freeze(listOf(...people(9)));
  const full = new UserError("ledger-unwritable", "The disk is full.", "Make room.");
  let begun = 0;
  const filling: Ledger = {
    ...ledger,
    begin: async (attempt) => {
      begun += 1;
      if (begun > 3) throw full;
      return ledger.begin(attempt);
    },
  };
  await expect(send(run, transport, { ledger: filling })).rejects.toBe(full);
  expect(server.received).toHaveLength(3);
  expect(await ledger.tally(run)).toMatchObject({ accepted: 3, pending: 6, unknown: 0 });
  expect(only(await send(run, transport), "summary")).toMatchObject([{ accepted: 9 }]);
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

  it("while a connection is still being made: nobody was tried", async () => {
    const silent = createServer();
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => void silent.close());
    const cancel = new AbortController();
    silent.on("connection", (socket) => {
      onTestFinished(() => void socket.destroy());
      cancel.abort();
    });
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann, bob));
    const { port } = silent.address() as AddressInfo;
    const events = await send(run, smtpTo(port), { signal: cancel.signal });
    expect(only(events, "summary")).toMatchObject([{ pending: 2, deferred: 0 }]);
    expect((await ledger.rows(run)).map(({ attempts }) => attempts)).toEqual([0, 0]);
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
  /** Leaves so many on the wire, as a process does that dies. */
  async function abandon(ledger: Ledger, run: Run, transport: string): Promise<Attempt[]> {
    await ledger.adopt(run);
    const { deliveries } = await ledger.claim(request(run, { limit: 2 }));
    const attempts = deliveries.map((claimed) => attemptOf(claimed, { transport }));
    await Promise.all(attempts.map((attempt) => ledger.begin(attempt)));
    return attempts;
  }

  it("is unknown by SMTP", async () => {
    const { server, transport } = await smtp();
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann, bob, cat));
    await abandon(ledger, run, transport.name);
    const events = await send(run, transport);
    expect(only(events, "unknown")).toMatchObject([
      { address: ann, attempts: 1, messageId: `<${ann}>` },
      { address: bob },
    ]);
    expect(only(events, "summary")).toMatchObject([{ accepted: 1, unknown: 2 }]);
    expect(reached(server)).toEqual([cat]);
  });

  it("is no attempt when it was claimed and not begun", async () => {
    const { server, transport } = await smtp();
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann, bob, cat));
    await ledger.adopt(run);
    await ledger.claim(request(run, { limit: 2, owner: "dead" }));
    const events = await send(run, transport);
    expect(only(events, "attempting").map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    expect(only(events, "summary")).toMatchObject([{ accepted: 3, unknown: 0 }]);
    expect(reached(server)).toEqual([ann, bob, cat]);
  });

  it("is known by the outbox: what is there was sent, what is not goes out now", async () => {
    const root = emptyFolder();
    const transport = parseTransport("outbox:var/outbox", { root });
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann, bob, cat));
    const [first] = await abandon(ledger, run, transport.name);
    await freely(transport.open()).send(messageTo(recipient(ann), first!.messageId));
    const events = await send(run, transport);
    expect(only(events, "accepted").map(({ address }) => address)).toEqual([ann, bob, cat]);
    expect(only(events, "attempting").map(({ address }) => address)).toEqual([bob, cat]);
    expect(readdirSync(join(root, "var/outbox"))).toHaveLength(3);
  });

  it("is unknown when another transport than the one that tried is asked", async () => {
    const root = emptyFolder();
    const { freeze, send, ledger } = await newSetting();
    const run = await freeze(listOf(ann, bob));
    await abandon(ledger, run, "outbox:elsewhere");
    const events = await send(run, parseTransport("outbox:var/outbox", { root }));
    expect(only(events, "summary")).toMatchObject([{ unknown: 2, accepted: 0 }]);
    expect(existsSync(join(root, "var"))).toBe(false);
  });
});
