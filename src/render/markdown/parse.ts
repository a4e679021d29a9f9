import { Lexer, Marked, type Token, type TokenizerExtension, type TokensList } from "marked";
import { readOnce } from "../memo.ts";
import { guardNesting, MarkdownFault, ReadingBudget } from "./guard.ts";
import { Places } from "./places.ts";
import { Reader } from "./reader.ts";
import type { Block, Markdown } from "./tree.ts";

/**
 * Reads a piece of Markdown: GFM with tables, footnotes and bare addresses. Raw HTML becomes text.
 * @throws MarkdownFault when it nests too deeply
 */
export function parseMarkdown(source: string): Markdown {
  return read(
    source,
    (lexer, text) => lexer.lex(text),
    (reader, tokens) => reader.blocks(tokens),
  );
}

/**
 * Reads one line of Markdown, such as a message: strong, emphasis, links, code; no blocks.
 * @throws MarkdownFault when it nests too deeply
 */
export function parseInline(source: string): Markdown {
  return read(
    source,
    (lexer, text) => lexer.inlineTokens(text),
    (reader, tokens) => [{ kind: "plain", children: reader.inlines(tokens) }],
  );
}

/** The same, each text read once: several formats and messages are written from it. */
export const readMarkdown = readOnce(parseMarkdown);
export const readInline = readOnce(parseInline);

function read(
  source: string,
  lex: (lexer: Lexer, text: string) => Token[],
  convert: (reader: Reader, tokens: readonly Token[]) => Block[],
): Markdown {
  const text = source.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  guardNesting(text);
  try {
    const reader = new Reader(new Places(source, text));
    const blocks = convert(reader, lex(new GuardedLexer(text), text));
    return { blocks, notes: reader.notes(), parts: reader.parts, offsets: reader.offsets };
  } catch (error) {
    if (error instanceof RangeError) throw new MarkdownFault();
    throw error;
  }
}

/** A lexer that gives up when the text is so tangled that reading it would take for ever. */
class GuardedLexer extends Lexer {
  /** Footnotes that are defined: known before the first inline text is read. */
  readonly notes = new Set<string>();
  readonly #budget: ReadingBudget;

  constructor(source: string) {
    super(marked.defaults);
    this.#budget = new ReadingBudget(source);
  }

  override blockTokens(src: string, tokens?: Token[], clipped?: boolean): Token[];
  override blockTokens(src: string, tokens?: TokensList, clipped?: boolean): TokensList;
  override blockTokens(src: string, tokens?: Token[], clipped?: boolean): Token[] {
    this.#budget.block(src);
    return super.blockTokens(src, tokens as TokensList | undefined, clipped);
  }

  override inlineTokens(src: string, tokens?: Token[]): Token[] {
    this.#budget.inline(src);
    return super.inlineTokens(src, tokens);
  }
}

/** Further lines belong to a footnote when they are indented, or plain text that just goes on. */
const definition = new RegExp(
  String.raw`^\[\^([^\]\s]+)\]:[ \t]*([^\n]*` +
    String.raw`(?:(?:\n[ \t]*)*\n(?: {4}|\t)[ \t]*\S[^\n]*|\n(?! {0,3}(?:\[\^|[#>|]|[-*+][ \t]|\d+[.)][ \t]|\`\`\`|~~~))[^\n]*\S[^\n]*)*)`,
);

/** `[^name]: text`, going on over indented lines. */
const noteDefinition: TokenizerExtension = {
  name: "noteDefinition",
  level: "block",
  // Looks no further than the paragraph at hand, or a long text would be searched once per paragraph.
  start: (src) => {
    const found = /\n(?:[ \t]*\n|(?=\[\^))/.exec(src);
    return found?.[0] === "\n" ? found.index + 1 : undefined;
  },
  tokenizer(src) {
    const found = definition.exec(src);
    if (!found) return undefined;
    const [raw, label = "", content = ""] = found;
    (this.lexer as GuardedLexer).notes.add(label);
    const tokens = this.lexer.blockTokens(content.replace(/\n(?: {4}|\t)/g, "\n"), []);
    return { type: "noteDefinition", raw, label, tokens };
  },
};

const noteMark: TokenizerExtension = {
  name: "noteMark",
  level: "inline",
  tokenizer(src) {
    const [raw, label] = /^\[\^([^\]\s]+)\]/.exec(src) ?? [];
    if (raw === undefined || label === undefined || !(this.lexer as GuardedLexer).notes.has(label))
      return undefined;
    return { type: "noteMark", raw, label };
  },
};

/** An instance of our own: the global one could be changed by anything else in the process. */
const marked = new Marked({ gfm: true });
marked.use({
  extensions: [noteDefinition, noteMark],
  tokenizer: {
    // Raw HTML is text here: it must not switch links off, as an open `<a>` would.
    tag(src) {
      const [raw] = this.rules.inline.tag.exec(src) ?? [];
      if (raw === undefined) return undefined;
      return { type: "html", raw, text: raw, block: false, inLink: false, inRawBlock: false };
    },
  },
});
