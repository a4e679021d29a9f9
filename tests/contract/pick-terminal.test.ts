import { describe, expect, it } from "vitest";
import { tempToolkit, type TestToolkit } from "../support/cli.ts";
import { openTerminal } from "../support/terminal.ts";

const kept = (title: string) =>
  `topic: lost-cards\nkept:\n  - as: sent\n    on: 2026-09-03\n    text: |\n${title}`;

/** A library in which lost cards had their turn, in other words than now. */
function library(): TestToolkit {
  const toolkit = tempToolkit("library");
  toolkit.write("content/editions/2026-09.md", "---\ncycle: 2026-09\ntopic: lost-cards\n---\n");
  const before = toolkit.read("content/topics/lost-cards.md").replace(/^title: .*$/m, "title: Cards");
  toolkit.write("content/kept/2026-09.yaml", kept(before.replaceAll(/^(?=.)/gm, "      ")));
  return toolkit;
}

describe.concurrent("pick in a terminal", { timeout: 60_000 }, () => {
  it("asks with reasons, finds by a word, says what is known of the choice, and takes it", async ({
    skip,
  }) => {
    const toolkit = library();
    const { press, shows } = openTerminal(skip, toolkit.root, ["pick", "--cycle", "2026-12"]);
    const first = await shows(/❯/);
    expect(first).toContain("December 2026 goes out on 3 December 2026 at 09:30.");
    expect(first).toMatch(/^❯ Quiet hours, kept by everyone {2}\(suggested: never used, priority 1\)$/m);
    // Those that cannot come are no choices.
    expect(first).not.toContain("Six books over the summer");
    press("card");
    const found = await shows(/Last went out/);
    expect(found).toMatch(/^❯ .*\(last used in 2026-09, priority 2\)$/m);
    expect(found).not.toContain("Quiet hours, kept");
    expect(found.replace(/\s+/g, " ")).toContain(
      "Last went out in 2026-09. Changed since then: the title. Needs no approval; else planned for 2027-02; comes instead of quiet-hours; leads",
    );
    press("Enter");
    await shows(/Why this topic, for the record \(last used in 2026-09, priority 2\)/);
    press("The board asked", "Enter");
    const end = await shows(/ended with/);
    expect(end).toContain("ended with 0");
    expect(toolkit.read("content/editions/2026-12.md")).toMatch(
      /topic: lost-cards\n.*why: The board asked\n/s,
    );
  });

  it("says why a topic that is looked for cannot come, and lets go of everything on Ctrl+C", async ({
    skip,
  }) => {
    const toolkit = library();
    const { press, shows } = openTerminal(skip, toolkit.root, ["pick", "--cycle", "2026-12"]);
    await shows(/❯/);
    press("summer");
    const found = (await shows(/out of season/)).replace(/\s+/g, " ");
    expect(found).toContain(
      "- Six books over the summer out of season (06-01 to 08-31); to have it all the same: onetopic pick summer-reading --cycle 2026-12 ",
    );
    press("Enter");
    press("C-c");
    expect(await shows(/ended with/)).toMatch(/Cancelled[\s\S]*ended with 130/);
    expect(toolkit.list("content/editions")).toEqual(["2026-09.md"]);
  });
});
