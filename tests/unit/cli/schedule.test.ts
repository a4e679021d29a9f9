import { describe, expect, it } from "vitest";
import { emptyFolder, snapshot, type TestToolkit } from "../../support/cli.ts";
import { pickedLibrary, runIn, scheduleIn, sendTime, unscheduleIn } from "../../support/scheduled.ts";

const edition = "content/editions/2026-12.md";

describe("schedule", { timeout: 30_000 }, () => {
  it("is a dry run unless confirmed, and refuses another number", async () => {
    const toolkit = pickedLibrary();
    const before = snapshot(toolkit.root);
    const dry = await scheduleIn(toolkit);
    expect(dry.code).toBe(0);
    for (const part of [
      "Quiet hours",
      "readers: 4 rows",
      "Thursday 3 December 2026 at 09:30",
      "nothing was scheduled",
    ])
      expect(dry.stdout).toContain(part);
    const wrong = await scheduleIn(toolkit, { confirm: 5 });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("--confirm 4") });
    expect(snapshot(toolkit.root)).toEqual(before);
  });

  it("writes what was confirmed into the edition's file, and takes it away; all else stays", async () => {
    const toolkit = pickedLibrary();
    const before = toolkit.read(edition);
    expect(await scheduleIn(toolkit, { confirm: 4 })).toMatchObject({ code: 0 });
    const armed = toolkit.read(edition);
    expect(armed).toMatch(
      /^---\n# Mine\.\ncycle: 2026-12 # the last\ntopic: quiet-hours\nschedule:\n(?: {2}\w+: .+\n)+---\n\nA note\.\n$/,
    );
    expect(armed).toMatch(/ {2}list: readers\n.* {2}count: 4\n/s);
    expect(armed).toContain("  at: 2026-12-03T09:30:00+00:00\n");
    expect(armed).not.toMatch(/@|harbour|\/tmp/);
    // As the file was changed by hand meanwhile.
    toolkit.edit(edition, "  count: 4", "  # As agreed.\n  count: 4");
    expect(await scheduleIn(toolkit, { confirm: 4, variant: "newsletter" })).toMatchObject({ code: 0 });
    expect(toolkit.read(edition)).toMatch(/ {2}# As agreed\.\n {2}count: 4\n.* {2}variant: newsletter\n/s);
    expect(await unscheduleIn(toolkit)).toMatchObject({ code: 0 });
    expect(toolkit.read(edition).replace(/ *# As agreed\.\n/, "")).toBe(before);
    expect(await unscheduleIn(toolkit)).toMatchObject({ code: 1 });
    expect(await runIn(toolkit, sendTime)).toMatchObject({
      stdout: "Nothing is due. Nothing is scheduled for later.\n",
    });
  });

  it("sends the part of a list that was confirmed, whatever folder it was named from", async () => {
    const toolkit = pickedLibrary();
    toolkit.write("people/out.csv", "email\nada@harbour.example\n");
    const how = { to: toolkit.path("people/readers.csv"), exclude: [toolkit.path("people/out.csv")] };
    const run = await scheduleIn(toolkit, { ...how, only: "audience=branches", confirm: 1 });
    expect(run).toMatchObject({ code: 0 });
    expect(toolkit.read(edition)).toMatch(/list: people\/readers\.csv\n.*exclude:\n +- people\/out\.csv\n/s);
    expect((await runIn(toolkit, sendTime)).stdout).toContain("1 accepted, 3 excluded, of 4 rows.");
  });

  it("keeps an approval", async () => {
    const toolkit = pickedLibrary("approvals: 1");
    expect(await scheduleIn(toolkit, { confirm: 4 })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("onetopic approve 2026-12"),
    });
    expect((await toolkit.run("approve", "2026-12", "--by", "Ann", "--as", "staff")).code).toBe(0);
    expect(await scheduleIn(toolkit, { confirm: 4 })).toMatchObject({ code: 0 });
    expect(await runIn(toolkit, sendTime)).toMatchObject({ code: 0 });
    expect(toolkit.list("var/outbox")).toHaveLength(4);
  });

  it.for<
    [string, Parameters<typeof scheduleIn>[1], ((toolkit: TestToolkit) => void) | undefined, string, RegExp]
  >([
    [
      "a draft",
      {},
      (one) => one.edit("content/topics/quiet-hours.md", "status: ready", "status: draft"),
      "",
      /still a draft/,
    ],
    ["a time that is long past", {}, undefined, "2026-12-03T15:30:01Z", /is past by more than 6 hours/],
    [
      "a cycle without a date",
      {},
      (one) => one.edit("onetopic.yaml", "weekends: true", "dates: [{ from: 2026-12-01, to: 2026-12-31 }]"),
      "",
      /every day of it is avoided/,
    ],
    ["a list outside", { to: emptyFolder() }, undefined, "", /outside the toolkit/],
    ["a person in the segment", { only: "email=ada@harbour.example" }, undefined, "", /no personal data/],
    ["a password", { transport: "smtps://me:secret@mail.example.org" }, undefined, "", /holds a password/],
    ["nobody", { only: "audience=none" }, undefined, "", /can be sent to|nobody/i],
  ])("refuses %s", async ([, options, change, day, words]) => {
    const toolkit = pickedLibrary();
    change?.(toolkit);
    const before = toolkit.read(edition);
    const run = await scheduleIn(toolkit, { confirm: 4, ...options }, day === "" ? undefined : day);
    expect(run.code).toBeGreaterThan(0);
    expect(run.stderr).toMatch(words);
    expect(run.stderr).not.toContain("secret@");
    expect(toolkit.read(edition)).toBe(before);
  });
});
