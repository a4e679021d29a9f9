import { describe, expect, it } from "vitest";
import { isKitPath } from "../../../src/domain/kit.ts";

describe("what may travel with a send", () => {
  it.each([
    "onetopic.yaml",
    "content/toolkit.md",
    "content/topics/a.md",
    "content/brands/Läufer am Ziel (2).png",
    "content/a..b/c",
    "templates/partials/footer.html.hbs",
  ])("takes %s", (path) => expect(isKitPath(path)).toBe(true));

  it.each([
    "",
    ".env",
    "/etc/passwd",
    "../onetopic.yaml",
    "content",
    "content/",
    "content//a.md",
    "content/./a.md",
    "content/../../a.md",
    "content/..",
    "content/.. /a.md",
    "content/.../a.md",
    "content/a.md.",
    "content/.git/config",
    "content\\..\\a.md",
    "content/a\\b.md",
    "content/C:/a.md",
    "content/a:b.md",
    "content/a\0.md",
    "content/a\n.md",
    "onetopic.yaml/a",
    "var/ledger.sqlite",
    "keys/news.pem",
    "people.csv",
    `content/${"a/".repeat(200)}b.md`,
  ])("refuses %j", (path) => expect(isKitPath(path)).toBe(false));
});
