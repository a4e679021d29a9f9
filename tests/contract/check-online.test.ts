import { afterAll, describe, expect, it } from "vitest";
import { documentOf, expectCode, snapshot, tempToolkit, type TestToolkit } from "../support/cli.ts";
import { startWeb, type Site } from "../support/web.ts";

const gone: Site = () => 404;
const web = await startWeb({
  "fine.example": () => 200,
  "gone.example": gone,
  "shy.example": () => 403,
});
afterAll(() => web.close());

interface Document {
  readonly findings: readonly {
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly severity: string;
    readonly rule: string;
    readonly message: string;
  }[];
}

/** A link at every place that may hold one. */
function writeLinks(toolkit: TestToolkit): void {
  toolkit.write(
    "content/topics/good.md",
    `---
title: Good
summary: Nothing is wrong here.
status: ready
messages: ["Read [this plan](http://gone.example/message) today."]
actions:
  staff: [Do this.]
  managers: ["Do [that](http://fine.example/action)."]
link: { label: Plan, url: http://gone.example/link, short: http://gone.example/short }
sources:
  - { title: Plan, url: http://fine.example/plan }
  - title: Other plan
    url: http://gone.example/source
---

All is well in [the first](http://gone.example/body#one)
and [the second](http://gone.example/body#two), [by mail](mailto:a@tiny.example), [shyly](http://shy.example/x).
`,
  );
  toolkit.write(
    "content/topics/old.md",
    "---\ntitle: Old\nsummary: Over.\nstatus: retired\n---\n\n[Old](http://gone.example/old)\n",
  );
  toolkit.write(
    "content/posts/2026-11-news.md",
    "---\ntitle: News\ndate: 2026-11-01\nurl: http://gone.example/post\n---\n\n[News](http://gone.example/news)\n",
  );
  toolkit.write(
    "content/editions/2026-11.md",
    "---\ncycle: 2026-11\ntopic: good\n---\n\n\n[Note](http://gone.example/note)\n",
  );
  toolkit.edit(
    "content/brands/plain.yaml",
    "colours:",
    "website: http://gone.example/brand\nsocial: { x: tiny, bluesky: https://gone.example/social }\ncolours:",
  );
  toolkit.edit("content/toolkit.md", /$/, "\n[About](http://localhost/about)\n");
}

describe("check --online", () => {
  it("finds every use of a link that cannot be opened, and asks for each address once or twice", async () => {
    const toolkit = tempToolkit("tiny");
    writeLinks(toolkit);
    const before = snapshot(toolkit.root);
    const run = await toolkit.runWith({ env: web.env }, "check", "--quick", "--online", "--json");
    const { findings } = documentOf<Document>(expectCode(run, 0));
    const found = findings.filter(({ rule }) => rule === "link/unreachable");
    expect(found.map(({ path, line, column, severity }) => `${path}:${line}:${column} ${severity}`)).toEqual([
      "content/brands/plain.yaml:2:1 warn",
      "content/brands/plain.yaml:3:20 warn",
      "content/editions/2026-11.md:7:1 warn",
      "content/posts/2026-11-news.md:4:1 warn",
      "content/posts/2026-11-news.md:7:1 warn",
      "content/toolkit.md:6:1 warn",
      "content/topics/good.md:5:12 warn",
      "content/topics/good.md:9:22 warn",
      "content/topics/good.md:9:53 warn",
      "content/topics/good.md:13:5 warn",
      "content/topics/good.md:16:16 warn",
      "content/topics/good.md:17:5 warn",
    ]);
    expect(found.at(-1)?.message).toContain(
      '"http://gone.example/body#two" leads to a page that is not there (404)',
    );
    const asked = web.asked.map(({ line }) => line).toSorted();
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.filter((line) => line.startsWith("HEAD"))).toHaveLength(12);
    expect(asked.filter((line) => line.startsWith("GET") && line.includes("fine"))).toEqual([]);
    expect(web.most.site).toBeLessThanOrEqual(2);
    expect(run.stderr).toContain("1 link could not be judged");
    expect(run.stderr).toContain("http://shy.example/x (403)");
    expect(snapshot(toolkit.root)).toEqual(before);
  });

  it("asks nothing without being told to, about files that are not named, or what the settings let pass", async () => {
    const toolkit = tempToolkit("tiny");
    writeLinks(toolkit);
    const settings = toolkit.read("onetopic.yaml");
    const check = async (...args: string[]) => {
      const from = web.asked.length;
      const run = await toolkit.runWith({ env: web.env }, "check", "--quick", ...args);
      return {
        run,
        asked: [...new Set(web.asked.slice(from).map(({ line }) => line.split("/")[3] ?? ""))].toSorted(),
      };
    };
    expect((await check()).asked).toEqual([]);
    toolkit.write(
      "onetopic.yaml",
      `${settings}checks:\n  link/unreachable: { level: error, allow: [http://gone.example/n] }\n`,
    );
    const error = await check("--online", "content/posts");
    expect(error.asked).toEqual(["post"]);
    expect(expectCode(error.run, 1).stdout).toContain(
      "content/posts/2026-11-news.md:4:1  error  link/unreachable  ",
    );
    toolkit.write("onetopic.yaml", `${settings}checks:\n  link/unreachable: "off"\n`);
    expect((await check("--online")).asked).toEqual([]);
  });

  it("says when it may be the machine that is cut off, not the links", async () => {
    const toolkit = tempToolkit("tiny");
    toolkit.edit(
      "content/topics/good.md",
      "All is well.",
      "[Well](http://nobody.example/a) and [well](http://nobody.example/b).",
    );
    const run = await toolkit.runWith({ env: web.env }, "check", "--quick", "--online", "content/topics");
    expect(expectCode(run, 0).stderr).toContain("this machine's way to the web");
  });
});
