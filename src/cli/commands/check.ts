import path from "node:path";
import { tidy } from "../../check/check.ts";
import type { Depth } from "../../check/judge.ts";
import { hasErrors } from "../../domain/problem.ts";
import { EXIT, usageError, type ExitCode } from "../../domain/user-error.ts";
import { exists, isInside } from "../../toolkit/files.ts";
import { settingsFile } from "../../toolkit/load.ts";
import { stopIfCancelled } from "../campaign.ts";
import { examine } from "../check/examine.ts";
import { findRoot, type Context } from "../context.ts";
import type { onlineProblems } from "../online.ts";
import { startProgress } from "../progress.ts";
import { reportForm, tellFindings, type ReportForm } from "../tell-findings.ts";

interface CheckOptions {
  readonly format?: ReportForm;
  readonly strict?: boolean;
  readonly quick?: boolean;
  readonly full?: boolean;
  readonly online?: boolean;
  readonly list?: readonly string[];
  readonly cache?: boolean;
}

/** `onetopic check [PATH…]` */
export async function check(
  context: Context,
  paths: readonly string[],
  options: CheckOptions,
): Promise<ExitCode> {
  const { out } = context;
  const form = reportForm(context, options.format);
  const strict = options.strict === true;
  const started = performance.now();
  const depth: Depth = options.quick ? "quick" : options.full ? "full" : "normal";
  const root = await findRoot(context);
  const wanted = await Promise.all(paths.map((one) => relativePath(context, root, one)));
  const isWanted = (file: string) =>
    wanted.length === 0 || wanted.some((one) => one === "." || file === one || file.startsWith(`${one}/`));
  const onlyContent = wanted.length > 0 && wanted.every((one) => one.startsWith("content/topics"));
  const progress = startProgress(out, "Checking");
  const { toolkit, topics, lists, found } = await examine(context, {
    root,
    depth,
    lists: options.list ?? [],
    useCache: options.cache ?? false,
    choose: (all) => (onlyContent ? all.topics.filter(({ source }) => isWanted(source.path)) : all.topics),
    onTopic: (done, total) => {
      stopIfCancelled(context);
      progress.step(done, total);
    },
  }).finally(progress.stop);
  const online = options.online ? await askForLinks(context, toolkit, topics, isWanted) : [];
  const unreadable = toolkit.orphans.filter(
    ({ source }) => source.path.startsWith("content/topics/") && isWanted(source.path),
  );
  const shown = {
    ...found,
    topics: found.topics + unreadable.length,
    // Nothing can be judged by settings that cannot be read.
    problems: tidy([...found.problems, ...online], toolkit).filter(
      ({ path: file, severity }) =>
        isWanted(file) ||
        lists.some((list) => list.path === file) ||
        (file === settingsFile && severity === "error"),
    ),
  };
  const looked = [...topics, ...unreadable].filter(({ source }) => isWanted(source.path));
  const took = performance.now() - started;
  await tellFindings(context, { found: shown, toolkit, topics: looked, form, strict, took });
  const failed = hasErrors(shown.problems) || (strict && shown.problems.length > 0);
  return failed ? EXIT.findings : EXIT.done;
}

/** Loaded here, so that only who asks for it waits for what speaks to the web. */
const askForLinks: typeof onlineProblems = async (...args) =>
  (await import("../online.ts")).onlineProblems(...args);

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
