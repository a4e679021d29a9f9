import { afterEach, describe, expect, it } from "vitest";
import type { Edition } from "../../../src/domain/edition.ts";
import { frequencies, type Cadence, type Settings } from "../../../src/domain/settings.ts";
import { statuses, type Topic } from "../../../src/domain/topic.ts";
import { planAhead, type PlanAhead } from "../../../src/plan/ahead.ts";
import { cycleAt, cycleById, cycleOn, dayOf, daysLater } from "../../../src/plan/calendar.ts";
import { chanceFrom, type Chance } from "../../support/chance.ts";

/* What the plan promises, whatever the files: tried on toolkits made by chance, the same in every run. */

interface Made {
  readonly topics: readonly Topic[];
  readonly editions: readonly Edition[];
  readonly settings: Settings;
  readonly first: number;
}

const two = (value: number) => String(value).padStart(2, "0");
const monthDay = (chance: Chance) => `${two(chance.below(12) + 1)}-${two(chance.below(28) + 1)}`;
const zones = ["Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"];
/** Leap days, ends of months, years of 53 weeks, days on which clocks change. */
const starts = [
  ..."2024-02-29 2026-01-31 2026-03-29 2026-08-31 2026-10-25 2026-12-31".split(" "),
  ..."2027-01-01 2027-11-30 2028-02-29 2032-12-27".split(" "),
];

function cadenceOf(chance: Chance): Cadence {
  const from = `${2026 + chance.below(3)}-${monthDay(chance)}`;
  const holidays = ["2026-12-25", "2026-12-28", "2027-01-01", "2027-03-29", "2028-02-29"];
  return {
    every: chance.oneOf(frequencies),
    starts: chance.oneOf(starts),
    at: chance.oneOf(["00:00", "01:30", "09:30", "23:59"]),
    timezone: chance.oneOf(zones),
    gap: chance.oneOf([0, 0, 1, 3]),
    avoid: {
      weekends: chance.once(2),
      dates: chance.once(2) ? [{ from, to: daysLater(from, chance.below(40)) }] : [],
    },
    ...(chance.once(2)
      ? { holidays: { days: new Map(holidays.map((day) => [day, "Holiday"])), until: "2060-12-31" } }
      : {}),
  };
}

function topicOf(chance: Chance, slug: string, cadence: Cadence): Topic {
  const asks = ["staff", "managers", "public"].filter(() => chance.once(2));
  return {
    slug,
    title: slug,
    summary: "",
    status: chance.once(5) ? chance.oneOf(statuses) : "ready",
    messages: [],
    actions: Object.fromEntries(asks.map((id) => [id, ["Do it."]])),
    sources: [],
    tags: [],
    priority: chance.below(5) + 1,
    order: chance.once(2) ? chance.below(20) : undefined,
    season: chance.once(4) ? { from: monthDay(chance), to: monthDay(chance) } : undefined,
    pin: chance.once(8) ? cycleAt(cadence, chance.below(60)).id : undefined,
    review: chance.once(6) ? `${2026 + chance.below(4)}-${monthDay(chance)}` : undefined,
    approvers: [],
    variants: {},
    body: "",
    source: { path: `${slug}.md`, places: new Map(), bodyLine: 1 },
  };
}

function madeFrom(seed: number): Made {
  const chance = chanceFrom(seed);
  const cycle = cadenceOf(chance);
  const topics = Array.from({ length: chance.below(14) + 1 }, (_, at) =>
    topicOf(chance, `topic-${at}`, cycle),
  );
  const ids = new Set(
    Array.from({ length: chance.below(25) }, () =>
      // Now and then an id from before the cadence was changed.
      chance.once(6)
        ? chance.oneOf(["2025-11", "2026-W10", "2026-Q1", "2020-W53"])
        : cycleAt(cycle, chance.below(50)).id,
    ),
  );
  const editions = [...ids].map((id): Edition => {
    const topic = chance.once(10) ? "gone" : chance.oneOf(topics).slug;
    const source = { path: `content/editions/${id}.md`, places: new Map(), bodyLine: 1 };
    return { cycle: id, topic, approvals: [], note: "", source };
  });
  const audiences = chance.shuffled(["staff", "managers", "public"]).slice(0, chance.below(4));
  const settings = { cycle, audiences: audiences.map((id) => ({ id, title: id })) } as unknown as Settings;
  return { topics, editions, settings, first: chance.below(20) };
}

const count = 30;
const planOf = (made: Made) => planAhead(made, made.first, count);

/** All that a plan says, as text. */
function said({ cycles, warnings }: PlanAhead): string {
  const named = (one: { topic: Topic; why: string; whyNot?: string | undefined }) =>
    [one.topic.slug, one.why, one.whyNot ?? ""].join(": ");
  const rows = cycles.map(({ cycle, topic, why, picked, runnersUp, refused }) => ({
    cycle,
    topic: topic?.slug,
    why,
    picked,
    runnersUp: runnersUp.map(named),
    refused: refused.map(named),
  }));
  return JSON.stringify({ rows, warnings });
}

const seeds = Array.from({ length: 60 }, (_, seed) => seed);
/** Each made once: most of the time goes into working out the dates. */
const tried = seeds.map((seed) => {
  const made = madeFrom(seed);
  return { seed, made, plan: planOf(made) };
});
const zoneBefore = process.env.TZ;
afterEach(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

/** Looks at every plan; a fault names its seed. */
function everyPlan(look: (plan: PlanAhead, made: Made) => void): void {
  for (const { seed, made, plan } of tried) {
    try {
      look(plan, made);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
}

describe("the plan of any toolkit", () => {
  it("is the same for any order of the files and any time zone of the machine", () => {
    everyPlan((plan, made) => {
      const chance = chanceFrom(made.topics.length);
      process.env.TZ = chance.oneOf(["Pacific/Kiritimati", "America/Adak", "UTC"]);
      const mixed = {
        ...made,
        topics: chance.shuffled(made.topics),
        editions: chance.shuffled(made.editions),
      };
      expect(said(planOf(mixed))).toBe(said(plan));
    });
  });

  it("has one topic a cycle, and one cycle a send date, later and later", () => {
    everyPlan(({ cycles }) => {
      expect(new Set(cycles.map(({ cycle }) => cycle.id)).size).toBe(count);
      const moments = cycles.flatMap(({ cycle }) => (cycle.date ? [Date.parse(cycle.date)] : []));
      expect(moments.every((moment, at) => at === 0 || moment > (moments[at - 1] ?? 0))).toBe(true);
    });
  });

  it("sends on a good day inside the cycle, at the time of day in the settings", () => {
    everyPlan(({ cycles }, { settings }) => {
      for (const { cycle } of cycles) {
        if (!cycle.date) continue;
        const day = cycle.date.slice(0, 10);
        expect(whyBad(settings.cycle, day), day).toBeUndefined();
        expect(periodOf(settings.cycle, cycle.id), `${day} in ${cycle.id}`).toContain(day);
        expect(cycleById(settings.cycle, cycle.id)).toEqual(cycle);
        expect(cycleOn(settings.cycle, day).id).toBe(cycle.id);
        expect(dayOf(settings.cycle, new Date(cycle.date))).toBe(day);
      }
    });
  });

  it("leaves a cycle out only when all its days are bad", () => {
    everyPlan(({ cycles }, { settings }) => {
      for (const { cycle } of cycles) {
        const good = periodOf(settings.cycle, cycle.id).filter((day) => !whyBad(settings.cycle, day));
        expect(cycle.date !== undefined, cycle.id).toBe(good.length > 0);
      }
    });
  });

  it("suggests nothing that may not come", () => {
    everyPlan(({ cycles }, { settings: { cycle: cadence }, editions, first }) => {
      const used = new Map<number, string>();
      for (const { cycle, topic } of editions) {
        const at = cycleById(cadence, cycle)?.index;
        if (at !== undefined && !used.has(at)) used.set(at, topic);
      }
      for (const [at, { cycle, topic, picked }] of cycles.entries()) {
        if (picked || !topic) continue;
        const on = cycle.date?.slice(0, 10) ?? "";
        expect(topic.status).toBe("ready");
        expect((topic.review ?? on) >= on).toBe(true);
        expect([undefined, cycle.id]).toContain(topic.pin);
        if (topic.season && topic.pin === undefined) expect(isIn(topic.season, on)).toBe(true);
        used.set(first + at, topic.slug);
      }
      const gap = cadence.gap ?? 0;
      for (const [at, { topic, picked }] of cycles.entries()) {
        if (picked || !topic) continue;
        for (let near = 1; near <= gap; near += 1)
          expect([used.get(first + at - near), used.get(first + at + near)]).not.toContain(topic.slug);
      }
    });
  });

  it("repeats nothing while another that can come has never run", () => {
    everyPlan(({ cycles }, { editions }) => {
      const ran = new Set(editions.map(({ topic }) => topic));
      for (const { cycle, topic, picked, runnersUp } of cycles) {
        if (!topic) continue;
        const isRepeat = !picked && topic.pin !== cycle.id && ran.has(topic.slug);
        const never = isRepeat ? runnersUp.filter((one) => !ran.has(one.topic.slug)) : [];
        expect(never.map((one) => one.topic.slug)).toEqual([]);
        ran.add(topic.slug);
      }
    });
  });

  it("has a reason for everything", () => {
    everyPlan(({ cycles }) => {
      for (const { why, picked, topic, runnersUp, refused } of cycles) {
        const words = [
          why,
          ...runnersUp.flatMap((one) => [one.why, one.whyNot]),
          ...refused.map((one) => one.why),
        ];
        for (const one of words) expect(one).toMatch(/^[^ ].*[^ .]$/);
        const behind = [...runnersUp, ...refused].map((one) => one.topic.slug);
        expect(new Set([...behind, ...(topic && !picked ? [topic.slug] : [])]).size).toBe(
          behind.length + (topic && !picked ? 1 : 0),
        );
      }
    });
  });
});

describe("taking turns", () => {
  it("brings each ready topic once in as many cycles as there are, from any point on", () => {
    for (const { seed, made } of tried) {
      const topics = made.topics.map((one): Topic => ({
        ...one,
        status: "ready",
        season: undefined,
        pin: undefined,
        review: undefined,
        actions: {},
      }));
      const cycle = { ...made.settings.cycle, gap: 0, avoid: { weekends: false, dates: [] } };
      const { cycles } = planAhead({ topics, editions: [], settings: { ...made.settings, cycle } }, 0, count);
      const slugs = cycles.flatMap(({ cycle: { date }, topic }) => (date && topic ? [topic.slug] : []));
      for (let at = 0; at + topics.length <= slugs.length; at += 1)
        expect(new Set(slugs.slice(at, at + topics.length)).size, `seed ${seed}`).toBe(topics.length);
    }
  });
});

describe("days that are out of the common", () => {
  const cadence = (changes: Partial<Cadence>): Cadence => ({
    every: "week",
    starts: "2026-10-25",
    at: "01:30",
    timezone: "Europe/London",
    avoid: { weekends: false, dates: [] },
    ...changes,
  });
  const dates = (changes: Partial<Cadence>, amount: number) =>
    Array.from({ length: amount }, (_, at) => cycleAt(cadence(changes), at)).map(
      ({ id, date }) => `${id} ${date}`,
    );

  it("a time that comes twice is the first of the two; one that never comes is an hour later", () => {
    expect(dates({}, 2)).toEqual([
      "2026-W43 2026-10-25T01:30:00+01:00",
      "2026-W44 2026-11-01T01:30:00+00:00",
    ]);
    expect(dates({ starts: "2027-03-28" }, 2)).toEqual([
      "2027-W12 2027-03-28T02:30:00+01:00",
      "2027-W13 2027-04-04T01:30:00+01:00",
    ]);
  });

  it("leap days are kept where there are any", () => {
    const yearly = dates({ every: "month", starts: "2027-10-31", at: "09:00" }, 6).map((one) =>
      one.slice(8, 18),
    );
    expect(yearly).toEqual([
      "2027-10-31",
      "2027-11-30",
      "2027-12-31",
      "2028-01-31",
      "2028-02-29",
      "2028-03-31",
    ]);
    expect(dates({ every: "quarter", starts: "2027-11-30", at: "09:00" }, 2)[1]).toContain("2028-02-29");
  });

  it("week 53 is a cycle of the years that have one, and its days lie in both years", () => {
    const around = dates({ starts: "2026-12-26", at: "09:00" }, 3).map((one) => one.slice(0, 19));
    expect(around).toEqual(["2026-W52 2026-12-26", "2026-W53 2027-01-02", "2027-W01 2027-01-09"]);
    expect(cycleById(cadence({}), "2027-W53")).toBeUndefined();
    expect(cycleOn(cadence({}), "2027-01-03").id).toBe("2026-W53");
    expect(cycleOn(cadence({}), "2032-12-31").id).toBe("2032-W53");
  });
});

/* The calendar once more, in another way than the program's. */

const dayMs = 86_400_000;
const text = (moment: number) => new Date(moment).toISOString().slice(0, 10);

function whyBad({ avoid, holidays }: Cadence, day: string): string | undefined {
  if (avoid.weekends && [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())) return "weekend";
  if (holidays?.days.has(day)) return "holiday";
  return avoid.dates.some(({ from, to }) => day >= from && day <= to) ? "avoided" : undefined;
}

/** Every day of a cycle. */
function periodOf({ every }: Cadence, id: string): string[] {
  const [year = 0, part = 0] = id.split(/-[WQ]?/).map(Number);
  const january = Date.UTC(year, 0, 4);
  const monday = january - ((new Date(january).getUTCDay() + 6) % 7) * dayMs + (part - 1) * 7 * dayMs;
  const [from, to] = {
    week: [monday, monday + 6 * dayMs],
    fortnight: [monday, monday + 13 * dayMs],
    month: [Date.UTC(year, part - 1, 1), Date.UTC(year, part, 0)],
    quarter: [Date.UTC(year, part * 3 - 3, 1), Date.UTC(year, part * 3, 0)],
  }[every] as [number, number];
  return Array.from({ length: (to - from) / dayMs + 1 }, (_, at) => text(from + at * dayMs));
}

function isIn({ from, to }: { readonly from: string; readonly to: string }, day: string): boolean {
  const [start, end] = [Number(from.replace("-", "")), Number(to.replace("-", ""))];
  const value = Number(day.slice(5, 7)) * 100 + Number(day.slice(8, 10));
  return start <= end ? value >= start && value <= end : value >= start || value <= end;
}
