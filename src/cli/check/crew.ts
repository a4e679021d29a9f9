import { availableParallelism } from "node:os";
import { setImmediate as letOthersSpeak } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { judgeHere, type CheckInput, type Depth, type Judge, type Judged } from "../../check/judge.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Topic } from "../../domain/topic.ts";
import { parseTopic, topicsFolder, type ParsedFile, type ParseMemory } from "../../toolkit/load.ts";

/** What a helper must know before it can judge. */
export interface Orders {
  readonly toolkit: Toolkit;
  readonly now: Date;
  readonly depth: Depth;
}

/** A topic's file, to be parsed. */
interface Page {
  readonly file: string;
  readonly text: string;
}

/** What a helper is told: files to parse; or its orders once, then topics by their places in the toolkit. */
export type Question =
  { readonly pages: readonly Page[] } | { readonly orders: Orders } | { readonly topics: readonly number[] };
export type Judgements = readonly (readonly [place: number, judged: Judged])[];
export type Answer =
  "ready" | { readonly parsed: readonly ParsedFile[] } | { readonly judgements: Judgements };

/** Threads that work beside this one, on the other processors. They get ready while the toolkit is read. */
export interface Crew {
  /** Parses topics that the memory does not know, together with this thread. */
  readonly reading: (memory: ParseMemory | undefined) => ParseMemory | undefined;
  readonly judging: (orders: Orders, input: CheckInput) => Judge;
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
  let fault: Error | undefined;
  for (const helper of helpers) helper.on("error", (error) => (fault ??= error));
  return {
    reading: (memory) => (helpers.length === 0 ? memory : sharedReading(helpers, memory)),
    judging: (orders, input) =>
      helpers.length === 0 ? judgeHere(input, orders.depth) : sharedJudging(helpers, orders, input, fault),
    close: async () => void (await Promise.all(helpers.map((helper) => helper.terminate()))),
  };
}

interface WaitingPage extends Page {
  readonly give: (parsed: ParsedFile) => void;
  readonly refuse: (fault: Error) => void;
}

/** This thread takes pages from the front, the helpers from the end. */
function sharedReading(helpers: readonly Worker[], memory: ParseMemory | undefined): ParseMemory {
  const waiting: WaitingPage[] = [];
  for (const helper of helpers) letParse(helper, waiting);
  let isAtWork = false;
  const work = async () => {
    isAtWork = true;
    for (let done = 1; waiting.length > 0; done += 1) {
      const page = waiting.shift() as WaitingPage;
      page.give(parseTopic(page.text, page.file));
      if (done % batch === 0) await letOthersSpeak();
    }
    isAtWork = false;
  };
  return {
    keep: (...args) => memory?.keep(...args),
    recall: async (file, text) => {
      const known = await memory?.recall(file, text);
      if (known || !file.startsWith(`${topicsFolder}/`)) return known;
      const parsed = await new Promise<ParsedFile>((give, refuse) => {
        waiting.push({ file, text, give, refuse });
        if (!isAtWork) void work();
      });
      memory?.keep(file, text, parsed);
      return parsed;
    },
  };
}

function letParse(helper: Worker, waiting: WaitingPage[]): void {
  let taken: WaitingPage[] = [];
  const listen = (answer: Answer) => {
    if (typeof answer === "object" && "judgements" in answer) return;
    if (answer !== "ready")
      for (const [at, page] of taken.entries()) page.give(answer.parsed[at] as ParsedFile);
    taken = waiting.splice(-batch);
    if (taken.length === 0) return;
    const pages = taken.map(({ file, text }) => ({ file, text }));
    helper.postMessage({ pages } satisfies Question);
  };
  helper.on("message", listen);
  helper.on("error", (fault) => {
    for (const page of taken) page.refuse(fault);
  });
}

/** @param before what ended a helper before there was anything to judge */
function sharedJudging(
  helpers: readonly Worker[],
  orders: Orders,
  input: CheckInput,
  before: Error | undefined,
): Judge {
  return async function* (topics) {
    const all = orders.toolkit.topics;
    const places = new Map(all.map((topic, place) => [topic, place]));
    const waiting = topics.map((topic) => places.get(topic) as number);
    const answers = new Answers();
    const own = judgeHere(input, orders.depth);
    for (const helper of helpers) letJudge(helper, orders, waiting, answers);
    if (before) answers.fail(before);
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

function letJudge(helper: Worker, orders: Orders, waiting: number[], answers: Answers): void {
  const ask = () => {
    const topics = waiting.splice(0, batch);
    if (topics.length > 0) helper.postMessage({ topics } satisfies Question);
  };
  helper.on("message", (answer: Answer) => {
    if (typeof answer !== "object" || !("judgements" in answer)) return;
    ask();
    answers.put(answer.judgements);
  });
  helper.on("error", (error) => answers.fail(error));
  helper.postMessage({ orders } satisfies Question);
  for (let count = 0; count < ahead; count += 1) ask();
}

/** Answers that came and were not yet taken. */
class Answers {
  #ready: Judgements[number][] = [];
  #fault: Error | undefined;
  #wake: () => void = () => {};

  put(judgements: Judgements): void {
    this.#ready.push(...judgements);
    this.#wake();
  }

  fail(error: Error): void {
    this.#fault = error;
    this.#wake();
  }

  /** @param wait for at least one, when there is nothing else to do */
  async take(wait: boolean): Promise<Judgements> {
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
