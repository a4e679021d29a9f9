import { describe, expect, it } from "vitest";
import { richOrEmpty } from "../../../src/render/handlebars.ts";
import {
  countGraphemes,
  countOnMastodon,
  countOnThreads,
  countOnX,
  countUnits,
} from "../../../src/render/post-length.ts";
import { writePosts } from "../../../src/render/posts.ts";
import type { View } from "../../../src/render/view.ts";
import { emptyView } from "../../support/view.ts";

interface Words {
  title?: string;
  summary?: string;
  headline?: string;
  strapline?: string;
  text?: string;
  messages?: readonly string[];
  url?: string | null;
  short?: string;
  tags?: readonly string[];
}

const fitNotes = {
  title: "The team giving the care issues the fit note",
  summary: "The team responsible for an episode of care assesses fitness for work and issues the note.",
  text: "",
  messages: ["No extra visit just for a note.", "One note lasts as long as needed."],
  url: "https://example.org/interface/fit-notes",
  short: "example.org/fit-notes",
  tags: ["work and health", "discharge", "England"],
};

function viewOf(words: Words): View {
  const { title, summary, text, messages, url, short, tags, ...card } = { ...fitNotes, ...words };
  const empty = emptyView();
  return {
    ...empty,
    topic: {
      ...empty.topic,
      title,
      summary,
      headline: card.headline ?? title,
      strapline: card.strapline ?? summary,
      text: richOrEmpty(text),
      messages: messages.map(richOrEmpty),
      tags,
    },
    brand: { ...empty.brand, name: "Northmoor ICB" },
    links: {
      unsubscribe: "",
      more: url === null ? null : { label: "Read the guidance", url, display: short, qr: "" },
    },
  };
}

function written(words: Words = {}) {
  const { social, tooLong } = writePosts(viewOf(words));
  return { posts: new Map(social.posts.map((post) => [post.id, post])), alt: social.alt, tooLong };
}

const textsOf = (words: Words = {}) =>
  Object.fromEntries([...written(words).posts].map(([id, { text }]) => [id, text]));

const { summary, url, title } = fitNotes;
const tags = "#WorkAndHealth #Discharge";

describe("a post", () => {
  it("has the summary, the messages, the link and tags, where there is room for all of them", () => {
    const full = [
      summary,
      "• No extra visit just for a note.\n• One note lasts as long as needed.",
      `Read the guidance: ${url}`,
    ];
    const { linkedin, mastodon, facebook, threads, instagram } = textsOf();
    for (const text of [linkedin, mastodon, facebook]) expect(text).toBe([...full, tags].join("\n\n"));
    expect(threads).toBe([...full, "#WorkAndHealth"].join("\n\n"));
    expect(instagram).toBe([...full.slice(0, 2), `Read the guidance: ${fitNotes.short}`, tags].join("\n\n"));
  });

  it("has less where there is less room, but never half of anything", () => {
    const longer = { messages: ["m".repeat(140), "n".repeat(140)], summary: "s".repeat(158) + "x." };
    expect(textsOf(longer)["x"]).toBe([longer.summary, url, tags].join("\n\n"));
    const far = `${url}/${"p".repeat(95)}`;
    expect(textsOf({ ...longer, url: far })["bluesky"]).toBe([longer.summary, far].join("\n\n"));
    const farther = `${url}/${"p".repeat(150)}`;
    expect(textsOf({ ...longer, url: farther })["bluesky"]).toBe([title, farther].join("\n\n"));
  });

  it("does without link, messages and tags", () => {
    const posts = Object.values(textsOf({ url: null, messages: [], tags: [] }));
    expect(new Set(posts)).toEqual(new Set([summary]));
  });

  it("takes the officer's own text as it stands, with the link and the tags that it lacks", () => {
    const own = "Your patient, your fit note.\n\nTell the trust #discharge";
    expect(textsOf({ text: own })["linkedin"]).toBe([own, url, "#WorkAndHealth"].join("\n\n"));
    for (const address of [url, fitNotes.short]) {
      const named = `Read ${address} today.`;
      expect(textsOf({ text: named })["x"]).toBe([named, tags].join("\n\n"));
    }
  });

  it("is counted as it will be posted", () => {
    const { posts } = written({ text: "A line.\u0000\u001b[31m\n\nAnother\u0007 one.", url: null, tags: [] });
    expect(posts.get("x")).toMatchObject({ text: "A line.[31m\n\nAnother one.", count: "25", limit: "280" });
  });
});

describe("words that are too long", () => {
  it("for a platform are told, and shorter ones stand there", () => {
    const text = "t".repeat(260);
    const { posts, tooLong } = written({ text });
    expect(tooLong).toEqual([
      { platform: "X", count: 260 + 2 + 23, limit: 280, key: "variants.social.text" },
      { platform: "Bluesky", count: 260 + 2 + url.length, limit: 300, key: "variants.social.text" },
    ]);
    expect(posts.get("x")?.text).toContain(summary);
    expect(posts.get("threads")?.text).toContain(text);
  });

  it("may lose their tags without a word", () => {
    const { posts, tooLong } = written({ text: "t".repeat(254) });
    expect(tooLong.map(({ platform }) => platform)).toEqual([]);
    expect(posts.get("x")?.text).toBe(`${"t".repeat(254)}\n\n${url}`);
  });

  it("may be those of the address", () => {
    const { posts, tooLong } = written({ url: `https://example.org/${"p".repeat(1900)}` });
    expect(tooLong.map(({ platform, key }) => `${platform} ${key}`)).toEqual([
      "Bluesky link.url",
      "Threads link.url",
      "Facebook link.url",
    ]);
    expect(posts.get("bluesky")?.text).toBe(title);
  });

  it("may leave nothing to post", () => {
    const { posts, tooLong } = written({ title: "t".repeat(3001), summary: "s".repeat(3001), url: null });
    expect([...posts.values()].map(({ text, count }) => [text, count])).toEqual(
      Array.from({ length: 7 }, () => ["", "0"]),
    );
    expect(tooLong).toHaveLength(7);
  });
});

describe("tags", () => {
  it.each([
    [["work and health"], "#WorkAndHealth"],
    [["follow-up", "UK-wide"], "#FollowUp #UKWide"],
    [["children's health"], "#ChildrensHealth"],
    [["école"], "#École"],
    [["2026", "#", "a", "A"], "#A"],
    [["日本語"], "#日本語"],
    [["<b>", "a\nb"], "#B #AB"],
  ])("%j become %s", (given, expected) => {
    expect(textsOf({ tags: given })["linkedin"]?.split("\n\n").at(-1)).toBe(expected);
  });
});

describe("the text for people who cannot see the pictures", () => {
  it.each([
    ["Your patient, your fit note", "Issue it", "Your patient, your fit note. Issue it."],
    ["Waiting?", "Know who to ask!", "Waiting? Know who to ask!"],
  ])("says what they show: %s", (headline, strapline, said) => {
    expect(written({ headline, strapline }).alt).toBe(`Northmoor ICB: ${said} ${fitNotes.short}`);
    expect(written({ headline, strapline, url: null }).alt).toBe(`Northmoor ICB: ${said}`);
  });
});

describe("no post is longer than its platform takes", () => {
  const counts = new Map([
    ["x", countOnX],
    ["bluesky", countGraphemes],
    ["threads", countOnThreads],
    ["instagram", countUnits],
    ["linkedin", countUnits],
    ["facebook", countUnits],
    ["mastodon", countOnMastodon],
  ]);
  const pieces = [
    "word ",
    "👨‍👩‍👧‍👦",
    "🇬🇧🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "e\u0301\u0323 ",
    "漢字かな交じり文",
    "한국어 ",
    "שלום ",
    "नमस्ते ",
    "Ærøskøbing “quote” – … ",
    "https://example.org/a?b=c&d=e ",
    "test.com, ",
    "a.b.c.d.e ",
    "@ann@mastodon.example ",
    "#tag ",
    "\u200d\ufe0f",
    "Z\u0300\u0301\u0302\u0303\u0304\u0305",
  ];

  const places = ["text", "summary", "title", "messages", "url"] as const;
  const given = (place: (typeof places)[number], words: string): Words => {
    if (place === "messages") return { messages: [words, words] };
    return { [place]: place === "url" ? `https://example.org/${encodeURIComponent(words)}` : words };
  };

  it.each(pieces)("made of %s", (piece) => {
    for (const length of [1, 60, 130, 150, 270, 290, 490, 510]) {
      const words = piece
        .repeat(Math.ceil(length / piece.length))
        .slice(0, length)
        .toWellFormed();
      for (const place of places) {
        for (const [id, { text, count, limit }] of written(given(place, words)).posts) {
          const counted = counts.get(id)?.(text) ?? Number.NaN;
          expect(counted, `${id} ${place} ${length}`).toBeLessThanOrEqual(Number(limit));
          expect(count).toBe(String(counted));
        }
      }
    }
  });
});
