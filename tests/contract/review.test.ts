import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  documentOf,
  emptyFolder,
  expectCode,
  snapshot,
  tempToolkit,
  toolkitIn,
  type TestToolkit,
} from "../support/cli.ts";
import { openWord } from "../support/word.ts";

const edition =
  "---\ncycle: 2026-12\ntopic: quiet-hours\npicked: { on: 2026-11-20, by: Sam, why: It is loud. }\n---\n\n" +
  "Dear readers, see [lost cards](../topics/lost-cards.md).[^1]\n\n[^1]: Once.\n";

function library(): TestToolkit {
  const toolkit = tempToolkit("library");
  toolkit.write("content/editions/2026-12.md", edition);
  return toolkit;
}

const bytesOf = (toolkit: TestToolkit, file: string) => readFileSync(toolkit.path(file));
const wordsOf = (toolkit: TestToolkit, file = "out/quiet-hours/review.docx") =>
  openWord(bytesOf(toolkit, file)).paragraphs.map(({ text }) => text);

describe.concurrent("export --as docx", { timeout: 120_000 }, () => {
  it("writes the review pack where it is promised, with the topic, the note and the picture in it", async () => {
    const toolkit = library();
    const run = expectCode(await toolkit.run("export", "2026-12", "--as", "docx"), 0);
    expect(run.stdout).toContain("out/quiet-hours/review.docx");
    const word = openWord(bytesOf(toolkit, "out/quiet-hours/review.docx"));
    expect(word.paragraphs.find(({ style }) => style === "Title")?.text).toBe(
      "Quiet hours, kept by everyone",
    );
    expect(word.document).toMatch(/descr="A reading lamp on a desk"/);
    expect(word.document).toMatch(/descr="Harbour County Libraries"/);
    expect(word.links.get("lost cards")).toBe("https://libraries.example/cards");
    expect(wordsOf(toolkit)).toEqual(
      expect.arrayContaining([
        "Dear readers, see lost cards (https://libraries.example/cards).[1]",
        "It is loud.",
        "412 readers answered.",
        "Two quiet hours a day",
      ]),
    );
  });

  it("shows the digest that an approval is bound to, and what is on record", async () => {
    const toolkit = library();
    toolkit.edit(
      "content/topics/quiet-hours.md",
      "priority: 1",
      "priority: 1\napprovers: [branches, schools]",
    );
    expectCode(await toolkit.run("export", "2026-12", "--as", "docx"), 0);
    const before = wordsOf(toolkit);
    const approve = await toolkit.run("approve", "2026-12", "--by", "Ann Lee", "--as", "branches", "--json");
    const { approval } = documentOf<{ approval: { digest: string } }>(expectCode(approve, 0));
    expect(before).toContain(approval.digest);
    for (const role of ["branches", "schools"])
      expect(before).toContain(`onetopic approve 2026-12 --by "NAME" --as ${role}`);
    expectCode(await toolkit.run("export", "2026-12", "--as", "docx"), 0);
    expect(wordsOf(toolkit)).toEqual(
      expect.arrayContaining([
        "Ann Lee",
        "22 November 2026",
        "Yes: nothing has changed since.",
        approval.digest,
      ]),
    );
    toolkit.edit("content/topics/quiet-hours.md", "Two quiet hours a day let", "Quiet hours let");
    expectCode(await toolkit.run("export", "2026-12", "--as", "docx"), 0);
    const after = wordsOf(toolkit);
    expect(after).not.toContain(approval.digest);
    expect(after.join(" ")).toMatch(/Ann Lee approved as branches on 22 November 2026\. It no longer counts/);
  });

  it("goes where it is told, and is the same on any machine at any time", async () => {
    const toolkit = library();
    const folder = toolkitIn(emptyFolder());
    const where = ["export", "2026-12", "--as", "docx", "-C", toolkit.root, "--json", "--out"];
    const run = await folder.run(...where, "a/b/pack.docx");
    expect(documentOf(expectCode(run, 0))).toEqual({ path: "a/b/pack.docx" });
    const env = { TZ: "Pacific/Kiritimati", ONETOPIC_NOW: "2027-06-01T00:00:00Z", LANG: "de_DE.UTF-8" };
    expectCode(await folder.runWith({ env, cwd: folder.root }, ...where, "again.docx"), 0);
    expect(bytesOf(folder, "again.docx").equals(bytesOf(folder, "a/b/pack.docx"))).toBe(true);
  });

  it("is refused when the words have errors, and writes nothing", async () => {
    const toolkit = library();
    toolkit.edit("content/topics/quiet-hours.md", "../pictures/lamp.png", "../pictures/gone.png");
    const before = snapshot(toolkit.root);
    expect(expectCode(await toolkit.run("export", "2026-12", "--as", "docx"), 1).stderr).toContain(
      "image/missing",
    );
    expect(expectCode(await toolkit.run("export", "2027-01", "--as", "docx"), 1).stderr).toContain(
      "onetopic pick --cycle 2027-01",
    );
    expect(snapshot(toolkit.root)).toEqual(before);
  });

  it.for([
    ["--audience", "schools"],
    ["--brand", "cityside"],
  ] as const)("is whole: %s is refused", async ([flag, value]) => {
    const run = expectCode(
      await library().run("export", "2026-12", "--as", "docx", flag, value, "--json"),
      2,
    );
    expect(documentOf<{ error: { message: string; hint: string } }>(run).error).toMatchObject({
      message: expect.stringContaining(flag),
      hint: expect.stringContaining(flag),
    });
  });
});
