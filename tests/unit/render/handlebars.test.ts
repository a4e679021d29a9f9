import { describe, expect, it } from "vitest";
import type { TemplateSet } from "../../../src/domain/template.ts";
import { createEngine, TemplateFault } from "../../../src/render/handlebars.ts";
import type { View } from "../../../src/render/view.ts";

function templates(files: Record<string, string>): TemplateSet {
  return new Map(
    Object.entries(files).map(([name, source]) => [name, { name, path: `templates/${name}`, source }]),
  );
}

function problemsOf(files: Record<string, string>, language: "html" | "typ" = "html") {
  return createEngine(templates(files), language).problems.map(
    ({ rule, path, line, column }) => `${path}:${line}:${column} ${rule}`,
  );
}

const view = {
  topic: { title: `Fit <notes> & "more" = 'x'`, messages: ["a", "b"] },
  recipient: {},
} as unknown as View;

describe("templates", () => {
  it("escape for their own format", () => {
    const files = templates({
      "email.html.hbs": "{{topic.title}}",
      "email.txt.hbs": "{{topic.title}}",
      "poster.typ.hbs": "{{topic.title}}",
    });
    expect(createEngine(files, "html").render("email", view)).toBe(
      "Fit &lt;notes&gt; &amp; &quot;more&quot; = &#39;x&#39;",
    );
    expect(createEngine(files, "txt").render("email", view)).toBe(view.topic.title);
    expect(createEngine(files, "typ").render("poster", view)).toBe(
      "Fit \\u{3c}notes\\u{3e} \\u{26} \\u{22}more\\u{22} \\u{3d} \\u{27}x\\u{27}",
    );
  });

  it("refuse unescaped output in both spellings", () => {
    expect(problemsOf({ "email.html.hbs": "{{{topic.title}}}\n {{&topic.title}}" })).toEqual([
      "templates/email.html.hbs:1:1 template/unescaped",
      "templates/email.html.hbs:2:2 template/unescaped",
    ]);
  });

  it("name unknown names in branches that are never reached, in blocks and in partials", () => {
    const files = {
      "email.html.hbs":
        "{{#if topic.scenario}}\n{{topic.titel}}{{/if}}{{#each topic.asks}}{{> ask}}{{/each}}",
      "partials/ask.html.hbs": "{{titel}}{{#each actions}}{{this}}{{/each}}{{../topic.title}}",
    };
    expect(problemsOf(files)).toEqual([
      "templates/email.html.hbs:2:3 template/name-unknown",
      "templates/partials/ask.html.hbs:1:3 template/name-unknown",
    ]);
  });

  it("name missing partials, unknown helpers and syntax faults", () => {
    expect(
      problemsOf({ "email.html.hbs": "{{> nope}}{{shout topic.title}}{{#shout topic}}{{/shout}}" }),
    ).toEqual([
      "templates/email.html.hbs:1:1 template/partial-missing",
      "templates/email.html.hbs:1:11 template/helper-unknown",
      "templates/email.html.hbs:1:32 template/helper-unknown",
    ]);
    expect(problemsOf({ "email.html.hbs": "fine\n{{#if topic.title}}never closed" })[0]).toMatch(
      /^templates\/email\.html\.hbs:2:\d+ template\/syntax$/,
    );
  });

  it("refuse a quoted name where a block or a partial wants one", () => {
    const source = '{{#"topic"}}{{title}}{{/"topic"}}{{> (topic.title)}}';
    expect(problemsOf({ "email.html.hbs": source })).toEqual([
      "templates/email.html.hbs:1:1 template/helper-unknown",
      "templates/email.html.hbs:1:38 template/helper-unknown",
    ]);
    expect(problemsOf({ "email.html.hbs": '{{> p "topic"}}', "partials/p.html.hbs": "{{title}}" })).toEqual(
      [],
    );
  });

  it.each([
    ['{{#if (lookup topic "x")}}a{{/if}}', "7 template/helper-unknown"],
    ["{{> p title=(lookup topic 1)}}", "13 template/helper-unknown"],
    ["{{> p title=topic.titel}}", "13 template/name-unknown"],
    ["{{#each topic.sources by=topic.titel}}{{url}}{{/each}}", "26 template/name-unknown"],
    ["{{#each topic.sources}}{{@index}}{{@indx}}{{/each}}", "36 template/name-unknown"],
    ["{{#each topic.sources}}{{#if @last}}{{@first.x}}{{/if}}{{/each}}", "39 template/name-unknown"],
    ["{{#topic.sources}}{{@index}}{{/topic.sources}}{{@index}}", "49 template/name-unknown"],
    ["{{@root.topic.titel}}", "3 template/name-unknown"],
    ["{{#if}}a{{/if}}", "1 template/syntax"],
    ["{{#each topic.sources topic.tags}}a{{/each}}", "1 template/syntax"],
    ["{{topic}}", "3 template/syntax"],
    ["{{topic.messages}}", "3 template/syntax"],
    ["{{* shout}}", "1 template/helper-unknown"],
  ])("refuse %s, reached or not", (source, expected) => {
    for (const file of [source, `{{#if topic.text}}{{else}}\n${source}{{/if}}`]) {
      const at = `templates/email.html.hbs:${file === source ? 1 : 2}:${expected}`;
      expect(problemsOf({ "email.html.hbs": file, "partials/p.html.hbs": "{{title}}" })).toEqual([at]);
    }
  });

  it("take the counters of a list in the partials that it calls", () => {
    const files = {
      "email.html.hbs": "{{#each topic.messages}}{{> p}}{{/each}}",
      "newsletter.html.hbs": "{{> p}}",
      "partials/p.html.hbs": "{{@index}}",
    };
    expect(problemsOf(files)).toEqual(["templates/partials/p.html.hbs:1:3 template/name-unknown"]);
    const { "newsletter.html.hbs": _, ...fine } = files;
    expect(problemsOf(fine)).toEqual([]);
  });

  it("take any column of a list below recipient, and nothing from prototypes", () => {
    expect(problemsOf({ "email.html.hbs": "{{#if recipient.ward}}{{recipient.ward}}{{/if}}" })).toEqual([]);
    expect(problemsOf({ "email.html.hbs": "{{topic.constructor}}" })).toHaveLength(1);
    expect(problemsOf({ "email.html.hbs": "{{#if recipient.ward}}{{recipient.ward.name}}{{/if}}" })).toEqual([
      "templates/email.html.hbs:1:25 template/name-unknown",
    ]);
  });

  it("fail at rendering when a name is missing, also as a block's argument", () => {
    for (const source of ["{{topic.nope}}", "{{#if topic.nope}}x{{/if}}", "{{#each topic.nope}}{{/each}}"]) {
      const engine = createEngine(templates({ "email.html.hbs": source }), "html");
      expect(() => engine.render("email", view), source).toThrow(TemplateFault);
    }
  });

  it("show nothing for a column that the list does not have, and never a prototype's", () => {
    for (const source of [
      "{{recipient.ward}}",
      "{{#if recipient.ward}}x{{/if}}",
      "{{recipient.constructor}}",
    ]) {
      const engine = createEngine(templates({ "email.html.hbs": source }), "html");
      const recipient = new Proxy({}, { has: () => true });
      expect(engine.render("email", { ...view, recipient } as unknown as View), source).toBe("");
    }
  });
});
