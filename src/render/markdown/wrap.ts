/** The longest line of plain text mail. */
const plainWidth = 72;

/**
 * Lays out a whole plain text: lines are wrapped with hanging indents under their list marks, underlines are as
 * long as the line above, no line ends in spaces, and there is never more than one blank line. Words are never
 * broken, so an address stays whole however long it is.
 */
export function wrapText(text: string, width = plainWidth): string {
  return `${layLines(text.split("\n"), top, width).lines.join("\n").trimEnd()}\n`;
}

/** What a line is laid out by: the line above it, and how long the longest piece of that one is. */
export interface Above {
  readonly line: string;
  readonly longest: number;
}

/** Where a text begins. */
export const top: Above = { line: "", longest: 0 };

/** Lays out some lines of a text, as `wrapText` does, below others. Gives them, and what the next ones stand below. */
export function layLines(
  raws: readonly string[],
  start: Above,
  width = plainWidth,
): { readonly lines: readonly string[]; readonly below: Above } {
  const lines: string[] = [];
  let { longest } = start;
  for (const raw of raws) {
    const line = raw.trimEnd();
    const above = lines.at(-1) ?? start.line;
    if (line === "" && above === "") continue;
    const wrapped =
      isUnderline(line) && above !== "" ? [line.slice(0, 1).repeat(longest)] : wrapLine(line, width);
    longest = wrapped.reduce((length, piece) => Math.max(length, piece.length), 0);
    for (const piece of wrapped) lines.push(piece);
  }
  return { lines, below: { line: lines.at(-1) ?? start.line, longest } };
}

/** True for a line that is laid out alike, whatever stands above it. */
export function standsAlone(raw: string): boolean {
  const line = raw.trimEnd();
  return line !== "" && !isUnderline(line);
}

function isUnderline(line: string): boolean {
  return /^(?:=+|-+|~+)$/.test(line) && line.length >= 3;
}

const listMark = /^ *(?:[-*•] |\d+[.)] |\[\d+\] |> )?/;

function wrapLine(line: string, width: number): string[] {
  // Four spaces and more are code, or the inside of a list that is wrapped already.
  if (line.length <= width || line.startsWith("    ")) return [line];
  const [mark = ""] = listMark.exec(line) ?? [];
  return hang(mark, wrap(line.slice(mark.length), width - mark.length));
}

/** Sets a mark before the first line and the same room before the others. */
export function hang(mark: string, lines: readonly string[]): string[] {
  const rest = mark.endsWith("> ") ? mark : " ".repeat(mark.length);
  return lines.map((line, i) =>
    line === "" ? (i === 0 ? mark : rest).trimEnd() : (i === 0 ? mark : rest) + line,
  );
}

/** Breaks text between words so that no line is longer than the width, unless a single word is. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(/[ \t]+/).filter((part) => part !== "")) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = "";
      }
      line = line === "" ? word : `${line} ${word}`;
    }
    return [...lines, line];
  });
}
