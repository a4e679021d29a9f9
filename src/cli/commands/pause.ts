import { count } from "../../domain/count.ts";
import { EXIT, UserError, type ExitCode } from "../../domain/user-error.ts";
import type { Ledger } from "../../deliver/ledger.ts";
import type { Control, Run } from "../../deliver/records.ts";
import { findCycle, requireSettings } from "../campaign.ts";
import { needsFlag, openToolkit, type Context } from "../context.ts";
import { newestRuns, openToolkitLedger } from "../ledger.ts";

export interface PauseOptions {
  readonly why?: string;
}

export interface CancelOptions extends PauseOptions {
  readonly yes?: boolean;
}

/** A run with somebody left to send to, and how many. */
interface Open {
  readonly run: Run;
  readonly left: number;
}

/** `onetopic pause [cycle]`: whoever sends it, on whichever machine, stops at once; `resume` goes on. */
export function pause(context: Context, id: string | undefined, { why }: PauseOptions): Promise<ExitCode> {
  return withOpenRuns(context, id, async (ledger, runs, cycle) => {
    await order(ledger, runs, { order: "paused", reason: why });
    tell(context, cycle, "paused", runs);
    context.out.say(`To go on: onetopic resume ${cycle}`);
    return EXIT.done;
  });
}

/** `onetopic cancel [cycle]`: the same, and nobody goes on with it by mistake. */
export function cancel(
  context: Context,
  id: string | undefined,
  { why, yes = false }: CancelOptions,
): Promise<ExitCode> {
  return withOpenRuns(context, id, async (ledger, runs, cycle) => {
    await confirm(context, runs, yes);
    await order(ledger, runs, { order: "cancelled", reason: why });
    tell(context, cycle, "cancelled", runs);
    context.out.say(
      `They stay on record as not tried. To send them after all: onetopic resume ${cycle} --reopen`,
    );
    return EXIT.done;
  });
}

async function withOpenRuns(
  context: Context,
  id: string | undefined,
  work: (ledger: Ledger, runs: readonly Open[], cycle: string) => Promise<ExitCode>,
): Promise<ExitCode> {
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const cycle = findCycle(context, toolkit, id);
  const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, false);
  try {
    const runs: Open[] = [];
    for (const run of await newestRuns(ledger, cycle.id)) {
      const { pending, deferred } = await ledger.tally(run);
      if (pending + deferred > 0 && run.control?.order !== "cancelled")
        runs.push({ run, left: pending + deferred });
    }
    if (runs.length > 0) return await work(ledger, runs, cycle.id);
    context.out.document({ cycle: cycle.id, runs: [] });
    context.out.print(`Nothing of ${cycle.id} is waiting to be sent.`);
    context.out.say(`See how it went: onetopic status ${cycle.id}`);
    return EXIT.done;
  } finally {
    await ledger.close();
  }
}

async function order(ledger: Ledger, runs: readonly Open[], control: Control): Promise<void> {
  for (const { run } of runs) await ledger.setControl(run, control);
}

async function confirm(context: Context, runs: readonly Open[], isConfirmed: boolean): Promise<void> {
  if (isConfirmed) return;
  if (!context.interactive) throw needsFlag("Your consent to cancel", "--yes");
  const { askConfirm } = await import("../prompts.ts");
  if (await askConfirm(`Cancel ${runs.map(inWords).join(", ")}?`)) return;
  throw new UserError("not-confirmed", "Nothing was cancelled.", "", { exit: EXIT.cancelled });
}

function tell({ out }: Context, cycle: string, what: Control["order"], runs: readonly Open[]): void {
  out.document({
    cycle,
    runs: runs.map(({ run, left }) => ({
      variant: run.variant,
      list: run.list,
      transport: run.transport,
      state: what,
      left,
    })),
  });
  for (const one of runs) out.print(`${cycle}: ${what} ${inWords(one)}.`);
}

function inWords({ run, left }: Open): string {
  return `the ${run.variant} to ${run.list}, with ${count(left, "message")} to go`;
}
