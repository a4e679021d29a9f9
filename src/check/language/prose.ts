import type { Position } from "../../domain/problem.ts";
import { MarkdownFault } from "../../render/markdown/guard.ts";
import { readInline, readMarkdown } from "../../render/markdown/parse.ts";
import { positionOf } from "../../render/markdown/places.ts";
import type { Block, Inline, Markdown } from "../../render/markdown/tree.ts";
import { maskAddresses } from "./masks.ts";

/** A stretch of words that is read as one: a paragraph, an item of a list, a cell, a heading, a key of the front matter. */
export interface Passage {
  readonly kind: "sentences" | "heading" | "cell" | "picture";
  /** As people read it: code and pictures are one sign, addresses are blank. */
  readonly text: string;
  /** The key of the front matter that it is the value of. */
  readonly key?: string;
  /** Where the word that begins at this place of the text stands. */
  readonly at: (index: number, word?: string) => Position;
}

/** Stands where code or a picture is: not a word, but something. */
const object = "\ufffc";

/** Where a piece of the text comes from. */
interface Span {
  readonly start: number;
  readonly offset: number;
}

/** One value of the front matter: all its faults are told at its key. */
export function passageOfKey(key: string, text: string, at: () => Position): Passage[] {
  const plain = (words: string): Passage => ({ kind: "sentences", text: maskAddresses(words), key, at });
  // Most messages have no mark-up at all.
  if (!/[*_`[\]<>\\&~!@]|:\/\/|www\./.test(text)) return [plain(text)];
  return guarded(() => {
    const reader = new PassageReader(readInline(text), text, 1);
    return reader.passages.map((one) => ({ ...one, key, at }));
  });
}

/** A value that is plain text: nothing in it is mark-up. */
export function passageOfText(key: string, text: string, at: () => Position): Passage {
  return { kind: "sentences", text: maskAddresses(text), key, at };
}

/** The passages of a text in the order in which people read them, the footnotes last. */
export function passagesOf(text: string, firstLine: number): Passage[] {
  return guarded(() => new PassageReader(readMarkdown(text), text, firstLine).passages);
}

/** Text that nests too deeply has a finding of its own. */
function guarded(read: () => Passage[]): Passage[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof MarkdownFault) return [];
    throw error;
  }
}

class PassageReader {
  readonly passages: Passage[] = [];
  readonly #markdown: Markdown;
  readonly #source: string;
  readonly #firstLine: number;
  #lines: readonly string[] | undefined;

  constructor(markdown: Markdown, source: string, firstLine: number) {
    this.#markdown = markdown;
    this.#source = source;
    this.#firstLine = firstLine;
    for (const blocks of [markdown.blocks, ...markdown.notes]) this.#blocks(blocks);
  }

  #blocks(blocks: readonly Block[]): void {
    for (const block of blocks) this.#block(block);
  }

  #block(block: Block): void {
    switch (block.kind) {
      case "plain":
      case "paragraph":
        return this.#passage("sentences", block.children);
      case "heading":
        return this.#passage("heading", block.children);
      case "list":
        for (const item of block.items) this.#blocks(item);
        return;
      case "quote":
        return this.#blocks(block.blocks);
      case "table":
        for (const row of [block.head, ...block.rows]) for (const cell of row) this.#passage("cell", cell);
        return;
      case "code":
      case "rule":
        return;
    }
  }

  #passage(kind: Passage["kind"], children: readonly Inline[]): void {
    const spans: Span[] = [];
    const text = this.#read(children, "", spans);
    if (!/[\p{L}\p{N}]/u.test(text)) return;
    this.passages.push({
      kind,
      text: maskAddresses(text),
      at: (index, word) => this.#at(text, spans, index, word),
    });
  }

  #read(children: readonly Inline[], before: string, spans: Span[]): string {
    let text = before;
    for (const node of children) {
      if (node.kind === "text") {
        spans.push({ start: text.length, offset: this.#offset(node) });
        text += node.text;
      } else if (node.kind === "code") text += object;
      else if (node.kind === "break") text += "\n";
      else if (node.kind === "image") {
        text += object;
        this.#picture(node);
      } else if (node.kind !== "note") text = this.#read(node.children, text, spans);
    }
    return text;
  }

  #picture(node: Extract<Inline, { kind: "image" }>): void {
    if (node.alt === "") return;
    const spans = [{ start: 0, offset: this.#offset(node) }];
    const at = (index: number, word?: string) => this.#at(node.alt, spans, index, word);
    this.passages.push({ kind: "picture", text: maskAddresses(node.alt), at });
  }

  #offset(node: Inline): number {
    return this.#markdown.offsets.get(node) ?? 0;
  }

  /** Counts lines, then looks for the word on its line: marks of quotes and references make a line longer, never shorter. */
  #at(text: string, spans: readonly Span[], index: number, word = ""): Position {
    const span = spans.findLast(({ start }) => start <= index) ?? spans[0] ?? { start: index, offset: 0 };
    const begin = positionOf(this.#source, span.offset, this.#firstLine);
    const before = text.slice(span.start, Math.max(span.start, index)).split("\n");
    const line = begin.line + before.length - 1;
    const column = (before.at(-1)?.length ?? 0) + (before.length === 1 ? begin.column - 1 : 0);
    this.#lines ??= this.#source.split(/\r?\n/);
    const typed = this.#lines[line - this.#firstLine] ?? "";
    const found = typed.indexOf(word, Math.min(column, typed.length));
    return { line, column: (found === -1 ? Math.min(column, typed.length) : found) + 1 };
  }
}
