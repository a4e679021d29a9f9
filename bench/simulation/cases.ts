/* The worlds that are simulated. What is measured, published and assumed is said in docs/scale.md. */
import type { Destination, World } from "./world.ts";

export const million = 1_000_000;

/** Measured on two processors, with `bench:send` and `bench:footprint`. */
const measured = {
  /** One process, its database and the mail server on the same two processors. */
  perSecond: 1_077,
  ledger: { perSecond: 4_100, claim: 400, counting: { all: 1.6e-7, byDomain: 4.7e-7 } },
} as const;

/** The settings' own, see src/toolkit/definitions.ts. */
const retry = {
  first: 60_000,
  longest: 3_600_000,
  giveUpAfter: 86_400_000,
  attempts: 12,
  timeout: 600_000,
} as const;

/** Many destinations of one kind, which share equally. */
function many(count: number, share: number, about: Omit<Destination, "share">): Destination[] {
  return Array.from({ length: count }, (_, at) => ({
    ...about,
    name: `${about.name}-${at}.example`,
    share: share / count,
  }));
}

/** The staff of a national body: one large system for most, the others each with their own, some at public providers. */
const staff: readonly Destination[] = [
  { name: "staff.example", share: 0.65, putOff: 0.001, refused: 0.002, perHour: 400_000 },
  ...many(100, 0.25, { name: "trust", putOff: 0.02, refused: 0.005, perHour: 20_000 }),
  ...many(3, 0.1, { name: "public", putOff: 0.01, refused: 0.005, perHour: 50_000 }),
];

/** The public: few providers have nearly everybody. */
const everybody: readonly Destination[] = [
  ...many(1, 0.4, { name: "first", putOff: 0.005, refused: 0.005, perHour: 50_000 }),
  ...many(1, 0.25, { name: "second", putOff: 0.01, refused: 0.005, perHour: 40_000 }),
  ...many(1, 0.15, { name: "third", putOff: 0.01, refused: 0.005, perHour: 30_000 }),
  ...many(100, 0.2, { name: "other", putOff: 0.03, refused: 0.01, perHour: 10_000 }),
];

/**
 * How many messages a new address may send on its n-th day. The first week is Oracle's published schedule
 * (https://docs.oracle.com/en/cloud/saas/marketing/responsys-user/Account_IPwarmupSchedule.htm); then 15 % more each day, up
 * to a million: together about four weeks, between the two weeks and the six that Amazon names
 * (https://docs.aws.amazon.com/ses/latest/DeveloperGuide/dedicated-ip-warming.html). The last two numbers are assumed.
 */
function warmingUp(day: number): number {
  const week = [32_500, 32_500, 32_500, 37_500, 37_500, 50_000, 50_000];
  return week[day] ?? Math.min(million, 50_000 * 1.15 ** (day - 6));
}

export interface Case {
  readonly name: string;
  readonly workers: number;
  readonly relays: number;
  readonly change?: Partial<World>;
}

const worker = { perSecond: measured.perSecond, connections: 40, answer: 0.1 } as const;

export function worldOf(
  seed: number,
  people: number,
  destinations: readonly Destination[],
  one: Case,
): World {
  return {
    seed,
    people,
    destinations,
    relays: { count: one.relays, perSecond: 200 },
    workers: { count: one.workers, ...worker },
    ledger: measured.ledger,
    limits: {},
    retry,
    // Two minutes on the first day, which the breaker sits out, and twenty on the second, after which somebody must look.
    outages: [
      { at: 3 * 3_600, lasts: 120 },
      { at: 30 * 3_600, lasts: 1_200 },
    ],
    attended: 3_600,
    ...one.change,
  };
}

export const cases: readonly {
  people: number;
  of: string;
  destinations: readonly Destination[];
  cases: Case[];
}[] = [
  {
    people: million,
    of: "staff",
    destinations: staff,
    cases: [
      { name: "one worker, one relay", workers: 1, relays: 1 },
      { name: "2 workers, 2 relays", workers: 2, relays: 2 },
    ],
  },
  {
    people: 10 * million,
    of: "staff",
    destinations: staff,
    cases: [
      { name: "4 workers, 4 relays", workers: 4, relays: 4 },
      {
        name: "the same, a perDay never reached",
        workers: 4,
        relays: 4,
        change: { limits: { perDay: 100 * million } },
      },
      { name: "8 workers, 16 relays", workers: 8, relays: 16 },
    ],
  },
  {
    people: million,
    of: "public",
    destinations: everybody,
    cases: [
      { name: "1 worker, 4 warm relays", workers: 1, relays: 4 },
      {
        name: "1 worker, 4 new relays",
        workers: 1,
        relays: 4,
        change: { relays: { count: 4, perSecond: 200, perDay: warmingUp } },
      },
    ],
  },
  {
    people: 10 * million,
    of: "public",
    destinations: everybody,
    cases: [
      { name: "4 workers, 8 warm relays", workers: 4, relays: 8 },
      {
        name: "the same, limits.perDomain",
        workers: 4,
        relays: 8,
        change: { limits: { perDomain: 240_000 } },
      },
      {
        name: "4 workers, 8 new relays",
        workers: 4,
        relays: 8,
        change: { relays: { count: 8, perSecond: 200, perDay: warmingUp } },
      },
    ],
  },
  {
    people: 100 * million,
    of: "public",
    destinations: everybody,
    cases: [
      { name: "8 workers, 32 warm relays", workers: 8, relays: 32 },
      {
        name: "8 workers, 32 new relays",
        workers: 8,
        relays: 32,
        change: { relays: { count: 32, perSecond: 200, perDay: warmingUp } },
      },
      { name: "16 workers, 64 warm relays", workers: 16, relays: 64 },
    ],
  },
];
