import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describe as sentence } from "../../../src/check/words/words.ts";
import { createEngine } from "../../../src/render/handlebars.ts";

/** What is said of these templates, the newsletter first. */
function faultsOf(newsletter: string, partials: Readonly<Record<string, string>> = {}): string[] {
  const files = [["newsletter", newsletter] as const, ...Object.entries(partials)].map(([name, source]) => {
    const file = `${name}.html.hbs`;
    return [file, { name: file, path: `templates/${file}`, source }] as const;
  });
  const { problems } = createEngine(new Map(files), "html");
  return problems
    .filter(({ rule }) => rule !== "template/no-fallback")
    .map((one) => {
      expect(sentence(one)).toMatch(/[.!?)]$/);
      const place = "place" in one.details ? ` ${one.details.place}` : "";
      return `${one.path.slice("templates/".length, -".html.hbs".length)}:${one.line}:${one.column} ${one.rule}${place}`;
    });
}

describe("values at unsafe places", () => {
  it.each([
    ["<p title={{topic.title}}>", "10 no quotes"],
    ["<p title=a{{topic.title}}b>", "11 no quotes"],
    ["<p {{topic.title}}>", "4 name"],
    ['<p data-{{topic.slug}}="x">', "9 name"],
    ["<{{topic.slug}}>", "2 name"],
    ["<h{{topic.slug}}>", "3 name"],
    ["</h{{topic.slug}}>", "4 name"],
    ['<p title="a"{{topic.title}}>', "13 name"],
    ["<style>p { color: {{topic.title}} }</style>", "19 style block"],
    ["<script>{{topic.title}}</script>", "9 script"],
    ["<script src='x'>if (a < b) '<p>{{topic.title}}'</script>", "32 script"],
    ['<p onclick="{{topic.title}}">', "13 event"],
    ['<p style="color:{{topic.title}}">', "17 style"],
    ['<p style="color:{{recipient.colour}}">', "17 style"],
    ['<a href="{{topic.title}}">', "10 address"],
    ["<a href='{{recipient.site}}'>", "10 address"],
    ['<a href=" {{topic.title}}">', "11 address"],
    ['<a href="java{{topic.title}}">', "14 address"],
    ['<a href="https://{{topic.title}}/">', "18 address"],
    ['<a href="{{fallback recipient.site "https://example.org/"}}">', "10 address"],
    ['<a href="{{#if topic.title}}{{topic.title}}{{/if}}">', "29 address"],
    ['<img src="{{topic.summary}}" alt="">', "11 address"],
    ['<a\nhref\n=\n"{{links.more.label}}">', "2 address"],
    ['<p title="{{topic.scenario}}">', "11 markdown in attribute"],
    ["<title>{{topic.body}}</title>", "8 markdown in attribute"],
    ['<p title="a > b" class={{topic.slug}}>', "24 no quotes"],
    ['<!-- <p title="> --><p title={{topic.slug}}>', "30 no quotes"],
  ])("%s", (template, expected) => {
    const [column, ...place] = expected.split(" ");
    const line = template.slice(0, template.indexOf("{{")).split("\n").length;
    expect(faultsOf(template)).toEqual([
      `newsletter:${line}:${column} template/unsafe-place ${place.join(" ")}`,
    ]);
  });

  it.each([
    "<p>{{topic.title}} < {{topic.summary}}</p>",
    "<p title=\"{{topic.title}}\" class='a {{audience.id}}'>{{topic.body}}</p>",
    '<a href="{{links.more.url}}">{{links.more.label}}</a>',
    '<a href="{{links.unsubscribe}}">Leave</a>',
    '<a href="mailto:{{brand.contact.email}}?subject={{topic.title}}">Write</a>',
    '<a href="https://example.org/?from={{recipient.ward}}">Look</a>',
    '{{#each topic.sources}}<a href="{{url}}">{{title}}</a>{{/each}}',
    '<p style="color:{{brand.colours.primary}};text-align:{{#if topic.text}}left{{else}}right{{/if}}">',
    "<style>p { color: {{brand.colours.primaryOnDark}} }</style><p>{{topic.title}}",
    '<p {{#if topic.text}}class="a"{{/if}}>{{topic.title}}</p>',
    "<!-- {{topic.title}} -->",
    "<title>{{topic.title}}</title><p>{{topic.title}}</p>",
    "{{!-- <p {{topic.title}}> --}}",
    '{{> way at="https://example.org/"}}',
    "{{> way at=links.more.url}}",
  ])("not %s", (template) => {
    expect(faultsOf(template, { "partials/way": '<a href="{{at}}">x</a>' })).toEqual([]);
  });

  it("are seen through partials, layouts and branches, at the place where they are written", () => {
    expect(
      faultsOf(
        '{{#> layouts/page}}<p title="{{> words}}" {{> words}}>{{#if topic.text}}{{else}}<b {{topic.title}}>{{/if}}{{/layouts/page}}',
        {
          "layouts/page": "<style>{{> words}}</style><div>{{> @partial-block}}</div>",
          "partials/words": "{{topic.title}}",
        },
      ).toSorted(),
    ).toEqual([
      "newsletter:1:84 template/unsafe-place name",
      "partials/words:1:1 template/unsafe-place name",
    ]);
    expect(faultsOf("{{> way at=topic.title}}", { "partials/way": '<a href="{{at}}">' })).toEqual([
      "partials/way:1:10 template/unsafe-place address",
    ]);
    for (const self of [
      "{{> self}}",
      "{{#> self}}{{> self}}{{/self}}",
      "{{#> self}}{{> @partial-block}}{{/self}}",
    ])
      expect(faultsOf("<p {{> self}}>", { "partials/self": self })).toEqual([]);
  });

  it("are not in the templates that are shipped", () => {
    const folder = new URL("../../../templates/", import.meta.url);
    const templates = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => name.replaceAll("\\", "/"))
      .filter((name) => name.endsWith(".html.hbs"))
      .map(
        (name) => [name, { name, path: name, source: readFileSync(new URL(name, folder), "utf8") }] as const,
      );
    expect(createEngine(new Map(templates), "html").problems).toEqual([]);
  });
});
