import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { changedSince } from "../../../src/cli/check/git.ts";
import { emptyFolder } from "../../support/cli.ts";
import { commitAll, git, repositoryIn } from "../../support/git.ts";

/** A toolkit below the top of its repository, in a folder with an awkward name. */
function nested(): { top: string; root: string } {
  const top = emptyFolder();
  const root = path.join(top, "our [tool] kits", "ä");
  mkdirSync(path.join(root, "content", "topics"), { recursive: true });
  writeFileSync(path.join(top, "package.json"), "{}");
  for (const name of ["a.md", "b c.md", "é.md", "gone.md"])
    writeFileSync(path.join(root, "content", "topics", name), name);
  mkdirSync(path.join(root, "content", "editions"));
  writeFileSync(
    path.join(root, "content", "editions", "2026-05.md"),
    "---\ncycle: 2026-05\ntopic: old\n---\n",
  );
  repositoryIn(top);
  return { top, root };
}

/** No disk of Windows takes a line end in a name. */
const odd = process.platform === "win32" ? "new line.md" : "new\nline.md";

const since = (root: string, ref: string) => changedSince(root, ref, process.env);
const refusal = (code: string, said: RegExp) =>
  expect.objectContaining({ code, exit: 2, hint: expect.stringMatching(said) as string });

describe("what git says of changes", () => {
  it("is what was committed, what is not yet, and new files, counted from the toolkit", async () => {
    const { top, root } = nested();
    git(top, "switch", "--quiet", "--create", "work");
    writeFileSync(path.join(root, "content", "topics", "a.md"), "new words");
    git(top, "mv", path.join(root, "content/topics/gone.md"), path.join(root, "content/topics/-moved.md"));
    writeFileSync(path.join(root, "content/editions/2026-05.md"), "---\ncycle: 2026-05\ntopic: other\n---\n");
    commitAll(top, "Work");
    writeFileSync(path.join(root, "content", "topics", "b c.md"), "not committed");
    writeFileSync(path.join(root, "content", "topics", odd), "not known to git");
    writeFileSync(path.join(top, "package.json"), "{ }");
    git(top, "switch", "--quiet", "--create", "other", "main");
    writeFileSync(path.join(root, "content", "topics", "é.md"), "changed on the other side");
    git(top, "commit", "--quiet", "--message", "Other", "--", path.join(root, "content/topics/é.md"));
    git(top, "switch", "--quiet", "work");
    const topics = ["-moved.md", "a.md", "b c.md", "gone.md", odd];
    expect(await since(root, "other")).toEqual({
      paths: [
        "../../package.json",
        "content/editions/2026-05.md",
        ...topics.map((name) => `content/topics/${name}`),
      ],
      formerTopics: ["old"],
      hasLinks: false,
    });
  });

  it("knows that files are reached through links", { skip: process.platform === "win32" }, async () => {
    const { top, root } = nested();
    symlinkSync("a.md", path.join(root, "content", "topics", "link.md"));
    commitAll(top, "A link");
    expect(await since(root, "HEAD")).toEqual({ paths: [], formerTopics: [], hasLinks: true });
  });

  it("is refused in words where git cannot tell", async () => {
    const { top, root } = nested();
    await expect(since(emptyFolder(), "main")).rejects.toEqual(
      refusal("no-git", /git says: .*not a git repository/),
    );
    await expect(since(root, "nowhere")).rejects.toEqual(refusal("unknown-ref", /git fetch/));
    for (const ref of ["--help", "--output=x", "-", ""]) {
      await expect(since(root, ref)).rejects.toEqual(refusal("bad-ref", /origin\/main/));
    }
    git(top, "switch", "--quiet", "--orphan", "strange");
    git(top, "commit", "--quiet", "--allow-empty", "--message", "Strange");
    await expect(since(top, "main")).rejects.toEqual(refusal("no-common-start", /no commit in common/));
  });

  it("asks for the whole history where a part of it is missing", async () => {
    const { top } = nested();
    commitAll(top, "Second");
    git(top, "switch", "--quiet", "--create", "work", "HEAD~1");
    commitAll(top, "Work");
    const shallow = path.join(emptyFolder(), "shallow");
    const address = `file://${top}`;
    git(top, "clone", "--quiet", "--depth=1", "--branch=work", address, shallow);
    await expect(since(shallow, "origin/main")).rejects.toEqual(refusal("unknown-ref", /fetch-depth: 0/));
    git(shallow, "fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main");
    await expect(since(shallow, "origin/main")).rejects.toEqual(refusal("no-common-start", /fetch-depth: 0/));
    git(shallow, "fetch", "--quiet", "--unshallow");
    expect((await since(shallow, "origin/main")).paths).toEqual([]);
  });
});
