import matter from "gray-matter";
import { problem } from "../domain/problem.ts";
import { parseYaml, type ParsedYaml } from "./yaml.ts";

/** A Markdown file taken apart. */
export interface MarkdownFile extends ParsedYaml {
  readonly body: string;
  /** The line of the file on which the body begins. */
  readonly bodyLine: number;
}

/**
 * Splits front matter from body. Front matter is YAML only: gray-matter would otherwise run `---js` as code, so every
 * other engine is refused by name before gray-matter sees the file.
 */
export function parseMarkdownFile(text: string, path: string): MarkdownFile {
  const nothing = { value: undefined, places: new Map(), body: "", bodyLine: 1 };
  const language = /^---[ \t]*([^\s-][^\n]*)/.exec(text)?.[1]?.trim();
  if (language && !/^ya?ml$/i.test(language)) {
    return {
      ...nothing,
      problems: [problem("front-matter/language", path, { line: 1, column: 4 }, { language })],
    };
  }
  if (!/^---[ \t]*(ya?ml)?[ \t]*\n/i.test(text))
    return { ...nothing, problems: [problem("front-matter/missing", path, undefined, {})] };
  let parsed: ParsedYaml = { value: {}, places: new Map(), problems: [] };
  const engine = { parse: (yaml: string) => keep((parsed = parseYaml(yaml.replace(/^\n/, ""), path, 2))) };
  const refused = { parse: () => ({}) };
  // Without an options object gray-matter caches, and hands out {} for a bad file that is read twice.
  const { content } = matter(text, {
    language: "yaml",
    engines: { yaml: engine, js: refused, javascript: refused, json: refused },
  });
  const bodyLine = text.slice(0, text.length - content.length).split("\n").length;
  return { ...parsed, body: content, bodyLine };
}

function keep(parsed: ParsedYaml): object {
  return (parsed.value as object | undefined) ?? {};
}
