import { closeDays } from "../render/report/coverage.ts";
import type { Coverage, ReportView } from "../render/report/view.ts";
import { spreadsheet } from "../render/spreadsheet.ts";
import type { Tally } from "../domain/delivery.ts";
import { table, type Output } from "./output.ts";
import type { ReportedRow, ReportedRun, ReportFacts } from "./report-facts.ts";

/** The report as scripts get it. */
export function reportJson({ runs, coverage, outcomes }: ReportFacts, rows?: readonly ReportedRow[]): object {
  return {
    editions: runs.map(({ run, title, date, sum, audiences, cameBack, rehearsal }) => ({
      cycle: run.cycle,
      topic: run.topic,
      variant: run.variant,
      ...sum,
      title,
      list: run.list,
      transport: run.transport,
      date,
      begun: new Date(run.startedAt).toISOString(),
      rehearsal,
      cameBack,
      audiences,
    })),
    coverage: coverageJson(coverage),
    outcomes,
    ...(rows ? { recipients: rows.map(rowJson) } : {}),
  };
}

function rowJson({
  run,
  row,
  address,
  state,
  because,
  reason,
  attempts,
  reply,
  messageId,
}: ReportedRow): object {
  const { cycle, variant, list } = run;
  return { address, state, because, reason, attempts, reply, messageId, row, cycle, variant, list };
}

function coverageJson(coverage: Coverage): object {
  const { audiences, topics } = coverage;
  return {
    audiences,
    topics: topics.map(({ slug, title, cells }) => ({
      topic: slug,
      title,
      audiences: cells.map(({ dates, mark }, at) => ({ audience: audiences[at]?.id, mark, dates })),
    })),
    never: marked(coverage, "never").map(({ topic, audience }) => ({ topic, audience })),
    repeated: marked(coverage, "repeated"),
    repeatedWithinDays: closeDays,
  };
}

function marked({ audiences, topics }: Coverage, wanted: string) {
  return topics.flatMap(({ slug, cells }) =>
    cells.flatMap(({ mark, dates }, at) =>
      mark === wanted ? [{ topic: slug, audience: audiences[at]?.id ?? "", dates }] : [],
    ),
  );
}

/** The report for people at a terminal. */
export function reportTable(out: Output, { runs, coverage, outcomes }: ReportFacts): string {
  const number = (value: number) => value.toLocaleString("en-GB");
  const parts =
    runs.length === 0
      ? ["Nothing has gone out yet."]
      : [
          table(out, runs, [
            { title: "Cycle", text: ({ run }) => run.cycle },
            { title: "Topic", text: ({ run }) => run.topic },
            { title: "To", text: toWhom, wraps: true },
            { title: "Rows", text: ({ tally }) => number(tally.audience) },
            { title: "Accepted", text: ({ tally }) => number(tally.accepted) },
            { title: "Waiting", text: ({ tally }) => number(tally.deferred + tally.pending) },
            { title: "Failed", text: ({ tally }) => number(tally.rejected + tally.unknown) },
            { title: "Left out", text: ({ tally }) => number(leftOut(tally)) },
            { title: "Came back", text: ({ cameBack }) => number(sumOf(cameBack)) },
          ]),
        ];
  parts.push("", out.style("bold", "Who has had which topic"), coverageTable(out, coverage));
  if (outcomes.length > 0) {
    parts.push("", out.style("bold", "What came of it"));
    parts.push(
      table(out, outcomes, [
        { title: "Cycle", text: ({ cycle }) => cycle },
        { title: "Kind", text: ({ kind }) => kind },
        {
          title: "Measure",
          text: ({ measure, note }) => (note ? `${measure} (${note})` : measure),
          wraps: true,
        },
        { title: "Value", text: ({ value }) => number(value) },
      ]),
    );
  }
  return parts.join("\n");
}

function toWhom({ run, rehearsal }: ReportedRun): string {
  return `${run.variant} to ${run.list}${rehearsal ? " (rehearsal)" : ""}`;
}

function coverageTable(out: Output, coverage: Coverage): string {
  const columns = coverage.audiences.map(({ id }, at) => ({
    title: id,
    text: ({ cells }: Coverage["topics"][number]) => {
      const { dates, mark } = cells[at] ?? { dates: [], mark: "never" };
      return mark === "never"
        ? "never"
        : `${dates[0]}${mark === "repeated" ? ` (${dates.length} times)` : ""}`;
    },
  }));
  const repeated = marked(coverage, "repeated").map(
    ({ topic, audience, dates }) =>
      `Twice within ${closeDays} days: ${topic} to ${audience}, ${dates.join(", ")}`,
  );
  return [
    table(out, coverage.topics, [{ title: "Topic", text: ({ slug }) => slug }, ...columns]),
    ...repeated,
  ].join("\n");
}

/** One row for each row of the lists. */
export function rowsTable(out: Output, rows: readonly ReportedRow[]): string {
  return table(out, rows, [
    { title: "Cycle", text: ({ run }) => run.cycle },
    { title: "Row", text: ({ row }) => String(row) },
    { title: "Address", text: ({ address }) => address },
    { title: "State", text: ({ state, because }) => because ?? state },
    { title: "Attempts", text: ({ attempts }) => String(attempts) },
    { title: "Reply", text: ({ reply, reason }) => reply ?? reason ?? "", wraps: true },
  ]);
}

/** The editions for a spreadsheet, or with rows these instead. */
export function reportCsv({ runs }: ReportFacts, rows?: readonly ReportedRow[]): string {
  return rows ? rowsCsv(rows) : editionsCsv(runs);
}

function editionsCsv(runs: readonly ReportedRun[]): string {
  const shown = runs.map(({ run, title, date, tally, cameBack, rehearsal }) => ({
    Cycle: run.cycle,
    "Send date": date.slice(0, 10),
    Topic: run.topic,
    Title: title,
    Variant: run.variant,
    List: run.list,
    Rehearsal: rehearsal ? "yes" : "",
    Rows: tally.audience,
    Accepted: tally.accepted,
    Rejected: tally.rejected,
    Deferred: tally.deferred,
    Pending: tally.pending,
    Unknown: tally.unknown,
    Suppressed: tally.suppressed,
    Excluded: tally.excluded,
    Duplicates: tally.duplicates,
    Invalid: tally.invalid,
    "Came back: dead address": cameBack.hard,
    "Came back: for now": cameBack.soft,
    Complaints: cameBack.complaint,
    Unsubscribed: cameBack.unsubscribe,
  }));
  return spreadsheet(editionColumns, shown);
}

const editionColumns = [
  "Cycle",
  "Send date",
  "Topic",
  "Title",
  "Variant",
  "List",
  "Rehearsal",
  "Rows",
  "Accepted",
  "Rejected",
  "Deferred",
  "Pending",
  "Unknown",
  "Suppressed",
  "Excluded",
  "Duplicates",
  "Invalid",
  "Came back: dead address",
  "Came back: for now",
  "Complaints",
  "Unsubscribed",
] as const;

const rowColumns = [
  "Cycle",
  "Variant",
  "List",
  "Row",
  "Address",
  "State",
  "Why",
  "Attempts",
  "Reply",
  "Message-ID",
] as const;

function rowsCsv(rows: readonly ReportedRow[]): string {
  const shown = rows.map(({ run, row, address, state, because, reason, attempts, reply, messageId }) => ({
    Cycle: run.cycle,
    Variant: run.variant,
    List: run.list,
    Row: row,
    Address: address,
    State: state,
    Why: [because, reason].filter(Boolean).join(": "),
    Attempts: attempts,
    Reply: reply ?? "",
    "Message-ID": messageId ?? "",
  }));
  return spreadsheet(rowColumns, shown);
}

/** What the page shows; rehearsals are left out, and what only went to an outbox is marked. */
export function reportView({ runs, coverage, outcomes }: ReportFacts): ReportView {
  return {
    editions: runs
      .filter(({ rehearsal }) => !rehearsal)
      .map(({ run, title, date, tally, cameBack }) => ({
        ...tally,
        cycle: run.cycle,
        topic: run.topic,
        title,
        variant: run.variant,
        list: run.transport.startsWith("outbox:") ? `${run.list} (outbox only)` : run.list,
        date: date.slice(0, 10),
        cameBack: sumOf(cameBack),
      })),
    coverage,
    outcomes: outcomes.map(({ cycle, measure, kind, value, note }) => ({
      cycle,
      measure,
      kind,
      note,
      value: value.toLocaleString("en-GB", { maximumFractionDigits: 6 }),
    })),
  };
}

function leftOut({ suppressed, excluded, duplicates, invalid }: Tally): number {
  return suppressed + excluded + duplicates + invalid;
}

function sumOf(counts: ReportedRun["cameBack"]): number {
  return Object.values(counts).reduce((sum: number, one: number) => sum + one, 0);
}
