import type { LedgerView } from "../deliver/ledger-view.ts";
import { usual as usualLease } from "../deliver/lease.ts";
import type { OpenWork } from "../deliver/open-work.ts";
import type { Run, Sender } from "../deliver/records.ts";
import type { Tally } from "../domain/delivery.ts";
import type { CycleId } from "../domain/topic.ts";
import { Pace } from "../plan/pace.ts";
import { standingRuns } from "./ledger.ts";

/** A run as it was when somebody looked. */
export interface WatchedRun {
  readonly run: Run;
  readonly tally: Tally;
  readonly open: OpenWork;
  /** False when nothing more will happen by itself: all is done, or it is cancelled and nothing is on the wire. */
  readonly goesOn: boolean;
}

export interface WatchedSender extends Sender {
  /** Messages a second; nothing before it was seen twice. */
  readonly rate: number | undefined;
  /** When it was heard of last, milliseconds ago. */
  readonly silentFor: number;
}

/** How the sending of a cycle stood at one moment. */
export interface Look {
  readonly at: number;
  /** When what became of people was counted last: with long lists not at every look. */
  readonly countedAt: number;
  readonly runs: readonly WatchedRun[];
  readonly senders: readonly WatchedSender[];
  /** Workers that have nothing to send now. */
  readonly waiting: readonly WatchedSender[];
  readonly rate: number | undefined;
  /** When all may be done, at this rate; nothing when nobody can say. */
  readonly end: number | undefined;
  readonly isDone: boolean;
}

/** To count takes no more of the ledger's time than one part in so many. */
const share = 20;

/** Looks at a ledger again and again, and asks it for little: what takes long is asked for seldom. */
export class Watcher {
  readonly #ledger: LedgerView;
  readonly #cycle: CycleId;
  readonly #now: () => number;
  readonly #pace = new Pace();
  #counted: ReadonlyMap<number, Tally> = new Map();
  #countedAt = Number.NEGATIVE_INFINITY;
  #countTook = 0;
  /** What the senders had done when it was counted. */
  #doneThen = 0;

  constructor(ledger: LedgerView, cycle: CycleId, now: () => number) {
    this.#ledger = ledger;
    this.#cycle = cycle;
    this.#now = now;
  }

  /** Gives how things stand; no runs when nothing was frozen. */
  async look(): Promise<Look> {
    const at = this.#now();
    const runs = await standingRuns(this.#ledger, this.#cycle);
    const ids = new Set(runs.map(({ id }) => id));
    const all = await this.#ledger.senders(at);
    const senders = all.filter(({ run }) => run !== undefined && ids.has(run));
    this.#pace.note(at, senders);
    const open = new Map<number, OpenWork>();
    for (const run of runs) open.set(run.id, await this.#ledger.open(run));
    const goesOn = (run: Run) => {
      const { isOpen = false, onWire = 0 } = open.get(run.id) ?? {};
      return run.control?.order === "cancelled" ? onWire > 0 : isOpen;
    };
    const isDone = !runs.some(goesOn);
    await this.#count(runs, at, isDone);
    const watched = runs.flatMap((run) => {
      const [tally, work] = [this.#counted.get(run.id), open.get(run.id)];
      return tally && work ? [{ run, tally, open: work, goesOn: goesOn(run) }] : [];
    });
    const rate = this.#pace.rate();
    return {
      at,
      countedAt: this.#countedAt,
      runs: watched,
      senders: senders.map((sender) => this.#withRate(sender)),
      waiting: all.filter(({ run }) => run === undefined).map((sender) => this.#withRate(sender)),
      rate,
      end: isDone ? undefined : this.#end(watched, rate, at),
      isDone,
    };
  }

  async #count(runs: readonly Run[], at: number, isDone: boolean): Promise<void> {
    const isKnown = runs.every(({ id }) => this.#counted.has(id));
    if (isKnown && !isDone && at - this.#countedAt < this.#countTook * share) return;
    const counted = new Map<number, Tally>();
    for (const run of runs) counted.set(run.id, await this.#ledger.tally(run));
    this.#counted = counted;
    this.#countedAt = at;
    this.#countTook = this.#now() - at;
    this.#doneThen = this.#pace.total;
  }

  #withRate(sender: Sender): WatchedSender {
    const { owner, leaseUntil, readAt } = sender;
    // Each word of it makes its lease as long as that.
    const silentFor = Math.max(0, readAt - (leaseUntil - usualLease.length));
    return { ...sender, silentFor, rate: this.#pace.rate(owner) };
  }

  #end(runs: readonly WatchedRun[], rate: number | undefined, at: number): number | undefined {
    if (!rate) return undefined;
    const moving = runs.filter(({ run, goesOn }) => goesOn && !run.control);
    const open = moving.reduce((sum, { tally }) => sum + tally.pending + tally.deferred, 0);
    const left = Math.max(1, open - (this.#pace.total - this.#doneThen));
    return moving.length === 0 ? undefined : Math.round(at + (left / rate) * 1_000);
  }
}
