/** Where in an HTML page a piece of a template stands, as a browser's reader would see it. */
export interface HtmlPlace {
  readonly mode: "text" | "tag" | "value" | "comment" | "raw";
  /** In `tag` and `value`, the element's name; in `raw`, `style`, `script`, `title` or `textarea`. */
  readonly element: string;
  /** In `value`, the attribute's name; in `tag`, what has been read of one. */
  readonly attribute: string;
  /** In `value`, the quotation mark, or empty when there is none. */
  readonly quote: string;
  /** In `value`, what stands before. */
  readonly before: string;
}

/** Where a template begins. */
export const inText: HtmlPlace = { mode: "text", element: "", attribute: "", quote: "", before: "" };

/** Their content is no markup: it ends at their own end tag alone. Source: HTML, 13.2.5, RCDATA and raw text. */
const rawElements: ReadonlySet<string> = new Set(["style", "script", "title", "textarea"]);

/** Where one is after a piece of a page. */
export function after(place: HtmlPlace, piece: string): HtmlPlace {
  let at = place;
  for (let rest = piece; rest !== "";) {
    const [next, length] = step(at, rest);
    at = next;
    rest = rest.slice(length);
  }
  return at;
}

/** The place after the next few characters, and how many they are. */
function step(at: HtmlPlace, rest: string): [place: HtmlPlace, length: number] {
  switch (at.mode) {
    case "text": {
      const [whole = rest, comment, element] = /^[^]*?<(?:(!--)|\/?([a-z][^\s/>]*))/i.exec(rest) ?? [];
      if (comment) return [{ ...inText, mode: "comment" }, whole.length];
      if (element === undefined) return [opensName(rest) ? { ...inText, mode: "tag" } : at, rest.length];
      const name = whole.includes("</") ? "/" : element.toLowerCase();
      return [{ ...inText, mode: "tag", element: name }, whole.length];
    }
    case "comment":
      return until(rest, /-->/, at, inText);
    case "raw":
      return until(rest, new RegExp(`</${at.element}\\s*>`, "i"), at, inText);
    case "value":
      return value(at, rest);
    case "tag":
      return tag(at, rest);
  }
}

/** A `<` or `</` right before a value: it would be the element's name. */
function opensName(text: string): boolean {
  return /<\/?$/.test(text);
}

function until(rest: string, end: RegExp, at: HtmlPlace, then: HtmlPlace): [HtmlPlace, number] {
  const found = end.exec(rest);
  return found ? [then, found.index + found[0].length] : [at, rest.length];
}

function tag(at: HtmlPlace, rest: string): [HtmlPlace, number] {
  const end = /^\s*\/?>/.exec(rest);
  if (end) {
    const isRaw = rawElements.has(at.element);
    return [isRaw ? { ...inText, mode: "raw", element: at.element } : inText, end[0].length];
  }
  const start = /^\s*=\s*(["']?)/.exec(rest);
  if (start && at.attribute !== "") return [{ ...at, mode: "value", quote: start[1] ?? "" }, start[0].length];
  const name = /^[^\s=>/"']+/.exec(rest);
  if (name) return [{ ...at, attribute: name[0].toLowerCase() }, name[0].length];
  return [/^\s/.test(rest) && !/^\s+=/.test(rest) ? { ...at, attribute: "" } : at, 1];
}

function value(at: HtmlPlace, rest: string): [HtmlPlace, number] {
  const end = at.quote === "" ? /[\s>]/ : new RegExp(at.quote);
  const found = end.exec(rest);
  if (!found) return [{ ...at, before: at.before + rest }, rest.length];
  const done: HtmlPlace = { ...at, mode: "tag", attribute: "", quote: "", before: "" };
  return [done, found.index + at.quote.length];
}
