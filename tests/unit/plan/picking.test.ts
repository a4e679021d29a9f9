import { describe, expect, it } from "vitest";
import type { Edition } from "../../../src/domain/edition.ts";
import type { Settings } from "../../../src/domain/settings.ts";
import type { Topic } from "../../../src/domain/topic.ts";
import { planAhead } from "../../../src/plan/ahead.ts";
import { approvalPlaces, approvalState } from "../../../src/plan/approvals.ts";

const source = { path: "t.md", places: new Map(), bodyLine: 1 };

function topic(slug: string, changes: Partial<Topic> = {}): Topic {
  return {
    slug,
    title: slug,
    summary: "",
    status: "ready",
    messages: [],
    actions: {},
    sources: [],
    tags: [],
    priority: 3,
    approvers: [],
    variants: {},
    body: "",
    source,
    ...changes,
  };
}

function edition(cycle: string, slug: string): Edition {
  return { cycle, topic: slug, approvals: [], note: "", source };
}

const settings = {
  audiences: [],
  cycle: {
    every: "month",
    starts: "2026-01-15",
    at: "09:00",
    timezone: "Europe/London",
    avoid: { weekends: false, dates: [] },
  },
} as unknown as Settings;

function plan(topics: Topic[], count: number, editions: Edition[] = [], first = 0) {
  return planAhead({ topics, editions, settings }, first, count).cycles.map(
    (one) => one.topic?.slug ?? "none",
  );
}

describe("the plan ahead", () => {
  it("brings all ready topics once before any comes again, by priority, order and slug", () => {
    const topics = [
      topic("d"),
      topic("c", { order: 2 }),
      topic("b", { order: 1 }),
      topic("a", { priority: 1 }),
    ];
    expect(plan(topics, 6)).toEqual(["a", "b", "c", "d", "a", "b"]);
  });

  it("does not depend on the order of the files", () => {
    const topics = ["a", "b", "c", "d", "e"].map((slug, index) => topic(slug, { priority: (index % 3) + 1 }));
    expect(plan(topics.toReversed(), 12)).toEqual(plan(topics, 12));
  });

  it("keeps what is picked, and does not suggest it again before the others", () => {
    expect(plan([topic("a"), topic("b"), topic("c")], 4, [edition("2026-02", "a")])).toEqual([
      "b",
      "a",
      "c",
      "b",
    ]);
  });

  it("puts pins first, in their own cycle only", () => {
    expect(plan([topic("a"), topic("b", { pin: "2026-03" })], 4)).toEqual(["a", "a", "b", "a"]);
  });

  it("puts seasonal topics first in their season, once in a round, and never out of it", () => {
    const winter = topic("flu", { season: { from: "12-01", to: "01-31" } });
    expect(plan([topic("a"), topic("b", { priority: 1 }), winter], 14)).toEqual([
      "flu",
      "b",
      "a",
      "b",
      "a",
      "b",
      "a",
      "b",
      "a",
      "b",
      "a",
      "flu",
      "b",
      "a",
    ]);
  });

  it("lets a topic that is added late run once, not catch up", () => {
    const before = ["2026-01", "2026-02", "2026-03", "2026-04"].map((cycle, index) =>
      edition(cycle, index % 2 ? "b" : "a"),
    );
    expect(plan([topic("a"), topic("b"), topic("new")], 4, before, 4)).toEqual(["new", "a", "b", "new"]);
  });

  it("never takes drafts, retired topics, or those past review on the send date", () => {
    const topics = [
      topic("a", { status: "draft" }),
      topic("b", { status: "retired" }),
      topic("c", { review: "2026-02-15" }),
    ];
    expect(plan(topics, 3)).toEqual(["c", "c", "none"]);
    const { cycles, warnings } = planAhead({ topics, editions: [], settings }, 2, 1);
    expect(cycles[0]?.refused.map(({ topic: { slug }, why }) => `${slug}: ${why}`)).toEqual([
      "a: still a draft",
      "b: retired",
      "c: its review date, 2026-02-15, is past by then",
    ]);
    expect(warnings).toHaveLength(1);
  });

  it("says why, and who comes behind", () => {
    const [first] = planAhead(
      { topics: [topic("a"), topic("b", { priority: 1 })], editions: [edition("2025-12", "a")], settings },
      0,
      1,
    ).cycles;
    expect(first).toMatchObject({
      why: "never used, priority 1",
      runnersUp: [{ topic: { slug: "a" }, why: "last used in 2025-12, priority 3" }],
    });
  });
});

describe("approvals", () => {
  const by = (name: string, role: string, digest = "now") => ({ by: name, role, on: "2026-01-01", digest });

  it("are not needed unless asked for, and the topic's roles win over the settings", () => {
    expect(approvalState(topic("a"), {}, [], "now").missing).toEqual([]);
    expect(approvalState(topic("a"), { approvals: 2 }, [by("Ann", "x")], "now").missing).toEqual(["anyone"]);
    expect(
      approvalState(topic("a", { approvers: ["gp"] }), { approvals: 2 }, [by("Ann", "gp")], "now").missing,
    ).toEqual([]);
  });

  it("need a different person for each role, however they are dealt out", () => {
    const both = topic("a", { approvers: ["gp", "trust"] });
    expect(approvalState(both, {}, [by("Ann", "gp"), by("Ann", "trust")], "now").missing).toHaveLength(1);
    expect(
      approvalState(both, {}, [by("Ann", "gp"), by("Ann", "trust"), by("Bob", "gp")], "now").missing,
    ).toEqual([]);
  });

  it("are void for anything but what was approved", () => {
    const state = approvalState(topic("a", { approvers: ["gp"] }), {}, [by("Ann", "gp", "before")], "now");
    expect(state).toMatchObject({ missing: ["gp"], void: [{ by: "Ann" }] });
  });

  it("fill the places asked for, each with another person", () => {
    const [ann, again, bob] = [by("Ann", "gp"), by("ann ", "trust"), by("Bob", "gp")];
    const old = by("Eve", "trust", "before");
    const both = topic("a", { approvers: ["gp", "trust"] });
    expect(approvalPlaces(both, {}, [old, ann, again, bob], "now")).toEqual([
      { role: "gp", given: bob },
      { role: "trust", given: again },
    ]);
    expect(approvalPlaces(both, {}, [old, ann], "now")).toEqual([
      { role: "gp", given: ann },
      { role: "trust", given: undefined },
    ]);
    expect(approvalPlaces(topic("a"), { approvals: 3 }, [old, ann, again, bob], "now")).toEqual([
      { given: ann },
      { given: bob },
      { given: undefined },
    ]);
    expect(approvalPlaces(topic("a"), {}, [ann], "now")).toEqual([]);
  });
});
