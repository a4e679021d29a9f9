import type { Position } from "../../domain/problem.ts";

/** The lines of a file as a report may show them, and where the mark stands under them. */
export interface ShownFile {
  readonly lines: readonly string[];
  readonly markOf: (position: Position) => Position;
}

/**
 * Of the settings only keys are shown: a password may stand in any value, also under a key that is misspelt. Elsewhere
 * what stands before the `@` of an address on the web is covered.
 */
export function shownFile(path: string, text: string): ShownFile {
  const lines = text.split("\n");
  if (path !== "onetopic.yaml") return { lines: lines.map(withoutLogins), markOf: (position) => position };
  return {
    lines: lines.map(keyAlone),
    markOf: ({ line }) => ({ line, column: (lines[line - 1] ?? "").search(/\S|$/) + 1 }),
  };
}

/** `  key: …`, or `…` alone where a line does not begin with a key. */
export function keyAlone(line: string): string {
  const [, indent = "", rest = ""] = /^(\s*)(.*)$/s.exec(line) ?? [];
  if (rest === "") return line;
  const start = /^(?:["']?[A-Za-z][\w./-]*["']?\s*:(?=\s|$)|-(?=\s))/.exec(rest)?.[0];
  if (start === undefined) return `${indent}…`;
  return rest.slice(start.length).trim() === "" ? `${indent}${start}` : `${indent}${start} …`;
}

function withoutLogins(line: string): string {
  if (!line.includes("@")) return line;
  // Between < and > an address may hold spaces.
  return line.replace(/(?<=:\/\/)[^\s/?#]+(?=@)|(?<=<[a-z]+:\/\/)[^<>/?#]+(?=@)/gi, (login) =>
    "•".repeat(login.length),
  );
}
