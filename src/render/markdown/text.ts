import { safeAddress, schemeOf } from "./address.ts";
import { nameBefore } from "./table.ts";
import type { Block, Inline, Markdown } from "./tree.ts";
import { hang, wrap } from "./wrap.ts";

export interface TextOptions {
  readonly width?: number;
  /** Without the signs for strong and emphasis, where people would see them as signs. */
  readonly bare?: boolean;
  /** The address of a link to another file; without one only the link's words are shown. */
  readonly link?: (href: string) => string | undefined;
  /** What pictures, footnotes and the lists at the end are called. */
  readonly titles?: Titles;
}

interface Titles {
  readonly picture: string;
  readonly note: string;
  readonly notes: string;
  readonly links: string;
}

/**
 * Writes Markdown as plain text for reading. Links are numbered and their addresses listed below, so that sentences stay
 * whole; in a single line, such as a message, the address follows its words in angle brackets (RFC 3986, appendix C).
 */
export function toText(markdown: Markdown, options: TextOptions = {}): string {
  const [first, ...others] = markdown.blocks;
  const writer = new TextWriter(options);
  if (first?.kind === "plain" && others.length === 0) return writer.line(first.children);
  return writer.article(markdown);
}

class TextWriter {
  readonly #width: number;
  readonly #bare: boolean;
  readonly #link: (href: string) => string | undefined;
  readonly #titles: Titles;
  /** Addresses in the order in which they were met; nothing in a single line. */
  #listed: string[] | undefined;

  constructor({ width = 72, bare = false, link = () => undefined, titles }: TextOptions) {
    this.#width = width;
    this.#bare = bare;
    this.#link = link;
    this.#titles = titles ?? { picture: "Picture", note: "note", notes: "Notes", links: "Links" };
  }

  line(children: readonly Inline[]): string {
    return this.#inlines(children).replaceAll("\n", " ").trim();
  }

  article({ blocks, notes }: Markdown): string {
    const listed: string[] = [];
    this.#listed = listed;
    const text = [this.#blocks(blocks, this.#width)];
    if (notes.length > 0) {
      text.push(["", ...underlined([this.#titles.notes], 1), ""], this.#list(1, notes, this.#width));
    }
    if (listed.length > 0) {
      const links = listed.map((address, i) => `[${i + 1}] ${address}`);
      const isArticle = blocks.some(({ kind }) => kind === "heading");
      text.push(["", ...(isArticle ? [...underlined([this.#titles.links], 1), ""] : [])], links);
    }
    return text
      .flat()
      .map((line) => line.trimEnd())
      .join("\n");
  }

  #blocks(blocks: readonly Block[], width: number): string[] {
    return blocks.flatMap((block, i) => {
      const tight = i === 0 || (block.kind === "list" && blocks[i - 1]?.kind === "plain");
      return [...(tight ? [] : [""]), ...this.#block(block, width)];
    });
  }

  #block(block: Block, width: number): string[] {
    switch (block.kind) {
      case "plain":
      case "paragraph":
        return wrap(this.#inlines(block.children), width);
      case "heading":
        return underlined(wrap(this.#inlines(block.children), width), block.level);
      case "list":
        return this.#list(block.start, block.items, width);
      case "quote":
        return hang("> ", this.#blocks(block.blocks, width - 2));
      case "code":
        return block.text.split("\n").map((line) => `    ${line}`);
      case "table":
        return this.#table(block, width);
      case "rule":
        return ["* * *"];
    }
  }

  #list(start: number | undefined, items: readonly (readonly Block[])[], width: number): string[] {
    const loose = items.some((item) => item.some(({ kind }) => kind !== "plain" && kind !== "list"));
    return items.flatMap((item, i) => {
      const mark = start === undefined ? "- " : `${start + i}. `;
      return [...(loose && i > 0 ? [""] : []), ...hang(mark, this.#blocks(item, width - mark.length))];
    });
  }

  /** Columns side by side where they fit; else one entry per row, each value after its column's name. */
  #table({ head, rows, align }: Extract<Block, { kind: "table" }>, width: number): string[] {
    const names = head.map((cell) => this.line(cell));
    const values = rows.map((row) => row.map((cell) => this.line(cell)));
    const widths = names.map((name, i) => longest([name, ...values.map((row) => row[i] ?? "")]));
    if (widths.reduce((sum, column) => sum + column + 2, -2) <= width) {
      const rule = widths.map((column) => "-".repeat(column));
      return [names, rule, ...values].map((row) =>
        row
          .map((cell, i) =>
            align[i] === "right" ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
          )
          .join("  "),
      );
    }
    return values.flatMap((row, at) => {
      const named = row.flatMap((value, i) =>
        value === "" ? [] : [`${nameBefore(names[i] ?? "")} ${value}`.trim()],
      );
      const entry = named.flatMap((cell) => wrap(cell, width - 2));
      return [...(at > 0 ? [""] : []), ...hang("- ", entry)];
    });
  }

  #inlines(children: readonly Inline[]): string {
    return children.map((child) => this.#inline(child)).join("");
  }

  #inline(node: Inline): string {
    switch (node.kind) {
      case "text":
        return node.text.replaceAll(/\s*\n\s*/g, " ");
      case "code":
        return node.text;
      case "strong":
        return this.#marked("*", node.children);
      case "emphasis":
        return this.#marked("_", node.children);
      case "strike":
        return this.#marked("~", node.children);
      case "link":
        return this.#address(node.href, this.#inlines(node.children));
      case "image":
        return node.alt && `[${this.#titles.picture}: ${node.alt}]`;
      case "note":
        return ` (${this.#titles.note} ${node.number})`;
      case "break":
        return "\n";
    }
  }

  #marked(sign: string, children: readonly Inline[]): string {
    const text = this.#inlines(children);
    return this.#bare ? text : sign + text + sign;
  }

  #address(href: string, words: string): string {
    const target = schemeOf(href) === undefined ? this.#link(href) : href;
    const address = target === undefined ? undefined : safeAddress(target);
    if (address === undefined) return words;
    const shown = address.replace(/^(?:mailto|tel):/, "");
    if (words === shown || `http://${words}` === shown) return words;
    if (!this.#listed || shown !== address) return `${words} <${shown}>`;
    const known = this.#listed.indexOf(shown);
    const number = known === -1 ? this.#listed.push(shown) : known + 1;
    return `${words} [${number}]`;
  }
}

/** Headings of an article stand under those of the page, which are underlined with `=`. */
function underlined(lines: readonly string[], level: number): string[] {
  return [...lines, (level === 1 ? "-" : "~").repeat(longest(lines))];
}

function longest(lines: readonly string[]): number {
  return lines.reduce((length, line) => Math.max(length, line.length), 0);
}
