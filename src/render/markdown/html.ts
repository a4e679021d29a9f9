import { escapeHtml } from "../escape.ts";
import { safeAddress, schemeOf } from "./address.ts";
import { codeLines, foldLines } from "./lines.ts";
import { nameBefore, tableForm } from "./table.ts";
import { plainText, type Align, type Block, type Cell, type Inline, type Markdown } from "./tree.ts";

/** Every element that Markdown can become, by the place its style is for. */
export type ProseElement =
  | (
      | "p"
      | "h2"
      | "h3"
      | "h4"
      | "h5"
      | "h6"
      | "ul"
      | "ol"
      | "li"
      | "li p"
      | "li ul"
      | "li ol"
      | "blockquote"
      | "blockquote p"
      | "pre"
      | "hr"
    )
  | ("div" | "table" | "th" | "td" | "td span" | "a" | "strong" | "em" | "del" | "code" | "img" | "sup");
/** An inline style for each element; an element without one gets none. */
export type ProseStyles = Readonly<Partial<Record<ProseElement, string>>>;

export interface Picture {
  readonly src: string;
  readonly width: number;
  readonly height: number;
}

export interface HtmlOptions {
  readonly styles: ProseStyles;
  /** The address of a link to another file; without one only the link's words are shown. */
  readonly link?: (href: string) => string | undefined;
  /** The page beside this one that a link to another file leads to; it comes before `link`. */
  readonly page?: (href: string) => string | undefined;
  /** The picture behind an image; without one its alternative text is shown. */
  readonly image?: (href: string) => Picture | undefined;
  /** The widest a picture may be shown, in pixels. */
  readonly maxWidth?: number;
  /** The level of the topmost headings. */
  readonly headings?: number;
  /** For browsers: a stylesheet says how things look, and what is too wide can be scrolled, so that tables stay tables. */
  readonly web?: boolean;
  /** What the list of footnotes is called. */
  readonly notesTitle?: string;
}

/** Writes Markdown as HTML that mail programs take: inline styles, no ids, no anchors, no line over 998 bytes. */
export function toHtml(markdown: Markdown, options: HtmlOptions): string {
  const writer = new HtmlWriter(options);
  return foldLines(writer.article(markdown));
}

class HtmlWriter {
  readonly #options: HtmlOptions;

  constructor(options: HtmlOptions) {
    this.#options = options;
  }

  article(markdown: Markdown): string {
    const [first, ...others] = markdown.blocks;
    // A heading that opens a piece needs no room above it.
    if (first?.kind !== "heading") return this.#blocks(markdown.blocks) + this.#notes(markdown);
    const opening = this.#heading(first.level, first.children, this.#options.web ? "" : "margin-top:0");
    return `${opening}\n${this.#blocks(others)}${this.#notes(markdown)}`;
  }

  #blocks(blocks: readonly Block[], inside?: "li" | "blockquote"): string {
    return blocks.map((block) => this.#block(block, inside)).join("\n");
  }

  /** A mark in mail leads nowhere, as programs drop ids: the notes stand as a numbered list at the end. */
  #notes({ blocks, notes }: Markdown): string {
    if (notes.length === 0) return "";
    const level = blocks.some(({ kind }) => kind === "heading") ? 2 : 1;
    const title: Inline = { kind: "text", text: this.#options.notesTitle ?? "Notes" };
    const list: Block = { kind: "list", start: 1, items: notes.map(withoutParagraph) };
    return `\n${this.#blocks([{ kind: "heading", level, children: [title] }, list])}`;
  }

  #block(block: Block, inside: "li" | "blockquote" | undefined): string {
    switch (block.kind) {
      case "plain":
        return this.#inlines(block.children);
      case "paragraph":
        return `${this.#open("p", inside && `${inside} p`)}${this.#paragraph(block.children)}</p>`;
      case "heading":
        return this.#heading(block.level, block.children);
      case "list":
        return this.#list(block.start, block.items, inside);
      case "quote":
        return `${this.#open("blockquote")}\n${this.#blocks(block.blocks, "blockquote")}\n</blockquote>`;
      case "code":
        // A <pre> would run off the side in programs that drop `white-space`.
        return `${this.#open("p", "pre", ' class="code" dir="ltr"', "text-align:left")}<code>${codeLines(block.text)}</code></p>`;
      case "table":
        return this.#table(block);
      case "rule":
        return this.#open("hr");
    }
  }

  #heading(level: number, children: readonly Inline[], style = ""): string {
    const tag = `h${Math.min(6, level + (this.#options.headings ?? 2) - 1)}`;
    return `${this.#open(tag, tag, "", style)}${this.#inlines(children)}</${tag}>`;
  }

  #list(
    start: number | undefined,
    items: readonly (readonly Block[])[],
    inside?: "li" | "blockquote",
  ): string {
    const tag = start === undefined ? "ul" : "ol";
    const from = start === undefined || start === 1 ? "" : ` start="${start}"`;
    const rows = items.map((item) => this.#item(item));
    const element = inside === "li" ? `li ${tag}` : tag;
    return `${this.#open(tag, element, from)}\n${rows.join("\n")}\n</${tag}>`;
  }

  /** A task's box stands in place of the list's mark. */
  #item(item: readonly Block[]): string {
    const [first, ...rest] = item;
    const [box, ...words] = first && "children" in first ? first.children : [];
    const typed = box?.kind === "text" ? /^\[([ xX])\] +$/.exec(box.text)?.[1] : undefined;
    if (typed === undefined || !first) return `${this.#open("li")}${this.#blocks(item, "li")}</li>`;
    const sign: Inline = { kind: "text", text: typed === " " ? "☐ " : "☑\ufe0e " };
    const task = [{ ...first, children: [sign, ...words] } as Block, ...rest];
    return `${this.#open("li", "li", "", "list-style-type:none")}${this.#blocks(task, "li")}</li>`;
  }

  /** A table of data. What is too wide for the page becomes a list: one item a row, each value after its column's name. */
  #table(table: Extract<Block, { kind: "table" }>): string {
    const { head, rows, align } = table;
    const needed = tableForm(table);
    const form = this.#options.web ? "narrow" : needed;
    const names = head.map((cell) => escapeHtml(nameBefore(plainText(cell).trim())));
    if (form === "records") return this.#records(names, rows);
    const headings = head.map(
      (cell, at) => `${this.#cell("th", align[at], ' scope="col"')}${this.#inlines(cell)}</th>`,
    );
    const body = rows.map((row) => {
      const cells = row.map((cell, at) => {
        const name =
          form === "wide" && names[at] ? `${this.#open("span", "td span")}${names[at]} </span>` : "";
        return `${this.#cell("td", align[at])}${name}${this.#inlines(cell)}</td>`;
      });
      return `<tr>\n${cells.join("\n")}\n</tr>`;
    });
    const filled = body.length > 0 ? `<tbody>\n${body.join("\n")}\n</tbody>\n` : "";
    const opening = this.#open("table", "table", form === "wide" ? ' class="wide"' : "");
    const inner = `<thead>\n<tr>\n${headings.join("\n")}\n</tr>\n</thead>\n${filled}`;
    // What scrolls has to be reachable by keyboard.
    const reachable = form === needed ? "" : ' tabindex="0"';
    return `${this.#open("div", "div", reachable)}\n${opening}\n${inner}</table>\n</div>`;
  }

  #cell(tag: "th" | "td", align: Align | undefined, attributes = ""): string {
    return this.#open(tag, tag, attributes, align ? `text-align:${align}` : "");
  }

  #records(names: readonly string[], rows: readonly (readonly Cell[])[]): string {
    const items = rows.map((row) => {
      const lines = row.flatMap((cell, at) => {
        const value = this.#inlines(cell);
        const name = names[at] ? `${this.#open("strong")}${names[at]}</strong> ` : "";
        return value === "" ? [] : [`${name}${value}`];
      });
      return `${this.#open("li")}${lines.join("<br>\n")}</li>`;
    });
    return `${this.#open("ul")}\n${items.join("\n")}\n</ul>`;
  }

  /** A picture that stands alone fills its line; others stand within the words. */
  #paragraph(children: readonly Inline[]): string {
    const [only, ...others] = children;
    const inner = only?.kind === "link" && only.children.length === 1 ? only.children[0] : only;
    if (others.length > 0 || inner?.kind !== "image") return this.#inlines(children);
    const picture = this.#image(inner.href, inner.alt, "display:block");
    return only?.kind === "link" ? this.#link(only.href, picture) : picture;
  }

  #inlines(children: readonly Inline[]): string {
    return children.map((child) => this.#inline(child)).join("");
  }

  #inline(node: Inline): string {
    switch (node.kind) {
      case "text":
        return escapeHtml(node.text);
      case "code":
        return `${this.#open("code")}${escapeHtml(node.text)}</code>`;
      case "strong":
        return `${this.#open("strong")}${this.#inlines(node.children)}</strong>`;
      case "emphasis":
        return `${this.#open("em")}${this.#inlines(node.children)}</em>`;
      case "strike":
        return `${this.#open("del")}${this.#inlines(node.children)}</del>`;
      case "link":
        return this.#link(node.href, this.#inlines(node.children));
      case "image":
        return this.#image(node.href, node.alt);
      case "note":
        return `${this.#open("sup")}[${node.number}]</sup>`;
      case "break":
        return "<br>\n";
    }
  }

  #link(href: string, words: string): string {
    const toFile = schemeOf(href) === undefined;
    const target = toFile ? this.#options.link?.(href) : href;
    const page = toFile ? this.#options.page?.(href) : undefined;
    const address = page ?? (target === undefined ? undefined : safeAddress(target));
    return address === undefined
      ? words
      : `${this.#open("a", "a", ` href="${escapeHtml(address)}"`)}${words}</a>`;
  }

  #image(href: string, alt: string, more = ""): string {
    const picture = this.#options.image?.(href);
    if (!picture) return escapeHtml(alt);
    // Outlook knows no max-width: the attributes have to say how large the picture is shown.
    const shown = Math.round(Math.min(picture.width, this.#options.maxWidth ?? 536));
    const height = Math.round((picture.height * shown) / picture.width);
    const attributes = ` src="${escapeHtml(picture.src)}" alt="${escapeHtml(alt)}" width="${shown}" height="${height}"`;
    // Apple Mail heeds the width in the style alone.
    return this.#open(
      "img",
      "img",
      attributes,
      this.#options.web ? "" : `width:${shown}px${more && `;${more}`}`,
    );
  }

  #open(tag: string, element: string = tag, attributes = "", more = ""): string {
    const own = this.#options.styles[element as ProseElement] ?? "";
    const style = [own.replace(/;$/, ""), more].filter((part) => part !== "").join(";");
    return `<${tag}${attributes}${style ? ` style="${escapeHtml(style)}"` : ""}>`;
  }
}

function withoutParagraph(blocks: readonly Block[]): readonly Block[] {
  const [only, ...others] = blocks;
  return only?.kind === "paragraph" && others.length === 0 ? [{ ...only, kind: "plain" }] : blocks;
}
