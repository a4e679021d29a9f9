import type { Kysely } from "kysely";

import type { Tables } from "./schema.ts";

interface Job {
  readonly work: (trx: Kysely<Tables>) => Promise<unknown>;
  readonly done: (result: never) => void;
  readonly fail: (fault: unknown) => void;
}

/** So many wait for the disk together at the most: what one transaction holds back is never long. */
const most = 200;

/**
 * Writes what several connections ask for in one turn in one transaction, in the order they asked: they wait for the
 * disk once instead of each for itself. What is asked for while one is being written goes into the next.
 */
export class GroupCommit {
  readonly #db: Kysely<Tables>;
  #waiting: Job[] = [];
  #isWriting = false;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Resolves once the work is on disk. When a commit fails, nothing of its group is, and all of it rejects. */
  ask<Result>(work: (trx: Kysely<Tables>) => Promise<Result>): Promise<Result> {
    return new Promise<Result>((done, fail) => {
      this.#waiting.push({ work, done, fail });
      if (this.#isWriting) return;
      this.#isWriting = true;
      // Not at once: other connections may have something to write down in this very turn.
      setImmediate(() => void this.#write());
    });
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, most);
      try {
        const results = await this.#db.transaction().execute(async (trx) => {
          const found: unknown[] = [];
          for (const { work } of group) found.push(await work(trx));
          return found;
        });
        for (const [at, { done }] of group.entries()) done(results[at] as never);
      } catch (fault) {
        for (const { fail } of group) fail(fault);
      }
    }
    this.#isWriting = false;
  }
}
