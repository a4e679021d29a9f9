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
    ['<a href="//x" target="_self">', '<a tabindex="-1" href="//x" x-target="_self">'],
    ["<a title='>' href=//x TARGET=_top>", `<a tabindex="-1" title='>' href=//x x-target=_top>`],
    ['<a href="//x"target=_self>', '<a tabindex="-1" href="//x"x-target=_self>'],
    // Words and other elements stay as they are.
    ["<abbr>the target = 5</abbr><links>", "<abbr>the target = 5</abbr><links>"],
    ['<a href="?target=5">target</a>', '<a tabindex="-1" href="?target=5">target</a>'],
  ])("%s", (html, expected) => {
    expect(harmless(html)).toBe(base + expected);
  });

  it("keeps the doctype first, so that the page looks as it should", () => {
    expect(harmless("<!-- a --> <!DOCTYPE html><html><p>")).toBe(
      `<!-- a --> <!DOCTYPE html>${base}<html><p>`,
    );
  });

  it("passes over a quotation mark that opens nothing, and one that never closes", () => {
    expect(harmless(`<a b" target=_self>x</a>`)).toBe(`${base}<a tabindex="-1" b" x-target=_self>x</a>`);
    expect(harmless(`<a b=" target=_self><a target=_self>`)).toBe(
      `${base}<a tabindex="-1" b=" x-target=_self><a x-target=_self>`,
    );
  });

  // Looked at over and over, any of these would take far longer than a test may.
  it.each<[string, string, number?]>([
    ["comments", "<!-- x -->".repeat(100_000)],
    ["comments that do not end", "<!--".repeat(400_000)],
    ["tags that do not end", "<a ".repeat(400_000), 2],
    ["quotation marks that do not close", '<a b="'.repeat(200_001), 2],
    ["values that are not there", `<a ${"= ".repeat(400_000)}`, 2],
    ["space", `${" ".repeat(400_000)}x`],
  ])("reads many %s once", (_, html, added = 0) => {
    const idle = added === 0 ? html : `${html.slice(0, added)} tabindex="-1"${html.slice(added)}`;
    expect(harmless(html)).toBe(base + idle);
  });
});
