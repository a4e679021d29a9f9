/*
 * How platforms count the characters of a post. Where a rule is not known to the last sign, the count is rather too high
 * than too low: a post that fits by it fits.
 */

/** What a link counts as on X and Mastodon, however long it is. */
const linkLength = 23;

/** A web address as it stands in a text. The stop or comma behind it is not part of it. */
const link =
  /https?:\/\/(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}(?::\d+)?(?:[/?#](?:[\w!?*'@();:&=+$/%#[\].,~|-]*[\w&=#/+)-])?)?/giu;
/** A domain without `https://` in front of it: X makes a link of it as well. */
const bareDomain =
  /(?<![\p{L}\p{N}@./-])(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}(?:\/[\w!?*'@();:&=+$/%#[\].,~|-]*)?/giu;

/** Code points that X counts once, from and to; all others count twice. */
const light: readonly (readonly [number, number])[] = [
  [0x0, 0x10ff],
  [0x2000, 0x200d],
  [0x2010, 0x201f],
  [0x2032, 0x2037],
];
/** Made when it is needed: this takes some milliseconds, and few posts hold any. */
let emoji: RegExp | undefined;
const pictograph = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u{20e3}/u;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * What people take for one character each, such as a letter with its accents or an emoji of several code points.
 * Source: Unicode Standard Annex 29; Bluesky counts this way (lexicon app.bsky.feed.post, `maxGraphemes`, 2026).
 */
export function countGraphemes(text: string): number {
  return plain.test(text) ? text.length : graphemesOf(text).length;
}

/**
 * Code points in NFC, most of them once, those of other scripts twice, an emoji twice and a link as 23.
 * Source: X, "Counting characters", with config/v3.json of twitter-text (2026).
 */
export function countOnX(text: string): number {
  const normal = text.normalize("NFC");
  const rest = normal.replace(link, "");
  const links = normal.match(link)?.length ?? 0;
  const domains = rest.match(bareDomain) ?? [];
  const shortOnes = domains.reduce((sum, domain) => sum + Math.max(0, linkLength - domain.length), 0);
  const weight = plain.test(rest)
    ? rest.length
    : graphemesOf(rest).reduce((sum, one) => sum + weightOnX(one), 0);
  return links * linkLength + shortOnes + weight;
}

/**
 * Characters as people see them; a link counts 23, and of another server's user only the name.
 * Source: Mastodon, docs.joinmastodon.org/user/posting and its composer's counter.ts (2026).
 */
export function countOnMastodon(text: string): number {
  const shown = text
    .replace(link, "x".repeat(linkLength))
    .replace(/(^|[^/\w])@([a-z0-9_]+)@[a-z0-9.-]+[a-z0-9]/gi, "$1@$2");
  return countGraphemes(shown);
}

/**
 * Characters, and emoji by their bytes in UTF-8.
 * Source: Meta, Threads API, "Posts", limitations (2026).
 */
export function countOnThreads(text: string): number {
  if (plain.test(text)) return text.length;
  return graphemesOf(text).reduce(
    (sum, one) => sum + (pictograph.test(one) ? Buffer.byteLength(one) : [...one].length),
    0,
  );
}

/**
 * UTF-16 units, in which most emoji are two or more.
 * Source: Buffer, "Character limits", for networks that say nothing themselves (2026).
 */
export function countUnits(text: string): number {
  return text.length;
}

function weightOnX(grapheme: string): number {
  if (!apart.test(grapheme) && (emoji ??= new RegExp("^\\p{RGI_Emoji}$", "v")).test(grapheme)) return 2;
  return [...grapheme].reduce((sum, point) => sum + (isLight(point) ? 1 : 2), 0);
}

/** A sign such as © is light by its number, but X may draw it as an emoji. */
function isLight(point: string): boolean {
  const number = point.codePointAt(0) ?? 0;
  return light.some(([from, to]) => from <= number && number <= to) && !pictograph.test(point);
}

/** Signs that count once by every rule, as in most texts: all that is light and apart, but © and ®, which may be emoji. */
const plain = /^[\n -\u00a8\u00aa-\u00ad\u00af-\u02ff\u2010-\u201f]*$/;

/** Signs that join no others: most texts in Latin letters hold nothing else, and finding graphemes takes long. */
const apart = /^[\n -\u02ff\u2010-\u2027]*$/u;

function graphemesOf(text: string): string[] {
  if (apart.test(text)) return [...text];
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}
