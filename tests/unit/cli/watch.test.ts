import path from "node:path";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Context } from "../../../src/cli/context.ts";
import { createOutput } from "../../../src/cli/output.ts";
import { watch } from "../../../src/cli/watch.ts";
import { openLedgerView, type LedgerView } from "../../../src/deliver/ledger-view.ts";
import type { Ledger } from "../../../src/deliver/ledger.ts";
import type { Run } from "../../../src/deliver/records.ts";
import { UserError } from "../../../src/domain/user-error.ts";
import { attemptOf, emptyFolder, enlisted, listOf, newSetting, people, request } from "../deliver/setting.ts";

const cycle = { id: "2026-12", label: "December 2026", index: 0 };
const rhythm = { look: 1_000, line: 10_000 };

/** Sends so many in the ledger, and says so as a sender does. */
async function sendSome(ledger: Ledger, run: Run, many: number, soFar: number, refused = 0): Promise<void> {
  const { deliveries } = await ledger.claim(request(run, { limit: many }));
  const send = async (claimed: (typeof deliveries)[number], at: number) => {
    const attempt = attemptOf(claimed);
    expect(await ledger.begin(attempt)).toBe(true);
    const kind = at < refused ? "rejected" : "accepted";
    await ledger.settle({ attempt, outcome: { kind, reply: `250 ${claimed.to.address}` } });
  };
  await Promise.all(deliveries.map(send));
  await ledger.renew("test", { lease: 30_000, sent: soFar + deliveries.length });
}

interface Wish {
  readonly json?: boolean;
  readonly isTTY?: boolean;
  /** What happens between one look and the next. */
  readonly steps: readonly (() => Promise<void> | void)[];
  readonly view?: (view: LedgerView) => LedgerView;
}

/** A ledger in a file with a run of 40 people; watches it while those things happen, a second for each. */
async function watched(
  make: (ledger: Ledger, run: Run, stop: () => void) => Wish,
): Promise<{ code: number; stdout: string; stderr: string; writes: string[] }> {
  const file = path.join(emptyFolder(), "ledger.sqlite");
  const { ledger, clock, freeze } = await newSetting(file);
  const run = await freeze(listOf(...people(40)));
  await ledger.adopt(run);
  await enlisted(ledger, run, "test", 30_000);
  const abort = new AbortController();
  const { json = false, isTTY = false, steps, view = (one) => one } = make(ledger, run, () => abort.abort());
  const writes: string[] = [];
  const written = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") =>
    Object.assign(
      new Writable({
        write: (chunk, _, done) => {
          written[name] += String(chunk);
          if (name === "stdout") writes.push(String(chunk));
          done();
        },
      }),
      { isTTY, columns: 60 },
    );
  const out = createOutput(
    { stdout: stream("stdout"), stderr: stream("stderr") },
    { json, quiet: false, verbose: false, colour: false },
  );
  const context = { out, signal: abort.signal } as unknown as Context;
  const todo = steps.values();
  const sleeping = {
    now: clock.now,
    sleep: async (milliseconds: number) => {
      clock.time += milliseconds;
      const { value: next, done } = todo.next();
      if (done) throw new Error("It goes on after everything has happened.");
      await next();
    },
  };
  const opened = await openLedgerView(file);
  const code = await watch(context, { ledger: opened && view(opened), cycle, clock: sleeping, rhythm });
  await opened?.close();
  expect(written.stdout + written.stderr).not.toContain("@");
  return { code, writes, ...written };
}

const nothing = (): void => {};

describe("watching", () => {
  it("says one JSON object a line: states, rates, senders and the expected end, until all is done", async () => {
    const { code, stdout } = await watched((ledger, run) => ({
      json: true,
      steps: [
        () => sendSome(ledger, run, 10, 0, 2),
        () => sendSome(ledger, run, 10, 10),
        async () => {
          await sendSome(ledger, run, 20, 20);
          await ledger.resign("test");
        },
      ],
    }));
    const looks = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, never>);
    const start = Date.UTC(2026, 11, 1, 12);
    const time = (after: number) => new Date(start + after).toISOString();
    expect(looks).toHaveLength(4);
    expect(looks[0]).toMatchObject({
      event: "status",
      cycle: "2026-12",
      time: time(0),
      done: false,
      rate: null,
      expectedEnd: null,
      runs: [{ variant: "email", list: "staff.csv", control: null, pending: 40, accepted: 0, sending: 0 }],
      workers: [{ host: "here", pid: 1, version: "1.2.3", alive: true, sent: 0, lastSeen: time(0) }],
    });
    expect(looks[2]).toMatchObject({
      rate: 10,
      expectedEnd: time(4_000),
      runs: [{ accepted: 18, rejected: 2, pending: 20 }],
      workers: [{ sent: 20, rate: 10, lastSeen: time(2_000), startedAt: time(0) }],
    });
    expect(looks[3]).toMatchObject({ done: true, expectedEnd: null, workers: [] });
    expect(code).toBe(1);
  });

  it("says a line now and then, and at once what somebody has ordered", async () => {
    const { code, stdout } = await watched((ledger, run, stop) => ({
      steps: [
        () => sendSome(ledger, run, 10, 0),
        ...Array.from({ length: 9 }, () => nothing),
        () => ledger.setControl(run, { order: "paused", reason: "The wording is wrong." }) as Promise<never>,
        nothing,
        () => ledger.resign("test"),
        stop,
      ],
    }));
    expect(stdout.trimEnd().split("\n")).toEqual([
      "12:00:00 UTC  email to staff.csv: 0 of 40; 1 sender",
      "12:00:10 UTC  email to staff.csv: 10 of 40, 1.0 a second, 30 s left, until about 12:00 UTC; 1 sender",
      expect.stringMatching(/^12:00:11 UTC {2}email to staff.csv: 10 of 40 \(paused: The wording is wrong\)/),
      expect.stringMatching(/^12:00:13 UTC .*; 0 senders$/),
    ]);
    expect(code).toBe(130);
  });

  it("shows who waits for something to send, beside those that send", async () => {
    const idle = async (ledger: Ledger) => {
      const who = { host: "there", pid: 2, version: "1.2.3", lease: 30_000 };
      expect(await ledger.enlist({ owner: "idle", ...who })).toBe(true);
    };
    const plain = await watched((ledger, _, stop) => ({ steps: [() => idle(ledger), stop] }));
    expect(plain.stdout.trimEnd().split("\n").at(-1)).toMatch(/: 0 of 40.*; 1 sender, 1 waiting$/);
    const drawn = await watched((ledger, _, stop) => ({ isTTY: true, steps: [() => idle(ledger), stop] }));
    expect(drawn.writes[1]).toContain("1 sender, 1 waiting");
    expect(drawn.writes[1]).toMatch(/there, process 2 +seen 0 s ago, waiting/);
    const json = await watched((ledger, _, stop) => ({ json: true, steps: [() => idle(ledger), stop] }));
    const [, last] = json.stdout.trimEnd().split("\n");
    expect(JSON.parse(last!)).toMatchObject({
      workers: [
        { pid: 1, run: 1 },
        { pid: 2, run: null, alive: true, sent: 0 },
      ],
    });
  });

  it("ends when all that a cancelled run had on the wire has ended, and says that nobody sends", async () => {
    let attempt: ReturnType<typeof attemptOf> | undefined;
    const { code, stdout } = await watched((ledger, run) => ({
      steps: [
        async () => {
          const { deliveries } = await ledger.claim(request(run));
          attempt = attemptOf(deliveries[0]!);
          await ledger.begin(attempt);
          await ledger.setControl(run, { order: "cancelled" });
        },
        nothing,
        async () => {
          await ledger.settle({ attempt: attempt!, outcome: { kind: "accepted", reply: "250" } });
          await ledger.resign("test");
        },
      ],
    }));
    expect(stdout).toContain("(cancelled)");
    expect(stdout).toMatch(/1 {2}accepted by the server\n\s+39 {2}not tried yet/);
    expect(code).toBe(1);
    const left = await watched((ledger, _, stop) => ({ steps: [() => ledger.resign("test"), stop] }));
    expect(left.stdout).toContain("0 of 40 (nobody is sending it); 0 senders");
  });

  it("draws over what it drew, without wiping the screen, and within its width", async () => {
    const { code, writes } = await watched((ledger, run) => ({
      isTTY: true,
      steps: [
        () => sendSome(ledger, run, 20, 0),
        async () => {
          await sendSome(ledger, run, 20, 20);
          await ledger.resign("test");
        },
      ],
    }));
    expect(code).toBe(0);
    const drawn = writes.slice(0, 3);
    // What is too long for the screen is broken, and not cut off.
    expect(drawn.join("")).not.toContain("…");
    for (const wipes of ["\u001b[2J", "\u001b[H", "\u001bc"]) expect(drawn.join("")).not.toContain(wipes);
    for (const [at, write] of drawn.entries()) {
      const before = drawn[at - 1]?.split("\n").length ?? 1;
      const start = before > 1 ? `\u001b[${before - 1}A\r` : "\r";
      expect(write.startsWith(start)).toBe(true);
      const lines = write.slice(start.length).split("\n");
      for (const line of lines.slice(0, -1)) {
        expect(line.endsWith("\u001b[K")).toBe(true);
        expect(line.length - 3).toBeLessThan(60);
      }
      expect(lines.at(-1)).toBe("\u001b[J");
    }
    expect(drawn[0]).toContain("here, process 1");
    expect(drawn[1]).toContain("██████████░░░░░░░░░░ 20 of 40");
    expect(drawn[2]).toContain("Nothing is left to wait for.");
  });

  it("goes on when the ledger cannot be reached for a while, and says so once", async () => {
    let fails = 0;
    const lost = new UserError("ledger-unreachable", "The ledger cannot be reached.", "See that it runs.");
    const { code, stderr } = await watched((ledger, run) => ({
      steps: [
        () => void (fails = 2),
        nothing,
        async () => {
          await sendSome(ledger, run, 40, 0);
          await ledger.resign("test");
        },
      ],
      view: (view) => ({
        ...view,
        senders: async (now) => {
          if (fails-- > 0) throw lost;
          return view.senders(now);
        },
      }),
    }));
    expect(stderr).toBe("The ledger cannot be reached. It is asked again.\n");
    expect(code).toBe(0);
  });

  it("is refused where there is nothing to watch", async () => {
    const context = { signal: new AbortController().signal } as Context;
    const options = { ledger: undefined, cycle, clock: { now: () => 0, sleep: async () => {} }, rhythm };
    await expect(watch(context, options)).rejects.toMatchObject({ code: "nothing-to-watch", exit: 1 });
  });
});
