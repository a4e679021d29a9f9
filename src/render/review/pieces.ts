import type { Block, Inline, Markdown } from "../markdown/tree.ts";

/** What the review pack is made of before it becomes Word: blocks as Markdown has them, and a few of its own. */
export type PackBlock =
  | Block
  | { readonly kind: "title" | "subtitle"; readonly text: string }
  | { readonly kind: "logo" }
  /** A heading of the first level that begins a new page, which can be printed by itself. */
  | { readonly kind: "sheet"; readonly title: string }
  /** Names and what stands behind them; framed, a form to be filled in by hand. */
  | { readonly kind: "facts"; readonly framed: boolean; readonly rows: readonly Fact[] };

export interface Fact {
  readonly name: string;
  readonly lines: readonly Line[];
}

export interface Line {
  /** A box to tick before the words; none unless given. */
  readonly ticked?: boolean;
  readonly words: readonly Inline[];
}

/** Blocks that were written in one place. */
export interface Passage {
  readonly blocks: readonly PackBlock[];
  /** Footnotes, in the order of their numbers. */
  readonly notes: readonly (readonly Block[])[];
  /** The file that the words come from, relative to the toolkit: pictures and links count from there. */
  readonly home: string;
  /** The level of the heading that it stands under; 0 for the page itself. */
  readonly under: number;
}

/** Markdown from a file, under a heading of this level. */
export function passage({ blocks, notes }: Markdown, home: string, under: number): Passage {
  return { blocks, notes, home, under };
}

/** Our own words, or single lines from the file named: a place for links to count from. */
export function own(blocks: readonly PackBlock[], home: string): Passage {
  return { blocks, notes: [], home, under: 0 };
}

export function text(words: string): Inline[] {
  return [{ kind: "text", text: words }];
}

export function paragraph(words: string): Block {
  return { kind: "paragraph", children: text(words) };
}

export function heading(level: number, words: string): Block {
  return { kind: "heading", level, children: text(words) };
}

/** A list of single lines; numbered from a start, else with bullets. */
export function list(items: readonly (readonly Inline[])[], start?: number): Block {
  return { kind: "list", start, items: items.map((children) => [{ kind: "plain", children }]) };
}

/** A row of facts; empty words give none. */
export function fact(name: string, ...words: readonly string[]): Fact[] {
  const lines = words.filter((one) => one !== "").map((one) => ({ words: text(one) }));
  return lines.length > 0 ? [{ name, lines }] : [];
}
