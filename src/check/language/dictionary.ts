import { readFile } from "node:fs/promises";

/** Words by their first three letters: as a line of the file until somebody asks for one of them. */
type Shelf = string | ReadonlySet<string>;

/** The British words that stand in the package. `npm run generate` makes the list from the dictionary of SCOWL. */
export async function openDictionary(): Promise<(word: string) => boolean> {
  const text = await readFile(new URL(import.meta.resolve("#package/data/words-en-gb.txt")), "latin1");
  const shelves = new Map<string, Shelf>();
  for (const line of text.trimEnd().split("\n")) shelves.set(line.slice(0, 3).trimEnd(), line);
  const has = (word: string): boolean => {
    const begin = word.slice(0, 3);
    const shelf = shelves.get(begin);
    if (typeof shelf !== "string") return shelf?.has(word) ?? false;
    const words = new Set(shelf.trimEnd().split(" "));
    shelves.set(begin, words);
    return words.has(word);
  };
  // A word of small letters may begin a sentence; a name keeps its capital. "'s" may stand behind all of them.
  return (word) => {
    const bare = word.endsWith("'s") ? word.slice(0, -2) : word;
    if (has(bare)) return true;
    const lower = bare.toLowerCase();
    return lower !== bare && has(lower);
  };
}
