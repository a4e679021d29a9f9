import { describe, expect, it } from "vitest";
import { mirrored, prepareHtml, proseStyles } from "../../../src/render/styles.ts";
import type { View } from "../../../src/render/view.ts";

const css = `
  .a { color: red; margin: 0 }
  .a.b { color: blue }
  td { padding: 1px }
  .font { font-family: "Segoe UI", Arial }
  .brand { background-color: var(--primary); color: var(--on-primary) }
  a:hover { color: pink }
  @media (max-width: 1px) { .a { color: green } }
`;

const colours: View["brand"]["colours"] = {
  primary: "#112233",
  onPrimary: "#ffffff",
  accent: "#445566",
  onAccent: "#ffffff",
  primaryOnLight: "#102030",
  accentOnLight: "#405060",
  primaryOnDark: "#aabbcc",
  accentOnDark: "#ddeeff",
  tint: "#f0f0f0",
};

describe("a template with its styles written in", () => {
  it("keeps everything else as it was", () => {
    expect(prepareHtml(`<p class="a">x</p>\n<br class='a b'/>`, css)).toBe(
      `<p class="a" style="color:red;margin:0">x</p>\n<br class='a b' style="color:blue;margin:0"/>`.replace(
        "color:blue;margin:0",
        "margin:0;color:blue",
      ),
    );
    expect(prepareHtml("<i>no styles</i>", css)).toBe("<i>no styles</i>");
    expect(prepareHtml('<p class="font">', css)).toContain("font-family:'Segoe UI'");
  });

  it("lets a style on the element win, Handlebars in it and all", () => {
    expect(prepareHtml('<p class="a" style="color:{{x.y}};top:1px" id="i">', css)).toBe(
      '<p class="a" style="margin:0;color:{{x.y}};top:1px" id="i">',
    );
    expect(prepareHtml("<p style='{{#if x}}margin:1px{{/if}}' class=a>", css)).toBe(
      "<p style='color:red;margin:0;{{#if x}}margin:1px{{/if}}' class=a>",
    );
  });

  it("takes the brand's colours from the view", () => {
    expect(prepareHtml('<p class="brand">', css)).toBe(
      '<p class="brand" style="background-color:{{@root.brand.colours.primary}};color:{{@root.brand.colours.onPrimary}}">',
    );
  });

  it("finds rows and cells without a table around them, and blocks inside tables", () => {
    expect(prepareHtml("{{#each x}}<tr><td>{{this}}</td></tr>{{/each}}", css)).toBe(
      '{{#each x}}<tr><td style="padding:1px">{{this}}</td></tr>{{/each}}',
    );
    expect(prepareHtml("<td>", css)).toBe('<td style="padding:1px">');
    expect(prepareHtml("<table>{{#if x}}{{> row}}{{else}}<tr><td></table>", css)).toBe(
      '<table>{{#if x}}{{> row}}{{else}}<tr><td style="padding:1px"></table>',
    );
  });

  it("reads a whole page, and leaves comments, Outlook's too, alone", () => {
    const page =
      '<!doctype html>\n<html lang="{{l}}">\n<head><title>{{t}}</title></head><body class="a">\n' +
      '<!--[if mso]><td class="a">{{x}}<![endif]-->{{!-- <p class="a"> }} --}}{{! <p class="a"> }}\n</body></html>';
    expect(prepareHtml(page, css)).toBe(
      page.replace('<body class="a">', '<body class="a" style="color:red;margin:0">'),
    );
  });

  it("inlines a style block of the template's own unless it is to be kept", () => {
    const kept = '<style data-css-inline="keep">@media print { .c { top: 1px } }</style>';
    expect(prepareHtml(`<style>.c { top: 2px }</style>${kept}<p class="c">`, css)).toBe(
      `${kept}<p class="c" style="top:2px">`,
    );
    const named = "<style>.c { color: {{x}} }</style><p class='c'>";
    expect(prepareHtml(named, css)).toBe(named);
  });

  it("never loses or moves a Handlebars tag, whatever the template looks like", () => {
    const pieces = [
      "{{a.b}}",
      "{{#if x}}",
      "{{else}}",
      "{{/if}}",
      "{{> p x=1}}",
      "{{~#each y~}}",
      "{{/each}}",
      "{{!-- }} < --}}",
      "<table>",
      "<tr class='a'>",
      '<td class="{{#if x}}a{{/if}} b">',
      "</td>",
      "</table>",
      "<p class=a>",
      "</p>",
      "<img alt=\"{{a}} > {{b}}\" src='{{c}}'>",
      "<!-- {{c}} -->",
      "<style>.z{}</style>",
      "text < & > \" '",
      "<",
      ">",
      "<td {{#if x}}class='a'{{/if}} style=\"color:{{c}}\">",
      "<!--[if mso]>",
      "<![endif]-->",
      "{ { ",
      "\n",
    ];
    const tagsOf = (text: string) => text.match(/\{\{!--[\s\S]*?--\}\}|\{\{[\s\S]*?\}\}/g) ?? [];
    const withoutStyles = (text: string) => text.replace(/ ?style=(["']).*?\1|<style>.*?<\/style>|\s/g, "");
    let seed = 3;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let i = 0; i < 2000; i++) {
      const template = Array.from({ length: 14 }, () => pieces[Math.floor(random() * pieces.length)]).join(
        "",
      );
      const prepared = prepareHtml(template, css);
      expect(tagsOf(prepared)).toEqual(tagsOf(template));
      expect(withoutStyles(prepared)).toBe(withoutStyles(template));
    }
  });

  it("reads hopeless templates in a moment", () => {
    const before = performance.now();
    for (const piece of [
      "{{",
      "<p ",
      '<p a="',
      "<p a='{{",
      "<!--",
      "{{!--",
      '<p a="{{x}}',
      "<style>",
      "<a".repeat(9),
    ]) {
      prepareHtml(piece.repeat(300), css);
    }
    expect(performance.now() - before).toBeLessThan(5000);
  });
});

describe("styles for languages from right to left", () => {
  it("change left and right, in names, values and shorthands, and nothing else", () => {
    expect(
      mirrored(
        ".left { margin: 0 1px 2px 3px; padding:0 4px; border-left: 1px solid var(--primary); text-align: right; }",
      ),
    ).toBe(
      ".left { margin: 0 3px 2px 1px; padding:0 4px; border-right: 1px solid var(--primary); text-align: left; }",
    );
    expect(mirrored("a { margin: 0; padding: 0 0 0 24px; }")).toBe("a { margin: 0; padding: 0 24px 0 0; }");
    expect(mirrored(mirrored(css))).toBe(css);
  });
});

describe("styles for Markdown", () => {
  const prose =
    ".prose p { margin: 1px } .prose li p { margin: 2px } .prose th { top: 0; color: var(--primary) } .other p { top: 0 }";

  it("come from the rules for .prose", () => {
    const styles = proseStyles(prose, colours);
    expect(styles).toMatchObject({
      p: "margin:1px",
      "li p": "margin:2px",
      th: "top:0;color:#112233",
      td: "",
    });
  });

  it("leave the brand's colours out where there is no brand", () => {
    expect(proseStyles(prose).th).toBe("top:0");
  });
});
