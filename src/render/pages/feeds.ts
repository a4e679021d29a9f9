import { Feed } from "feed";
import { cleanXml, escapeHtml } from "../escape.ts";

/** What the feeds of a site say. */
export interface FeedInput {
  /** Names it for ever, wherever the site stands (RFC 4287, 4.2.6). */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly language: string;
  readonly author: string;
  /** Where the site stands on the web; without it the links are relative to the feed. */
  readonly address?: string | undefined;
  /** The newest edition's date, ISO 8601. */
  readonly updated: string;
  /** Newest first. */
  readonly entries: readonly FeedEntry[];
}

interface FeedEntry {
  /** Names it for ever as well. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** The send date, ISO 8601. */
  readonly date: string;
  /** The way from the feed to its page. */
  readonly url: string;
}

export const feedFiles = { atom: "feed.xml", json: "feed.json" } as const;

/** The library wants whole addresses. Where there is none, this one is put in and taken out again (RFC 2606). */
const nowhere = "https://site.invalid/";

/** The feed as Atom (RFC 4287). */
export function atomFeed(input: FeedInput): string {
  // The library takes texts of the feed as escaped once already, and titles and summaries of entries as HTML.
  const feed = startFeed(input, (text) => text.replaceAll("&", "&amp;"), escapeHtml);
  const xml = cleanXml(feed.atom1());
  return `${input.address === undefined ? xml.replaceAll(`href="${nowhere}`, 'href="') : xml}\n`;
}

/** The feed as JSON Feed 1.1 (jsonfeed.org). The library writes version 1, which differs in the names below. */
export function jsonFeed(input: FeedInput): string {
  const plain = (text: string) => text;
  const {
    items,
    author: _,
    ...head
  } = JSON.parse(startFeed(input, plain, plain).json1()) as {
    author: object;
    items: { content_html: string }[];
  };
  const feed = {
    ...head,
    version: "https://jsonfeed.org/version/1.1",
    language: input.language,
    authors: [{ name: input.author }],
    items: items.map(({ content_html: summary, ...item }) => ({ ...item, content_text: summary })),
  };
  const json = JSON.stringify(feed, null, 2);
  return `${input.address === undefined ? json.replaceAll(`url": "${nowhere}`, 'url": "') : json}\n`;
}

function startFeed(
  { id, title, summary, language, author, address, updated, entries }: FeedInput,
  write: (text: string) => string,
  writeEntry: (text: string) => string,
): Feed {
  const at = (url: string) => new URL(url, folderOf(address ?? nowhere)).href;
  const feed = new Feed({
    id,
    title: write(title),
    description: write(summary),
    language,
    link: at("index.html"),
    author: { name: write(author) },
    updated: new Date(updated),
    generator: "onetopic",
    ...(address === undefined ? {} : { feedLinks: { atom: at(feedFiles.atom), json: at(feedFiles.json) } }),
  });
  for (const entry of entries) {
    const url = at(entry.url);
    feed.addItem({
      id: entry.id,
      link: url,
      title: writeEntry(entry.title),
      description: writeEntry(entry.summary),
      date: new Date(entry.date),
      published: new Date(entry.date),
    });
  }
  return feed;
}

/** An address that others count from, with its last part as a folder. */
function folderOf(address: string): string {
  const url = new URL(address);
  return `${url.origin}${url.pathname.replace(/\/*$/, "/")}`;
}
