import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { TypstJob, TypstResult } from "./job.ts";
import { TypstProcess } from "./process.ts";

/** A child is replaced after this many posters. Source: measured, it has grown from 124 MB to 240 MB by then. */
const postersPerChild = 250;

/** Pieces of work before one more child is started. Source: measured, starting one takes as long as about 15 posters. */
const worthAnother = 12;

export type Compile = (job: TypstJob) => Promise<TypstResult>;

/** Typst in child processes, which are started when there is work and take one piece of it at a time. */
export interface Typesetter {
  /** Gives the work a compiler of its own until it is done, so that compiling nearly the same source again is quick. */
  readonly session: <Result>(work: (compile: Compile) => Promise<Result>) => Promise<Result>;
  /** Starts a child before there is work, for whoever will have some soon. */
  readonly warm: () => void;
  /** Ends the children; what is under way fails. */
  readonly close: () => Promise<void>;
}

export interface TypesetterOptions {
  /** Folder of TrueType or OpenType files; the package's own unless given. No other fonts are used. */
  readonly fontsDir?: string | undefined;
  /** Milliseconds that one compilation may take. */
  readonly timeoutMs?: number | undefined;
  /** How many children at the most; as many as there are processors, up to four, unless given. */
  readonly workers?: number | undefined;
}

/** Starts nothing yet: the first work does. */
export function createTypesetter(options: TypesetterOptions = {}): Typesetter {
  const pool = new Pool(
    options.fontsDir ?? fileURLToPath(import.meta.resolve("#package/templates/fonts")),
    options.timeoutMs ?? 30_000,
    options.workers ?? Math.min(availableParallelism(), 4),
  );
  return {
    close: () => pool.close(),
    warm: () => pool.warm(),
    session: async (work) => {
      let child = await pool.take();
      try {
        return await work(async (job) => {
          if (!child.alive) child = pool.replace(child);
          return child.compile(job);
        });
      } finally {
        child.posters++;
        await pool.giveBack(child);
      }
    },
  };
}

class Pool {
  readonly #start: () => TypstProcess;
  readonly #size: number;
  readonly #children = new Set<TypstProcess>();
  readonly #idle: TypstProcess[] = [];
  readonly #waiting: { give(child: TypstProcess): void; refuse(reason: Error): void }[] = [];
  #closed = false;
  #begun = 0;

  constructor(fontsDir: string, timeoutMs: number, size: number) {
    this.#start = () => new TypstProcess(fontsDir, timeoutMs);
    this.#size = Math.max(1, size);
  }

  take(): Promise<TypstProcess> {
    if (this.#closed) return Promise.reject(closed());
    const idle = this.#idle.pop();
    if (idle) return Promise.resolve(idle);
    const wanted = 1 + Math.floor(this.#begun++ / worthAnother);
    if (this.#children.size < Math.min(wanted, this.#size)) return Promise.resolve(this.#add());
    return new Promise((give, refuse) => {
      this.#waiting.push({ give, refuse });
    });
  }

  warm(): void {
    if (!this.#closed && this.#children.size === 0) this.#idle.push(this.#add());
  }

  async giveBack(child: TypstProcess): Promise<void> {
    const spent = child.posters >= postersPerChild || !child.alive;
    if (spent) {
      this.#children.delete(child);
      await child.kill();
    }
    if (this.#closed) return;
    const next = this.#waiting.shift();
    if (next) next.give(spent ? this.#add() : child);
    else if (!spent) this.#idle.push(child);
  }

  /** For work that goes on after its child was stopped. */
  replace(child: TypstProcess): TypstProcess {
    if (this.#closed) return child;
    this.#children.delete(child);
    return this.#add();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#idle.length = 0;
    for (const { refuse } of this.#waiting.splice(0)) refuse(closed());
    await Promise.all([...this.#children].map((child) => child.kill()));
    this.#children.clear();
  }

  #add(): TypstProcess {
    const child = this.#start();
    this.#children.add(child);
    return child;
  }
}

function closed(): Error {
  return new Error("The typesetter is closed.");
}
