/** How deep Markdown may nest: lists, quotations and emphasis together. */
export const nestingLimit = 100;

/** Markdown that is nested too deeply, or so tangled that reading it would take for ever. */
export class MarkdownFault extends Error {
  override readonly name = "MarkdownFault";
  readonly reason = "nesting";
  /** Where it goes wrong: characters from the start of the source. */
  readonly offset: number;

  constructor(offset = 0) {
    super(`The text is nested more than ${nestingLimit} deep.`);
    this.offset = offset;
  }
}

/**
 * Refuses lists and quotations that nest too deeply, before the parser sees them: it would overflow its stack on
 * 4,000 `>` and take seconds over 400 nested lists.
 * @throws MarkdownFault
 */
export function guardNesting(source: string): void {
  let open: number[] = [];
  let start = 0;
  while (start < source.length) {
    const found = source.indexOf("\n", start);
    const end = found === -1 ? source.length : found;
    open = containersOf(source, start, end, open);
    if (open.length > nestingLimit) throw new MarkdownFault(start);
    start = end + 1;
  }
}

const rule = /^[ \t]*([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
const marker = /(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)/y;

/** The columns at which the lists and quotations stand open after a line, given those open before it. */
function containersOf(source: string, start: number, end: number, before: readonly number[]): number[] {
  // No line needs more than this to be seen as too deep; the rest of a long line is text.
  const line = source.slice(start, Math.min(end, start + 4096));
  if (line.trim() === "" || (start + line.length === end && rule.test(line))) return [...before];
  const quotes: number[] = [];
  let at = indentAt(line, 0);
  for (; line[at] === ">"; at = indentAt(line, at + 1)) quotes.push(at);
  const lists = before.filter((column) => column <= at).slice(quotes.length);
  for (;;) {
    marker.lastIndex = at;
    const [found] = marker.exec(line) ?? (line[at] === ">" ? [">"] : []);
    if (found === undefined) return [...quotes, ...lists];
    at = indentAt(line, at + found.length);
    lists.push(at);
  }
}

function indentAt(line: string, from: number): number {
  let at = from;
  while (line[at] === " " || line[at] === "\t") at++;
  return at;
}

/**
 * Counts what reading costs, and stops it: quotations that step back level by level double the parser's work with
 * each level; thousands of unclosed `**` in one paragraph, or a single endless word, square it.
 */
export class ReadingBudget {
  #blocks: number;
  #inlines = 30_000_000;

  constructor(source: string) {
    this.#blocks = 2_000_000 + nestingLimit * source.length;
  }

  block(source: string): void {
    this.#blocks -= source.length + 50;
    if (this.#blocks < 0) throw new MarkdownFault();
  }

  inline(source: string): void {
    const marks = source.match(/[*_]+|~+|`+|www\.|https?:|@|<[!?]/g) ?? [];
    let cost = marks.length * source.length;
    for (const [word] of source.matchAll(/[\w.!#$%&'*+/=?`{|}~-]{500,}/g)) cost += word.length ** 2 / 100;
    this.#inlines -= cost;
    if (this.#inlines < 0) throw new MarkdownFault();
  }
}
