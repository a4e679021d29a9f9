import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { watchToolkit, type Watching, type WatchOptions } from "../../../src/preview/watch.ts";
import { emptyFolder, tempToolkit, type TestToolkit } from "../../support/cli.ts";

let watching: Watching | undefined;
afterEach(() => {
  watching?.close();
  watching = undefined;
});

const good = "content/topics/good.md";

interface Watched {
  readonly toolkit: TestToolkit;
  /** Resolves when all these files were told; what else was told, too. */
  readonly told: (...files: readonly string[]) => Promise<void>;
  readonly all: readonly (readonly string[])[];
  readonly watching: Watching;
}

function watched(options: Partial<WatchOptions> = {}): Watched {
  const toolkit = tempToolkit("tiny");
  const all: (readonly string[])[] = [];
  const onChange = (files: readonly string[]) => void all.push(files);
  const onSlow = () => {};
  watching = watchToolkit({ root: toolkit.root, others: () => [], onChange, onSlow, ...options });
  const told = async (...files: readonly string[]) => {
    const wanted = expect.arrayContaining([...files]);
    await expect.poll(() => all.flat(), { timeout: 5_000, interval: 10 }).toEqual(wanted);
  };
  return { toolkit, told, all, watching };
}

describe("a change", () => {
  it("is told of files that are written, made, deleted and moved", async () => {
    const { toolkit, told, all } = watched();
    toolkit.write(good, "new");
    await told(good);
    toolkit.write("content/brands/other.yaml", "name: Other");
    toolkit.write("templates/partials/footer.html.hbs", "new folder");
    toolkit.write("var/lists/people.csv", "email");
    await told("content/brands/other.yaml", "templates/partials/footer.html.hbs", "var/lists/people.csv");
    rmSync(toolkit.path("content/brands/other.yaml"));
    renameSync(toolkit.path(good), toolkit.path("content/topics/moved.md"));
    await told("content/topics/moved.md");
    expect(all.every((files) => files.length > 0)).toBe(true);
  });

  it("is told each time where an editor puts a new file in the place of the old one", async () => {
    const { toolkit, all } = watched();
    for (const round of [1, 2, 3, 4, 5]) {
      const before = all.length;
      writeFileSync(toolkit.path(`${good}.tmp`), `round ${round}`);
      renameSync(toolkit.path(`${good}.tmp`), toolkit.path(good));
      await expect.poll(() => all.slice(before).flat(), { timeout: 5_000, interval: 10 }).toContain(good);
    }
    expect(new Set(all.flat())).toEqual(new Set([good]));
  });

  it("of many files is told together", async () => {
    const { toolkit, told, all } = watched();
    const files = Array.from({ length: 200 }, (_, at) => `content/topics/many-${at}.md`);
    for (const file of files) toolkit.write(file, "text");
    await told(...files);
    expect(all.length).toBeLessThan(20);
  });

  it("is told in a folder that took the place of another, and in one that was not there", async () => {
    const { toolkit, told, all } = watched();
    for (const file of ["other/topics/good.md", "other/topics/deep/er.md"]) toolkit.write(file, "text");
    renameSync(toolkit.path("content"), toolkit.path("before"));
    renameSync(toolkit.path("other"), toolkit.path("content"));
    await told("content", good, "content/topics/deep/er.md");
    const count = all.length;
    toolkit.write("content/topics/deep/er.md", "once more");
    toolkit.write("before/topics/good.md", "no longer of it");
    await expect.poll(() => all.slice(count).flat()).toContain("content/topics/deep/er.md");
    expect(all.slice(count).flat()).not.toContain(good);
  });

  it("is none of files that nothing is shown of", async () => {
    const { toolkit, told, all } = watched();
    for (const other of [
      "out/x/newsletter.html",
      "node_modules/a/b.md",
      "var/outbox/0.eml",
      "var/ledger.sqlite",
      "README.md",
    ])
      toolkit.write(other, "text");
    for (const half of [".good.md.swp", "good.md~", "4913", ".git/x"])
      toolkit.write(`content/topics/${half}`, "text");
    toolkit.write(good, "at last");
    await told(good);
    expect(all.flat().filter((file) => file.includes("."))).toEqual([good]);
  });

  it("is told of lists that the settings name later", async () => {
    const others: string[] = [];
    const { toolkit, told, all, watching: now } = watched({ others: () => others });
    toolkit.write("people/staff.csv", "email");
    others.push("people/staff.csv");
    now.extend();
    mkdirSync(toolkit.path("people"), { recursive: true });
    await expect
      .poll(() => (toolkit.write("people/staff.csv", `email\n${all.length}`), all.flat()), {
        timeout: 5_000,
        interval: 50,
      })
      .toContain("people/staff.csv");
    await told("people/staff.csv");
  });

  it.skipIf(process.platform === "win32")(
    "is told of what links lead to in the toolkit, and of nothing outside it",
    async () => {
      const outside = emptyFolder();
      const { toolkit, told, all } = watched();
      for (const file of ["shared/one.md", "shared/two.md", ".drafts/deep/three.md"])
        toolkit.write(file, "text");
      symlinkSync("../../shared/one.md", toolkit.path("content/topics/one.md"));
      symlinkSync("../../.drafts", toolkit.path("content/topics/drafts"));
      symlinkSync("deep", toolkit.path(".drafts/also"));
      symlinkSync("../../later.md", toolkit.path("content/topics/later.md"));
      symlinkSync(outside, toolkit.path("content/topics/outside"));
      symlinkSync("../..", toolkit.path("content/topics/all"));
      const links = ["one.md", "drafts", "later.md", "outside", "all"].map(
        (name) => `content/topics/${name}`,
      );
      await told(...links);
      const count = all.length;
      for (const file of ["shared/one.md", "shared/two.md", ".drafts/deep/three.md", "later.md", "README.md"])
        toolkit.write(file, "new");
      writeFileSync(`${outside}/other.md`, "new");
      toolkit.write(good, "at last");
      await told("shared/one.md", ".drafts/deep/three.md", "later.md", good);
      expect(new Set(all.slice(count).flat())).toEqual(
        new Set(["shared/one.md", ".drafts/deep/three.md", "later.md", good]),
      );
    },
  );

  it("is found by looking where the system does not tell", async () => {
    const { toolkit, told, all } = watched({ slowly: 30 });
    // What cannot be looked at stands in nobody's way.
    symlinkSync("loop.md", toolkit.path("content/topics/loop.md"));
    toolkit.write(good, "another length than before");
    await told(good);
    expect(new Set(all.flat())).toEqual(new Set([good, "content/topics/loop.md"]));
  });
});
