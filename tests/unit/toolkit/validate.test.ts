import { describe, expect, it } from "vitest";
import { problemLine } from "../../../src/check/report.ts";
import { brandDefinition, settingsDefinition, topicDefinition } from "../../../src/toolkit/definitions.ts";
import { parseMarkdownFile } from "../../../src/toolkit/front-matter.ts";
import { validate } from "../../../src/toolkit/validate.ts";
import { parseYaml } from "../../../src/toolkit/yaml.ts";

function topicFaults(front: string) {
  const parsed = parseMarkdownFile(`---\n${front}\n---\nBody\n`, "t.md");
  const source = { path: "t.md", places: parsed.places, bodyLine: parsed.bodyLine };
  return [...parsed.problems, ...validate(topicDefinition, parsed.value, source).problems].map(
    ({ rule, line, column, details }) => `${line}:${column} ${rule} ${JSON.stringify(details)}`,
  );
}

describe("front matter", () => {
  it("tells all faults at once, each at its own line", () => {
    const faults = topicFaults(
      [
        "tittle: X",
        "summary: " + "y".repeat(161),
        "priority: 9",
        "link:",
        "  label: Go",
        "  url: javascript:alert(1)",
        "  urll: x",
        "review: 2026-02-30",
      ].join("\n"),
    );
    expect(faults.map((fault) => fault.split(" ").slice(0, 2).join(" ")).toSorted()).toEqual([
      "1:1 schema/missing",
      "2:1 schema/unknown-key",
      "3:1 schema/invalid",
      "4:1 schema/invalid",
      "7:3 schema/invalid",
      "8:3 schema/unknown-key",
      "9:1 schema/invalid",
    ]);
  });

  it("keeps words as typed: no YAML 1.1 surprises", () => {
    const { value } = parseYaml("title: 12:30\nsummary: no\ntags: [1.10, yes, 007, null]\nowner:\n", "t.md");
    expect(value).toEqual({ title: "12:30", summary: "no", tags: ["1.10", "yes", "007", "null"] });
  });

  it("is YAML only, and never run", () => {
    const marker = "globalThis.hasRun = true";
    for (const language of ["js", "javascript", "json", "coffee", " js"]) {
      const { problems } = parseMarkdownFile(`---${language}\n${marker}\n---\n`, "t.md");
      expect(
        problems.map(({ rule }) => rule),
        language,
      ).toEqual(["front-matter/language"]);
    }
    expect(globalThis).not.toHaveProperty("hasRun");
  });

  it("is looked at afresh each time: a bad file stays bad", () => {
    const bad = "---\ntitle: [\n---\n";
    expect([1, 2].map(() => parseMarkdownFile(bad, "t.md").problems.length)).toEqual([1, 1]);
  });

  it("refuses repeated keys, tabs, bombs and too deep nesting in words", () => {
    expect(topicFaults("title: a\ntitle: b")[0]).toMatch(/^3:1 yaml\/syntax .*twice/);
    expect(topicFaults("title: a\n\tsummary: b")[0]).toMatch(/yaml\/syntax/);
    expect(topicFaults("title: Fit notes: the rules")[0]).toMatch(/^2:\d+ yaml\/syntax .*quotes/);
    const bomb = [
      "a: &a [x, x, x]",
      ...Array.from(
        { length: 9 },
        (_, i) =>
          `b${i}: &b${i} [${Array(9)
            .fill(i ? `*b${i - 1}` : "*a")
            .join(", ")}]`,
      ),
    ].join("\n");
    expect(topicFaults(bomb)[0]).toMatch(/yaml\/syntax/);
    expect(topicFaults(`title: ${"[".repeat(150)}${"]".repeat(150)}`)[0]).toMatch(/nested/);
  });
});

describe("settings", () => {
  it("read numbers, times and choices from text", () => {
    const { value, places } = parseYaml(
      "toolkit: T\ncycle: { every: week, starts: 2026-11-02, avoid: { weekends: true } }\nlimits: { perSecond: 5 }\nretry: { first: 250ms }\napprovals: [a, b]\nlists: { staff: var/staff.csv }\n",
      "onetopic.yaml",
    );
    const checked = validate(settingsDefinition, value, { path: "onetopic.yaml", places, bodyLine: 1 });
    expect(checked.problems).toEqual([]);
    expect(checked.value).toMatchObject({
      limits: { perSecond: 5, connections: 4 },
      retry: { first: 250, attempts: 12 },
      approvals: ["a", "b"],
      cycle: { avoid: { weekends: true } },
      lists: { staff: { file: "var/staff.csv" } },
    });
  });

  it("know the keys below lists and unions", () => {
    const { value, places } = parseYaml(
      "toolkit: T\ncycle: { every: week, starts: 2026-11-02 }\nlists: { staff: { file: a.csv, audiense: x } }\n",
      "onetopic.yaml",
    );
    const { problems } = validate(settingsDefinition, value, { path: "onetopic.yaml", places, bodyLine: 1 });
    expect(problems).toMatchObject([
      { rule: "schema/unknown-key", details: { key: "lists.staff.audiense", known: ["file", "audience"] } },
    ]);
  });
});

describe("a brand's social platforms", () => {
  const faults = (social: Record<string, string>) => {
    const source = { path: "b.yaml", places: new Map(), bodyLine: 1 };
    const { value, problems } = validate(
      brandDefinition,
      { name: "B", colours: { primary: "#000" }, social },
      source,
    );
    return { social: value?.social, problems: problems.map(({ rule, details }) => ({ rule, ...details })) };
  };

  it("take an address or a handle", () => {
    const social = { mastodon: "https://example.org/@b", bluesky: "@b.example.org", linkedin: "company/b" };
    expect(faults(social)).toEqual({ social, problems: [] });
  });

  it.each(["http://example.org/b", "javascript:alert(1)", "https://", "https://exa mple.org", "", "@b\n@c"])(
    "do not take %j",
    (address) => {
      expect(faults({ x: address }).problems).toMatchObject([{ rule: "schema/invalid", key: "social.x" }]);
    },
  );

  it("are the known ones", () => {
    expect(faults({ blusky: "@b" })).toEqual({
      social: {},
      problems: [
        { rule: "schema/unknown-key", key: "social.blusky", known: expect.arrayContaining(["bluesky"]) },
      ],
    });
  });
});

it("takes one key to sign with, or two", () => {
  const key = { domain: "tiny.example", selector: "one", key: "var/one.pem" };
  const dkimOf = (dkim: unknown) =>
    validate(
      settingsDefinition,
      { toolkit: "Tiny", cycle: { every: "month", starts: "2026-11-03" }, dkim },
      { path: "onetopic.yaml", places: new Map(), bodyLine: 1 },
    );
  expect(dkimOf(key).value?.dkim).toEqual([key]);
  expect(dkimOf([key, key]).value?.dkim).toEqual([key, key]);
  for (const wrong of [[], [key, key, key], "var/one.pem", { domain: "tiny.example" }])
    expect(dkimOf(wrong).problems.map(problemLine).join(), JSON.stringify(wrong)).toMatch(
      /a list of two|a list of 1 to 2/,
    );
});

it("repeats nothing of a text that is no YAML, and of a key no value that runs on from it", () => {
  const reasons = [
    'a: "x\\qhunter2"',
    'a: "\\xhunter2"',
    "%hunter2 x\n---\na: b",
    "a: *hunter2",
    "a: !hunter2 b",
    "a: |hunter2\n  b",
  ].map((text) => JSON.stringify(parseYaml(text, "onetopic.yaml").problems.map(({ details }) => details)));
  for (const reason of reasons) expect(reason).toMatch(/^\[\{"reason":"(?!.*(hunter|xhu|\\q))/);
  const { value, places } = parseYaml("dkim: { domain: x.example, key:hunter2: x }", "onetopic.yaml");
  const { problems } = validate(settingsDefinition, value, { path: "onetopic.yaml", places, bodyLine: 1 });
  const found = problems.find(({ rule }) => rule === "schema/unknown-key");
  expect(found && problemLine(found)).toContain('"dkim.key:…" is not a key');
});
