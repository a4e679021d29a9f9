import path from "node:path";
import type { ExitCode } from "../../domain/user-error.ts";
import { planAhead, type PlanAhead, type PlannedCycle } from "../../plan/ahead.ts";
import { writeAtomically } from "../../toolkit/files.ts";
import { findCycle, requireSettings, tellProblems } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { table, type Output } from "../output.ts";
import { planWithReasons } from "../tell-reasons.ts";

interface PlanOptions {
  readonly cycles: number;
  readonly from?: string;
  readonly why?: boolean;
  readonly format: "table" | "json";
  readonly out?: string;
}

/** `onetopic plan` */
export async function plan(context: Context, options: PlanOptions): Promise<ExitCode> {
  const toolkit = await openToolkit(context);
  requireSettings(context, toolkit);
  const first = findCycle(context, toolkit, options.from);
  const ahead = planAhead(toolkit, first.index, options.cycles);
  const { out } = context;
  const asJson = options.format === "json" || out.json;
  const asText = options.why ? planWithReasons : planTable;
  const text = asJson ? JSON.stringify(planJson(ahead), null, 2) : asText(out, ahead.cycles);
  if (options.out !== undefined) {
    const file = path.resolve(context.cwd, options.out);
    await writeAtomically(file, `${text}\n`);
    out.document({ path: options.out });
    out.say(`Written: ${options.out}`);
  } else if (out.json) {
    out.document(planJson(ahead));
  } else {
    out.print(text);
  }
  for (const warning of ahead.warnings) out.say(`${out.sayStyle("yellow", "Note")}  ${warning}`);
  if (!asJson) out.say(nextStep(ahead));
  return tellProblems(context, toolkit.problems);
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
