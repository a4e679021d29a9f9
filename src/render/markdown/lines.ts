import { escapeHtml } from "../escape.ts";

/** Code as HTML that keeps its lines and spaces without `<pre>`, and yet may break between words. */
export function codeLines(code: string): string {
  const fixed = (count: number) => "\u00a0".repeat(count);
  return code
    .replaceAll("\t", "    ")
    .split("\n")
    .map((line) =>
      escapeHtml(line)
        .replace(/^ +/, (spaces) => fixed(spaces.length))
        .replaceAll(/ {2,}/g, (spaces) => `${fixed(spaces.length - 1)} `),
    )
    .join("<br>\n");
}

/**
 * Starts a new line wherever HTML allows it before a line grows longer than mail can carry. Spaces of other kinds, such
 * as those that keep words together, stay.
 */
export function foldLines(html: string, width = 240): string {
  const lines = html.split("\n").map((line) => (line.length > width ? fold(line, width) : line));
  return lines.join("\n");
}

function fold(longLine: string, width: number): string {
  let column = 0;
  return longLine.replace(/[ \t\r]?[^ \t\r="<]+="[^"]*"|[ \t\r]+|[^ \t\r<]+|</g, (piece) => {
    const words = piece.replace(/^[ \t\r]+/, "");
    if (words !== piece && column + piece.length > width) {
      column = words.length;
      return `\n${words}`;
    }
    column += piece.length;
    return piece;
  });
}
