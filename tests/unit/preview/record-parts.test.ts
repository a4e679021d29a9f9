import { describe, expect, it } from "vitest";
import {
  line,
  momentAt,
  pagingOf,
  sizeInWords,
  visible,
  withChoice,
} from "../../../src/preview/record-parts.ts";

describe("words of others", () => {
  it("show what cannot be seen, and cannot turn the writing", () => {
    expect(visible("a\u0000b\u001b[31m\u007f\r\nc\td\re")).toBe("a␀b␛[31m[U+007F]\nc\td\ne");
    expect(visible("exe\u202egpj \u2066x\u2069 \ud800")).toBe("exe[U+202E]gpj [U+2066]x[U+2069] �");
    expect(line("  two\r\n lines\u2028more ")).toBe("two  lines more");
    expect(line("😀".repeat(10), 3)).toBe("😀😀😀…");
  });
});

describe("figures", () => {
  it.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1_000, "1.0 kB"],
    [9_949, "9.9 kB"],
    [9_950, "10 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [34_603_008, "34.6 MB"],
  ])("%d is %s", (bytes, words) => expect(sizeInWords(bytes)).toBe(words));

  it("are told by the clock of the toolkit's home", () => {
    const moment = new Date("2026-07-01T22:30:00Z");
    expect(momentAt(moment, "Europe/London")).toBe("1 Jul 2026, 23:30");
    expect(momentAt(moment, "Europe/Athens")).toBe("2 Jul 2026, 01:30");
  });
});

describe("pages of a list", () => {
  const paging = (page: string, amount: number) =>
    pagingOf(new URLSearchParams({ page }), "page", amount, 50);

  it.each([
    ["1", 0, { page: 1, pages: 1, skip: 0 }],
    ["2", 50, { page: 1, pages: 1, skip: 0 }],
    ["2", 51, { page: 2, pages: 2, skip: 50 }],
    ["-3", 51, { page: 1, pages: 2, skip: 0 }],
    ["1e400", 51, { page: 1, pages: 2, skip: 0 }],
    ["x", 51, { page: 1, pages: 2, skip: 0 }],
  ])("%s of %d", (page, amount, expected) => expect(paging(page, amount)).toEqual(expected));

  it("keep the other choices in their addresses", () => {
    const query = new URLSearchParams("q=a b&page=2");
    expect(withChoice("/outbox", query, "page", "3")).toBe("/outbox?q=a+b&page=3");
    expect(withChoice("/outbox", new URLSearchParams("page=2"), "page", "")).toBe("/outbox");
  });
});
