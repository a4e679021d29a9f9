import path from "node:path";
import { describe, expect, it } from "vitest";
import { checkLanguage, checkProse, type LanguageFacts } from "../../../src/check/language/language.ts";
import { toolsFor } from "../../../src/check/language/tools.ts";
import { describe as say } from "../../../src/check/words/words.ts";
import type { RuleId } from "../../../src/domain/problem.ts";
import type { Checks } from "../../../src/domain/rules.ts";
import type { Toolkit } from "../../../src/domain/toolkit.ts";
import type { Topic } from "../../../src/domain/topic.ts";
import { loadToolkit } from "../../../src/toolkit/load.ts";
import { fixtures } from "../../support/cli.ts";

const tiny = await loadToolkit(path.join(fixtures, "toolkits/tiny"));
const tools = await toolsFor(tiny.settings);
const withChecks = (checks: Checks, language = "en-GB"): Toolkit => ({
  ...tiny,
  settings: { ...tiny.settings, language, checks },
});
const factsOf = (more: Partial<LanguageFacts> = {}): LanguageFacts => ({
  tools,
  daysUntil: () => 0,
  ...more,
});

/** What a rule says of an article that begins on line 1, as `line:column text`. */
function found(rule: RuleId, body: string, toolkit: Toolkit = tiny, facts = factsOf()): string[] {
  const source = { path: "content/posts/a.md", places: new Map(), bodyLine: 1 };
  return checkProse(body, source, toolkit, facts)
    .filter((one) => one.rule === rule)
    .map(({ line, column, details }) => {
      const [told] = ["word", "acronym", "text", "start", "target", "alt"].flatMap((name) =>
        name in details ? [String(details[name as keyof typeof details])] : [],
      );
      return `${line}:${column} ${told ?? ""}`.trim();
    });
}

const [good] = tiny.topics;
if (!good) throw new Error("The toolkit tiny has no topic.");
const topicOf = (more: Partial<Topic>): Topic => ({ ...good, ...more });
const rulesOf = (topic: Topic, toolkit = tiny, facts = factsOf()) =>
  checkLanguage(topic, toolkit, facts).map(({ rule }) => rule);

describe("spelling", () => {
  it.each([
    ["a slip", "A smal slip.", ["1:3 smal"]],
    ["once a file, at the first place", "Fine.\n\nA smal one,\na smal two.", ["3:3 smal"]],
    ["a slip behind a longer word that begins alike", "It is smaller, yet smal.", ["1:20 smal"]],
    ["in emphasis, links and lists", "- *smal*\n- [wrod](https://a.example)", ["1:4 smal", "2:4 wrod"]],
    ["in a quote's second line", "> All is fine,\n> but smal.", ["2:7 smal"]],
    ["in an item's second line", "1. All is fine,\n   but smal.", ["2:8 smal"]],
    ["in a table", "| Day | Word |\n| --- | --- |\n| Monday | smal |", ["3:12 smal"]],
    ["in a footnote", "Words.[^1]\n\n[^1]: A smal note.", ["3:9 smal"]],
    ["behind a character reference", "Salt &amp; pepper, smal.", ["1:20 smal"]],
    ["with lines that end as in Windows", "Fine.\r\n\r\nFine,\r\nbut smal.", ["4:5 smal"]],
    ["behind an emoji", "👩‍⚕️ smal 👍", ["1:7 smal"]],
    ["in a picture's words", "![A smal lamp](lamp.png)", ["1:5 smal"]],
    ["at the start of a sentence", "Fine. Teh end.", ["1:7 Teh"]],
    ["with American letters", "The color of the center.", ["1:5 color", "1:18 center"]],
    ["an apostrophe of either kind", "The patient's and the patient’s; don't, don’t, it’s, patients’.", []],
    ["hyphens", "A well-known follow-up, co-ordinate, non-urgent, pre-op, re-refer, e-mail.", []],
    ["a hyphen with a slip behind it", "A well-knwon one.", ["1:8 knwon"]],
    ["code and fences", "Run `smal --wrod`.\n\n```\nsmal\n```\n\n    wrod", []],
    [
      "addresses and files",
      "See https://a.example/smal, smal@a.example, wrod.example/smal and smal.pdf.",
      [],
    ],
    ["figures and references", "DAPB4011, 5th, 2mg, 15mmol, Q4, 3D and £5m.", []],
    ["short forms", "The GPs, NHS's, eRS and WorkWell.", []],
    ["names inside a sentence", "Ask Fernhithe and Dr Szymczak.", []],
    ["a name at the start, when it is a name elsewhere", "Ask Jonah Smalley. Smalley knows.", []],
    ["two names at the start", "Fernhithe Trust knows.", []],
    ["words of care", "Phlebotomy, anticoagulants, triaged, physio and wellbeing.", []],
    ["Welsh", "Mae’r tîm sy’n rhoi’r gofal yn rhoi’r nodyn ffitrwydd i’r claf.", []],
    ["Arabic", "الفريق الذي يقدم الرعاية يصدر المذكرة.", []],
    ["accents", "A café, naïve.", []],
  ])("%s", (_, body, expected) => {
    expect(found("text/spelling", body)).toEqual(expected);
  });

  it("lets pass what the settings allow, and the names of the toolkit itself", () => {
    const toolkit = withChecks({ "text/spelling": { allow: ["Smal", "quick wrod"] } });
    expect(found("text/spelling", "A smal wrod. Smal wrod's.", toolkit)).toEqual([]);
    const named = { ...tiny, settings: { ...tiny.settings, organisation: "Trust of smal towns" } };
    expect(found("text/spelling", "A smal wrod.", named)).toEqual(["1:8 wrod"]);
  });

  it("counts, and names a word that may have been meant", () => {
    const source = { path: "a.md", places: new Map(), bodyLine: 1 };
    const [first] = checkProse("We recieve it. We recieve it.", source, tiny, factsOf());
    expect(first && say(first)).toMatch(/"recieve".*2 times.*"receive"/);
  });

  it.each(["cy", "en-US", "de-DE"])("is quiet in %s, for which there is no dictionary", async (language) => {
    const toolkit = withChecks({}, language);
    const facts = factsOf({ tools: await toolsFor(toolkit.settings) });
    expect(found("text/spelling", "A smal color.", toolkit, facts)).toEqual([]);
  });
});

describe("long sentences", () => {
  const words = (count: number) => Array.from({ length: count }, () => "word").join(" ");
  it.each([
    ["as many as may be", `It ${words(29)}.`, []],
    ["one more", `Fine. It ${words(30)}.`, ["1:7 It word word word word"]],
    ["two sentences", `It ${words(20)}. It ${words(20)}.`, []],
    ["over several lines", `It ${words(20)}\n${words(20)}.`, ["1:1 It word word word word"]],
    [
      "abbreviations",
      `Dr. Who, e.g. St. John's and J. Smith, ${words(24)}.`,
      ["1:1 Dr. Who, e.g. St. John's"],
    ],
    ["numbers", `It is 3.5 of No. 12, ${words(25)}.`, ["1:1 It is 3.5 of No."]],
    ["each item by itself", `- ${words(20)}\n- ${words(20)}`, []],
    ["quotes", `"${words(20)}." She said: “${words(20)}.”`, []],
    ["code is one word", `It ${words(28)} \`a b c d\`.`, []],
    ["in an item's second sentence", `- Fine. It ${words(30)}.`, ["1:9 It word word word word"]],
    ["Arabic", `${"كلمة ".repeat(20)}؟ ${"كلمة ".repeat(20)}.`, []],
  ])("%s", (_, body, expected) => {
    expect(found("text/sentence-long", body)).toEqual(expected);
  });

  it("take their limit from the settings", () => {
    const toolkit = withChecks({ "text/sentence-long": { max: 3 } });
    expect(found("text/sentence-long", "One two three. One two three four.", toolkit)).toEqual([
      "1:16 One two three four.",
    ]);
  });
});

describe("short forms", () => {
  it.each([
    ["never explained", "Send the ACR. Then the ACR.", ["1:10 ACR"]],
    ["explained behind", "The ACR (albumin creatinine ratio) counts. Send the ACR.", []],
    ["explained before", "The albumin creatinine ratio (ACR) counts. Send the ACR.", []],
    ["explained before, as many", "Primary care networks (PCNs) and a PCN.", []],
    ["explained later", "Send the ACR.\n\nThe albumin creatinine ratio (ACR) counts.", []],
    ["used later with other words in brackets", "Send it (by post).\n\nThe ACR (1) counts.", ["3:5 ACR"]],
    ["known as", "Electronic repeat dispensing, known as eRD, helps. Use eRD.", []],
    ["with a small letter before", "Use eQX.", ["1:5 eQX"]],
    ["with a number behind", "A GLP-1, DPP-4, QXZ-2 and SARS-CoV-2; SGLT2.", []],
    ["behind a term with a number", "All GLP-1 QXs.", ["1:11 QX"]],
    ["that clinicians never write out", "BP, eGFR, HbA1c, GCS, MDTs, EMIS, DHSC, PCN and an NSAID.", []],
    ["in a heading", "## The ACR\n\nSend it.", ["1:8 ACR"]],
    ["known to all", "The NHS, GPs, A&E, COVID-19, CT-guided, GP's and PDFs.", []],
    ["shouted", "You MUST NOT wait. STOP.", []],
    ["a whole line in capitals", "WASH YOUR HANDS", []],
    ["Roman numbers", "Part II and part IV.", []],
    ["in code, quotes of code and addresses", "Use `ACR` at https://a.example/ACR.", []],
  ])("%s", (_, body, expected) => {
    expect(found("text/acronym", body)).toEqual(expected);
  });

  it("may be explained wherever there is room, but not in one variant alone", () => {
    const messages = ["Send the ACR."];
    const text = "The albumin creatinine ratio (ACR) counts.";
    expect(rulesOf(topicOf({ messages }))).toContain("text/acronym");
    expect(rulesOf(topicOf({ messages, variants: { poster: { text } } }))).toContain("text/acronym");
    for (const more of [{ body: text }, { summary: text }, { scenario: text }])
      expect(rulesOf(topicOf({ messages, ...more }))).not.toContain("text/acronym");
  });

  it("pass when the settings allow them", () => {
    const toolkit = withChecks({ "text/acronym": { allow: ["ACR"] } });
    expect(found("text/acronym", "Send the ACR and the QXZ.", toolkit)).toEqual(["1:22 QXZ"]);
  });
});

describe("jargon and blame", () => {
  it.each([
    ["in any capitals", "Utilise it. UTILISE it.", ["1:1 Utilise"]],
    ["whole words", "An underutilised one; leveraged.", []],
    ["over a line's end", "We do it in order\nto help.", ["1:10 in order to"]],
    ["across emphasis", "We *reach* out.", ["1:5 reach out"]],
    ["in code", "Run `utilise`.", []],
    ["in addresses", "See [the plan](https://a.example/utilise-prior-to).", []],
    ["in quotation marks", 'Do not write "utilise" or “prior to”, nor ‘going forward’.', []],
    ["with a hyphen", "It is low-hanging fruit.", ["1:7 low-hanging fruit"]],
  ])("%s", (_, body, expected) => {
    expect(found("text/jargon", body)).toEqual(expected);
  });

  it("blame, and what to say instead", () => {
    expect(found("text/blame", "GPs must stop dumping. They failed to reply.")).toEqual([
      "1:1 GPs must stop",
      "1:15 dumping",
      "1:29 failed to",
    ]);
    expect(
      found("text/blame", "Without blame. The heart failure clinic. Patients must stop taking it."),
    ).toEqual([]);
  });

  it("take words from the settings, whatever signs they hold, and give them back", () => {
    const words = { utilise: "", "c++ (new)": "C", "a.b": "c", "Patient Journey": "care" };
    const toolkit = withChecks({ "text/jargon": { words } });
    expect(found("text/jargon", "Utilise a patient journey, c++ (new), axb.", toolkit)).toEqual([
      "1:11 patient journey",
      "1:28 c++ (new)",
    ]);
  });
});

describe("headings, tables, pictures and links", () => {
  it.each<[RuleId, string, string[]]>([
    ["heading/empty", "##\n\n## ---\n\n## 1", ["1:1", "3:1"]],
    ["table/no-header", "| | Day |\n| --- | --- |\n| Ann | Monday |", []],
    ["table/no-header", "| Day | |\n| --- | --- |\n| Monday | Ann |", ["1:1"]],
    ["table/no-header", "> | | |\n> | --- | --- |\n> | Monday | Ann |", ["1:3"]],
    [
      "image/weak-alt",
      "![lamp.png](lamp.png)\n![Image of a lamp](a.png)",
      ["1:1 lamp.png", "2:1 Image of a lamp"],
    ],
    ["image/weak-alt", "![IMG 1234](IMG_1234.jpg)\n![An image](b.png)", ["1:1 IMG 1234", "2:1 An image"]],
    ["image/weak-alt", "![lamp](lamp.png)\n![A chart of visits falling since May](a.png)", []],
    [
      "link/bare-address",
      "See https://a.example/b and www.a.example.",
      ["1:5 https://a.example/b", "1:29 www.a.example"],
    ],
    [
      "link/bare-address",
      "Write to a@b.example, or [a.example/b](tel:123), [a.example](https://b.example).",
      [],
    ],
    ["link/same-text", "[Plan](https://a.example/1) [plan](https://a.example/2)", ["1:29 plan"]],
    ["link/same-text", "[Plan](https://a.example/1) [plan.](http://www.a.example/1/)", []],
  ])("%s %j", (rule, body, expected) => {
    expect(found(rule, body)).toEqual(expected);
  });
});

describe("all of them", () => {
  it("are quiet about what is retired", () => {
    const bad = {
      body: "A smal wrod. Utilise the ACR.",
      title: "Far too many words for one screen to show well",
    };
    expect(rulesOf(topicOf({ ...bad, status: "draft" })).length).toBeGreaterThan(3);
    expect(rulesOf(topicOf({ ...bad, status: "retired" }))).toEqual([]);
  });

  it("are asked for errors alone where something is made or sent", () => {
    const body = "A smal wrod. Utilise the ACR.";
    const onlyErrors = factsOf({ onlyErrors: true });
    expect(rulesOf(topicOf({ body }), tiny, onlyErrors)).toEqual([]);
    const raised = withChecks({ "text/jargon": { level: "error" } });
    expect(rulesOf(topicOf({ body }), raised, factsOf({ onlyErrors: true }))).toEqual(["text/jargon"]);
  });

  it("load no library where none is needed", async () => {
    expect(await toolsFor(tiny.settings, "error")).toBeUndefined();
    const off = { "text/spelling": { level: "off" }, "text/reading-level": { level: "off" } } as const;
    expect(await toolsFor(withChecks(off).settings)).toBeUndefined();
    const raised = withChecks({ "text/spelling": { level: "error" } });
    expect(await toolsFor(raised.settings, "error")).toBeDefined();
  });

  it("leave text that nests too deeply to the rule about it", () => {
    expect(found("text/spelling", ">".repeat(5000))).toEqual([]);
  });
});

describe("sources", () => {
  it.each([
    ["2026-11-01", 730, []],
    ["2024-11-01", 731, ["topic/source-unchecked"]],
    [undefined, 0, ["topic/source-unchecked"]],
  ])("last checked on %s, %i days ago", (checked, ago, expected) => {
    const sources = [{ title: "Plan", url: "https://a.example", checked }];
    const facts = factsOf({ daysUntil: () => -ago });
    expect(rulesOf(topicOf({ sources }), tiny, facts)).toEqual(expected);
    expect(rulesOf(topicOf({ sources, status: "draft" }), tiny, factsOf({ daysUntil: () => -ago }))).toEqual(
      [],
    );
  });
});
