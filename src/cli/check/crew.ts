import { availableParallelism } from "node:os";
import { setImmediate as letOthersSpeak } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { judgeHere, type CheckInput, type Depth, type Judge, type Judged } from "../../check/judge.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Topic } from "../../domain/topic.ts";

/** What a helper must know before it can judge. */
export interface Orders {
  readonly toolkit: Toolkit;
  readonly now: Date;
  readonly depth: Depth;
}

/** What a helper is told: its orders once, then topics by their places in the toolkit. */
export type Question = { readonly orders: Orders } | { readonly topics: readonly number[] };
export type Answer = readonly (readonly [place: number, judged: Judged])[];

/** Threads that judge topics beside this one, on the other processors. They get ready while the toolkit is read. */
export interface Crew {
  readonly judge: (orders: Orders, input: CheckInput) => Judge;
  readonly close: () => Promise<void>;
}

/** Topics handed over at a time: few enough that nobody waits at the end, enough that handing over costs nothing. */
const batch = 8;
/** Batches that a helper has before it, so that it never waits for this thread. */
const ahead = 3;
/** Starting a helper takes as long as judging about so many topics. Source: measured. */
const worthAHelper = 150;

/** @param topics about how many there are to judge: few need no helpers */
export function startCrew(topics: number): Crew {
  const size = Math.min(availableParallelism() - 1, 7, Math.floor(topics / worthAHelper));
  const helpers = Array.from(
    { length: Math.max(0, size) },
    () => new Worker(new URL("./helper.js", import.meta.url)),
  );
  return {
    judge: (orders, input) =>
      helpers.length === 0 ? judgeHere(input, orders.depth) : shared(helpers, orders, input),
    close: async () => void (await Promise.all(helpers.map((helper) => helper.terminate()))),
  };
}

function shared(helpers: readonly Worker[], orders: Orders, input: CheckInput): Judge {
  return async function* (topics) {
    const all = orders.toolkit.topics;
    const places = new Map(all.map((topic, place) => [topic, place]));
    const waiting = topics.map((topic) => places.get(topic) as number);
    const answers = new Answers();
    const own = judgeHere(input, orders.depth);
    for (const helper of helpers) hire(helper, orders, waiting, answers);
    for (let missing = topics.length; missing > 0;) {
      const mine = waiting.splice(0, batch).map((place) => all[place] as Topic);
      for await (const found of own(mine)) {
        missing -= 1;
        yield found;
      }
      await letOthersSpeak();
      for (const [place, judged] of await answers.take(mine.length === 0)) {
        missing -= 1;
        yield [all[place] as Topic, judged];
      }
    }
  };
}

function hire(helper: Worker, orders: Orders, waiting: number[], answers: Answers): void {
  const ask = () => {
    const topics = waiting.splice(0, batch);
    if (topics.length > 0) helper.postMessage({ topics } satisfies Question);
  };
  helper.on("message", (answer: Answer) => {
    ask();
    answers.put(answer);
  });
  helper.on("error", (error) => answers.fail(error));
  helper.postMessage({ orders } satisfies Question);
  for (let count = 0; count < ahead; count += 1) ask();
}

/** Answers that came and were not yet taken. */
class Answers {
  #ready: Answer[number][] = [];
  #fault: Error | undefined;
  #wake: () => void = () => {};

  put(answer: Answer): void {
    this.#ready.push(...answer);
    this.#wake();
  }

  fail(error: Error): void {
    this.#fault = error;
    this.#wake();
  }

  /** @param wait for at least one, when there is nothing else to do */
  async take(wait: boolean): Promise<Answer> {
    if (wait && this.#ready.length === 0 && !this.#fault) {
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    if (this.#fault) throw this.#fault;
    const taken = this.#ready;
    this.#ready = [];
    return taken;
  }
}
