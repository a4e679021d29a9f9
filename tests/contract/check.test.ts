import { readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ruleIds } from "../../src/check/words.ts";
import {
  documentOf,
  expectCode,
  fixtures,
  snapshot,
  tempToolkit,
  type Run,
  type TestToolkit,
} from "../support/cli.ts";

interface Report {
  readonly findings: readonly {
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly severity: "error" | "warn";
    readonly rule: string;
    readonly message: string;
  }[];
  readonly summary: {
    readonly errors: number;
    readonly warnings: number;
    readonly topics: number;
    readonly artefacts: number;
  };
}

/** Findings as `path:line severity rule`. */
function found(run: Run): string[] {
  return documentOf<Report>(run).findings.map(
    ({ path: file, line, severity, rule }) => `${file}:${line} ${severity} ${rule}`,
  );
}

const topic = "content/topics/fault.md";
const partial = "templates/partials/button.html.hbs";

/** A folder of tests/fixtures/faults, laid over the toolkit "tiny", and all that is wrong with it then. */
const corpus: Readonly<Record<string, readonly string[]>> = {
  "body-behind-faults": [
    "content/posts/2026-11-news.md:3 error schema/invalid",
    "content/posts/2026-11-news.md:6 error link/broken",
    `${topic}:1 warn topic/no-sources`,
    `${topic}:4 error schema/invalid`,
    `${topic}:7 warn link/insecure`,
    `${topic}:10 error link/broken`,
    `${topic}:10 warn link/weak-text`,
    `${topic}:12 warn markdown/html`,
  ],
  "brand-contrast": ["content/brands/pale.yaml:4 error brand/contrast"],
  "brand-faults": [
    "content/brands/other.yaml:3 error schema/invalid",
    "content/brands/other.yaml:4 error schema/invalid",
  ],
  "brand-unknown": ["onetopic.yaml:2 error brand/unknown"],
  "cycle-holidays": ["onetopic.yaml:12 warn cycle/holidays"],
  "default-brand-faults": ["content/brands/plain.yaml:3 error schema/invalid"],
  "edition-file-name": ["content/editions/2026-11.md:2 error edition/file-name"],
  "edition-unknown-topic": ["content/editions/2026-11.md:3 error edition/unknown-topic"],
  "file-name": ["content/topics/Not_Good.md:1 error file/name"],
  "front-matter-missing": [`${topic}:1 error front-matter/missing`],
  "heading-jump": [`${topic}:10 warn heading/jump`],
  "image-broken": [`${topic}:8 error image/type`],
  "image-missing": [`${topic}:8 error image/missing`],
  "image-no-alt": [`${topic}:10 error image/no-alt`],
  "image-outside": [`${topic}:8 error image/outside`],
  "image-remote": [`${topic}:9 error image/remote`],
  "image-type": [`${topic}:8 error image/type`],
  "image-unsafe": [`${topic}:8 error image/unsafe`],
  "link-broken": [`${topic}:8 error link/broken`],
  "link-insecure": [6, 9, 12].map((line) => `${topic}:${line} warn link/insecure`),
  "link-unsafe": [5, 10, 11].map((line) => `${topic}:${line} error link/unsafe`),
  "link-weak-text": [`${topic}:8 warn link/weak-text`],
  "logo-missing": ["content/brands/other.yaml:3 error image/missing"],
  "logo-outside": ["content/brands/other.yaml:3 error image/outside"],
  "logo-unsafe": ["content/brands/other.yaml:3 error image/unsafe"],
  "markdown-html": [`${topic}:10 warn markdown/html`],
  "poster-no-room": [`${topic}:27 error poster/no-room`],
  "poster-word-too-long": [`${topic}:5 error poster/word-too-long`],
  "schema-invalid": [4, 5, 6, 9, 10, 11].map((line) => `${topic}:${line} error schema/invalid`),
  "schema-missing": [`${topic}:1 error schema/missing`],
  "schema-unknown-key": [4, 8].map((line) => `${topic}:${line} warn schema/unknown-key`),
  "settings-faults": [
    ...[6, 8, 9, 10, 11, 13, 15].map((line) => `onetopic.yaml:${line} error schema/invalid`),
    "onetopic.yaml:16 warn schema/unknown-key",
  ],
  "settings-syntax": ["onetopic.yaml:5 error yaml/syntax"],
  "template-helper-unknown": [`${partial}:2 error template/helper-unknown`],
  "template-name-unknown": [`${partial}:2 error template/name-unknown`],
  "template-partial-missing": [`${partial}:2 error template/partial-missing`],
  "template-syntax": [`${partial}:2 error template/syntax`],
  "template-unescaped": [`${partial}:3 error template/unescaped`],
  "text-subject-long": [`${topic}:6 warn text/subject-long`],
  "topic-audience-unknown": [`${topic}:6 error topic/audience-unknown`],
  "topic-no-sources": [`${topic}:1 warn topic/no-sources`],
  "topic-one-sided": [`${topic}:4 warn topic/one-sided`],
  "topic-placeholder": [3, 11].map((line) => `${topic}:${line} error topic/placeholder`),
  "topic-repeated-message": [`${topic}:7 warn topic/repeated-message`],
  "topic-review-past": [`${topic}:5 error topic/review-past`],
  "topic-review-soon": [`${topic}:5 warn topic/review-soon`],
  "typst-compile": [`${topic}:5 error typst/compile`],
  "typst-template": ["templates/poster.typ.hbs:5 error typst/compile"],
  "yaml-duplicate-key": [`${topic}:4 error yaml/syntax`],
  "yaml-syntax": [`${topic}:2 error yaml/syntax`],
};

const clean = "sources:\n  - { title: Plan, url: https://tiny.example/plan }\n";
const withBody = (body: string | Uint8Array) =>
  Buffer.concat([Buffer.from(`---\ntitle: Fault\nsummary: One fault.\n${clean}---\n\n`), Buffer.from(body)]);
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
  "base64",
);

/** What no file in the repository should hold: made by the test. */
const made: Readonly<
  Record<string, readonly [make: (toolkit: TestToolkit) => void, findings: readonly string[]]>
> = {
  "file/encoding": [
    (it) => it.write(topic, Buffer.from("---\ntitle: Caf\xe9\nsummary: x\n---\n", "latin1")),
    [`${topic}:1 error file/encoding`],
  ],
  "file/encoding, binary": [
    (it) => it.write(topic, Buffer.from([0, 1, 0xfe, 0xff, 0])),
    [`${topic}:1 error file/encoding`],
  ],
  "file/too-large": [
    (it) => it.write(topic, withBody("x".repeat(1024 * 1024))),
    [`${topic}:1 error file/too-large`],
  ],
  "file/unreadable, a link out of the toolkit": [
    (it) => {
      it.write("../outside.md", withBody("Not ours."));
      symlinkSync(it.path("../outside.md"), it.path(topic));
    },
    [`${topic}:1 error file/unreadable`],
  ],
  "file/unreadable, a link in circles": [
    (it) => symlinkSync("fault.md", it.path(topic)),
    [`${topic}:1 error file/unreadable`],
  ],
  "front-matter/language": [
    (it) => it.write(topic, "---json\n{}\n---\n"),
    [`${topic}:1 error front-matter/language`],
  ],
  "image/outside, through a link": [
    (it) => {
      it.write("../lamp.png", png);
      symlinkSync(it.path("../lamp.png"), it.path("content/topics/lamp.png"));
      it.write(topic, withBody("![A lamp](lamp.png)\n"));
    },
    [`${topic}:7 error image/outside`],
  ],
  "image/too-large": [
    (it) => {
      it.write("content/topics/lamp.png", Buffer.concat([png, Buffer.alloc(5 * 1024 * 1024)]));
      it.write(topic, withBody("![A lamp](lamp.png)\n"));
    },
    [`${topic}:7 error image/too-large`],
  ],
  "image/missing, names that no disk takes": [
    (it) =>
      it.write(
        topic,
        withBody(`![A lamp](%00)\n\n![A lamp](${"a".repeat(300)}.png)\n\n![A lamp](good.md/lamp.png)\n`),
      ),
    [7, 9, 11].map((line) => `${topic}:${line} error image/missing`),
  ],
  "markdown/nesting": [
    (it) => it.write(topic, withBody(`Fine.\n\n${">".repeat(5000)} deep\n`)),
    [`${topic}:9 error markdown/nesting`],
  ],
  "output/too-large": [
    (it) => it.write(topic, withBody("Many words. ".repeat(10_000))),
    [`${topic}:2 error output/too-large`],
  ],
  "yaml/syntax, aliases that multiply": [
    (it) => {
      const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
      for (const [name, of] of ["ba", "cb", "dc", "ed", "fe", "gf", "hg", "ih"])
        bomb.push(`${name}: &${name} [${`*${of}, `.repeat(9)}]`);
      it.write(topic, `---\ntitle: Fault\nsummary: One fault.\n${bomb.join("\n")}\n${clean}---\n`);
    },
    [expect.stringMatching(/^content\/topics\/fault\.md:\d+ error yaml\/syntax$/) as string],
  ],
  "yaml/syntax, nested without end": [
    (it) =>
      it.write(
        topic,
        `---\ntitle: Fault\nsummary: One fault.\ntags: ${"[".repeat(5000)}${"]".repeat(5000)}\n---\n`,
      ),
    [`${topic}:4 error yaml/syntax`],
  ],
  "keys that every object has": [
    (it) =>
      it.write(
        topic,
        `---\ntitle: Fault\nsummary: One fault.\n__proto__: { title: polluted }\nconstructor: { prototype: { x: 1 } }\nactions:\n  staff: [Do this.]\n  managers: [Do that.]\n  __proto__: [Do nothing.]\n  constructor: [Do nothing.]\n${clean}---\n\nWords.\n`,
      ),
    [
      ...[4, 5].map((line) => `${topic}:${line} warn schema/unknown-key`),
      ...[9, 10].map((line) => `${topic}:${line} error topic/audience-unknown`),
    ],
  ],
};

/** Rules that no file can break: what they speak of is always there, or another rule speaks first. */
const uncaused = ["approval/incomplete", "file/missing", "template/missing", "template/rendering"];

describe.concurrent("check finds what is wrong, at its place, and nothing else:", () => {
  it("every rule has its fault here", () => {
    const rules = [...Object.values(corpus), ...Object.values(made).map(([, findings]) => findings)]
      .flat()
      .flatMap((finding) => (typeof finding === "string" ? finding.split(" ").slice(2) : []));
    expect([...new Set([...rules, ...uncaused])].toSorted()).toEqual([...ruleIds].toSorted());
    expect(readdirSync(path.join(fixtures, "faults")).toSorted()).toEqual(Object.keys(corpus).toSorted());
  });

  it.for(Object.entries(corpus))("%s", async ([name, expected]) => {
    const toolkit = tempToolkit("tiny", path.join("faults", name));
    await expectFindings(toolkit, expected, ...(/^(poster|typst)/.test(name) ? [] : ["--quick"]));
  });

  it.for(Object.entries(made))("%s", async ([, [make, expected]]) => {
    const toolkit = tempToolkit("tiny");
    make(toolkit);
    await expectFindings(toolkit, expected, "--quick");
  });
});

async function expectFindings(
  toolkit: TestToolkit,
  expected: readonly string[],
  ...flags: string[]
): Promise<void> {
  const run = await toolkit.run("check", "--json", ...flags);
  const { findings, summary } = documentOf<Report>(run);
  expect(found(run)).toEqual(expected);
  const errors = expected.filter((finding) => !/ warn /.test(String(finding))).length;
  expect(summary).toMatchObject({ errors, warnings: expected.length - errors });
  expectCode(run, errors > 0 ? 1 : 0);
  for (const { path: file, line, column, message } of findings) {
    expect(message).toMatch(/^\S.*[.!?)]$/s);
    if (/too-large|encoding|unreadable/.test(found(run)[0] ?? "")) continue;
    const text = toolkit.read(file).split("\n")[line - 1];
    expect(text, `${file} has no line ${line}`).toBeDefined();
    expect(column).toBeLessThanOrEqual((text?.length ?? 0) + 1);
  }
}

describe("check", () => {
  it("reports all faults in one run, in the order of path and line, and as text", async () => {
    const names = Object.keys(corpus).filter((name) =>
      /^(heading|image-(missing|no-alt)|link|markdown|schema-(invalid|unknown))/.test(name),
    );
    const toolkit = tempToolkit(
      "tiny",
      "faults/brand-contrast",
      "faults/template-unescaped",
      "faults/edition-unknown-topic",
    );
    const expected = [
      "content/brands/pale.yaml:4 error brand/contrast",
      "content/editions/2026-11.md:3 error edition/unknown-topic",
    ];
    for (const name of names) {
      toolkit.write(`content/topics/${name}.md`, tempToolkit("tiny", path.join("faults", name)).read(topic));
      expected.push(...(corpus[name] ?? []).map((finding) => finding.replace("fault.md", `${name}.md`)));
    }
    toolkit.write(
      "content/topics/dot.gif",
      tempToolkit("tiny", "faults/image-no-alt").read("content/topics/dot.gif"),
    );
    expected.push(`${partial}:3 error template/unescaped`);
    const [json, pretty] = await Promise.all([
      toolkit.run("check", "--quick", "--json"),
      toolkit.run("check", "--quick"),
    ]);
    expect(found(expectCode(json, 1))).toEqual(expected);
    const { findings, summary } = documentOf<Report>(json);
    const lines = findings.map(
      (one) => `${one.path}:${one.line}:${one.column}  ${one.severity}  ${one.rule}  ${one.message}`,
    );
    expect(pretty.stdout.split("\n").slice(0, lines.length)).toEqual(lines);
    expect(expectCode(pretty, 1).stdout).toContain(`${summary.errors} errors, ${summary.warnings} warnings`);
  });

  it("--format json is the same document, and --strict makes warnings fail", async () => {
    const toolkit = tempToolkit("tiny", "faults/heading-jump");
    const [json, format, strict] = await Promise.all([
      toolkit.run("check", "--json"),
      toolkit.run("check", "--format", "json"),
      toolkit.run("check", "--strict", "--quick"),
    ]);
    expect(expectCode(format, 0).stdout).toBe(expectCode(json, 0).stdout);
    expectCode(strict, 1);
    expect(documentOf<Report>(json).summary).toEqual({
      errors: 0,
      warnings: 1,
      topics: 2,
      artefacts: expect.any(Number),
    });
  });

  it("renders more with --full and less with --quick; the shipped forms have no findings", async () => {
    const library = tempToolkit("library");
    const runs = await Promise.all(
      ["--quick", "--strict", "--full"].map((depth) => library.run("check", "--json", depth)),
    );
    const counts = runs.map((run) => documentOf<Report>(expectCode(run, 0)).summary.artefacts);
    // Five topics are not retired: newsletter and four emails, each in html and txt; then the A4 poster.
    expect(counts.slice(0, 2)).toEqual([5 * 8, 5 * 9]);
    expect(counts[2]).toBeGreaterThan(100);
  });

  it("PATH narrows what is told, but not what counts as wrong there", async () => {
    const toolkit = tempToolkit("tiny", "faults/link-broken", "faults/brand-contrast");
    const at = (...args: string[]) => toolkit.run("check", "--quick", "--json", ...args);
    expect(found(expectCode(await at("content/topics/good.md"), 0))).toEqual([]);
    expect(found(expectCode(await at(topic), 1))).toEqual(corpus["link-broken"]);
    expect(found(expectCode(await at("content/brands", "content/topics/good.md"), 1))).toEqual(
      corpus["brand-contrast"],
    );
    const inside = await toolkit.runWith(
      { cwd: toolkit.path("content") },
      "check",
      "--quick",
      "--json",
      "topics",
    );
    expect(found(inside)).toEqual(corpus["link-broken"]);
  });

  it("takes levels from the settings", async () => {
    const toolkit = tempToolkit("tiny", "faults/link-broken", "faults/heading-jump");
    toolkit.write(
      "content/topics/other-fault.md",
      toolkit.read(topic).replace("#### Four", "#### Four\n\n<i>x</i>"),
    );
    toolkit.write(
      "onetopic.yaml",
      `${toolkit.read("onetopic.yaml")}checks:\n  heading/jump: error\n  markdown/html: off\n  link/brokn: off\n`,
    );
    const rules = found(expectCode(await toolkit.run("check", "--quick", "--json"), 1)).map((one) =>
      one.replace(/:\d+/, ""),
    );
    expect(rules).toEqual([
      `${topic} error heading/jump`,
      "content/topics/other-fault.md error heading/jump",
      "onetopic.yaml warn schema/unknown-key",
    ]);
  });

  it("writes nothing into the toolkit", async () => {
    const library = tempToolkit("library");
    const before = snapshot(library.root);
    expectCode(await library.run("check", "--full"), 0);
    expectCode(await library.run("check", "content/topics", "--strict", "--quick"), 0);
    expect(snapshot(library.root)).toEqual(before);
  });
});
