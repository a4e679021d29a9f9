import { describe, expect, it } from "vitest";
import type { Edition } from "../../../src/domain/edition.ts";
import type { Cadence, Settings } from "../../../src/domain/settings.ts";
import type { Topic } from "../../../src/domain/topic.ts";
import { planAhead } from "../../../src/plan/ahead.ts";
import { cycleOn } from "../../../src/plan/calendar.ts";
import { lookAhead } from "../../../src/plan/outlook.ts";
import { pinFaults } from "../../../src/plan/pins.ts";
import { timeOf, unapproved, unreadyTopic } from "../../../src/plan/upcoming.ts";

const source = { path: "t.md", places: new Map(), bodyLine: 1 };
const today = "2026-11-22";

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

function edition(cycle: string, slug: string, approvals: Edition["approvals"] = []): Edition {
  return { cycle, topic: slug, approvals, note: "", source };
}

function settings(changes: Partial<Cadence> = {}, more: Partial<Settings> = {}): Settings {
  const cycle = {
    every: "month",
    starts: "2026-11-03",
    at: "09:00",
    timezone: "Europe/London",
    avoid: { weekends: false, dates: [] },
    ...changes,
  };
  return { audiences: [], cycle, ...more } as unknown as Settings;
}

const avoiding = (from: string, to: string) => ({ avoid: { weekends: true, dates: [{ from, to }] } });
const season = (from: string, to: string) => ({ season: { from, to } });

function look(topics: Topic[], cadence: Partial<Cadence> = {}, editions: Edition[] = [], cycles = 12) {
  const toolkit = { topics, editions, settings: settings(cadence) };
  return lookAhead(toolkit, today, { gapCycles: cycles, skippedCycles: cycles, reviewDays: 90 });
}

describe("gaps ahead", () => {
  const gapsOf = (...given: Parameters<typeof look>) => look(...given).gaps.map(({ cycle }) => cycle);

  it("are cycles to come in which nothing can, by season, over the year's end too", () => {
    const winter = topic("winter", season("11-15", "02-10"));
    const spring = topic("spring", season("02-20", "08-31"));
    expect(gapsOf([winter, spring])).toEqual(["2027-09", "2027-10"]);
    expect(gapsOf([winter, spring], {}, [edition("2027-09", "winter")])).toEqual(["2027-10"]);
    expect(gapsOf([winter, spring, topic("any")])).toEqual([]);
    expect(gapsOf([winter, spring], {}, [], 11)).toEqual(["2027-09"]);
  });

  it("say how many are kept back by what", () => {
    const topics = [
      topic("pinned", { pin: "2027-01" }),
      topic("summer", season("06-01", "08-31")),
      topic("stale", { review: "2026-12-01" }),
      topic("draft", { status: "draft" }),
    ];
    expect(look(topics, {}, [], 2).gaps).toEqual([
      { cycle: "2026-12", ready: 3, pinned: 1, outOfSeason: 1, pastReview: 1, tooSoon: 0 },
    ]);
  });

  it("take a review further ahead than asked as made in time", () => {
    expect(gapsOf([topic("a", { review: "2027-02-20" })])).toEqual(
      ["03", "04", "05", "06", "07", "08", "09", "10"].map((month) => `2027-${month}`),
    );
    expect(gapsOf([topic("a", { review: "2027-02-21" })])).toEqual([]);
  });

  it("leave the current cycle alone once its send date is past, but not before", () => {
    expect(gapsOf([], {}, [], 1)).toEqual([]);
    expect(gapsOf([], { starts: "2026-11-22" }, [], 1)).toEqual(["2026-11"]);
  });

  it("are judged like the plan, cycle by cycle", () => {
    for (const every of ["week", "fortnight", "month", "quarter"] as const) {
      const topics = [topic("one", season("12-20", "01-25")), topic("two", season("02-29", "06-30"))];
      const cadence = { every, ...avoiding("2027-01-04", "2027-01-17") };
      const current = cycleOn(settings(cadence).cycle, today).index;
      const planned = planAhead({ topics, editions: [], settings: settings(cadence) }, current, 12);
      const { gaps, skipped } = look(topics, cadence);
      const empty = planned.cycles.filter(({ cycle, topic: one }) => !one && (cycle.date ?? "") > today);
      expect(gaps.length).toBeGreaterThan(0);
      expect(gaps.map(({ cycle }) => cycle)).toEqual(empty.map(({ cycle }) => cycle.id));
      expect(skipped.length).toBe(every === "week" ? 2 : 0);
    }
  });
});

describe("cycles without a good day", () => {
  it("are those whose days are all avoided, unless an edition is written for them", () => {
    const december = avoiding("2026-12-01", "2026-12-31");
    expect(look([topic("a")], december).skipped).toEqual(["2026-12"]);
    expect(look([topic("a")], december, [edition("2026-12", "a")]).skipped).toEqual([]);
    expect(look([topic("a")], avoiding("2026-12-24", "2027-01-03")).skipped).toEqual([]);
    expect(look([topic("a")], { every: "week", ...avoiding("2026-12-26", "2027-01-03") }).skipped).toEqual([
      "2026-W53",
    ]);
    expect(look([topic("a")], { every: "quarter", ...avoiding("2027-01-01", "2027-03-31") }).skipped).toEqual(
      ["2027-Q1"],
    );
  });
});

describe("topics that can never come", () => {
  it("have a season between two send dates", () => {
    expect(
      look([topic("gap", season("12-10", "12-20")), topic("fine", season("12-01", "12-05"))]).never,
    ).toEqual([{ slug: "gap", why: "season" }]);
    // In weeks each stretch of seven days has a send date; of fewer, not in every year.
    expect(look([topic("gap", season("12-10", "12-20"))], { every: "week" }).never).toEqual([]);
    expect(look([topic("gap", season("12-10", "12-11"))], { every: "week" }).never).toEqual([]);
    expect(look([topic("gap", season("01-10", "01-31"))], { every: "quarter" }).never).toEqual([
      { slug: "gap", why: "season" },
    ]);
  });

  it("may wait for a leap day, and for a date that is moved into the season", () => {
    const leap = topic("leap", season("02-29", "02-29"));
    expect(look([leap], { starts: "2026-10-31" }).never).toEqual([]);
    expect(look([leap], { starts: "2026-10-28" }).never).toEqual([{ slug: "leap", why: "season" }]);
    const moved = topic("moved", season("01-04", "01-04"));
    expect(look([moved]).never).toEqual([{ slug: "moved", why: "season" }]);
    expect(look([moved], avoiding("2026-12-24", "2027-01-03")).never).toEqual([]);
  });

  it("have a review date before the first send date of their season", () => {
    const june = (review: string) => look([topic("june", { ...season("06-01", "06-30"), review })]).never;
    expect(june("2027-06-02")).toEqual([{ slug: "june", why: "review", date: "2027-06-03" }]);
    expect(june("2027-06-03")).toEqual([]);
  });

  it("are not drafts, pinned ones, or those picked by hand", () => {
    const never = season("12-10", "12-20");
    const topics = [
      topic("draft", { ...never, status: "draft" }),
      topic("pinned", { ...never, pin: "2026-12" }),
      topic("picked", never),
    ];
    expect(look(topics, {}, [edition("2026-12", "picked")]).never).toEqual([]);
    expect(look(topics, {}, [edition("2026-10", "picked")]).never).toEqual([
      { slug: "picked", why: "season" },
    ]);
  });
});

describe("topics that starve", () => {
  const inOctober = (count: number) =>
    Array.from({ length: count }, (_, n) => topic(`october-${n}`, season("10-01", "10-31")));

  it("lose every date of their season for two years; taking turns from year to year is fair", () => {
    expect(look(inOctober(2)).starved).toEqual([]);
    expect(look(inOctober(3)).starved).toEqual(["october-2"]);
    expect(look([...inOctober(3), topic("any"), topic("other")]).starved).toEqual(["october-2"]);
  });

  it("come by a pin, an edition, or a closer cadence", () => {
    const [first, second, third] = inOctober(3) as [Topic, Topic, Topic];
    expect(look([first, second, { ...third, pin: "2027-10" }]).starved).toEqual(["october-1"]);
    expect(look([first, second, third], {}, [edition("2027-09", "october-2")]).starved).toEqual([]);
    expect(look([first, second, third], { every: "week" }).starved).toEqual([]);
    expect(look(inOctober(9), { every: "week" }).starved).toEqual([]);
    expect(look(inOctober(10), { every: "week" }).starved).toEqual(["october-9"]);
  });

  it("are never those without a season: in as many cycles as there are topics, each has its turn", () => {
    const many = Array.from({ length: 30 }, (_, n) => topic(`any-${String(n).padStart(2, "0")}`));
    const toolkit = { topics: [...many, ...inOctober(1)], editions: [], settings: settings() };
    expect(lookAhead(toolkit, today, { gapCycles: 0, skippedCycles: 0, reviewDays: 0 }).starved).toEqual([]);
    const planned = planAhead(toolkit, 0, 31).cycles.map((one) => one.topic?.slug);
    expect(new Set(planned).size).toBe(31);
  });

  it("get as many cycles as there are ready topics", () => {
    const many = Array.from({ length: 40 }, (_, n) => topic(`any-${n}`));
    // 43 cycles hold three Octobers.
    expect(look([...many, ...inOctober(3)]).starved).toEqual([]);
    expect(look([...many, ...inOctober(4)]).starved).toEqual(["october-3"]);
  });
});

describe("the next suggestion", () => {
  it("is for the first cycle to come without an edition", () => {
    const topics = [topic("a"), topic("b")];
    expect(look(topics).next).toEqual({ cycle: "2026-12", slug: "a" });
    expect(look(topics, {}, [edition("2026-12", "a")]).next).toEqual({ cycle: "2027-01", slug: "b" });
    expect(look([]).next).toBeUndefined();
  });
});

describe("pins", () => {
  const faults = (topics: Topic[], cadence: Partial<Cadence> = {}, editions: Edition[] = []) =>
    pinFaults({ topics, editions, settings: settings(cadence) }, today);
  const why = (changes: Partial<Topic>, cadence: Partial<Cadence> = {}) =>
    faults([topic("a", changes)], cadence).map((one) => one.why);

  it("name a cycle of the cadence that is not past", () => {
    expect(why({ pin: "2026-12" })).toEqual([]);
    expect(why({ pin: "2026-11" })).toEqual([]);
    expect(why({ pin: "2026-10" }, { starts: "2026-09-03" })).toEqual(["past"]);
    // Before the first send date there was none.
    expect(why({ pin: "2026-10" })).toEqual(["no-cycle"]);
    expect(why({ pin: "2026-W49" })).toEqual(["no-cycle"]);
    expect(why({ pin: "2026-Q4" })).toEqual(["no-cycle"]);
    expect(why({ pin: "2026-Q4" }, { every: "quarter" })).toEqual([]);
    expect(why({ pin: "2026-W53" }, { every: "week" })).toEqual([]);
    expect(why({ pin: "2027-W53" }, { every: "week" })).toEqual(["no-cycle"]);
    // A fortnight bears the id of its first week.
    expect(why({ pin: "2026-W50" }, { every: "fortnight" })).toEqual(["no-cycle"]);
    expect(why({ pin: "2026-W49" }, { every: "fortnight" })).toEqual([]);
    expect(why({ pin: "2026-W49" }, { every: "fortnight", starts: "2026-11-24" })).toEqual(["no-cycle"]);
    expect(why({ pin: "2026-W50" }, { every: "fortnight", starts: "2026-12-08" })).toEqual([]);
    expect(why({ pin: "2026-10", status: "retired" })).toEqual([]);
  });

  it("are in season, before the review, and on a day that is not avoided", () => {
    expect(why({ pin: "2026-12", ...season("12-01", "12-05"), review: "2026-12-03" })).toEqual([]);
    expect(why({ pin: "2026-12", ...season("01-01", "12-01"), review: "2026-12-02" })).toEqual([
      "season",
      "review",
    ]);
    expect(why({ pin: "2026-12", review: "2026-12-02", status: "draft" })).toEqual([]);
    expect(why({ pin: "2026-12" }, avoiding("2026-12-01", "2026-12-31"))).toEqual(["skipped"]);
  });

  it("lie far enough from where the topic comes, before and after, unless somebody picked it all the same", () => {
    const pinned = [topic("a", { pin: "2027-02" })];
    const near = (gap: number, ...editions: Edition[]) => faults(pinned, { gap }, editions);
    expect(near(2, edition("2026-12", "a"))).toEqual([
      { slug: "a", why: "gap", used: "2026-12", ahead: false, gap: 2 },
    ]);
    expect(near(1, edition("2026-12", "a"))).toEqual([]);
    expect(near(0, edition("2027-01", "a"))).toEqual([]);
    expect(near(1, edition("2027-03", "a"))).toEqual([
      { slug: "a", why: "gap", used: "2027-03", ahead: true, gap: 1 },
    ]);
    expect(near(2, edition("2026-12", "b"))).toEqual([]);
    expect(near(2, edition("2026-12", "a"), edition("2027-02", "a"))).toEqual([]);
    expect(
      faults([topic("a", { pin: "2027-02", status: "draft" })], { gap: 2 }, [edition("2026-12", "a")]),
    ).toEqual([]);
  });

  it("clash with another's and with what is picked; the one that comes has no fault", () => {
    const a = topic("a", { pin: "2026-12", status: "draft" });
    const b = topic("b", { pin: "2026-12", priority: 2 });
    const c = topic("c", { pin: "2026-12", priority: 1 });
    const clash = { why: "clash", other: "c", picked: false };
    expect(faults([a, b, c])).toEqual([
      { slug: "b", ...clash },
      { slug: "a", ...clash },
    ]);
    expect(faults([b, c], {}, [edition("2026-12", "b")])).toEqual([
      { slug: "c", why: "clash", other: "b", picked: true },
    ]);
    expect(faults([b], {}, [edition("2026-12", "b")])).toEqual([]);
  });
});

describe("editions to come", () => {
  const time = (id: string, cadence: Partial<Cadence> = {}) => timeOf(settings(cadence), id, today);

  it("are told from those of the current cycle that may be out, and from the past", () => {
    expect(time("2026-12")).toBe("coming");
    expect(time("2026-11")).toBe("late");
    expect(time("2026-11", { starts: "2026-11-22" })).toBe("coming");
    expect(time("2026-10", { starts: "2026-09-03" })).toBe("past");
    // Ids of a cadence that was changed since.
    expect(time("2026-W40")).toBe("past");
    expect(time("2026-06")).toBe("past");
    expect(time("2026-W50")).toBe("no-cycle");
  });

  it("need a topic that is ready on the send date", () => {
    const unready = (changes: Partial<Topic>, id = "2026-12", when: "late" | "coming" = "coming") =>
      unreadyTopic(settings(), id, topic("a", changes), when);
    expect(unready({})).toBeUndefined();
    expect(unready({ status: "draft" })).toBe("draft");
    expect(unready({ status: "retired" })).toBe("retired");
    expect(unready({ review: "2026-12-02" })).toBe("review");
    expect(unready({ review: "2026-12-03" })).toBeUndefined();
    expect(unready({ status: "draft" }, "2026-11", "late")).toBe("draft");
    expect(unready({ status: "retired" }, "2026-11", "late")).toBeUndefined();
    expect(unready({ review: "2026-11-10" }, "2026-11", "late")).toBeUndefined();
    expect(unready({ review: "2026-11-02" }, "2026-11", "late")).toBe("review");
  });

  it("lack the roles that have not signed, and those whose approval a change has made void", () => {
    const by = (role: string, digest: string, name = role) => ({ by: name, role, on: today, digest });
    const state = (
      approvals: Edition["approvals"],
      roles: readonly string[] | number,
      when: "late" | "coming",
    ) => unapproved({ approvers: [] }, { approvals: roles }, { approvals }, when, () => "now");
    const roles = ["staff", "managers"];
    expect(state([], roles, "coming")).toEqual({ void: [], missing: roles });
    expect(state([by("staff", "now")], roles, "coming")).toEqual({ void: [], missing: ["managers"] });
    expect(state([by("staff", "then")], roles, "coming")).toEqual({ void: [0], missing: ["managers"] });
    // Asked again and given.
    const again = [by("staff", "then"), by("managers", "now"), by("staff", "now")];
    expect(state(again, roles, "coming")).toEqual({ void: [], missing: [] });
    expect(state([by("staff", "then"), by("managers", "then")], roles, "late")).toEqual({
      void: [],
      missing: [],
    });
    expect(state([by("any", "then", "Ann")], 2, "coming")).toEqual({ void: [0], missing: ["anyone"] });
    expect(state([], 0, "coming")).toEqual({ void: [], missing: [] });
    const never = () => {
      throw new Error("worked out for nothing");
    };
    expect(unapproved({ approvers: ["staff"] }, {}, { approvals: [] }, "coming", never).missing).toEqual([
      "staff",
    ]);
  });
});
