import path from "node:path";
import { hasErrors } from "../domain/problem.ts";
import { applyLevels } from "../domain/rules.ts";
import type { TemplateSet } from "../domain/template.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { keepLastGood } from "../preview/last-good.ts";
import type { Typesetter } from "../render/typst/typesetter.ts";
import { loadToolkit, type ParseMemory } from "../toolkit/load.ts";
import { loadTemplates } from "../toolkit/templates.ts";
import { packageRoot, type Context } from "./context.ts";
import { furnish, type Workshop } from "./workshop.ts";

/** What was shown before: where a file cannot be used as it is now, what it said then stands in for it. */
export interface Before {
  readonly toolkit?: Toolkit | undefined;
  readonly templates?: TemplateSet | undefined;
}

/** A toolkit as it is shown. */
export interface Reading {
  readonly workshop: Workshop;
  /** Files that are as they were before. */
  readonly stale: ReadonlySet<string>;
  /** True when templates are among them. */
  readonly hasStaleTemplates: boolean;
}

export interface ReadingMeans {
  readonly files: ParseMemory;
  readonly typesetter: Typesetter;
}

/** Reads a toolkit, and gets ready to render it. */
export async function readStage(
  context: Pick<Context, "now">,
  root: string,
  { files, typesetter }: ReadingMeans,
  before: Before,
): Promise<Reading> {
  const read = await loadToolkit(root, files);
  const { toolkit: kept, stale } = keepLastGood(read, before.toolkit);
  const leveled: Toolkit = { ...kept, problems: applyLevels(kept.problems, kept.settings.checks) };
  const { workshop, staleTemplates } = await openLastGood(context, leveled, typesetter, before.templates);
  return {
    workshop,
    stale: new Set([...stale, ...staleTemplates]),
    hasStaleTemplates: staleTemplates.length > 0,
  };
}

/** With the templates of before where those of now have faults: their faults are told all the same. */
async function openLastGood(
  context: Pick<Context, "now">,
  toolkit: Toolkit,
  typesetter: Typesetter,
  last: TemplateSet | undefined,
): Promise<{ readonly workshop: Workshop; readonly staleTemplates: readonly string[] }> {
  const read = await loadTemplates(toolkit.root, path.join(packageRoot, "templates"));
  // Templates that say the same are the same: they are compiled already.
  const templates = last && isSame(last, read.templates) ? last : read.templates;
  const complete: Toolkit = { ...toolkit, problems: [...toolkit.problems, ...read.problems] };
  const workshop = await furnish(context, complete, templates, typesetter);
  const { templateProblems } = workshop.studio;
  if (!last || !hasErrors(templateProblems)) return { workshop, staleTemplates: [] };
  const problems = applyLevels([...workshop.toolkit.problems, ...templateProblems], toolkit.settings.checks);
  return {
    workshop: await furnish(context, { ...workshop.toolkit, problems }, last, typesetter),
    staleTemplates: [...new Set(templateProblems.map((one) => one.path))],
  };
}

function isSame(one: TemplateSet, other: TemplateSet): boolean {
  return (
    one.size === other.size && [...one].every(([name, { source }]) => other.get(name)?.source === source)
  );
}
