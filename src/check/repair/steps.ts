type Lines = readonly string[];

/** Front matter that a word processor has set between dashes of its own. */
export function straightDelimiters(lines: Lines): string[] {
  const isDashes = (line: string) =>
    /^[-–—]{1,3}[ \t]*$/.test(line) && (/[–—]/.test(line) || line.trim() === "---");
  const close = lines.findIndex((line, at) => at > 0 && isDashes(line));
  if (!isDashes(lines[0] ?? "") || close === -1) return [...lines];
  // A line of its own between keys is not the end: the keys behind it would become text.
  const rest = lines.slice(close + 1);
  const next = rest.findIndex(isDashes);
  const end = next === -1 ? rest.findIndex((line) => line.trim() === "") : next;
  if (rest.slice(0, end === -1 ? rest.length : end).some((line) => /^[a-z][\w-]*:(?:\s|$)/.test(line)))
    return [...lines];
  return lines.map((line, at) => (at === 0 || at === close ? "---" : line));
}

/** YAML does not take tabs before a key. */
export function tabsAsSpaces(lines: Lines): string[] {
  return lines.map((line) =>
    line.replace(/^[ \t\u00a0]+/, (indent) => indent.replaceAll("\t", "  ").replaceAll("\u00a0", " ")),
  );
}

/** Keys whose values are never prose, so that quotes around them are never part of the words. */
const plainKeys =
  "checked|cycle|date|design|email|file|from|on|order|phone|pin|priority|published|review|short|status|to|topic|url";
const endsInPlainKey = new RegExp(`(?:^|\\.)(?:${plainKeys})$`);
const quotedValue = (keys: string) =>
  new RegExp(`^([ \\t]*(?:- +)?(?:${keys}):[ \\t]+)[“”„]([^“”„"\\\\]*)[“”]([ \\t]*)$`);
const anyValue = quotedValue("[\\w-]+");
const plainValue = quotedValue(plainKeys);
const quotedItem = /^([ \t]*- +)[“”„]([^“”„"\\]*)[“”]([ \t]*)$/;

/** Straight quotes around the values that cannot be read without: in all others they may be part of the words. */
export function straightFaultyValues(lines: Lines, isFaulty: (line: string) => boolean): string[] {
  return lines.map((line) => {
    const straight = line.replace(anyValue, '$1"$2"$3').replace(quotedItem, '$1"$2"$3');
    return straight !== line && isFaulty(line.trim()) ? straight : line;
  });
}

/** Straight quotes around values that cannot be prose. */
export function straightPlainValues(lines: Lines): string[] {
  return lines.map((line) => line.replace(plainValue, '$1"$2"$3'));
}

/** The value of such a key without the curly quotes around it. */
export function unquotedPlainValue(text: string, key: string): string {
  return endsInPlainKey.test(key) ? text.replace(/^[“”„]([^“”„"\\]*)[“”]$/, "$1") : text;
}

/** Characters without width, and fixed spaces where a plain one would do. One between two words may be meant. */
export function withoutUnseen(lines: Lines): string[] {
  return outsideBlocks(lines, (line) =>
    outsideCode(line.replace(unseenEnd, lineBreak), (text) =>
      text.replace(/[\u200b\u2060\ufeff]/g, "").replace(/\u00a0(?=[\u00a0 \t])|(?<=[\u00a0 \t])\u00a0/g, " "),
    ).replace(/^\u00a0+/, (found) => " ".repeat(found.length)),
  );
}

const unseenEnd = /[ \t]*[\u00a0\u200b\u2060\ufeff][ \t\u00a0\u200b\u2060\ufeff]*$/;

/** Two plain spaces at the end break the line, and go on to do so; others must not begin to. */
function lineBreak(end: string): string {
  return / {2,}$/.exec(end)?.[0] ?? "";
}

/** `[words](address “title”)` is no link, and `[words](“address”)` leads nowhere. */
export function straightLinkQuotes(lines: Lines): string[] {
  return outsideBlocks(lines, (line) =>
    outsideCode(line, (text) =>
      straightTitles(text, (address, title) => `](${address}${title})`).replace(
        /(?<=\]\()[^\s()<>]+(?=\))/g,
        straightAddress,
      ),
    ),
  );
}

/** @param ending what comes behind the words of a link, from `]` on */
export function straightTitles(text: string, ending: (address: string, title: string) => string): string {
  return text.replace(
    /\]\(([^\s()“”„"]+)([ \t]+)[“”„]([^“”„"()]*)[“”]\)/g,
    (typed, address: string, gap: string, title: string) =>
      /[/.:#]/.test(address) ? ending(address, `${gap}"${title}"`) : typed,
  );
}

/** Words in quotes after brackets are words: only what is written as an address is taken for one. */
export function straightAddress(typed: string): string {
  const address = /^[“”„]([^“”„"]+)[“”]$/.exec(typed)?.[1];
  return address !== undefined && isAddress.test(address) ? address : typed;
}

/** `https:…`, `/page`, `#part`, `page.md`: but neither `and/or` nor `e.g.` nor `10:30`. */
const isAddress =
  /^(?:(?:https?|mailto|tel):|www\.|\.{0,2}\/|#)[^.]|^[\w/-]+(?:\.[\w/-]+)*\.[a-z]{2,}(?:[/?#]|$)/i;

/** Two spaces at the end of a line break it where another line follows: they stay. */
export function withoutEndSpaces(lines: Lines): string[] {
  return outsideBlocks(lines, (line, next) =>
    / {2,}$/.test(line) && line.trim() !== "" && next.trim() !== "" ? line : line.trimEnd(),
  );
}

export function withoutAnyEndSpaces(lines: Lines): string[] {
  return lines.map((line) => line.trimEnd());
}

/** Changes lines, but none inside a block of code. */
export function outsideBlocks(lines: Lines, change: (line: string, next: string) => string): string[] {
  let fence = "";
  return lines.map((line, at) => {
    const mark = /^(?:[ \t>]|[-*+][ \t]|\d+[.)][ \t])*(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence === "" && mark?.[1] !== undefined && !(mark[1].startsWith("`") && mark[2]?.includes("`"))) {
      fence = mark[1];
      return line;
    }
    if (fence === "") return change(line, lines[at + 1] ?? "");
    if (mark?.[1]?.startsWith(fence) && mark[2]?.trim() === "") fence = "";
    return line;
  });
}

/** Changes a line, but no code in it. */
export function outsideCode(line: string, change: (text: string) => string): string {
  if (!line.includes("`")) return change(line);
  return line
    .split(/(`+[^`]+`+)/)
    .map((part, at) => (at % 2 === 1 ? part : change(part)))
    .join("");
}
