import { describe, expect, it } from "vitest";
import {
  countGraphemes,
  countOnMastodon,
  countOnThreads,
  countOnX,
  countUnits,
} from "../../../src/render/post-length.ts";

const family = "👨‍👩‍👧‍👦";
const times = (text: string, count: number) => text.repeat(count);

describe("on X", () => {
  // Source: docs.x.com/fundamentals/counting-characters, and the conformance tests of twitter-text.
  it.each([
    ["Hello, world! 👋", 16],
    ["👾", 2],
    ["🙋🏽", 2],
    ["👨‍🎤", 2],
    [family, 2],
    ["cafe\u0301", 4],
    ["café", 4],
    ["https://example.com", 23],
    ["https://example.com/very/long/path", 23],
    ["http://test.com", 23],
    ["test.com", 23],
    ["Test https://test.com test https://test.com test.com test", 86],
    ["저찀쯿쿿", 8],
    ["のののの", 8],
    ["This is a test.", 15],
    ["", 0],
    [
      "A lie gets halfway around the world before the truth has a chance to get its pants on. Winston Churchill (1874-1965) http://bit.ly/dJpywL",
      140,
    ],
    [
      "A lié géts halfway arøünd thé wørld béføré thé truth has a chance tø get its pants øn. Winston Churchill (1874-1965) http://bit.ly/dJpywL",
      140,
    ],
    [times("の", 140), 280],
    [times("🐱", 140), 280],
  ])("%s counts %i", (text, count) => {
    expect(countOnX(text)).toBe(count);
  });

  it.each([
    ["quotation marks, dashes and primes count once", "“a” – ‘b’ — 5′ 6″", 17],
    ["an ellipsis and a bullet count twice", "… •", 5],
    ["flags and keycaps are emoji", "🇬🇧1️⃣", 4],
    [
      "a stop after a link is no part of it",
      "See https://example.org/a. And (https://example.org/b), too",
      23 * 2 + 16,
    ],
    ["an address with no ending is no link", "https://localhost/a-long-path-on-this-machine", 45],
    ["what people write without https:// counts no less than a link", "nhs.uk", 23],
    ["and no less than it is long", "example.org/interface/with-a-long-name", 38],
    ["a mail address is no link", "Write to ann@example.org.", 25],
  ])("%s", (_, text, count) => {
    expect(countOnX(text)).toBe(count);
  });
});

describe("elsewhere", () => {
  it.each([
    [countGraphemes, `${family}🇬🇧e\u0301नि`, 4],
    [countGraphemes, "https://example.org/interface/fit-notes", 39],
    [countGraphemes, "“Café” – it’s…\n• © naïve", 24],
    [countOnMastodon, `${family} https://example.org/${times("x", 400)}`, 25],
    [countOnMastodon, "Ask @ann@mastodon.example, please", 16],
    // Source: developers.facebook.com/documentation/threads/posts: "Emojis are counted as the number of UTF-8 bytes".
    [countOnThreads, "Well done 😀", 14],
    [countOnThreads, family, 25],
    [countOnThreads, "café", 4],
    [countUnits, "Well done 😀", 12],
    [countUnits, family, 11],
  ])("%o: %s", (count, text, expected) => {
    expect(count(text)).toBe(expected);
  });
});
