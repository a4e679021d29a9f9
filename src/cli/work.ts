import type { Clock } from "../deliver/clock.ts";
import type { DeliveryEvent } from "../deliver/events.ts";
import type { Ledger } from "../deliver/ledger.ts";
import type { Run } from "../deliver/records.ts";
import type { TransportFactory } from "../deliver/transports/transport.ts";
import { Waiting } from "../deliver/waiting.ts";
import { EXIT, usageError, UserError, type ExitCode } from "../domain/user-error.ts";
import { isMailServer } from "../plan/delivery.ts";
import { readVersion, type Context } from "./context.ts";
import { nameOfRun, openKit, type OpenKit } from "./kit.ts";
import { chooseTransport, requireSender, sendRun } from "./sending.ts";
import type { WorkLog } from "./work-log.ts";

/** How long a worker waits, in milliseconds. */
export interface Patience {
  /** When nothing is to be sent. */
  readonly idle: number;
  /** Before it tries a run again that it could not send. */
  readonly afterFault: number;
}

export interface WorkOptions {
  readonly ledger: Ledger;
  /** The folder in which keys and `.env` are looked for. */
  readonly home: string;
  /** As named on the command line; else each run's own settings. */
  readonly transport: string | undefined;
  /** End when nothing is due. */
  readonly once: boolean;
  readonly clock: Clock;
  readonly patience: Patience;
  readonly log: WorkLog;
}

/** A run's kit and its way out, kept for the next time it has something due. */
interface Bench {
  readonly key: string;
  readonly kit: OpenKit;
  readonly transport: TransportFactory;
}

/** A worker: it joins one run after the other, the oldest first, as long as there is one with something due. */
export class Work {
  readonly #context: Context;
  readonly #options: WorkOptions;
  readonly #waiting: Waiting;
  /** Runs that cannot go on before a time: they wait for a limit, for a retry, or for somebody to put a fault right. */
  readonly #notBefore = new Map<number, number>();
  #bench: Bench | undefined;
  #worst: ExitCode = EXIT.done;

  constructor(context: Context, options: WorkOptions) {
    this.#context = context;
    this.#options = options;
    this.#waiting = new Waiting(options.ledger, { version: readVersion(), random: Math.random });
  }

  /** Works until it is stopped; with `once`, until nothing is due. Gives the worst that happened on the way. */
  async toTheEnd(): Promise<ExitCode> {
    const { signal } = this.#context;
    const { once, clock, patience, log } = this.#options;
    while (!signal.aborted) {
      const run = await this.#next();
      if (run) {
        await this.#waiting.end();
        await this.#workOn(run);
        continue;
      }
      if (once) break;
      if (run === null) {
        log.tellOnce("info", "idle", "Nothing is to be sent now. Waiting.");
        await this.#tellOfWaiting();
      }
      await clock.sleep(patience.idle, signal);
    }
    return this.#worst;
  }

  async close(): Promise<void> {
    await this.#waiting.end();
    await this.#clear();
  }

  async #clear(): Promise<void> {
    const bench = this.#bench;
    this.#bench = undefined;
    await bench?.kit.close();
  }

  async #tellOfWaiting(): Promise<void> {
    try {
      await this.#waiting.tell();
    } catch (error) {
      this.#fault(error);
    }
  }

  /**
   * @param beside the run that is worked on already
   * @returns the next run; null when there is none, and nothing when the ledger could not be asked, which has been told
   */
  async #next(beside?: Run): Promise<Run | null | undefined> {
    const { ledger, clock } = this.#options;
    try {
      const now = clock.now();
      await ledger.takeOver();
      const runs = await ledger.kits.due(now);
      return runs.find(({ id }) => id !== beside?.id && (this.#notBefore.get(id) ?? 0) <= now) ?? null;
    } catch (error) {
      this.#fault(error);
      return undefined;
    }
  }

  async #workOn(run: Run): Promise<void> {
    const { log } = this.#options;
    try {
      const bench = await this.#open(run);
      const counts = log.joined(run);
      try {
        await this.#send(run, bench, (event) => log.see(event, run, counts));
      } finally {
        log.left(run, counts);
      }
    } catch (error) {
      this.#fault(error, run);
    }
  }

  async #send(run: Run, { kit, transport }: Bench, see: (event: DeliveryEvent) => void): Promise<void> {
    const { ledger } = this.#options;
    const called = new AbortController();
    const signal = AbortSignal.any([this.#context.signal, called.signal]);
    const sending = { ledger, run, transport, signal };
    let looking: AbortController | undefined;
    try {
      for await (const event of sendRun(this.#context, kit.workshop, kit.mailing, sending)) {
        see(event);
        if (event.event === "paused") this.#worst = worse(this.#worst, EXIT.findings);
        looking?.abort();
        if (event.event !== "waiting" || event.because === "line") continue;
        this.#notBefore.set(run.id, event.until);
        if (this.#options.once && event.because !== "rate") return;
        looking = new AbortController();
        // What goes wrong here is met again by whoever asks next.
        void this.#lookAround(run, looking.signal, called).catch(() => {});
      }
    } finally {
      looking?.abort();
    }
  }

  /** While a run waits, others may have something due: then it is left for them. */
  async #lookAround(run: Run, signal: AbortSignal, called: AbortController): Promise<void> {
    const { clock, patience } = this.#options;
    while (!signal.aborted) {
      const other = await this.#next(run);
      if (other && !signal.aborted) return called.abort();
      await clock.sleep(patience.idle, signal);
    }
  }

  /** The kit of the last run stays open: it often has something due again soon. */
  async #open(run: Run): Promise<Bench> {
    const { ledger, home, transport: named } = this.#options;
    const key = JSON.stringify([run.id, run.kit, run.contentDigest, run.transport]);
    if (this.#bench?.key === key) return this.#bench;
    await this.#clear();
    const kit = await openKit(this.#context, ledger, run, home);
    try {
      requireSender(kit.workshop);
      const transport = await chooseTransport(this.#context, kit.workshop, named);
      refuseOtherWay(run, transport.name, named);
      return (this.#bench = { key, kit, transport });
    } catch (error) {
      await kit.close();
      throw error;
    }
  }

  /** What can be put right without this worker is told, and tried again later. */
  #fault(error: unknown, run?: Run): void {
    if (!(error instanceof UserError)) throw error;
    const { log, clock, patience, once } = this.#options;
    if (once && !run) throw error;
    this.#worst = worse(this.#worst, error.exit);
    // A ledger that restarts is back soon, and what was frozen anew is read anew; the rest takes somebody's time.
    const isPassing = error.code.startsWith("ledger-") || error.code === "changed";
    const rest = isPassing ? patience.idle : patience.afterFault;
    if (run) this.#notBefore.set(run.id, clock.now() + rest);
    // A ledger is that of all runs: that it is away is told once. What its hint asks for, the worker does by itself.
    const isLedger = error.code.startsWith("ledger-");
    const hint = /^ledger-(unreachable|busy)$/.test(error.code) ? "It is asked again." : error.hint;
    log.tellOnce("error", error.code, `${error.message} ${hint}`, isLedger ? undefined : run);
  }
}

function worse(one: ExitCode, other: ExitCode): ExitCode {
  return other > one ? other : one;
}

/** @throws UserError (exit 2) when it is no mail server: workers write to no outbox and start no mail command */
export function requireMailServer(transport: string): void {
  if (!isMailServer(transport))
    throw usageError(
      "worker-transport",
      `A worker sends through a mail server, and this would go through ${transport}.`,
      "Start it with --transport smtp://HOST, or leave --transport out.",
    );
}

/** What a run goes through is settled when it is frozen, unless whoever starts the worker names another way. */
function refuseOtherWay(run: Run, transport: string, named: string | undefined): void {
  requireMailServer(transport);
  if (named !== undefined || transport === run.transport) return;
  throw usageError(
    "other-transport",
    `This worker cannot send ${nameOfRun(run)}: it was frozen for ${run.transport}, and its settings lead to ${transport} here.`,
    "Start the worker with the variables of the settings as they were there, or with --transport URL.",
  );
}
