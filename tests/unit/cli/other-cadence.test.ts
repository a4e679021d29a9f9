import { beforeAll, describe, expect, it } from "vitest";
import { findCycle, findTopic } from "../../../src/cli/campaign.ts";
import { pick } from "../../../src/cli/commands/pick.ts";
import { topics } from "../../../src/cli/commands/topics.ts";
import { openToolkit } from "../../../src/cli/context.ts";
import { sinceLast } from "../../../src/cli/since.ts";
import { choiceOf, linkNotes } from "../../../src/cli/tell-pick.ts";
import { planCycle } from "../../../src/plan/ahead.ts";
import { choiceFacts } from "../../../src/plan/choice.ts";
import { keepEdition } from "../../../src/toolkit/kept.ts";
import { tempToolkit, type TestToolkit } from "../../support/cli.ts";
import { contextIn } from "../../support/inside.ts";
import { ended } from "../../support/scheduled.ts";

/*
 * The library sends monthly; before, it sent weekly.
 */

const day = "2026-11-20T10:00:00Z";
const topic = "quiet-hours";
let toolkit: TestToolkit;

async function editionIn(cycle: string, slug: string): Promise<void> {
  toolkit.write(`content/editions/${cycle}.md`, `---\ncycle: ${cycle}\ntopic: ${slug}\n---\n`);
  const text = toolkit.read(`content/topics/${slug}.md`);
  await keepEdition(toolkit.root, cycle, slug, { as: "sent", on: "2026-09-10", digest: cycle, text });
}

beforeAll(async () => {
  toolkit = tempToolkit("library");
  await editionIn("2026-W36", "lost-cards");
  await editionIn("2026-W37", topic);
});

describe("an edition from before the cadence was changed", () => {
  it("is what has changed since: when it is picked, and line by line", async () => {
    const picked = await ended((written) =>
      pick(contextIn(toolkit.root, { day, written, json: true }), topic, { cycle: "2026-12" }),
    );
    expect(JSON.parse(picked.stdout)).toMatchObject({ since: { cycle: "2026-W37", as: "sent" } });
    const shown = await ended((written) =>
      topics(contextIn(toolkit.root, { day, written }), topic, { since: true }),
    );
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining("Last went out in 2026-W37.") });
  });

  it("is what a topic was last used in, in every list to choose from", async () => {
    const context = contextIn(toolkit.root, { day });
    const opened = await openToolkit(context);
    const planned = planCycle(opened, findCycle(context, opened, "2026-12"));
    const lost = findTopic(opened, "lost-cards");
    expect(choiceFacts(opened, planned, lost, undefined).used).toBe("Last used in 2026-W36");
    const since = await sinceLast(context, opened, lost, "2026-12");
    const candidate = { topic: lost, why: "last used in 2026-W36" };
    const { description } = choiceOf(
      opened,
      planned,
      { candidate, since, isSuggested: true, next: new Map() },
      80,
    );
    expect(description).toContain("Last went out in 2026-W36.");
    expect(description).not.toContain("Never used.");
    const { stdout } = await ended((written) =>
      topics(contextIn(toolkit.root, { day, written, json: true }), undefined, {}),
    );
    expect(JSON.parse(stdout)).toMatchObject({
      topics: expect.arrayContaining([expect.objectContaining({ slug: lost.slug, lastCycle: "2026-W36" })]),
    });
  });

  it("comes before a cycle of today's, and after one that names a time before it", async () => {
    const context = contextIn(toolkit.root, { day });
    const opened = await openToolkit(context);
    const quiet = findTopic(opened, topic);
    expect(await sinceLast(context, opened, quiet, "2026-09")).toBeUndefined();
    expect(await sinceLast(context, opened, quiet, "2026-10")).toMatchObject({ cycle: "2026-W37" });
    expect(linkNotes(opened, "2026-11", quiet)).toEqual([expect.stringContaining("2026-W37")]);
    expect(linkNotes(opened, "2026-W37", quiet)).toEqual([]);
  });
});
