import { escapes } from "../escape.ts";
import { layLines, standsAlone, top, type Above } from "../markdown/wrap.ts";
import { encodeText, softBreak } from "./encode.ts";
import type { Piece } from "./marks.ts";

/** What a person has in a field. */
export type ValueOf = (field: string) => string;

/** Bytes that are the same in every message, or what makes them for one person. */
export type Part = Buffer | ((valueOf: ValueOf) => string);

const escapeHtml = escapes.html;
const escapePlain = escapes.txt;

/** The HTML part, encoded but for the values, each of which begins a line of its own. */
export function htmlParts(pieces: readonly Piece[]): readonly Part[] {
  return pieces.map((piece, at): Part => {
    const next = pieces[at + 1];
    if (typeof piece === "string") return Buffer.from(joined(encodeText(piece), next), "latin1");
    const { field } = piece;
    return (valueOf) => joined(encodeText(escapeHtml(valueOf(field))), next);
  });
}

/** Ends the line, unless it ends by itself. */
function joined(encoded: string, next: Piece | undefined): string {
  const isEnded = next === undefined || encoded.endsWith("\n");
  return isEnded || (typeof next === "string" && /^\r?\n/.test(next)) ? encoded : encoded + softBreak;
}

/**
 * The text part. Lines with a value are wrapped after it is filled in, together with the lines below them that are laid
 * out by what stands above: blank ones and underlines.
 * @param pieces of the text before its lines are wrapped
 */
export function textParts(pieces: readonly Piece[]): readonly Part[] {
  const parts: Part[] = [];
  let above = top;
  for (const { raws, isLast } of groups(linesOf(pieces))) {
    const isFilled = raws.some((raw) => raw.some((piece) => typeof piece !== "string"));
    if (isFilled) {
      const start = above;
      parts.push((valueOf) =>
        encodeText(laid(raws.map((raw) => filled(raw, valueOf)).join("\n"), start, isLast)),
      );
    } else {
      const text = raws.map((raw) => raw.join("")).join("\n");
      parts.push(Buffer.from(encodeText(laid(text, above, isLast)), "latin1"));
      above = layLines(text.split("\n"), above).below;
    }
  }
  return parts;
}

type Line = readonly Piece[];

function linesOf(pieces: readonly Piece[]): readonly Line[] {
  const lines: Piece[][] = [[]];
  for (const piece of pieces) {
    if (typeof piece !== "string") {
      lines.at(-1)?.push(piece);
      continue;
    }
    const [first = "", ...more] = piece.split("\n");
    lines.at(-1)?.push(first);
    for (const line of more) lines.push([line]);
  }
  return lines;
}

/** Lines that are the same for all, and lines that are laid out for each person, by turns. */
function groups(lines: readonly Line[]): { readonly raws: readonly Line[]; readonly isLast: boolean }[] {
  const found: { raws: Line[]; isPersonal: boolean }[] = [];
  for (const line of lines) {
    const before = found.at(-1);
    const isFilled = line.some((piece) => typeof piece !== "string");
    const isPersonal = isFilled || (before?.isPersonal === true && !standsAlone(line.join("")));
    if (before?.isPersonal === isPersonal) before.raws.push(line);
    else found.push({ raws: [line], isPersonal });
  }
  return found.map(({ raws }, at) => ({ raws, isLast: at === found.length - 1 }));
}

function filled(line: Line, valueOf: ValueOf): string {
  return line
    .map((piece) => (typeof piece === "string" ? piece : escapePlain(valueOf(piece.field))))
    .join("");
}

function laid(text: string, above: Above, isLast: boolean): string {
  const { lines } = layLines(text.split("\n"), above);
  if (lines.length === 0) return "";
  const shown = lines.join("\n");
  return `${isLast ? shown.trimEnd() : shown}\n`;
}
