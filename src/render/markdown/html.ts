import { escapeHtml } from "../escape.ts";
import { safeAddress, schemeOf } from "./address.ts";
import type { Block, Cell, Inline, Markdown } from "./tree.ts";

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
      | "blockquote"
      | "blockquote p"
      | "pre"
      | "hr"
    )
  | ("div" | "table" | "th" | "td" | "a" | "strong" | "em" | "s" | "code" | "img" | "sup");
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
    const opening = this.#heading(first.level, first.children, "margin-top:0");
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
        return `${this.#open("p", inside && `${inside} p`)}${this.#inlines(block.children)}</p>`;
      case "heading":
        return this.#heading(block.level, block.children);
      case "list":
        return this.#list(block.start, block.items);
      case "quote":
        return `${this.#open("blockquote")}\n${this.#blocks(block.blocks, "blockquote")}\n</blockquote>`;
      case "code":
        return `${this.#open("pre")}<code>${escapeHtml(block.text)}</code></pre>`;
      case "table":
        return this.#table(block.head, block.rows);
      case "rule":
        return this.#open("hr");
    }
  }

  #heading(level: number, children: readonly Inline[], style = ""): string {
    const tag = `h${Math.min(6, level + (this.#options.headings ?? 2) - 1)}`;
    return `${this.#open(tag, tag, "", style)}${this.#inlines(children)}</${tag}>`;
  }

  #list(start: number | undefined, items: readonly (readonly Block[])[]): string {
    const tag = start === undefined ? "ul" : "ol";
    const from = start === undefined || start === 1 ? "" : ` start="${start}"`;
    const rows = items.map((item) => `${this.#open("li")}${this.#blocks(item, "li")}</li>`);
    return `${this.#open(tag, tag, from)}\n${rows.join("\n")}\n</${tag}>`;
  }

  /** A table of data, in a box that scrolls by itself should a row ever be wider than a phone. */
  #table(head: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
    const headings = head.map(
      (cell) => `${this.#open("th", "th", ' scope="col"')}${this.#inlines(cell)}</th>`,
    );
    const body = rows.map((row) => {
      const cells = row.map((cell) => `${this.#open("td")}${this.#inlines(cell)}</td>`);
      return `<tr>\n${cells.join("\n")}\n</tr>`;
    });
    const filled = body.length > 0 ? `<tbody>\n${body.join("\n")}\n</tbody>\n` : "";
    const table = `${this.#open("table")}\n<thead>\n<tr>\n${headings.join("\n")}\n</tr>\n</thead>\n${filled}</table>`;
    // A box that may scroll has to be reachable by keyboard.
    const reachable = head.length > 3 ? ' tabindex="0"' : "";
    return `${this.#open("div", "div", reachable)}\n${table}\n</div>`;
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
        return `${this.#open("s")}${this.#inlines(node.children)}</s>`;
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

  #image(href: string, alt: string): string {
    const picture = this.#options.image?.(href);
    if (!picture) return escapeHtml(alt);
    // Outlook knows no max-width: the attributes have to say how large the picture is shown.
    const shown = Math.min(picture.width, this.#options.maxWidth ?? 536);
    const height = Math.round((picture.height * shown) / picture.width);
    const size = ` width="${Math.round(shown)}" height="${height}"`;
    return this.#open("img", "img", ` src="${escapeHtml(picture.src)}" alt="${escapeHtml(alt)}"${size}`);
  }

  #open(tag: string, element: string = tag, attributes = "", more = ""): string {
    const own = this.#options.styles[element as ProseElement] ?? "";
    const style = own !== "" && more !== "" ? `${own.replace(/;$/, "")};${more}` : own;
    return `<${tag}${attributes}${style ? ` style="${escapeHtml(style)}"` : ""}>`;
  }
}

function withoutParagraph(blocks: readonly Block[]): readonly Block[] {
  const [only, ...others] = blocks;
  return only?.kind === "paragraph" && others.length === 0 ? [{ ...only, kind: "plain" }] : blocks;
}

/** Starts a new line wherever HTML allows it before a line grows longer than mail can carry. */
export function foldLines(html: string, width = 240): string {
  if (html.includes("<pre")) return fold(html, width);
  const lines = html.split("\n").map((line) => (line.length > width ? fold(line, width) : line));
  return lines.join("\n");
}

function fold(html: string, width: number): string {
  let column = 0;
  return html.replace(/<pre[\s>][\s\S]*?<\/pre>|\s?[^\s="<]+="[^"]*"|\s+|[^\s<]+|</g, (piece) => {
    const space = /^\s/.test(piece);
    if (space && !piece.includes("\n") && column + piece.length > width) {
      column = piece.trim().length;
      return `\n${piece.trim()}`;
    }
    const lastLine = piece.slice(piece.lastIndexOf("\n") + 1);
    column = piece.includes("\n") ? lastLine.length : column + piece.length;
    return piece;
  });
}
