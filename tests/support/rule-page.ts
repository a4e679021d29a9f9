import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../docs/rules", import.meta.url));

/** A file that a page shows. */
export interface ShownFile {
  readonly path: string;
  readonly content: string;
  /** The lines at which the finding must be. */
  readonly lines: readonly number[];
}

/** A page of `docs/rules`, taken apart. */
export interface RulePage {
  readonly id: string;
  readonly text: string;
  /** Heading to what stands below it. */
  readonly sections: ReadonlyMap<string, string>;
}

/** The ids of all pages, by their place: `<group>/<name>.md`. */
export function pageIds(): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.split(path.sep).join("/").slice(0, -3))
    .toSorted();
}

export function readRulePage(id: string): RulePage {
  const text = readFileSync(path.join(folder, `${id}.md`), "utf8").replaceAll("\r\n", "\n");
  // A heading inside an example is none of the page's.
  const hidden = text.replace(fence, (block) => block.replaceAll("\n#", "\n "));
  const starts = [...hidden.matchAll(/^## (.+)$/gm)];
  const sections = starts.map(({ index, 0: line, 1: title = "" }, at) => {
    const end = starts[at + 1]?.index ?? text.length;
    return [title, text.slice(index + line.length, end).trim()] as const;
  });
  return { id, text, sections: new Map(sections) };
}

/** A fenced block: its fence, what is said behind it, and what stands in it. */
const fence = /^(`{3,}|~{3,})([^\n`]*)\n([\s\S]*?)^\1$/gm;

/** The files that a section shows: blocks that name a path behind their language. */
export function shownFiles(section = ""): ShownFile[] {
  return [...section.matchAll(fence)].flatMap(([, , info = "", content = ""]) => {
    const [, file = "", ...rest] = info.trim().split(/\s+/);
    if (!/[./]/.test(file)) return [];
    const lines = rest.flatMap((word) => /^line=(\d+)$/.exec(word)?.[1] ?? []).map(Number);
    return [{ path: file, content, lines }];
  });
}
