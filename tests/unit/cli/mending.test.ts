import { describe, expect, it } from "vitest";
import { snapshot, tempToolkit } from "../../support/cli.ts";
import { commitAll, repositoryIn } from "../../support/git.ts";
import { checkInside } from "../../support/inside.ts";

const faults = ["file-unseen", "link-quotes", "link-insecure"].map((name) => `faults/${name}`);
const good = "content/topics/good.md";

describe("check --fix", () => {
  it("writes what is safe, shows the difference, and checks what is there then", async () => {
    const toolkit = tempToolkit("tiny", ...faults);
    toolkit.edit("content/topics/link-insecure.md", /http:\/\/[^/\s)]+/g, "http://www.gov.uk");
    const run = await checkInside(toolkit.root, { fix: true, strict: true });
    expect(run.stdout).toContain("--- a/content/topics/link-quotes.md");
    expect(run.stdout).toContain(
      '+Read [the whole plan](https://tiny.example/plan "The plan") and say “yes”.',
    );
    expect(run.stdout).toContain("No findings.");
    expect(run.stdout).toMatch(/\d repairs in 3 files are written\./);
    expect(run.code).toBe(0);
    const before = snapshot(toolkit.root);
    const again = await checkInside(toolkit.root, { fix: true });
    expect(again.stdout).toContain("There is nothing to repair.");
    expect(snapshot(toolkit.root)).toEqual(before);
  });

  it("--dry-run shows the same and writes nothing", async () => {
    const toolkit = tempToolkit("tiny", "faults/link-quotes");
    const before = snapshot(toolkit.root);
    const run = await checkInside(toolkit.root, { fix: true, dryRun: true });
    expect(run.stdout).toContain("1 repair in 1 file can be made; nothing is written.");
    expect(run.stdout).toContain("link/quotes  The curly quotes");
    const { fixed } = JSON.parse(
      (await checkInside(toolkit.root, { fix: true, dryRun: true, format: "json" })).stdout,
    ) as { fixed: unknown };
    expect(fixed).toEqual([
      { path: "content/topics/link-quotes.md", line: 8, rule: "link/quotes", written: false },
    ]);
    expect(snapshot(toolkit.root)).toEqual(before);
    await expect(checkInside(toolkit.root, { dryRun: true })).rejects.toEqual(
      expect.objectContaining({ code: "dry-run-alone", exit: 2 }),
    );
  });

  it("--dry-run does not write a baseline either", async () => {
    const toolkit = tempToolkit("tiny", "faults/link-quotes");
    const before = snapshot(toolkit.root);
    const run = checkInside(toolkit.root, { fix: true, dryRun: true, updateBaseline: true });
    await expect(run).rejects.toEqual(expect.objectContaining({ code: "dry-run-baseline", exit: 2 }));
    expect(snapshot(toolkit.root)).toEqual(before);
  });

  it("leaves alone what is not named, not changed, or off", async () => {
    const toolkit = tempToolkit("tiny", "faults/link-quotes");
    repositoryIn(toolkit.root);
    toolkit.write(good, `${toolkit.read(good)}\nA line. \n`);
    const before = toolkit.read("content/topics/link-quotes.md");
    await checkInside(
      toolkit.root,
      { fix: true },
      ["content/posts", "onetopic.yaml"].filter((one) => toolkit.has(one)),
    );
    expect(toolkit.read(good)).toContain("A line. \n");
    await checkInside(toolkit.root, { fix: true, changed: "HEAD" });
    expect([toolkit.read(good).endsWith("A line.\n"), toolkit.read("content/topics/link-quotes.md")]).toEqual(
      [true, before],
    );
    toolkit.write("onetopic.yaml", `${toolkit.read("onetopic.yaml")}checks: { link/quotes: off }\n`);
    commitAll(toolkit.root, "Off");
    await checkInside(toolkit.root, { fix: true });
    expect(toolkit.read("content/topics/link-quotes.md")).toBe(before);
  });
});
