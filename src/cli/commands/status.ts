import type { Tally } from "../../domain/delivery.ts";
import { dayInWords } from "../../domain/dates.ts";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import type { Ledger } from "../../deliver/ledger.ts";
import type { RowReport, Run } from "../../deliver/records.ts";
import { cycleAt, type Cycle } from "../../plan/calendar.ts";
import { isRehearsal } from "../../plan/delivery.ts";
import { nextStep, type Standing } from "../../plan/next-step.ts";
import { editionOf, findCycle, requireEdition, requireSettings, tellProblems } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { earlierRuns, openToolkitLedger, standingRuns } from "../ledger.ts";
import { printTally } from "../follow.ts";
import { openWorkshop, type Workshop } from "../workshop.ts";
import { gatesOf } from "./send.ts";

/** One list that an edition was sent to. */
interface SentRun {
  readonly run: Run;
  readonly tally: Tally;
  /** Those who did not surely get it. */
  readonly open: readonly RowReport[];
  /** The same of those who have left the list since; the rows are those of the earlier list. */
  readonly gone: readonly RowReport[];
}

/** `onetopic status [cycle]` */
export async function status(context: Context, id: string | undefined): Promise<ExitCode> {
  const workshop = await openWorkshop(context, await openToolkit(context));
  const { toolkit } = workshop;
  requireSettings(context, toolkit);
  const cycle = findCycle(context, toolkit, id);
  const isPicked = editionOf(toolkit, cycle.id) !== undefined;
  const mailing = isPicked ? requireEdition(toolkit, cycle) : undefined;
  const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, false);
  try {
    const sent = await sentRuns(ledger, cycle.id);
    const standing = nextStep(cycle.id, {
      isPicked,
      gates: mailing ? await gatesOf(context, workshop, mailing, ledger, toolkit.settings.transport) : [],
      // A rehearsal has reached nobody.
      sent: sent
        .filter(({ run }) => !isRehearsal(run.transport, toolkit.settings.transport))
        .map(({ tally }) => tally),
      nextCycle: cycleAt(toolkit.settings.cycle, cycle.index + 1).id,
    });
    tell(context, workshop, cycle, mailing?.topic.slug, standing, sent);
    return mailing || toolkit.problems.length === 0 ? EXIT.done : tellProblems(context, toolkit.problems);
  } finally {
    await ledger.close();
    await workshop.studio.close();
  }
}

async function sentRuns(ledger: Ledger, cycle: string): Promise<SentRun[]> {
  const sent: SentRun[] = [];
  for (const run of await standingRuns(ledger, cycle)) {
    const rows = await ledger.rows(run);
    const open = rows.filter(
      ({ state }) => state === "rejected" || state === "unknown" || state === "deferred",
    );
    sent.push({ run, tally: await ledger.tally(run), open, gone: await goneFrom(ledger, run, rows) });
  }
  return sent;
}

/** Each message is one person's, whichever row they stand in. */
async function goneFrom(ledger: Ledger, run: Run, rows: readonly RowReport[]): Promise<RowReport[]> {
  const earlier = await earlierRuns(ledger, run);
  if (earlier.length === 0) return [];
  const seen = new Set(rows.map(({ messageId }) => messageId));
  const gone: RowReport[] = [];
  for (const before of earlier) {
    if (isRehearsal(before.transport, run.transport)) continue;
    for (const row of await ledger.rows(before)) {
      if ((row.state !== "rejected" && row.state !== "unknown") || seen.has(row.messageId)) continue;
      seen.add(row.messageId);
      gone.push(row);
    }
  }
  return gone;
}

function tell(
  { out, now }: Context,
  { toolkit }: Workshop,
  cycle: Cycle,
  slug: string | undefined,
  { state, next }: Standing,
  sent: readonly SentRun[],
): void {
  const runs = sent.map(({ run, tally, open, gone }) => ({
    variant: run.variant,
    list: run.list,
    transport: run.transport,
    ...tally,
    open,
    gone,
  }));
  out.document({ cycle: cycle.id, topic: slug ?? null, state, date: cycle.date ?? null, next, runs });
  const topic = toolkit.topics.find((one) => one.slug === slug);
  out.print(
    `${out.style("bold", cycle.label)}  ${topic ? `${topic.title} (${topic.slug})` : "no topic picked"}`,
  );
  if (cycle.date) {
    const past = Date.parse(cycle.date) > now.getTime() ? "" : " (past)";
    out.print(`  send date: ${dayInWords(cycle.date)}, ${cycle.date.slice(11, 16)}${past}`);
  }
  out.print(`  state: ${state.replaceAll("-", " ")}`);
  for (const { run, tally, open, gone } of sent) {
    out.print();
    out.print(`  ${run.variant} to ${run.list}, through ${run.transport}`);
    printTally(out, tally);
    for (const row of open.slice(0, 20))
      out.print(`    row ${row.row} ${row.address}: ${row.state}${row.reply ? `: ${row.reply}` : ""}`);
    if (open.length > 20) out.print(`    and ${open.length - 20} more (onetopic status --json lists all)`);
    for (const row of gone.slice(0, 20))
      out.print(
        `    ${row.address}, no longer on the list: ${row.state}${row.reply ? `: ${row.reply}` : ""}`,
      );
    if (gone.length > 20) out.print(`    and ${gone.length - 20} more (onetopic status --json lists all)`);
  }
  out.print();
  out.print(next.why);
  out.print(`Next: ${out.style("bold", next.command)}`);
}
