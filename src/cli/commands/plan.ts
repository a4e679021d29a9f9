import path from "node:path";
import { usageError, type ExitCode } from "../../domain/user-error.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import { planAhead, type PlanAhead, type PlannedCycle } from "../../plan/ahead.ts";
import { writeAtomically } from "../../toolkit/files.ts";
import { findCycle, requireSettings, tellProblems } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { table, type Output } from "../output.ts";
import { planWithReasons } from "../tell-reasons.ts";

/** How the plan is written. */
export type PlanForm = "table" | "json" | "csv" | "ics" | "html" | "pdf";

interface PlanOptions {
  readonly cycles: number;
  readonly from?: string;
  readonly why?: boolean;
  readonly format: PlanForm;
  readonly out?: string;
}

/** `onetopic plan` */
export async function plan(context: Context, options: PlanOptions): Promise<ExitCode> {
  const { out } = context;
  refuseTwoForms(out, options);
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const first = findCycle(context, toolkit, options.from);
  const ahead = planAhead(toolkit, first.index, options.cycles);
  const format = out.json && options.format === "table" ? "json" : options.format;
  const content = await contentOf(context, toolkit, ahead, format, options.why === true);
  if (options.out !== undefined) {
    await write(context, path.resolve(context.cwd, options.out), options.out, content);
  } else if (format === "pdf") {
    const file = path.join(toolkit.root, "out", "plan.pdf");
    await write(context, file, path.relative(context.cwd, file), content);
  } else if (format === "json" && out.json) {
    out.document(planJson(ahead));
  } else if (format === "table" || format === "json") {
    out.print(String(content).replace(/\n$/, ""));
  } else {
    out.file(String(content));
  }
  for (const warning of ahead.warnings) out.say(`${out.sayStyle("yellow", "Note")}  ${warning}`);
  if (format === "table") out.say(nextStep(ahead));
  return tellProblems(context, toolkit.problems);
}

/** Standard output is one JSON document with `--json`, so that a file of another form needs a place. */
function refuseTwoForms({ json }: Output, { format, out }: PlanOptions): void {
  if (!json || out !== undefined || !["csv", "ics", "html"].includes(format)) return;
  throw usageError(
    "usage",
    `--json and --format ${format} cannot both say what goes to standard output.`,
    `Add --out FILE, or leave --json out.`,
  );
}

async function contentOf(
  context: Context,
  toolkit: Toolkit,
  ahead: PlanAhead,
  format: PlanForm,
  withReasons: boolean,
): Promise<string | Uint8Array> {
  const asText = withReasons ? planWithReasons : planTable;
  if (format === "table") return `${asText(context.out, ahead.cycles)}\n`;
  if (format === "json") return `${JSON.stringify(planJson(ahead), null, 2)}\n`;
  const forms = await import("../plan-forms.ts");
  if (format === "html" || format === "pdf") return forms.drawnPlan(context, toolkit, ahead, format);
  return forms.plainPlan(context, toolkit, ahead, format);
}

async function write(
  { out }: Context,
  file: string,
  shown: string,
  content: string | Uint8Array,
): Promise<void> {
  await writeAtomically(file, content);
  out.document({ path: shown.split(path.sep).join("/") });
  out.say(`Written: ${shown}`);
}

function planTable(out: Output, cycles: readonly PlannedCycle[]): string {
  return table(out, cycles, [
    { title: "Cycle", text: ({ cycle }) => cycle.id },
    { title: "Sends", text: ({ cycle }) => cycle.date?.slice(0, 16).replace("T", " ") ?? "not at all" },
    { title: "Topic", text: ({ topic }) => topic?.slug ?? "none" },
    {
      title: "Why",
      text: ({ why, picked, topic }) => (picked || !topic ? why : `suggested: ${why}`),
      wraps: true,
    },
  ]);
}

function planJson({ cycles, warnings }: PlanAhead): object {
  return {
    cycles: cycles.map(({ cycle, topic, why, picked, runnersUp, refused }) => ({
      cycle: cycle.id,
      topic: topic?.slug ?? null,
      date: cycle.date ?? null,
      why,
      picked,
      runnersUp: runnersUp.map((one) => ({ topic: one.topic.slug, why: one.why, whyNot: one.whyNot })),
      refused: refused.map((one) => ({ topic: one.topic.slug, why: one.why })),
    })),
    warnings,
  };
}

function nextStep({ cycles }: PlanAhead): string {
  const open = cycles.find(({ picked, topic }) => !picked && topic);
  return open ? `\nNext: onetopic pick --cycle ${open.cycle.id}, or with --auto to take the suggestion.` : "";
}
