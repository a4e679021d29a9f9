import { describe, expect, it } from "vitest";
import { problem } from "../../../src/domain/problem.ts";
import type { SourceMap } from "../../../src/domain/topic.ts";
import { concerns, excerptOf, variantOf } from "../../../src/preview/topic/finding-places.ts";

const path = "content/topics/x.md";
const source: SourceMap = {
  path,
  places: new Map([
    ["title", { line: 2, column: 8 }],
    ["variants.poster.strapline", { line: 5, column: 16 }],
    ["variants.email.subject", { line: 6, column: 14 }],
  ]),
  bodyLine: 8,
  text: `---\ntitle: X\nvariants:\n  poster:\n    strapline: Y\n  email: { subject: ${"long ".repeat(60)}}\n---\n`,
};
const topic = { source };
const at = (line: number, column = 1) => ({ line, column });

describe("where a finding is shown", () => {
  it("is the form that it is about", () => {
    const subject = { variant: "newsletter", length: 70, limit: 60 };
    const wordy = { words: 90, limit: 60, key: "messages" };
    expect([
      variantOf(problem("text/subject-long", path, at(2), subject), topic),
      variantOf(problem("poster/wordy", path, at(2), wordy), topic),
      variantOf(
        problem("output/too-large", path, at(2), { artefact: "email.managers.html", size: "", limit: "" }),
        topic,
      ),
      variantOf(problem("text/jargon", path, at(5, 16), { text: "a", instead: "b" }), topic),
      variantOf(problem("text/jargon", path, at(9), { text: "a", instead: "b" }), topic),
      variantOf(
        problem("template/unescaped", "templates/poster-asks.typ.hbs", at(1), { expression: "x" }),
        topic,
      ),
      variantOf(problem("template/unescaped", "templates/email.txt.hbs", at(1), { expression: "x" }), topic),
    ]).toEqual(["newsletter", "poster", "email", "poster", "newsletter", "poster", "email"]);
  });

  it("is above all of them when it is about the words of all", () => {
    expect([
      variantOf(problem("topic/no-sources", path, at(1), {}), topic),
      variantOf(problem("yaml/syntax", path, at(9), { reason: "x" }), topic),
      variantOf(problem("text/jargon", path, at(2, 8), { text: "a", instead: "b" }), topic),
      variantOf(
        problem("template/unescaped", "templates/layouts/mail.html.hbs", at(1), { expression: "x" }),
        topic,
      ),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("is the page of this topic for its own files and the templates of what is sent", () => {
    const files = { topic: path, others: ["content/brands/b.yaml"] };
    const paths = [
      path,
      "content/brands/b.yaml",
      "templates/email.html.hbs",
      "templates/site/index.html.hbs",
      "content/topics/y.md",
    ];
    expect(paths.map((one) => concerns({ path: one }, files))).toEqual([true, true, true, false, false]);
  });

  it("comes with the line, but never with one that may hold data of people", () => {
    expect(excerptOf(problem("text/jargon", path, at(5), { text: "a", instead: "b" }), topic)).toBe(
      "strapline: Y",
    );
    const long = excerptOf(
      problem("text/subject-long", path, at(6), { variant: "email", length: 300, limit: 60 }),
      topic,
    );
    expect([
      long?.startsWith("email: { subject: long long"),
      long?.endsWith("…"),
      (long?.length ?? 0) < 165,
    ]).toEqual([true, true, true]);
    expect(excerptOf(problem("list/empty", path, at(5), { list: "l" }), topic)).toBeUndefined();
    expect(
      excerptOf(problem("text/jargon", "content/brands/b.yaml", at(2), { text: "a", instead: "b" }), topic),
    ).toBeUndefined();
  });
});
