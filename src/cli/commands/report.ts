import path from "node:path";
import { amountPattern, type OutcomeKind } from "../../domain/edition.ts";
import { EXIT, usageError, type ExitCode } from "../../domain/user-error.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import { dayOf } from "../../plan/calendar.ts";
import { addOutcome } from "../../toolkit/editions.ts";
import { isInside, writeAtomically } from "../../toolkit/files.ts";
import { findCycle, requireEdition, requireLine, requireSettings } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { openToolkitLedger } from "../ledger.ts";
import { makePages } from "../rendering.ts";
import {
  coverageFrom,
  gatherRows,
  gatherRuns,
  outcomesOf,
  type ReportedRow,
  type ReportFacts,
} from "../report-facts.ts";
import { reportCsv, reportJson, reportTable, reportView, rowsTable } from "../report-forms.ts";
import { openWorkshop } from "../workshop.ts";

/** How a report is written. */
export type ReportFormat = "table" | "html" | "json" | "csv";

interface ReportOptions {
  readonly format: ReportFormat;
  readonly recipients?: boolean;
  readonly out?: string;
}

/** `onetopic report [cycle]`: of one cycle, or of all. Who has had which topic is always told over all cycles. */
export async function report(
  context: Context,
  id: string | undefined,
  options: ReportOptions,
): Promise<ExitCode> {
  const { out } = context;
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  refuseForms(context, toolkit, options);
  const cycle = id === undefined ? undefined : findCycle(context, toolkit, id).id;
  const { facts, rows } = await gather(context, toolkit, cycle, options.recipients === true);
  const format = out.json && options.format === "table" ? "json" : options.format;
  const content = await contentOf(context, toolkit, facts, rows, format);
  if (options.out !== undefined) {
    const file = path.resolve(context.cwd, options.out);
    await writeAtomically(file, content, rows ? 0o600 : 0o666);
    out.document({ path: options.out.split(path.sep).join("/") });
    out.say(`Written: ${options.out}`);
    if (rows) out.say("It names people: keep it to yourself, and delete it when it is no longer needed.");
  } else if (format === "json" && out.json) out.document(reportJson(facts, rows));
  else if (format === "csv" || format === "html") out.file(content);
  else out.print(content.replace(/\n$/, ""));
  if (format === "table")
    out.say(
      '\n"Accepted" means that the server took it; whether it was read is not known. "Came back" is counted among the accepted.',
    );
  return EXIT.done;
}

async function gather(
  context: Context,
  toolkit: Toolkit,
  cycle: string | undefined,
  withRows: boolean,
): Promise<{ readonly facts: ReportFacts; readonly rows: readonly ReportedRow[] | undefined }> {
  const ledger = await openToolkitLedger(context, toolkit.root, toolkit.settings.ledger, false);
  try {
    const all = await gatherRuns(toolkit, ledger);
    const runs = all.filter(({ run }) => cycle === undefined || run.cycle === cycle);
    const facts = { runs, coverage: coverageFrom(toolkit, all), outcomes: outcomesOf(toolkit, cycle) };
    return { facts, rows: withRows ? await gatherRows(ledger, runs) : undefined };
  } finally {
    await ledger.close();
  }
}

async function contentOf(
  context: Context,
  toolkit: Toolkit,
  facts: ReportFacts,
  rows: readonly ReportedRow[] | undefined,
  format: ReportFormat,
): Promise<string> {
  switch (format) {
    case "json":
      return `${JSON.stringify(reportJson(facts, rows), null, 2)}\n`;
    case "csv":
      return reportCsv(facts, rows);
    case "html":
      return reportHtml(context, toolkit, facts);
    case "table": {
      const tables = [reportTable(context.out, facts), ...(rows ? [rowsTable(context.out, rows)] : [])];
      return `${tables.join("\n\n")}\n`;
    }
  }
}

/** @throws UserError when its template cannot be rendered */
async function reportHtml(context: Context, toolkit: Toolkit, facts: ReportFacts): Promise<string> {
  const workshop = await openWorkshop(context, toolkit);
  try {
    const { studio, images, brand } = workshop;
    const { settings, about } = toolkit;
    const input = { report: reportView(facts), settings, about, brand };
    return await makePages(context, "report.html", async () =>
      (await import("../../render/report/page.ts")).reportPage(studio.pages, images, input),
    );
  } finally {
    await workshop.studio.close();
  }
}

function refuseForms(
  { out, cwd }: Context,
  { root }: Toolkit,
  { format, recipients, out: named }: ReportOptions,
): void {
  if (out.json && named === undefined && (format === "csv" || format === "html")) {
    throw usageError(
      "usage",
      `--json and --format ${format} cannot both say what goes to standard output.`,
      "Add --out FILE, or leave --json out.",
    );
  }
  if (recipients !== true) return;
  if (format === "html") {
    throw usageError("usage", "A page names nobody.", "Leave --recipients out, or use --format csv or json.");
  }
  const file = named === undefined ? undefined : path.resolve(cwd, named);
  if (file !== undefined && isInside(root, file) && !isInside(path.join(root, "var"), file)) {
    throw usageError(
      "personal-data",
      `${named} would hold personal data, which belongs under var/, where git does not take it.`,
      "Name a file there, such as var/report.csv.",
    );
  }
}

interface AddOptions {
  readonly measure: string;
  readonly kind: OutcomeKind;
  readonly value: string;
  readonly note?: string;
}

/** `onetopic report add CYCLE`: a figure that somebody counted, into the edition's file. */
export async function reportAdd(context: Context, id: string, options: AddOptions): Promise<ExitCode> {
  const { out } = context;
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const cycle = findCycle(context, toolkit, id);
  requireEdition(toolkit, cycle);
  const { measure, kind, value, note } = options;
  requireLine("--measure", measure, 200);
  requireLine("--note", note, 400);
  if (!amountPattern.test(value))
    throw usageError("usage", `"${value}" is not a number.`, "Use a number such as 42 or 3.5 for --value.");
  if ([measure, note ?? ""].some((text) => /\S@\S/.test(text))) {
    throw usageError(
      "personal-data",
      "The words name an address, and the edition's file may hold no personal data.",
      "Say it without naming anybody.",
    );
  }
  const outcome = {
    measure,
    kind,
    value: Number(value),
    note,
    on: dayOf(toolkit.settings.cycle, context.now),
  };
  await addOutcome(toolkit.root, cycle.id, outcome);
  out.document({ cycle: cycle.id, outcome });
  out.print(
    `${cycle.id}: ${measure}: ${outcome.value.toLocaleString("en-GB", { maximumFractionDigits: 6 })} (${kind}).`,
  );
  out.say(`It stands in content/editions/${cycle.id}.md. See all: onetopic report ${cycle.id}`);
  return EXIT.done;
}
