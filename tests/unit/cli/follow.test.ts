import { describe, expect, it } from "vitest";
import type { Context } from "../../../src/cli/context.ts";
import { follow } from "../../../src/cli/follow.ts";
import { duration, Meter } from "../../../src/cli/meter.ts";
import { createOutput } from "../../../src/cli/output.ts";
import type { DeliveryEvent } from "../../../src/deliver/events.ts";

describe("the meter", () => {
  it("goes by the last ten seconds", () => {
    const meter = new Meter(1_000, 0);
    for (let at = 0; at < 400; at += 1) meter.step(at * 10);
    expect(meter.rate(4_000)).toBe(100);
    expect(meter.words(4_000)).toBe("400 of 1,000, 100 a second, 6 s left");
    for (let at = 0; at < 10; at += 1) meter.step(20_000 + at * 1_000);
    expect(meter.rate(30_000)).toBe(1);
    expect(meter.words(30_000)).toBe("410 of 1,000, 1.0 a second, 10 min left");
  });

  it("says how far it is where nothing can be said of the time", () => {
    const meter = new Meter(2, 0);
    expect(meter.words(60_000)).toBe("0 of 2");
    meter.step(60_000);
    meter.step(60_000);
    expect(meter.words(60_000)).toBe("2 of 2");
    expect(meter.bar(4)).toBe("████");
  });

  it("draws a bar as far as it is, and never over its end", () => {
    const meter = new Meter(4, 0);
    expect(meter.bar(8)).toBe("░░░░░░░░");
    for (let count = 0; count < 3; count += 1) meter.step(0);
    expect(meter.bar(8)).toBe("██████░░");
    for (let count = 0; count < 9; count += 1) meter.step(0);
    expect(meter.bar(8)).toBe("████████");
  });

  it.each([
    [0.2, "1 s"],
    [59.5, "1 min"],
    [61, "2 min"],
    [3_601, "1 h 1 min"],
    [7_200, "2 h 0 min"],
  ])("says %d seconds as %s", (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});

/** Follows events that come at these times; gives what stands on stderr, and on stdout. */
async function told(
  happens: readonly (readonly [number, DeliveryEvent])[],
  { live = false, json = false }: { live?: boolean; json?: boolean } = {},
) {
  const [said, printed]: [string[], string[]] = [[], []];
  const stream = (lines: string[], isTTY: boolean) =>
    ({ isTTY, columns: 100, write: (text: string) => lines.push(text) }) as never;
  const streams = { stdout: stream(printed, false), stderr: stream(said, live) };
  const out = createOutput(streams, { json, quiet: false, verbose: false, colour: false });
  let now = 0;
  async function* events(): AsyncGenerator<DeliveryEvent> {
    for (const [at, event] of happens) {
      now = at;
      yield event;
    }
  }
  const context = { out, signal: new AbortController().signal } as Context;
  const code = await follow(
    context,
    events(),
    { messages: 100, transport: "smtp://mail.example.org", resume: "onetopic resume 2026-11" },
    () => now,
  );
  return { code, said, printed };
}

const who = (row: number) => ({ address: `p${row}@example.org`, row, attempts: 1, messageId: `<${row}>` });
const accepted = (row: number): DeliveryEvent => ({ event: "accepted", reply: "250 OK", ...who(row) });
const rejected = (row: number): DeliveryEvent => ({ event: "rejected", reply: "550 No", ...who(row) });
const tally = {
  audience: 100,
  accepted: 1,
  rejected: 0,
  deferred: 0,
  pending: 99,
  unknown: 0,
  suppressed: 0,
  excluded: 0,
  duplicates: 0,
  invalid: 0,
};

describe("progress", () => {
  it("without a terminal is a line every ten seconds, with the last fault", async () => {
    const { said } = await told([
      [1_000, accepted(2)],
      [9_000, rejected(3)],
      [9_900, accepted(4)],
      [10_000, accepted(5)],
      [12_000, accepted(6)],
      [19_999, accepted(7)],
      [20_000, accepted(8)],
    ]);
    expect(said).toEqual([
      "  row 3 p3@example.org: rejected: 550 No\n",
      "Sending 4 of 100, 0.4 a second, 4 min left; last fault: 550 No\n",
      expect.stringMatching(/^Sending 7 of 100, .* left; last fault: 550 No\n$/),
    ]);
  });

  it("on a terminal is one line that is drawn over, never wider than the window", async () => {
    const happens = Array.from({ length: 90 }, (_, at) => [at * 50, accepted(at)] as const);
    const long: DeliveryEvent = { event: "unknown", reply: "no answer ".repeat(40), ...who(99) };
    const { said } = await told([...happens, [4_600, long], [4_700, accepted(95)]], { live: true });
    const drawn = said.filter((text) => text.startsWith("\r"));
    expect(drawn.length).toBeGreaterThan(40);
    expect(drawn.some((text) => text.includes("██████████░░░░░░░░░░ 51 of 100, "))).toBe(true);
    expect(drawn.every((text) => text.replace("\r\u001b[2K", "").length < 100)).toBe(true);
    expect(drawn.at(-1)).toBe("\r\u001b[2K");
  });

  it("names twenty of a kind, and says where the rest are named", async () => {
    const { said } = await told(Array.from({ length: 50 }, (_, at) => [at, rejected(at + 2)] as const));
    expect(said).toHaveLength(21);
    expect(said.at(-1)).toBe('  more are rejected: "onetopic status" names them.\n');
  });

  it("does not count somebody put off as done before it is over", async () => {
    const putOff: DeliveryEvent = { event: "deferred", reply: "451 Later", nextAt: 9, ...who(2) };
    const { said } = await told([
      [1_000, putOff],
      [10_000, accepted(2)],
    ]);
    expect(said.at(-1)).toMatch(/^Sending 1 of 100, /);
  });

  it("says at every wait and pause how to go on", async () => {
    const { said, code } = await told([
      [0, { event: "waiting", until: Date.UTC(2026, 10, 22, 12), because: "retry" }],
      [0, { event: "paused", reason: "It failed 10 times in a row", hint: "Run `onetopic resume`." }],
      [0, { event: "summary", ...tally }],
    ]);
    expect(said).toEqual([
      'Waiting until 12:00:00 UTC (the server asked to try later). Ctrl+C stops; "onetopic resume 2026-11" goes on.\n',
      "Paused: It failed 10 times in a row. Run `onetopic resume`.\n",
      "99 messages are still to go. Go on with: onetopic resume 2026-11\n",
    ]);
    expect(code).toBe(1);
  });

  it("for scripts is every event as it is, a line each", async () => {
    const { printed } = await told([[0, rejected(2)]], { json: true });
    expect(printed.map((line) => JSON.parse(line) as unknown)).toEqual([rejected(2)]);
  });
});
