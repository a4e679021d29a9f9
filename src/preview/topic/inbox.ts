import { elementsOf, plain, readPage, type PageElement } from "../../check/output/page-tree.ts";

/** A program's list of mails, and how many characters it shows. */
export interface Inbox {
  readonly id: string;
  readonly name: string;
  readonly place: "phone" | "desktop";
  readonly sender: number;
  readonly subject: number;
  readonly preheader: number;
}

/**
 * Programs measure in pixels, so these are figures for usual letters. Source: trade practice, read in 2026; those of Apple Mail
 * as EmailToolTester measured them on an iPhone 14.
 */
export const inboxes: readonly Inbox[] = [
  { id: "gmail-app", name: "Gmail, phone", place: "phone", sender: 24, subject: 33, preheader: 37 },
  { id: "apple-mail", name: "Apple Mail, phone", place: "phone", sender: 26, subject: 48, preheader: 99 },
  { id: "gmail", name: "Gmail, browser", place: "desktop", sender: 20, subject: 70, preheader: 60 },
  { id: "outlook", name: "Outlook, desktop", place: "desktop", sender: 32, subject: 55, preheader: 55 },
];

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How many characters people count in a text. */
export function lengthOf(text: string): number {
  return [...segmenter.segment(text)].length;
}

/** A text as a list shows it that has room for so many characters. */
export function cut(text: string, room: number): { readonly shown: string; readonly isCut: boolean } {
  const letters = [...segmenter.segment(text)];
  if (letters.length <= room) return { shown: text, isCut: false };
  const shown = letters
    .slice(0, room - 1)
    .map(({ segment }) => segment)
    .join("");
  return { shown: `${shown.trimEnd()}…`, isCut: true };
}

const unseen = new Set(["head", "style", "script", "title", "template"]);
/** No list shows more. */
const most = 200;
/** What mails put behind a preheader so that nothing else comes after it. */
const filler = /(?:[\u034f\u200b-\u200d\u00ad\ufeff\u2060]\s*){3,}/u;

/** The words that a list of mails shows behind the subject: the first ones of the page. */
export function preheaderOf(html: string): string {
  const words: string[] = [];
  let length = 0;
  const visit = (element: PageElement): void => {
    for (const child of element.children) {
      if (length > most) return;
      if (typeof child !== "string") {
        if (!unseen.has(child.name)) visit(child);
        continue;
      }
      const text = plain(child);
      words.push(text);
      length += text.trim().length;
    }
  };
  visit(readPage(html));
  const [first = ""] = words.join(" ").split(filler);
  return first
    .replaceAll(/\s+/gu, " ")
    .trim()
    .slice(0, 2 * most);
}

/** The links of a mail: where each leads, once. */
export function linksOf(html: string): readonly { readonly text: string; readonly href: string }[] {
  const found = new Map<string, string>();
  for (const element of elementsOf(readPage(html))) {
    const href = element.attributes.get("href");
    if (element.name !== "a" || href === undefined || found.has(href)) continue;
    found.set(href, wordsIn(element));
  }
  return [...found].map(([href, text]) => ({ href, text }));
}

function wordsIn(element: PageElement): string {
  return element.children
    .map((child) =>
      typeof child !== "string"
        ? child.name === "img"
          ? (child.attributes.get("alt") ?? "")
          : wordsIn(child)
        : plain(child),
    )
    .join("")
    .replaceAll(/\s+/gu, " ")
    .trim();
}
