import { escapeTypst } from "../escape.ts";
import type { Block, Cell, Inline, Markdown } from "./tree.ts";

/**
 * Writes Markdown as Typst markup, every word escaped. Made for paper: emphasis is bold, since sheets use no italics, a link
 * is its words, a picture the words that stand for it, and footnotes follow as a numbered list. Headings begin one level
 * below the sheet's own.
 */
export function toTypst({ blocks, notes }: Markdown): string {
  return paragraphs(notes.length === 0 ? blocks : [...blocks, { kind: "list", start: 1, items: notes }]);
}

function paragraphs(blocks: readonly Block[]): string {
  return blocks
    .map(block)
    .filter((text) => text !== "")
    .join("\n\n");
}

function block(node: Block): string {
  switch (node.kind) {
    case "plain":
    case "paragraph":
      return inlines(node.children);
    case "heading":
      return `#heading(level: ${node.level + 1}, outlined: false)[${inlines(node.children)}]`;
    case "list":
      return list(node.start, node.items);
    case "quote":
      return `#quote(block: true)[${paragraphs(node.blocks)}]`;
    case "code":
      return node.text.split("\n").map(code).join("#linebreak()");
    case "table":
      return table(node.head, node.rows);
    case "rule":
      return "#pdf.artifact(line(length: 100%, stroke: 0.5pt + luma(120)))";
  }
}

function list(start: number | undefined, items: readonly (readonly Block[])[]): string {
  const bodies = items.map((item) => `[${paragraphs(item)}]`).join("");
  return start === undefined ? `#list${bodies}` : `#enum(start: ${start})${bodies}`;
}

function table(head: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const cells = (row: readonly Cell[]) => row.map((cell) => `[${inlines(cell)}]`).join(", ");
  return `#table(columns: ${head.length}, table.header(${cells(head)}), ${rows.map(cells).join(", ")})`;
}

function inlines(nodes: readonly Inline[]): string {
  return nodes.map(inline).join("");
}

function inline(node: Inline): string {
  switch (node.kind) {
    case "text":
      // A line end within a paragraph is a space in Markdown; Typst would break the line.
      return escapeTypst(node.text.replace(/\s*\n\s*/g, " "));
    case "code":
      return code(node.text);
    case "strong":
    case "emphasis":
      return `#strong[${inlines(node.children)}]`;
    case "strike":
      return `#strike[${inlines(node.children)}]`;
    case "link":
      return inlines(node.children);
    case "break":
      return "#linebreak()";
    case "image":
      return escapeTypst(node.alt);
    case "note":
      // Not raised and small: nothing on paper is smaller than the text allowed.
      return escapeTypst(`[${node.number}]`);
  }
}

/** Spaces count in code; Typst would make one of several. */
function code(text: string): string {
  return escapeTypst(text).replaceAll(" ", "\\u{20}");
}
