import { readFile } from "node:fs/promises";
import { programs, type Program } from "./programs.ts";

/** Something that mail may use, and who knows it. */
export interface Feature {
  readonly slug: string;
  readonly title: string;
  /** The programs in which it is not said to work fully. */
  readonly lacking: readonly Program[];
  /** Those of them in which it does not work at all. */
  readonly without: readonly Program[];
}

/** Tells the features that a use needs, such as `property border-left-color` or `element video`. */
export type FeaturesOf = (use: string) => readonly Feature[];

type Row = readonly [
  slug: string,
  title: string,
  category: "css" | "html" | "image" | "others",
  support: string,
];

/** Reads the data that stands in the package. `npm run generate` makes it from that of caniemail.com. */
export async function readFeatures(): Promise<FeaturesOf> {
  const file = new URL(import.meta.resolve("#package/data/mail-programs.json"));
  const { features: rows } = JSON.parse(await readFile(file, "utf8")) as {
    readonly features: readonly Row[];
  };
  const features = new Map<string, Feature[]>();
  for (const [slug, title, category, support] of rows) {
    const among = (test: (letter: string | undefined) => boolean) =>
      programs.filter((_, at) => test(support[at]));
    const feature = {
      slug,
      title,
      lacking: among((letter) => letter !== "y"),
      without: among((letter) => letter === "n"),
    };
    for (const use of usesOf(slug, title, category))
      features.set(use, [...(features.get(use) ?? []), feature]);
  }
  return (use) => lookUp(features, use);
}

/** `border-left-color` falls under `border`. A value of its own is known only where the data speaks of it. */
function lookUp(features: ReadonlyMap<string, readonly Feature[]>, use: string): readonly Feature[] {
  for (let name = use; name !== "" && name !== "property ";) {
    const found = features.get(name);
    if (found) return found;
    name = /^property [^:]*$/.test(name) ? name.replace(/-?[^- ]*$/, "") : "";
  }
  return [];
}

const bySlug: Readonly<Record<string, readonly string[]>> = {
  "css-important": ["keyword !important"],
  "css-selector-attribute": ["selector attribute"],
  "css-selector-chaining": ["selector chaining"],
  "css-selector-class": ["selector class"],
  "css-selector-descendant": ["selector descendant"],
  "css-selector-grouping": ["selector grouping"],
  "css-selector-type": ["selector type"],
  "css-unit-calc": ["function calc"],
  "css-unit-percent": ["unit %"],
  "css-variables": ["function var"],
  "html-address": ["element address"],
  "html-comments": ["comments"],
  "html-doctype": ["doctype"],
  "html-h1-h6": ["h1", "h2", "h3", "h4", "h5", "h6"].map((name) => `element ${name}`),
  "html-lists": ["ul", "ol", "li", "dl", "dt", "dd"].map((name) => `element ${name}`),
  "html-mailto-links": ["scheme mailto"],
  "html-meta-color-scheme": ["meta color-scheme"],
  "html-table": ["table", "thead", "tbody", "tr", "th", "td"].map((name) => `element ${name}`),
};

/** What a feature speaks of, told from its title. */
function usesOf(slug: string, title: string, category: Row[2]): readonly string[] {
  if (bySlug[slug]) return bySlug[slug];
  if (category === "image") return [`image ${/^(\w+)/.exec(title)?.[1]?.toLowerCase()}`];
  if (category === "html") {
    const attribute = /^([a-z-]+) attribute$/.exec(title)?.[1];
    return attribute
      ? [`attribute ${attribute}`]
      : [...title.matchAll(/<(\w+)>/g)].map(([, name]) => `element ${name}`);
  }
  const value = /^([a-z-]+): ?([a-z-]+)$/.exec(title);
  if (value) return [`property ${value[1]}: ${value[2]}`];
  if (title.startsWith("@media ("))
    return [...title.matchAll(/\(([\w-]+)\)/g)].map(([, name]) => `media ${name}`);
  if (/^[@:]/.test(title)) return [title];
  const unit = /^(\w+) unit$/.exec(title)?.[1];
  if (unit) return [`unit ${unit}`];
  const called = [...title.matchAll(/([a-z-]+)\(\)/g)].map(([, name]) => `function ${name}`);
  if (called.length > 0) return called;
  return title
    .replace(/ (?:CSS )?(?:property|shorthand)$/, "")
    .split(/, | & /)
    .map((name) => `property ${name.trim()}`);
}
