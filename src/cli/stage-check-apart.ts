import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Problem } from "../domain/problem.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { UserError } from "../domain/user-error.ts";
import type { StageCheck } from "./stage-check.ts";
import type { Before, Reading } from "./stage-reading.ts";

/** What the process is to check. It reads the toolkit itself: handing over a thousand topics takes longer. */
export interface Order {
  readonly id: number;
  readonly root: string;
  readonly cwd: string;
  readonly ledger?: string | undefined;
  readonly now: Date;
  /** What stands in for files that cannot be used as they are now. */
  readonly before: Before;
}

/** An order; the end of the check of an order; the end of all. */
export type Word = { readonly order: Order } | { readonly stop: number } | "end";

/** What it has found, or why it cannot check. A fault of ours has no code. */
export interface Answer {
  readonly id: number;
  readonly problems?: readonly Problem[];
  readonly fault?: { readonly code?: string; readonly message: string; readonly hint: string };
}

interface Waiting {
  readonly give: (problems: readonly Problem[]) => void;
  readonly refuse: (fault: unknown) => void;
}

/** So long it may take to write down what it knows at the end. */
const grace = 1_000;

/**
 * Checks in a process beside this one, so that nobody waits for a page because of a check: parts of it, such as loading
 * and making ready the validator of HTML, cannot be interrupted. The process starts with the first check.
 */
export function checkApart(): StageCheck {
  let process: CheckProcess | undefined;
  let orders = 0;
  return {
    findings: ({ cwd, ledger, now }, reading, signal) => {
      if (!process?.isThere) process = new CheckProcess();
      const { root } = reading.workshop.toolkit;
      const order = { id: (orders += 1), root, cwd, ledger, now, before: standIns(reading) };
      return process.carryOut(order, signal);
    },
    close: async () => process?.end(),
  };
}

class CheckProcess {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();

  constructor() {
    const program = fileURLToPath(import.meta.resolve("#package/dist/bundle/stage-check.js"));
    this.#process = fork(program, {
      serialization: "advanced",
      // What measures or debugs this process is not meant for that one.
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#process.on("message", (answer: Answer) => this.#take(answer));
    this.#process.on("error", (fault) => this.#fail(fault));
    this.#process.on("exit", (code, signal) => this.#fail(new Error(`It ended with ${code ?? signal}.`)));
  }

  get isThere(): boolean {
    return this.#process.connected;
  }

  carryOut(order: Order, signal: AbortSignal): Promise<readonly Problem[]> {
    return new Promise((give, refuse) => {
      const stop = () => {
        this.#waiting.delete(order.id);
        this.#say({ stop: order.id });
        refuse(signal.reason);
      };
      if (signal.aborted) return stop();
      signal.addEventListener("abort", stop, { once: true });
      this.#waiting.set(order.id, { give, refuse });
      this.#say({ order });
    });
  }

  async end(): Promise<void> {
    if (!this.#isRunning()) return;
    const ended = once(this.#process, "exit");
    const late = setTimeout(() => this.#process.kill("SIGKILL"), grace);
    this.#say("end");
    await ended;
    clearTimeout(late);
  }

  #isRunning(): boolean {
    const { pid, exitCode, signalCode } = this.#process;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  #say(word: Word): void {
    // That it cannot be reached any more is told by its end.
    if (this.#process.connected) this.#process.send(word, () => {});
  }

  #take({ id, problems, fault }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (problems) waiting?.give(problems);
    else if (fault?.code !== undefined) waiting?.refuse(new UserError(fault.code, fault.message, fault.hint));
    else waiting?.refuse(new Error(fault?.message));
  }

  /** The next check has another process. */
  #fail(fault: Error): void {
    for (const { refuse } of this.#waiting.values()) refuse(endedEarly(fault));
    this.#waiting.clear();
    if (this.#process.connected) this.#process.disconnect();
  }
}

function endedEarly(cause: Error): UserError {
  return new UserError(
    "check-ended",
    "The check behind the page ended too early: the system stopped it, or is short of memory.",
    'It begins anew with the next change. To check at once, run "onetopic check".',
    { cause },
  );
}

/** Only what is not in the files any more. */
function standIns({ workshop, stale, hasStaleTemplates }: Reading): Before {
  const { toolkit, templates } = workshop;
  return {
    ...(stale.size > 0 ? { toolkit: onlyStale(toolkit, stale) } : {}),
    ...(hasStaleTemplates ? { templates } : {}),
  };
}

function onlyStale(toolkit: Toolkit, stale: ReadonlySet<string>): Toolkit {
  const those = <Item extends { readonly source: { readonly path: string } }>(all: readonly Item[]) =>
    all.filter(({ source }) => stale.has(source.path));
  const { topics, posts, brands, editions } = toolkit;
  return {
    ...toolkit,
    topics: those(topics),
    posts: those(posts),
    brands: those(brands),
    editions: those(editions),
    problems: [],
    orphans: [],
  };
}
