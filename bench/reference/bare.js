/**
 * The least that turns a topic's file into HTML: gray-matter, marked and Handlebars, with the package's own templates made
 * into one page each. It checks nothing, and escapes nothing for mail programs.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../package.json", import.meta.url));
const matter = require("gray-matter");
const Handlebars = require("handlebars");
const { marked } = require("marked");
const { inline } = require("@css-inline/css-inline");

const root = new URL("../../", import.meta.url);
const css = readFileSync(new URL("templates/styles/mail.css", root), "utf8")
  .replace(/var\(--on-[a-z]+\)/g, "#ffffff")
  .replace(/var\(--[a-z-]+\)/g, "#0b4f52");

/** The package's own newsletter or email, as one page. */
function pageOf(variant) {
  const read = (name) => readFileSync(new URL(`templates/${name}.html.hbs`, root), "utf8");
  const partials = readdirSync(new URL("templates/partials/", root)).filter((name) =>
    name.endsWith(".html.hbs"),
  );
  const content = read(variant).replace(/\{\{[#/][^}]*layouts\/mail\}\}/g, "");
  let page = read("layouts/mail").replace("{{> @partial-block}}", () => content);
  for (const name of partials) {
    const stem = name.replace(".html.hbs", "");
    const call = new RegExp(String.raw`\{\{> ${stem}( [a-z.]+)?\}\}`, "g");
    const source = read(`partials/${stem}`);
    page = page.replace(call, (_, path) => (path ? `{{#with${path}}}${source}{{/with}}` : source));
  }
  return page.replace(/\{\{!--[\s\S]*?--\}\}/g, "");
}

/** A template whose styles are inlined each time. */
export const plain = Handlebars.compile(
  pageOf("newsletter").replace("</head>", `<style>${css}</style></head>`),
);

/** A template with its styles inlined. */
export function inlinedPage(variant) {
  return Handlebars.compile(
    // Tags between rows would be moved out of the table by the inliner's parser.
    inline(
      pageOf(variant).replace(/\{\{[^}]*\}\}(?![^<]*>)/g, (tag) => `<!--${tag}-->`),
      { extraCss: css },
    )
      .replace(/<!--(\{\{[^}]*\}\})-->/g, "$1")
      .replaceAll("&gt;", ">"),
  );
}

/** A topic's file as what the templates name, the short way. */
export function viewOf(source) {
  const { data, content } = matter(source, {});
  const safe = (html) => new Handlebars.SafeString(html);
  const inlineText = (text) => safe(marked.parseInline(text ?? ""));
  const asks = Object.entries(data.actions ?? {}).map(([title, actions]) => ({
    title,
    actions: actions.map(inlineText),
  }));
  const words = data.variants?.newsletter ?? {};
  return {
    toolkit: { name: "A toolkit", language: "en-GB", direction: "ltr" },
    topic: {
      ...data,
      headline: words.headline ?? data.title,
      strapline: words.strapline ?? data.summary,
      subject: words.subject ?? data.title,
      preheader: words.preheader ?? data.summary,
      messages: (data.messages ?? []).map(inlineText),
      scenario: data.scenario && inlineText(data.scenario),
      asks,
      body: safe(marked.parse(content)),
    },
    edition: {},
    audience: {},
    brand: {
      name: "Northmoor",
      footer: "A footer.",
      address: "1 High Street",
      colours: { primaryOnDark: "#7fb3b5" },
    },
    links: { more: data.link },
  };
}
