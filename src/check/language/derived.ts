/** What may stand before a known word, with the fewest letters of that word: shorter ones are seldom meant (`un-till`). */
const before: readonly (readonly [string, number])[] = [
  ["un", 5],
  ["re", 4],
  ["non", 5],
  ["pre", 5],
  ["post", 5],
  ["mis", 5],
  ["over", 4],
  ["under", 4],
  ["out", 5],
  ["anti", 5],
  ["multi", 5],
  ["inter", 5],
  ["micro", 4],
  ["tele", 4],
  ["video", 4],
  ["cyber", 4],
  ["neuro", 5],
  ["cardio", 5],
];

/** What may stand behind one. */
const behind: readonly (readonly [string, number])[] = [
  ["like", 3],
  ["wide", 4],
  ["ers", 5],
  ["er", 5],
];

/** Whether a word is made of a known one as everyone makes them: rebook, unfunded, commuters, systemwide. */
export function isDerived(lower: string, isKnown: (word: string) => boolean): boolean {
  return (
    before.some(
      ([start, fewest]) =>
        lower.length >= start.length + fewest &&
        lower.startsWith(start) &&
        isKnown(lower.slice(start.length)),
    ) || behind.some(([end, fewest]) => isMadeOf(lower, end, fewest, isKnown))
  );
}

function isMadeOf(lower: string, end: string, fewest: number, isKnown: (word: string) => boolean): boolean {
  if (lower.length < end.length + fewest || !lower.endsWith(end)) return false;
  const stem = lower.slice(0, -end.length);
  // British words double it: traveller.
  if (end.startsWith("e") && /[aeiou]l$/.test(stem)) return false;
  return isKnown(stem) || (end.startsWith("e") && isKnown(`${stem}e`));
}
