import { checkToolkit, type Depth, type Findings } from "../../check/check.ts";
import { problemJson, problemLine } from "../../check/report.ts";
import { hasErrors, type Problem } from "../../domain/problem.ts";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import { stopIfCancelled } from "../campaign.ts";
import { decisiveFiles, openBaseline, requireWholeCheck, settle, type BaselineOptions } from "../baseline.ts";
import { isWhole, narrow, openScope, tellScope, topicsIn } from "../check-scope.ts";
import { openToolkit, type Context } from "../context.ts";
import { count, type Output } from "../output.ts";
import { mend, type MendOptions } from "../mending.ts";
import { startProgress } from "../progress.ts";
import { openWorkshop } from "../workshop.ts";

interface CheckOptions extends BaselineOptions, MendOptions {
  readonly format?: "pretty" | "json";
  readonly strict?: boolean;
  readonly quick?: boolean;
  readonly full?: boolean;
}

/** `onetopic check [PATH…]` */
export async function check(
  context: Context,
  paths: readonly string[],
  options: CheckOptions,
): Promise<ExitCode> {
  const { out } = context;
  const mended = await mend(context, paths, options);
  const asJson = options.format === "json" || out.json;
  for (const diff of mended.diffs) if (!asJson) out.print(diff);
  const workshop = await openWorkshop(context, await openToolkit(context));
  const { toolkit, studio } = workshop;
  const { root } = toolkit;
  const depth: Depth = options.quick ? "quick" : options.full ? "full" : "normal";
  const baseline = await openBaseline(context, root, options);
  const decisive = decisiveFiles(root, baseline);
  const scope = await openScope(context, toolkit, paths, options.changed, decisive);
  requireWholeCheck(baseline, isWhole(scope), depth);
  const topics = topicsIn(scope, toolkit);
  const progress = startProgress(out, "Checking", topics.length);
  try {
    const found = await checkToolkit(workshop.checkInput, topics, depth, (done) => {
      stopIfCancelled(context);
      progress.step(done);
    });
    progress.stop();
    const narrowed = narrow(scope, toolkit, found);
    const extent = { depth, isWhole: isWhole(scope) };
    const { problems, ...settled } = await settle(root, baseline, narrowed.problems, extent);
    const beside = together([mended, tellScope(scope, toolkit), settled]);
    report(out, { ...narrowed, problems }, asJson, beside);
    const failed = hasErrors(problems) || (options.strict === true && problems.length > 0);
    return failed ? EXIT.findings : EXIT.done;
  } finally {
    progress.stop();
    await studio.close();
  }
}

/** What is told beside the findings: in words, and as keys of the document. */
interface Beside {
  readonly notes: readonly string[];
  readonly document: object;
}

function together(parts: readonly Beside[]): Beside {
  return {
    notes: parts.flatMap(({ notes }) => notes),
    document: Object.assign({}, ...parts.map(({ document }) => document)) as object,
  };
}

function report(out: Output, found: Findings, asJson: boolean, beside: Beside): void {
  const errors = found.problems.filter(({ severity }) => severity === "error").length;
  const warnings = found.problems.length - errors;
  const summary = { errors, warnings, topics: found.topics, artefacts: found.artefacts };
  if (asJson) {
    const document = { findings: found.problems.map(problemJson), summary, ...beside.document };
    if (out.json) out.document(document);
    else out.print(JSON.stringify(document, null, 2));
    return;
  }
  for (const problem of found.problems) out.print(coloured(out, problem));
  if (found.problems.length > 0) out.print();
  out.print(
    `${verdict(errors, warnings)} ${count(found.topics, "topic")} checked, ${count(found.artefacts, "artefact")} rendered.`,
  );
  for (const note of beside.notes) out.print(note);
}

function coloured(out: Output, problem: Problem): string {
  const line = problemLine(problem);
  const colour = problem.severity === "error" ? "red" : "yellow";
  return line.replace(`  ${problem.severity}  `, `  ${out.style(colour, problem.severity)}  `);
}

function verdict(errors: number, warnings: number): string {
  if (errors + warnings === 0) return "No findings.";
  return `${count(errors, "error")}, ${count(warnings, "warning")}.`;
}
