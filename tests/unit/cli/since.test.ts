import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approve } from "../../../src/cli/commands/approve.ts";
import { pick } from "../../../src/cli/commands/pick.ts";
import { resume } from "../../../src/cli/commands/resume.ts";
import { send } from "../../../src/cli/commands/send.ts";
import { status } from "../../../src/cli/commands/status.ts";
import { topics } from "../../../src/cli/commands/topics.ts";
import type { Context } from "../../../src/cli/context.ts";
import { snapshot, tempToolkit, type TestToolkit } from "../../support/cli.ts";
import { contextIn } from "../../support/inside.ts";
import { freePort } from "../../support/port.ts";
import { ended, runIn, scheduleIn, sendTime, type Said } from "../../support/scheduled.ts";
import { startSmtp, type TestServer } from "../../support/smtp.ts";

const file = "content/topics/quiet-hours.md";

/** A library where two roles approve, on a day before the first send date. */
function library(settings = "approvals: [branches, schools]"): TestToolkit {
  const toolkit = tempToolkit("library");
  toolkit.write("onetopic.yaml", `${toolkit.read("onetopic.yaml")}\n${settings}\n`);
  return toolkit;
}

function doing(
  { root }: TestToolkit,
  day: string,
  work: (context: Context) => ReturnType<typeof pick>,
  json = false,
): Promise<Said> {
  return ended((written) => work({ ...contextIn(root, { day, written, json }) }));
}

const early = "2026-11-01T10:00:00Z";
const later = "2027-05-20T10:00:00Z";

let server: TestServer;
beforeAll(async () => {
  server = await startSmtp();
});
afterAll(() => server.close());

/** A send that is no rehearsal, unless the outbox is named. */
function sending(transport = `smtp://127.0.0.1:${server.port}`) {
  return (context: Context) =>
    send(context, undefined, { to: "readers", variant: "email", yes: true, transport });
}

/** Has it picked, approved and sent in November 2026. */
async function sentOnce(toolkit: TestToolkit): Promise<void> {
  const steps: ((context: Context) => ReturnType<typeof pick>)[] = [
    (context) => pick(context, "quiet-hours", {}),
    (context) => approve(context, undefined, { by: "Ann", as: "branches" }),
    (context) => approve(context, undefined, { by: "Bo", as: "schools" }),
    sending(),
  ];
  for (const step of steps) expect(await doing(toolkit, early, step)).toMatchObject({ code: 0 });
}

function change(toolkit: TestToolkit): void {
  toolkit.edit(file, "title: Quiet hours, kept by everyone", "title: Quiet hours for all");
  toolkit.edit(file, "- Move phone calls to the office.", "- Take phone calls in the office.\n    - Smile.");
}

const told = "Changed since then: the title, 1 action for Branch staff, 1 new action for Branch staff.";

describe("what has changed since a topic last went out", { timeout: 30_000 }, () => {
  it("shows when it is picked again, in its status, and line by line", async () => {
    const toolkit = library();
    await sentOnce(toolkit);
    change(toolkit);
    const picked = await doing(toolkit, later, (context) =>
      pick(context, "quiet-hours", { cycle: "2027-06" }),
    );
    const oneLine = picked.stdout.replace(/\s+/g, " ");
    expect(oneLine).toContain(`Last went out in 2026-11. ${told}`);
    expect(oneLine).toContain("onetopic topics quiet-hours --since 2026-11");
    const { stdout } = await doing(toolkit, later, (context) => status(context, "2027-06"), true);
    expect(JSON.parse(stdout)).toMatchObject({
      since: {
        cycle: "2026-11",
        as: "sent",
        on: "2026-11-01",
        changes: [
          { part: "title", words: "the title" },
          { part: "actions.branches", words: "1 action for Branch staff, 1 new action for Branch staff" },
        ],
      },
      notes: [expect.stringContaining("leads to the same page as 2026-11")],
    });
    const shown = await doing(toolkit, later, (context) => topics(context, "quiet-hours", { since: true }));
    expect(shown.stdout).toContain("-title: Quiet hours, kept by everyone\n+title: Quiet hours for all\n");
    expect(shown.stdout).toContain("-    - Move phone calls to the office.\n");
    expect(shown.stdout).not.toMatch(/^[-+] {2}- Every branch/m);
  });

  it("is nothing when nothing was changed, and not known when nothing was kept", async () => {
    const toolkit = library();
    await sentOnce(toolkit);
    const again = await doing(toolkit, later, (context) =>
      pick(context, "quiet-hours", { cycle: "2027-06" }),
    );
    expect(again.stdout).toContain("Last went out in 2026-11. Nothing has changed since then.");
    toolkit.write("content/editions/2027-01.md", "---\ncycle: 2027-01\ntopic: lost-cards\n---\n");
    const other = await doing(toolkit, later, (context) => pick(context, "lost-cards", { cycle: "2027-07" }));
    expect(other.stdout).toContain("Last picked for 2027-01. What it said then is not on record.");
    const fresh = await doing(toolkit, later, (context) => topics(context, "new-catalogue", { since: true }));
    expect(fresh).toMatchObject({ code: 1, stderr: expect.stringContaining("has not gone out yet") });
  });

  it("goes by the files alone: without the ledger, and without git", async () => {
    const toolkit = library();
    await sentOnce(toolkit);
    change(toolkit);
    const copy = tempToolkit("library");
    for (const one of ["onetopic.yaml", file, "content/editions/2026-11.md", "content/kept/2026-11.yaml"])
      copy.write(one, toolkit.read(one));
    const picked = await doing(copy, later, (context) => pick(context, "quiet-hours", { cycle: "2027-06" }));
    expect(picked.stdout.replace(/\s+/g, " ")).toContain(told);
  });

  it("counts no rehearsal as sent; what goes by itself is kept when it is scheduled, and `run` writes nothing", async () => {
    const toolkit = library("approvals: 0");
    const rehearse = sending("outbox:var/outbox");
    await doing(toolkit, early, (context) => pick(context, "quiet-hours", {}));
    await doing(toolkit, early, (context) => pick(context, "quiet-hours", { cycle: "2026-12" }));
    expect(toolkit.read("content/kept/2026-12.yaml")).toContain("as: picked");
    expect(await scheduleIn(toolkit, { confirm: 4 })).toMatchObject({ code: 0 });
    const scheduled = snapshot(toolkit.path("content"));
    expect(toolkit.read("content/kept/2026-12.yaml")).toMatch(/as: scheduled/);
    expect(toolkit.read("content/kept/2026-12.yaml")).not.toMatch(/as: (?!scheduled)/);
    expect(await runIn(toolkit, sendTime)).toMatchObject({ code: 0 });
    expect(toolkit.list("var/outbox")).toHaveLength(4);
    expect(snapshot(toolkit.path("content"))).toEqual(scheduled);
    expect(await doing(toolkit, early, rehearse)).toMatchObject({ code: 0 });
    toolkit.edit("onetopic.yaml", "transport: outbox:var/outbox", "transport: smtp://127.0.0.1:9");
    expect(await doing(toolkit, early, rehearse)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/complete/),
    });
    expect(toolkit.read("content/kept/2026-11.yaml")).toContain("as: picked");
  });

  it("shows the words that people got, never those that were only rehearsed", async () => {
    const toolkit = library("approvals: 0");
    await doing(toolkit, early, (context) => pick(context, "quiet-hours", {}));
    const words = toolkit.read(file);
    expect(await doing(toolkit, early, sending("outbox:var/outbox"))).toMatchObject({ code: 0 });
    change(toolkit);
    expect(await doing(toolkit, early, sending("outbox:var/outbox"))).toMatchObject({ code: 0 });
    toolkit.write(file, words);
    expect(await doing(toolkit, early, sending())).toMatchObject({ code: 0 });
    const shown = await doing(toolkit, later, (context) => topics(context, "quiet-hours", { since: true }));
    expect(shown.stdout).toContain("Last went out in 2026-11. Nothing has changed since then.");
    expect(toolkit.read("content/kept/2026-11.yaml")).not.toContain("Quiet hours for all");
  });

  it("has gone out as soon as one message was accepted, and not before; `resume` keeps it as well", async () => {
    const toolkit = library("approvals: 0");
    await doing(toolkit, early, (context) => pick(context, "quiet-hours", {}));
    const port = await freePort();
    const transport = `smtp://127.0.0.1:${port}`;
    expect(await doing(toolkit, early, sending(transport))).toMatchObject({ code: 2 });
    expect(toolkit.read("content/kept/2026-11.yaml")).not.toContain("as: sent");
    const again = await startSmtp({ port });
    try {
      const goOn = (context: Context) => resume(context, undefined, { transport, limit: 1 });
      again.treat("ada@harbour.example", { at: "envelope", code: 550 });
      expect(await doing(toolkit, early, goOn)).toMatchObject({ code: 1 });
      expect(toolkit.read("content/kept/2026-11.yaml")).not.toContain("as: sent");
      // It ends with 1 again: one person was refused, whoever comes after.
      expect(await doing(toolkit, early, goOn)).toMatchObject({ code: 1 });
      expect(again.received).toHaveLength(1);
      expect(toolkit.read("content/kept/2026-11.yaml")).toContain("as: sent");
    } finally {
      await again.close();
    }
  });

  it("does not keep a send from going when it cannot be kept, and says so", async () => {
    const toolkit = library("approvals: 0");
    mkdirSync(toolkit.path("content/kept/2026-11.yaml"), { recursive: true });
    const picked = await doing(toolkit, early, (context) => pick(context, "quiet-hours", {}));
    expect(picked).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("was not kept in content/kept"),
    });
    const before = server.received.length;
    const sent = await doing(toolkit, early, sending());
    expect(sent).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("content/kept/2026-11.yaml cannot be read"),
    });
    expect(server.received).toHaveLength(before + 4);
  });
});

describe("what has changed since an approval", { timeout: 30_000 }, () => {
  it("is named, for whoever has to approve again, and shown line by line", async () => {
    const toolkit = library();
    const approving = (by: string, as: string) =>
      doing(toolkit, early, (context) => approve(context, undefined, { by, as }));
    await doing(toolkit, early, (context) => pick(context, "quiet-hours", {}));
    await approving("Ann", "branches");
    toolkit.edit(file, "two quiet hours", "three quiet hours");
    await approving("Bo", "schools");
    toolkit.write("content/editions/2026-11.md", `${toolkit.read("content/editions/2026-11.md")}\nA note.\n`);
    const why = async () => {
      const { stdout } = await doing(toolkit, early, (context) => status(context, undefined), true);
      return (JSON.parse(stdout) as { next: { why: string } }).next.why;
    };
    // The oldest of those to be given again is told: what changed since holds the rest.
    expect(await why()).toContain(
      "since Ann approved it as branches on 1 November 2026: 1 message, your note.",
    );
    await approving("Bo", "schools");
    expect(await why()).toContain(
      "since Ann approved it as branches on 1 November 2026: 1 message, your note.",
    );
    const shown = await doing(toolkit, early, (context) =>
      topics(context, "quiet-hours", { since: "2026-11" }),
    );
    expect(shown.stdout).toContain("+  - Every branch has **three quiet hours** a day.");
    expect(shown.stdout).toContain("+++ b/content/editions/2026-11.md\n@@ -0,0 +1,1 @@\n+A note.");
    expect(shown.stdout).toContain("Changed since it was approved on 1 November 2026: 1 message.");
  });
});
