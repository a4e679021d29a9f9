import { describe, expect, it } from "vitest";
import { fileSetFaults } from "../../../src/check/file-set.ts";
import type { Checks } from "../../../src/domain/rules.ts";
import type { Toolkit } from "../../../src/domain/toolkit.ts";

function found(files: readonly string[], checks: Checks = {}): string[] {
  const toolkit = { topics: [], settings: { checks } } as unknown as Toolkit;
  return fileSetFaults(toolkit, files).map(({ path, rule }) => `${path} ${rule}`);
}

describe("files that are passed over", () => {
  it("are texts in, or meant for, a folder that is read", () => {
    const ignored = [
      "content/topics/a.MD",
      "content/topics/a.mdx",
      "content/topics/a.yml",
      "content/topics/2026/a.md",
      "content/Topics/b.md",
      "content/topic/a.md",
      "content/brand/a.yaml",
      "content/brands/a.md",
      "content/brands/2026/a.yaml",
      "content/editions/2026-12.markdown",
    ];
    expect(found(ignored)).toEqual(ignored.map((file) => `${file} file/ignored`));
  });

  it("are neither those that are read, nor pictures, nor what is for people or programs", () => {
    const fine = [
      "content/toolkit.md",
      "content/notes.md",
      "content/pictures/a.md",
      "content/topics/a.md",
      "content/topics/pictures/a.png",
      "content/topics/pictures/README.md",
      "content/topics/.trash/a.md",
      "content/topics/a.csv",
      "content/posts/a.md",
      "content/editions/2026-12.md",
      "content/brands/a.yaml",
      // Told as a file name.
      "content/brands/b.yml",
      "content/brands/a.svg",
      "content/brands/readme.md",
    ];
    expect(found(fine)).toEqual([]);
  });

  it("may be allowed, one by one or by folder", () => {
    const checks = { "file/ignored": { allow: ["content/topics/old", "content/posts/a.yml"] } };
    const files = ["content/posts/a.yml", "content/topics/old/a.md", "content/topics/older/a.md"];
    expect(found(files, checks)).toEqual(["content/topics/older/a.md file/ignored"]);
  });
});

it("names that some disks take for one are told, each against the first", () => {
  const files = ["content/a/Desk.png", "content/a/desk.PNG", "content/a/desk.png", "content/b/desk.png"];
  expect(found(files)).toEqual(["content/a/desk.PNG file/case-clash", "content/a/desk.png file/case-clash"]);
  expect(found(["content/caf\u00e9.png", "content/cafe\u0301.png"])).toEqual([
    "content/cafe\u0301.png file/case-clash",
  ]);
});
