import { escapePlain } from "./escape.ts";
import { countGraphemes, countOnMastodon, countOnThreads, countOnX, countUnits } from "./post-length.ts";
import type { View } from "./view.ts";

interface Platform {
  readonly id: string;
  readonly name: string;
  /** The most that a post there should have. */
  readonly limit: number;
  readonly count: (text: string) => number;
  /** How many tags are of use there. */
  readonly tags: number;
  /** Links that cannot be tapped are written as people type them. */
  readonly typed?: boolean;
  /** What else to know before posting. */
  readonly note: string;
}

/*
 * Sources, all read in 2026: X, "Counting characters"; Bluesky, lexicon app.bsky.feed.post; Meta, Threads API, "Posts", and one
 * tag a post; Meta, Instagram, captions; Buffer, "Character limits", for LinkedIn and Mastodon. 500 for Facebook is common
 * practice. How much shows before "more" is observed, not promised.
 */
const platforms: readonly Platform[] = [
  { id: "x", name: "X", limit: 280, count: countOnX, tags: 2, note: "A link counts 23 characters." },
  { id: "bluesky", name: "Bluesky", limit: 300, count: countGraphemes, tags: 2, note: "" },
  { id: "threads", name: "Threads", limit: 500, count: countOnThreads, tags: 1, note: "It takes one tag." },
  {
    id: "instagram",
    name: "Instagram",
    limit: 2200,
    count: countUnits,
    tags: 2,
    typed: true,
    note: 'The first 125 characters show before "more". Links cannot be tapped: put the link in your profile too.',
  },
  {
    id: "linkedin",
    name: "LinkedIn",
    limit: 3000,
    count: countUnits,
    tags: 2,
    note: 'About 200 characters show before "more".',
  },
  {
    id: "facebook",
    name: "Facebook",
    limit: 500,
    count: countUnits,
    tags: 2,
    note: "It takes more; short posts are read.",
  },
  {
    id: "mastodon",
    name: "Mastodon",
    limit: 500,
    count: countOnMastodon,
    tags: 2,
    note: "A link counts 23 characters. Some servers take more.",
  },
];

/** Words that a platform does not take. */
export interface TooLong {
  readonly platform: string;
  readonly count: number;
  readonly limit: number;
  /** The key whose words should be shorter. */
  readonly key: "variants.social.text" | "link.url";
}

/** Words for one post, and whether they say all that they should. */
interface Candidate {
  readonly text: string;
  readonly whole: boolean;
}

/**
 * Writes one post for each platform: the officer's own text, else the summary, with as much beside it as fits. Posts are
 * chosen whole, so that nothing ends in the middle of a sentence, and none is longer than its platform takes.
 * @param view the topic as plain text
 * @returns the posts, and where the words are too long for a platform
 */
export function writePosts(view: View): { social: View["social"]; tooLong: TooLong[] } {
  const words = wordsOf(view);
  const tooLong: TooLong[] = [];
  const posts = platforms.map((platform) => {
    const { id, name, limit, count, note } = platform;
    const candidates = candidatesFor(words, platform);
    const best = candidates.find(({ text }) => count(text) <= limit);
    const shortest = candidates.findLast(({ whole }) => whole);
    if (!best?.whole && shortest) {
      const key = words.text === "" ? "link.url" : "variants.social.text";
      tooLong.push({ platform: name, count: count(shortest.text), limit, key });
    }
    const text = best?.text ?? "";
    return { id, name, text, count: String(count(text)), limit: String(limit), note };
  });
  return { social: { posts, alt: altText(view) }, tooLong };
}

interface Words {
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly messages: readonly string[];
  readonly link: { readonly label: string; readonly url: string; readonly display: string } | null;
  readonly tags: readonly string[];
}

function wordsOf({ topic, links }: View): Words {
  const { title, summary, text, messages, tags } = topic;
  const more = links.more;
  return {
    title: clean(title),
    summary: clean(summary),
    text: clean(String(text)),
    messages: messages.map((message) => clean(String(message))),
    link: more && { label: clean(more.label), url: more.url, display: clean(more.display) },
    tags: hashtags(tags),
  };
}

/** As a template will print it: what is counted is what is posted. */
function clean(text: string): string {
  return escapePlain(text).trim();
}

/** From the richest to the shortest. The officer's own text stands as it is: only the link and tags are put to it. */
function candidatesFor(words: Words, platform: Platform): Candidate[] {
  const { title, summary, text, messages, link } = words;
  const address = link ? (platform.typed ? link.display : link.url) : "";
  const labelled = link ? `${link.label}: ${address}` : "";
  const tags = words.tags.slice(0, platform.tags);
  const list = messages.map((message) => `• ${message}`).join("\n");
  const own =
    text === ""
      ? []
      : [
          [text, missing(text, address, link?.display), tagsBeside(text, tags)],
          [text, missing(text, address, link?.display)],
        ];
  const made = [
    [summary, list, labelled, tags.join(" ")],
    [summary, address, tags.join(" ")],
    [summary, address],
    [title, address],
  ];
  return [
    ...own.map((parts) => ({ text: joined(parts), whole: true })),
    ...made.map((parts) => ({ text: joined(parts), whole: text === "" })),
    { text: title, whole: false },
  ];
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

/** The address, unless the text names it already. */
function missing(text: string, address: string, display: string | undefined): string {
  return text.includes(address) || (display !== undefined && text.includes(display)) ? "" : address;
}

function tagsBeside(text: string, tags: readonly string[]): string {
  return tags.filter((tag) => !text.toLowerCase().includes(tag.toLowerCase())).join(" ");
}

/**
 * Tags as screen readers read them well: every word with a capital, as in `#FitNotes`. What holds no letter is no tag.
 * Source: accessible-social.com, "Hashtags" (2026).
 */
function hashtags(tags: readonly string[]): string[] {
  const words = tags.map((tag) =>
    tag
      .replace(/['’]/g, "")
      .split(/[^\p{L}\p{M}\p{N}]+/u)
      .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
      .join(""),
  );
  return [...new Set(words.filter((word) => /\p{L}/u.test(word)).map((word) => `#${word}`))];
}

/** What both pictures show, for those who cannot see them. */
function altText({ brand, topic, links }: View): string {
  const said = [topic.headline, topic.strapline].map((text) => (/[.!?…:]$/.test(text) ? text : `${text}.`));
  return clean(`${brand.name}: ${[...said, links.more?.display ?? ""].join(" ")}`);
}
