import { describe, expect, it } from "vitest";

import { changedParts, partsInWords } from "../../../src/plan/changes.ts";

describe("what changed", () => {
  const before = { topic: "1", note: "2", "brand:harbour": "3", "template:email.html.hbs": "4" };

  it("names the parts that differ, that came and that went", () => {
    expect(changedParts(before, before)).toEqual([]);
    const now = { topic: "1", note: "other", "brand:hill": "3", "template:email.html.hbs": "4" };
    expect(changedParts(before, now)).toEqual(["note", "brand:hill", "brand:harbour"]);
  });

  it("says them in words, and counts those beyond the first four", () => {
    expect(partsInWords(["topic", "note"])).toBe("the words of the topic, your note");
    expect(
      partsInWords([
        "brand:harbour",
        "picture:content/topics/a.md ../my pictures/desk.png",
        "template:email.html.hbs",
        "setting:sender",
        "links",
        "about",
      ]),
    ).toBe(
      'the brand harbour, the picture ../my pictures/desk.png, the template email.html.hbs, the setting "sender" and 2 more',
    );
  });

  it("says a part once, however often it stands there", () => {
    expect(partsInWords(["picture:content/a.md x.png", "picture:content/b.md x.png"])).toBe(
      "the picture x.png",
    );
  });
});
