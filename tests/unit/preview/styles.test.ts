import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const folder = "src/preview/front";
/** With these begin rules of one sheet only: every page gets all sheets. */
const beginning = /^\s*([.#]?[a-z][\w-]*)(?=[^;{}]*\{)/gim;

it("each page's styles keep to that page: no two sheets begin rules with the same name", () => {
  const owners = new Map<string, string>();
  const clashes: string[] = [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".css") && name !== "style.css");
  expect(names.length).toBeGreaterThan(1);
  for (const name of names) {
    const text = readFileSync(`${folder}/${name}`, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
    for (const begin of new Set([...text.matchAll(beginning)].map(([, one = ""]) => one))) {
      const owner = owners.get(begin);
      if (owner !== undefined) clashes.push(`${begin} in ${owner} and ${name}`);
      else owners.set(begin, name);
    }
  }
  expect(clashes).toEqual([]);
});
