import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseMarkdown } from "../../../src/render/markdown/parse.ts";
import { positionOf } from "../../../src/render/markdown/places.ts";
import { fixtures } from "../../support/cli.ts";

type Place = readonly [what: string, place: string];

/** What was found, as `line:column` in the source, in the order of the source. */
function found(source: string): Place[] {
  const { links, images, headings, html } = parseMarkdown(source).parts;
  return [
    ...links.map(({ href, offset }) => [href, offset] as const),
    ...images.map(({ href, offset }) => [href, offset] as const),
    ...headings.map(({ text, offset }) => [text, offset] as const),
    ...html.filter((raw) => !raw.html.startsWith("</")).map((raw) => [raw.html, raw.offset] as const),
  ]
    .toSorted(([, a], [, b]) => a - b)
    .map(([what, offset]) => [what, placeIn(source, offset)]);
}

function placeIn(source: string, offset: number): string {
  const { line, column } = positionOf(source, offset, 1);
  return `${line}:${column}`;
}

describe("places of what stands in a text", () => {
  it.each<readonly [string, string, readonly Place[]]>([
    [
      "a quotation in a quotation",
      "> They said so.\n>\n> > [click here](a)\n\nNext [b](b)\n",
      [
        ["a", "3:5"],
        ["b", "5:6"],
      ],
    ],
    [
      "a quotation that goes on without its mark",
      "> > one\n> two\nthree [a](a)\n\n[b](b)\n",
      [
        ["a", "3:7"],
        ["b", "5:1"],
      ],
    ],
    [
      "a list indented by tabs",
      "-\tx [a](a)\n\n\t<i>\n\n\t- y\t[c](c)\n\t  z\t[d](d)\n\n[e](e)\n",
      [
        ["a", "1:5"],
        ["<i>", "3:2"],
        ["c", "5:6"],
        ["d", "6:6"],
        ["e", "8:1"],
      ],
    ],
    [
      "words that stand in the mark of their item as well",
      "1. 1 [a](a)\n2. [x] x\n   - [ ] [b](b)\n\n# # [c](c)\n",
      [
        ["a", "1:6"],
        ["b", "3:10"],
        ["# c", "5:1"],
        ["c", "5:5"],
      ],
    ],
    [
      "code between a quotation and raw HTML",
      "> q\n>\n> > r\n\n```\n[a](a)\n<b>\n```\n\n<b>Raw</b>\n",
      [["<b>", "10:1"]],
    ],
    [
      "a table whose cells look like its rule",
      "> > | - | a |\n> > |---|---|\n> > | - | x \\| `\\|` [a](a) |\n> > | | [b](b) |\n>\n> [c](c)\n",
      [
        ["a", "3:21"],
        ["b", "4:9"],
        ["c", "6:3"],
      ],
    ],
    [
      "a footnote of several paragraphs",
      "Text[^a]\n\n[^a]: a\n\n    > a [a](a)\n    > b\n    > > [b](b)\n\n[c](c)\n",
      [
        ["a", "5:9"],
        ["b", "7:9"],
        ["c", "9:1"],
      ],
    ],
  ])("are exact after %s", (_what, source, places) => {
    expect(found(source)).toEqual(places);
    expect(found(source.replaceAll("\n", "\r\n"))).toEqual(places);
  });

  it("are exact in a text with everything", () => {
    const file = path.join(fixtures, "toolkits/sampler/content/topics/everything.md");
    const source = readFileSync(file, "utf8").replace(/^---$.*?^---$/ms, (matter) =>
      matter.replace(/[^\n]/g, " "),
    );
    const lines = source.split("\n");
    for (const [href, place] of found(source)) {
      const what = href.replace("mailto:", "");
      const [line = 0, column = 0] = place.split(":").map(Number);
      const typed = lines[line - 1]?.slice(column - 1) ?? "";
      const starts = [what, `[`, `![`, `<${what}`, "#"].some((start) => typed.startsWith(start));
      expect(starts && typed.includes(what), `${what} at ${place}, where "${typed}" stands`).toBe(true);
    }
    const at = Object.fromEntries(found(source));
    expect(at["<b>"]).toBe("128:1");
    expect(at["https://sampler.example/footnote"]).toBe("130:21");
    expect(
      at["https://sampler.example/a/very/long/address/in/a/table/that/no/column/could/ever/hold/on/a/phone"],
    ).toBe("115:14");
  });

  it("are exact in whatever can be written", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const source = new Writer(seed).text();
      const words = found(source)
        .map(([what, place]) => [what.replace(/\W/g, ""), place] as const)
        .filter(([word]) => /^u\d+q$/.test(word));
      // Each word stands once: its mark is what stands right before it.
      const expected = words.map(([word]) => [word, placeIn(source, startOf(source, word))]);
      expect(words, `seed ${seed}:\n${source}`).toEqual(expected);
    }
  });

  it("are found in a moment, however the text is tangled", () => {
    const deep = Array.from({ length: 400 }, (_, at) => `${"> ".repeat(at % 90)}- [a](a) ${at}`).join("\n");
    const dense = `> ${"> a ".repeat(20_000)}\n> > ${"a ".repeat(20_000)}[a](a)\n`;
    const started = performance.now();
    for (const text of [deep, dense]) parseMarkdown(text);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

/** Where the mark before a word begins. */
function startOf(source: string, word: string): number {
  const at = source.indexOf(word);
  const mark = /(?:!?\[[^\]\n]*\]\(|#+ |<)$/.exec(source.slice(0, at))?.[0] ?? "";
  return at - mark.length;
}

/** Writes Markdown by chance, but the same for the same seed. */
class Writer {
  #state: number;
  #words = 0;

  constructor(seed: number) {
    this.#state = seed;
  }

  text(): string {
    return `${this.#blocks(3).join("\n\n")}\n`;
  }

  #below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  #one<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)] as Item;
  }

  #word(): string {
    return `u${(this.#words += 1)}q`;
  }

  #blocks(depth: number): string[] {
    return Array.from({ length: 1 + this.#below(3) }, () => this.#block(depth));
  }

  #block(depth: number): string {
    const nested = () => this.#blocks(depth - 1).join(this.#one(["\n\n", "\n\n\n"]));
    const kinds = [
      () => this.#lines(),
      () => `${"#".repeat(1 + this.#below(3))} ${this.#word()}`,
      () => this.#table(),
      () => `\`\`\`\n[a](a)\n\n${this.#inline()}\n\`\`\``.replace(/u\d+q/g, "code"),
      () => `<div ${this.#word()}>`.replace("<div ", "<"),
      () => `[^${this.#words}]: ${this.#lines().replace(/\n/g, "\n    ")}`,
      () => this.#one(["---", "    indented [a](a)", "- [ ] a\n- [x] x"]),
    ];
    const holders = [
      () => nested().replace(/^/gm, this.#one(["> ", ">"])),
      () => `${this.#one(["- ", "* "])}${nested().replace(/\n(?=.)/g, "\n  ")}`,
      () => `${this.#one(["1. ", "7) "])}${nested().replace(/\n(?=.)/g, "\n   ")}`,
      () => `-\t${nested().replace(/\n(?=.)/g, "\n\t")}`,
      () => `- [ ] ${this.#lines().replace(/\n/g, "\n  ")}\n- ${this.#lines().replace(/\n/g, "\n  ")}`,
    ];
    return this.#one(depth > 0 ? [...kinds, ...holders, ...holders] : kinds)();
  }

  #lines(): string {
    return Array.from({ length: 1 + this.#below(3) }, () => this.#inline()).join(
      this.#one(["\n", "  \n", "\\\n"]),
    );
  }

  #table(): string {
    const cell = () => this.#one(["", "-", "a", "x \\| y", this.#inline(), "`\\|`"]);
    const row = () => `| ${cell()} | ${cell()} |`;
    return [row(), "|---|:-:|", row(), row()].join("\n");
  }

  #inline(): string {
    const pieces = Array.from({ length: 1 + this.#below(3) }, () =>
      this.#one([
        () => this.#one(["a", "the same words", "a &amp; b", "\\> x", "a > b", "**a** _b_", "`[a](a)`"]),
        () => `[a](${this.#word()})`,
        () => `![a](${this.#word()})`,
        () => `<${this.#word()}>`,
        () => `**bold [the same words](${this.#word()})**`,
      ])(),
    );
    return `a ${pieces.join(" ")}`;
  }
}
