import type { Clock } from "../deliver/clock.ts";
import type { LedgerView } from "../deliver/ledger-view.ts";
import { EXIT, UserError, type ExitCode } from "../domain/user-error.ts";
import type { Cycle } from "../plan/calendar.ts";
import type { Context } from "./context.ts";
import { printTally } from "./follow.ts";
import { wrapText } from "./output.ts";
import { Watcher, type Look } from "./watch-look.ts";
import { lookDocument, plainLine, screenLines } from "./watch-words.ts";

/** How often the ledger is looked at; and how often a line says so where there is no screen to draw on. Milliseconds. */
export interface Rhythm {
  readonly look: number;
  readonly line: number;
}

export const usualRhythm: Rhythm = { look: 1_000, line: 10_000 };

/**
 * Watches how an edition is sent, by whomever, until nothing more will happen or it is stopped. Changes nothing.
 * @returns 0 when everyone was accepted, 1 when some were not or it was cancelled, 130 when stopped before the end
 * @throws UserError (exit 1) when nothing was sent or frozen yet
 */
export async function watch(
  context: Context,
  {
    ledger,
    cycle,
    clock,
    rhythm,
  }: { ledger: LedgerView | undefined; cycle: Cycle; clock: Clock; rhythm: Rhythm },
): Promise<ExitCode> {
  const watcher = ledger && new Watcher(ledger, cycle.id, clock.now);
  const shown = new Shown(context, cycle, rhythm);
  let last = await watcher?.look();
  if (!watcher || !last || last.runs.length === 0)
    throw new UserError(
      "nothing-to-watch",
      `Nothing of ${cycle.id} is sent, or waits to be sent.`,
      `Send it first: onetopic send ${cycle.id} --to LIST. Then watch it from another window.`,
    );
  const { signal } = context;
  shown.show(last);
  while (!last.isDone && !signal.aborted) {
    await clock.sleep(rhythm.look, signal);
    const next = signal.aborted ? undefined : await lookAgain(watcher, shown);
    if (next) shown.show((last = next));
  }
  shown.end(last);
  if (!last.isDone) return EXIT.cancelled;
  const isGood = last.runs.every(
    ({ tally }) => tally.rejected + tally.unknown + tally.deferred + tally.pending === 0,
  );
  return isGood ? EXIT.done : EXIT.findings;
}

/** A ledger that cannot be reached for a while is asked again. */
async function lookAgain(watcher: Watcher, shown: Shown): Promise<Look | undefined> {
  try {
    return await watcher.look();
  } catch (fault) {
    if (!(fault instanceof UserError) || !/^ledger-(unreachable|busy)$/.test(fault.code)) throw fault;
    shown.fault(fault);
    return undefined;
  }
}

/** Shows what is seen: on a screen, line by line, or as JSON. */
class Shown {
  readonly #context: Context;
  readonly #cycle: Cycle;
  readonly #rhythm: Rhythm;
  #toldAt = Number.NEGATIVE_INFINITY;
  #told = "";
  #fault = "";
  #screen: readonly string[] = [];

  constructor(context: Context, cycle: Cycle, rhythm: Rhythm) {
    this.#context = context;
    this.#cycle = cycle;
    this.#rhythm = rhythm;
  }

  show(look: Look): void {
    const { out } = this.#context;
    this.#fault = "";
    if (out.json) return out.event(lookDocument(look, this.#cycle.id));
    if (out.terminal) {
      this.#screen = screenLines(look, this.#cycle.label, out);
      return out.paint(this.#screen);
    }
    // What somebody has ordered, or who comes and goes, is told at once.
    const key = JSON.stringify([
      look.runs.map(({ run, goesOn }) => [run.id, run.control, goesOn]),
      [...look.senders, ...look.waiting].map(({ owner, isAlive }) => [owner, isAlive]),
    ]);
    if (key === this.#told && look.at - this.#toldAt < this.#rhythm.line) return;
    this.#told = key;
    this.#toldAt = look.at;
    out.print(plainLine(look));
  }

  /** Said once in a row. */
  fault({ code, message }: UserError): void {
    if (this.#fault === message) return;
    this.#fault = message;
    const { out } = this.#context;
    const said = `${message} It is asked again.`;
    out.event({ event: "fault", code, message });
    // Said on its own, it would push aside what is drawn over.
    if (!out.terminal) return out.warn(said);
    return out.paint([...this.#screen, "", ...wrapText(said, out.width - 1)]);
  }

  end(look: Look): void {
    const { out } = this.#context;
    if (out.json || !look.isDone) return;
    for (const { run, tally } of look.runs) {
      out.print();
      out.print(`${run.variant} to ${run.list}, through ${run.transport}`);
      printTally(out, tally, run.transport);
    }
  }
}
