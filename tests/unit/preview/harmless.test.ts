import { describe, expect, it } from "vitest";
import { harmless } from "../../../src/preview/harmless.ts";

const base = '<base target="_blank">';

describe("harmless", () => {
  it.each([
    ['<link rel="preconnect" href="//x">', '<x-link rel="preconnect" href="//x">'],
    ["<LiNk/rel=preconnect>", "<x-LiNk/rel=preconnect>"],
    // Nothing is taken out from which another could come together.
    ["<li<link>nk rel=preconnect>", "<li<x-link>nk rel=preconnect>"],
    ['<iframe src="//x"></iframe><frame src=//x>', '<x-iframe src="//x"></iframe><x-frame src=//x>'],
    ["<object data=//x><embed src=//x>", "<x-object data=//x><x-embed src=//x>"],
    ['<a href="//x" target="_self">', '<a href="//x" x-target="_self">'],
    ["<a title='>' href=//x TARGET=_top>", "<a title='>' href=//x x-target=_top>"],
    ['<a href="//x"target=_self>', '<a href="//x"x-target=_self>'],
    // Words and other elements stay as they are.
    ["<abbr>the target = 5</abbr><links>", "<abbr>the target = 5</abbr><links>"],
    ['<a href="?target=5">target</a>', '<a href="?target=5">target</a>'],
  ])("%s", (html, expected) => {
    expect(harmless(html)).toBe(base + expected);
  });

  it("keeps the doctype first, so that the page looks as it should", () => {
    expect(harmless("<!-- a --> <!DOCTYPE html><html><p>")).toBe(
      `<!-- a --> <!DOCTYPE html>${base}<html><p>`,
    );
  });
});
