import { decodeReferences } from "./address.ts";
import { MarkdownFault, nestingLimit } from "./guard.ts";
import type { Places } from "./places.ts";
import { plainText, type Align, type Block, type Cell, type Inline, type Parts } from "./tree.ts";

/** What we read of the parser's tokens, block and inline alike. */
export interface ParserToken {
  readonly type: string;
  readonly raw: string;
  readonly text?: string;
  readonly tokens?: readonly ParserToken[] | undefined;
  readonly depth?: number;
  readonly href?: string;
  /** The address was written bare: nothing in it is a character reference. */
  readonly autolink?: boolean;
  readonly start?: number | "";
  readonly items?: readonly ParserToken[];
  readonly header?: readonly ParserCell[];
  readonly rows?: readonly (readonly ParserCell[])[];
  readonly align?: readonly Align[];
  readonly label?: string;
}
interface ParserCell {
  readonly text: string;
  readonly tokens: readonly ParserToken[];
}

/** Turns the parser's tokens into our tree, and notes what the checks look at. */
export class Reader {
  readonly parts = { links: [], images: [], headings: [], html: [] } as {
    [Kind in keyof Parts]: Parts[Kind][number][];
  };
  readonly offsets = new Map<Block | Inline, number>();
  readonly #places: Places;
  readonly #numbers = new Map<string, number>();
  readonly #notes: { readonly label: string; readonly blocks: readonly Block[] }[] = [];
  /** Depths of the headings that the next one may stand under. */
  #outline: number[] = [];
  #depth = 0;

  constructor(places: Places) {
    this.#places = places;
  }

  /** The footnotes by number; those that nothing points to come last, so that no words are lost. */
  notes(): (readonly Block[])[] {
    const rest = [...this.#notes];
    const pointedTo = [...this.#numbers.keys()].flatMap((label) => {
      const found = rest.findIndex((note) => note.label === label);
      return found === -1 ? [] : rest.splice(found, 1);
    });
    return [...pointedTo, ...rest].map(({ blocks }) => blocks);
  }

  blocks(tokens: readonly ParserToken[]): Block[] {
    // A block begins with its first sign, whatever it is indented by.
    return this.#each(
      tokens,
      ({ raw }) => raw.trimStart(),
      (token, offset) => this.#block(token, offset),
    );
  }

  inlines(tokens: readonly ParserToken[]): Inline[] {
    return this.#each(
      tokens,
      ({ raw }) => raw,
      (token, offset) => this.#inline(token, offset),
    );
  }

  #each<Node extends Block | Inline>(
    tokens: readonly ParserToken[],
    rawOf: (token: ParserToken) => string,
    read: (token: ParserToken, offset: number) => Node[],
  ): Node[] {
    // The page itself and the words inside the innermost block are no nesting.
    if (++this.#depth > nestingLimit + 2) throw new MarkdownFault();
    const nodes = tokens.flatMap((token) =>
      this.#places.within(rawOf(token), (offset) => {
        const found = read(token, offset);
        for (const node of found) if (!this.offsets.has(node)) this.offsets.set(node, offset);
        return found;
      }),
    );
    this.#depth--;
    return nodes;
  }

  #block(token: ParserToken, offset: number): Block[] {
    const { tokens = [], raw, text = "" } = token;
    switch (token.type) {
      case "space":
      case "def":
        return [];
      case "heading":
        return [this.#heading(token, offset)];
      case "list":
        return [
          { kind: "list", ...listOf(token), items: (token.items ?? []).map((item) => this.#item(item)) },
        ];
      case "blockquote":
        return [{ kind: "quote", blocks: this.blocks(tokens) }];
      case "code":
        return [{ kind: "code", text: text.replace(/\n+$/, "") }];
      case "table":
        return [this.#table(token)];
      case "hr":
        return [{ kind: "rule" }];
      case "html":
        return [{ kind: "paragraph", children: this.#html(raw.trim(), offset) }];
      case "noteDefinition":
        this.#places.pass(`[^${token.label}]:`);
        this.#notes.push({ label: token.label ?? "", blocks: this.blocks(tokens) });
        return [];
      case "paragraph":
        return [{ kind: "paragraph", children: this.inlines(tokens) }];
      default:
        return [
          { kind: "plain", children: token.tokens ? this.inlines(tokens) : [{ kind: "text", text: raw }] },
        ];
    }
  }

  #heading(token: ParserToken, offset: number): Block {
    const { depth = 1, tokens = [] } = token;
    this.#places.pass(/^ *#+/.exec(token.raw)?.[0] ?? "");
    this.#outline = [...this.#outline.filter((open) => open < depth), depth];
    const children = this.inlines(tokens);
    this.parts.headings.push({ depth, text: plainText(children), offset });
    return { kind: "heading", level: this.#outline.length, children };
  }

  #item(item: ParserToken): Block[] {
    return this.#places.within(item.raw, () => {
      this.#places.pass(bullet.exec(item.raw)?.[0] ?? "");
      const [box, ...rest] = item.tokens ?? [];
      // A tight task's box stands before its text, as a token of its own: put it back as typed.
      if (box?.type !== "checkbox") return this.blocks(item.tokens ?? []);
      this.#places.pass(box.raw);
      return withBox(box.raw, this.blocks(rest));
    });
  }

  #table({ header = [], rows = [], align = [] }: ParserToken): Block {
    const cell = ({ tokens }: ParserCell): Cell => this.inlines(tokens);
    const line = (cells: readonly ParserCell[]) => this.#places.onLine(() => cells.map(cell));
    const head = line(header);
    line([]);
    return { kind: "table", head, rows: rows.map(line), align };
  }

  #inline(token: ParserToken, offset: number): Inline[] {
    const { tokens = [], raw, text = "" } = token;
    switch (token.type) {
      case "text":
        return token.tokens ? this.inlines(tokens) : [{ kind: "text", text: decodeReferences(text) }];
      case "escape":
        return [{ kind: "text", text }];
      case "codespan":
        return [{ kind: "code", text }];
      case "strong":
        return [{ kind: "strong", children: this.inlines(tokens) }];
      case "em":
        return [{ kind: "emphasis", children: this.inlines(tokens) }];
      case "del":
        return [{ kind: "strike", children: this.inlines(tokens) }];
      case "br":
        return [{ kind: "break" }];
      case "link":
        return [this.#link(token, offset)];
      case "image":
        return [this.#image(token, offset)];
      case "html":
        return this.#html(raw, offset);
      case "noteMark":
        return [{ kind: "note", number: this.#number(token.label ?? "") }];
      default:
        return [{ kind: "text", text: raw }];
    }
  }

  #link(token: ParserToken, offset: number): Inline {
    const { href: typed = "", text = "", tokens = [], autolink = false } = token;
    const href = autolink ? typed : decodeReferences(typed);
    const children: Inline[] = autolink ? [{ kind: "text", text }] : this.inlines(tokens);
    this.parts.links.push({ href, text: plainText(children), offset });
    return { kind: "link", href, children };
  }

  #image({ href: typed = "", tokens = [] }: ParserToken, offset: number): Inline {
    const linksBefore = this.parts.links.length;
    const alt = plainText(this.inlines(tokens));
    this.parts.links.length = linksBefore;
    const href = decodeReferences(typed);
    this.parts.images.push({ href, alt, offset });
    return { kind: "image", href, alt };
  }

  #html(html: string, offset: number): Inline[] {
    this.parts.html.push({ html, offset });
    return [{ kind: "text", text: html }];
  }

  #number(label: string): number {
    const number = this.#numbers.get(label) ?? this.#numbers.size + 1;
    this.#numbers.set(label, number);
    return number;
  }
}

/** Before the words of a list's item. */
const bullet = /^\s*(?:[-*+]|\d+[.)])/;

function listOf({ start }: ParserToken): { start: number | undefined } {
  return { start: typeof start === "number" ? start : undefined };
}

function withBox(box: string, [first, ...rest]: readonly Block[]): Block[] {
  const typed: Inline = { kind: "text", text: box };
  if (first?.kind !== "plain" && first?.kind !== "paragraph")
    return [{ kind: "plain", children: [typed] }, ...(first ? [first] : []), ...rest];
  return [{ ...first, children: [typed, ...first.children] }, ...rest];
}
