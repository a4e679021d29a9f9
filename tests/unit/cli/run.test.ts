import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { TestToolkit } from "../../support/cli.ts";
import { chanceFrom } from "../../support/chance.ts";
import { pickedLibrary, runIn, scheduleIn, sendTime } from "../../support/scheduled.ts";
import { startSmtp } from "../../support/smtp.ts";

const edition = "content/editions/2026-12.md";

function messages(toolkit: TestToolkit): number {
  return toolkit.list("var/outbox").length;
}

async function armed(settings = ""): Promise<TestToolkit> {
  const toolkit = pickedLibrary(settings);
  expect(await scheduleIn(toolkit, { confirm: 4 })).toMatchObject({ code: 0 });
  return toolkit;
}

describe("run", { timeout: 60_000 }, () => {
  it("sends what is due, once, and says so in one line each time", async () => {
    const toolkit = await armed();
    const before = await runIn(toolkit, "2026-12-03T09:29:59Z");
    expect(before).toMatchObject({ code: 0, stderr: "" });
    expect(before.stdout).toBe(
      "Nothing is due. The next is 2026-12, Thursday 3 December 2026 at 09:30, to readers.\n",
    );
    expect(messages(toolkit)).toBe(0);
    const due = await runIn(toolkit, sendTime);
    expect(due.stdout).toBe(
      '2026-12: sent the email "Quiet hours, kept by everyone" to readers: 4 accepted, of 4 rows.\n',
    );
    expect([due.code, messages(toolkit)]).toEqual([0, 4]);
    const sent = toolkit.list("var/outbox");
    for (const later of ["2026-12-03T09:31:00Z", "2026-12-03T18:00:00Z", "2027-02-01T09:30:00Z"])
      expect(await runIn(toolkit, later)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Nothing is due\./),
      });
    expect(toolkit.list("var/outbox")).toEqual(sent);
    const log = toolkit.read("var/log/run.log");
    expect(log.trimEnd().split("\n")).toHaveLength(5);
    expect(log).not.toContain("@");
    expect(statSync(toolkit.path("var/log/run.log")).mode & 0o777).toBe(0o600);
    expect(statSync(toolkit.path("var/log")).mode & 0o777).toBe(0o700);
  });

  it("asks rather than sending late, and takes a send by hand for an answer", async () => {
    const toolkit = await armed();
    const atLast = "2026-12-03T15:30:01Z";
    const late = await runIn(toolkit, atLast);
    expect(late.code).toBe(1);
    expect(late.stdout).toMatch(/is past by 6 hours, and "run" sends no more than 6 hours late\./);
    expect(late.stdout).toContain("onetopic send 2026-12 --to readers");
    expect(late.stdout).toContain("onetopic unschedule 2026-12");
    expect(messages(toolkit)).toBe(0);
    expect((await toolkit.runWith(at(atLast), "send", "2026-12", "--to", "readers", "--yes")).code).toBe(0);
    expect(await runIn(toolkit, "2026-12-04T10:00:00Z")).toMatchObject({ code: 0 });
    expect(messages(toolkit)).toBe(4);
  });

  it("sends after a short sleep, up to the last moment of the grace", async () => {
    expect(await runIn(await armed(), "2026-12-03T15:30:00Z")).toMatchObject({ code: 0 });
    const short = await armed();
    short.edit("onetopic.yaml", "avoid:", "grace: 20m\n  avoid:");
    expect(await runIn(short, "2026-12-03T09:50:01Z")).toMatchObject({ code: 1 });
    expect(await runIn(short, "2026-12-03T09:50:00Z")).toMatchObject({ code: 0 });
    expect(messages(short)).toBe(4);
  });

  it.for<[string, (toolkit: TestToolkit) => void, RegExp]>([
    ["the note", (one) => one.edit(edition, "A note.", "Another."), /Changed: your note\./],
    [
      "the topic",
      (one) => one.edit("content/topics/quiet-hours.md", "title: ", "title: New "),
      /Changed: the title\./,
    ],
    [
      "a row",
      (one) => one.edit("people/readers.csv", "Ada Marsh", "Ada Moor"),
      /The list readers is not what it was\. (?!It was scheduled)/,
    ],
    [
      "who is on the list",
      (one) => one.edit("people/readers.csv", /$/, "New,new@school.example,,,schools\n"),
      /is not what it was\. It was scheduled for 4 messages; now there are 5 to send\./,
    ],
    [
      "the way it goes",
      (one) => one.edit("onetopic.yaml", "outbox:var/outbox", "outbox:var/other"),
      /It was to go through outbox:var\/outbox; now it would go through outbox:var\/other\./,
    ],
    [
      "the send date",
      (one) => one.edit("onetopic.yaml", '"09:30"', '"09:00"'),
      /scheduled for Thursday 3 December 2026 at 09:30; its send date is Thursday 3 December 2026 at 09:00 now/,
    ],
  ])("sends nothing when %s was changed since, and says so", async ([, change, words]) => {
    const toolkit = await armed();
    change(toolkit);
    const run = await runIn(toolkit, sendTime);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(
      /^2026-12: Something was changed since it was scheduled, so nothing was sent\./,
    );
    expect(run.stdout).toMatch(words);
    expect(run.stdout.trimEnd().split("\n")).toHaveLength(1);
    expect([messages(toolkit), toolkit.has("var/other")]).toEqual([0, false]);
  });

  it("leaves out whoever was put on the do-not-mail list since, and stops when there are more to send", async () => {
    const toolkit = await armed();
    expect((await toolkit.run("suppress", "add", "ada@harbour.example")).code).toBe(0);
    expect(await runIn(toolkit, sendTime)).toMatchObject({ code: 0 });
    expect(messages(toolkit)).toBe(3);
    const more = pickedLibrary("");
    expect((await more.run("suppress", "add", "ada@harbour.example")).code).toBe(0);
    expect(await scheduleIn(more, { confirm: 3 })).toMatchObject({ code: 0 });
    expect((await more.run("suppress", "remove", "ada@harbour.example")).code).toBe(0);
    const run = await runIn(more, sendTime);
    expect(run).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/scheduled for 3 messages; now there are 4 to send\./),
    });
    expect(run.stdout).toContain("onetopic schedule 2026-12 --to readers --confirm 4");
    expect(messages(more)).toBe(0);
  });

  it("sends again what was undone, and nothing that is a draft by now", async () => {
    const toolkit = await armed();
    toolkit.edit("content/topics/quiet-hours.md", "status: ready", "status: draft");
    expect(await runIn(toolkit, sendTime)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/still a draft/),
    });
    expect(messages(toolkit)).toBe(0);
    toolkit.edit("content/topics/quiet-hours.md", "status: draft", "status: ready");
    expect(await runIn(toolkit, sendTime)).toMatchObject({ code: 0 });
  });

  it("goes on after an interruption, and asks when the rest would be late", async () => {
    const server = await startSmtp();
    const toolkit = await armedThrough(`smtp://127.0.0.1:${server.port}`);
    await server.close();
    const down = await runIn(toolkit, sendTime);
    expect(down.code).not.toBe(0);
    expect(down.stdout).toMatch(/0 accepted, 4 pending, of 4 rows\. .*"onetopic run" goes on with it/);
    expect(await runIn(toolkit, "2026-12-04T09:30:00Z")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^2026-12: The rest of it was not sent: .* onetopic resume 2026-12\./),
    });
    const again = await startSmtp({ port: server.port });
    try {
      expect(await runIn(toolkit, "2026-12-03T10:00:00Z")).toMatchObject({ code: 0 });
      expect(await runIn(toolkit, "2026-12-03T10:15:00Z")).toMatchObject({
        stdout: expect.stringMatching(/^Nothing is due/),
      });
      expect(again.received.map(({ to }) => to).toSorted()).toEqual([
        "ada@harbour.example",
        "bo@harbour.example",
        "cleo@school.example",
        "dev@school.example",
      ]);
    } finally {
      await again.close();
    }
  });

  it("names nobody, whatever the server says about them", async () => {
    const server = await startSmtp();
    try {
      const toolkit = await armedThrough(`smtp://127.0.0.1:${server.port}`);
      server.treat("ada@harbour.example", {
        at: "envelope",
        code: 550,
        text: "5.1.1 <ada@harbour.example> who?",
      });
      const run = await runIn(toolkit, sendTime, { json: true });
      expect(run.code).toBe(1);
      expect(JSON.parse(run.stdout)).toMatchObject({
        event: "sent",
        cycle: "2026-12",
        accepted: 3,
        rejected: 1,
      });
      expect(`${run.stdout}${run.stderr}${toolkit.read("var/log/run.log")}`).not.toContain("ada@");
    } finally {
      await server.close();
    }
  });

  it("rehearses: through a mail server it only says, an outbox is written to", async () => {
    const server = await startSmtp();
    try {
      const toolkit = await armedThrough(`smtp://127.0.0.1:${server.port}`);
      const early = "2026-11-22T10:00:00Z";
      const told = await runIn(toolkit, early, { rehearsal: sendTime });
      expect(told).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/would send the email .* 4 messages\. Nothing was sent\./),
      });
      expect(server.connections()).toBe(0);
      toolkit.edit(edition, "A note.", "Another.");
      expect(await runIn(toolkit, early, { rehearsal: sendTime })).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/Changed: your note/),
      });
      const outbox = await armed();
      expect(await runIn(outbox, early, { rehearsal: sendTime })).toMatchObject({ code: 0 });
      expect(messages(outbox)).toBe(4);
      expect(await runIn(outbox, early, { rehearsal: "tomorrow" })).toMatchObject({ code: 2 });
    } finally {
      await server.close();
    }
  });

  it("says so when an edition cannot be read, and sends the others", async () => {
    const toolkit = await armed();
    toolkit.write("content/editions/2027-01.md", "---\ncycle: [2027-01\n---\n");
    const run = await runIn(toolkit, sendTime);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/^content\/editions\/2027-01\.md:.*was not sent\.$/m);
    expect(messages(toolkit)).toBe(4);
  });

  it("keeps to the clock of the toolkit's zone on the days on which clocks change", async () => {
    for (const [starts, cycle, at] of [
      ["2027-03-28", "2027-03", "2027-03-28T08:30:00Z"],
      ["2027-10-31", "2027-10", "2027-10-31T09:30:00Z"],
    ] as const) {
      const toolkit = pickedLibrary();
      toolkit.edit("onetopic.yaml", "2026-11-03", starts);
      toolkit.edit("onetopic.yaml", "weekends: true", "weekends: false");
      toolkit.write(`content/editions/${cycle}.md`, `---\ncycle: ${cycle}\ntopic: quiet-hours\n---\n`);
      const run = await toolkit.runWith(
        { env: { TZ: "Asia/Tokyo" } },
        "schedule",
        cycle,
        "--to",
        "readers",
        "--confirm",
        "4",
      );
      expect(run.code, run.stderr).toBe(0);
      const justBefore = new Date(Date.parse(at) - 1000).toISOString();
      expect(await runIn(toolkit, justBefore)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Nothing is due/),
      });
      expect(messages(toolkit)).toBe(0);
      expect(await runIn(toolkit, at)).toMatchObject({ code: 0 });
      expect(messages(toolkit)).toBe(4);
    }
  });

  it("never sends an edition twice, however often and whenever it is started", async () => {
    for (let seed = 0; seed < 4; seed += 1) {
      const chance = chanceFrom(seed);
      const server = await startSmtp();
      try {
        const toolkit = await armedThrough(`smtp://127.0.0.1:${server.port}`);
        const from = Date.parse(sendTime) - 3_600_000;
        let wasInTime = false;
        for (let turn = 0; turn < 8; turn += 1) {
          const minutes = chance.below(9 * 60);
          // The connection of somebody may break before the message is out.
          if (chance.once(3)) server.treat("bo@harbour.example", "drop-before");
          await runIn(toolkit, new Date(from + minutes * 60_000).toISOString());
          wasInTime ||= minutes >= 60 && minutes <= 420;
        }
        const got = server.received.map(({ to }) => to);
        expect(new Set(got).size, `seed ${seed}: ${got.join(", ")}`).toBe(got.length);
        expect(got.length, `seed ${seed}`).toBe(wasInTime ? 4 : 0);
      } finally {
        await server.close();
      }
    }
  });
});

describe("two at the same moment", { timeout: 60_000 }, () => {
  it("send once; the second says who is at it, or finds nothing to do", async () => {
    const server = await startSmtp();
    try {
      const toolkit = await armedThrough(`smtp://127.0.0.1:${server.port}`);
      const runs = await Promise.all([1, 2, 3].map(() => toolkit.runWith(at(sendTime), "run")));
      expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
      for (const { stdout } of runs)
        expect(stdout).toMatch(/sent the email|is sending already: process \d+ on|Nothing is due/);
      expect(runs.filter(({ stdout }) => stdout.includes("sent the email"))).toHaveLength(1);
      expect(server.received).toHaveLength(4);
    } finally {
      await server.close();
    }
  });
});

const at = (moment: string) => ({ env: { ONETOPIC_NOW: moment } });

async function armedThrough(transport: string): Promise<TestToolkit> {
  const toolkit = pickedLibrary("retry: { first: 10ms, longest: 20ms, attempts: 5, timeout: 5s }");
  toolkit.edit("onetopic.yaml", "outbox:var/outbox", transport);
  expect(await scheduleIn(toolkit, { confirm: 4 })).toMatchObject({ code: 0 });
  return toolkit;
}
