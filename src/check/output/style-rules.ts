/** The stylesheets of a page, without comments, by when they count. */
export interface PageStyles {
  readonly always: string;
  readonly dark: string;
}

/** What an element has only while it is pointed at, or where Outlook has put in a mark of its own. */
const isForFew = /\[data-ogs[cb]\]|:(?:hover|focus|active|visited)/i;
/** What words look like depends on these alone. */
const isLook = /(?:^|[\s;{])(?:color|background|font|display|visibility)\b(?!-scheme)/i;

/** Sorts the rules of a page's stylesheets; those for phones, print and the like are left out. */
export function stylesOf(sheets: readonly string[]): PageStyles {
  let always = "";
  let dark = "";
  for (const { prelude, block } of sheets.flatMap(topRules)) {
    if (!prelude.startsWith("@")) {
      const selectors = prelude.split(",").filter((selector) => !isForFew.test(selector));
      if (selectors.length > 0 && isLook.test(block)) always += `${selectors.join(",")}{${block}}\n`;
    } else if (/^@media\b.*prefers-color-scheme\s*:\s*dark/is.test(prelude)) dark += `${block}\n`;
  }
  return { always, dark };
}

interface Rule {
  readonly prelude: string;
  readonly block: string;
  /** True when an @ rule stands inside. */
  readonly nests: boolean;
}

/** The outermost rules of a stylesheet. */
export function topRules(css: string): Rule[] {
  const plain = css
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/@(?:import|charset|namespace)[^;{}]*;/g, "");
  const rules: Rule[] = [];
  let depth = 0;
  let from = 0;
  let prelude = "";
  for (const { 0: bracket, index } of plain.matchAll(/[{}]/g)) {
    if (bracket === "{") {
      depth += 1;
      if (depth > 1) continue;
      prelude = plain.slice(from, index).trim();
      from = index + 1;
    } else if (depth > 0) {
      depth -= 1;
      if (depth > 0) continue;
      const block = plain.slice(from, index);
      rules.push({ prelude, block, nests: prelude.startsWith("@") && block.includes("@") });
      from = index + 1;
    }
  }
  return rules;
}

/** The declarations of an element's style: later ones win over earlier ones, important ones over all. */
export function declarationsOf(style: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const important = new Set<string>();
  for (const one of style.split(/;(?![^(]*\))/)) {
    const [name = "", value = ""] = one.split(/:(.*)/s).map((part) => part.trim());
    if (value === "") continue;
    const key = name.toLowerCase();
    const isImportant = /\s*!\s*important$/i.test(value);
    if (important.has(key) && !isImportant) continue;
    if (isImportant) important.add(key);
    found.delete(key);
    found.set(key, value.replace(/\s*!\s*important$/i, ""));
  }
  // What is important comes last, so that it wins over a shorthand as well.
  for (const key of important) {
    const value = found.get(key) ?? "";
    found.delete(key);
    found.set(key, value);
  }
  return found;
}
