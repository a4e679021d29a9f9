import { execFileSync } from "node:child_process";
import { readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ruleIds } from "../../src/domain/rules.ts";
import { checkHere } from "../support/inside.ts";
import {
  documentOf,
  expectCode,
  fixtures,
  snapshot,
  tempToolkit,
  type Run,
  type TestToolkit,
} from "../support/cli.ts";
import { gif } from "../support/pictures.ts";

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

/** A finding as `path:line severity rule`. */
type Expected = string | RegExp;

/** What is told of the topic `content/topics/<name>.md`. */
function topic(name: string, ...findings: readonly string[]): string[] {
  return findings.map((finding) => `content/topics/${name}.md:${finding}`);
}

/**
 * Folders of tests/fixtures/faults, each laid over the toolkit "tiny", and all that is wrong with it then. These do not
 * touch each other's files, so that one run finds them all.
 */
const together: Readonly<Record<string, readonly Expected[]>> = {
  "brand-contrast": ["content/brands/pale.yaml:4 error brand/contrast"],
  "brand-faults": [
    "content/brands/faulty.yaml:3 error schema/invalid",
    "content/brands/faulty.yaml:4 error schema/invalid",
  ],
  "edition-file-name": ["content/editions/2026-10.md:2 error edition/file-name"],
  "edition-unknown-topic": ["content/editions/2026-11.md:3 error edition/unknown-topic"],
  "file-name": topic("Not_Good", "1 error file/name"),
  "file-name-reserved": topic("site", "1 error file/name"),
  "file-unseen": topic("file-unseen", "8 warn file/unseen", "10 warn file/unseen"),
  "front-matter-language": topic("front-matter-language", "1 error front-matter/language"),
  "front-matter-missing": topic("front-matter-missing", "1 error front-matter/missing"),
  "heading-empty": topic("heading-empty", "12 warn heading/empty"),
  "heading-jump": topic("heading-jump", "10 warn heading/jump"),
  "image-missing": topic("image-missing", "8 error image/missing"),
  "image-no-alt": topic("image-no-alt", "10 error image/no-alt"),
  "image-outside": topic("image-outside", "8 error image/outside"),
  "image-remote": topic("image-remote", "9 error image/remote"),
  "image-type": topic("image-type", "8 error image/type"),
  "image-weak-alt": topic("image-weak-alt", "10 warn image/weak-alt"),
  "link-bare-address": topic("link-bare-address", "8 warn link/bare-address"),
  "link-broken": topic("link-broken", "8 error link/broken"),
  "link-insecure": topic(
    "link-insecure",
    "6 warn link/insecure",
    "9 warn link/insecure",
    "12 warn link/insecure",
  ),
  "link-quotes": topic("link-quotes", "8 warn link/quotes"),
  "link-same-text": topic("link-same-text", "10 warn link/same-text"),
  "link-unsafe": topic("link-unsafe", "5 error link/unsafe", "10 error link/unsafe", "11 error link/unsafe"),
  "link-weak-text": topic("link-weak-text", "4 warn link/weak-text", "9 warn link/weak-text"),
  "logo-missing": ["content/brands/logo-missing.yaml:3 error image/missing"],
  "logo-outside": ["content/brands/logo-outside.yaml:3 error image/outside"],
  "logo-unsafe": ["content/brands/logo-unsafe.yaml:3 error image/unsafe"],
  "markdown-html": topic("markdown-html", "10 warn markdown/html"),
  "poster-no-room": topic(
    "poster-no-room",
    "11 warn email/wordy",
    "28 error poster/no-room",
    "29 warn poster/wordy",
  ),
  "qr-dense": topic("qr-dense", "6 warn qr/dense"),
  "schema-invalid": topic(
    "schema-invalid",
    ...[4, 5, 6, 9, 10, 11].map((line) => `${line} error schema/invalid`),
  ),
  "schema-missing": topic("schema-missing", "1 error schema/missing"),
  "schema-unknown-key": topic("schema-unknown-key", "4 warn schema/unknown-key", "8 warn schema/unknown-key"),
  "social-too-long": topic("social-too-long", "8 warn social/too-long"),
  "table-no-header": topic("table-no-header", "10 warn table/no-header"),
  "text-acronym": topic("text-acronym", "8 warn text/acronym"),
  "text-blame": topic("text-blame", "5 warn text/blame", "12 warn text/blame"),
  "text-jargon": topic("text-jargon", "10 warn text/jargon", "11 warn text/jargon"),
  "text-preheader": topic("text-preheader", "6 warn text/preheader-long", "9 warn text/preheader-repeats"),
  "text-reading-level": topic("text-reading-level", "10 warn text/reading-level"),
  "text-sentence-long": topic("text-sentence-long", "8 warn text/sentence-long"),
  "text-spelling": topic("text-spelling", "5 warn text/spelling", "11 warn text/spelling"),
  "text-subject-long": topic("text-subject-long", "6 warn text/subject-long"),
  "text-wordy": topic(
    "text-wordy",
    "6 warn email/wordy",
    "32 warn poster/wordy",
    "40 warn screen/headline-long",
    "41 warn screen/wordy",
  ),
  "topic-audience-unknown": topic("topic-audience-unknown", "6 error topic/audience-unknown"),
  "topic-no-sources": topic("topic-no-sources", "1 warn topic/no-sources"),
  "topic-one-sided": topic("topic-one-sided", "4 warn topic/one-sided"),
  "topic-placeholder": topic("topic-placeholder", "3 error topic/placeholder", "11 error topic/placeholder"),
  "topic-repeated-message": topic("topic-repeated-message", "7 warn topic/repeated-message"),
  "topic-review-past": topic("topic-review-past", "5 error topic/review-past"),
  "topic-review-soon": topic("topic-review-soon", "5 warn topic/review-soon"),
  "topic-source-unchecked": topic(
    "topic-source-unchecked",
    "8 warn topic/source-unchecked",
    "9 warn topic/source-unchecked",
  ),
  "yaml-duplicate-key": topic("yaml-duplicate-key", "4 error yaml/syntax"),
  "yaml-syntax": topic("yaml-syntax", "2 error yaml/syntax"),
};

/** Faults in templates keep everything from being rendered, so they have a run of their own. */
const templates: Readonly<Record<string, readonly Expected[]>> = {
  "template-helper-unknown": ["templates/partials/masthead.html.hbs:2 error template/helper-unknown"],
  "template-name-unknown": ["templates/partials/contact.html.hbs:2 error template/name-unknown"],
  "template-no-fallback": [3, 4].map(
    (line) => `templates/partials/more.txt.hbs:${line} warn template/no-fallback`,
  ),
  "template-partial-missing": ["templates/partials/asks.html.hbs:2 error template/partial-missing"],
  "template-unescaped": ["templates/partials/footer.html.hbs:3 error template/unescaped"],
  "template-unsafe-place": [3, 4].map(
    (line) => `templates/newsletter.html.hbs:${line} error template/unsafe-place`,
  ),
  "template-unused": ["templates/partials/signature.html.hbs:1 warn template/unused"],
};

/** Faults that show in what templates make. */
const judged: Readonly<Record<string, readonly Expected[]>> = {
  "output-client-support": ["templates/partials/asks.html.hbs:4 warn output/client-support"],
  "output-contrast": ["templates/partials/masthead.html.hbs:2 error output/contrast"],
  "output-inaccessible": [3, 4, 8].map(
    (line) => `templates/partials/contact.html.hbs:${line} error output/inaccessible`,
  ),
  "output-invalid-html": [3, 5].map(
    (line) => `templates/partials/button.html.hbs:${line} error output/invalid-html`,
  ),
  "output-style-dropped": ["templates/layouts/mail.html.hbs:6 error output/style-dropped"],
  "output-text-incomplete": ["templates/newsletter.txt.hbs:1 error output/text-incomplete"],
};

/** Faults of the campaign as a whole: these change the calendar for each other, so they have a run of their own. */
const campaign: Readonly<Record<string, readonly Expected[]>> = {
  "editions-ahead": [
    "content/editions/2026-12.md:3 error edition/not-ready",
    "content/editions/2026-W50.md:2 warn edition/no-cycle",
    "content/editions/2027-01.md:4 warn edition/approval-missing",
    "content/editions/2027-01.md:5 warn edition/approval-void",
    "content/editions/2027-02.md:3 warn edition/link-repeated",
    "content/editions/2027-03.md:3 error edition/not-ready",
  ],
  "file-ignored": [
    "content/brands/brand.YAML:1 warn file/ignored",
    "content/edition/2027-05.md:1 warn file/ignored",
    "content/posts/post.yml:1 warn file/ignored",
    "content/topics/below/below.md:1 warn file/ignored",
    "content/topics/capitals.MD:1 warn file/ignored",
    "content/topics/other-ending.markdown:1 warn file/ignored",
  ],
  "list-faults": [
    "people/empty.csv:1 error list/empty",
    "people/faulty.csv:1 error list/column-missing",
    "people/faulty.csv:4 warn list/bad-row",
    "people/faulty.csv:5 warn list/duplicate",
    "people/faulty.csv:6 error list/field-empty",
    "people/faulty.csv:6 warn list/no-audience",
    "people/faulty.csv:7 warn list/no-audience",
    "people/faulty.csv:8 warn list/likely-slip",
    "people/faulty.csv:9 warn list/role-address",
    "people/no-header.csv:1 error list/unreadable",
    "people/plain.csv:1 error list/column-missing",
    "people/plain.csv:1 error list/column-missing",
  ],
  pins: [
    ...topic("pin-clash-second", "5 warn pin/clash"),
    ...topic("pin-no-cycle", "5 warn pin/no-cycle"),
    ...topic("pin-past", "5 warn pin/past"),
    ...topic("pin-review", "5 warn pin/review"),
    ...topic("pin-season", "5 warn pin/season"),
    ...topic("pin-skipped", "5 warn plan/never"),
    ...topic("pin-taken", "5 warn pin/clash"),
  ],
  "plan-never": [
    ...topic("never-in-season", "5 warn plan/never"),
    ...topic("never-reviewed", "8 warn plan/never"),
  ],
  "plan-starved": topic("october-three", "5 warn plan/starved"),
  "send-settings": [
    "onetopic.yaml:11 warn plan/skipped",
    "onetopic.yaml:13 warn send/no-sender",
    "onetopic.yaml:13 warn send/no-unsubscribe",
    "onetopic.yaml:13 error send/transport",
    "onetopic.yaml:14 error send/ledger",
    "onetopic.yaml:17 error send/list",
    "onetopic.yaml:18 error send/list",
    "onetopic.yaml:22 error send/dkim",
  ],
  "topic-twins": topic("twin-second", "2 warn topic/duplicate-title", "5 warn topic/order-twice"),
};

/** What must neither hide the faults of other files nor make up new ones. */
const alone: Readonly<Record<string, readonly Expected[]>> = {
  "body-behind-faults": [
    "content/posts/2026-11-news.md:3 error schema/invalid",
    "content/posts/2026-11-news.md:6 error link/broken",
    ...topic(
      "body-behind-faults",
      "4 error schema/invalid",
      "9 error link/broken",
      "9 warn link/weak-text",
      "11 warn markdown/html",
    ),
  ],
  "checks-fixed": [
    ...topic("broken", "2 error yaml/syntax"),
    "onetopic.yaml:9 error schema/invalid",
    "onetopic.yaml:10 error schema/invalid",
  ],
  "brand-unknown": ["onetopic.yaml:2 error brand/unknown"],
  "cycle-holidays": ["onetopic.yaml:12 error cycle/holidays"],
  "default-brand-faults": ["content/brands/plain.yaml:3 error schema/invalid"],
  "file-spaces": topic("file-spaces", "8 warn file/spaces", "13 warn file/spaces"),
  "image-broken": topic("image-broken", "8 error image/broken"),
  "image-unsafe": topic("image-unsafe", "8 error image/unsafe"),
  "pdf-structure": ["templates/poster.typ.hbs:1 error pdf/structure"],
  "pin-gap": topic("pin-gap", "5 warn pin/gap"),
  "plan-gap": topic("good", "5 warn plan/gap"),
  "poster-unknown-design": topic("poster-unknown-design", "8 error poster/unknown-design"),
  "poster-word-too-long": topic("poster-word-too-long", "5 error poster/word-too-long"),
  "settings-faults": [
    ...[6, 8, 9, 10, 11, 13, 15].map((line) => `onetopic.yaml:${line} error schema/invalid`),
    "onetopic.yaml:16 warn schema/unknown-key",
  ],
  "settings-syntax": ["onetopic.yaml:5 error yaml/syntax"],
  "template-syntax": ["templates/partials/button.html.hbs:2 error template/syntax"],
  "template-rendering": ["templates/partials/more.txt.hbs:3 error template/rendering"],
  "typst-compile": topic("typst-compile", "5 error typst/compile"),
  "typst-template": ["templates/poster.typ.hbs:5 error typst/compile"],
};

const sources = "sources:\n  - { title: Plan, url: https://tiny.example/plan }\n";
/** A topic with the body from line 8 on. */
const withBody = (body: string) => `---\ntitle: Fault\nsummary: One fault.\n${sources}---\n\n${body}\n`;
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
  "base64",
);

/** Fixtures that have the same title are no twins. */
function withoutTwins(toolkit: TestToolkit): void {
  toolkit.write(
    "onetopic.yaml",
    `${toolkit.read("onetopic.yaml")}checks: { topic/duplicate-title: "off" }\n`,
  );
}

/** Files that a repository should not hold, or could not. */
function writeOddFiles(toolkit: TestToolkit): string[] {
  withoutTwins(toolkit);
  const write = (name: string, content: string | Uint8Array) =>
    toolkit.write(`content/topics/${name}.md`, content);
  const link = (to: string, name: string) => symlinkSync(to, toolkit.path("content/topics", name));
  write("big-picture", withBody("![A lamp](big.png)"));
  toolkit.write("content/topics/big.png", Buffer.concat([png, Buffer.alloc(5 * 1024 * 1024)]));
  write("binary", Buffer.from([0, 1, 0xfe, 0xff, 0]));
  write(
    "deep-yaml",
    withBody("").replace("summary", `tags: ${"[".repeat(5000)}${"]".repeat(5000)}\nsummary`),
  );
  write("heavy", withBody("![A lamp](heavy.gif)"));
  toolkit.write("content/topics/heavy.gif", gif(1024 * 1024));
  write("huge", withBody("x".repeat(1024 * 1024)));
  write("latin", Buffer.from(withBody("Caf\xe9"), "latin1"));
  write("long", withBody("Many words. ".repeat(10_000)));
  link("looping.md", "looping.md");
  toolkit.write("../outside.md", withBody("Not ours."));
  link(toolkit.path("../outside.md"), "outside.md");
  toolkit.write("../outside.png", png);
  link(toolkit.path("../outside.png"), "lamp.png");
  write("picture-outside", withBody("![A lamp](lamp.png)"));
  const names = [..."abcdefgh"];
  const doubling = names.map((name, index) => {
    const before = names[index - 1];
    return `${name}: &${name} [${(before ? `*${before}, ` : "x, ").repeat(9)}]`;
  });
  write("yaml-bomb", withBody("").replace("summary", `${doubling.join("\n")}\nsummary`));
  return [
    ...topic("big-picture", "8 error image/too-large"),
    ...topic("binary", "1 error file/encoding"),
    ...topic("deep-yaml", "3 error yaml/syntax"),
    ...topic("heavy", "2 warn output/heavy"),
    ...topic("huge", "1 error file/too-large"),
    ...topic("latin", "1 error file/encoding"),
    ...topic("long", "2 error output/too-large", "7 warn newsletter/wordy"),
    ...topic("looping", "1 error file/unreadable"),
    ...topic("outside", "1 error file/unreadable"),
    ...topic("picture-outside", "8 error image/outside"),
    // The first hundred repetitions are on lines 4 and 5.
    ...topic("yaml-bomb", "5 error yaml/syntax"),
  ];
}

const made: Readonly<Record<string, (toolkit: TestToolkit) => readonly Expected[]>> = {
  "names of pictures that no disk takes": (toolkit) => {
    const names = ["%00", `${"a".repeat(300)}.png`, "good.md/lamp.png", "a/../../../../etc/hostname"];
    toolkit.write(
      "content/topics/fault.md",
      withBody(names.map((name) => `![A lamp](${name})`).join("\n\n")),
    );
    return topic(
      "fault",
      ...[8, 10, 12].map((line) => `${line} error image/missing`),
      "14 error image/outside",
    );
  },
  "text nested without end": (toolkit) => {
    toolkit.write("content/topics/fault.md", withBody(`Fine.\n\n${">".repeat(5000)} deep`));
    return topic("fault", "10 error markdown/nesting");
  },
  "keys that every object has": (toolkit) => {
    const keys = `__proto__: { title: polluted }\nconstructor: { prototype: { x: 1 } }\nactions:\n  staff: [Do this.]\n  managers: [Do that.]\n  __proto__: [Do nothing.]\n  constructor: [Do nothing.]`;
    toolkit.write("content/topics/fault.md", withBody("Words.").replace("sources:", `${keys}\nsources:`));
    return topic(
      "fault",
      ...[4, 5].map((line) => `${line} warn schema/unknown-key`),
      ...[9, 10].map((line) => `${line} error topic/audience-unknown`),
    );
  },
  "a template's block that is never closed": (toolkit) => {
    toolkit.write("templates/partials/more.txt.hbs", "{{#if links.more}}\n{{links.more.url}}\n");
    return [/^templates\/partials\/more\.txt\.hbs:[123] error template\/syntax$/];
  },
  "a bracket that is never closed": (toolkit) => {
    toolkit.write("onetopic.yaml", `${toolkit.read("onetopic.yaml")}tags: [one, two\n`);
    return ["onetopic.yaml:8 error yaml/syntax"];
  },
  "a pipe in place of a file": (toolkit) => {
    if (process.platform === "win32") return [];
    execFileSync("mkfifo", [toolkit.path("content/topics/fault.md")]);
    return topic("fault", "1 error file/unreadable");
  },
  "a pipe in place of a picture": (toolkit) => {
    if (process.platform === "win32") return [];
    toolkit.write("content/topics/fault.md", withBody("![A lamp](lamp.png)"));
    execFileSync("mkfifo", [toolkit.path("content/topics/lamp.png")]);
    return topic("fault", "8 error image/missing");
  },
  "a picture in the front matter": (toolkit) => {
    const front = "scenario: A ![lamp](lamp.png) stood here.\nsources:";
    toolkit.write("content/topics/fault.md", withBody("![A lamp](lamp.png)").replace("sources:", front));
    toolkit.write("content/topics/lamp.png", png);
    return topic("fault", "4 error schema/invalid");
  },
  "two files for one brand": (toolkit) => {
    toolkit.write("content/brands/plain.yml", toolkit.read("content/brands/plain.yaml"));
    return [/^content\/brands\/plain\.ya?ml:1 error [a-z]+\/[a-z-]+$/];
  },
  "front matter that is never closed": (toolkit) => {
    toolkit.write("content/topics/fault.md", withBody("An article.").replace("---\n\n", ""));
    return [/^content\/topics\/fault\.md:\d error (yaml\/syntax|front-matter\/[a-z]+)$/];
  },
};

/**
 * Rules that no file of a toolkit can break: what they speak of is always there, another rule speaks first, or the web is
 * asked (see check-online.test.ts).
 */
const uncaused = ["link/unreachable"];

describe.concurrent(
  "check finds what is wrong, at its place, and nothing else:",
  { timeout: 120_000 },
  () => {
    it("all faults of topics, posts, brands and editions at once", async () => {
      const toolkit = tempToolkit("tiny", ...Object.keys(together).map((name) => path.join("faults", name)));
      expectFindings(toolkit, await toolkit.run("check", "--json"), Object.values(together).flat());
    });

    it("all faults of templates at once, and says the same as text", async () => {
      const toolkit = tempToolkit("tiny", ...Object.keys(templates).map((name) => path.join("faults", name)));
      const [json, pretty] = await Promise.all([toolkit.run("check", "--json"), toolkit.run("check")]);
      expectFindings(toolkit, json, Object.values(templates).flat());
      const { findings, summary } = documentOf<Report>(json);
      const lines = findings.map(
        (one) => `${one.path}:${one.line}:${one.column}  ${one.severity}  ${one.rule}  ${one.message}`,
      );
      expect(pretty.stdout.split("\n").slice(0, lines.length)).toEqual(lines);
      expect(pretty.stdout).toContain(`${summary.errors} errors, ${summary.warnings} warnings`);
      expectCode(pretty, 1);
    });

    it("all faults of the campaign at once, and names nobody on a list", async () => {
      const faults = [...Object.keys(campaign), "template-no-fallback"];
      const toolkit = tempToolkit("tiny", ...faults.map((name) => path.join("faults", name)));
      const lists = toolkit.list("people").flatMap((name) => ["--list", `people/${name}`]);
      const run = await toolkit.run("check", "--json", "--quick", ...lists);
      const expected = [...Object.values(campaign).flat(), ...(templates["template-no-fallback"] ?? [])];
      expectFindings(toolkit, run, expected);
      expect(run.stdout).not.toMatch(/@tiny|someone|porters|North|No address/);
    });

    it("all faults that show in what templates make", async () => {
      const toolkit = tempToolkit("tiny", ...Object.keys(judged).map((name) => path.join("faults", name)));
      const run = await toolkit.run("check", "--json", "--quick");
      expectFindings(toolkit, run, Object.values(judged).flat());
    });

    it("files that are too large, too deep, in no known encoding, or lead out of the toolkit", async () => {
      const toolkit = tempToolkit("tiny");
      const expected = writeOddFiles(toolkit);
      expectFindings(toolkit, await toolkit.run("check", "--json", "--quick"), expected);
    });

    it.for(Object.keys(alone))("%s", async (name) => {
      const toolkit = tempToolkit("tiny", path.join("faults", name));
      const quick = !/^(pdf|poster|typst)/.test(name);
      expectFindings(toolkit, await checkHere(toolkit, { quick }), alone[name] ?? []);
    });

    it.for(Object.keys(made))("%s", async (name) => {
      const toolkit = tempToolkit("tiny");
      const expected = made[name]?.(toolkit) ?? [];
      expectFindings(toolkit, await checkHere(toolkit), expected);
    });

    it("every rule has its fault here, and every fixture its test", () => {
      const all = { ...together, ...templates, ...judged, ...campaign, ...alone };
      const rules = [
        ...Object.values(all).flat(),
        ...writeOddFiles(tempToolkit("tiny")),
        "x error markdown/nesting",
        // No disk of Windows or macOS can hold this one; see the unit test of it.
        "x error file/case-clash",
      ];
      const covered = rules.flatMap((finding) =>
        typeof finding === "string" ? finding.split(" ").slice(2) : [],
      );
      expect([...new Set([...covered, ...uncaused])].toSorted()).toEqual([...ruleIds].toSorted());
      expect(readdirSync(path.join(fixtures, "faults")).toSorted()).toEqual(Object.keys(all).toSorted());
    });
  },
);

function expectFindings(toolkit: TestToolkit, run: Run, expected: readonly Expected[]): void {
  const report = documentOf<Partial<Report>>(run);
  expect(report.findings, run.stderr).toBeDefined();
  const { findings, summary } = report as Report;
  const found = findings.map(({ path: file, line, severity, rule }) => `${file}:${line} ${severity} ${rule}`);
  const wanted = expected.map((one) =>
    typeof one === "string" ? one : (expect.stringMatching(one) as string),
  );
  expect(found.toSorted()).toEqual(wanted.toSorted());
  const places = findings.map(({ path: file, line, column }) => [file, line, column] as const);
  expect(places).toEqual(
    places.toSorted(([a, b, c], [d, e, f]) => (a === d ? b - e || c - f : a < d ? -1 : 1)),
  );
  const errors = findings.filter(({ severity }) => severity === "error").length;
  expect(summary).toMatchObject({ errors, warnings: findings.length - errors });
  expectCode(run, errors > 0 ? 1 : 0);
  for (const { path: file, line, column, rule, message } of findings) {
    expect(message, rule).toMatch(/^\S.*[.!?)]$/s);
    if (rule.startsWith("file/") && rule !== "file/name") continue;
    const text = toolkit.read(file).split("\n")[line - 1];
    expect(text, `${file} has no line ${line}`).toBeDefined();
    expect(column, `${file}:${line} has no column ${column}`).toBeLessThanOrEqual((text?.length ?? 0) + 1);
  }
}

describe.concurrent("check", () => {
  const rulesOf = (run: Run) =>
    documentOf<Report>(run).findings.map(({ path: file, severity, rule }) => `${file} ${severity} ${rule}`);

  it("--format json is the same document, and --strict makes warnings fail", async () => {
    const toolkit = tempToolkit("tiny", "faults/heading-jump");
    const [json, format, strict] = await Promise.all([
      toolkit.run("check", "--json", "--quick"),
      toolkit.run("check", "--format", "json", "--quick"),
      toolkit.run("check", "--strict", "--quick"),
    ]);
    expect(expectCode(format, 0).stdout).toBe(expectCode(json, 0).stdout);
    expectCode(strict, 1);
    const { summary } = documentOf<Report>(json);
    expect(summary).toEqual({ errors: 0, warnings: 1, topics: 2, artefacts: 2 * 9 });
  });

  it("renders less with --quick and more with --full; it writes nothing", async () => {
    const toolkit = tempToolkit("tiny");
    toolkit.write("content/brands/second.yaml", toolkit.read("content/brands/plain.yaml"));
    toolkit.write("content/topics/gone.md", "---\ntitle: Gone\nsummary: Over.\nstatus: retired\n---\n");
    const before = snapshot(toolkit.root);
    const counts: number[] = [];
    for (const depth of ["--quick", "--strict", "--full"]) {
      const run = expectCode(await toolkit.run("check", "--json", depth), 0);
      counts.push(documentOf<Report>(run).summary.artefacts);
    }
    // Newsletter, email for all and two audiences, each in html and txt; the words of posts; one poster. Of a retired
    // topic, nothing.
    expect(counts.slice(0, 2)).toEqual([9, 10]);
    // Two brands; html, txt and eml; a screen, two cards and their words; posters in three sizes: as pdf and png, plain
    // and in large print, and as pdf for a press.
    expect(counts[2]).toBe(2 * (4 * 3 + 1 + 3 + 2 * 3 * 2 + 3));
    expect(snapshot(toolkit.root)).toEqual(before);
  });

  it("PATH narrows what is told", async () => {
    const toolkit = tempToolkit("tiny", "faults/link-broken", "faults/brand-contrast");
    const check = (...paths: string[]) => toolkit.run("check", "--quick", "--json", ...paths);
    expect(rulesOf(expectCode(await check("content/topics/good.md"), 0))).toEqual([]);
    const broken = ["content/topics/link-broken.md error link/broken"];
    expect(rulesOf(expectCode(await check("content/topics/link-broken.md"), 1))).toEqual(broken);
    const pale = ["content/brands/pale.yaml error brand/contrast"];
    expect(rulesOf(expectCode(await check("content/brands", "content/topics/good.md"), 1))).toEqual(pale);
    const inside = await toolkit.runWith(
      { cwd: toolkit.path("content") },
      "check",
      "--quick",
      "--json",
      "topics",
    );
    expect(rulesOf(expectCode(inside, 1))).toEqual(broken);
    // Nothing can be judged by settings that cannot be read.
    toolkit.edit("onetopic.yaml", "toolkit: Tiny", "toolkit: [");
    expectCode(await check("content/topics/good.md"), 1);
  });

  it("names the faults of files elsewhere at the same levels, and a brand that is not used stands in nobody's way", async () => {
    const toolkit = tempToolkit("tiny", "faults/edition-file-name", "faults/brand-faults");
    const checks = 'checks:\n  edition/file-name: "off"\n  schema/invalid: "off"\n';
    const settings = toolkit.read("onetopic.yaml");
    toolkit.write("onetopic.yaml", settings + checks);
    const topics = await toolkit.run("topics");
    expect(expectCode(topics, 1).stderr).toContain("content/brands/faulty.yaml:3");
    expect(topics.stderr).not.toContain("edition/file-name");
    toolkit.write("onetopic.yaml", settings);
    const mail = ["render", "good", "--variant", "email", "--format", "txt"];
    expectCode(await toolkit.run(...mail), 0);
    // Without a brand in the settings it could be the one that is meant.
    toolkit.edit("onetopic.yaml", "brand: plain\n", "");
    expectCode(await toolkit.run(...mail), 1);
  });

  it("takes levels from the settings", async () => {
    const toolkit = tempToolkit("tiny", "faults/link-broken", "faults/heading-jump");
    const levels =
      "checks:\n  heading/jump: error\n  link/broken: off\n  link/brokn: off\n  topic/duplicate-title: off\n";
    toolkit.write("onetopic.yaml", toolkit.read("onetopic.yaml") + levels);
    expect(rulesOf(expectCode(await toolkit.run("check", "--quick", "--json"), 1))).toEqual([
      "content/topics/heading-jump.md error heading/jump",
      "onetopic.yaml warn schema/unknown-key",
    ]);
  });
});

describe.concurrent("front matter", () => {
  it("is never run, whatever language it says it is in", async () => {
    const toolkit = tempToolkit("tiny");
    const trap = toolkit.path("trapped");
    const js = `require("fs").writeFileSync(${JSON.stringify(trap)}, "x")`;
    for (const [at, language] of [
      "js",
      "javascript",
      "coffee",
      "ts",
      " js",
      "JavaScript",
      "json",
      "js yaml",
    ].entries()) {
      toolkit.write(
        `content/topics/trap-${at}.md`,
        `---${language}\n{ title: (${js}, "x"), summary: "y" }\n---\n\nWords.\n`,
      );
    }
    toolkit.write(
      "content/topics/trap-tag.md",
      `---\ntitle: !!js/function 'function () { ${js} }'\nsummary: y\n---\n`,
    );
    toolkit.write("content/posts/trap.md", `---js\nmodule.exports = ${js}\n---\n`);
    toolkit.write("content/editions/2026-11.md", `---js\n${js}\n---\n`);
    const runs = await Promise.all(
      [["check", "--json"], ["topics"], ["pick", "good"], ["render", "trap-0"], ["status"]].map((args) =>
        toolkit.run(...args),
      ),
    );
    expect(toolkit.has("trapped")).toBe(false);
    for (const run of runs) {
      expectCode(run, 1);
      expect(run.stderr).not.toMatch(/\n\s+at /);
    }
    const { findings } = documentOf<Report>(runs[0] as Run);
    expect(new Set(findings.map(({ path: file }) => file)).size).toBe(11);
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(
      new Set(["front-matter/language", "yaml/syntax"]),
    );
  });
});
