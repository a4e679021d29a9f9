/** Short forms that end in a full stop in the middle of a sentence, and those that stand before a number. */
const titles = String.raw`(?:^|[\s(“"'‘])(?:Dr|Drs|Mr|Mrs|Ms|Mx|Prof|Rev|Sr|Jr|St|approx|incl|dept|vs|cf|eg|ie|e\.g|i\.e|\p{Lu})\.["”’)]*\s`;
const references = String.raw`(?:^|[\s(])(?:No|Nos|Fig|Vol|Ref|Ext|Tel|pp?|[Cc]h|[Ss]ec)\.\s`;
const abbreviation = new RegExp(`${titles}+$`, "u");
const numbered = new RegExp(`${references}+$`, "u");
/** Where an end may be none: an abbreviation, or a sentence that goes on without a capital; and signs that part words. */
const doubtful = new RegExp(
  `[/—–]|${titles}|${references}|[.!?…]["'”’»)\\]]*\\s+["'“‘(]*[^\\p{Lu}"'“‘(\\s]`,
  "u",
);

/** Something that may end a sentence, with more behind it. Texts without it are not taken apart. */
const inside = /[.!?…。．！？؟۔।]["'”’»)\]]*\s+\S/u;

const segmenters = new Map<string, Intl.Segmenter>();

/** The sentences of one passage. A list's items and a table's cells are passages of their own. */
export function sentencesOf(text: string, language: string): string[] {
  if (!inside.test(text)) return [text];
  const sentences: string[] = [];
  let open = "";
  // A line that goes on is no new sentence, though the Unicode rules (UAX 29) end one there.
  for (const { segment } of segmenterOf(language).segment(text.replaceAll("\n", " "))) {
    const goesOn = abbreviation.test(open) || (numbered.test(open) && /^\d/.test(segment));
    if (open !== "" && !goesOn) sentences.push(open);
    open = goesOn ? open + segment : segment;
  }
  return open === "" ? sentences : [...sentences, open];
}

function segmenterOf(language: string): Intl.Segmenter {
  const known = segmenters.get(language) ?? new Intl.Segmenter(language, { granularity: "sentence" });
  segmenters.set(language, known);
  return known;
}

const ends = /[.!?…。．！？؟۔।]["'”’»)\]]*\s+\S/gu;

/** About as many sentences as there are, or a few more: abbreviations are taken for ends. */
export function roughCount(text: string): number {
  return 1 + (text.match(ends)?.length ?? 0);
}

/** False only when no sentence has more words: then nobody has to take the text apart. */
export function mayHaveLonger(text: string, limit: number): boolean {
  if (doubtful.test(text)) return true;
  let [words, start] = [0, 0];
  for (let at = text.indexOf(" "); at !== -1; at = text.indexOf(" ", start)) {
    words += 1;
    if (words >= limit) return true;
    start = at + 1;
    if (/[.!?…]["'”’»)\]]*$/.test(text.slice(Math.max(0, at - 3), at))) words = 0;
  }
  return false;
}

const separators = /[\s—–/]+/u;

/** The words of a sentence: what stands between spaces and dashes, and has a letter or a figure in it. */
export function wordsIn(text: string): string[] {
  return text.split(separators).filter((word) => /[\p{L}\p{N}]/u.test(word));
}
