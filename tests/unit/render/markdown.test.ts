import { describe, expect, it } from "vitest";
import { decodeReferences, safeAddress, schemeOf } from "../../../src/render/markdown/address.ts";
import { MarkdownFault } from "../../../src/render/markdown/guard.ts";
import { toHtml, type HtmlOptions } from "../../../src/render/markdown/html.ts";
import { foldLines } from "../../../src/render/markdown/lines.ts";
import { parseInline, parseMarkdown } from "../../../src/render/markdown/parse.ts";

function html(source: string, options: Partial<HtmlOptions> = {}): string {
  return toHtml(parseMarkdown(source), { styles: {}, ...options });
}

const tags =
  /^(p|h[2-6]|ul|ol|li|blockquote|hr|div|table|thead|tbody|tr|th|td|span|a|strong|em|del|code|img|sup|br)$/;
const attributes = /^(href|src|alt|width|height|style|scope|start|class|dir)$/;
const ownValues: Readonly<Record<string, RegExp>> = {
  href: /^(https?:\/\/|mailto:|tel:)/i,
  class: /^(code|wide)$/,
  dir: /^ltr$/,
};

/** Whatever in the output a browser would take for a tag, an attribute or an address that is not ours. */
function foreign(output: string): string[] {
  return [...output.matchAll(/<(\/?)([^\s>]*)([^>]*)>?/g)].flatMap(([whole, slash, name = "", rest = ""]) => {
    const left = rest.replaceAll(/\s([a-z]+)="([^"<>]*)"/g, (typed, attribute: string, value: string) => {
      const safe = ownValues[attribute]?.test(value) ?? true;
      return attributes.test(attribute) && safe ? "" : typed;
    });
    return tags.test(name) && (slash === "/" ? rest : left) === "" ? [] : [whole];
  });
}

describe("Markdown as HTML", () => {
  it("writes the usual elements", () => {
    expect(html("Some **strong**, *emphasised*, ~~struck~~ and `a < b` words\\\nbroken.")).toBe(
      "<p>Some <strong>strong</strong>, <em>emphasised</em>, <del>struck</del> and <code>a &lt; b</code> words<br>\nbroken.</p>",
    );
    expect(html("1. a\n2. b\n\n---\n\n> c")).toBe(
      "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n<hr>\n<blockquote>\n<p>c</p>\n</blockquote>",
    );
    expect(html("4. a")).toContain('<ol start="4">');
    expect(html("- [x] a\n- [ ] b\n- [x](https://e.org)").replaceAll(/ style="[^"]*"/g, "")).toBe(
      '<ul>\n<li>☑\ufe0e a</li>\n<li>☐ b</li>\n<li><a href="https://e.org">x</a></li>\n</ul>',
    );
    expect(html("    if (a <b)\n      c  (d)\n")).toBe(
      '<p class="code" dir="ltr" style="text-align:left"><code>if (a &lt;b)<br>\n\u00a0\u00a0c\u00a0 (d)</code></p>',
    );
    expect(toHtml(parseInline("a *b*"), { styles: {} })).toBe("a <em>b</em>");
  });

  it("never changes words: quotes, dashes and dots stay as typed", () => {
    expect(html(`"It's" -- 'so'... (c) 1/2`)).toBe("<p>&quot;It&#39;s&quot; -- &#39;so&#39;... (c) 1/2</p>");
    expect(html("AT&amp;T &pound;5 &nosuchname; &#163;")).toBe("<p>AT&amp;T £5 &amp;nosuchname; £</p>");
  });

  it("closes gaps between heading levels, from the level that the page wants", () => {
    const levels = (source: string, headings: number) => html(source, { headings }).match(/<h\d/g)?.join("");
    expect(levels("## a\n\n#### b\n\n##### c\n\n## d\n\n# e\n\n### f", 2)).toBe("<h2<h3<h4<h2<h2<h3");
    expect(levels("# a\n\n## b\n\n### c\n\n#### d\n\n##### e\n\n###### f", 3)).toBe("<h3<h4<h5<h6<h6<h6");
  });

  it("keeps tables of data with the scope of their headings", () => {
    expect(html("| a | b |\n|---|--:|\n| 1 | x \\| y |")).toBe(
      '<div>\n<table>\n<thead>\n<tr>\n<th scope="col">a</th>\n<th scope="col" style="text-align:right">b</th>\n</tr>\n</thead>\n' +
        '<tbody>\n<tr>\n<td>1</td>\n<td style="text-align:right">x | y</td>\n</tr>\n</tbody>\n</table>\n</div>',
    );
  });

  it("names the columns before each value where a table is too wide for a phone, and makes lists of wider ones", () => {
    const wide = html(
      "| Team | Responsible? | Channel |\n|---|---|---|\n| North | Physiotherapist | **Telephone** |",
    );
    expect(wide).toContain('<table class="wide">');
    expect(wide).toContain(
      "<td><span>Team: </span>North</td>\n<td><span>Responsible? </span>Physiotherapist</td>",
    );
    expect(wide).toContain("<td><span>Channel: </span><strong>Telephone</strong></td>");
    const word = "x".repeat(60);
    expect(html(`| A & B | |\n|---|---|\n| *c* | ${word} |\n| | d |`)).toBe(
      `<ul>\n<li><strong>A &amp; B:</strong> <em>c</em><br>\n${word}</li>\n<li>d</li>\n</ul>`,
    );
  });

  it("lets a picture stand alone or within the words", () => {
    const image = () => ({ src: "cid:x", width: 1072, height: 500 });
    const picture = '<img src="cid:x" alt="b" width="536" height="250" style="width:536px';
    expect(html("a ![b](c.png)", { image })).toBe(`<p>a ${picture}"></p>`);
    expect(html("![b](c.png)", { image })).toBe(`<p>${picture};display:block"></p>`);
    expect(html("[![b](c.png)](https://e.org)", { image })).toBe(
      `<p><a href="https://e.org">${picture};display:block"></a></p>`,
    );
  });

  it("gives each element its style, and the first heading no room above", () => {
    const styles = { p: "margin:0", "li p": "margin:1px", h2: "margin:2px", a: 'font-family:"X"' };
    expect(html("## h\n\n- [a](https://e.org)\n\n  b", { styles })).toBe(
      '<h2 style="margin:2px;margin-top:0">h</h2>\n<ul>\n' +
        '<li><p style="margin:1px"><a href="https://e.org" style="font-family:&quot;X&quot;">a</a></p>\n' +
        '<p style="margin:1px">b</p></li>\n</ul>',
    );
  });

  it("shows raw HTML as text, also when it is never closed", () => {
    expect(html("a <b onclick=x>b</b>\n\n<script>\nalert(1)\n</script>\n\n<!-- hidden -->")).toBe(
      "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;</p>\n<p>&lt;!-- hidden --&gt;</p>",
    );
    expect(html("<a href=x>[b](https://e.org)")).toContain('<a href="https://e.org">b</a>');
  });

  it("sizes pictures for Outlook and says what they show where there is none", () => {
    const image = (href: string) =>
      href === "c.png" ? { src: "cid:1", width: 1200, height: 600 } : undefined;
    expect(html('![a *chart*](c.png "t") ![gone](x.png)', { image })).toBe(
      '<p><img src="cid:1" alt="a chart" width="536" height="268" style="width:536px"> gone</p>',
    );
  });

  it("takes links to other files from the resolver, and only the words without it", () => {
    const link = (href: string) =>
      href === "a.md" ? "https://e.org/a" : href === "evil.md" ? "javascript:1" : undefined;
    expect(html("[a](a.md) [b](b.md) [c](evil.md) [d](#e) [f](//g.org)", { link })).toBe(
      '<p><a href="https://e.org/a">a</a> b c d f</p>',
    );
    expect(html("[a](a.md)")).toBe("<p>a</p>");
  });

  it("links bare addresses as they are", () => {
    expect(html("See https://e.org/?a=1&copy=2 or <mailto:a@e.org>.")).toBe(
      '<p>See <a href="https://e.org/?a=1&amp;copy=2">https://e.org/?a=1&amp;copy=2</a> or ' +
        '<a href="mailto:a@e.org">mailto:a@e.org</a>.</p>',
    );
  });
});

describe("hostile Markdown", () => {
  const inputs = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](<java&#10;script:alert(1)>)",
    "[x](&#1;javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "![x](javascript:alert(1))",
    "[![x](y)](javascript:alert(1))",
    '[x](https://e.org/"onmouseover="alert(1))',
    '[x](https://e.org "t\\" onclick=1")',
    '!["><script>alert(1)</script>](p.png)',
    "`<script>`\n\n```\n</code><script>\n```",
    "| <script> | b |\n|---|---|\n| <img onerror=x | [x](data:x) |",
    "[^<b>]\n\n[^<b>]: <script>alert(1)</script>",
    "<div\nonclick=x>\n[x](javascript&#58;1)\n</div>",
    "# <h1 onclick=x>\n\n> <a href='javascript:1'>x",
  ];

  it.each(inputs)("%j gives nothing but our own tags", (input) => {
    const image = (href: string) => ({ src: href, width: 10, height: 10 });
    expect(foreign(html(input))).toEqual([]);
    expect(foreign(toHtml(parseInline(input), { styles: {} }))).toEqual([]);
    expect(foreign(html(input, { image: () => ({ src: `cid:"><script>`, width: 1, height: 1 }) }))).toEqual(
      [],
    );
    expect(foreign(html(inputs.join("\n\n"), { image }))).toEqual([]);
  });

  it("stays harmless in thousands of random mixtures", () => {
    const pieces = [
      ...inputs.join(" ").split(/(?<=[^a-z])/i),
      "\n\n",
      "\n",
      "- ",
      "> ",
      "**",
      "`",
      "[^a]: ",
      "|",
    ];
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let i = 0; i < 3000; i++) {
      const source = Array.from({ length: 12 }, () => pieces[Math.floor(random() * pieces.length)]).join("");
      expect(foreign(html(source))).toEqual([]);
    }
  });

  it.each([
    ["4,000 quotations", ">".repeat(4000) + "x"],
    ["400 lists", Array.from({ length: 400 }, (_, i) => `${"  ".repeat(i)}- a`).join("\n")],
    ["5,000 lists on a line", "+ ".repeat(5000)],
    [
      "30 quotations stepping back",
      Array.from({ length: 30 }, (_, i) => `${"> ".repeat(30 - i)}a`).join("\n"),
    ],
    ["5,000 footnotes in each other", "[^a]: ".repeat(5000)],
    ["unclosed marks", "a**_~".repeat(50_000)],
    ["unclosed comments", "a<!--".repeat(50_000)],
    ["an endless word", "!".repeat(500_000)],
  ])("refuses %s at once", (_, source) => {
    const before = performance.now();
    expect(() => parseMarkdown(source)).toThrow(MarkdownFault);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  it("takes nesting up to its limit, long rules and long flat lists", () => {
    const lists = (depth: number) =>
      Array.from({ length: depth }, (_, i) => `${"  ".repeat(i)}- a`).join("\n");
    expect(html(lists(100))).toContain("<li>a</li>");
    expect(() => parseMarkdown(lists(101))).toThrow(MarkdownFault);
    expect(html("- ".repeat(200))).toBe("<hr>");
    expect(html("> 1. a\n> 2. b\n".repeat(2000)).match(/<li/g)).toHaveLength(4000);
  });
});

describe("footnotes", () => {
  const source =
    "One[^b] two[^a] again[^b] none[^x].\n\n[^a]: A **note**.\n[^b]: First\n    more\n\n    second\n[^c]: Unused";

  it("are numbered as they are met and stand at the end, without anchors", () => {
    expect(html(source)).toBe(
      "<p>One<sup>[1]</sup> two<sup>[2]</sup> again<sup>[1]</sup> none[^x].</p>\n<h2>Notes</h2>\n<ol>\n" +
        "<li><p>First\nmore</p>\n<p>second</p></li>\n<li>A <strong>note</strong>.</li>\n<li>Unused</li>\n</ol>",
    );
  });

  it("stand under the article's last heading", () => {
    expect(html("## H\n\na[^1]\n\n[^1]: b", { notesTitle: "Nodiadau" })).toContain("<h3>Nodiadau</h3>");
  });

  it("do not leak from one text into the next", () => {
    html(source);
    expect(html("a[^b]")).toBe("<p>a[^b]</p>");
    expect(html("a[^1]\n\n[^1]: b")).toContain("<sup>[1]</sup>");
    expect(toHtml(parseInline("a[^b]"), { styles: {} })).toBe("a[^b]");
  });
});

describe("parts, for the checks", () => {
  it.each(["\n", "\r\n"])("say where everything stands (line ends %j)", (end) => {
    const source = [
      "## First &amp; *last*",
      "",
      "A `[no](link)` and [one](a.md), [one](a.md), <https://e.org> ![pic *b*](p.png).",
      "",
      "> quoted [two](b.md)",
      "> - and <b>[three](java&#115;cript:x)",
      "",
      "| a |",
      "|---|",
      "| [four](c.md) |",
      "",
      "<div>",
      "x",
      "</div>",
      "",
      "Note[^1]",
      "",
      "[^1]: [five](d.md)",
      "",
      "- - # Deep",
    ].join(end);
    const { links, images, headings, html: raw } = parseMarkdown(source).parts;
    const at = ({ offset }: { offset: number }, length: number) => source.slice(offset, offset + length);
    expect(links.map((link) => [link.href, link.text, at(link, 4)])).toEqual([
      ["a.md", "one", "[one"],
      ["a.md", "one", "[one"],
      ["https://e.org", "https://e.org", "<htt"],
      ["b.md", "two", "[two"],
      ["javascript:x", "three", "[thr"],
      ["c.md", "four", "[fou"],
      ["d.md", "five", "[fiv"],
    ]);
    expect(links[0]?.offset).toBeLessThan(links[1]?.offset ?? 0);
    expect(images.map((image) => [image.href, image.alt, at(image, 5)])).toEqual([
      ["p.png", "pic b", "![pic"],
    ]);
    expect(headings.map((heading) => [heading.depth, heading.text, at(heading, 4)])).toEqual([
      [2, "First & last", "## F"],
      [1, "Deep", "# De"],
    ]);
    expect(raw.map((piece) => [piece.html.slice(0, 5), at(piece, 3)])).toEqual([
      ["<b>", "<b>"],
      ["<div>", "<di"],
    ]);
  });

  it("are exact for blocks", () => {
    const source = "# a\n\n- x\n\n  ## b\n\n## c\n\ntext\n\n## c\n";
    expect(parseMarkdown(source).parts.headings.map(({ offset }) => offset)).toEqual([
      0,
      source.indexOf("## b"),
      source.indexOf("## c"),
      source.lastIndexOf("## c"),
    ]);
  });
});

describe("addresses", () => {
  it("show their scheme whatever hides it", () => {
    expect(schemeOf(" java\n\tscript:x")).toBe("javascript");
    expect(schemeOf("a.md")).toBeUndefined();
    expect(schemeOf("dir/a:b.md")).toBeUndefined();
  });

  it("are written so that no program reads them otherwise", () => {
    expect(safeAddress("https://e.org/a b?c=ü&d=%20")).toBe("https://e.org/a%20b?c=%C3%BC&d=%20");
    for (const href of [
      "\u200bhttps://e.org",
      "https:e.org",
      "https:///e.org",
      "mailto:",
      "ftp://e.org",
      "//e.org",
    ]) {
      expect(safeAddress(href)).toBeUndefined();
    }
    expect(safeAddress("https://e.org/\ud800")).toBe("https://e.org/%EF%BF%BD");
  });

  it("resolve character references, but no control characters", () => {
    expect(decodeReferences("&#106;&#x61;&nbsp;&eacute;&#0;&#xD800;&#7;&#1114112;")).toBe(
      "ja\u00a0é" + "\ufffd".repeat(4),
    );
  });
});

describe("long lines", () => {
  it("are folded between words and attributes, never inside them or at a space that keeps words together", () => {
    const word = "a".repeat(30);
    const source = `${`${word} `.repeat(100)}${`1\u00a0km\u2009x `.repeat(100)}[x](https://e.org/${word.repeat(8)})\n\n    ${`${word} `.repeat(20)}`;
    const styles = { a: "color:red;".repeat(15) };
    const output = html(source, { styles });
    expect(Math.max(...output.split("\n").map(({ length }) => length))).toBeLessThan(500);
    const flat = (text: string) => text.replace(/[ \n]+/g, " ");
    expect(flat(foldLines(output, 80))).toBe(flat(output));
  });
});
