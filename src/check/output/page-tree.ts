/** An element of a page as a browser would build it. */
export interface PageElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly parent: PageElement | undefined;
  readonly children: (PageElement | string)[];
  /** Where it begins and ends in the page. */
  readonly start: number;
  end: number;
}

const empty = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
const raw = new Set("style script title textarea".split(" "));

/** What ends by itself where another begins. Source: HTML, 13.1.2.4, optional tags. */
const blocks =
  "address article aside blockquote div dl fieldset footer form h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section table ul";
const endedBy: Readonly<Record<string, ReadonlySet<string>>> = {
  p: new Set(blocks.split(" ")),
  li: new Set(["li"]),
  dt: new Set(["dt", "dd"]),
  dd: new Set(["dt", "dd"]),
  td: new Set(["td", "th", "tr", "tbody", "tfoot"]),
  th: new Set(["td", "th", "tr", "tbody", "tfoot"]),
  tr: new Set(["tr", "tbody", "tfoot"]),
  thead: new Set(["tbody", "tfoot"]),
  tbody: new Set(["tbody", "tfoot"]),
  head: new Set(["body"]),
};

const token =
  /<!--[\s\S]*?-->|<![^>]*>|<(?<close>\/?)(?<name>[a-zA-Z][^\s/>]*)(?<attributes>(?:[^"'>]|"[^"]*"|'[^']*')*)>/g;
const attribute = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

/** Reads a page. Comments are left out, those for Outlook too. */
export function readPage(html: string): PageElement {
  return new PageReader(html).read();
}

class PageReader {
  readonly #html: string;
  readonly #root: PageElement;
  #at: PageElement;
  /** How far the page has been read. */
  #done = 0;

  constructor(html: string) {
    this.#html = html;
    const end = html.length;
    this.#root = { name: "", attributes: new Map(), parent: undefined, children: [], start: 0, end };
    this.#at = this.#root;
  }

  read(): PageElement {
    const reader = new RegExp(token);
    for (let found = reader.exec(this.#html); found; found = reader.exec(this.#html)) {
      const { close, name, attributes = "" } = found.groups ?? {};
      this.#text(found.index);
      this.#done = reader.lastIndex;
      if (name === undefined) continue;
      if (close) this.#close(name.toLowerCase(), found.index);
      else this.#open(name.toLowerCase(), attributes, found.index);
      reader.lastIndex = this.#done;
    }
    this.#text(this.#html.length);
    while (this.#at.parent) this.#leave(this.#html.length);
    return this.#root;
  }

  #text(to: number): void {
    if (to > this.#done) this.#at.children.push(this.#html.slice(this.#done, to));
    this.#done = to;
  }

  #leave(to: number): void {
    this.#at.end = to;
    this.#at = this.#at.parent ?? this.#root;
  }

  #close(name: string, start: number): void {
    if (!isInside(this.#at, name)) return;
    while (this.#at.name !== name) this.#leave(start);
    this.#leave(this.#done);
  }

  #endBefore(name: string, start: number): void {
    if (!endedBy[this.#at.name]?.has(name)) return;
    this.#leave(start);
    this.#endBefore(name, start);
  }

  #open(name: string, attributes: string, start: number): void {
    this.#endBefore(name, start);
    const element: PageElement = {
      name,
      attributes: attributesOf(attributes),
      parent: this.#at,
      children: [],
      start,
      end: this.#done,
    };
    this.#at.children.push(element);
    if (empty.has(name) || attributes.endsWith("/")) return;
    this.#at = element;
    if (!raw.has(name)) return;
    const end = new RegExp(`</${name}`, "i").exec(this.#html.slice(this.#done));
    this.#text(end ? this.#done + end.index : this.#html.length);
  }
}

function isInside(at: PageElement | undefined, name: string): boolean {
  for (let one = at; one; one = one.parent) if (one.name === name) return true;
  return false;
}

function attributesOf(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(attribute)].map(([, name = "", double, single, bare]) => [
      name.toLowerCase(),
      plain(double ?? single ?? bare ?? ""),
    ]),
  );
}

/** Every element, in the order of the page. */
export function elementsOf(element: PageElement): PageElement[] {
  const found: PageElement[] = [];
  const visit = (one: PageElement) => {
    for (const child of one.children) {
      if (typeof child === "string") continue;
      found.push(child);
      visit(child);
    }
  };
  visit(element);
  return found;
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  nbsp: " ",
  zwnj: "",
};

/** Text without its entities. */
export function plain(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code: string | undefined, name: string | undefined) =>
    code === undefined
      ? (entities[name ?? ""] ?? whole)
      : String.fromCodePoint(Math.min(Number(code), 0x10ffff)),
  );
}
