/*
 * A send to very many people, in simulated time, without a network and without a ledger. What is decided, the program's own
 * code decides: when somebody is tried again (`nextAttempt`), when a domain is left alone (`DomainRests`), when the line
 * rests and when a person has to look (`Breaker`). People who fare alike are counted and not kept one by one, so memory
 * does not grow with them. The same seed gives the same send.
 */
import { DomainRests } from "../../src/deliver/domains.ts";
import type { DeliveryOutcome } from "../../src/domain/delivery.ts";
import { nextAttempt } from "../../src/plan/delivery.ts";
import { Chance } from "./chance.ts";
import { outageOf } from "./outage.ts";
import { type Cohort, Mailboxes, Window } from "./queue.ts";
import { day, hour, step } from "./time.ts";
import type { Brake, Course, World } from "./world.ts";

/** A destination lets nobody save up more than it takes in so many seconds. */
const saved = 300;

/** So many times are drawn for those who are put off together, and each holds for a part of them. */
const draws = 4;

const greylisted: DeliveryOutcome = { kind: "deferred", reply: "450 4.2.0 Greylisted, try again later" };
const enough: DeliveryOutcome = { kind: "deferred", reply: "421 4.7.28 Too many messages, slow down" };
const taken: DeliveryOutcome = { kind: "accepted", reply: "250 2.0.0 Ok" };

/** Takes a world; gives how the send goes in it. Throws when somebody is lost on the way: then the simulation is wrong. */
export function simulate(world: World): Course {
  return new Send(world).run();
}

class Send {
  readonly #world: World;
  readonly #chance: Chance;
  readonly #rests: DomainRests;
  readonly #all: readonly Mailboxes[];
  readonly #hour = new Window(hour);
  readonly #day = new Window(day);
  /** Who is put off, by the step in which they are due again. */
  readonly #later = new Map<number, { readonly to: Mailboxes; readonly cohort: Cohort }[]>();
  readonly #blocked: readonly { readonly from: number; readonly until: number }[];
  readonly #braked = new Map<Brake, number>();
  readonly #reached = { half: Number.POSITIVE_INFINITY, most: Number.POSITIVE_INFINITY };
  #open: number;
  #at = 0;
  #accepted = 0;
  #rejected = 0;
  #givenUp = 0;
  #attempts = 0;
  #throttled = 0;
  #today = { day: 0, count: 0 };
  #busiestDay = 0;
  #end = 0;

  constructor(world: World) {
    this.#world = world;
    this.#chance = new Chance(world.seed);
    this.#rests = new DomainRests(world.retry);
    this.#open = world.people;
    this.#blocked = world.outages.map((outage) => outageOf(world, outage));
    let left = world.people;
    this.#all = world.destinations.map((about, place) => {
      const isLast = place === world.destinations.length - 1;
      const people = isLast ? left : Math.min(left, Math.round(world.people * about.share));
      left -= people;
      return new Mailboxes(about, people);
    });
  }

  run(): Course {
    while (this.#open > 0) {
      this.#turn();
      const brake = this.#step();
      this.#braked.set(brake, (this.#braked.get(brake) ?? 0) + step);
      this.#at += 1;
    }
    if (this.#accepted + this.#rejected + this.#givenUp !== this.#world.people)
      throw new Error("Somebody was lost, or counted twice.");
    return {
      ...this.#reached,
      end: this.#end,
      accepted: this.#accepted,
      rejected: this.#rejected,
      givenUp: this.#givenUp,
      attempts: this.#attempts,
      throttled: this.#throttled,
      busiestDay: Math.max(this.#busiestDay, this.#today.count),
      braked: this.#braked,
    };
  }

  /** Milliseconds, as the program counts. */
  get #now(): number {
    return this.#at * step * 1_000;
  }

  get #dayNumber(): number {
    return Math.floor((this.#at * step) / day);
  }

  /** Brings everything that goes by the clock up to this step. */
  #turn(): void {
    const { relays } = this.#world;
    this.#hour.turn(this.#at);
    this.#day.turn(this.#at);
    if (this.#today.day !== this.#dayNumber) {
      this.#busiestDay = Math.max(this.#busiestDay, this.#today.count);
      this.#today = { day: this.#dayNumber, count: 0 };
    }
    for (const { to, cohort } of this.#later.get(this.#at) ?? []) to.again(cohort);
    this.#later.delete(this.#at);
    for (const one of this.#all) {
      one.hour.turn(this.#at);
      if (one.about.perHour === undefined) continue;
      const perSecond = (one.about.perHour * relays.count) / hour;
      one.room = Math.min(Math.max(1, perSecond * saved), one.room + perSecond * step);
    }
  }

  /** Sends what may go in this step. Gives what kept it from being more. */
  #step(): Brake {
    const at = this.#at * step;
    if (this.#blocked.some(({ from, until }) => at >= from && at < until)) return "outage";
    const [brake, most] = this.#budget();
    let budget = most;
    // What one destination does not take may go to another: some rounds come close enough.
    for (let round = 0; round < 4 && budget >= 1; round += 1) {
      const open = this.#all.filter((one) => this.#mayTake(one) > 0);
      const waiting = open.reduce((sum, one) => sum + one.waiting, 0);
      if (waiting === 0) break;
      const share = Math.min(1, budget / waiting);
      for (const one of open) {
        const wanted = Math.min(Math.ceil(one.waiting * share), Math.floor(budget), this.#mayTake(one));
        budget -= this.#attempt(one, wanted);
      }
    }
    if (budget < Math.max(1, most / 1_000)) return brake;
    if (this.#all.every(({ waiting }) => waiting === 0)) return "retries";
    const { perDomain } = this.#world.limits;
    const isShare = this.#all.some(({ waiting, hour: used }) => waiting > 0 && used.left(perDomain) < 1);
    return isShare ? "perDomain" : "destinations";
  }

  /** How many may go in this step at all, and what it is that allows no more. */
  #budget(): [Brake, number] {
    const { workers, relays, limits } = this.#world;
    const eachWorker = Math.min(workers.perSecond, workers.connections / workers.answer);
    const today = relays.perDay?.(this.#dayNumber) ?? Number.POSITIVE_INFINITY;
    const relayed = Math.min(relays.perSecond * step, Math.max(0, today - this.#today.count / relays.count));
    const settings = Math.min(
      (limits.perSecond ?? Number.POSITIVE_INFINITY) * step,
      this.#hour.left(limits.perHour),
      this.#day.left(limits.perDay),
    );
    const all: [Brake, number][] = [
      ["workers", workers.count * eachWorker * step],
      ["ledger", this.#ledgerPerSecond * step],
      ["relays", relays.count * relayed],
      ["limits", settings],
    ];
    return all.reduce((least, one) => (one[1] < least[1] ? one : least));
  }

  /** Limits are counted anew at every claim, and one claim at a time does so. */
  get #ledgerPerSecond(): number {
    const { limits, ledger } = this.#world;
    const { all, byDomain } = ledger.counting;
    const counted =
      (limits.perHour === undefined ? 0 : this.#hour.sum * all) +
      (limits.perDay === undefined ? 0 : this.#day.sum * all) +
      (limits.perDomain === undefined ? 0 : this.#hour.sum * byDomain);
    return 1 / (1 / ledger.perSecond + counted / ledger.claim);
  }

  /** Whether the queue of a destination is looked at, and how many its share of the hour leaves. */
  #mayTake(one: Mailboxes): number {
    if (one.restUntil > this.#now || one.waiting === 0) return 0;
    return one.hour.left(this.#world.limits.perDomain);
  }

  /** Gives how many attempts it came to. */
  #attempt(to: Mailboxes, wanted: number): number {
    const { about } = to;
    const room = about.perHour === undefined ? wanted : Math.min(wanted, Math.floor(to.room));
    to.room -= room;
    for (const cohort of to.take(room, this.#now)) this.#answer(to, cohort);
    if (room > 0) this.#rests.note(about.name, taken, this.#now);
    const over = wanted > room ? this.#tooMany(to, wanted - room) : 0;
    const made = room + over;
    to.hour.add(made);
    this.#hour.add(made);
    this.#day.add(made);
    this.#today.count += made;
    this.#attempts += made;
    return made;
  }

  /** What comes after a destination has had enough is put off, until enough of them in a row make it rest. */
  #tooMany(to: Mailboxes, wanted: number): number {
    const { workers } = this.#world;
    let over = 0;
    for (; over < wanted; over += 1) {
      const until = this.#rests.note(to.about.name, enough, this.#now);
      if (until === undefined) continue;
      to.restUntil = until;
      // What every other connection had begun by then comes to the same.
      over = Math.min(wanted, over + 1 + workers.count * workers.connections);
      break;
    }
    for (const cohort of to.take(over, this.#now)) this.#putOff(to, cohort, cohort.count);
    this.#throttled += over;
    return over;
  }

  #answer(to: Mailboxes, cohort: Cohort): void {
    const { about } = to;
    const refused = cohort.attempts === 0 ? this.#chance.outOf(cohort.count, about.refused) : 0;
    const later = this.#chance.outOf(cohort.count - refused, about.putOff);
    if (later > 0) this.#rests.note(about.name, greylisted, this.#now);
    this.#rejected += refused;
    this.#accepted += cohort.count - refused - later;
    this.#settle(cohort.count - later);
    this.#putOff(to, cohort, later);
    const { people } = this.#world;
    const time = this.#at * step + step;
    if (this.#accepted >= people * 0.5) this.#reached.half = Math.min(time, this.#reached.half);
    if (this.#accepted >= people * 0.98) this.#reached.most = Math.min(time, this.#reached.most);
  }

  #putOff(to: Mailboxes, { attempts, firstAt }: Cohort, count: number): void {
    const { retry } = this.#world;
    const tried = { attempts: attempts + 1, firstAt };
    let left = count;
    for (let draw = 0; draw < draws && left > 0; draw += 1) {
      const part = draw === draws - 1 ? left : Math.ceil(count / draws);
      const some = Math.min(left, part);
      left -= some;
      const at = nextAttempt(retry, tried, this.#now, this.#chance.next());
      if (at === undefined) {
        this.#givenUp += some;
        this.#settle(some);
        continue;
      }
      const due = Math.max(this.#at + 1, Math.ceil(at / 1_000 / step));
      const queue = this.#later.get(due) ?? [];
      if (queue.length === 0) this.#later.set(due, queue);
      queue.push({ to, cohort: { ...tried, count: some } });
    }
  }

  #settle(count: number): void {
    this.#open -= count;
    if (count > 0) this.#end = this.#at * step + step;
  }
}
