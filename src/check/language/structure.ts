import { problem, type Position, type Problem, type RuleId } from "../../domain/problem.ts";
import { wordsOf } from "../../domain/rules.ts";
import type { Settings } from "../../domain/settings.ts";
import { schemeOf } from "../../render/markdown/address.ts";
import { wordsAlone } from "../texts.ts";
import { plainText, type Block, type Markdown } from "../../render/markdown/tree.ts";

/** What the rules about the parts of a text need. */
export interface Structure {
  readonly markdown: Markdown;
  /** What the Markdown was read from. */
  readonly text: string;
  readonly path: string;
  readonly at: (offset: number) => Position;
  readonly settings: Settings;
  readonly asked: (rule: RuleId) => boolean;
}

/** Headings, tables, pictures and links that say nothing by themselves. */
export function structureFaults(one: Structure): Problem[] {
  const { asked } = one;
  return [
    ...(asked("heading/empty") ? emptyHeadings(one) : []),
    ...(asked("table/no-header") ? bareTables(one) : []),
    ...(asked("image/weak-alt") ? weakAlts(one) : []),
    ...(asked("link/bare-address") ? bareAddresses(one) : []),
    ...(asked("link/same-text") ? sameTexts(one) : []),
  ];
}

function emptyHeadings({ markdown, path, at }: Structure): Problem[] {
  return markdown.parts.headings
    .filter(({ text }) => !/[\p{L}\p{N}\p{S}]/u.test(text))
    .map(({ offset }) => problem("heading/empty", path, at(offset), {}));
}

/** The first column's heading may be empty where its cells are headings of their rows (HTML, 4.9.10). */
function bareTables({ markdown, path, at }: Structure): Problem[] {
  return [...markdown.blocks, ...markdown.notes.flat()].flatMap(tablesIn).flatMap((table) => {
    const empty = table.head.findIndex((cell, column) => column > 0 && plainText(cell).trim() === "");
    const column = table.head.every((cell) => plainText(cell).trim() === "") ? 0 : empty;
    const offset = markdown.offsets.get(table) ?? 0;
    return column === -1 ? [] : [problem("table/no-header", path, at(offset), { column: column + 1 })];
  });
}

type Table = Extract<Block, { kind: "table" }>;

function tablesIn(block: Block): Table[] {
  if (block.kind === "table") return [block];
  if (block.kind === "quote") return block.blocks.flatMap(tablesIn);
  return block.kind === "list" ? block.items.flat().flatMap(tablesIn) : [];
}

/** A phrase that ends in "of" says nothing however it goes on; the others, when nothing else is said. */
function weakAlts({ markdown, path, at, settings }: Structure): Problem[] {
  if (markdown.parts.images.length === 0) return [];
  const phrases = [...wordsOf("image/weak-alt", settings.checks).keys()];
  return markdown.parts.images
    .filter(({ alt, href }) => {
      const words = wordsAlone(alt);
      const file = /([^/\\]+?)(?:\.\w+)?$/.exec(href)?.[1] ?? "";
      return (
        /^\S+\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|heic)$/i.test(alt.trim()) ||
        (/[\d_]/.test(file) && wordsAlone(file) === words) ||
        phrases.some((phrase) => {
          const weak = wordsAlone(phrase);
          return (
            words === weak ||
            (weak.endsWith(" of") && withoutArticle(words).startsWith(`${weak} `)) ||
            withoutArticle(words) === weak
          );
        })
      );
    })
    .map(({ alt, offset }) => problem("image/weak-alt", path, at(offset), { alt }));
}

/** Addresses of mail and telephones are read as they are. */
function bareAddresses({ markdown, text: source, path, at }: Structure): Problem[] {
  // Where curly quotes keep words from becoming a link, the address becomes one by itself: that is told as what it is.
  const isBroken = (offset: number) => /\]\(\s*[^\s\w]?$/.test(source.slice(Math.max(0, offset - 4), offset));
  return markdown.parts.links
    .filter(({ href, text }) => /^https?$/.test(schemeOf(href) ?? "") && bare(text) === bare(href))
    .filter(({ offset }) => !isBroken(offset))
    .map(({ text, offset }) => problem("link/bare-address", path, at(offset), { target: text.trim() }));
}

/** WCAG 2.2, 2.4.4: who hears the links of a page alone must know one from the other. */
function sameTexts({ markdown, path, at }: Structure): Problem[] {
  const { links } = markdown.parts;
  if (links.length < 2) return [];
  const first = new Map<string, string>();
  return links.flatMap(({ text, href, offset }) => {
    const words = wordsAlone(text);
    const other = first.get(words) ?? href;
    first.set(words, other);
    return words === "" || bare(other) === bare(href)
      ? []
      : [problem("link/same-text", path, at(offset), { text, target: href, other })];
  });
}

function bare(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/^www\./, "")
    .replace(/\/$/, "");
}

function withoutArticle(text: string): string {
  return text.replace(/^(?:an?|the) /, "");
}
