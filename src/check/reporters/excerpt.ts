import type { Position } from "../../domain/problem.ts";
import { visible } from "../report.ts";

/** As much of a line as can ever matter: some files are one line of a megabyte. */
const reach = 1000;

/**
 * The line at fault between its neighbours, with line numbers and a mark under its column. No line is wider than `width`:
 * what is cut off shows as `…`.
 * @param around how many lines above and below
 */
export function excerpt(
  lines: readonly string[],
  { line, column }: Position,
  { width, around }: { readonly width: number; readonly around: number },
): string[] {
  if (lines[line - 1] === undefined) return [];
  const first = Math.max(1, line - around);
  const last = Math.min(lines.length, line + around);
  const digits = String(last).length;
  const room = Math.max(20, width - digits - 5);
  const start = Math.max(0, column - 1 - reach);
  const before = cells((lines[line - 1] ?? "").slice(start, column - 1)).length;
  const from = before < room - 4 ? 0 : before - Math.floor(room / 2);
  const rows: string[] = [];
  for (let at = first; at <= last; at += 1) {
    const text = (lines[at - 1] ?? "").slice(start, start + 2 * reach);
    rows.push(
      `${at === line ? ">" : " "} ${String(at).padStart(digits)} | ${cut(text, from, room)}`.trimEnd(),
    );
    if (at === line) rows.push(`  ${" ".repeat(digits)} | ${" ".repeat(before - from)}^`);
  }
  return rows;
}

function cut(text: string, from: number, room: number): string {
  const all = cells(text);
  const shown = all.slice(from, from + room);
  if (from > 0 && shown.length > 0) shown[0] = "…";
  if (all.length > from + room) shown[room - 1] = "…";
  return shown.join("");
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;

/** A text as the columns of a terminal: a wide letter takes two, the second of them empty. */
function cells(text: string): string[] {
  // A tab is two columns here, so that the mark stands where it should on every terminal.
  return [...graphemes.segment(text.replaceAll("\t", "  "))].flatMap(({ segment }) => {
    const shown = visible(segment);
    return wide.test(shown) ? [shown, ""] : [shown];
  });
}
