import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  documentOf,
  emptyFolder,
  expectCode,
  eventsOf,
  runCli,
  snapshot,
  toolkitIn,
} from "../support/cli.ts";

/*
 * A county's libraries, who know nothing of health care, from an empty folder to messages sent. The whole way goes through
 * the real program; what is asked of single commands beside it, through the same code in this process.
 */
describe.concurrent("a toolkit of another field", { timeout: 120_000 }, () => {
  it("goes through every command", async () => {
    const cwd = emptyFolder();
    const flags = [
      "--name",
      "Reading: matters",
      "--organisation",
      "Harbour & Co. Libraries",
      "--sender",
      "news@libraries.example",
      "--every",
      "fortnight",
    ];
    expectCode(await runCli(["init", "reading", ...flags], { cwd }), 0);
    const toolkit = toolkitIn(path.join(cwd, "reading"));
    const ok = async (...args: string[]) => expectCode(await toolkit.spawn(...args), 0);
    await ok("check", "--strict");
    const made = await ok(
      "new",
      "Quiet hours, kept: by everyone",
      "--summary",
      "Two quiet hours a day.",
      "--message",
      "Two a day.",
      "--action",
      "staff=Put the times on the door.",
      "--action",
      "managers=Plan classes around them.",
      "--link",
      "https://libraries.example/quiet",
      "--owner",
      "Reader services",
      "--json",
    );
    const { slug, path: file } = documentOf<{ slug: string; path: string }>(made);
    expect([slug, file]).toEqual([
      "quiet-hours-kept-by-everyone",
      "content/topics/quiet-hours-kept-by-everyone.md",
    ]);
    expect(expectCode(await toolkit.spawn("pick", slug), 1).stderr).toMatch(/draft/);
    toolkit.edit(file, "status: draft", "status: ready");
    const unfinished = expectCode(await toolkit.spawn("check", file, "--json"), 1);
    expect(
      documentOf<{ findings: { rule: string }[] }>(unfinished).findings.map(({ rule }) => rule),
    ).toContain("topic/placeholder");
    toolkit.edit(
      file,
      /\n---\n[\s\S]*$/,
      "\nsources:\n  - { title: Survey, url: https://libraries.example/survey, checked: 2026-11-20 }\n---\n\n## Why\n\nReaders asked.\n",
    );
    await ok("check", "--strict");

    await ok("plan");
    await ok("pick", slug, "--why", "Readers asked for it");
    const { cycle } = documentOf<{ cycle: string }>(await ok("status", "--json"));
    expect(cycle).toMatch(/^2026-W47$/);
    await ok("approve", "--by", "Ann", "--as", "reader-services");
    await ok("render");
    await ok("export", "--as", "html");
    await ok("export", "--as", "eml");
    const out = toolkit.list(`out/${slug}`);
    for (const name of [
      "newsletter.html",
      "email.staff.txt",
      "poster.pdf",
      "bulletin.html",
      "newsletter.draft.eml",
      "manifest.json",
    ])
      expect(out).toContain(name);
    for (const name of out.filter((one) => /\.(html|txt|eml)$/.test(one)))
      expect(toolkit.read(`out/${slug}/${name}`), name).not.toMatch(/\bpatients?\b|\bNHS\b|\bclinic/i);
    expect(toolkit.read(`out/${slug}/newsletter.html`)).toContain("Harbour &amp; Co. Libraries");

    expect((await ok("send", "--to", "everyone")).stdout).toContain("nothing was sent");
    toolkit.write(
      "var/lists/readers.csv",
      "email;name;audience\nada@libraries.example;Ada;staff\nbo@libraries.example;Bo;managers\n",
    );
    const sent = await ok("send", "--to", "var/lists/readers.csv", "--confirm", "2", "--json");
    expect(eventsOf(sent).at(-1)).toMatchObject({ event: "summary", audience: 2, accepted: 2 });
    expect(documentOf(await ok("status", "--json"))).toMatchObject({
      state: "rehearsed",
      next: { command: "onetopic pick --cycle 2026-W49" },
    });
    await ok("pick", "--auto", "--cycle", "2026-W49");
  });

  it("starts with nothing of health care in it, and with people whom its own audiences know", async () => {
    const toolkit = toolkitIn(emptyFolder());
    expectCode(await toolkit.run("init"), 0);
    expectCode(await toolkit.run("pick", "--auto"), 0);
    const send = expectCode(await toolkit.run("send", "--to", "everyone"), 0);
    expect(send.stderr).not.toMatch(/no audience/);
    for (const file of snapshot(toolkit.root).keys())
      if (/\.(md|yaml|csv)$/.test(file))
        expect(toolkit.read(file), file).not.toMatch(/\bpatients?\b|\bNHS\b|\bhospital|\bGP\b/i);
  });

  it("init never overwrites, all or nothing", async () => {
    const mine = toolkitIn(emptyFolder());
    mine.write("content/toolkit.md", "precious");
    const before = snapshot(mine.root);
    for (const content of ["starter", "interface"]) {
      const run = expectCode(await mine.run("init", "--content", content), 1);
      expect(run.stderr).toMatch(/content/);
    }
    expect(snapshot(mine.root)).toEqual(before);
    const inside = await mine.run("init", "content/toolkit.md/inside");
    expect([1, 2], inside.stderr).toContain(inside.code);
    const other = toolkitIn(emptyFolder());
    other.write("README.md", "A folder that is a git repository, say.");
    expectCode(await other.run("init"), 0);
    expect(other.read("README.md")).toBe("A folder that is a git repository, say.");
  });

  it("init refuses answers that would make a faulty toolkit", async () => {
    const folder = toolkitIn(emptyFolder());
    for (const flags of [
      ["--sender", "nobody"],
      ["--name", "x".repeat(300)],
      ["--name", "two\nlines"],
      ["--organisation", "x".repeat(300)],
      ["--every", "day"],
    ]) {
      const run = expectCode(await folder.run("init", ...flags), 2);
      expect(run.stderr).toMatch(/\S/);
      expect(folder.list(".")).toEqual([]);
    }
  });

  it("new never overwrites, and asks for what is missing", async () => {
    const folder = toolkitIn(emptyFolder());
    expectCode(await folder.run("init"), 0);
    expectCode(await folder.run("new", "Tea & Zoë’s 100% “plan”", "--slug", "tea"), 0);
    const before = snapshot(folder.root);
    expect(expectCode(await folder.run("new", "Tea"), 1).stderr).toContain("content/topics/tea.md");
    expect(snapshot(folder.root)).toEqual(before);
    const shown = await folder.run("topics", "tea", "--json");
    expect(
      documentOf<{ topic: { title: string; status: string } }>(expectCode(shown, 0)).topic,
    ).toMatchObject({ title: "Tea & Zoë’s 100% “plan”", status: "draft" });
  });
});
