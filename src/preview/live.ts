import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { compareText, type Problem } from "../domain/problem.ts";
import { UserError } from "../domain/user-error.ts";
import type { Standing } from "../plan/next-step.ts";
import { openCalm, type Calm } from "./calm.ts";
import type { Stage } from "./stage.ts";

/** Milliseconds without a change after which the check begins. */
const beforeCheck = 300;

/** What pages show now: the stage, and what takes longer to find out. */
export interface Shown {
  readonly stage: Stage;
  /** Grows with everything that a page may show differently. */
  readonly version: number;
  /** Nothing while it is found out for the first time; or why it cannot be told. */
  readonly standing?: Standing | UserError | undefined;
  /** Of the outbox and the ledger, as `Stage.mark` gives it, when `standing` was found out. */
  readonly mark?: string | undefined;
  /** Those of the toolkit's files alone, until the first check has ended. */
  readonly problems: readonly Problem[];
  /** True when `problems` are those of a whole check of what is shown. */
  readonly isChecked: boolean;
  /** True when a check has ended before, of this or of what was shown earlier. */
  readonly wasChecked: boolean;
  /** Why the toolkit cannot be read at all just now; the stage is the last one that could. */
  readonly fault?: UserError | undefined;
  /** True when that is because it is no longer where it was. */
  readonly isGone: boolean;
  /** How changes are followed, where that is not as it should be. */
  readonly watching?: UserError | undefined;
}

/** Something changed: what is shown has another version now. */
export interface Change {
  readonly version: number;
  /** The files behind it, relative to the toolkit; none when something was found out. */
  readonly files: readonly string[];
}

export interface Live {
  /** Tells one start of the program from the next. */
  readonly run: string;
  readonly shown: () => Shown;
  /** Reads again what changed; with no files, because the day did. Several changes at once are one. Resolves when it is shown. */
  readonly change: (files: readonly string[]) => Promise<void>;
  /** Something was sent, or written to the outbox: the toolkit is the same, but not where it stands. */
  readonly happened: () => Promise<void>;
  /** Pages say that changes are not followed as they should be. */
  readonly warn: (watching: UserError) => void;
  /** @returns what ends it */
  readonly subscribe: (listener: (change: Change) => void) => () => void;
  /** Somebody looks on, until they end it. */
  readonly lookOn: () => () => void;
  /** Whether anybody looks on. */
  readonly isWatched: () => boolean;
  readonly calm: Calm;
  /** Resolves when nothing is being read or found out. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface LiveOptions {
  /** Reads the toolkit; the last stage helps where a file cannot be used. @throws UserError when it cannot be read at all */
  readonly open: (last: Stage | undefined) => Promise<Stage>;
  /** Takes what nobody expected. */
  readonly onFault: (fault: unknown) => void;
  /** Takes secrets out of what a fault says. */
  readonly conceal: (text: string) => string;
}

/** Opens the stage, and keeps it in step with the files. @throws UserError when it cannot be opened at all */
export async function openLive(options: LiveOptions): Promise<Live> {
  const live = new LiveStage(options, freshly(await options.open(undefined), undefined));
  live.findOut();
  return {
    run: randomBytes(8).toString("hex"),
    shown: () => live.shown,
    change: (files) => live.change(files),
    happened: () => live.happened(),
    warn: (watching) => live.show({ watching }),
    subscribe: (listener) => {
      live.listeners.add(listener);
      return () => void live.listeners.delete(listener);
    },
    lookOn: () => {
      const onlooker = Symbol();
      live.onlookers.add(onlooker);
      return () => void live.onlookers.delete(onlooker);
    },
    isWatched: () => live.onlookers.size > 0,
    calm: live.calm,
    settled: () => live.settled(),
    close: () => live.close(),
  };
}

class LiveStage {
  readonly listeners = new Set<(change: Change) => void>();
  readonly onlookers = new Set<symbol>();
  readonly calm = openCalm();
  shown: Shown;
  readonly #options: LiveOptions;
  /** Files that changed since the last reading; nothing when none did and the day is the same. */
  #waiting: Set<string> | undefined;
  #search = new AbortController();
  #reading: Promise<void> | undefined;
  #standing: Promise<void> = Promise.resolve();
  #checking: Promise<void> = Promise.resolve();

  constructor(options: LiveOptions, shown: Shown) {
    this.#options = options;
    this.shown = shown;
  }

  show(next: Partial<Shown>, files: readonly string[] = []): void {
    this.shown = { ...this.shown, ...next, version: this.shown.version + 1 };
    // Pages come for what is new; until they have it, nothing else is begun.
    this.calm.begin()();
    for (const tell of this.listeners) tell({ version: this.shown.version, files });
  }

  change(files: readonly string[]): Promise<void> {
    this.#waiting ??= new Set();
    for (const file of files) this.#waiting.add(file);
    return (this.#reading ??= this.#read());
  }

  happened(): Promise<void> {
    return (this.#standing = this.#standing.then(() => this.#findStanding()));
  }

  /** Finds out anew what stands behind the stage; what is under way for another one ends. */
  findOut(): void {
    this.#search.abort();
    this.#search = new AbortController();
    const { signal } = this.#search;
    const standing = this.calm.quiet().then(() => (signal.aborted ? undefined : this.happened()));
    this.#checking = Promise.all([this.#checking, standing]).then(() => this.#check(signal));
  }

  async settled(): Promise<void> {
    await this.#reading;
    await this.#standing;
    await this.#checking;
  }

  async close(): Promise<void> {
    this.#search.abort();
    await this.settled();
  }

  async #read(): Promise<void> {
    while (this.#waiting) {
      const files = [...this.#waiting].toSorted(compareText);
      this.#waiting = undefined;
      try {
        this.show(freshly(await this.#options.open(this.shown.stage), this.shown), files);
        this.findOut();
      } catch (error) {
        const isGone = (await this.shown.stage.mark()) === undefined;
        this.show({ fault: this.#inWords(error), isGone }, files);
      }
    }
    this.#reading = undefined;
  }

  async #findStanding(): Promise<void> {
    const { stage } = this.shown;
    const mark = await stage.mark();
    // Where nothing is, nothing was sent either: what was known before is right.
    if (mark === undefined) return;
    const standing = await stage.standing().catch((error: unknown) => this.#inWords(error));
    if (stage !== this.shown.stage) return;
    const isNews = mark !== this.shown.mark || !isSame(standing, this.shown.standing);
    if (isNews) this.show({ standing, mark });
  }

  async #check(signal: AbortSignal): Promise<void> {
    try {
      // Who saves once will soon save again.
      await sleep(beforeCheck, undefined, { signal, ref: false });
      const problems = await this.shown.stage.findings(signal);
      if (!signal.aborted) this.show({ problems, isChecked: true, wasChecked: true });
    } catch (error) {
      if (!signal.aborted) this.show({ fault: this.#inWords(error) });
    }
  }

  #inWords(error: unknown): UserError {
    const { conceal } = this.#options;
    if (error instanceof UserError)
      return new UserError(error.code, conceal(error.message), conceal(error.hint), { cause: error });
    this.#options.onFault(error);
    return new UserError(
      "bug",
      "Something went wrong here that is a fault of onetopic, not yours.",
      "The window in which you started the preview says more. Please report it.",
    );
  }
}

function isSame(one: Shown["standing"], other: Shown["standing"]): boolean {
  const words = (standing: Shown["standing"]) =>
    standing instanceof UserError ? [standing.message, standing.hint] : standing;
  return JSON.stringify(words(one)) === JSON.stringify(words(other));
}

/** What was found out before stays until it is found out anew, so that pages do not flicker; but faults that are mended go. */
function freshly(stage: Stage, before: Shown | undefined): Shown {
  const ofFiles = stage.toolkit.problems;
  const files = new Set(ofFiles.map(({ path }) => path));
  const faulty = new Set(before?.stage.toolkit.problems.map(({ path }) => path));
  const kept = before?.wasChecked
    ? before.problems.filter(({ path }) => !files.has(path) && !faulty.has(path))
    : [];
  return {
    stage,
    version: before?.version ?? 1,
    standing: before?.standing,
    mark: before?.mark,
    problems: [...ofFiles, ...kept],
    isChecked: false,
    wasChecked: before?.wasChecked ?? false,
    fault: undefined,
    isGone: false,
    watching: before?.watching,
  };
}
