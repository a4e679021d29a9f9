const letters = "etaoinshrdlcumwfgypbvkjxqz";

/** A word that one slip of the hand makes into this one. */
export function nearWord(word: string, has: (word: string) => boolean): string | undefined {
  const lower = word.toLowerCase();
  const near = slips(lower).find((candidate) => candidate.length > 1 && has(candidate));
  return near !== undefined && word !== lower ? near.charAt(0).toUpperCase() + near.slice(1) : near;
}

/** All words one slip away, the commonest slips first: letters that changed places, a missing, a needless, a wrong one. */
function slips(word: string): string[] {
  const at = [...Array(word.length + 1).keys()];
  const cut = (index: number, length: number, between = "") =>
    word.slice(0, index) + between + word.slice(index + length);
  const swapped = at.slice(0, -2).map((index) => cut(index, 2, word.charAt(index + 1) + word.charAt(index)));
  const missing = at.flatMap((index) => [...letters].map((letter) => cut(index, 0, letter)));
  const needless = at.slice(0, -1).map((index) => cut(index, 1));
  const wrong = at.slice(0, -1).flatMap((index) => [...letters].map((letter) => cut(index, 1, letter)));
  // The first letter is seldom the wrong one.
  const all = [...swapped, ...missing, ...needless, ...wrong];
  return [...all.filter((one) => one[0] === word[0]), ...all.filter((one) => one[0] !== word[0])];
}
