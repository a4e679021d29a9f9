import { describe, expect, it } from "vitest";
import type { TemplateSet } from "../../../src/domain/template.ts";
import { createEngine } from "../../../src/render/handlebars.ts";
import { prepareHtml } from "../../../src/render/styles.ts";
import type { View } from "../../../src/render/view.ts";

function templates(files: Record<string, string>): TemplateSet {
  return new Map(
    Object.entries(files).map(([name, source]) => [name, { name, path: `templates/${name}`, source }]),
  );
}

/** The fields that the email shows without a fallback, as `file:line:column field`. */
function found(files: Record<string, string>): string[] {
  const engine = createEngine(templates(files), "html");
  expect(engine.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return engine
    .withoutFallback("email")
    .map(
      ({ path, line, column, details }) =>
        `${path.replace("templates/", "").replace(".html.hbs", "")}:${line}:${column} ${details.field}`,
    );
}

const email = (source: string, others: Record<string, string> = {}) =>
  found({
    "email.html.hbs": source,
    ...Object.fromEntries(Object.entries(others).map(([name, text]) => [`${name}.html.hbs`, text])),
  });

function view(recipient: object): View {
  return {
    topic: { title: "T", messages: ["one", "two"], contact: { name: "Ann", email: "", phone: "" } },
    recipient: new Proxy(recipient, { has: () => true }),
  } as unknown as View;
}

describe("a fallback", () => {
  const rendered = (source: string, recipient: object, language: "html" | "txt" | "typ" = "html") => {
    const engine = createEngine(templates({ [`email.${language}.hbs`]: source }), language);
    expect(engine.problems).toEqual([]);
    return engine.render("email", view(recipient));
  };

  it("shows where the value is empty or not there, and not where it is", () => {
    const source = 'Dear {{fallback recipient.first_name "colleague"}},';
    expect(rendered(source, {})).toBe("Dear colleague,");
    expect(rendered(source, { first_name: "" })).toBe("Dear colleague,");
    expect(rendered(source, { first_name: "Ann" })).toBe("Dear Ann,");
  });

  it("is escaped for its format, as the value is", () => {
    const hostile = `<b>"O'Neill" & #eval(1) {{x}}`;
    const source = `{{fallback recipient.x "${hostile.replaceAll('"', '\\"').replaceAll("}}", "} }")}"}}`;
    expect(rendered(source, {})).toBe("&lt;b&gt;&quot;O&#39;Neill&quot; &amp; #eval(1) {{x} }");
    expect(rendered(source, {}, "txt")).toBe(`<b>"O'Neill" & #eval(1) {{x} }`);
    expect(rendered(source, {}, "typ")).toBe(
      "\\u{3c}b\\u{3e}\\u{22}O\\u{27}Neill\\u{22} \\u{26} \\u{23}eval\\u{28}1\\u{29} \\u{7b}\\u{7b}x\\u{7d} \\u{7d}",
    );
    for (const language of ["html", "txt", "typ"] as const)
      expect(rendered(source, { x: hostile }, language)).toBe(
        rendered("{{#if recipient.x}}{{recipient.x}}{{/if}}", { x: hostile }, language),
      );
  });

  it("may stand in an attribute, and leaves the styles of the element alone", () => {
    const source = `<p class="a" title="For {{fallback recipient.x 'you & "me"'}}">`;
    const prepared = prepareHtml(source, ".a { color: red }");
    expect(rendered(prepared, {})).toBe(
      '<p class="a" title="For you &amp; &quot;me&quot;" style="color:red">',
    );
  });

  it("takes any value, at any depth", () => {
    expect(rendered('{{#each topic.messages}}{{fallback ../recipient.x "-"}}{{/each}}', {})).toBe("--");
    expect(rendered('{{#with topic.contact}}{{fallback email "none"}}{{/with}}', {})).toBe("none");
  });

  it("is a name and words in quotation marks: anything else is an error at its place", () => {
    for (const source of [
      "{{fallback recipient.x}}",
      '{{fallback recipient.x ""}}',
      '{{fallback recipient.x " \u200b"}}',
      "{{fallback recipient.x recipient.y}}",
      "{{fallback recipient.x 7}}",
      '{{fallback "x" "y"}}',
      '{{fallback recipient.x "y" "z"}}',
      '{{fallback recipient.x "y" or="z"}}',
    ]) {
      const { problems } = createEngine(templates({ "email.html.hbs": `\n ${source}` }), "html");
      expect(
        problems.map(({ rule, line, column }) => `${rule} ${line}:${column}`),
        source,
      ).toEqual(["template/syntax 2:2"]);
    }
    const { problems } = createEngine(
      templates({ "email.html.hbs": '{{fallback topic.titel "y"}}{{{fallback topic.title "y"}}}' }),
      "html",
    );
    expect(problems.map(({ rule }) => rule)).toEqual(["template/name-unknown", "template/unescaped"]);
  });
});

describe("the fields without a fallback", () => {
  it("are found wherever they are shown, and only there", () => {
    expect(email("Dear {{recipient.first_name}},\n{{topic.title}} {{recipient.email}}")).toEqual([
      "email:1:8 first_name",
      "email:2:19 email",
    ]);
    expect(
      email("{{brand.contact.name}} {{#if recipient.ward}}x{{/if}} {{fallback recipient.ward 'w'}}"),
    ).toEqual([]);
  });

  it("need none in a branch that has asked for them", () => {
    const asking = [
      "{{#if recipient.a}}{{recipient.a}}{{recipient.b}}{{else}}",
      "{{recipient.a}}{{/if}}",
      "{{#unless recipient.a}}{{recipient.a}}{{else}}{{recipient.a}}{{/unless}}",
      "{{#with recipient.a}}{{this}}{{@root.recipient.a}}{{else}}",
      "{{recipient.a}}{{/with}}",
    ];
    expect(email(asking.join("\n"))).toEqual(["email:1:37 b", "email:2:3 a", "email:3:26 a", "email:5:3 a"]);
    expect(email("{{#if recipient.a}}{{recipient.a}}{{else if recipient.b}}{{recipient.b}}{{/if}}")).toEqual(
      [],
    );
    expect(email("{{#if topic.title}}{{recipient.a}}{{/if}}{{#if recipient}}{{recipient.b}}{{/if}}")).toEqual(
      ["email:1:22 a", "email:1:61 b"],
    );
    expect(
      email("{{#if recipient.a}}{{#if recipient.b}}{{recipient.a}}{{recipient.b}}{{/if}}{{/if}}"),
    ).toEqual([]);
  });

  it("are known by whatever name they are called", () => {
    const shown = [
      "{{#each topic.messages}}{{../recipient.a}}{{/each}}",
      "{{#each topic.asks}}{{#each actions}}{{@root.recipient.a}}{{../../recipient.a}}{{/each}}{{/each}}",
      "{{#with recipient}}{{a}}{{this.a}}{{/with}}",
      "{{#with recipient as |r|}}{{r.a}}{{/with}}",
      "{{#with recipient.a as |who|}}{{else}}{{recipient.a}}{{/with}}",
      "{{#recipient}}{{a}}{{/recipient}}",
      "{{#recipient.a}}{{this}}{{/recipient.a}}",
      "{{#with @root}}{{recipient.[a]}}{{/with}}",
    ];
    for (const source of shown)
      expect(new Set(email(source).map((one) => one.split(" ")[1])), source).toEqual(new Set(["a"]));
    for (const source of [
      "{{#with recipient.a as |who|}}{{who}}{{/with}}",
      "{{#with recipient}}{{#if a}}{{a}}{{@root.recipient.a}}{{../recipient.a}}{{/if}}{{/with}}",
      "{{#if recipient.a}}{{#each topic.messages as |message|}}{{message}}{{../recipient.a}}{{/each}}{{/if}}",
      "{{#with topic.contact as |recipient|}}{{recipient.name}}{{/with}}",
    ])
      expect(email(source), source).toEqual([]);
  });

  it("are found in partials within partials, with what their call gives them", () => {
    const greet = {
      "partials/greet": "Dear {{who}},",
      "partials/top": "\n{{> greet who=recipient.first_name}}",
    };
    expect(email("{{> top}}", greet)).toEqual(["partials/greet:1:8 first_name"]);
    expect(
      email("{{> greet who=recipient.a}}{{> greet who=recipient.b}}{{> greet who='You'}}", greet),
    ).toEqual(["partials/greet:1:8 a", "partials/greet:1:8 b"]);
    expect(email("{{#if recipient.first_name}}{{> top}}{{/if}}", greet)).toEqual([]);
    expect(email("{{#if recipient.first_name}}{{> top}}{{/if}}{{> top}}", greet)).toHaveLength(1);
    expect(email("{{> top}}{{#if recipient.first_name}}{{> top}}{{/if}}", greet)).toHaveLength(1);
    expect(email("{{#each topic.messages}}{{> greet who=@root.recipient.a}}{{/each}}", greet)).toEqual([
      "partials/greet:1:8 a",
    ]);
    const person = { "partials/person": "{{name}}" };
    expect(email("{{#if topic.contact}}{{> person topic.contact}}{{/if}}", person)).toEqual([]);
    expect(email("{{> person recipient}}", person)).toEqual(["partials/person:1:3 name"]);
    expect(email("{{> person recipient greeting='Dear'}}", person)).toEqual(["partials/person:1:3 name"]);
    expect(email("{{> person recipient name='You'}}", person)).toEqual([]);
  });

  it("are found in layouts, in what is put into them, and in what stands in for it", () => {
    const layouts = {
      "layouts/mail": "{{recipient.a}}\n{{> @partial-block}}{{> foot}}",
      "layouts/asking": "{{#if recipient.b}}{{> @partial-block}}{{else}}Hello{{/if}}",
      "layouts/person": "{{#with recipient}}{{> @partial-block}}{{/with}}",
      "layouts/outer": "{{#> layouts/mail}}{{> @partial-block}}{{/layouts/mail}}",
      "layouts/empty": "nothing",
      "layouts/default": "{{#> @partial-block}}{{recipient.a}}{{/@partial-block}}",
      "partials/foot": "{{recipient.c}}",
      "partials/inner": "{{> @partial-block}}",
      "layouts/through": "{{> inner}}",
    };
    const within = (layout: string, block: string) =>
      email(`{{#> layouts/${layout}}}\n${block}{{/layouts/${layout}}}`, layouts);
    expect(within("mail", "{{recipient.b}}")).toEqual([
      "layouts/mail:1:3 a",
      "email:2:3 b",
      "partials/foot:1:3 c",
    ]);
    expect(within("outer", "{{recipient.b}}")).toContain("email:2:3 b");
    expect(within("through", "{{recipient.b}}")).toEqual(["email:2:3 b"]);
    expect(within("asking", "{{recipient.b}}{{recipient.c}}")).toEqual(["email:2:18 c"]);
    expect(within("person", "{{b}}")).toEqual(["email:2:3 b"]);
    expect(within("empty", "{{recipient.b}}")).toEqual(["email:2:3 b"]);
    const through = {
      "layouts/asked": "{{#if recipient.b}}{{> inner}}{{/if}}",
      "partials/inner": "{{> @partial-block}}",
    };
    expect(email("{{#> layouts/asked}}{{recipient.b}}{{/layouts/asked}}", through)).toEqual([]);
    expect(email("{{> layouts/default}}", layouts)).toEqual(["layouts/default:1:24 a"]);
    expect(
      email("{{#if recipient.b}}{{#> layouts/through}}{{recipient.b}}{{/layouts/through}}{{/if}}", layouts),
    ).toEqual([]);
    expect(
      email(
        "{{#> layouts/asking}}{{recipient.b}}{{/layouts/asking}}{{#> layouts/through}}{{recipient.b}}{{/layouts/through}}",
        layouts,
      ),
    ).toEqual(["email:1:80 b"]);
  });

  it("belong to the variants that show them", () => {
    const engine = createEngine(
      templates({
        "email.html.hbs": "{{> foot}}",
        "newsletter.html.hbs": "{{recipient.b}}",
        "poster.html.hbs": "plain",
        "partials/foot.html.hbs": "{{recipient.a}}",
      }),
      "html",
    );
    const fields = (name: string) => engine.withoutFallback(name).map(({ details }) => details.field);
    expect([fields("email"), fields("newsletter"), fields("poster"), fields("none")]).toEqual([
      ["a"],
      ["b"],
      [],
      [],
    ]);
    expect(engine.problems).toHaveLength(2);
  });

  it("cannot be told in a loop over a person, which is an error", () => {
    const { problems } = createEngine(
      templates({ "email.html.hbs": "{{#each recipient}}{{this}}{{/each}}" }),
      "html",
    );
    expect(problems.map(({ rule }) => rule)).toEqual(["template/helper-unknown"]);
  });

  it("are looked for to an end, however templates call themselves", () => {
    const endless = {
      "partials/a": "{{#> b x=recipient.a}}{{> @partial-block}}{{> @partial-block y=1}}{{/b}}",
      "partials/b":
        "{{#if recipient.b}}{{> a}}{{/if}}{{#if recipient.c}}{{#> a z=1}}{{> @partial-block}}{{/a}}{{/if}}{{recipient.d}}",
    };
    expect(email("{{#> a}}{{recipient.e}}{{/a}}", endless).map((one) => one.split(" ")[1])).toContain("d");
  });
});

/** A value that is empty to `{{#if}}` and tells when it is shown all the same. */
class Blank extends Array<never> {
  static readonly shown = new Set<string>();
  readonly column: string;
  constructor(column: string) {
    super();
    this.column = column;
  }
  override toString(): string {
    Blank.shown.add(this.column);
    return "";
  }
}

describe("whatever a template looks like", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const pick = <Item>(items: readonly Item[]) => items[random(items.length)] as Item;
  const field = () => `@root.recipient.${pick(["a", "b", "c"])}`;

  function piece(depth: number): string {
    if (depth === 0) return pick([`{{${field()}}}`, `{{fallback ${field()} "x"}}`, "words", ""]);
    const inside = () => piece(depth - 1) + piece(depth - 1);
    return pick([
      () => `{{#if ${field()}}}${inside()}{{else}}${inside()}{{/if}}`,
      () => `{{#unless ${field()}}}${inside()}{{else}}${inside()}{{/unless}}`,
      () => `{{#with ${field()}}}{{this}}${inside()}{{else}}${inside()}{{/with}}`,
      () => `{{#with @root.recipient as |r|}}{{r.a}}${inside()}{{/with}}`,
      () => `{{#each @root.topic.messages}}${inside()}{{/each}}`,
      () => `{{> greet who=${field()}}}`,
      () => `{{#> frame}}${inside()}{{/frame}}`,
      () => `{{> person @root.recipient}}`,
      () => inside(),
    ])();
  }

  it("an empty field that shows is one that was found", () => {
    let shown = 0;
    for (let round = 0; round < 150; round += 1) {
      const files = templates({
        "email.html.hbs": piece(3),
        "partials/greet.html.hbs": pick([
          "{{who}}",
          "{{#if who}}{{who}}{{/if}}",
          "{{#if @root.recipient.a}}{{who}}{{/if}}",
        ]),
        "partials/frame.html.hbs": `{{#if ${field()}}}{{> @partial-block}}{{else}}${piece(0)}{{/if}}`,
        "partials/person.html.hbs": pick([
          "{{a}}{{#if b}}{{b}}{{/if}}",
          '{{fallback a "y"}}{{#with c}}{{this}}{{/with}}',
        ]),
      });
      const engine = createEngine(files, "html");
      const known = new Set(engine.withoutFallback("email").map(({ details }) => details.field));
      for (let filled = 0; filled < 8; filled += 1) {
        Blank.shown.clear();
        const columns = ["a", "b", "c"].map((column, bit) => [
          column,
          (filled >> bit) & 1 ? "full" : new Blank(column),
        ]);
        engine.render("email", view(Object.fromEntries(columns) as object));
        shown += Blank.shown.size;
        expect(
          [...Blank.shown].filter((column) => !known.has(column)),
          files.get("email.html.hbs")?.source,
        ).toEqual([]);
      }
    }
    expect(shown).toBeGreaterThan(100);
  });
});
