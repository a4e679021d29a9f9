import type { DeliveryEvent } from "../deliver/events.ts";
import type { Sum, Tally } from "../domain/delivery.ts";
import { EXIT, type ExitCode } from "../domain/user-error.ts";
import type { Context } from "./context.ts";
import { count } from "../domain/count.ts";
import { isOutbox } from "../plan/delivery.ts";
import { Meter } from "./meter.ts";
import type { Output } from "./output.ts";

/** How often a line says how far things are: where there is no terminal to draw on, and where there is, in milliseconds. */
const [plainEvery, drawEvery] = [10_000, 100] as const;
/** So many people of one kind are named; `status` names the rest. */
const mostNamed = 20;
const barWidth = 20;

/** What is followed. */
export interface Followed {
  /** How many messages there are to send. */
  readonly messages: number;
  /** The transport's name. */
  readonly transport: string;
  /** The command that goes on; none for a test. */
  readonly resume?: string;
}

/**
 * Follows a send to its end: a line that moves for people, one JSON object a line for scripts.
 * @param now milliseconds of a clock that only goes forward
 * @returns 0 when everyone was accepted, 1 when some were not, 130 when stopped
 */
export async function follow(
  context: Context,
  events: AsyncIterable<DeliveryEvent>,
  { messages, transport, resume }: Followed,
  now: () => number = () => performance.now(),
): Promise<ExitCode> {
  const { out, signal } = context;
  const follower = new Follower(out, messages, resume, now);
  const lines = new Lines(out);
  const onAbort = (): void => follower.stopping();
  signal.addEventListener("abort", onAbort);
  try {
    for await (const event of events) {
      lines.add(event);
      follower.see(event);
    }
  } finally {
    lines.write();
    signal.removeEventListener("abort", onAbort);
    follower.wipe();
  }
  const { tally, isPaused } = follower;
  if (!tally) return EXIT.done;
  printTally(out, tally, transport);
  return tellEnd(context, tally, isPaused, resume);
}

/** How long an event waits for others, in milliseconds: too short for anybody who looks on. */
const gathering = 20;

/** Writes events for scripts, many in one piece: each write to a pipe holds up the sending. */
class Lines {
  readonly #out: Output;
  #events: DeliveryEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(out: Output) {
    this.#out = out;
  }

  add(event: DeliveryEvent): void {
    if (!this.#out.json) return;
    this.#events.push(event);
    this.#timer ??= setTimeout(() => this.write(), gathering);
  }

  /** Writes what waits. */
  write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#events.length > 0) this.#out.event(...this.#events);
    this.#events = [];
  }
}

const waitWords = {
  retry: "the server asked to try later",
  rate: "the limits of the settings",
  line: "the connection failed",
  others: "other machines have the rest",
} as const;

/** Tells what happens while it happens. */
class Follower {
  tally: Sum | undefined;
  isPaused = false;
  readonly #out: Output;
  readonly #resume: string;
  readonly #now: () => number;
  readonly #meter: Meter;
  readonly #named = new Map<string, number>();
  #toldAt: number;
  #lastFault = "";

  constructor(out: Output, messages: number, resume: string | undefined, now: () => number) {
    this.#out = out;
    this.#resume = resume ?? "the same command";
    this.#now = now;
    this.#toldAt = now();
    this.#meter = new Meter(messages, now());
  }

  see(event: DeliveryEvent): void {
    switch (event.event) {
      case "attempting":
        return;
      case "summary":
        this.tally = event;
        return;
      case "paused":
      case "cancelled":
        this.isPaused = true;
        this.wipe();
        this.#out.warn(
          `${event.event === "paused" ? "Paused" : "Cancelled"}: ${event.reason.replace(/[^.!?]$/, "$&.")} ${event.hint}`,
        );
        return;
      case "waiting":
        this.wipe();
        this.#out.say(
          `Waiting until ${new Date(event.until).toISOString().slice(11, 19)} UTC (${waitWords[event.because]}). Ctrl+C stops; "${this.#resume}" goes on.`,
        );
        return;
      default:
        this.#ended(event);
    }
  }

  /** Said once, when somebody asks to stop. */
  stopping(): void {
    this.wipe();
    this.#out.say(
      `Stopping: what is on its way is finished first. Ctrl+C again stops at once. "${this.#resume}" goes on.`,
    );
  }

  wipe(): void {
    if (this.#out.live) this.#out.redraw("");
  }

  #ended(event: Extract<DeliveryEvent, { reply: string }>): void {
    const isOver = event.event !== "deferred" || event.nextAt === undefined;
    if (isOver) this.#meter.step(this.#now());
    if (event.event !== "accepted") this.#name(event);
    this.#tellProgress();
  }

  #name({ event, row, address, reply }: Extract<DeliveryEvent, { reply: string }>): void {
    this.#lastFault = reply;
    const before = this.#named.get(event) ?? 0;
    this.#named.set(event, before + 1);
    if (before > mostNamed) return;
    this.wipe();
    if (before < mostNamed) this.#out.say(`  row ${row} ${address}: ${event}: ${reply}`);
    else this.#out.say(`  more are ${event}: "onetopic status" names them.`);
  }

  #tellProgress(): void {
    const now = this.#now();
    if (now - this.#toldAt < (this.#out.live ? drawEvery : plainEvery)) return;
    this.#toldAt = now;
    const fault = this.#lastFault === "" ? "" : `; last fault: ${this.#lastFault}`;
    const words = `${this.#meter.words(now)}${fault}`;
    if (!this.#out.live) return this.#out.say(`Sending ${words}`);
    // One line, or drawing over it would leave its beginning behind.
    const line = `Sending ${this.#meter.bar(barWidth)} ${words}`;
    this.#out.redraw(line.length < this.#out.width ? line : `${line.slice(0, this.#out.width - 2)}…`);
  }
}

function tellEnd(
  { out, signal }: Context,
  tally: Tally,
  isPaused: boolean,
  resume: string | undefined,
): ExitCode {
  const isStopped = signal.aborted;
  const open = tally.pending + tally.deferred;
  if (resume !== undefined && open > 0)
    out.say(
      `${isStopped ? "Stopped. " : ""}${count(open, "message is", "messages are")} still to go. Go on with: ${resume}`,
    );
  if (tally.unknown > 0)
    out.say(
      `For ${count(tally.unknown, "person", "people")} nobody can say whether the message arrived. They are not tried again by themselves; --retry-unknown does.`,
    );
  if (isStopped) return EXIT.cancelled;
  return isPaused || tally.rejected + tally.deferred + tally.unknown > 0 ? EXIT.findings : EXIT.done;
}

/** The closing equation, a line for each part that is not empty. */
export function printTally(out: Output, tally: Sum, transport: string): void {
  const isRehearsal = isOutbox(transport);
  const { sentForReal: before = 0 } = tally;
  const parts: [number, string][] = [
    [tally.accepted - before, isRehearsal ? "written to the outbox" : "accepted by the server"],
    [before, "sent for real before"],
    [tally.rejected, "rejected"],
    [tally.deferred, "deferred, to be tried again"],
    [tally.pending, "not tried yet"],
    [tally.unknown, "outcome unknown"],
    [tally.suppressed, "on the do-not-mail list"],
    [tally.excluded, "excluded"],
    [tally.duplicates, "duplicates"],
    [tally.invalid, "not an address"],
  ];
  for (const [amount, name] of parts)
    if (amount > 0) out.print(`  ${amount.toLocaleString("en-GB").padStart(9)}  ${name}`);
  out.print(
    `  ${tally.audience.toLocaleString("en-GB").padStart(9)}  ${tally.audience === 1 ? "row" : "rows"} of the list in all`,
  );
}
