import { describe, expect, it } from "vitest";
import type { Edition } from "../../../src/domain/edition.ts";
import type { Settings } from "../../../src/domain/settings.ts";
import type { Topic } from "../../../src/domain/topic.ts";
import { planAhead } from "../../../src/plan/ahead.ts";
import { simulate } from "../../../src/plan/simulation.ts";
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
    // Somebody else has given it anew: what is missing now was never there.
    const anew = [by("Ann", "gp", "before"), by("Bob", "gp")];
    expect(approvalState(topic("a", { approvers: ["gp", "trust"] }), {}, anew, "now")).toEqual({
      missing: ["trust"],
      void: [],
    });
    expect(approvalState(topic("a"), { approvals: 2 }, anew, "now")).toMatchObject({
      missing: ["anyone"],
      void: [{ by: "Ann" }],
    });
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

describe("cycles that must lie between two of one topic", () => {
  const spaced = (gap: number, topics: Topic[], editions: Edition[] = []) =>
    planAhead({ topics, editions, settings: { ...settings, cycle: { ...settings.cycle, gap } } }, 0, 5);
  const slugs = (...given: Parameters<typeof spaced>) =>
    spaced(...given).cycles.map((one) => one.topic?.slug ?? "none");

  it("leave a cycle empty rather than repeat too soon, and say so", () => {
    expect(slugs(0, [topic("a"), topic("b")])).toEqual(["a", "b", "a", "b", "a"]);
    expect(slugs(1, [topic("a"), topic("b")])).toEqual(["a", "b", "a", "b", "a"]);
    expect(slugs(2, [topic("a"), topic("b")])).toEqual(["a", "b", "none", "a", "b"]);
    const { cycles, warnings } = spaced(2, [topic("a"), topic("b")]);
    expect(cycles[2]?.refused.map(({ why }) => why)).toEqual([
      "used in 2026-01, and 2 cycles must lie between",
      "used in 2026-02, and 2 cycles must lie between",
    ]);
    expect(warnings).toEqual(["2026-03: no topic can come in this cycle."]);
  });

  it("count before an edition that is picked ahead as well", () => {
    const ahead = [edition("2026-03", "a")];
    expect(slugs(1, [topic("a"), topic("b")], ahead)).toEqual(["b", "none", "a", "b", "a"]);
    expect(spaced(1, [topic("a")], ahead).cycles[1]?.refused[0]?.why).toBe(
      "picked for 2026-03, and 1 cycle must lie between",
    );
  });

  it("hold for a pinned topic too, which is told", () => {
    const { cycles, warnings } = spaced(
      2,
      [topic("a", { pin: "2026-02" }), topic("b")],
      [edition("2026-01", "a")],
    );
    expect(cycles[1]?.topic?.slug).toBe("b");
    expect(warnings[0]).toBe(
      '2026-02: "a" is pinned to it, but cannot come: used in 2026-01, and 2 cycles must lie between. To have it all the same: onetopic pick a --cycle 2026-02',
    );
  });
});

describe("seasons", () => {
  const winter = (slug: string, changes: Partial<Topic> = {}) =>
    topic(slug, { season: { from: "12-01", to: "02-28" }, ...changes });

  it("bring a topic first once in each, not again before the others", () => {
    expect(plan([winter("flu"), topic("a"), topic("b"), topic("c")], 15)).toEqual(
      "flu a b c a b c a b c a flu b c a".split(" "),
    );
  });

  it("come before a topic that was never used, but not out of their turn", () => {
    const before = [edition("2025-12", "flu")];
    // It has had its turn, and a topic that never had one is there.
    expect(plan([winter("flu"), topic("new")], 3, before)).toEqual(["new", "flu", "new"]);
    expect(plan([winter("flu"), winter("ice", { priority: 5 }), topic("any")], 3)).toEqual([
      "flu",
      "ice",
      "any",
    ]);
  });

  it("do not bring a topic again before all others have had their turn in the round", () => {
    const others = Array.from({ length: 15 }, (_, at) => topic(`any-${at}`));
    const came = plan([winter("flu"), ...others], 26).flatMap((slug, at) => (slug === "flu" ? [at] : []));
    // In January; not in the December after it, when four others wait; then in the second round.
    expect(came).toEqual([0, 23]);
  });

  it("that end without their topic are told", () => {
    const topics = [1, 2, 3, 4].map((priority) => winter(`winter-${priority}`, { priority }));
    const { warnings } = planAhead({ topics: [...topics, topic("any")], editions: [], settings }, 0, 5);
    expect(warnings).toEqual([
      '"winter-3" does not come in its season: others come first in 2026-01, 2026-02.',
      '"winter-4" does not come in its season: others come first in 2026-01, 2026-02.',
    ]);
  });
});

describe("audiences", () => {
  const asking = (slug: string, ...audiences: string[]) =>
    topic(slug, { actions: Object.fromEntries(audiences.map((id) => [id, ["Do it."]])) });
  const both = {
    ...settings,
    audiences: [
      { id: "staff", title: "Staff" },
      { id: "managers", title: "Managers" },
    ],
  };
  const forStaff = Array.from({ length: 9 }, (_, at) => asking(`a-staff-${at}`, "staff"));
  const forManagers = Array.from({ length: 3 }, (_, at) => asking(`z-managers-${at}`, "managers"));

  it("take turns by their share of the topics: 3 of 12 speak to managers, so they come in every fourth cycle", () => {
    const topics = [...forStaff, ...forManagers];
    const { cycles } = planAhead({ topics, editions: [], settings: both }, 0, 36);
    const named = cycles.map((one) => one.topic?.slug.charAt(0) ?? "").join("");
    expect(named.slice(0, 12)).toBe("aaazaaazaaaz");
    expect(named).not.toMatch(/a{5}|zz/);
    expect(new Set(cycles.slice(0, 12).map((one) => one.topic?.slug)).size).toBe(12);
    expect(cycles[3]).toMatchObject({
      why: "never used, nothing for Managers in 3 cycles, priority 3",
      runnersUp: expect.arrayContaining([
        expect.objectContaining({ whyNot: "the winner speaks to Managers, who waited longer" }),
      ]),
    });
  });

  it("make no difference where each topic speaks to all, or asks nobody in particular", () => {
    const topics = [topic("c"), asking("b", "staff", "managers"), asking("a", "managers", "staff")];
    const { cycles } = planAhead({ topics, editions: [], settings: both }, 0, 3);
    expect(cycles.map(({ why }) => why)).toEqual(Array(3).fill("never used, priority 3"));
  });

  it("that no ready topic speaks to count for nothing", () => {
    const { cycles } = planAhead({ topics: forStaff, editions: [], settings: both }, 0, 9);
    expect(cycles.every(({ why }) => !why.includes("nothing for"))).toBe(true);
  });
});

describe("runners-up", () => {
  it("say what puts the winner before them, the first thing that differs", () => {
    const whyNots = (topics: Topic[], editions: Edition[] = [], first = 0) =>
      planAhead({ topics, editions, settings }, first, 1).cycles[0]?.runnersUp.map((one) => one.whyNot);
    const used = [edition("2026-01", "a"), edition("2026-02", "b")];
    expect(whyNots([topic("a"), topic("b"), topic("c")], used, 2)).toEqual([
      "used in 2026-01, the winner never",
      "used in 2026-02, the winner never",
    ]);
    expect(whyNots([topic("a"), topic("b")], used, 2)).toEqual(["used in 2026-02, the winner in 2026-01"]);
    expect(whyNots([topic("a"), topic("b")], [edition("2026-09", "a")])).toEqual([
      "picked for 2026-09, the winner never",
    ]);
    expect(whyNots([topic("a"), topic("b", { pin: "2026-01" })])).toEqual([
      "the winner is pinned to 2026-01",
    ]);
    expect(whyNots([topic("a"), topic("b", { season: { from: "01-01", to: "02-01" } })])).toEqual([
      "the winner is in a season of its own",
    ]);
    expect(whyNots([topic("a"), topic("b", { priority: 1 })])).toEqual(["priority 3, the winner 1"]);
    expect(whyNots([topic("a"), topic("b", { order: 7 })])).toEqual(["order not set, the winner 7"]);
    expect(whyNots([topic("a"), topic("b")])).toEqual(["later in the alphabet"]);
    expect(whyNots([topic("a"), topic("b")], [edition("2026-01", "b")])).toEqual(["b is picked"]);
  });
});

describe("a simulation", () => {
  const over = (topics: Topic[], count: number, changes: object = {}, editions: Edition[] = []) =>
    simulate({ topics, editions, settings: { ...settings, ...changes } as Settings }, 0, count);

  it("counts how often each topic comes and how long it waits", () => {
    const { topics, from, to, count } = over([topic("a"), topic("b"), topic("c")], 7);
    expect({ from, to, count }).toEqual({ from: "2026-01", to: "2026-07", count: 7 });
    expect(topics.map(({ slug, cycles, longestWait }) => [slug, cycles.length, longestWait])).toEqual([
      ["a", 3, 2],
      ["b", 2, 2],
      ["c", 2, 2],
    ]);
  });

  it("names who never comes, and why", () => {
    const { topics } = over(
      [
        topic("any"),
        topic("draft", { status: "draft" }),
        topic("elsewhere", { pin: "2030-01" }),
        topic("gap", { season: { from: "01-16", to: "01-20" } }),
        topic("late", { priority: 5 }),
        topic("old", { status: "retired" }),
        topic("stale", { review: "2025-12-31" }),
      ],
      1,
    );
    expect(topics.flatMap(({ slug, never }) => (never ? [`${slug}: ${never}`] : []))).toEqual([
      "draft: still a draft",
      "elsewhere: pinned to another cycle",
      "gap: no send date in its season",
      "late: could come in any cycle, and others came first",
      "old: retired",
      "stale: past its review date",
    ]);
  });

  it("takes reviews to come as made in time", () => {
    const { topics, empty } = over([topic("a", { review: "2026-03-01" })], 12);
    expect(topics[0]?.cycles).toHaveLength(12);
    expect(empty).toEqual([]);
  });

  it("counts what each audience gets, and what comes in no cycle", () => {
    const audiences = [
      { id: "staff", title: "Staff" },
      { id: "managers", title: "Managers" },
      { id: "public", title: "Public" },
    ];
    const asking = (slug: string, id: string) => topic(slug, { actions: { [id]: ["Do it."] } });
    const cycle = { ...settings.cycle, gap: 2 };
    const given = over([asking("a", "staff"), asking("b", "managers")], 6, { audiences, cycle });
    expect(given.audiences).toEqual([
      { id: "staff", title: "Staff", cycles: 2, topics: 1, longestWait: 2 },
      { id: "managers", title: "Managers", cycles: 2, topics: 1, longestWait: 2 },
      { id: "public", title: "Public", cycles: 0, topics: 0, longestWait: 6 },
    ]);
    expect(given.empty.map((one) => one.cycle)).toEqual(["2026-03", "2026-06"]);
  });
});
