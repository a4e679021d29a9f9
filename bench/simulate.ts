/**
 * What a send to 1, 10 and 100 million people comes to, in simulated time: how long it takes, what holds it up, and how it
 * would go without that. No network, no ledger, the same table from the same seed. What is measured, published and assumed
 * is said in docs/scale.md.
 * Run: npm run bench:simulate [-- seed]
 */
import { cases, million, worldOf } from "./simulation/cases.ts";
import { simulate } from "./simulation/send.ts";
import { type Brake, type Course, type World } from "./simulation/world.ts";

const seed = Number(process.argv[2] ?? 1);
/** The same world in which this does not hold anybody up. */
function without(brake: Brake, world: World): World {
  const endless = Number.POSITIVE_INFINITY;
  switch (brake) {
    case "workers":
      return { ...world, workers: { ...world.workers, perSecond: endless, answer: 0 } };
    case "ledger":
      return {
        ...world,
        ledger: { ...world.ledger, perSecond: endless, counting: { all: 0, byDomain: 0 } },
      };
    case "relays":
      return { ...world, relays: { count: world.relays.count, perSecond: endless } };
    case "limits":
      return { ...world, limits: { perDomain: world.limits.perDomain } };
    case "perDomain":
      return { ...world, limits: { ...world.limits, perDomain: undefined } };
    case "destinations":
      return {
        ...world,
        destinations: world.destinations.map(({ perHour: _, ...one }) => one),
      };
    case "retries":
      return { ...world, destinations: world.destinations.map((one) => ({ ...one, putOff: 0 })) };
    case "outage":
      return { ...world, outages: [] };
  }
}

const words: Readonly<Record<Brake, string>> = {
  workers: "workers",
  ledger: "the ledger",
  relays: "what the relays may send",
  limits: "limits of the settings",
  perDomain: "limits.perDomain",
  destinations: "what the mailboxes' systems take",
  retries: "those to be tried again",
  outage: "an outage",
};

function duration(seconds: number): string {
  if (seconds < 2 * 3_600) return `${Math.ceil(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${(seconds / 3_600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`;
}

const count = (value: number) => Math.round(value).toLocaleString("en-GB");

/** Of what held the send up, that without which it would be over soonest. */
function worst(world: World, { braked }: Course): { readonly brake: Brake; readonly freed: Course } {
  const whole = [...braked.values()].reduce((sum, seconds) => sum + seconds, 0);
  // What hardly ever counted cannot be what it is.
  const likely = [...braked].filter(([, seconds]) => seconds > whole / 20).map(([brake]) => brake);
  const all = likely.map((brake) => ({ brake, freed: simulate(without(brake, world)) }));
  return all.reduce((least, one) => (one.freed.most < least.freed.most ? one : least));
}

console.log(
  `${"".padEnd(12)}${"".padEnd(34)}    half    98 %     all   busiest day  put off  given up  held up by`,
);
for (const { people, of, destinations, cases: all } of cases)
  for (const one of all) {
    const world = worldOf(seed, people, destinations, one);
    const course = simulate(world);
    const { brake, freed } = worst(world, course);
    const cells = [
      `${count(people / million)} M ${of}`.padEnd(13),
      one.name.padEnd(34),
      duration(course.half).padStart(8),
      duration(course.most).padStart(8),
      duration(course.end).padStart(8),
      count(course.busiestDay).padStart(14),
      count(course.attempts - course.accepted - course.rejected).padStart(10),
      count(course.givenUp).padStart(9),
      `  ${words[brake]} (without: ${duration(freed.most)})`,
    ];
    console.log(cells.join(""));
  }
const { maxRSS } = process.resourceUsage();
console.log(
  `${(performance.now() / 1_000).toFixed(0)} s, ${(maxRSS / 1_024).toFixed(0)} MB of memory at most`,
);
