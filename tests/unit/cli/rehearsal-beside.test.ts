import { rmSync } from "node:fs";
import { onTestFinished, describe, expect, it } from "vitest";
import { report } from "../../../src/cli/commands/report.ts";
import { resume } from "../../../src/cli/commands/resume.ts";
import { send, type SendOptions } from "../../../src/cli/commands/send.ts";
import { status } from "../../../src/cli/commands/status.ts";
import { runInside, type TestToolkit } from "../../support/cli.ts";
import { contextIn } from "../../support/inside.ts";
import { ended, pickedLibrary, type Said } from "../../support/scheduled.ts";
import { startSmtp, type TestServer } from "../../support/smtp.ts";

const cycle = "2026-12";
const outbox = "outbox:var/outbox";

/** A toolkit that sends through a real server. */
async function campaign(settings = ""): Promise<{ toolkit: TestToolkit; server: TestServer }> {
  const server = await startSmtp();
  onTestFinished(() => server.close());
  const toolkit = pickedLibrary(settings);
  toolkit.edit("onetopic.yaml", outbox, `smtp://127.0.0.1:${server.port}`);
  return { toolkit, server };
}

function sendIn(toolkit: TestToolkit, options: Partial<SendOptions> = {}, quiet = true): Promise<Said> {
  return ended((written) =>
    send(contextIn(toolkit.root, { written, quiet }), cycle, {
      to: "readers",
      variant: "email",
      ...(options.confirm === undefined ? { yes: true } : {}),
      ...options,
    }),
  );
}

function rehearse(toolkit: TestToolkit, options: Partial<SendOptions> = {}): Promise<Said> {
  return sendIn(toolkit, { transport: outbox, ...options });
}

/** The sums that scripts are told, by event. */
async function sums(toolkit: TestToolkit, options: Partial<SendOptions>): Promise<Record<string, object>> {
  const said = await ended((written) =>
    send(contextIn(toolkit.root, { written, json: true }), cycle, {
      to: "readers",
      variant: "email",
      ...options,
    }),
  );
  expect(said.code, said.stderr).toBe(0);
  const events = said.stdout.trimEnd().split("\n");
  return Object.fromEntries(events.map((line) => JSON.parse(line)).map((event) => [event.event, event]));
}

function resumeIn(toolkit: TestToolkit, options: Parameters<typeof resume>[2] = {}): Promise<Said> {
  return ended((written) => resume(contextIn(toolkit.root, { written }), cycle, options));
}

const reached = (server: TestServer) => server.received.map(({ to }) => to).toSorted();

/** What `status` and `report` say, each as a document. */
async function told(toolkit: TestToolkit) {
  const [said, reported] = await Promise.all([
    ended((written) => status(contextIn(toolkit.root, { written, json: true }), cycle)),
    ended((written) =>
      report(contextIn(toolkit.root, { written, json: true }), undefined, { format: "json" }),
    ),
  ]);
  const document = JSON.parse(said.stdout);
  for (const run of document.runs) {
    const { audience, accepted, rejected, deferred, pending, unknown } = run;
    const { suppressed, excluded, duplicates, invalid } = run;
    const parts = [accepted, rejected, deferred, pending, unknown, suppressed, excluded, duplicates, invalid];
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(audience);
  }
  return { ...document, report: JSON.parse(reported.stdout) };
}

const topic = "content/topics/quiet-hours.md";
const change = (toolkit: TestToolkit, words: string) =>
  toolkit.edit(topic, /^title: .*$/m, `title: ${words}`);

const [ada, bo, cleo, dev] = [
  "ada@harbour.example",
  "bo@harbour.example",
  "cleo@school.example",
  "dev@school.example",
] as const;

/** Two people who stand in no other list. */
function otherList(toolkit: TestToolkit): string {
  toolkit.write("m.csv", "email\nmia@harbour.example\nmo@harbour.example\n");
  return toolkit.path("m.csv");
}

describe("a rehearsal after a real send", () => {
  it("hides nothing of it, and lets no second wording out", async () => {
    const { toolkit, server } = await campaign();
    expect(await sendIn(toolkit, { only: "audience=branches" })).toMatchObject({ code: 0 });
    expect(reached(server)).toEqual([ada, bo]);
    const before = await told(toolkit);
    expect(before).toMatchObject({ state: "sent", runs: [{ accepted: 2, excluded: 2 }] });
    expect(before.report.editions).toMatchObject([{ accepted: 2, rehearsal: false }]);
    const rehearsal = await rehearse(toolkit);
    expect(rehearsal).toMatchObject({ code: 0 });
    // Whoever was mailed for real is not called written to the outbox.
    expect(rehearsal.stdout).toMatch(/ 2 {2}written to the outbox\n +2 {2}sent for real before\n/);
    expect(toolkit.list("var/outbox")).toHaveLength(2);
    expect(await told(toolkit)).toEqual(before);

    change(toolkit, "Better hours");
    const refused = { code: 1, stderr: expect.stringMatching(/changed since 2 people got it:/) };
    expect(await sendIn(toolkit, { confirm: 2 })).toMatchObject(refused);
    expect(await rehearse(toolkit, { afresh: true })).toMatchObject(refused);
    expect(reached(server)).toEqual([ada, bo]);
    change(toolkit, "Quiet hours, kept by everyone");
    expect(await sendIn(toolkit, { confirm: 2 })).toMatchObject({ code: 0 });
    expect(reached(server)).toEqual([ada, bo, cleo, dev]);
    expect(await rehearse(toolkit)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/This edition is complete/),
    });
  });

  it("tells scripts how many of the accepted were sent it for real, and counts them once", async () => {
    const { toolkit } = await campaign();
    const before = { accepted: 2, pending: 2, sentForReal: 2 };
    expect(await sendIn(toolkit, { only: "audience=branches" })).toMatchObject({ code: 0 });
    const dry = await sums(toolkit, { transport: outbox });
    expect(dry).toMatchObject({ plan: before, summary: before });
    const { plan, summary } = await sums(toolkit, { transport: outbox, yes: true, limit: 1 });
    expect(plan).toMatchObject(before);
    expect(summary).toMatchObject({ audience: 4, accepted: 3, pending: 1, sentForReal: 2 });
    // What was rehearsed meanwhile was not sent for real.
    expect(await sums(toolkit, { transport: outbox })).toMatchObject({
      summary: { accepted: 3, pending: 1, sentForReal: 2 },
    });
    const other = { to: otherList(toolkit), transport: outbox, yes: true };
    const real = expect.not.objectContaining({ sentForReal: expect.anything() });
    expect((await sums(toolkit, other))["summary"]).toEqual(real);
    const { runs, report: reported } = await told(toolkit);
    expect(runs).toEqual([real, real]);
    expect(reported.editions).toEqual([real, real]);
    // Nor has a real send such a key: all that were accepted were sent it.
    expect((await sums(toolkit, { yes: true }))["summary"]).toEqual(real);
  });

  it("to a longer list hides nothing of it either", async () => {
    const { toolkit } = await campaign();
    expect(await sendIn(toolkit)).toMatchObject({ code: 0 });
    const before = await told(toolkit);
    toolkit.edit("people/readers.csv", /$/, "New,new@harbour.example,Harbour branch,Assistant,branches\n");
    expect(await rehearse(toolkit)).toMatchObject({ code: 0 });
    expect(toolkit.list("var/outbox")).toHaveLength(1);
    const after = await told(toolkit);
    expect(after).toEqual(before);
    expect(after).toMatchObject({ state: "sent", runs: [{ accepted: 4 }] });
    expect(after.report.coverage.never).not.toContainEqual({ topic: "quiet-hours", audience: "branches" });
  });

  it("to another list stands beside it, and does not count", async () => {
    const { toolkit } = await campaign();
    expect(await sendIn(toolkit, { to: otherList(toolkit) })).toMatchObject({ code: 0 });
    expect(await rehearse(toolkit, { limit: 1 })).toMatchObject({ code: 0 });
    const after = await told(toolkit);
    expect(after).toMatchObject({ state: "sent", runs: [{ accepted: 2 }, { accepted: 1, pending: 3 }] });
    expect(after.report.editions).toMatchObject([{ rehearsal: false }, { rehearsal: true }]);
  });

  it("does not try again whoever is of unknown outcome, nor makes them somebody not mailed", async () => {
    const { toolkit, server } = await campaign();
    server.treat(ada, "drop-after");
    expect(await sendIn(toolkit)).toMatchObject({ code: 1 });
    expect(await told(toolkit)).toMatchObject({ runs: [{ accepted: 3, unknown: 1 }] });
    expect(await rehearse(toolkit, { retryUnknown: true })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/for 1 the outcome is unknown/),
    });
    expect(toolkit.has("var/outbox")).toBe(false);
    const attempts = server.received.length;
    expect(await sendIn(toolkit, { confirm: 1 })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/for 1 the outcome is unknown/),
    });
    expect(server.received).toHaveLength(attempts);
    expect(await told(toolkit)).toMatchObject({ runs: [{ accepted: 3, unknown: 1 }] });
    // Asked to, the real send does try again.
    expect(await resumeIn(toolkit, { retryUnknown: true })).toMatchObject({ code: 0 });
    expect(server.received).toHaveLength(attempts + 1);
  });
});

describe("resume", () => {
  it("does not go on with a real send in the outbox, where nobody would get it", async () => {
    const { toolkit, server } = await campaign();
    expect(await sendIn(toolkit, { limit: 1 })).toMatchObject({ code: 0 });
    const before = await told(toolkit);
    expect(await resumeIn(toolkit, { transport: outbox })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/began for real, through smtp:[\s\S]*nobody would get it/),
    });
    expect(toolkit.has("var/outbox")).toBe(false);
    expect(await told(toolkit)).toEqual(before);
    expect(await resumeIn(toolkit)).toMatchObject({ code: 0 });
    expect(reached(server)).toEqual([ada, bo, cleo, dev]);
  });

  it("goes on with what is real, and says which rehearsals stay as they are", async () => {
    const { toolkit, server } = await campaign();
    const to = otherList(toolkit);
    expect(await rehearse(toolkit, { limit: 1 })).toMatchObject({ code: 0 });
    expect(await rehearse(toolkit, { limit: 1, variant: "newsletter" })).toMatchObject({ code: 0 });
    expect(await sendIn(toolkit, { to, limit: 1 })).toMatchObject({ code: 0 });
    expect((await told(toolkit)).next.command).toBe("onetopic resume 2026-12");
    const resumed = await resumeIn(toolkit);
    expect(resumed).toMatchObject({ code: 0 });
    for (const variant of ["email", "newsletter"])
      expect(resumed.stderr).toMatch(
        new RegExp(`rehearsal of the ${variant} to readers is not finished[^\n]*--transport ${outbox}\n`),
      );
    expect(reached(server)).toEqual(["mia@harbour.example", "mo@harbour.example"]);
    expect(await told(toolkit)).toMatchObject({ state: "sent" });
    // The other way round, the rehearsals go on.
    expect(await resumeIn(toolkit, { transport: outbox })).toMatchObject({ code: 0 });
    expect(toolkit.list("var/outbox")).toHaveLength(8);
    expect(server.received).toHaveLength(2);
  });

  it("tries nobody again who is not to be mailed any more, nor says so", async () => {
    const { toolkit, server } = await campaign("retry: { first: 10ms }");
    for (const one of [ada, bo, cleo]) server.treat(one, "drop-after");
    expect(await sendIn(toolkit)).toMatchObject({ code: 1 });
    expect(await runInside(["suppress", "add", bo], toolkit.root)).toMatchObject({ code: 0 });
    expect(await runInside(["person", "forget", cleo, "--yes"], toolkit.root)).toMatchObject({ code: 0 });
    expect(await resumeIn(toolkit, { retryUnknown: true })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("email to readers, 1 message to go"),
    });
    expect(server.received.filter(({ to }) => to === ada)).toHaveLength(2);
    expect(await runInside(["suppress", "add", ada], toolkit.root)).toMatchObject({ code: 0 });
    expect(await resumeIn(toolkit, { retryUnknown: true })).toMatchObject({
      code: 0,
      stdout: "Nothing of 2026-12 is waiting to be sent.\n",
    });
    expect(await told(toolkit)).toMatchObject({ runs: [{ accepted: 2, unknown: 2 }] });
  });
});

describe("a rehearsal before a real send", () => {
  it("uses up none of the mail server's limits, and is not held up by them", async () => {
    const { toolkit, server } = await campaign("limits: { perHour: 4, perDomain: 2 }");
    expect(await rehearse(toolkit)).toMatchObject({ code: 0 });
    expect(await rehearse(toolkit, { afresh: true })).toMatchObject({ code: 0 });
    const real = await sendIn(toolkit);
    expect(real).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/Waiting until/) });
    expect(reached(server)).toEqual([ada, bo, cleo, dev]);
    // Nor does it wait when they are used up.
    expect(await rehearse(toolkit, { to: otherList(toolkit) })).toMatchObject({ code: 0 });
  });
});

describe("what a rehearsal says to do next", () => {
  it("quotes a folder with a space", async () => {
    const { toolkit } = await campaign();
    const dry = await sendIn(toolkit, { yes: false, transport: "outbox:var/my outbox" }, false);
    expect(dry.stderr).toContain('--transport "outbox:var/my outbox" --confirm 4\n');
  });

  it("names --afresh when all of it was written, also when the folder is gone since", async () => {
    const { toolkit } = await campaign();
    expect(await rehearse(toolkit)).toMatchObject({ code: 0 });
    rmSync(toolkit.path("var/outbox"), { recursive: true });
    const again = await rehearse(toolkit);
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/This rehearsal is complete:[\s\S]*--afresh/),
    });
    expect(again.stderr).not.toContain("edition is complete");
  });

  it("names --afresh when another outbox was begun", async () => {
    const { toolkit } = await campaign();
    expect(await rehearse(toolkit, { limit: 1 })).toMatchObject({ code: 0 });
    const elsewhere = { transport: "outbox:var/o2" };
    expect(await rehearse(toolkit, elsewhere)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/resume 2026-12 --transport outbox:var\/outbox\.[\s\S]*--afresh/),
    });
    expect(await rehearse(toolkit, { ...elsewhere, afresh: true })).toMatchObject({ code: 0 });
    expect(toolkit.list("var/o2")).toHaveLength(4);
  });
});
