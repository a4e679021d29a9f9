import { randomBytes } from "node:crypto";
import { compareText, type Problem } from "../domain/problem.ts";
import { UserError } from "../domain/user-error.ts";
import type { Standing } from "../plan/next-step.ts";
import type { Stage } from "./stage.ts";

/** What pages show now: the stage, and what takes longer to find out. */
export interface Shown {
  readonly stage: Stage;
  /** Grows with everything that a page may show differently. */
  readonly version: number;
  /** Nothing while it is found out for the first time. */
  readonly standing?: Standing | undefined;
  /** Those of the toolkit's files alone, until the first check has ended. */
  readonly problems: readonly Problem[];
  /** True when `problems` are those of a whole check of what is shown. */
  readonly isChecked: boolean;
  /** Why the toolkit cannot be read at all just now; the stage is the last one that could. */
  readonly fault?: UserError | undefined;
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
  /** Reads again what changed. Several changes at once are one. Resolves when it is shown. */
  readonly change: (files: readonly string[]) => Promise<void>;
  /** @returns what ends it */
  readonly subscribe: (listener: (change: Change) => void) => () => void;
  /** Resolves when nothing is being read or found out. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface LiveOptions {
  /** Reads the toolkit; the last stage helps where a file cannot be used. @throws UserError when it cannot be read at all */
  readonly open: (last: Stage | undefined) => Promise<Stage>;
  /** Takes what nobody expected. */
  readonly onFault: (fault: unknown) => void;
}

/** Opens the stage, and keeps it in step with the files. @throws UserError when it cannot be opened at all */
export async function openLive({ open, onFault }: LiveOptions): Promise<Live> {
  const listeners = new Set<(change: Change) => void>();
  const waiting = new Set<string>();
  let shown = freshly(await open(undefined), undefined);
  let search = new AbortController();
  let reading: Promise<void> | undefined;
  let finding: Promise<void> = Promise.resolve();

  const show = (next: Partial<Shown>, files: readonly string[] = []) => {
    shown = { ...shown, ...next, version: shown.version + 1 };
    for (const tell of listeners) tell({ version: shown.version, files });
  };
  const findOut = () => {
    search.abort();
    search = new AbortController();
    const { signal } = search;
    const { stage } = shown;
    const before = finding;
    const look = async () => {
      await before;
      if (signal.aborted) return;
      const standing = await stage.standing().catch((error: unknown) => unlessUserError(error, onFault));
      if (!signal.aborted) show({ standing });
      const problems = await stage
        .findings(signal)
        .catch((error: unknown) => (signal.aborted ? undefined : unlessUserError(error, onFault)));
      if (problems && !signal.aborted) show({ problems, isChecked: true });
    };
    finding = look().catch(onFault);
  };
  const read = async () => {
    while (waiting.size > 0) {
      const files = [...waiting].toSorted(compareText);
      waiting.clear();
      try {
        show(freshly(await open(shown.stage), shown), files);
        findOut();
      } catch (error) {
        if (error instanceof UserError) show({ fault: error }, files);
        else onFault(error);
      }
    }
    reading = undefined;
  };
  findOut();
  return {
    run: randomBytes(8).toString("hex"),
    shown: () => shown,
    change: (files) => {
      for (const file of files) waiting.add(file);
      return (reading ??= read());
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    settled: async () => {
      await reading;
      await finding;
    },
    close: async () => {
      search.abort();
      await reading;
      await finding;
    },
  };
}

/** What was found out before stays until it is found out anew, so that pages do not flicker. */
function freshly(stage: Stage, before: Shown | undefined): Shown {
  const ofFiles = stage.toolkit.problems;
  const files = new Set(ofFiles.map(({ path }) => path));
  const kept = before?.isChecked ? before.problems.filter(({ path }) => !files.has(path)) : [];
  return {
    stage,
    version: before?.version ?? 1,
    standing: before?.standing,
    problems: [...ofFiles, ...kept],
    isChecked: false,
    fault: undefined,
  };
}

function unlessUserError(error: unknown, onFault: (fault: unknown) => void): undefined {
  if (!(error instanceof UserError)) onFault(error);
  return undefined;
}
