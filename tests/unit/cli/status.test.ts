import { describe, expect, it } from "vitest";
import { send } from "../../../src/cli/commands/send.ts";
import { status } from "../../../src/cli/commands/status.ts";
import type { TestToolkit } from "../../support/cli.ts";
import { contextIn } from "../../support/inside.ts";
import { ended, pickedLibrary, scheduleIn, sendTime } from "../../support/scheduled.ts";

async function statusIn(toolkit: TestToolkit, day = "2026-11-22T10:00:00Z"): Promise<unknown> {
  const said = await ended((written) =>
    status(contextIn(toolkit.root, { day, written, json: true }), "2026-12"),
  );
  expect(said.code, said.stderr).toBe(0);
  return JSON.parse(said.stdout);
}

describe("status of what is scheduled", () => {
  it("says when it goes, that it is due, and that it is late", async () => {
    const toolkit = pickedLibrary();
    expect(await statusIn(toolkit)).toMatchObject({ state: "ready-to-send", schedule: null });
    expect(await scheduleIn(toolkit, { confirm: 4 })).toMatchObject({ code: 0 });
    expect(await statusIn(toolkit)).toMatchObject({
      state: "scheduled",
      schedule: { list: "readers", count: 4, at: "2026-12-03T09:30:00+00:00" },
      next: {
        command: "onetopic run",
        why: expect.stringContaining("Thursday 3 December 2026 at 09:30, 4 messages to readers."),
      },
    });
    expect(await statusIn(toolkit, sendTime)).toMatchObject({
      state: "due",
      next: { command: "onetopic run" },
    });
    expect(await statusIn(toolkit, "2026-12-03T15:30:01Z")).toMatchObject({
      state: "late",
      next: { command: "onetopic send 2026-12 --to readers" },
    });
  });

  it("says what keeps it from going", async () => {
    const toolkit = pickedLibrary();
    expect(await scheduleIn(toolkit, { confirm: 4 })).toMatchObject({ code: 0 });
    toolkit.edit("content/editions/2026-12.md", "A note.", "Another.");
    expect(await statusIn(toolkit)).toMatchObject({
      state: "changed",
      next: {
        command: "onetopic schedule 2026-12 --to readers",
        why: expect.stringContaining("Changed: your note."),
      },
    });
    toolkit.write("onetopic.yaml", `${toolkit.read("onetopic.yaml")}\napprovals: 1\n`);
    expect(await statusIn(toolkit)).toMatchObject({
      state: "not-approved",
      next: { why: expect.stringContaining("does not go out like this") },
    });
  });
});

it("shows the list as it was sent to last, also when it was changed and then changed back", async () => {
  const toolkit = pickedLibrary();
  const list = toolkit.read("people/readers.csv");
  const audience = async () => {
    const options = { to: "readers", variant: "email", yes: true, limit: 1, dropWaiting: true } as const;
    const sent = await ended((written) => send(contextIn(toolkit.root, { written }), "2026-12", options));
    expect(sent.code, sent.stderr).toBe(0);
    const { runs } = (await statusIn(toolkit)) as { runs: { audience: number; accepted: number }[] };
    return runs.map((run) => [run.audience, run.accepted]);
  };
  expect(await audience()).toEqual([[4, 1]]);
  toolkit.write("people/readers.csv", `${list}New,new@harbour.example,Harbour branch,Assistant,branches\n`);
  expect(await audience()).toEqual([[5, 2]]);
  toolkit.write("people/readers.csv", list);
  expect(await audience()).toEqual([[4, 3]]);
});
