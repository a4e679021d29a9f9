import type { AudienceTally, CameBack } from "../deliver/report.ts";
import type { Ledger } from "../deliver/ledger.ts";
import type { RowReport, Run } from "../deliver/records.ts";
import type { Sum, Tally } from "../domain/delivery.ts";
import type { Outcome } from "../domain/edition.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId } from "../domain/topic.ts";
import { UserError } from "../domain/user-error.ts";
import { sendDate } from "../plan/calendar.ts";
import { isRehearsal, sumOf, tallyCloses } from "../plan/delivery.ts";
import { coverageOf, type Covering } from "../render/report/coverage.ts";
import type { Coverage } from "../render/report/view.ts";
import { standingRuns } from "./ledger.ts";

/** One edition in one variant to one list. */
export interface ReportedRun {
  readonly run: Run;
  readonly title: string;
  /** The send date of its cycle, ISO 8601 with offset. */
  readonly date: string;
  readonly tally: Tally;
  /** The same for scripts. */
  readonly sum: Sum;
  readonly audiences: readonly AudienceTally[];
  readonly cameBack: CameBack;
  /** It went to an outbox, and this toolkit sends in another way: nobody has had it. */
  readonly rehearsal: boolean;
}

/** A row of a list with the run that it is of. */
export interface ReportedRow extends RowReport {
  readonly run: Run;
}

export interface ReportFacts {
  readonly runs: readonly ReportedRun[];
  readonly coverage: Coverage;
  readonly outcomes: readonly (Outcome & { readonly cycle: CycleId })[];
}

/** Everything that went out, in the order of the cycles. @throws UserError when the figures of a run do not add up */
export async function gatherRuns(toolkit: Toolkit, ledger: Ledger): Promise<ReportedRun[]> {
  const cycles = [...new Set((await ledger.runs()).map(({ cycle }) => cycle))];
  const reported: ReportedRun[] = [];
  for (const cycle of cycles)
    for (const run of await standingRuns(ledger, cycle))
      reported.push(await reportedRun(toolkit, ledger, run));
  return reported.toSorted((a, b) => Date.parse(a.date) - Date.parse(b.date) || a.run.id - b.run.id);
}

async function reportedRun({ settings, topics }: Toolkit, ledger: Ledger, run: Run): Promise<ReportedRun> {
  const tally = await ledger.tally(run);
  if (!tallyCloses(tally)) {
    const { audience, ...ends } = tally;
    const sum = Object.values(ends).reduce((total, part) => total + part, 0);
    throw notClosing(run, `the list has ${audience} rows, but ${sum} are accounted for`);
  }
  return {
    run,
    title: topics.find(({ slug }) => slug === run.topic)?.title ?? run.topic,
    date: sendDate(settings.cycle, run.cycle) ?? new Date(run.startedAt).toISOString(),
    tally,
    sum: sumOf(tally, run.transport, await ledger.mailed(run)),
    audiences: await ledger.report.audiences(run),
    cameBack: await ledger.report.cameBack(run),
    rehearsal: isRehearsal(run.transport, settings.transport),
  };
}

/** Every row of the lists of these runs. @throws UserError when they are not as many as the figures say */
export async function gatherRows(ledger: Ledger, runs: readonly ReportedRun[]): Promise<ReportedRow[]> {
  const rows: ReportedRow[] = [];
  for (const { run, tally } of runs) {
    const found = await ledger.rows(run);
    if (found.length !== tally.audience)
      throw notClosing(run, `the list has ${tally.audience} rows, but ${found.length} are on record`);
    for (const row of found) rows.push({ ...row, run });
  }
  return rows;
}

function notClosing(run: Run, why: string): UserError {
  return new UserError(
    "report-open",
    `The figures of ${run.cycle} (${run.variant} to ${run.list}) do not add up: ${why}.`,
    "The ledger is damaged, or was changed by hand. Put back a copy from your backup, then run the same command again.",
  );
}

/** The figures entered by hand, in the order of the cycles. */
export function outcomesOf({ editions }: Toolkit, cycle?: CycleId): ReportFacts["outcomes"] {
  return editions
    .filter((edition) => cycle === undefined || edition.cycle === cycle)
    .flatMap((edition) => (edition.outcomes ?? []).map((outcome) => ({ ...outcome, cycle: edition.cycle })));
}

/** Stands for the audience of a toolkit that names none. */
const everyone = { id: "everyone", title: "Everyone" };

/**
 * Which topic reached which audience on which send date; rehearsals do not count. A message to people of no audience that
 * the settings name counts for all of them where nobody else was on the list.
 */
export function coverageFrom({ settings, topics }: Toolkit, runs: readonly ReportedRun[]): Coverage {
  const known = settings.audiences.length > 0 ? settings.audiences : [everyone];
  const ids = new Set(known.map(({ id }) => id));
  const sent = runs
    .filter(({ rehearsal, tally }) => !rehearsal && tally.accepted > 0)
    .flatMap(({ run: { topic }, date, audiences }): Covering[] => {
      const reached = audiences.filter(({ accepted }) => accepted > 0).map(({ audience }) => audience ?? "");
      const named = reached.filter((audience) => ids.has(audience));
      const day = date.slice(0, 10);
      return named.length > 0
        ? named.map((audience) => ({ topic, audience, date: day }))
        : [{ topic, date: day }];
    });
  const wentOut = new Set(sent.map(({ topic }) => topic));
  const shown = topics.filter(({ slug, status }) => status === "ready" || wentOut.has(slug));
  return coverageOf(shown, known, sent);
}
