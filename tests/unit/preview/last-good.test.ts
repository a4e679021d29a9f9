import { describe, expect, it } from "vitest";
import { keepLastGood, type Kept } from "../../../src/preview/last-good.ts";
import { loadToolkit } from "../../../src/toolkit/load.ts";
import { tempToolkit, type TestToolkit } from "../../support/cli.ts";

const good = "content/topics/good.md";

function toolkitWithTwo(): TestToolkit {
  const toolkit = tempToolkit("tiny");
  toolkit.write("content/topics/a-second.md", toolkit.read(good).replace("title: Good", "title: Second"));
  return toolkit;
}

/** Reads after each step as the preview does: with what was shown before. */
async function shownAfter(toolkit: TestToolkit, ...steps: readonly (() => void)[]): Promise<Kept> {
  let kept = keepLastGood(await loadToolkit(toolkit.root), undefined);
  for (const step of steps) {
    step();
    kept = keepLastGood(await loadToolkit(toolkit.root), kept.toolkit);
  }
  return kept;
}

const titles = ({ toolkit }: Kept) => toolkit.topics.map(({ title }) => title);

describe("what is shown of a file that cannot be used", () => {
  it("is what it was, in its place, with the findings of now", async () => {
    const toolkit = toolkitWithTwo();
    const kept = await shownAfter(toolkit, () => toolkit.edit(good, "title: Good", "title:"));
    expect(titles(kept)).toEqual(["Second", "Good"]);
    expect([...kept.stale]).toEqual([good]);
    expect(kept.toolkit.problems.map(({ path }) => path)).toContain(good);
  });

  it("stays the last that could be used, however often it is saved", async () => {
    const toolkit = toolkitWithTwo();
    const kept = await shownAfter(
      toolkit,
      () => toolkit.edit(good, "title: Good", "title: Better"),
      () => toolkit.edit(good, "title: Better", "title: ["),
      () => toolkit.write(good, ""),
    );
    expect(titles(kept)).toEqual(["Second", "Better"]);
    expect([...kept.stale]).toEqual([good]);
  });

  it("is what it is once it is mended", async () => {
    const toolkit = toolkitWithTwo();
    const kept = await shownAfter(
      toolkit,
      () => toolkit.edit(good, "title: Good", "title:"),
      () => toolkit.edit(good, "title:", "title: Mended"),
    );
    expect(titles(kept)).toEqual(["Second", "Mended"]);
    expect(kept.stale.size).toBe(0);
  });

  it("is nothing when it was never right, or is gone", async () => {
    const toolkit = toolkitWithTwo();
    const kept = await shownAfter(
      toolkit,
      () => toolkit.write("content/topics/new.md", "---\ntitle:\n---\n"),
      () => toolkit.edit(good, "title: Good", "title:"),
      // Gone under this name.
      () => toolkit.write(good.replace("good", "moved"), toolkit.read(good)),
    );
    expect(titles(kept)).toEqual(["Second", "Good"]);
    const { rmSync } = await import("node:fs");
    const gone = await shownAfter(
      toolkit,
      () => toolkit.edit(good, "title:", "title: Good"),
      () => rmSync(toolkit.path(good)),
    );
    expect(titles(gone)).toEqual(["Second"]);
    expect(gone.stale.size).toBe(0);
  });

  it("is the settings, the brand and the edition of before as well", async () => {
    const toolkit = toolkitWithTwo();
    toolkit.write(
      "content/editions/2026-11.md",
      "---\ncycle: 2026-11\ntopic: good\npicked: { on: 2026-11-01, why: first }\n---\n",
    );
    const files = ["onetopic.yaml", "content/brands/plain.yaml", "content/editions/2026-11.md"];
    const kept = await shownAfter(toolkit, () => {
      for (const file of files) toolkit.write(file, `: [\n${toolkit.read(file)}`);
      toolkit.write("content/editions/2026-11.md", "---\ncycle: [\n---\n");
    });
    expect([...kept.stale].toSorted()).toEqual(files.toSorted());
    expect(kept.toolkit.settings.toolkit).toBe("Tiny");
    expect(kept.toolkit.brands.map(({ id }) => id)).toEqual(["plain"]);
    expect(kept.toolkit.editions.map(({ cycle }) => cycle)).toEqual(["2026-11"]);
  });

  it("is new all the same where there are only warnings", async () => {
    const toolkit = toolkitWithTwo();
    const kept = await shownAfter(toolkit, () =>
      toolkit.edit(good, "title: Good", "title: Warned\nnot-a-key: 1"),
    );
    expect(kept.toolkit.problems.map(({ severity }) => severity)).toEqual(["warn"]);
    expect(titles(kept)).toEqual(["Second", "Warned"]);
    expect(kept.stale.size).toBe(0);
  });
});
