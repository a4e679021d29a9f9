import { MarkdownFault } from "../../render/markdown/guard.ts";
import { parseMarkdown } from "../../render/markdown/parse.ts";

/** Words without what does not count. */
export type Words = (text: string) => string;

/** Whether two pieces of Markdown mean the same, but for what is cleaned away. Code must be the same letter by letter. */
export function sameWords(clean: Words): (before: string, after: string) => boolean {
  return (before, after) => {
    const meaning = meaningOf(before, clean);
    return meaning !== undefined && meaning === meaningOf(after, clean);
  };
}

function meaningOf(text: string, clean: Words): string | undefined {
  try {
    const { blocks, notes } = parseMarkdown(text);
    return JSON.stringify({ blocks, notes }, function (this: { readonly kind?: string }, _, value: unknown) {
      return typeof value === "string" && this.kind !== "code" ? clean(value) : value;
    });
  } catch (error) {
    if (error instanceof MarkdownFault) return undefined;
    throw error;
  }
}
