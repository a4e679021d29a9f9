/** Markdown as a tree of our own, so that HTML, plain text, Typst and Word are written from the same words. */

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong" | "emphasis" | "strike"; readonly children: readonly Inline[] }
  /** `href` is as typed, with character references resolved: writers pass it through `safeAddress`. */
  | { readonly kind: "link"; readonly href: string; readonly children: readonly Inline[] }
  | { readonly kind: "image"; readonly href: string; readonly alt: string }
  /** A footnote's mark; numbers count from 1. */
  | { readonly kind: "note"; readonly number: number }
  | { readonly kind: "break" };

export type Cell = readonly Inline[];
export type Align = "left" | "center" | "right" | null;

export type Block =
  /** A line without a paragraph around it: inline Markdown, or the item of a tight list. */
  | { readonly kind: "plain" | "paragraph"; readonly children: readonly Inline[] }
  /** `level` counts from 1 and never skips, whatever was typed. */
  | { readonly kind: "heading"; readonly level: number; readonly children: readonly Inline[] }
  | {
      readonly kind: "list";
      readonly start: number | undefined;
      readonly items: readonly (readonly Block[])[];
    }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | { readonly kind: "code"; readonly text: string }
  | {
      readonly kind: "table";
      readonly head: readonly Cell[];
      readonly rows: readonly (readonly Cell[])[];
      /** Of each column, where it was said. */
      readonly align: readonly Align[];
    }
  | { readonly kind: "rule" };

/** What the checks look at. An offset counts characters from the start of the source. */
export interface Parts {
  readonly links: readonly { readonly href: string; readonly text: string; readonly offset: number }[];
  readonly images: readonly { readonly href: string; readonly alt: string; readonly offset: number }[];
  /** `depth` is the number of `#` typed. */
  readonly headings: readonly { readonly depth: number; readonly text: string; readonly offset: number }[];
  /** Raw HTML, which is shown as text. */
  readonly html: readonly { readonly html: string; readonly offset: number }[];
}

export interface Markdown {
  readonly blocks: readonly Block[];
  /** The footnotes, in the order of their numbers. */
  readonly notes: readonly (readonly Block[])[];
  readonly parts: Parts;
  /** Where each node begins, as characters from the start of the source. */
  readonly offsets: ReadonlyMap<Block | Inline, number>;
}

/** The words alone, without any mark-up: for titles, alternative texts and labels. */
export function plainText(content: readonly Inline[]): string {
  let text = "";
  for (const node of content) {
    if (node.kind === "text" || node.kind === "code") text += node.text;
    else if (node.kind === "image") text += node.alt;
    else if (node.kind === "break") text += "\n";
    else if (node.kind !== "note") text += plainText(node.children);
  }
  return text;
}
