import { describe, expect, it } from "vitest";
import { toText } from "../../../src/render/markdown/text.ts";
import { wrapText } from "../../../src/render/markdown/wrap.ts";
import { parseInline, parseMarkdown } from "../../../src/render/markdown/parse.ts";

const text = (source: string, width = 40) => toText(parseMarkdown(source), { width });

describe("Markdown as plain text", () => {
  it("sets headings off and wraps under list marks", () => {
    const source = [
      "## One &amp; two",
      "Some *words* that go **on** beyond the\nwidth, `as` they do.",
      "- a first item that is rather long for its line\n- second\n  - nested item that is also rather long",
      "9. nine\n10. ten, which is a longer item than its line\n\n    and a paragraph",
      "> a quotation that is longer than its own line\n>\n> - and a list",
      "#### Deep",
      "---",
      "    code  stays  as  it  is,  however  long  its  lines  may  be",
      "![A chart](c.png)",
    ];
    expect(text(source.join("\n\n"))).toBe(
      [
        "One & two",
        "---------",
        "",
        "Some _words_ that go *on* beyond the",
        "width, as they do.",
        "",
        "- a first item that is rather long for",
        "  its line",
        "- second",
        "  - nested item that is also rather long",
        "",
        "9. nine",
        "",
        "10. ten, which is a longer item than its",
        "    line",
        "",
        "    and a paragraph",
        "",
        "> a quotation that is longer than its",
        "> own line",
        ">",
        "> - and a list",
        "",
        "Deep",
        "~~~~",
        "",
        "* * *",
        "",
        "    code  stays  as  it  is,  however  long  its  lines  may  be",
        "",
        "[Picture: A chart]",
      ].join("\n"),
    );
  });

  it("numbers an article's links and lists them whole at its end", () => {
    const long = `https://e.org/${"long/".repeat(20)}`;
    const source = `# A\n\n[one](${long}) [two](https://e.org/b) [again](${long}) https://e.org a@e.org [x](javascript:1) [r](r.md)`;
    expect(text(source)).toBe(
      `A\n-\n\none [1] two [2] again [1] https://e.org\na@e.org x r\n\nLinks\n-----\n\n[1] ${long}\n[2] https://e.org/b`,
    );
    const link = (href: string) => `https://e.org/${href}`;
    expect(toText(parseMarkdown("# A\n\n[r](r.md)"), { link })).toContain("[1] https://e.org/r.md");
  });

  it("lists the links of a note right below it, and lets an address follow its words in a single line", () => {
    expect(text("Read [it](https://e.org) or [write](mailto:a@e.org).\n\nBye.")).toBe(
      "Read it [1] or write <a@e.org>.\n\nBye.\n\n[1] https://e.org",
    );
    expect(toText(parseInline("A **b** [c](https://e.org)\nd <https://e.org>"))).toBe(
      "A *b* c <https://e.org> d https://e.org",
    );
  });

  it("puts footnotes in a list", () => {
    expect(text("One.[^a] Two.[^b]\n\n[^a]: A note.\n[^b]: B\n\n    more")).toBe(
      "One. (note 1) Two. (note 2)\n\nNotes\n-----\n\n1. A note.\n\n2. B\n\n   more",
    );
  });

  it("sets a narrow table in columns and reads a wide one row by row", () => {
    const table = "| Area | Days |\n|---|---|\n| North | 7 |\n| South | ";
    expect(text(`${table} 14 |`)).toBe("Area   Days\n-----  ----\nNorth  7\nSouth  14");
    expect(text("| A | B? | N |\n|---|---|--:|\n| a | | 1 |")).toBe("A  B?  N\n-  --  -\na      1");
    expect(text(`| A | B? |\n|---|---|\n| a | ${"b ".repeat(30)} |\n| c | |`, 20)).toContain("\n  B? b b");
    expect(text(`| A | B? |\n|---|---|\n| ${"b ".repeat(30)}| |`, 20)).not.toContain("B?");
    expect(text(`${table} 14, or until the clinic letter is in |`)).toBe(
      "- Area: North\n  Days: 7\n\n- Area: South\n  Days: 14, or until the clinic letter\n  is in",
    );
  });

  it("shows raw HTML as it was typed", () => {
    expect(text("a <b>c</b> &lt;d&gt;")).toBe("a <b>c</b> <d>");
  });
});

describe("a whole plain text", () => {
  it("is wrapped with hanging indents, without breaking words", () => {
    const address = `https://e.org/${"a".repeat(60)}`;
    expect(
      wrapText(
        `- one two three ${address} four\n12. five six seven\n> eight nine ten\n[1] eleven twelve`,
        12,
      ),
    ).toBe(
      [
        "- one two",
        "  three",
        `  ${address}`,
        "  four",
        "12. five six",
        "    seven",
        "> eight nine",
        "> ten",
        "[1] eleven",
        "    twelve",
        "",
      ].join("\n"),
    );
  });

  it("has underlines as long as what they underline, and no loose ends", () => {
    const rule = "=".repeat(72);
    expect(wrapText(`\n\nTitle  \n${rule}\n\n \n\n${"-".repeat(72)}\n\na longer title\n---\n\n`, 10)).toBe(
      `Title\n=====\n\n${"-".repeat(72)}\n\na longer\ntitle\n--------\n`,
    );
  });

  it("leaves code and what is wrapped already alone", () => {
    const code = `    ${"word ".repeat(30).trim()}`;
    const once = wrapText(`${code}\n${"word ".repeat(30)}`);
    expect(once.split("\n")[0]).toBe(code);
    expect(wrapText(once)).toBe(once);
  });
});
