/** What a link may lead to. Everything else is shown as text, never as a link. */
const linkable = /^(?:https?:\/\/[^/?#]|(?:mailto|tel):.)/i;

/** What browsers and mail programs skip when they read an address, and what hides in it unseen. */
const unseen = /[\p{Cc} \u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]+/gu;

/** The scheme of an address in small letters, or nothing when it has none: `java\nscript:x` gives `javascript`. */
export function schemeOf(href: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):/i.exec(href.replace(unseen, ""))?.[1]?.toLowerCase();
}

/** The address as it may stand in `href`, or nothing when it is not https, http, mailto or tel. */
export function safeAddress(href: string): string | undefined {
  const trimmed = href.trim().toWellFormed();
  if (!linkable.test(trimmed)) return undefined;
  // Only around an address of numbers, `[fd00::1]`, may brackets stand as they are.
  return encodeURI(trimmed)
    .replaceAll("%25", "%")
    .replace(/^(https?:\/\/(?:[^/?#]*@)?)%5B([\da-f:.]+)%5D/i, "$1[$2]");
}

/** Latin-1 from 160 on, in order, by their HTML names. */
const latin1 =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute " +
  "micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig " +
  "Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash " +
  "Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute " +
  "ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc " +
  "uuml yacute thorn yuml";

const named: ReadonlyMap<string, string> = new Map([
  ...latin1.split(" ").map((name, i) => [name, String.fromCharCode(160 + i)] as const),
  ...Object.entries({
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    Tab: "\t",
    NewLine: "\n",
    colon: ":",
    sol: "/",
    lpar: "(",
    rpar: ")",
    lsqb: "[",
    rsqb: "]",
    lowbar: "_",
    ast: "*",
    num: "#",
    commat: "@",
    OElig: "Œ",
    oelig: "œ",
    Scaron: "Š",
    scaron: "š",
    Yuml: "Ÿ",
    Wcirc: "Ŵ",
    wcirc: "ŵ",
    Ycirc: "Ŷ",
    ycirc: "ŷ",
    ensp: "\u2002",
    emsp: "\u2003",
    thinsp: "\u2009",
    zwnj: "\u200c",
    zwj: "\u200d",
    ndash: "–",
    mdash: "—",
    lsquo: "‘",
    rsquo: "’",
    sbquo: "‚",
    ldquo: "“",
    rdquo: "”",
    bdquo: "„",
    dagger: "†",
    Dagger: "‡",
    bull: "•",
    hellip: "…",
    permil: "‰",
    prime: "′",
    Prime: "″",
    euro: "€",
    trade: "™",
    larr: "←",
    uarr: "↑",
    rarr: "→",
    darr: "↓",
    minus: "−",
    le: "≤",
    ge: "≥",
    ne: "≠",
    asymp: "≈",
    infin: "∞",
    check: "✓",
    alpha: "α",
    beta: "β",
    gamma: "γ",
    delta: "δ",
    mu: "μ",
  }),
]);

const reference = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]*));/g;

/** Resolves character references. A name we do not know stays as it was typed, in every format. */
export function decodeReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(reference, (typed, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named.get(name) ?? typed;
    return character(decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal));
  });
}

function character(code: number): string {
  const control = (code < 32 && code !== 9 && code !== 10) || (code >= 127 && code < 160);
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return control || surrogate || code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
}
