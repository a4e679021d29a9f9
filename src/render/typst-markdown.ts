import type { Token, Tokens } from "marked";
import { escapeTypst } from "./escape.ts";
import { decodeEntities } from "./typst-entities.ts";

/**
 * Inline Markdown as Typst markup, every leaf escaped. Made for paper: emphasis is bold, since posters use no italics,
 * and a link is its text.
 * @param tokens what marked's inline lexer gives
 */
export function typstInline(tokens: readonly Token[]): string {
  return tokens.map(inline).join("");
}

/**
 * Block Markdown as Typst markup: paragraphs, headings, lists, quotes and tables. Rules and pictures are left out, since a
 * poster's text has no place for them; a picture's description stays.
 * @param tokens what marked's lexer gives
 */
export function typstBlocks(tokens: readonly Token[]): string {
  return tokens
    .map(block)
    .filter((text) => text !== "")
    .join("\n\n");
}

function inline(token: Token): string {
  switch (token.type) {
    case "strong":
    case "em":
      return `#strong[${children(token)}]`;
    case "del":
      return `#strike[${children(token)}]`;
    case "br":
      return "#linebreak()";
    // Code is shown as typed: references are not decoded in it, and raw text would need a font that is not ours.
    case "codespan":
      return leaf((token as Tokens.Codespan).text);
    case "html":
      return leaf(token.raw);
    case "escape":
      return leaf((token as Tokens.Escape).text);
    case "footnoteRef":
      return `#super[${leaf(String((token as Tokens.Generic)["label"]))}]`;
    case "checkbox":
      return "";
    default:
      return children(token);
  }
}

function block(token: Token): string {
  switch (token.type) {
    case "space":
    case "hr":
    case "def":
    case "footnote":
    case "footnotes":
      return "";
    case "heading":
      return `#heading(level: ${(token as Tokens.Heading).depth})[${children(token)}]`;
    case "blockquote":
      return `#quote(block: true)[${typstBlocks(token.tokens ?? [])}]`;
    case "list":
      return list(token as Tokens.List);
    case "table":
      return table(token as Tokens.Table);
    case "code":
      return (token as Tokens.Code).text.split("\n").map(leaf).join("#linebreak()");
    case "html":
      return leaf(token.raw.trim());
    default:
      return children(token);
  }
}

function list({ ordered, start, items }: Tokens.List): string {
  const bodies = items.map((item) => `[${typstBlocks(item.tokens)}]`).join(", ");
  return ordered ? `#enum(start: ${Number(start) || 0}, ${bodies})` : `#list(${bodies})`;
}

function table({ header, rows }: Tokens.Table): string {
  const cells = (row: readonly Tokens.TableCell[]) =>
    row.map((cell) => `[${typstInline(cell.tokens)}]`).join(", ");
  const body = rows.map((row) => `, ${cells(row)}`).join("");
  return `#table(columns: ${header.length}, table.header(${cells(header)})${body})`;
}

/** Text keeps its references undecoded in marked's tokens; where a token has parts of its own, they are its text. */
function children(token: Token): string {
  const { tokens, text } = token as Tokens.Generic;
  if (tokens) return typstInline(tokens);
  return leaf(decodeEntities(typeof text === "string" ? text : token.raw));
}

/** Line ends are spaces in running text; a break that was meant is a token of its own. */
function leaf(text: string): string {
  return escapeTypst(text.replace(/\s*\n\s*/g, " "));
}
