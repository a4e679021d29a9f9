import { plainText, type Block, type Cell } from "./tree.ts";

/**
 * How a table can be shown in mail: on every screen, on all but phones (where each row stands by itself), or nowhere
 * side by side. No program may be relied on to scroll: some on Android cut off what does not fit.
 */
export type TableForm = "narrow" | "wide" | "records";

/** A letter, and the room beside a column, in pixels at the size of the text: estimates on the safe side. */
const letter = 9;
const gap = 12;
/** What is left of a phone 320 pixels wide, and of the newsletter, without the margins. */
const room = { phone: 280, page: 536 };

/** The form in which every word of a table has room. */
export function tableForm({ head, rows }: Extract<Block, { kind: "table" }>): TableForm {
  const needed = head
    .map((cell, column) => longestWord([cell, ...rows.map((row) => row[column] ?? [])]))
    .reduce((sum, letters) => sum + letters * letter + gap, 0);
  if (needed <= room.phone) return "narrow";
  return needed <= room.page ? "wide" : "records";
}

/** A column's name as it stands before a value: with a colon, unless it ends in a sign of its own. */
export function nameBefore(name: string): string {
  return name === "" || /[.:?!…]$/.test(name) ? name : `${name}:`;
}

function longestWord(cells: readonly Cell[]): number {
  const words = cells.flatMap((cell) => plainText(cell).split(/\s+/));
  return Math.max(...words.map((word) => word.length));
}
