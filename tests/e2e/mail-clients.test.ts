import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { expectCode, tempToolkit } from "../support/cli.ts";

/** The mail programs that newsletters and emails are made for, as the data of caniemail.com names them. */
const clients = [
  "outlook.windows", // classic Outlook
  "outlook.outlook-com", // new Outlook for Windows and the web
  "outlook.macos",
  "outlook.ios",
  "outlook.android",
  "gmail.desktop-webmail",
  "gmail.ios",
  "gmail.android",
  "gmail.mobile-webmail",
  "apple-mail.macos",
  "apple-mail.ios",
  "samsung-email.android",
  "thunderbird.macos", // the one Thunderbird in the data
] as const;

interface Feature {
  readonly slug: string;
  readonly title: string;
  readonly category: "css" | "html" | "image" | "others";
  readonly stats: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
}
const data = JSON.parse(
  readFileSync(new URL("../../node_modules/caniemail/data/caniemail.json", import.meta.url), "utf8"),
) as { readonly data: readonly Feature[] };

/** The clients in which a feature is not said to work fully. */
function without({ stats }: Feature): string[] {
  return clients.filter((client) => {
    const [family = "", platform = ""] = client.split(".");
    return !/^y\b/.test(latest(stats[family]?.[platform] ?? {}));
  });
}

/** Versions stand in the order in which they were tested, but for whole numbers, which JavaScript moves to the front. */
function latest(tested: Readonly<Record<string, string>>): string {
  const versions = Object.keys(tested);
  if (versions.every((version) => Number(version) < 1000)) versions.sort((a, b) => Number(a) - Number(b));
  return tested[versions.at(-1) ?? ""] ?? "";
}

// ---- What the data says, by what may stand in a page --------------------------------------------------------------

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
function usesOf({ slug, title, category }: Feature): readonly string[] {
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

const features = new Map<string, Feature[]>();
for (const feature of data.data)
  for (const use of usesOf(feature)) features.set(use, [...(features.get(use) ?? []), feature]);

/** The features that a use needs: `border-left-color` falls under `border`. */
function featuresOf(use: string): readonly Feature[] {
  for (
    let name = use;
    name !== "";
    name = name.startsWith("property ") ? name.replace(/-?[^- ]*$/, "") : ""
  ) {
    const found = features.get(name);
    if (found) return found;
    if (name === "property ") return [];
  }
  return [];
}

// ---- What stands in our pages ----------------------------------------------------------------------------------------

function usesIn(page: string): Set<string> {
  const uses = new Set<string>();
  if (/^<!doctype html>/i.test(page)) uses.add("doctype");
  if (page.includes("<!--")) uses.add("comments");
  // Only classic Outlook reads what stands in its comments.
  const plain = page.replaceAll(/<!--[\s\S]*?-->/g, "");
  for (const [, sheet = ""] of plain.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)) stylesheet(sheet, uses);
  for (const [, name = "", rest = ""] of plain
    .replaceAll(/<style[\s\S]*?<\/style>/g, "<style>")
    .matchAll(/<([a-z]\w*)([^>]*)>/g)) {
    uses.add(`element ${name}`);
    if (name === "meta") uses.add(`meta ${/name="([^"]*)"/.exec(rest)?.[1] ?? "charset"}`);
    else
      for (const [, attribute = "", value = ""] of rest.matchAll(/([a-z-]+)="([^"]*)"/g))
        attributeUses(attribute, value, uses);
  }
  return uses;
}

function attributeUses(name: string, value: string, uses: Set<string>): void {
  uses.add(`attribute ${name}`);
  if (name === "style") declarations(value, uses);
  if (name === "href") uses.add(`scheme ${value.split(":", 1)[0]}`);
  if (name === "src") uses.add(`image ${/^data:image\/(\w+);/.exec(value)?.[1] ?? value}`);
}

function stylesheet(sheet: string, uses: Set<string>): void {
  for (const [, prelude = ""] of sheet.matchAll(/(@[^{}]*)\{/g)) {
    uses.add(/^@[\w-]+/.exec(prelude)?.[0] ?? prelude);
    for (const [, feature] of prelude.matchAll(/\(([\w-]+)/g)) uses.add(`media ${feature}`);
  }
  for (const [, selectors = "", rules = ""] of sheet.matchAll(/([^{}@]+)\{([^{}]*)\}/g)) {
    const list = selectors.split(",").map((one) => one.trim());
    if (list.length > 1) uses.add("selector grouping");
    for (const one of list) selectorUses(one, uses);
    declarations(rules, uses);
  }
}

function selectorUses(selector: string, uses: Set<string>): void {
  if (selector.includes(" ")) uses.add("selector descendant");
  if (/\.[\w-]+\./.test(selector)) uses.add("selector chaining");
  if (selector.includes("[")) uses.add("selector attribute");
  if (selector.includes(".")) uses.add("selector class");
  if (/(^|\s)[a-z]/.test(selector)) uses.add("selector type");
  for (const [sign] of selector.matchAll(/::?[\w-]+|[>+~#*]/g)) uses.add(sign);
}

function declarations(rules: string, uses: Set<string>): void {
  for (const rule of rules.split(";").filter((one) => one.trim() !== "")) {
    const [name = "", value = ""] = rule.split(/:(.*)/s).map((part) => part.trim());
    uses.add(`property ${name}`);
    const whole = `property ${name}: ${value.replace(/ *!important$/, "")}`;
    if (features.has(whole)) uses.add(whole);
    if (value.endsWith("!important")) uses.add("keyword !important");
    for (const [, unit] of value.matchAll(/(?<![\w#])-?[\d.]+([a-z%]+)/g)) uses.add(`unit ${unit}`);
    for (const [, called] of value.matchAll(/([\w-]+)\(/g)) uses.add(`function ${called}`);
  }
}

// ---- What is used all the same ---------------------------------------------------------------------------------------

const windows = ["outlook.windows"];
const web = ["outlook.outlook-com"];
const macos = ["outlook.macos"];
const phones = ["outlook.ios", "outlook.android"];
const gmailWeb = ["gmail.desktop-webmail"];
const gmailApps = ["gmail.ios", "gmail.android"];
const gmailPhoneWeb = ["gmail.mobile-webmail"];
const gmail = [...gmailWeb, ...gmailApps, ...gmailPhoneWeb];
const apple = ["apple-mail.macos", "apple-mail.ios"];
const samsung = ["samsung-email.android"];
const thunderbird = ["thunderbird.macos"];
const outlook = [...windows, ...web, ...macos, ...phones];

interface Exception {
  /** Exactly the clients that do not support it fully. */
  readonly lack: readonly string[];
  readonly why: string;
}

const sheets = "The style sheet in the head only adds to what stands in the elements: phones, dark mode.";
const notInAccounts = `${sheets} The Gmail apps leave it out for addresses of other providers.`;

const exceptions: Readonly<Record<string, Exception>> = {
  "css-at-media": {
    lack: [...outlook, ...gmail, ...samsung, ...thunderbird],
    why: `${sheets} No sheet nests one @media in another or asks for a height, which most of these lack.`,
  },
  "css-at-media-prefers-color-scheme": {
    lack: [...windows, ...gmail, ...thunderbird],
    why: "Dark mode; the others turn colours round by themselves or stay light.",
  },
  "css-border": {
    lack: windows,
    why: "Borders are at most 4 px; on headings and quotations they are decoration.",
  },
  "css-border-radius": { lack: windows, why: "The button's corners are square there." },
  "css-box-shadow": {
    lack: [...windows, ...gmail],
    why: "A white rim for logos in dark mode; the white behind them stays.",
  },
  "css-box-sizing": {
    lack: [...windows, ...gmailPhoneWeb],
    why: "For the button on phones; it is narrower there.",
  },
  "css-color-scheme": {
    lack: [...outlook, ...gmail],
    why: "Tells Apple Mail, Samsung and Thunderbird that there is a dark mode; others do not ask.",
  },
  "css-display": {
    lack: [...windows, ...gmailApps],
    why: "Only none, block, inline and inline-block: Gmail knows these, and for Outlook the cell around the button counts.",
  },
  "css-display-none": {
    lack: [...windows, ...gmailPhoneWeb],
    why: "For text without tables in it, which Outlook hides; where it shows, it is one tiny line, or the name of a column.",
  },
  "css-font-size": { lack: [...windows, ...samsung], why: "Only px, which both know." },
  "css-font-weight": { lack: windows, why: "Only bold and normal, which it knows." },
  "css-height": { lack: windows, why: "For cells and pictures, where it works." },
  "css-important": {
    lack: [...windows, ...gmail],
    why: `${notInAccounts} It is in small letters, after a space, and never in an element.`,
  },
  "css-line-height": { lack: windows, why: "Lines are a little higher there." },
  "css-margin": {
    lack: [...outlook, ...gmail],
    why: "Never negative; auto centres the page, which a table of its own does for classic Outlook.",
  },
  "css-max-width": {
    lack: windows,
    why: "A table of 600 px around the page, and the widths of pictures, stand in there.",
  },
  "css-overflow": {
    lack: [...outlook, ...gmail, ...apple, ...samsung],
    why: "For tables, sideways, should a phone not read the style sheet: the data marks what is not used, such as overflow-block.",
  },
  "css-overflow-wrap": {
    lack: [...outlook, ...gmail, ...apple, ...thunderbird],
    why: "Breaks words longer than a line; word-wrap and word-break stand beside it for those that want them.",
  },
  "css-padding": {
    lack: windows,
    why: "It works on cells, where it counts; lists get their indent in a style of its own.",
  },
  "css-selector-attribute": {
    lack: [...outlook, ...gmail],
    why: "[data-ogsc] and [data-ogsb] are put in by Outlook's own dark mode; nobody else has them.",
  },
  "css-selector-class": { lack: [...gmailApps, ...gmailPhoneWeb], why: notInAccounts },
  "css-selector-descendant": { lack: [...gmailApps, ...gmailPhoneWeb], why: notInAccounts },
  "css-selector-grouping": { lack: [...gmailApps, ...gmailPhoneWeb], why: notInAccounts },
  "css-selector-type": { lack: [...gmailApps, ...gmailPhoneWeb], why: notInAccounts },
  "css-table-layout": {
    lack: [...windows, ...macos, ...gmailPhoneWeb, ...thunderbird],
    why: "Holds the page to its width when a word is longer than that.",
  },
  "css-text-align": {
    lack: [...windows, ...gmailApps],
    why: "Never start or end: left and right change places by language.",
  },
  "css-text-decoration": {
    lack: [...windows, ...gmailApps],
    why: "One value, underline or none, which they know.",
  },
  "css-width": {
    lack: windows,
    why: "For tables and cells, where it works; pictures have the attribute as well.",
  },
  "css-word-break": {
    lack: [...web, ...macos, ...phones, ...gmailApps, ...gmailPhoneWeb, ...apple, ...samsung],
    why: "Only normal: takes back what Apple Mail sets, so that words break as overflow-wrap says.",
  },
  "css-word-wrap": {
    lack: [...windows, ...macos, "outlook.android", ...gmail, ...samsung, ...thunderbird],
    why: "The older name of overflow-wrap, for Outlook on the web; Gmail breaks long words anyway.",
  },
  "html-aria-label": {
    lack: thunderbird,
    why: "The subject as the message's name; it also stands in the title.",
  },
  "html-body": {
    lack: [...outlook.slice(1), ...gmail],
    why: "It becomes a <div>; the first table has the same styles.",
  },
  "html-dir": { lack: [...windows, ...gmailPhoneWeb], why: "Never on links, where Outlook has its fault." },
  "html-doctype": {
    lack: [...windows, ...samsung, ...thunderbird],
    why: "Without it nothing looks different.",
  },
  "html-height": { lack: windows, why: "Of pictures, in pixels; its faults are with per cent." },
  "html-img": { lack: thunderbird, why: "Not known to the data; Thunderbird shows pictures." },
  "html-lists": {
    lack: [...outlook, ...gmail],
    why: "Only reversed and value are lacking, which are not used.",
  },
  "html-meta-color-scheme": {
    lack: [...outlook, ...gmail, "apple-mail.ios", ...samsung],
    why: "Tells Apple Mail that there is a dark mode; others do not ask.",
  },
  "html-style": { lack: [...windows, ...gmail], why: `${notInAccounts} They all stand in the head.` },
  "html-width": {
    lack: windows,
    why: "In pixels, and of tables in per cent; its faults are with pictures in per cent.",
  },
};

const asOld = "As old as HTML mail itself: the data does not ask.";
/** What the data says nothing about. */
const unlisted: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...["a", "br", "em", "head", "html", "meta", "sup", "title"].map((name) => `element ${name}`),
      ...["alt", "border", "class", "href", "scope", "src", "start", "style"].map(
        (name) => `attribute ${name}`,
      ),
      "property color",
      "scheme https",
      "meta charset",
    ].map((use) => [use, asOld]),
  ),
  "attribute aria-roledescription":
    "Screen readers that know it say that this is an email; others say article.",
  "media max-width": "The data judges @media as a whole.",
  "meta format-detection": "Keeps iOS from making links of numbers and dates; others do not ask.",
  "meta viewport": "Lets phones show the page in their own width; others do not ask.",
  "meta x-apple-disable-message-reformatting": "Keeps older iOS from scaling the page; others do not ask.",
  "property -webkit-text-size-adjust": "Keeps iOS from enlarging single lines; others do not ask.",
  "property mso-padding-alt": "The room around the button's words in classic Outlook; others do not ask.",
};

describe("what newsletters and emails are made of", async () => {
  const sampler = tempToolkit("sampler");
  const run = await sampler.run("render", "2026-11", "--variant", "newsletter,email", "--format", "html");
  const pages = sampler.list("out/everything").filter((name) => name.endsWith(".html"));
  const uses = new Set(pages.flatMap((name) => [...usesIn(sampler.read(`out/everything/${name}`))]));
  const needed = new Map(
    [...uses].flatMap((use) => featuresOf(use).map((feature) => [feature.slug, feature] as const)),
  );

  it("holds everything that Markdown and the templates can write", () => {
    expectCode(run, 0);
    expect(pages).toEqual(["email.html", "email.makers.html", "email.readers.html", "newsletter.html"]);
    for (const element of [
      "table",
      "ul",
      "ol",
      "blockquote",
      "code",
      "del",
      "sup",
      "img",
      "hr",
      "h6",
      "span",
    ])
      expect(uses).toContain(`element ${element}`);
  });

  it("is supported by every mail program, or an addition that may be missing", () => {
    const lacking = [...needed.values()].map((feature) => [feature.slug, without(feature)] as const);
    const found = Object.fromEntries(lacking.filter(([, names]) => names.length > 0));
    const known = Object.fromEntries(Object.entries(exceptions).map(([slug, { lack }]) => [slug, [...lack]]));
    expect(found).toEqual(known);
  });

  it("is known to the data, but for what is listed here", () => {
    const unknown = [...uses].filter((use) => featuresOf(use).length === 0);
    expect(unknown.toSorted()).toEqual(Object.keys(unlisted).toSorted());
  });

  it("has a reason for each exception", () => {
    const reasons = [...Object.values(exceptions).map(({ why }) => why), ...Object.values(unlisted)];
    for (const why of reasons) expect(why).toMatch(/^[A-Z[].{20,}\.$/s);
  });
});
