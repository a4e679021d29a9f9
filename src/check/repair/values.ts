import type { Guard } from "./draft.ts";

/** A text of the front matter without what does not count. The key is its path, joined by dots. */
export type CleanValue = (text: string, key: string) => string;
type ReadYaml = (text: string) => unknown;

/** Whether front matter can be read after the change alone. */
export function mends(readYaml: ReadYaml): Guard {
  return (before, after) => readYaml(before) === undefined && readYaml(after) !== undefined;
}

/** Whether two pieces of front matter have the same keys and the same values, but for what is cleaned away. */
export function sameValues(readYaml: ReadYaml, clean: CleanValue): Guard {
  return (before, after) => {
    const [was, is] = [readYaml(before), readYaml(after)];
    return was !== undefined && is !== undefined && cleaned(was, clean) === cleaned(is, clean);
  };
}

function cleaned(value: unknown, clean: CleanValue): string {
  const walk = (inner: unknown, key: string): unknown => {
    if (typeof inner === "string") return clean(inner, key);
    if (Array.isArray(inner)) return inner.map((one, at) => walk(one, `${key}.${at}`));
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.entries(inner).map(([name, one]) => [
      name,
      walk(one, key === "" ? name : `${key}.${name}`),
    ]);
  };
  return JSON.stringify(walk(value, ""));
}
