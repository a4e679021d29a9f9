import { Marked } from "marked";
import { afterAll, describe, expect, it } from "vitest";
import { escapeTypst } from "../../../src/render/escape.ts";
import { createTypesetter } from "../../../src/render/typst.ts";
import { typstBlocks, typstInline } from "../../../src/render/typst-markdown.ts";

const marked = new Marked();
const inline = (markdown: string) => typstInline(marked.Lexer.lexInline(markdown));
const blocks = (markdown: string) => typstBlocks(marked.lexer(markdown));
const typesetter = createTypesetter({ workers: 1 });
afterAll(() => typesetter.close());

interface Node {
  readonly func: string;
  readonly text?: string;
  readonly body?: Node | string;
  readonly children?: readonly Node[];
  readonly child?: Node;
}

/** The text of Typst content, with breaks as line ends. */
function textOf(node: Node | string | undefined): string {
  if (node === undefined || typeof node === "string") return node ?? "";
  if (node.func === "space") return " ";
  if (node.func === "linebreak") return "\n";
  return `${node.text ?? ""}${(node.children ?? []).map(textOf).join("")}${textOf(node.body)}${textOf(node.child)}`;
}

/** What Typst understands a piece of markup to say. */
async function understood(markup: string): Promise<{ text: string; tree: string }> {
  const source = `#metadata([${markup}]) <it>`;
  const { answers, diagnostics } = await typesetter.session((compile) =>
    compile({ source, files: {}, inputs: {}, queries: ["it"], pdf: false }),
  );
  expect(diagnostics).toEqual([]);
  const node = answers["it"]?.[0] as Node;
  return { text: textOf(node), tree: JSON.stringify(node) };
}

const hostile = [
  '#eval("1 + 1") #panic()',
  "$x^2$ and `raw` and _low_ and *star*",
  "@reference <label> [content] {code}",
  "// comment /* and this */ https://example.org",
  "back\\slash \\u{41} \\# ~ -- --- ... 'q' \"q\"",
  "= Heading",
  "- item + item / term: x",
  "1. first",
  "#[ ]) }}",
  "emoji 😀 and \u05e9\u05dc\u05d5\u05dd and Ŵŷ",
];

describe("typstInline", () => {
  it.each(hostile)("keeps escaped text as typed: %s", async (text) => {
    expect((await understood(escapeTypst(text))).text).toBe(text);
    expect((await understood(`${escapeTypst(text)}#strong[${escapeTypst(text)}]`)).text).toBe(text + text);
  });

  it.each(hostile)("lets no Markdown text become code: %s", async (text) => {
    const { tree } = await understood(inline(text));
    expect(tree).not.toMatch(/"func":"(?!text|symbol|space|sequence|strong|linebreak)/);
  });

  it("makes strong and emphasis bold, since posters have no italics", () => {
    expect(inline("a **b** *c*")).toBe("a #strong[b] #strong[c]");
  });

  it("shows a link as its text and code as typed", () => {
    expect(inline("[the list](https://example.org) `x`")).toBe("the list x");
    expect(inline("`&amp;`")).toBe(escapeTypst("&amp;"));
  });

  it("decodes references as Markdown does, and keeps what is none", () => {
    expect(inline("a &amp; b &copy; &#8217; &#x2019; &wcirc; &nosuch; R&D")).toBe(
      escapeTypst("a & b © ’ ’ ŵ &nosuch; R&D"),
    );
    expect(inline("\\&amp; \\*")).toBe(escapeTypst("&amp; *"));
  });

  it("shows raw HTML as text", () => {
    expect(inline("a <b>c</b>")).toBe(`a ${escapeTypst("<b>")}c${escapeTypst("</b>")}`);
  });

  it("breaks lines where that is meant only", () => {
    expect(inline("a\nb  \nc")).toBe("a b#linebreak()c");
  });
});

describe("typstBlocks", () => {
  it("knows paragraphs, headings, lists, quotes and tables", () => {
    expect(blocks("## Why\n\nOne.\n\nTwo.")).toBe("#heading(level: 2)[Why]\n\nOne\\u{2e}\n\nTwo\\u{2e}");
    expect(blocks("- a\n- b")).toBe("#list([a], [b])");
    expect(blocks("3. a\n4. b")).toBe("#enum(start: 3, [a], [b])");
    expect(blocks("> a")).toBe("#quote(block: true)[a]");
    expect(blocks("| a | b |\n|---|---|\n| c | d |")).toBe(
      "#table(columns: 2, table.header([a], [b]), [c], [d])",
    );
  });

  it("compiles whatever a topic's body holds", async () => {
    const body =
      "# A\n\n```\nx #y\n```\n\n<div>z</div>\n\n![alt](x.png)\n\n---\n\n- [ ] t\n\n  u\n\n[a]: b\n\n1. v\n   - w";
    const { text } = await understood(blocks(body));
    for (const word of ["A", "x #y", "<div>z</div>", "alt", "t", "u", "v", "w"]) expect(text).toContain(word);
  });
});
