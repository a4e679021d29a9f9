import { expect, it } from "vitest";
import { unifiedDiff } from "../../../src/cli/check/diff.ts";

it("a diff shows a tab as it is, and nothing that a terminal would obey", () => {
  const before = "a\tb\u001b[31m\u202ec  \r\nd\u2066e\r\n";
  const diff = unifiedDiff("content/a\u001b[2Jb\u202e.md", before, before.replace("  \r", "\r"));
  expect(diff.split("\n")).toEqual([
    String.raw`--- "a/content/a\033[2Jb\342\200\256.md"`,
    String.raw`+++ "b/content/a\033[2Jb\342\200\256.md"`,
    "@@ -1,2 +1,2 @@",
    "-a\tb [31m c  ",
    "+a\tb [31m c",
    " d e",
  ]);
});
