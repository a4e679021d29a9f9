import { mkdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { documentOf, expectCode, snapshot, tempToolkit } from "../support/cli.ts";

const sentence = "This heading goes from level 2 to level 4. Use level 3, so that no level is skipped.";
const place = "content/topics/heading-jump.md";

describe.concurrent("the forms of the report of check", () => {
  it("have the same exit codes, and go to standard output alone", async () => {
    const toolkit = tempToolkit("tiny", "faults/heading-jump");
    const before = snapshot(toolkit.root);
    const check = (...args: string[]) => toolkit.run("check", "--quick", ...args);
    const [pretty, junit, sarif] = await Promise.all([
      check("--format", "pretty"),
      check("--format", "junit", "--strict"),
      check("--format", "sarif", "--strict"),
    ]);
    for (const run of [expectCode(pretty, 0), expectCode(junit, 1), expectCode(sarif, 1)]) {
      expect(run.stdout).toContain(sentence);
      expect(run.stderr).toBe("");
    }
    expect(snapshot(toolkit.root)).toEqual(before);
  });

  it("name files from the root of the repository where GitHub reads them", async () => {
    const toolkit = tempToolkit("tiny", "faults/heading-jump");
    const workspace = path.dirname(toolkit.root);
    const env = { GITHUB_WORKSPACE: workspace, GITHUB_STEP_SUMMARY: path.join(workspace, "summary.md") };
    const check = (format: string) => toolkit.runWith({ env }, "check", "--quick", "--format", format);
    const note = (file: string) => `::warning file=${file},line=10,col=1,title=heading/jump::${sentence}\n`;
    const [github, sarif] = await Promise.all([check("github"), check("sarif")]);
    expectCode(github, 0);
    expectCode(sarif, 0);
    expect(github.stdout).toContain(note(`tiny/${place}`));
    expect(sarif.stdout).toContain(`"uri": "tiny/${place}"`);
    const { runs } = documentOf<{ runs: { tool: { driver: object } }[] }>(sarif);
    expect(runs[0]?.tool.driver).toMatchObject({
      name: "onetopic",
      version: expect.stringMatching(/^\d+\.\d/) as string,
    });
    // A repository is known by its own folder as well, also where it was put into a folder of the workspace.
    mkdirSync(toolkit.path(".git"));
    expect((await check("github")).stdout).toContain(note(place));
    expect(toolkit.has("../summary.md")).toBe(false);
  });

  it("--json asks for the JSON document, and for no other form", async () => {
    const toolkit = tempToolkit("tiny");
    const [both, unknown] = await Promise.all([
      toolkit.run("check", "--quick", "--json", "--format", "sarif"),
      toolkit.run("check", "--quick", "--format", "xml"),
    ]);
    expect(documentOf(expectCode(both, 2))).toMatchObject({ error: { code: "usage" } });
    expectCode(unknown, 2);
  });
});
