import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { TemplateSet } from "../../../src/domain/template.ts";
import { createEngine, richOrEmpty } from "../../../src/render/handlebars.ts";
import { toHtml } from "../../../src/render/markdown/html.ts";
import { toText } from "../../../src/render/markdown/text.ts";
import { wrapText } from "../../../src/render/markdown/wrap.ts";
import { parseInline, parseMarkdown } from "../../../src/render/markdown/parse.ts";
import { prepareHtml, proseStyles } from "../../../src/render/styles.ts";
import type { Rich, View } from "../../../src/render/view.ts";

const folder = new URL("../../../templates/", import.meta.url);
const css = readFileSync(new URL("styles/mail.css", folder), "utf8");
const templates: TemplateSet = new Map(
  ["", "partials/", "layouts/"].flatMap((path) =>
    readdirSync(new URL(path, folder))
      .filter((file) => /\.(html|txt)\.hbs$/.test(file))
      .map((file) => {
        const name = path + file;
        const source = readFileSync(new URL(name, folder), "utf8");
        return [name, { name, path: `templates/${name}`, source }] as const;
      }),
  ),
);
const engines = {
  html: createEngine(templates, "html", ({ source }) => prepareHtml(source, css)),
  txt: createEngine(templates, "txt"),
};

const colours: View["brand"]["colours"] = {
  primary: "#0b4f52",
  onPrimary: "#ffffff",
  accent: "#8f4a1d",
  onAccent: "#ffffff",
  primaryOnLight: "#0b4f52",
  accentOnLight: "#8f4a1d",
  primaryOnDark: "#79a0a2",
  accentOnDark: "#c9977a",
  tint: "#edf3f3",
};
type Language = "html" | "txt";
interface Formatter {
  readonly line: (text: string) => Rich;
  readonly block: (text: string) => Rich;
}
const styles = proseStyles(css, colours);
const formatters: Record<Language, Formatter> = {
  html: {
    line: (text) => richOrEmpty(text && toHtml(parseInline(text), { styles })),
    block: (text) => richOrEmpty(text && toHtml(parseMarkdown(text), { styles })),
  },
  txt: {
    line: (text) => richOrEmpty(text && toText(parseInline(text))),
    block: (text) => richOrEmpty(text && toText(parseMarkdown(text))),
  },
};

const article =
  "## Why\n\nBecause **it** [matters](https://example.org/why).\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n";

function fullView({ line, block }: Formatter, body = `${article}#### How\n\n- a[^1]\n\n[^1]: Note`): View {
  const ask = (id: string, title: string) => ({
    id,
    title,
    actions: [line("Do *this*."), line("And that.")],
  });
  return {
    toolkit: {
      name: "Better together",
      organisation: "Org",
      language: "en-GB",
      direction: "ltr",
      title: "T",
      summary: "S",
    },
    topic: {
      slug: "fit-notes",
      title: `Title <b> & "more"`,
      summary: "Summary",
      headline: `Title <b> & "more"`,
      strapline: "Strapline",
      subject: "Subject",
      preheader: "Preheader",
      text: block("A text\n\nof two paragraphs."),
      messages: [line("First **message**"), line("Second [message](https://example.org/m)")],
      asks: [ask("primary-care", "Primary care")],
      others: [ask("secondary-care", "Secondary care")],
      scenario: line("I waited *long*."),
      body: block(body),
      contact: { name: "Interface team", email: "interface@example.org", phone: "01632 960123" },
      sources: [
        {
          title: "Source one",
          url: "https://example.org/1",
          published: "July 2017",
          checked: "22 November 2026",
        },
        {
          title: "Source two",
          url: "https://example.org/2?a=1&b=2",
          published: "",
          checked: "22 November 2026",
        },
        { title: "Source three", url: "https://example.org/3", published: "", checked: "" },
      ],
      tags: ["work"],
      review: "30 June 2027",
    },
    edition: {
      cycle: "2026-12",
      label: "December 2026",
      date: "3 December 2026",
      note: block("### A note\n\nWith words."),
      posts: [
        {
          title: "Post one",
          date: "9 November 2026",
          author: "Sam",
          url: "https://example.org/p",
          summary: "Short",
        },
        { title: "Post two", date: "9 October 2026", author: "", url: "", summary: "" },
      ],
      next: [{ label: "January 2027", title: "Next", summary: "What is next" }],
    },
    audience: { id: "primary-care", title: "Primary care" },
    brand: {
      id: "northmoor",
      name: "Northmoor Board",
      shortName: "Northmoor",
      logo: { src: "cid:logo", alt: "Northmoor Board", width: "120", height: "48" },
      colours,
      footer: "A footer.",
      address: "1 Example Street",
      website: { url: "https://example.org/", display: "example.org" },
      contact: { name: "Comms", email: "comms@example.org", phone: "" },
      social: [
        { id: "bluesky", name: "Bluesky", handle: "@northmoor.example.org", url: "" },
        { id: "mastodon", name: "Mastodon", handle: "example.org/@n", url: "https://example.org/@n" },
      ],
    },
    recipient: { name: "Dr Sam Okafor", email: "sam@example.org", organisation: "", role: "", audience: "" },
    links: {
      more: { label: "Read on", url: "https://example.org/more", display: "example.org/more", qr: "" },
      unsubscribe: "https://example.org/u/abc",
    },
    social: { posts: [], alt: "" },
  };
}

function emptyView(): View {
  const none = richOrEmpty("");
  const full = fullView(formatters.html);
  return {
    toolkit: {
      name: "Better together",
      organisation: "",
      language: "en-GB",
      direction: "ltr",
      title: "T",
      summary: "S",
    },
    topic: {
      slug: "x",
      title: "Title",
      summary: "Summary",
      headline: "Title",
      strapline: "Summary",
      subject: "Title",
      preheader: "Summary",
      text: none,
      messages: [],
      asks: [],
      others: [],
      scenario: none,
      body: none,
      contact: null,
      sources: [],
      tags: [],
      review: "",
    },
    edition: { cycle: "", label: "", date: "", note: none, posts: [], next: [] },
    audience: { id: "", title: "" },
    brand: {
      id: "b",
      name: "Brand",
      shortName: "Brand",
      logo: null,
      colours: full.brand.colours,
      footer: "",
      address: "",
      website: null,
      contact: null,
      social: [],
    },
    recipient: { name: "", email: "", organisation: "", role: "", audience: "" },
    links: { more: null, unsubscribe: "" },
    social: { posts: [], alt: "" },
  };
}

const variants = ["newsletter", "email"] as const;
const cases = variants.flatMap((variant) => [
  [variant, "full", (language: Language) => fullView(formatters[language])] as const,
  [variant, "empty", () => emptyView()] as const,
]);

describe("the shipped templates", () => {
  it("name nothing that is not there", () => {
    expect(engines.html.problems).toEqual([]);
    expect(engines.txt.problems).toEqual([]);
  });

  it("and the stylesheet use the same classes", () => {
    const sources = [...templates.values()]
      .filter(({ name }) => name.endsWith(".html.hbs"))
      .map(({ source }) => source);
    const used = new Set(
      sources.flatMap((source) =>
        [...source.matchAll(/class="([^"]*)"/g)].flatMap(([, names = ""]) => names.split(" ")),
      ),
    );
    const kept = sources
      .flatMap((source) => source.match(/<style data-css-inline="keep">[\s\S]*?<\/style>/g) ?? [])
      .join();
    const named = (rules: string) =>
      new Set([...rules.matchAll(/\.([a-z][\w-]*)(?=[^{}]*\{)/g)].map(([, name]) => name));
    expect([...named(css.replaceAll(/\/\*[\s\S]*?\*\//g, ""))].toSorted()).toEqual([...used].toSorted());
    // These two come from Markdown.
    for (const name of named(kept)) expect([...used, "code", "wide"]).toContain(name);
  });

  it("keep within what Gmail reads of a style sheet", () => {
    const page = engines.html.render("newsletter", fullView(formatters.html));
    const sheets = [...page.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].map(([, sheet = ""]) => sheet);
    expect(sheets.join("").length).toBeLessThan(16_000);
    for (const sheet of sheets) expect(sheet).not.toMatch(/@[^{}]*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*@/);
  });
});

describe.each(cases)("%s.html with a %s view", (variant, kind, view) => {
  const page = engines.html.render(variant, view("html"));

  it("is complete and closed", () => {
    expect(page.startsWith('<!doctype html>\n<html lang="en-GB" dir="ltr"')).toBe(true);
    expect(page).toMatch(/<body[^>]*>\n<div lang="en-GB" dir="ltr"/);
    expect(page).not.toMatch(/\{\{|\}\}|undefined|\[object|var\(--/);
    for (const tag of ["table", "tr", "td", "div", "p", "ul", "li", "h1", "h2", "h3", "a"]) {
      const opened = page.match(new RegExp(`<${tag}[\\s>]`, "g"))?.length ?? 0;
      expect([tag, page.match(new RegExp(`</${tag}>`, "g"))?.length ?? 0]).toEqual([tag, opened]);
    }
  });

  it("has one h1, no skipped level and no empty element", () => {
    const levels = [...page.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels[0]).toBe(1);
    for (const [i, level] of levels.entries()) expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1);
    expect(page).not.toMatch(/<(h\d|p|li|ul|ol|td|th|a|strong|span|title)(?:\s[^>]*)?>\s*<\/\1>/);
    expect(page).not.toMatch(/<h\d[^>]*>[^<]*<\/h\d>\s*<h1|href=""|mailto:"/);
  });

  it("says what every picture shows and which tables are layout", () => {
    for (const [image] of page.matchAll(/<img[^>]*>/g)) expect(image).toMatch(/ alt="[^"]+"/);
    for (const [, attributes = ""] of page.matchAll(/<table([^>]*)>(?!\s*<thead)/g)) {
      expect(attributes).toContain('role="presentation"');
    }
    for (const [, attributes = ""] of page.matchAll(/<table([^>]*)>(?=\s*<thead)/g))
      expect(attributes).not.toContain("role");
  });

  it("fits what mail can carry", () => {
    for (const line of page.split("\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998);
    expect(page).not.toMatch(/display:\s*(flex|grid)|background-image/);
    expect(kind === "empty" ? page : "").not.toMatch(/<h2|<img|class="button/);
  });
});

describe.each(cases)("%s.txt with a %s view", (variant, _, view) => {
  const raw = engines.txt.render(variant, view("txt"));

  it("is tidy as it is, and wrapped when it goes out", () => {
    for (const text of [raw, wrapText(raw)]) {
      expect(text).not.toMatch(/[ \t]$/m);
      expect(text).not.toMatch(/\n{3}/);
      expect(text).not.toMatch(/^\n|\{\{|undefined|\[object/);
    }
    for (const line of wrapText(raw).split("\n")) expect(line.length).toBeLessThanOrEqual(72);
  });
});

describe("what people read", () => {
  const html = (variant: "newsletter" | "email", view: View) => engines.html.render(variant, view);
  const txt = (variant: "newsletter" | "email", view: View) => wrapText(engines.txt.render(variant, view));

  it("a newsletter has everything, in order", () => {
    const inOrder = [
      "December 2026",
      "Title",
      "Strapline",
      "A note",
      "Picture this",
      "I waited",
      "Key messages",
      "First",
      "What we ask of you",
      "Primary care",
      "Do",
      "What colleagues are asked",
      "Secondary care",
      "Why",
      "Notes",
      "Read on",
      "Sources",
      "Published July 2017. Checked 22 November 2026.",
      "Recent posts",
      "Post one",
      "What comes next",
      "January 2027",
      "Questions?",
      "interface@example.org",
      "A footer.",
      "1 Example Street",
    ];
    const words = html("newsletter", fullView(formatters.html))
      .replace(/[\s\S]*<body/, "")
      .replace(/<[^>]*>|\s+/g, " ")
      .replaceAll(/ +/g, " ");
    for (const text of [words, txt("newsletter", fullView(formatters.txt))]) {
      const places = inOrder.map((part) => text.indexOf(part));
      expect(places.filter((place) => place === -1)).toEqual([]);
    }
    const places = inOrder.slice(1).map((part, i) => words.indexOf(part, words.indexOf(inOrder[i] ?? "")));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it("an email greets by name when it knows one", () => {
    expect(txt("email", fullView(formatters.txt))).toContain("\nDear Dr Sam Okafor,\n");
    expect(html("email", emptyView())).toContain(">Hello,</p>");
  });

  it("an email asks its own audience alone", () => {
    const email = html("email", fullView(formatters.html));
    expect(email).toContain("What we ask of you");
    expect(email).not.toContain("Secondary care");
    expect(email.match(/https:\/\/example\.org\/more/g)).toHaveLength(1);
  });

  it("the brand's contact stands in for a missing one", () => {
    const view = fullView(formatters.html);
    expect(html("email", { ...view, topic: { ...view.topic, contact: null } })).toContain(
      "mailto:comms@example.org",
    );
  });

  it("says where the brand can be followed", () => {
    expect(txt("email", fullView(formatters.txt))).toContain(
      "\n\nFollow us:\n- Bluesky: @northmoor.example.org\n- Mastodon: https://example.org/@n\n",
    );
    const words = html("newsletter", fullView(formatters.html))
      .replaceAll(/ style="[^"]*"/g, "")
      .replaceAll("\n", " ");
    expect(words).toContain(
      'Follow us: Bluesky @northmoor.example.org, <a class="quiet" href="https://example.org/@n">Mastodon</a> </p>',
    );
    expect(html("email", emptyView()) + txt("email", emptyView())).not.toContain("Follow us");
  });

  it("ends with the way out", () => {
    expect(txt("email", fullView(formatters.txt)).trimEnd()).toMatch(
      /\nUnsubscribe: https:\/\/example\.org\/u\/abc$/,
    );
    expect(html("email", fullView(formatters.html))).toContain('href="https://example.org/u/abc"');
    expect(html("email", emptyView())).not.toContain("nsubscribe");
  });

  it("a long article stays under what Gmail shows", () => {
    const body = article.repeat(20) + "Several words that make up a sentence of an article. ".repeat(300);
    const page = html("newsletter", fullView(formatters.html, body));
    expect(Buffer.byteLength(page)).toBeLessThan(102_000);
    for (const line of page.split("\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998);
  });
});
