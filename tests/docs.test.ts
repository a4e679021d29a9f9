import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const pages = readdirSync("docs", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .map((name) => path.join("docs", name))
  .concat("README.md", "CONTRIBUTING.md", "CHANGELOG.md");

/** Without examples: what stands in them is not the page's. */
function wordsOf(file: string): string {
  return readFileSync(file, "utf8")
    .replaceAll("\r\n", "\n")
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, "");
}

/** The places that a link into a page may name, made from its headings as GitHub makes them. */
function anchorsOf(file: string): string[] {
  return [...wordsOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("the docs", () => {
  it.for(pages)("%s: its links lead to files and headings that are there", (page) => {
    const words = wordsOf(page).replace(/`[^`\n]*`/g, "");
    const targets = [...words.matchAll(/\]\(([^()\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^[a-z]+:/.test(target));
    const broken = targets.filter((target) => {
      const [name = "", anchor] = target.split("#");
      const file = name === "" ? page : path.join(path.dirname(page), name);
      if (!existsSync(file)) return true;
      return anchor !== undefined && (statSync(file).isDirectory() || !anchorsOf(file).includes(anchor));
    });
    expect(broken).toEqual([]);
  });
});
