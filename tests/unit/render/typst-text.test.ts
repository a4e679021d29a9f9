import { afterAll, describe, expect, it } from "vitest";
import { escapeTypst } from "../../../src/render/escape.ts";
import { toTypst } from "../../../src/render/markdown/typst.ts";
import { parseInline, parseMarkdown } from "../../../src/render/markdown/parse.ts";
import { createTypesetter } from "../../../src/render/typst/typesetter.ts";

const typesetter = createTypesetter({ workers: 1 });
afterAll(() => typesetter.close());

interface Node {
  readonly func: string;
  readonly text?: string;
  readonly body?: Node | string;
  readonly children?: readonly Node[];
}

/** The text of Typst content. */
function textOf(node: Node | string | undefined): string {
  if (node === undefined || typeof node === "string") return node ?? "";
  if (node.func === "space") return " ";
  return `${node.text ?? ""}${(node.children ?? []).map(textOf).join("")}${textOf(node.body)}`;
}

/** What Typst itself understands a piece of source to say. */
async function understood(value: string): Promise<unknown> {
  const job = { source: `#metadata(${value}) <it>`, files: {}, inputs: {}, queries: ["it"], pdf: false };
  const { answers, diagnostics } = await typesetter.session((compile) => compile(job));
  expect(diagnostics).toEqual([]);
  return answers["it"]?.[0];
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

describe("text for Typst", () => {
  it.each(hostile)("stays as typed in markup and in strings: %s", async (text) => {
    const escaped = escapeTypst(text);
    expect(textOf((await understood(`[${escaped}#strong[${escaped}]]`)) as Node)).toBe(text + text);
    expect(await understood(`"${escaped}"`)).toBe(text);
  });

  it.each(hostile)("becomes nothing but text, whatever Markdown makes of it: %s", async (text) => {
    const tree = JSON.stringify(await understood(`[${toTypst(parseInline(text))}]`));
    expect(tree).not.toMatch(/"func":"(?!text|symbol|space|sequence|strong|linebreak)/);
  });

  it("keeps what only a screen can show: words of pictures, footnotes and the spaces of code", async () => {
    const body = "A ![lamp](lamp.png) and a note.[^1]\n\n```\na  #b\n  c\n```\n\n[^1]: The **note**.";
    const said = textOf((await understood(`[${toTypst(parseMarkdown(body))}]`)) as Node);
    for (const words of ["A lamp and a note.[1]", "a  #b", "  c", "The note."]) expect(said).toContain(words);
  });

  it("begins headings below the sheet's own", () => {
    expect(toTypst(parseMarkdown("## A\n\n### B"))).toBe(
      "#heading(level: 2, outlined: false)[A]\n\n#heading(level: 3, outlined: false)[B]",
    );
  });

  it("compiles, whatever a topic's body holds", async () => {
    const body =
      "# A\n\n```\nx #y\n```\n\n<div>z</div>\n\n---\n\n> q\n\n- [ ] t\n\n  u\n\n[a]: b\n\n1. v\n   - w";
    const said = textOf((await understood(`[${toTypst(parseMarkdown(body))}]`)) as Node);
    for (const word of ["A", "x #y", "<div>z</div>", "q", "t", "u", "v", "w"]) expect(said).toContain(word);
  });
});
