import { closest, distance } from "fastest-levenshtein";

/** `Did you mean "title"? ` with a space behind it, or nothing when no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const best = closest(
    word.toLowerCase(),
    known.map((one) => one.toLowerCase()),
  );
  const near = distance(word.toLowerCase(), best) <= Math.max(1, Math.floor(word.length / 3));
  const original = known.find((one) => one.toLowerCase() === best);
  return near && original !== undefined ? `Did you mean "${original}"? ` : "";
}

/** The known word that takes the fewest changes, and how many; nothing when none is known. */
export function nearest(
  word: string,
  known: readonly string[],
): { readonly word: string; readonly distance: number } | undefined {
  if (known.length === 0) return undefined;
  const best = closest(word, known);
  return { word: best, distance: distance(word, best) };
}

/** `a, b, c`, or `none yet`. */
export function enumerate(known: readonly string[]): string {
  return known.length === 0 ? "none yet" : known.join(", ");
}

/** `a, b, c`, or `a, b, c and 9 more`. */
export function few(names: readonly string[]): string {
  const named = names.slice(0, 3);
  const more = names.length - named.length;
  if (more > 0) return `${named.join(", ")} and ${more.toLocaleString("en-GB")} more`;
  return named.length > 1 ? `${named.slice(0, -1).join(", ")} and ${named.at(-1)}` : named.join("");
}

/** On one line, and of at most so many characters. */
export function shorten(text: string, most = 60): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 3)}…` : line;
}
