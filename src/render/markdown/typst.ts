import { escapeTypst } from "../escape.ts";
import type { Block, Cell, Inline, Markdown } from "./tree.ts";

/**
 * Writes Markdown as Typst markup, every word escaped. Made for paper: emphasis is bold, since posters use no italics,
 * a link is its words, and pictures and footnotes are left out.
 */
export function toTypst(markdown: Markdown): string {
  return markdown.blocks
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
      return `#heading(level: ${node.level + 2}, outlined: false)[${inlines(node.children)}]`;
    case "list":
      return list(node.start, node.items);
    case "quote":
      return `#quote(block: true)[${node.blocks.map(block).join("\n\n")}]`;
    case "code":
      return escapeTypst(node.text);
    case "table":
      return table(node.head, node.rows);
    case "rule":
      return "";
  }
}

function list(start: number | undefined, items: readonly (readonly Block[])[]): string {
  const bodies = items.map((item) => `[${item.map(block).join("\n\n")}]`).join("");
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
      return escapeTypst(node.text);
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
    case "note":
      return "";
  }
}
