import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { setImmediate as letOthersSpeak } from "node:timers/promises";
import { fileURLToPath } from "node:url";
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

/**
 * Processes that work beside this one, on the other processors. They get ready while the toolkit is read. Threads of one
 * process hinder each other here: two take twice as long as one (measured), where two processes take hardly longer.
 */
export interface Crew {
  /** Parses topics that the memory does not know, together with this process. */
  readonly reading: (memory: ParseMemory | undefined) => ParseMemory | undefined;
  readonly judging: (orders: Orders, input: CheckInput) => Judge;
  readonly close: () => Promise<void>;
}

/** Topics handed over at a time: few enough that nobody waits at the end, enough that handing over costs nothing. */
const batch = 8;
/** Batches that a helper has before it, so that it never waits for this process. */
const ahead = 3;
/** Starting a helper takes as long as judging about so many topics. Source: measured. */
const worthAHelper = 150;

/**
 * Beside this process, V8 compiles and collects garbage on another processor: on two, a helper only gets in the way.
 * @param topics about how many there are to judge: few need no helpers
 */
export function startCrew(topics: number, processors = availableParallelism()): Crew {
  const size = Math.min(processors - 2, 7, Math.floor(topics / worthAHelper));
  const helpers = Array.from({ length: Math.max(0, size) }, () => new Helper());
  return {
    reading: (memory) => (helpers.length === 0 ? memory : sharedReading(helpers, memory)),
    judging: (orders, input) =>
      helpers.length === 0 ? judgeHere(input, orders.depth) : sharedJudging(helpers, orders, input),
    close: async () => void (await Promise.all(helpers.map((helper) => helper.dismiss()))),
  };
}

/** One process of the crew. */
class Helper {
  readonly #process: ChildProcess;
  #fault: Error | undefined;
  #onFault: (fault: Error) => void = () => {};

  constructor() {
    const program = fileURLToPath(import.meta.resolve("#package/dist/bundle/check-helper.js"));
    this.#process = fork(program, {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#process.on("error", (error) => this.#fail(error));
    this.#process.on("exit", (code, signal) =>
      this.#fail(new Error(`A process of check ended with ${code ?? signal}.`)),
    );
  }

  ask(question: Question): void {
    // That it cannot be reached any more is told by its end.
    this.#process.send(question, () => {});
  }

  /** @param onFault called when it ends too early, also if it has by now */
  listen(onAnswer: (answer: Answer) => void, onFault: (fault: Error) => void): void {
    this.#process.on("message", onAnswer);
    this.#onFault = onFault;
    if (this.#fault) onFault(this.#fault);
  }

  async dismiss(): Promise<void> {
    this.#onFault = () => {};
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  #fail(error: Error): void {
    this.#fault ??= error;
    this.#onFault(this.#fault);
  }
}

interface WaitingPage extends Page {
  readonly give: (parsed: ParsedFile) => void;
  readonly refuse: (fault: Error) => void;
}

/** This process takes pages from the front, the helpers from the end. */
function sharedReading(helpers: readonly Helper[], memory: ParseMemory | undefined): ParseMemory {
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

function letParse(helper: Helper, waiting: WaitingPage[]): void {
  let taken: WaitingPage[] = [];
  const listen = (answer: Answer) => {
    if (typeof answer === "object" && "judgements" in answer) return;
    if (answer !== "ready")
      for (const [at, page] of taken.entries()) page.give(answer.parsed[at] as ParsedFile);
    taken = waiting.splice(-batch);
    if (taken.length === 0) return;
    const pages = taken.map(({ file, text }) => ({ file, text }));
    helper.ask({ pages });
  };
  helper.listen(listen, (fault) => {
    for (const page of taken) page.refuse(fault);
  });
}

function sharedJudging(helpers: readonly Helper[], orders: Orders, input: CheckInput): Judge {
  return async function* (topics) {
    const all = orders.toolkit.topics;
    const places = new Map(all.map((topic, place) => [topic, place]));
    const waiting = topics.map((topic) => places.get(topic) as number);
    const answers = new Answers();
    const own = judgeHere(input, orders.depth);
    for (const helper of helpers) letJudge(helper, orders, waiting, answers);
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

function letJudge(helper: Helper, orders: Orders, waiting: number[], answers: Answers): void {
  const ask = () => {
    const topics = waiting.splice(0, batch);
    if (topics.length > 0) helper.ask({ topics });
  };
  const listen = (answer: Answer) => {
    if (typeof answer !== "object" || !("judgements" in answer)) return;
    ask();
    answers.put(answer.judgements);
  };
  helper.listen(listen, (fault) => answers.fail(fault));
  helper.ask({ orders });
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
