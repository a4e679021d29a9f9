import { MarkdownFault } from "../../render/markdown/guard.ts";
import { parseMarkdown } from "../../render/markdown/parse.ts";
import type { Block, Markdown } from "../../render/markdown/tree.ts";

/** Words without what does not count. */
export type Words = (text: string) => string;
export type Same = (before: string, after: string) => boolean;

/** Whether two pieces of Markdown mean the same, but for what is cleaned away. Code must be the same letter by letter. */
export function sameWords(clean: Words): Same {
  return sameMeaning((text) => meaningOf(text, clean));
}

/** What is there already is read once, however many changes to it are tried. */
export function sameMeaning(read: (text: string) => string | undefined): Same {
  let last: { readonly text: string; readonly meaning: string | undefined } | undefined;
  return (before, after) => {
    if (last?.text !== before) last = { text: before, meaning: read(before) };
    return last.meaning !== undefined && last.meaning === read(after);
  };
}

function meaningOf(text: string, clean: Words): string | undefined {
  const tree = treeOf(text);
  if (!tree) return undefined;
  return JSON.stringify(
    { blocks: tree.blocks, notes: tree.notes },
    function (this: { readonly kind?: string }, _, value: unknown) {
      return typeof value === "string" && this.kind !== "code" ? clean(value) : value;
    },
  );
}

/** The lines, counted from 0, of blocks of code, as far as they can be told apart; their fences may be left out. */
export function codeLines(text: string): ReadonlySet<number> {
  const { blocks = [], notes = [], offsets } = treeOf(text) ?? {};
  const lines = new Set<number>();
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index);
  for (const block of [blocks, ...notes].flatMap(codeBlocks)) {
    const offset = offsets?.get(block) ?? 0;
    const first = ends.findLastIndex((end) => end < offset) + 1;
    for (const at of block.text.split("\n").keys()) lines.add(first + at);
  }
  return lines;
}

type Code = Extract<Block, { readonly kind: "code" }>;

function codeBlocks(blocks: readonly Block[]): Code[] {
  return blocks.flatMap((block) => {
    if (block.kind === "code") return [block];
    if (block.kind === "quote") return codeBlocks(block.blocks);
    return block.kind === "list" ? block.items.flatMap(codeBlocks) : [];
  });
}

/** Nothing where it nests too deeply. */
export function treeOf(text: string, parse = parseMarkdown): Markdown | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof MarkdownFault) return undefined;
    throw error;
  }
}
