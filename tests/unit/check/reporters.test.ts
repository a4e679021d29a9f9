import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { XmlDocument, XsdValidator } from "libxml2-wasm";
import { describe, expect, it } from "vitest";
import { mayBeShown, problemLine, tally, type Report } from "../../../src/check/report.ts";
import { excerpt } from "../../../src/check/reporters/excerpt.ts";
import { githubReport } from "../../../src/check/reporters/github.ts";
import { jsonReport } from "../../../src/check/reporters/json.ts";
import { junitReport } from "../../../src/check/reporters/junit.ts";
import { prettyReport, type Screen } from "../../../src/check/reporters/pretty.ts";
import { sarifReport, type Tool } from "../../../src/check/reporters/sarif.ts";
import { problem, type Problem } from "../../../src/domain/problem.ts";
import { ruleIds, rules } from "../../../src/domain/rules.ts";

const good = "content/topics/good.md";
const faulty = "content/topics/faulty.md";

const weak = problem("link/weak-text", faulty, { line: 3, column: 5 }, { text: "here" });
const again = problem("link/weak-text", faulty, { line: 4, column: 1 }, { text: "here" });
const unsafe = problem("link/unsafe", faulty, { line: 4, column: 9 }, { target: "x:1", scheme: "x:" });
const text = "---\ntitle: One\nSee [here](a)\nSee [here](b)\n---\n";

/** Everything that a file could hold to spoil a report. */
const nasty = '\u001b[31m<b> & "x" ]]> %0A ::error::, ##[error]a\r\nb\u0000\u0007\ud800\uffff\u202e [t](u)';
const spoiled = problem(
  "markdown/html",
  "content/topics/a:b, c%d.md",
  { line: 1, column: 1 },
  { html: nasty },
);

function report(problems: readonly Problem[], more: Partial<Report> = {}): Report {
  const summary = { ...tally(problems), topics: 2, artefacts: 18 };
  const texts = new Map([[faulty, text]]);
  return { problems, summary, topicFiles: [good, faulty], texts, strict: false, folder: "", ...more };
}

const plain: Screen = { width: 80, terminal: false, paint: (_, words) => words };
const terminal: Screen = { ...plain, terminal: true };

describe("the report for people", () => {
  it("is one line without findings", () => {
    expect(prettyReport(report([]), plain)).toBe("No findings. 2 topics checked, 18 artefacts rendered.");
  });

  it("begins with all findings, one a line, where no terminal is", () => {
    const many = Array.from({ length: 30 }, (_, at) =>
      problem("link/weak-text", faulty, { line: 3, column: at + 1 }, { text: "here" }),
    );
    const lines = prettyReport(report(many), plain).split("\n");
    expect(lines.slice(0, 31)).toEqual([...many.map(problemLine), ""]);
    expect(lines.filter((line) => line.startsWith(">"))).toHaveLength(10);
    expect(lines).toContain(
      "Only the first 10 show their lines. To see others, name their files: onetopic check FILE",
    );
  });

  it("shows a person each finding with its lines, by file, and never leaves one out", () => {
    const many = Array.from({ length: 30 }, () => ({ ...weak }));
    const shown = prettyReport(report([...many, spoiled]), terminal).split("\n");
    expect(shown[0]).toBe(`${faulty}  30 findings`);
    expect(shown.slice(1, 6)).toEqual([
      problemLine(weak),
      "  2 | title: One",
      "> 3 | See [here](a)",
      "    |     ^",
      "  4 | See [here](b)",
    ]);
    expect(shown.filter((line) => line === problemLine(weak))).toHaveLength(30);
    expect(shown.filter((line) => line.startsWith(">"))).toHaveLength(20);
    expect(shown).toContain(problemLine(spoiled));
  });

  it("ends with the pages of the rules, how many there are, and what to do", () => {
    const end = (found: readonly Problem[], more: Partial<Report> = {}) =>
      prettyReport(report(found, more), plain).split("\n").slice(-7);
    expect(end([weak, again, unsafe], { took: 2140, repairable: 1 })).toEqual([
      "Why, and how to mend it",
      "  1 × docs/rules/link/unsafe.md",
      "  2 × docs/rules/link/weak-text.md",
      "",
      "1 error, 2 warnings. 2 topics checked, 18 artefacts rendered in 2.1 s.",
      "1 of them can be repaired for you: onetopic check --fix",
      'Mend what is listed, then run "onetopic check" again.',
    ]);
    expect(end([weak]).at(-1)).toContain("advice");
    expect(end([weak], { strict: true }).at(-1)).toContain("Mend");
  });

  it("gives nothing of a file to the terminal that it would obey", () => {
    const texts = new Map([[spoiled.path, `a\tb${nasty}`]]);
    for (const screen of [plain, terminal]) {
      const shown = prettyReport(report([spoiled], { texts }), screen);
      expect(shown).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
      expect(shown.split("\n").filter((line) => line.includes("markdown/html  "))).toHaveLength(1);
    }
  });

  it("shows no line of a list", () => {
    expect([good, "templates/partials/more.txt.hbs", "onetopic.yaml"].map(mayBeShown)).toEqual([
      true,
      true,
      true,
    ]);
    expect(
      [
        "var/people.csv",
        "people.csv",
        "content/example-people.csv",
        "content/../../x",
        "/etc/passwd",
        ".env",
      ].filter(mayBeShown),
    ).toEqual([]);
  });

  it("shows the keys of the settings alone: no value, and nothing around the line", () => {
    const secret = [
      "transport: smtp://bob@trust.example:hunter2@smtp.example.org",
      '  transport: "smtp://bob:hunter two@smtp.example.org"',
      "ledger: postgres://bob@x.example:hunter2@h/db",
      'kye: "my hunter2sec"',
      "  - smtp://bob:hunter2@smtp.example.org",
      "  - password: hunter2",
      "dkim: { key: hunter2, domain: x.example }",
      "{ key: hunter2 }",
      "  hunter2sec",
      "# password: hunter2",
      "a hunter2: b",
      "transport:smtp://bob:hunter2@smtp.example.org",
    ];
    const problems = secret.map((_, at) =>
      problem(
        "schema/invalid",
        "onetopic.yaml",
        { line: at + 1, column: 14 },
        { key: "k", expected: "text" },
      ),
    );
    const texts = new Map([["onetopic.yaml", `${secret.join("\n")}\n`]]);
    for (const screen of [plain, terminal]) {
      const shown = prettyReport(report(problems, { texts }), screen);
      expect(shown).not.toMatch(/hunter|bob|two/);
      expect(shown).not.toContain("\n  2 |");
      expect(shown).toContain("> 2 |   transport: …\n    |   ^\n");
      expect(shown).toContain("> 5 |   - …\n    |   ^\n");
      expect(shown).toContain("> 9 |   …\n    |   ^\n");
      expect(shown).toContain("> 7 | dkim: …\n    | ^\n");
    }
  });

  it("shows a link with a password without it, and the mark stays under its place", () => {
    const texts = new Map([
      [
        faulty,
        "See [x](https://bob@x.example:hunter2@example.org/a@b) here.\n[x](<https://bob:my hunter2@example.org>)\n",
      ],
    ]);
    const at = problem("link/weak-text", faulty, { line: 1, column: 56 }, { text: "here" });
    const shown = prettyReport(report([at], { texts }), terminal);
    expect(shown).not.toMatch(/hunter|bob/);
    expect(shown).toContain(`> 1 | See [x](https://${"•".repeat(21)}@example.org/a@b) here.\n`);
    expect(shown).toContain(`    | ${" ".repeat(55)}^\n`);
  });
});

describe("the lines at fault", () => {
  const shown = (line: string, column: number, width = 40) =>
    excerpt([line], { line: 1, column }, { width, around: 1 });

  it("are cut to the width, around the place", () => {
    const long = Array.from({ length: 3000 }, (_, at) => at).join(" ");
    for (const column of [1, 30, 40, 5000, long.length]) {
      const [row = "", mark = ""] = shown(long, column);
      expect(row.length).toBeLessThanOrEqual(40);
      expect(row[mark.indexOf("^")]).toBe(long[column - 1]);
    }
    expect(shown(long, 1)[0]).toBe("> 1 | 0 1 2 3 4 5 6 7 8 9 10 11 12 13 1…");
    expect(shown("x".repeat(1024 * 1024), 500_000)[0]).toHaveLength(40);
  });

  it("have the mark under the place, also behind tabs and wide letters", () => {
    expect(shown("\tx", 2)).toEqual(["> 1 |   x", "    |   ^"]);
    expect(shown("日本 x", 4)).toEqual(["> 1 | 日本 x", "    |      ^"]);
    expect(shown("e\u0301 👩‍👩‍👧 x", 13).at(-1)).toBe("    |      ^");
  });

  it("are left out where a file has no such line", () => {
    expect(excerpt(["a"], { line: 9, column: 1 }, { width: 40, around: 1 })).toEqual([]);
    expect(shown("ab", 99)[0]).toBe("> 1 | ab");
  });
});

describe("the report for scripts", () => {
  it("keeps its shape", () => {
    expect(jsonReport(report([weak], { took: 5, repairable: 1 }))).toEqual({
      findings: [
        {
          path: faulty,
          line: 3,
          column: 5,
          severity: "warn",
          rule: "link/weak-text",
          message: expect.any(String) as string,
        },
      ],
      summary: { errors: 0, warnings: 1, topics: 2, artefacts: 18 },
    });
  });
});

describe("the report as JUnit XML", () => {
  const grammar = XmlDocument.fromBuffer(readFileSync("tests/fixtures/schemas/junit.xsd"));
  const validator = XsdValidator.fromDoc(grammar);
  const read = (given: Report) => {
    const xml = XmlDocument.fromString(junitReport(given));
    validator.validate(xml);
    const values = (xpath: string) => xml.find(xpath).map((node) => node.content);
    return { values, amount: (xpath: string) => xml.find(xpath).length };
  };

  it("has a test for each finding, and one that passed for a topic without", () => {
    const { values, amount } = read(report([weak, again, unsafe], { took: 1234 }));
    expect(values("//testsuite/@name")).toEqual([faulty, good]);
    expect(values("//testcase/@name")).toEqual([
      "link/weak-text",
      "link/weak-text (2)",
      "link/unsafe",
      "no findings",
    ]);
    expect(values("/testsuites/@*")).toEqual(["onetopic check", "4", "1", "0", "1.234"]);
    expect(values("//failure")).toEqual([problemLine(unsafe)]);
    expect(values("//skipped")).toEqual([problemLine(weak), problemLine(again)]);
    expect(amount(`//testsuite[@name="${good}"]/testcase/*`)).toBe(0);
  });

  it("lets warnings fail when they do", () => {
    const { values, amount } = read(report([weak, unsafe], { strict: true }));
    expect([amount("//failure"), amount("//skipped")]).toEqual([2, 0]);
    expect(values("//testsuite/@failures")).toEqual(["2", "0"]);
  });

  it("holds what XML cannot hold without", () => {
    const { values } = read(report([spoiled], { strict: true }));
    const [message = ""] = values("//failure/@message");
    expect(message).toContain('<b> & "x" ]]> %0A ::error::, ##[error]a');
    expect(message).not.toMatch(/[\p{Cc}\p{Cs}\uffff]/u);
  });

  it("is valid with nothing to tell, and the schema bites", () => {
    read(report([], { topicFiles: [] }));
    const twice = junitReport(report([weak, again])).replace("link/weak-text (2)", "link/weak-text");
    expect(() => validator.validate(XmlDocument.fromString(twice))).toThrow(/name-of-test/);
  });
});

describe("the report as SARIF", () => {
  const schemaFile = "node_modules/@microsoft/sarif-multitool-ts/assets/sarif-2.1.0.schema.json";
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const isValid = ajv.compile<SarifLog>(JSON.parse(readFileSync(schemaFile, "utf8")) as object);
  const page = "# `link/weak-text`\n\nWarning. A link says\nnothing by itself.\n\n## Why\n\nWords.\n";
  const tool = {
    version: "1.2.3",
    home: "https://onetopic.example.org",
    pages: new Map([["link/weak-text", page]]),
  };

  interface SarifLog {
    readonly runs: readonly {
      readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } };
      readonly artifacts: readonly { readonly location: { readonly uri: string } }[];
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations: readonly {
          readonly physicalLocation: {
            readonly artifactLocation: {
              readonly uri: string;
              readonly uriBaseId: string;
              readonly index: number;
            };
            readonly region: { readonly startLine: number; readonly startColumn: number };
          };
        }[];
        readonly partialFingerprints: Readonly<Record<string, string>>;
      }[];
    }[];
  }

  function run(given: Report, by: Tool = tool): SarifLog["runs"][number] {
    const log: unknown = JSON.parse(JSON.stringify(sarifReport(given, by)));
    expect(isValid(log), JSON.stringify(isValid.errors)).toBe(true);
    return (log as SarifLog).runs[0] as SarifLog["runs"][number];
  }

  it("is valid, and names rule, level and place of each finding", () => {
    const { tool: told, results, artifacts } = run(report([weak, unsafe, spoiled], { folder: "my comms/" }));
    expect(told.driver.rules.map(({ id }) => id)).toEqual(ruleIds);
    expect(results.map(({ ruleIndex }) => ruleIds[ruleIndex])).toEqual(results.map(({ ruleId }) => ruleId));
    expect(results.map(({ level }) => level)).toEqual(["warning", "error", "warning"]);
    const places = results.map(({ locations }) => locations[0]?.physicalLocation);
    expect(places[0]).toEqual({
      artifactLocation: { uri: "my%20comms/content/topics/faulty.md", uriBaseId: "%SRCROOT%", index: 0 },
      region: { startLine: 3, startColumn: 5 },
    });
    expect(places[2]?.artifactLocation).toMatchObject({
      uri: "my%20comms/content/topics/a%3Ab%2C%20c%25d.md",
      index: 1,
    });
    expect(artifacts.map(({ location }) => location.uri)).toEqual([
      places[0]?.artifactLocation.uri,
      places[2]?.artifactLocation.uri,
    ]);
    // Nothing in a sentence becomes a link.
    expect(results[2]?.message.text).not.toMatch(/(?<!\\)\]\(/);
  });

  it("names no page on the web where the project has none", () => {
    const { driver } = run(report([weak]), { ...tool, home: undefined }).tool;
    expect(driver).not.toHaveProperty("informationUri");
    expect(driver.rules.filter((one) => "helpUri" in one)).toEqual([]);
    expect(driver.rules.find(({ id }) => id === weak.rule)).toHaveProperty("help.markdown", page);
  });

  it("says of each rule what it is for, its level and where to read more", () => {
    const { rules: told } = run(report([weak])).tool.driver;
    expect(told.find(({ id }) => id === "link/weak-text")).toEqual({
      id: "link/weak-text",
      shortDescription: { text: "A link says nothing by itself." },
      helpUri: "https://onetopic.example.org/docs/rules/link/weak-text.md",
      help: { text: page, markdown: page },
      defaultConfiguration: { level: "warning" },
    });
    for (const { id, defaultConfiguration } of told) {
      const { level } = rules[id as keyof typeof rules];
      const expected = {
        error: { level: "error" },
        warn: { level: "warning" },
        off: { enabled: false, level: "warning" },
      };
      expect(defaultConfiguration).toEqual(expected[level]);
    }
  });

  it("knows a finding again when lines above it come, and tells those apart that are alike", () => {
    const prints = (found: readonly Problem[], files: string) =>
      run(report(found, { texts: new Map([[faulty, files]]) })).results.map(
        ({ partialFingerprints }) => partialFingerprints,
      );
    const twice = "See [here](a)\nSee [here](a)\n";
    const at = (line: number) => problem("link/weak-text", faulty, { line, column: 5 }, { text: "here" });
    const before = prints([at(1), at(2)], twice);
    expect(prints([at(4), at(5)], `New.\n\nNew.\n${twice}`)).toEqual(before);
    expect(before[0]).not.toEqual(before[1]);
    expect(prints([at(1)], "See [here](other)\n")[0]).not.toEqual(before[0]);
  });

  it("makes no fingerprint from a value of the settings, which could be guessed from it", () => {
    const print = (line: string) => {
      const at = problem("send/transport", "onetopic.yaml", { line: 1, column: 1 }, { reason: "no." });
      return run(report([at], { texts: new Map([["onetopic.yaml", line]]) })).results[0]?.partialFingerprints;
    };
    expect(print("transport: smtp://bob:hunter2@x.example")).toEqual(print("transport: smtp://x.example"));
    expect(print("transport: x")).not.toEqual(print("ledger: x"));
  });

  it("is valid with nothing to tell, and the schema bites", () => {
    expect(run(report([])).results).toEqual([]);
    expect(run(report([])).tool.driver).toHaveProperty("informationUri", tool.home);
    expect(isValid({ ...sarifReport(report([]), tool), version: "2.0.0" })).toBe(false);
    expect(isValid(sarifReport(report([]), { ...tool, home: "not an address" }))).toBe(false);
  });
});

it("no form gives out what acts on a terminal or turns the order of letters, nor from the name of a file", () => {
  const turning = "\u001b[31m\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u0085";
  const found = problem(
    "markdown/html",
    `content/a${turning}b.md`,
    { line: 1, column: 1 },
    { html: turning },
  );
  const given = report([found], { topicFiles: [found.path], strict: true, folder: `x${turning}/` });
  const tool = { version: "1.2.3", home: undefined, pages: new Map<string, string>() };
  const forms = {
    github: githubReport(given),
    junit: junitReport(given),
    sarif: JSON.stringify(sarifReport(given, tool)),
  };
  for (const [form, written] of Object.entries(forms)) {
    expect(written, form).not.toMatch(/(?!\n)\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]|&#|\\u00/u);
    expect(written, form).toContain("[31m");
  }
});

describe("the report as commands of GitHub Actions", () => {
  it("names file, place and rule of each finding, then all of them, then the summary", () => {
    const sentence = 'The link "x:1" uses "x:", which is not allowed. Use https://, mailto: or tel:.';
    expect(githubReport(report([weak, unsafe], { folder: "comms/" })).split("\n")).toEqual([
      `::warning file=comms/${faulty},line=3,col=5,title=link/weak-text::The link text "here" says nothing by itself. Say where the link leads.`,
      `::error file=comms/${faulty},line=4,col=9,title=link/unsafe::${sentence}`,
      "::group::All findings",
      `comms/${problemLine(weak)}`,
      `comms/${problemLine(unsafe)}`,
      "::endgroup::",
      "1 error, 1 warning. 2 topics checked, 18 artefacts rendered.",
    ]);
    expect(githubReport(report([]))).toBe("No findings. 2 topics checked, 18 artefacts rendered.");
  });

  it("lets no text of a file end a command or begin one", () => {
    const [command = "", ...others] = githubReport(report([spoiled])).split("\n");
    expect(command).toContain("file=content/topics/a%3Ab%2C c%25d.md,");
    expect(command).toContain("%250A ::error::");
    expect(command).toContain("a b");
    expect(others).toHaveLength(4);
    expect(others.join("\n")).not.toContain("##[");
  });
});
