import { withoutAddresses } from "../domain/without-addresses.ts";
import type { DeliveryEvent } from "../deliver/events.ts";
import type { Metrics } from "../deliver/metrics.ts";
import type { Run } from "../deliver/records.ts";
import type { Context } from "./context.ts";
import { nameOfRun } from "./kit.ts";

/** Who counts what a worker does. */
export type Observer = Pick<Metrics, "see" | "work" | "fault">;

export type Level = "info" | "warn" | "error";

/** How many attempts ended in which way. */
export interface Counts {
  accepted: number;
  rejected: number;
  deferred: number;
  unknown: number;
}

/** How often a line says how far a worker is, in milliseconds. */
const every = 10_000;

/** What a worker does, line by line: for people, or as JSON. Nobody's address stands in it. */
export class WorkLog {
  readonly #context: Pick<Context, "out">;
  readonly #worker: string;
  readonly #now: () => number;
  readonly #observer: Observer | undefined;
  #toldAt = 0;
  /** What was told once, until a run is joined. */
  readonly #told = new Map<string, string>();

  constructor(context: Pick<Context, "out">, worker: string, now: () => number, observer?: Observer) {
    this.#context = context;
    this.#worker = worker;
    this.#now = now;
    this.#observer = observer;
  }

  /** Writes a line about the worker, or about a run it works on. */
  tell(level: Level, event: string, words: string, more: { run?: Run; counts?: Counts } = {}): void {
    const { out } = this.#context;
    const { run, counts } = more;
    const time = new Date(this.#now()).toISOString();
    const said = withoutAddresses(words);
    out.event({
      time,
      level,
      event,
      worker: this.#worker,
      ...(run ? { run: run.id, cycle: run.cycle, variant: run.variant } : {}),
      ...counts,
      message: said,
    });
    const line = `${time}  ${said}`;
    if (level === "info") out.print(line);
    else out.warn(line);
  }

  /** The same, but what stays as it is is told once. */
  tellOnce(level: Level, event: string, words: string, run?: Run): void {
    if (level === "error") this.#observer?.fault(event);
    const about = JSON.stringify([event, run?.id]);
    if (this.#told.get(about) === words) return;
    this.#told.set(about, words);
    this.tell(level, event, words, run ? { run } : {});
  }

  /** Counts an event of a run, and says now and then how far it is. */
  see(event: DeliveryEvent, run: Run, counts: Counts): void {
    this.#observer?.see(event);
    switch (event.event) {
      case "accepted":
      case "rejected":
      case "deferred":
      case "unknown":
        counts[event.event] += 1;
        break;
      case "paused":
      case "cancelled":
        return this.tell(
          "warn",
          event.event,
          `${nameOfRun(run)} is ${event.event}: ${event.reason}. ${event.hint}`,
          {
            run,
            counts,
          },
        );
      default:
        return;
    }
    if (this.#now() - this.#toldAt < every) return;
    this.#toldAt = this.#now();
    this.tell("info", "progress", `Sending ${nameOfRun(run)}: ${countsInWords(counts)}.`, { run, counts });
  }

  /** Begins to count for a run. */
  joined(run: Run): Counts {
    this.#observer?.work(run);
    const counts = { accepted: 0, rejected: 0, deferred: 0, unknown: 0 };
    this.#toldAt = this.#now();
    this.#told.clear();
    this.tell("info", "joined", `Sending ${nameOfRun(run)}.`, { run, counts });
    return counts;
  }

  /** Says what has been done of a run that is not worked on any more. */
  left(run: Run, counts: Counts): void {
    this.#observer?.work(undefined);
    this.tell("info", "left", `Left ${nameOfRun(run)}: ${countsInWords(counts)}.`, { run, counts });
  }
}

/** `4 accepted, 1 rejected`. */
export function countsInWords(counts: Counts): string {
  return Object.entries(counts)
    .filter(([name, amount]) => amount > 0 || name === "accepted")
    .map(([name, amount]) => `${Number(amount).toLocaleString("en-GB")} ${name}`)
    .join(", ");
}
