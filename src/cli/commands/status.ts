import type { Sum } from "../../domain/delivery.ts";
import { dayInWords } from "../../domain/dates.ts";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import { systemClock } from "../../deliver/clock.ts";
import type { Ledger } from "../../deliver/ledger.ts";
import type { RowReport, Run } from "../../deliver/records.ts";
import type { Cycle } from "../../plan/calendar.ts";
import { isRehearsal, sumOf } from "../../plan/delivery.ts";
import { momentInWords } from "../../plan/due.ts";
import type { Standing } from "../../plan/next-step.ts";
import type { Since } from "../../plan/since.ts";
import { findCycle, requireSettings, tellProblems } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { wrapText } from "../output.ts";
import { earlierRuns, openToolkitLedger, openToolkitLedgerView, standingRuns } from "../ledger.ts";
import { printTally } from "../follow.ts";
import type { Mailing } from "../sending.ts";
import { sinceLast } from "../since.ts";
import { mailingOf, standingOf } from "../standing.ts";
import { linkNotes, tellSince } from "../tell-pick.ts";
import { usualRhythm, watch } from "../watch.ts";
import { openWorkshop } from "../workshop.ts";

/** One list that an edition was sent to. */
interface SentRun {
  readonly run: Run;
  readonly tally: Sum;
  /** Those who did not surely get it: all of them with `--json`, else the first. */
  readonly open: readonly RowReport[];
  /** The same of those who have left the list since; the rows are those of the earlier list. */
  readonly gone: readonly RowReport[];
}

export interface StatusOptions {
  readonly watch?: boolean;
}

/** `onetopic status [cycle]` */
export async function status(
  context: Context,
  id: string | undefined,
  options: StatusOptions = {},
): Promise<ExitCode> {
  if (options.watch) return watchStatus(context, id);
  const workshop = await openWorkshop(context, await openToolkit(context));
  const { toolkit } = workshop;
  requireSettings(context, toolkit);
  const cycle = findCycle(context, toolkit, id);
  const mailing = mailingOf(toolkit, cycle);
  const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, false);
  try {
    const sent = await sentRuns(context, ledger, cycle.id);
    const standing = await standingOf(context, workshop, ledger, cycle, sent);
    const since = mailing && (await sinceLast(context, toolkit, mailing.topic, cycle.id));
    const links = mailing ? linkNotes(toolkit, cycle.id, mailing.topic) : [];
    tell(context, cycle, mailing, standing, { sent, since, links });
    return mailing || toolkit.problems.length === 0 ? EXIT.done : tellProblems(context, toolkit.problems);
  } finally {
    await ledger.close();
    await workshop.studio.close();
  }
}

/** `onetopic status [cycle] --watch` */
async function watchStatus(context: Context, id: string | undefined): Promise<ExitCode> {
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const cycle = findCycle(context, toolkit, id);
  const ledger = await openToolkitLedgerView(context, toolkit.root, toolkit.settings.ledger);
  try {
    return await watch(context, { ledger, cycle, clock: systemClock, rhythm: usualRhythm });
  } finally {
    await ledger?.close();
  }
}

/** So many people are named on a screen. */
const shown = 20;

async function sentRuns({ out }: Context, ledger: Ledger, cycle: string): Promise<SentRun[]> {
  const sent: SentRun[] = [];
  for (const run of await standingRuns(ledger, cycle)) {
    const earlier = await earlierRuns(ledger, run);
    const open: RowReport[] = [];
    const seen = new Set<string | undefined>();
    for await (const row of ledger.unsettled(run)) {
      if (open.length < shown || out.json) open.push(row);
      else if (earlier.length === 0) break;
      if (earlier.length > 0) seen.add(row.messageId);
    }
    sent.push({
      run,
      tally: sumOf(await ledger.tally(run), run.transport, await ledger.mailed(run)),
      open,
      gone: await goneFrom(ledger, run, earlier, seen),
    });
  }
  return sent;
}

/** @param seen the messages of those still on the list; each message is one person's, whichever row they stand in */
async function goneFrom(
  ledger: Ledger,
  run: Run,
  earlier: readonly Run[],
  seen: Set<string | undefined>,
): Promise<RowReport[]> {
  const gone: RowReport[] = [];
  for (const before of earlier) {
    if (isRehearsal(before.transport, run.transport)) continue;
    for await (const row of ledger.unsettled(before)) {
      if ((row.state !== "rejected" && row.state !== "unknown") || seen.has(row.messageId)) continue;
      seen.add(row.messageId);
      gone.push(row);
    }
  }
  return gone;
}

function controlInWords({ control }: Run): string {
  if (!control) return "";
  return `, ${control.order}${control.reason === undefined ? "" : `: ${control.reason}`}`;
}

/** What there is to tell beside where it stands. */
interface Known {
  readonly sent: readonly SentRun[];
  /** What has changed since the topic came last; nothing when it never came. */
  readonly since: Since | undefined;
  /** That its link was used lately. */
  readonly links: readonly string[];
}

function tell(
  { out, now }: Context,
  cycle: Cycle,
  mailing: Pick<Mailing, "topic" | "edition"> | undefined,
  { state, next }: Standing,
  { sent, since, links }: Known,
): void {
  const runs = sent.map(({ run, tally, open, gone }) => ({
    variant: run.variant,
    list: run.list,
    transport: run.transport,
    control: run.control ?? null,
    ...tally,
    open,
    gone,
  }));
  const { topic, edition } = mailing ?? {};
  const schedule = edition?.schedule ?? null;
  const slug = topic?.slug ?? null;
  const date = cycle.date ?? null;
  const notes = links.length > 0 ? { notes: links } : {};
  out.document({
    cycle: cycle.id,
    topic: slug,
    state,
    date,
    schedule,
    since: since ?? null,
    ...notes,
    next,
    runs,
  });
  out.print(
    `${out.style("bold", cycle.label)}  ${topic ? `${topic.title} (${topic.slug})` : "no topic picked"}`,
  );
  if (cycle.date) {
    const past = Date.parse(cycle.date) > now.getTime() ? "" : " (past)";
    out.print(`  send date: ${dayInWords(cycle.date)}, ${cycle.date.slice(11, 16)}${past}`);
  }
  if (schedule)
    out.print(
      `  ${sent.length > 0 ? "was scheduled" : "scheduled"}: ${momentInWords(schedule.at)}, ${schedule.variant} to ${schedule.list}`,
    );
  if (since) tellSince(out, since, slug ?? "");
  for (const note of links) out.warn(`${out.sayStyle("yellow", "Note")}  ${note}`);
  out.print(`  state: ${state.replaceAll("-", " ")}`);
  for (const { run, tally, open, gone } of sent) {
    out.print();
    out.print(`  ${run.variant} to ${run.list}, through ${run.transport}${controlInWords(run)}`);
    printTally(out, tally, run.transport);
    for (const row of open)
      out.print(
        `    row ${row.row} ${row.address || "(forgotten)"}: ${row.state}${row.reply ? `: ${row.reply}` : ""}`,
      );
    const more = tally.rejected + tally.unknown + tally.deferred - open.length;
    if (more > 0) out.print(`    and ${more} more (onetopic status --json lists all)`);
    for (const row of gone.slice(0, shown))
      out.print(
        `    ${row.address}, no longer on the list: ${row.state}${row.reply ? `: ${row.reply}` : ""}`,
      );
    if (gone.length > shown)
      out.print(`    and ${gone.length - shown} more (onetopic status --json lists all)`);
  }
  out.print();
  // Elsewhere a sentence stays in one line, to be searched for.
  for (const line of out.terminal ? wrapText(next.why, out.width) : [next.why]) out.print(line);
  out.print(`Next: ${out.style("bold", next.command)}`);
}
