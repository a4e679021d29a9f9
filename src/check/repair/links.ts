import { plainText, type Block, type Inline } from "../../render/markdown/tree.ts";
import { sameMeaning, treeOf, type Same } from "./same.ts";
import { straightAddress, straightTitles } from "./steps.ts";

/**
 * Whether two pieces of Markdown mean the same, but that links whose address or title stood in curly quotes have become
 * links. Code must be the same letter by letter.
 */
export function sameButLinks(): Same {
  return sameMeaning((text) => {
    const tree = treeOf(text);
    if (!tree) return undefined;
    const codes: string[] = [];
    const texts = [tree.blocks, ...tree.notes].map((blocks) => asTyped(writtenBlocks(blocks, codes)));
    return JSON.stringify([texts, codes]);
  });
}

/** Signs that nobody types, around what is not text. */
const sign = (name: string) => `\u0001${name}\u0002`;

/** Behind the words of a link. Its title is left out: the tree does not have it. */
const ending = (address: string) => `${sign("link")}](${straightAddress(address)})`;
const bare = new RegExp(`\\[([^[\\]]*)${sign("link")}\\]\\(\\1\\)`, "g");

/** Links that are none, but would be with straight quotes, in the same form as links. */
function asTyped(text: string): string {
  return straightTitles(text, ending).replace(bare, "$1");
}

function writtenBlocks(blocks: readonly Block[], codes: string[]): string {
  return blocks.map((block) => `${sign(block.kind)}${writtenBlock(block, codes)}${sign("end")}`).join("");
}

function writtenBlock(block: Block, codes: string[]): string {
  switch (block.kind) {
    case "plain":
    case "paragraph":
      return written(block.children, codes);
    case "heading":
      return sign(String(block.level)) + written(block.children, codes);
    case "list":
      return [String(block.start), ...block.items.map((item) => writtenBlocks(item, codes))].join(
        sign("item"),
      );
    case "quote":
      return writtenBlocks(block.blocks, codes);
    case "code":
      codes.push(block.text);
      return "";
    case "table":
      return [
        block.align.join(),
        ...[block.head, ...block.rows].flat().map((cell) => written(cell, codes)),
      ].join(sign("cell"));
    case "rule":
      return "";
  }
}

function written(nodes: readonly Inline[], codes: string[]): string {
  return nodes.map((node) => writtenInline(node, codes)).join("");
}

function writtenInline(node: Inline, codes: string[]): string {
  switch (node.kind) {
    case "text":
      return node.text;
    case "code":
      codes.push(node.text);
      return sign("code");
    case "link": {
      const words = written(node.children, codes);
      const isBare = ["", "http://", "mailto:"].some(
        (start) => start + plainText(node.children) === node.href,
      );
      return isBare ? words : `[${words}${ending(node.href)}`;
    }
    case "image":
      return `![${node.alt}${ending(node.href)}`;
    case "note":
      return sign(`note ${node.number}`);
    case "break":
      return sign("break");
    default:
      return `${sign(node.kind)}${written(node.children, codes)}${sign("end")}`;
  }
}
