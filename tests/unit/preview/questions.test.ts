import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { TemplateFile } from "../../../src/domain/template.ts";
import { readyMade } from "../../../src/preview/topic/people.ts";
import { questionsOf } from "../../../src/preview/topic/questions.ts";
import { parts } from "../../../src/preview/topic/turns.ts";
import { loadTemplates } from "../../../src/toolkit/templates.ts";

const templates = (source: string, name = "email.html.hbs") =>
  new Map<string, TemplateFile>([[name, { name, path: name, source }]]);

describe("what templates ask", () => {
  it("is found in every kind of question, with the columns of a person", () => {
    const source = `{{#if recipient.ward}}{{#unless topic.body}}x{{/unless}}{{else if brand.logo}}y{{/if}}
{{#with recipient}}{{#if role}}{{role}}{{/if}}{{/with}}
{{fallback recipient.name "colleague"}} {{recipient.bed}} {{@root.recipient.floor}}
{{#each topic.asks}}{{#if title}}{{title}}{{/if}}{{#if ../recipient.wing}}z{{/if}}{{/each}}`;
    expect(questionsOf(templates(source))).toEqual({
      asked: [
        "brand.logo",
        "recipient.name",
        "recipient.role",
        "recipient.ward",
        "recipient.wing",
        "topic.asks",
        "topic.body",
      ],
      columns: ["bed", "floor", "name", "role", "ward", "wing"],
    });
  });

  it("is read from mails alone, and a template that cannot be read asks nothing", () => {
    expect(questionsOf(templates("{{#if topic.body}}x{{/if}}", "poster.typ.hbs")).asked).toEqual([]);
    expect(questionsOf(templates("{{#if topic.body}}", "email.html.hbs")).asked).toEqual([]);
  });

  it("can be answered both ways for everything that the shipped templates ask", async () => {
    const shipped = fileURLToPath(new URL("../../../templates", import.meta.url));
    const loaded = await loadTemplates(path.join(shipped, "nowhere"), shipped);
    const { asked, columns } = questionsOf(loaded.templates);
    expect(asked.length).toBeGreaterThan(15);
    const people = readyMade(columns);
    // The choice of an audience answers these; the others always have an answer.
    const chosenElsewhere = new Set([
      "audience.title",
      "topic.others",
      "edition.label",
      "links.unsubscribe",
      "topic.strapline",
    ]);
    const open = asked.filter((name) => {
      const [root, column = ""] = name.split(".");
      const answers = new Set(people.map(({ fields }) => Boolean(fields[column])));
      return root === "recipient" ? answers.size < 2 : !Object.hasOwn(parts, name);
    });
    expect(open.filter((name) => !chosenElsewhere.has(name))).toEqual([]);
  });
});

describe("people ready-made", () => {
  it("have somebody with, and somebody without, each column that templates name", () => {
    const people = readyMade(["name", "email", "ward"]);
    for (const column of ["name", "organisation", "role", "ward"])
      expect(new Set(people.map(({ fields }) => Boolean(fields[column]))), column).toEqual(
        new Set([true, false]),
      );
    expect(new Set(people.map(({ id }) => id)).size).toBe(people.length);
  });
});
