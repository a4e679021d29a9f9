import { describe, expect, it } from "vitest";
import { documentOf, expectCode, tempToolkit, type TestToolkit } from "../support/cli.ts";

const edition = (note: string) => `---\ncycle: 2026-11\ntopic: good\n---\n\n${note}\n`;

function tiny(files: Readonly<Record<string, string>> = {}): TestToolkit {
  const toolkit = tempToolkit("tiny");
  for (const [name, text] of Object.entries(files)) toolkit.write(name, text);
  return toolkit;
}

describe.concurrent("what keeps a file from being made", { timeout: 120_000 }, () => {
  it("stays an error whatever the level of its rule: nothing is left out without a word", async () => {
    const toolkit = tiny();
    toolkit.edit("content/topics/good.md", "summary:", `messages: ["${"Endlessword".repeat(9)}"]\nsummary:`);
    toolkit.edit("onetopic.yaml", "toolkit:", "checks: { poster/word-too-long: warn }\ntoolkit:");
    const run = await toolkit.run("render", "good", "--variant", "poster");
    expect(expectCode(run, 1).stderr).toContain("poster/word-too-long");
    expect(toolkit.has("out")).toBe(false);
  });

  it("may stand in the note of the cycle, for a render as for an export", async () => {
    const toolkit = tiny({
      "content/editions/2026-11.md": edition("![A ward](none.png) and [this](javascript:x)"),
    });
    for (const command of [
      ["render", "2026-11", "--variant", "email"],
      ["export", "2026-11", "--as", "html"],
    ]) {
      const run = expectCode(await toolkit.run(...command), 1);
      expect(run.stderr).toMatch(/content\/editions\/2026-11\.md:6:\d+ .*image\/missing/);
      expect(run.stderr).toMatch(/content\/editions\/2026-11\.md:6:\d+ .*link\/unsafe/);
    }
    expect(toolkit.has("out")).toBe(false);
  });

  it("is told once, however many topics suffer from it, and at its place in the template", async () => {
    const template = "<p>{{topic.title}}</p>\n<p>{{topic.contact.name}}</p>\n";
    const toolkit = tiny({
      "templates/newsletter.html.hbs": template,
      "content/editions/2026-11.md": edition("Dear all"),
    });
    const words = toolkit.read("content/topics/good.md");
    for (const name of ["one", "two", "three"]) toolkit.write(`content/topics/${name}.md`, words);
    const place = /templates\/newsletter\.html\.hbs:2:\d+ .*template\/rendering/g;
    const all = await toolkit.run("render", "--all", "--variant", "newsletter");
    expect(expectCode(all, 1).stderr.match(place)).toHaveLength(1);
    const bulletin = await toolkit.run("export", "2026-11", "--as", "html");
    expect(expectCode(bulletin, 1).stderr.match(place)).toHaveLength(1);
  });
});

describe.concurrent("a flag of posters", { timeout: 60_000 }, () => {
  it.each([
    ["--press", "--variant", "screen"],
    ["--large-print", "--variant", "email"],
    ["--size", "A3", "--variant", "newsletter"],
    ["--press", "--format", "png"],
  ])("%s is refused where none would be made: %s %s", async (flag, ...more) => {
    const toolkit = tiny();
    const run = expectCode(await toolkit.run("render", "good", flag, ...more), 2);
    expect(run.stderr).toContain(flag);
    expect(toolkit.has("out")).toBe(false);
  });
});

describe("an approval", { timeout: 60_000 }, () => {
  it("ends when a link in a message or in the note leads elsewhere, and not for a design that nobody chose", async () => {
    const toolkit = tiny({ "content/editions/2026-11.md": edition("See [the other](../topics/other.md).") });
    const other = toolkit
      .read("content/topics/good.md")
      .replace("title:", "link: { label: Read, url: https://tiny.example/a }\ntitle:");
    toolkit.write("content/topics/other.md", other);
    toolkit.edit("onetopic.yaml", "toolkit:", "approvals: 1\ntoolkit:");
    const state = async () =>
      documentOf<{ state: string }>(expectCode(await toolkit.run("status", "2026-11", "--json"), 0)).state;
    expectCode(await toolkit.run("approve", "2026-11", "--by", "Ann", "--as", "staff"), 0);
    const approved = await state();
    toolkit.write("templates/poster-festive.typ.hbs", "= {{topic.title}}");
    expect(await state()).toBe(approved);
    toolkit.edit("content/topics/other.md", "tiny.example/a", "tiny.example/b");
    expect(await state()).not.toBe(approved);
  });
});
