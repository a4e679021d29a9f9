import path from "node:path";
import { checkToolkit, type CheckInput, type Depth, type Findings } from "../../check/check.ts";
import { problemJson, problemLine } from "../../check/report.ts";
import { hasErrors, type Problem } from "../../domain/problem.ts";
import { EXIT, usageError, type ExitCode } from "../../domain/user-error.ts";
import { exists, isInside } from "../../toolkit/files.ts";
import { settingsFile } from "../../toolkit/load.ts";
import { stopIfCancelled } from "../campaign.ts";
import { openToolkit, type Context } from "../context.ts";
import { listFacts } from "../list-facts.ts";
import { count, type Output } from "../output.ts";
import { startProgress } from "../progress.ts";
import { openWorkshop } from "../workshop.ts";

interface CheckOptions {
  readonly format?: "pretty" | "json";
  readonly strict?: boolean;
  readonly quick?: boolean;
  readonly full?: boolean;
  readonly list?: readonly string[];
}

/** `onetopic check [PATH…]` */
export async function check(
  context: Context,
  paths: readonly string[],
  options: CheckOptions,
): Promise<ExitCode> {
  const { out } = context;
  const workshop = await openWorkshop(context, await openToolkit(context));
  const { toolkit, studio } = workshop;
  const wanted = await Promise.all(paths.map((one) => relativePath(context, toolkit.root, one)));
  const depth: Depth = options.quick ? "quick" : options.full ? "full" : "normal";
  const isWanted = (file: string) =>
    wanted.length === 0 || wanted.some((one) => one === "." || file === one || file.startsWith(`${one}/`));
  const named = toolkit.topics.filter(({ source }) => isWanted(source.path));
  const onlyContent = wanted.length > 0 && wanted.every((one) => one.startsWith("content/topics"));
  const topics = onlyContent ? named : toolkit.topics;
  const progress = startProgress(out, "Checking", topics.length);
  try {
    const lists = await Promise.all((options.list ?? []).map((list) => listFacts(context, workshop, list)));
    const input: CheckInput = {
      ...workshop.checkInput,
      campaign: async () => ({ ...(await workshop.checkInput.campaign()), lists }),
    };
    const isList = (file: string) => lists.some((one) => one.path === file);
    const found = await checkToolkit(input, topics, depth, (done) => {
      stopIfCancelled(context);
      progress.step(done);
    });
    progress.stop();
    const unreadable = toolkit.orphans.filter(
      ({ source }) => source.path.startsWith("content/topics/") && isWanted(source.path),
    );
    const shown = {
      ...found,
      topics: found.topics + unreadable.length,
      // Nothing can be judged by settings that cannot be read.
      problems: found.problems.filter(
        (one) =>
          isWanted(one.path) || isList(one.path) || (one.path === settingsFile && one.severity === "error"),
      ),
    };
    report(out, shown, options.format === "json" || out.json);
    const failed = hasErrors(shown.problems) || (options.strict === true && shown.problems.length > 0);
    return failed ? EXIT.findings : EXIT.done;
  } finally {
    progress.stop();
    await studio.close();
  }
}

async function relativePath(context: Context, root: string, named: string): Promise<string> {
  const file = path.resolve(context.cwd, named);
  if (!(await exists(file)))
    throw usageError(
      "cannot-read",
      `${named} cannot be read: there is no such file.`,
      "Check the name and the folder.",
    );
  if (!isInside(root, file))
    throw usageError(
      "outside",
      `${named} is not in the toolkit ${root}.`,
      'Name a file of the toolkit, or another toolkit with "-C DIR".',
    );
  return path.relative(root, file).split(path.sep).join("/") || ".";
}

function report(out: Output, found: Findings, asJson: boolean): void {
  const errors = found.problems.filter(({ severity }) => severity === "error").length;
  const warnings = found.problems.length - errors;
  const summary = { errors, warnings, topics: found.topics, artefacts: found.artefacts };
  if (asJson) {
    const document = { findings: found.problems.map(problemJson), summary };
    if (out.json) out.document(document);
    else out.print(JSON.stringify(document, null, 2));
    return;
  }
  for (const problem of found.problems) out.print(coloured(out, problem));
  if (found.problems.length > 0) out.print();
  out.print(
    `${verdict(errors, warnings)} ${count(found.topics, "topic")} checked, ${count(found.artefacts, "artefact")} rendered.`,
  );
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
