import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { report } from "../../../src/cli/commands/report.ts";
import { resume } from "../../../src/cli/commands/resume.ts";
import { send, type SendOptions } from "../../../src/cli/commands/send.ts";
import { status } from "../../../src/cli/commands/status.ts";
import type { TestToolkit } from "../../support/cli.ts";
import { contextIn } from "../../support/inside.ts";
import { ended, pickedLibrary, runIn, scheduleIn, sendTime, type Said } from "../../support/scheduled.ts";
import { startSmtp } from "../../support/smtp.ts";

const cycle = "2026-12";

function sendIn(toolkit: TestToolkit, options: Partial<SendOptions> = {}, json = false): Promise<Said> {
  return ended((written) =>
    send(contextIn(toolkit.root, { written, json }), cycle, {
      to: "readers",
      variant: "email",
      yes: true,
      ...options,
    }),
  );
}

function resumeIn(toolkit: TestToolkit): Promise<Said> {
  return ended((written) => resume(contextIn(toolkit.root, { written }), cycle, {}));
}

/** How the edition stands: the same in `status` and in `report`, and always closed. */
async function standing(toolkit: TestToolkit) {
  const [said, reported] = await Promise.all([
    ended((written) => status(contextIn(toolkit.root, { written, json: true }), cycle)),
    ended((written) =>
      report(contextIn(toolkit.root, { written, json: true }), undefined, { format: "json" }),
    ),
  ]);
  const { state, next, runs } = JSON.parse(said.stdout);
  const { editions } = JSON.parse(reported.stdout);
  const sums = ["accepted", "pending", "suppressed", "excluded", "unknown", "deferred", "rejected"];
  for (const [at, run] of runs.entries()) {
    for (const sum of sums) expect(editions[at][sum]).toBe(run[sum]);
    const all = [...sums, "duplicates", "invalid"].reduce((total, sum) => total + run[sum], 0);
    expect(all).toBe(run.audience);
  }
  return { state, next, ...runs[0] };
}

/** What each person's message asks, by address. */
function outbox(toolkit: TestToolkit): Map<string, string> {
  return new Map(
    toolkit.list("var/outbox").map((file) => {
      const message = toolkit.read(`var/outbox/${file}`);
      return [/^To: (?:[^<\r\n]*<)?([^>\s]+)/im.exec(message)?.[1] ?? "", message];
    }),
  );
}

const topic = "content/topics/quiet-hours.md";
const change = (toolkit: TestToolkit, words: string) =>
  toolkit.edit(topic, /^title: .*$/m, `title: ${words}`);

describe("a rehearsal that is over", () => {
  it("is done again when the words have changed: each message is replaced, and the figures are the new one's", async () => {
    const toolkit = pickedLibrary();
    expect(await sendIn(toolkit)).toMatchObject({ code: 0 });
    const files = toolkit.list("var/outbox");
    expect(await sendIn(toolkit)).toMatchObject({ code: 1, stderr: expect.stringMatching(/complete/) });
    change(toolkit, "Better hours");
    expect(await standing(toolkit)).toMatchObject({
      accepted: 4,
      state: "rehearsed",
      next: { why: expect.stringMatching(/^It is in the outbox, and nobody has got it\./) },
    });
    const dry = await sendIn(toolkit, { yes: false });
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining("4 messages") });
    expect(dry.stderr).toMatch(/4 messages of an earlier rehearsal are replaced/);
    expect(await sendIn(toolkit, { limit: 3 })).toMatchObject({ code: 0 });
    expect(await standing(toolkit)).toMatchObject({ accepted: 3, pending: 1, state: "interrupted" });
    expect(await resumeIn(toolkit)).toMatchObject({ code: 0 });
    expect(await standing(toolkit)).toMatchObject({ accepted: 4, pending: 0, state: "rehearsed" });
    expect(toolkit.list("var/outbox")).toEqual(files);
    for (const message of outbox(toolkit).values()) expect(message).toContain("Better hours");
    expect(await sendIn(toolkit)).toMatchObject({ code: 1, stderr: expect.stringMatching(/complete/) });
  });

  it("of one list or variant does not hold up another", async () => {
    const toolkit = pickedLibrary();
    expect(await sendIn(toolkit)).toMatchObject({ code: 0 });
    change(toolkit, "Better hours");
    expect(await sendIn(toolkit, { variant: "newsletter" })).toMatchObject({ code: 0 });
    toolkit.write("other.csv", "email\nada@harbour.example\nnew@harbour.example\n");
    const other = toolkit.path("other.csv");
    expect(await sendIn(toolkit, { to: other })).toMatchObject({ code: 0 });
    const messages = toolkit.list("var/outbox").map((file) => toolkit.read(`var/outbox/${file}`));
    expect(messages).toHaveLength(4 + 4 + 1);
    expect(messages.filter((message) => message.includes("Better hours"))).toHaveLength(4 + 2);
    expect(await sendIn(toolkit, { to: other })).toMatchObject({ code: 1 });
    // Those of the first list who were not on the other one still have the old words.
    expect(await sendIn(toolkit, { yes: false })).toMatchObject({
      stdout: expect.stringContaining("3 messages"),
    });
  });

  it("goes out by itself on its day, in the words it was scheduled with", async () => {
    const toolkit = pickedLibrary();
    expect(await sendIn(toolkit)).toMatchObject({ code: 0 });
    change(toolkit, "Better hours");
    expect(await scheduleIn(toolkit, { confirm: 4 })).toMatchObject({ code: 0 });
    expect(await runIn(toolkit, sendTime)).toMatchObject({ code: 0 });
    for (const message of outbox(toolkit).values()) expect(message).toContain("Better hours");
  });

  it("is done again on demand, also with nothing changed", async () => {
    const toolkit = pickedLibrary();
    expect(await sendIn(toolkit)).toMatchObject({ code: 0 });
    rmSync(toolkit.path("var/outbox"), { recursive: true });
    expect(await sendIn(toolkit, { afresh: true })).toMatchObject({ code: 0 });
    expect(outbox(toolkit).size).toBe(4);
    expect(await standing(toolkit)).toMatchObject({ accepted: 4 });
    const real = await sendIn(toolkit, { afresh: true, transport: "smtp://127.0.0.1:9" });
    expect(real).toMatchObject({ code: 2, stderr: expect.stringMatching(/--afresh belongs to a rehearsal/) });
  });
});

describe("a rehearsal that is not over", () => {
  it("is not mixed with other words: it is refused as what it is, and begins anew on demand", async () => {
    const toolkit = pickedLibrary();
    expect(await sendIn(toolkit, { limit: 2 })).toMatchObject({ code: 0 });
    change(toolkit, "Better hours");
    for (const refused of [await sendIn(toolkit), await resumeIn(toolkit)]) {
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(
        /changed since 2 people got it in a rehearsal: the words of the topic\.[\s\S]*--afresh/,
      );
    }
    expect((await standing(toolkit)).next.why).toMatch(/rehearsal[\s\S]*--afresh/);
    expect(await sendIn(toolkit, { afresh: true })).toMatchObject({ code: 0 });
    expect(outbox(toolkit).size).toBe(4);
    for (const message of outbox(toolkit).values()) expect(message).toContain("Better hours");
    expect(await standing(toolkit)).toMatchObject({ accepted: 4, pending: 0 });
  });
});

describe("after a rehearsal", () => {
  it("whoever the real send leaves out is not counted as mailed, and whoever it mails is rehearsed no more", async () => {
    const server = await startSmtp();
    try {
      const toolkit = pickedLibrary();
      expect(await sendIn(toolkit)).toMatchObject({ code: 0 });
      const transport = `smtp://127.0.0.1:${server.port}`;
      toolkit.edit("onetopic.yaml", "outbox:var/outbox", transport);
      toolkit.write("out.csv", "email\nada@harbour.example\n");
      const exclude = [toolkit.path("out.csv")];
      expect(await sendIn(toolkit, { only: "audience=branches", exclude })).toMatchObject({ code: 0 });
      expect(server.received.map(({ to }) => to)).toEqual(["bo@harbour.example"]);
      expect(await standing(toolkit)).toMatchObject({ accepted: 1, excluded: 3, pending: 0 });
      change(toolkit, "Better hours");
      const again = await sendIn(toolkit, { transport: "outbox:var/outbox", afresh: true });
      expect(again).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/changed since 1 person got it:/),
      });
      toolkit.edit(topic, "Better hours", "Quiet hours");
    } finally {
      await server.close();
    }
  });
});
