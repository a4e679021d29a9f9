import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";

/** A piece of text on the page, in points from its lower left corner. */
export interface PlacedText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly size: number;
}

/** What a PDF of one page says of itself to those who cannot see it, read by another program than the one that wrote it. */
export interface TaggedPdf {
  readonly pages: number;
  readonly width: number;
  readonly height: number;
  readonly title: string | undefined;
  readonly language: string | undefined;
  /** Roles in reading order, such as `H1`, `P`, `Figure`. */
  readonly roles: readonly string[];
  /** The alternative texts of figures, in reading order. */
  readonly figures: readonly (string | undefined)[];
  /** All words in reading order, lines joined by spaces. */
  readonly text: string;
  readonly texts: readonly PlacedText[];
  readonly fonts: readonly { readonly name: string; readonly embedded: boolean }[];
}

interface TreeNode {
  readonly role?: string;
  readonly alt?: string;
  readonly type?: string;
  readonly id?: string;
  readonly children?: readonly TreeNode[];
}

export async function readTaggedPdf(pdf: Uint8Array): Promise<TaggedPdf> {
  const task = getDocument({ data: Uint8Array.from(pdf), verbosity: 0 });
  const document = await task.promise;
  try {
    const { info } = await document.getMetadata();
    const said = info as { Title?: string; Language?: string };
    const page = await document.getPage(1);
    const [, , width = 0, height = 0] = page.view;
    const { items, styles } = await page.getTextContent({ includeMarkedContent: true });
    const tree = (await page.getStructTree()) as TreeNode | null;
    const nodes = tree ? flatten(tree) : [];
    const words = wordsById(items as Item[]);
    await page.getOperatorList();
    return {
      pages: document.numPages,
      width,
      height,
      title: said.Title,
      language: said.Language,
      roles: nodes.flatMap(({ role }) => role ?? []),
      figures: nodes.filter(({ role }) => role === "Figure").map(({ alt }) => alt),
      text: nodes
        .flatMap(({ id }) => (id === undefined ? [] : (words.get(id) ?? [])))
        .join(" ")
        .replace(/\s+/g, " "),
      texts: (items as Item[]).flatMap(placed),
      fonts: Object.keys(styles).map((id) => {
        const { name, missingFile } = page.commonObjs.get(id) as { name: string; missingFile: boolean };
        return { name: name.replace(/^[A-Z]{6}\+/, ""), embedded: !missingFile };
      }),
    };
  } finally {
    await task.destroy();
  }
}

interface Item {
  readonly type?: string;
  readonly id?: string;
  readonly str?: string;
  readonly width?: number;
  readonly transform?: readonly number[];
}

function flatten(node: TreeNode): TreeNode[] {
  return [node, ...(node.children ?? []).flatMap(flatten)];
}

/** The words of each stretch of marked content. */
function wordsById(items: readonly Item[]): Map<string, string[]> {
  const words = new Map<string, string[]>();
  let id: string | undefined;
  for (const item of items) {
    if (item.type?.startsWith("beginMarkedContent")) id = item.id;
    else if (item.type === "endMarkedContent") id = undefined;
    else if (id !== undefined && item.str) words.set(id, [...(words.get(id) ?? []), item.str]);
  }
  return words;
}

function placed({ str, width = 0, transform }: Item): PlacedText[] {
  if (!str?.trim() || !transform) return [];
  const [size = 0, , , , x = 0, y = 0] = transform;
  return [{ text: str, x, y, width, size }];
}
