import path from "node:path";
import { describe, expect, it } from "vitest";
import { judgeTemplates } from "../../../src/check/output/judge.ts";
import { faintTexts } from "../../../src/check/output/contrast.ts";
import { readPage } from "../../../src/check/output/page-tree.ts";
import { describe as sentence } from "../../../src/check/words/words.ts";
import type { Brand } from "../../../src/domain/brand.ts";
import type { Toolkit } from "../../../src/domain/toolkit.ts";
import { loadToolkit } from "../../../src/toolkit/load.ts";
import { loadTemplates } from "../../../src/toolkit/templates.ts";
import { fixtures } from "../../support/cli.ts";

const tiny = await loadToolkit(path.join(fixtures, "toolkits", "tiny"));
const shipped = await loadTemplates(tiny.root, path.resolve("templates"));

interface Case {
  readonly toolkit?: Partial<Toolkit>;
  readonly allBrands?: boolean;
}

/** What is said of the shipped templates with these in place of, or beside, their own. */
async function judged(own: Readonly<Record<string, string>>, { toolkit, allBrands = false }: Case = {}) {
  // As if the toolkit had a copy of each: what is shipped and left as it is, is not judged again.
  const copies = [...shipped.templates].map(
    ([name, file]) => [name, { ...file, path: `templates/${name}` }] as const,
  );
  const templates = new Map(Object.keys(own).length > 0 ? shipped.templates : copies);
  for (const [name, source] of Object.entries(own))
    templates.set(name, { name, path: `templates/${name}`, source });
  const problems = await judgeTemplates({ ...tiny, ...toolkit }, templates, allBrands);
  return problems.map((one) => {
    expect(sentence(one)).toMatch(/^\S.*[.!?)]$/s);
    return `${one.path}:${one.line}:${one.column} ${one.rule}`;
  });
}

const sourceOf = (name: string): string => shipped.templates.get(name)?.source ?? "";

/** A shipped template with one thing changed. */
function changed(name: string, from: string, to: string): Record<string, string> {
  expect(sourceOf(name)).toContain(from);
  return { [name]: sourceOf(name).replace(from, () => to) };
}

const contact = "partials/contact.html.hbs";
const inContact = (html: string) => ({ [contact]: `${sourceOf(contact)}${html}\n` });
const lastLine = sourceOf(contact).split("\n").length;
const at = (rule: string, column = 1) => [`templates/${contact}:${lastLine}:${column} ${rule}`];

describe("templates are judged by what they make", () => {
  it("and those that are shipped have no fault, in every brand and language", async () => {
    const brand = (primary: string, accent?: string): Brand => ({
      ...(tiny.brands[0] as Brand),
      id: primary,
      colours: { primary, accent },
    });
    const brands = [
      ...tiny.brands,
      brand("#000000", "#767676"),
      brand("#0000ff", "#8f4a1d"),
      brand("#ffee00"),
    ];
    expect(await judged({}, { toolkit: { brands }, allBrands: true })).toEqual([]);
    const settings = { ...tiny.settings, language: "ar", audiences: [] };
    expect(await judged({}, { toolkit: { settings, brands: [] } })).toEqual([]);
  });

  it("and each fault is told at its line", async () => {
    const lines = {
      '<p>a<div style="margin:0">b</div></p>': "output/invalid-html",
      '<p class="a" class="b">x</p>': "output/invalid-html",
      '<p dir="sideways">x</p>': "output/invalid-html",
      '<img src="{{brand.website.url}}" width="1" height="1">': "output/inaccessible",
      "<table><tr><td>x</td></tr></table>": "output/inaccessible",
      "<table><tr><th>x</th></tr></table>": "output/inaccessible",
      '<a href="{{brand.website.url}}"></a>': "output/inaccessible",
      "<h5>x</h5>": "output/inaccessible",
      "<h2></h2>": "output/inaccessible",
      '<div style="display:grid">x</div>': "output/client-support",
      '<p style="position:absolute">x</p>': "output/client-support",
      '<p style="width:10vw">x</p>': "output/client-support",
    };
    const found = await judged(inContact(`{{#if brand.website}}\n${Object.keys(lines).join("\n")}\n{{/if}}`));
    const expected = Object.values(lines).map(
      (rule, line) => `templates/${contact}:${lastLine + 1 + line} ${rule}`,
    );
    expect([...new Set(found.map((one) => one.replace(/:\d+ /, " ")))].toSorted()).toEqual(
      expected.toSorted(),
    );
  });

  it("a page that does not say in which language it is, at its layout", async () => {
    const layout = "layouts/mail.html.hbs";
    const own = changed(layout, '<html lang="{{toolkit.language}}"', "<html");
    expect(new Set(await judged(own))).toEqual(new Set([`templates/${layout}:3:1 output/invalid-html`]));
  });
});

describe("contrast", () => {
  it.each([
    ["is judged in the light", '<p style="color:#999999">x</p>', ["#999999 on #ffffff"]],
    ["is judged in the dark", '<p style="color:#000000">x</p>', ["#000000 on #1b1f23 dark"]],
    ["is less for large text", '<p style="font-size:24px;color:#808080">x</p>', []],
    ["is less for large bold text", '<p style="font-size:14pt;font-weight:700;color:#808080">x</p>', []],
    [
      "is as usual for text that is only bold",
      "<p style='color:#808080'><b>x</b></p>",
      ["#808080 on #ffffff", "#808080 on #1b1f23 dark"],
    ],
    [
      "counts what shines through",
      '<p style="color:rgba(0,0,0,0.3)">x</p>',
      ["#b3b3b3 on #ffffff", "#131619 on #1b1f23 dark"],
    ],
    [
      "counts the colour behind",
      '<div style="background:#000 none"><p style="color:navy">x</p></div>',
      ["#000080 on #000000", "#000080 on #000000 dark"],
    ],
    ["knows what is important", '<p class="loud" style="color:#999999">x</p>', ["#999999 on #ffffff"]],
    [
      "of a link without a colour",
      '<div style="background-color:#0000ee"><a href="/">x</a></div>',
      ["#0000ee on #0000ee", "#9e9eff on #0000ee dark"],
    ],
    ["asks nothing before a picture", '<p style="background-image:url(x.png);color:#fff">x</p>', []],
    ["asks nothing of what is hidden", '<div style="display:none;color:#ffffff"><p>x</p></div>', []],
    ["asks nothing of what shows nothing", '<p style="color:#ffffff">&nbsp;&#847;&zwnj;\n</p>', []],
    [
      "of what stands in for a picture",
      '<img src="cid:x" alt="A lamp" style="color:#fefefe">',
      ["#fefefe on #ffffff"],
    ],
  ])("%s", (_, html, expected) => {
    const page = `<html><head><style>
      @media (prefers-color-scheme: dark) {
        .card { background-color: #1b1f23 !important; color: #eef0f2 !important }
        .loud { color: #ffffff !important }
      }
      [data-ogsc] p, p:hover { color: #ffffff !important }
      </style></head><body class="card" style="background-color:#ffffff;color:#1f2326">${html}</body></html>`;
    const found = faintTexts(page, readPage(page)).map(
      ({ colour, background, dark }) => `${colour} on ${background}${dark ? " dark" : ""}`,
    );
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it("is the brand's fault where colours that brands may have could be read", async () => {
    const brand: Brand = {
      ...(tiny.brands[0] as Brand),
      id: "pale",
      colours: { primary: "#1f4e5f", accent: "#aaaaaa" },
      source: {
        path: "content/brands/pale.yaml",
        places: new Map([["colours.accent", { line: 5, column: 11 }]]),
        bodyLine: 1,
      },
    };
    const own = inContact('<p style="background-color:#ffffff;color:{{brand.colours.accent}}">x</p>');
    const pale = "content/brands/pale.yaml:5:11 output/contrast";
    // In the dark as well: it says its own background.
    expect(await judged(own, { toolkit: { brands: [...tiny.brands, brand] }, allBrands: true })).toEqual([
      pale,
      pale,
    ]);
    expect(await judged(own, { toolkit: { brands: [...tiny.brands, brand] } })).toEqual([]);
    // White words on the brand's own colour are the template's fault: there is a name for what reads on it.
    const onTint = inContact('<p style="background-color:#ffffff;color:{{brand.colours.tint}}">x</p>');
    expect(new Set(await judged(onTint))).toEqual(new Set(at("output/contrast")));
  });
});

describe("what mail programs know", () => {
  it("is found at the line of the stylesheet, and may be allowed", async () => {
    const css = `${sourceOf("styles/mail.css")}\n.text { position: relative; }\n`;
    const line = css.split("\n").length - 1;
    expect(await judged({ "styles/mail.css": css })).toEqual([
      `templates/styles/mail.css:${line}:9 output/client-support`,
    ]);
    const settings = { ...tiny.settings, checks: { "output/client-support": { allow: ["position"] } } };
    expect(await judged({ "styles/mail.css": css }, { toolkit: { settings } })).toEqual([]);
  });
});

describe("the plain text", () => {
  it("lacks what its templates leave out", async () => {
    const own = {
      ...changed("partials/footer.txt.hbs", "{{links.unsubscribe}}", ""),
      ...changed("partials/more.txt.hbs", "{{links.more.url}}", ""),
      ...changed("newsletter.txt.hbs", "{{topic.body}}", ""),
      ...changed("email.txt.hbs", "{{edition.note}}", ""),
    };
    expect([...new Set(await judged(own))].toSorted()).toEqual([
      "templates/email.txt.hbs:1:1 output/text-incomplete",
      "templates/newsletter.txt.hbs:1:1 output/text-incomplete",
      "templates/partials/footer.txt.hbs:1:1 output/text-incomplete",
    ]);
  });

  it("is asked for what a template of the toolkit's own shows, at that place", async () => {
    const own = inContact("<p>{{#if recipient.name}}{{recipient.name}}{{/if}}</p>");
    expect(new Set(await judged(own))).toEqual(new Set(at("output/text-incomplete")));
  });
});

describe("stylesheets", () => {
  const layout = "layouts/mail.html.hbs";
  it("that are too long for Gmail", async () => {
    const long = `<style data-css-inline="keep">\n${".none { margin: 0; }\n".repeat(800)}</style>\n</head>`;
    const line = sourceOf(layout).split("</head>")[0]?.split("\n").length;
    expect(new Set(await judged(changed(layout, "</head>", long)))).toEqual(
      new Set([`templates/${layout}:${line}:1 output/style-dropped`]),
    );
  });
});

describe("templates that nothing uses", () => {
  it("are told, with the name that was meant; those that anything calls are not", async () => {
    const own = {
      "newsleter.html.hbs": "{{> asks}}",
      "partials/signature.html.hbs": "x",
      "partials/inner.html.hbs": "y",
      "partials/outer.html.hbs": "{{#if topic.title}}{{else}}{{#> inner}}z{{/inner}}{{/if}}",
      "partials/mark.typ.hbs": "",
      "poster-large.typ.hbs": "{{> mark}}",
      "styles/extra.css": "",
      ...inContact("{{> outer}}"),
    };
    expect((await judged(own)).filter((one) => one.endsWith("template/unused"))).toEqual([
      "templates/newsleter.html.hbs:1:1 template/unused",
      "templates/partials/signature.html.hbs:1:1 template/unused",
      "templates/styles/extra.css:1:1 template/unused",
    ]);
  });
});
