import { describe, expect, it } from "vitest";
import { cancel, pause } from "../../../src/cli/commands/pause.ts";
import { resume } from "../../../src/cli/commands/resume.ts";
import { send, type SendOptions } from "../../../src/cli/commands/send.ts";
import { status } from "../../../src/cli/commands/status.ts";
import type { TestToolkit } from "../../support/cli.ts";
import { contextIn } from "../../support/inside.ts";
import { ended, pickedLibrary, runIn, type Said, scheduleIn, sendTime } from "../../support/scheduled.ts";
import { smtpFor } from "../../support/smtp.ts";

const cycle = "2026-12";
const why = "the link is wrong";

type Work = (context: ReturnType<typeof contextIn>) => ReturnType<typeof pause>;

function said(toolkit: TestToolkit, work: Work, json = false): Promise<Said> {
  return ended((written) => work(contextIn(toolkit.root, { written, json, quiet: false })));
}

const sendIn = (toolkit: TestToolkit, options: Partial<SendOptions> = {}) =>
  said(toolkit, (context) =>
    send(context, cycle, { to: "readers", variant: "email", yes: true, ...options }),
  );

async function standing(toolkit: TestToolkit) {
  const { stdout } = await said(toolkit, (context) => status(context, cycle), true);
  const { state, next, runs } = JSON.parse(stdout);
  for (const run of runs) {
    const ends = ["accepted", "rejected", "deferred", "pending", "unknown", "suppressed", "excluded"];
    const all = [...ends, "duplicates", "invalid"].reduce((sum, end) => sum + run[end], 0);
    expect(all).toBe(run.audience);
  }
  return { state, next, ...runs[0] };
}

describe("pause", () => {
  it("keeps an edition where it is until somebody resumes it", async () => {
    const toolkit = pickedLibrary();
    expect(await sendIn(toolkit, { limit: 1 })).toMatchObject({ code: 0 });
    const paused = await said(toolkit, (context) => pause(context, cycle, { why }));
    expect(paused).toMatchObject({
      code: 0,
      stdout: `${cycle}: paused the email to readers, with 3 messages to go.\n`,
      stderr: `To go on: onetopic resume ${cycle}\n`,
    });
    expect(await standing(toolkit)).toMatchObject({
      state: "paused",
      control: { order: "paused", reason: why },
      next: {
        command: `onetopic resume ${cycle}`,
        why: `It is paused (${why}). 3 messages are still to go.`,
      },
      accepted: 1,
      pending: 3,
    });
    expect((await said(toolkit, (context) => status(context, cycle))).stdout).toContain(`, paused: ${why}\n`);
    expect(await said(toolkit, (context) => resume(context, cycle, {}))).toMatchObject({ code: 0 });
    expect(await standing(toolkit)).toMatchObject({ accepted: 4, control: null, state: "rehearsed" });
    const nothing = await said(toolkit, (context) => pause(context, cycle, {}), true);
    expect([nothing.code, JSON.parse(nothing.stdout)]).toEqual([0, { cycle, runs: [] }]);
  });

  it("holds for what goes out by itself, too", async (test) => {
    const toolkit = pickedLibrary();
    const down = await smtpFor(test);
    toolkit.edit("onetopic.yaml", /^transport: .*$/m, `transport: smtp://127.0.0.1:${down.port}`);
    expect(await scheduleIn(toolkit, { confirm: 4 })).toMatchObject({ code: 0 });
    await down.close();
    expect((await runIn(toolkit, sendTime)).stdout).toContain('"onetopic run" goes on with it');
    const mail = await smtpFor(test, { port: down.port });
    await said(toolkit, (context) => pause(context, cycle, { why }));
    expect(await runIn(toolkit, sendTime)).toEqual({
      code: 1,
      stdout: `${cycle}: it is paused (${why}), so nothing of it was sent. To go on with it: onetopic resume ${cycle}.\n`,
      stderr: "",
    });
    await said(toolkit, (context) => cancel(context, cycle, { yes: true }));
    expect((await runIn(toolkit, sendTime)).stdout).toMatch(/^Nothing is due\./);
    expect(mail.received).toEqual([]);
    expect(await said(toolkit, (context) => resume(context, cycle, { reopen: true }))).toMatchObject({
      code: 0,
    });
    expect(mail.received).toHaveLength(4);
  });
});

describe("cancel", () => {
  it("of what was sent by hand holds for what would go out by itself", async (test) => {
    const toolkit = pickedLibrary();
    const down = await smtpFor(test);
    toolkit.edit("onetopic.yaml", /^transport: .*$/m, `transport: smtp://127.0.0.1:${down.port}`);
    expect(await scheduleIn(toolkit, { confirm: 4 })).toMatchObject({ code: 0 });
    await down.close();
    expect(await sendIn(toolkit)).toMatchObject({ code: 2 });
    await said(toolkit, (context) => cancel(context, cycle, { why, yes: true }));
    const mail = await smtpFor(test, { port: down.port });
    expect(await runIn(toolkit, sendTime)).toEqual({
      code: 1,
      stdout: `${cycle}: it is cancelled (${why}), so nothing of it was sent. To send it after all: onetopic resume ${cycle} --reopen. To leave it: onetopic unschedule ${cycle}.\n`,
      stderr: "",
    });
    expect(mail.received).toEqual([]);
    expect(await standing(toolkit)).toMatchObject({ control: { order: "cancelled" }, pending: 4 });
  });

  it("is asked for twice, leaves the rest on record as not tried, and is taken back only in words", async () => {
    const toolkit = pickedLibrary();
    expect(await sendIn(toolkit, { limit: 1 })).toMatchObject({ code: 0 });
    const unasked = await said(toolkit, (context) => cancel(context, cycle, { why }));
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
    expect(await standing(toolkit)).toMatchObject({ state: "interrupted", control: null });
    const done = await said(toolkit, (context) => cancel(context, cycle, { why, yes: true }));
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("3 messages to go") });
    expect(await standing(toolkit)).toMatchObject({
      state: "cancelled",
      next: {
        command: "onetopic pick --cycle 2027-01",
        why: expect.stringContaining("3 messages of it are not sent"),
      },
      accepted: 1,
      pending: 3,
    });
    const refused = await said(toolkit, (context) => resume(context, cycle, {}));
    expect(refused).toMatchObject({
      code: 1,
      stderr: `The email to readers was cancelled (${why}). To send the rest of it after all: onetopic resume ${cycle} --reopen\n`,
    });
    expect(toolkit.list("var/outbox")).toHaveLength(1);
    const again = await said(toolkit, (context) => resume(context, cycle, { reopen: true }));
    expect(again).toMatchObject({ code: 0 });
    expect(toolkit.list("var/outbox")).toHaveLength(4);
    expect(await standing(toolkit)).toMatchObject({ state: "rehearsed", control: null });
  });

  it("gives way to a send that is confirmed anew, which says so beforehand", async () => {
    const toolkit = pickedLibrary();
    expect(await sendIn(toolkit, { limit: 1 })).toMatchObject({ code: 0 });
    await said(toolkit, (context) => cancel(context, cycle, { why, yes: true }));
    const dry = await sendIn(toolkit, { yes: false });
    expect(dry.stderr).toContain(`The email to readers was cancelled (${why}). This send takes that back.`);
    expect(await standing(toolkit)).toMatchObject({ state: "cancelled" });
    expect(await sendIn(toolkit)).toMatchObject({ code: 0 });
    expect(await standing(toolkit)).toMatchObject({ accepted: 4, control: null });
  });
});
