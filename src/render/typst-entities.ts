/** Names of the characters U+00A0 to U+00FF, in order. Source: HTML 4.01, section 24.2. */
const latin = `nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3
acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig
Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave
Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave
iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml`;

/** The rest of what people type by name: those of HTML 4.01 and the Welsh letters of HTML 5. */
const others = `amp & lt < gt > quot " apos ' OElig Œ oelig œ Scaron Š scaron š Yuml Ÿ fnof ƒ circ ˆ tilde ˜ ndash –
mdash — lsquo ‘ rsquo ’ sbquo ‚ ldquo “ rdquo ” bdquo „ dagger † Dagger ‡ bull • hellip … permil ‰ prime ′ Prime ″
lsaquo ‹ rsaquo › euro € trade ™ larr ← uarr ↑ rarr → darr ↓ harr ↔ minus − infin ∞ asymp ≈ ne ≠ le ≤ ge ≥ radic √
micro µ alpha α beta β gamma γ delta δ Delta Δ mu μ Omega Ω pi π check ✓ Wcirc Ŵ wcirc ŵ Ycirc Ŷ ycirc ŷ`;

const spaces = {
  ensp: "\u2002",
  emsp: "\u2003",
  thinsp: "\u2009",
  zwnj: "\u200c",
  zwj: "\u200d",
  lrm: "\u200e",
  rlm: "\u200f",
};

const named = new Map<string, string>([
  ...latin.split(/\s+/).map((name, i): [string, string] => [name, String.fromCodePoint(0xa0 + i)]),
  ...pairs(others.split(/\s+/)),
  ...Object.entries(spaces),
]);

/**
 * The character references of Markdown as the characters they stand for: `&amp;`, `&#233;`, `&#xe9;`. A name that is not
 * known stays as typed, as it does on a web page.
 */
export function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w+));/g,
    (typed, decimal, hexadecimal, name) => {
      if (name !== undefined) return named.get(name as string) ?? typed;
      return codePoint(decimal === undefined ? Number.parseInt(hexadecimal as string, 16) : Number(decimal));
    },
  );
}

/** Source: CommonMark 0.31, section 2.5: what is no character becomes U+FFFD. */
function codePoint(number: number): string {
  const none = number === 0 || number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff);
  return none ? "\ufffd" : String.fromCodePoint(number);
}

function pairs(words: readonly string[]): [string, string][] {
  return words.flatMap((word, i): [string, string][] => (i % 2 === 0 ? [[word, words[i + 1] ?? ""]] : []));
}
