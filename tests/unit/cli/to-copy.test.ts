import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { pick } from "../../../src/cli/commands/pick.ts";
import { findCycle } from "../../../src/cli/campaign.ts";
import { openToolkit } from "../../../src/cli/context.ts";
import { closedChoice } from "../../../src/cli/tell-pick.ts";
import { planCycle } from "../../../src/plan/ahead.ts";
import { contextIn } from "../../support/inside.ts";
import { ended, pickedLibrary } from "../../support/scheduled.ts";

/*
 * Commands that are shown so that they can be copied.
 */

it("a topic that cannot come is had all the same by the command shown, also in the place of another", async () => {
  const toolkit = pickedLibrary();
  toolkit.edit(
    "content/topics/lost-cards.md",
    "status: ready",
    "status: ready\nseason: { from: 03-01, to: 03-31 }",
  );
  const shown = async () => {
    const context = contextIn(toolkit.root);
    const opened = await openToolkit(context);
    const planned = planCycle(opened, findCycle(context, opened, "2026-12"));
    const refusal = planned.refused.find(({ topic }) => topic.slug === "lost-cards");
    if (!refusal) throw new Error("It can come.");
    return String(closedChoice(refusal, planned, 200).disabled);
  };
  expect(await shown()).toContain("onetopic pick lost-cards --cycle 2026-12 --replace");
  const options = { cycle: "2026-12", replace: true };
  expect(await ended(() => pick(contextIn(toolkit.root), "lost-cards", options))).toMatchObject({ code: 0 });
  rmSync(toolkit.path("content/editions/2026-12.md"));
  expect(await shown()).toMatch(/onetopic pick lost-cards --cycle 2026-12$/);
});

it("a transport with a blank in it comes through a shell", async () => {
  const toolkit = pickedLibrary();
  const through = ["--transport", "outbox:var/my outbox"];
  const { stderr } = await toolkit.run("send", "2026-12", "--to", "readers", ...through);
  expect(stderr).toContain('--transport "outbox:var/my outbox" --confirm 4');
});
