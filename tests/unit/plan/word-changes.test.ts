import { describe, expect, it } from "vitest";
import type { Topic } from "../../../src/domain/topic.ts";
import { lastKept, sinceInWords } from "../../../src/plan/since.ts";
import { wordChanges } from "../../../src/plan/word-changes.ts";

const topic: Topic = {
  slug: "lamps",
  title: "Turn the lamps off",
  summary: "A lamp that is off costs nothing.",
  status: "ready",
  messages: ["One.", "Two.", "Two."],
  actions: { staff: ["Turn it off."], managers: ["Buy timers."] },
  scenario: "It was dark.",
  link: { label: "More", url: "https://lamps.example/" },
  sources: [{ title: "Study", url: "https://lamps.example/study", checked: "2026-01-01" }],
  tags: ["light"],
  priority: 3,
  approvers: [],
  variants: { poster: { headline: "Off!" } },
  body: "The article.",
  source: { path: "content/topics/lamps.md", places: new Map(), bodyLine: 1 },
};
const audiences = [
  { id: "staff", title: "All staff" },
  { id: "managers", title: "Managers" },
];

function said(changes: Partial<Topic>, before: Topic = topic): string[] {
  return wordChanges(before, { ...before, ...changes }, audiences).map(({ words }) => words);
}

describe("what changed in the words of a topic", () => {
  it("is nothing for the same words, in whatever order the keys stand and however it is planned", () => {
    expect(said({ link: { url: "https://lamps.example/", label: "More" } })).toEqual([]);
    expect(
      said({ status: "retired", priority: 1, order: 4, pin: "2027-01", owner: "Bo", approvers: ["staff"] }),
    ).toEqual([]);
    expect(said({ season: { from: "01-01", to: "02-01" } })).toEqual([]);
  });

  it.for<[Partial<Topic>, string]>([
    [{ title: "Lamps off" }, "the title"],
    [{ summary: "Off." }, "the summary"],
    [{ scenario: undefined }, "the scenario"],
    [{ messages: ["One!", "Two.", "Two."] }, "1 message"],
    [{ messages: ["One!", "Two!", "Two."] }, "2 messages"],
    [{ messages: ["One.", "Two.", "Two.", "Three."] }, "1 new message"],
    [{ messages: ["One.", "Two."] }, "1 message left out"],
    [{ messages: ["Three.", "Four."] }, "2 messages, 1 message left out"],
    [{ messages: ["Two.", "One.", "Two."] }, "the order of the messages"],
    [{ actions: { staff: ["Turn it on."], managers: ["Buy timers."] } }, "1 action for All staff"],
    [{ actions: { ...topic.actions, wards: ["Look.", "See."] } }, "2 new actions for wards"],
    [{ actions: { staff: ["Turn it off."] } }, "1 action for Managers left out"],
    [
      { sources: [{ title: "Study", url: "https://lamps.example/study", checked: "2026-06-01" }] },
      "1 source",
    ],
    [{ variants: { poster: { headline: "On!" } } }, "the words for the poster"],
    [{ variants: { ...topic.variants, social: { text: "Off" } } }, "the words for the social posts"],
    [{ link: { label: "More", url: "https://lamps.example/new" } }, "the link"],
    [{ contact: { name: "Bo", email: "bo@lamps.example" } }, "the contact"],
    [{ body: "Another." }, "the article"],
    [{ tags: [] }, "the tags"],
    [{ review: "2027-01-01" }, "the review date"],
  ])("names %j", ([changes, words]) => {
    expect(said(changes).join("; ")).toBe(words);
  });

  it("names the parts in the order in which they are read", () => {
    expect(said({ body: "", title: "x", messages: ["One."] })).toEqual([
      "the title",
      "2 messages left out",
      "the article",
    ]);
  });
});

describe("since a topic came last", () => {
  const changes = wordChanges(topic, { ...topic, title: "x", body: "y" }, audiences);

  it("says whether it went out or was only picked, and what is not known", () => {
    const sent = { cycle: "2026-03", as: "sent", on: "2026-03-03" } as const;
    expect(sinceInWords({ ...sent, changes })).toBe(
      "Last went out in 2026-03. Changed since then: the title, the article.",
    );
    expect(sinceInWords({ ...sent, changes: [] })).toBe(
      "Last went out in 2026-03. Nothing has changed since then.",
    );
    expect(sinceInWords({ ...sent, as: "approved", changes })).toBe(
      "Last picked for 2026-03. Changed since it was approved on 3 March 2026: the title, the article.",
    );
    expect(sinceInWords({ ...sent, as: "scheduled", changes: [] })).toBe(
      "Last scheduled for 2026-03. Nothing has changed since then.",
    );
    expect(sinceInWords({ cycle: "2026-03", changes: [] })).toBe(
      "Last picked for 2026-03. What it said then is not on record.",
    );
  });

  it("takes what was sent before what was approved afterwards", () => {
    const kept = { on: "2026-03-03", text: "" };
    expect(
      lastKept([
        { ...kept, as: "sent" },
        { ...kept, as: "approved" },
      ])?.as,
    ).toBe("sent");
    expect(
      lastKept([
        { ...kept, as: "approved" },
        { ...kept, as: "scheduled" },
      ])?.as,
    ).toBe("scheduled");
    expect(lastKept([])).toBeUndefined();
  });
});
