import { tidy } from "../../check/check.ts";
import type { Depth } from "../../check/judge.ts";
import { isRepairable } from "../../check/repair/repair.ts";
import { hasErrors } from "../../domain/problem.ts";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import { stopIfCancelled } from "../campaign.ts";
import {
  decisiveFiles,
  openBaseline,
  requireWholeCheck,
  settle,
  type BaselineOptions,
} from "../check/baseline.ts";
import { isNamed, isWhole, narrow, openScope, tellScope, topicsIn, type Scope } from "../check/scope.ts";
import { examine } from "../check/examine.ts";
import { findRoot, type Context } from "../context.ts";
import { mend, type MendOptions } from "../check/mending.ts";
import type { onlineProblems } from "../check/online.ts";
import { startProgress } from "../progress.ts";
import { reportForm, tellFindings, type Beside, type ReportForm } from "../check/tell-findings.ts";

export interface CheckOptions extends BaselineOptions, MendOptions {
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
  const form = reportForm(context, options.format);
  const strict = options.strict === true;
  const started = performance.now();
  const mended = await mend(context, paths, options);
  const looked = await look(context, paths, options);
  const { toolkit, scope, found } = looked;
  const { problems, ...settled } = await settle(toolkit.root, looked.baseline, found.problems, {
    depth: looked.depth,
    isWhole: isWhole(scope),
  });
  await tellFindings(context, {
    found: { ...found, problems },
    toolkit,
    topics: looked.topics,
    form,
    strict,
    took: performance.now() - started,
    repairable: problems.filter(isRepairable).length,
    beside: together([mended, tellScope(scope, toolkit), settled]),
  });
  return hasErrors(problems) || (strict && problems.length > 0) ? EXIT.findings : EXIT.done;
}

/** Checks what the command line asks for. */
async function look(context: Context, paths: readonly string[], options: CheckOptions) {
  const depth: Depth = options.quick ? "quick" : options.full ? "full" : "normal";
  const root = await findRoot(context);
  const baseline = await openBaseline(context, root, options);
  let scope: Scope = { paths: [] };
  const progress = startProgress(context.out, "Checking");
  const { toolkit, topics, lists, found } = await examine(context, {
    root,
    depth,
    lists: options.list ?? [],
    useCache: options.cache ?? false,
    choose: async (all) => {
      scope = await openScope(context, all, paths, options.changed, decisiveFiles(root, baseline));
      requireWholeCheck(baseline, isWhole(scope), depth);
      return topicsIn(scope, all);
    },
    onTopic: (done, total) => {
      stopIfCancelled(context);
      progress.step(done, total);
    },
  }).finally(progress.stop);
  const isWanted = (file: string) => isNamed(scope, file);
  const online = options.online ? await askForLinks(context, toolkit, topics, isWanted) : [];
  const { unreadable, ...narrowed } = narrow(scope, toolkit, {
    ...found,
    problems: tidy([...found.problems, ...online], toolkit),
    lists: lists.map((list) => list.path),
  });
  const told = [...topics, ...unreadable].filter(({ source }) => isWanted(source.path));
  return { toolkit, topics: told, scope, baseline, depth, found: narrowed };
}

function together(parts: readonly Beside[]): Beside {
  return {
    diffs: parts.flatMap(({ diffs = [] }) => diffs),
    notes: parts.flatMap(({ notes }) => notes),
    document: Object.assign({}, ...parts.map(({ document }) => document)) as object,
  };
}

/** Loaded here, so that only who asks for it waits for what speaks to the web. */
const askForLinks: typeof onlineProblems = async (...args) =>
  (await import("../check/online.ts")).onlineProblems(...args);
