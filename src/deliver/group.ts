import type { Kysely } from "kysely";

import { type Asked, type Writer, writeInTurn } from "./asked.ts";
import type { Tables } from "./schema.ts";

/** How what is committed reaches the disk where a commit alone does not see to it. */
export interface DiskSync {
  /** Called right before and right after a transaction. */
  readonly before: () => void;
  readonly after: () => void;
  /** Resolves when everything committed so far is on disk. */
  readonly reached: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Job {
  readonly asked: Asked;
  readonly done: (result: never) => void;
  readonly fail: (fault: unknown) => void;
}

/** So many wait for the disk together at the most: what one transaction holds back is never long. */
const most = 200;
/** How long what nobody waits for may wait for others, in milliseconds. */
const patience = 20;

/**
 * Writes what several connections ask for in one turn in one transaction, in the order they asked: they wait for the
 * disk once instead of each for itself. What is asked for while one is being written goes into the next.
 */
export class GroupCommit {
  readonly #db: Kysely<Tables>;
  readonly #disk: DiskSync | undefined;
  readonly #writer: Writer;
  #waiting: Job[] = [];
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param disk none where a commit is on disk when it is done */
  constructor(db: Kysely<Tables>, disk?: DiskSync, writer: Writer = writeInTurn) {
    this.#db = db;
    this.#disk = disk;
    this.#writer = writer;
  }

  /** Resolves once it is on disk. When a commit fails, nothing of its group is, and all of it rejects. */
  ask<Result>(asked: Asked): Promise<Result> {
    const written = this.#add<Result>(asked);
    this.#writeSoon();
    return written;
  }

  /** The same for what need not be on disk before what is asked for next: it waits a moment for that. */
  askLater<Result>(asked: Asked): Promise<Result> {
    const written = this.#add<Result>(asked);
    this.#timer ??= setTimeout(() => this.#writeSoon(), patience);
    return written;
  }

  #add<Result>(asked: Asked): Promise<Result> {
    return new Promise<Result>((done, fail) => this.#waiting.push({ asked, done, fail }));
  }

  /** Not at once: other connections may have something to write down in this very turn, or in the next. */
  #writeSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isWriting) return;
    this.#isWriting = true;
    setImmediate(() => setImmediate(() => void this.#write()));
  }

  async #write(): Promise<void> {
    const group = this.#waiting.splice(0, most);
    try {
      const results = await this.#committed(group);
      await this.#disk?.reached();
      for (const [at, { done }] of group.entries()) done(results[at] as never);
    } catch (fault) {
      for (const { fail } of group) fail(fault);
    }
    this.#isWriting = false;
    if (this.#waiting.length > 0) this.#writeSoon();
  }

  #committed(group: readonly Job[]): Promise<readonly unknown[]> {
    const asked = group.map((job) => job.asked);
    return this.withoutDisk((held) => this.#writer(held, asked));
  }

  /**
   * Does what need not be on disk when it is done, on a connection of its own, so that nothing else comes between. What is
   * written in a group later is on disk after it.
   */
  withoutDisk<Result>(work: (held: Kysely<Tables>) => Promise<Result>): Promise<Result> {
    return this.#db.connection().execute(async (held) => {
      this.#disk?.before();
      try {
        return await work(held);
      } finally {
        this.#disk?.after();
      }
    });
  }
}
