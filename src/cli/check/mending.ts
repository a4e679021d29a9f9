import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { secureHosts } from "../../check/repair/hosts.ts";
import { repairText, type RepairFacts } from "../../check/repair/repair.ts";
import type { RuleId } from "../../domain/problem.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import { usageError } from "../../domain/user-error.ts";
import { readToolkitText, writeAtomically } from "../../toolkit/files.ts";
import { readYaml } from "../../toolkit/yaml.ts";
import { isNamed, openScope } from "./scope.ts";
import { openToolkit, type Context } from "../context.ts";
import { count } from "../../domain/count.ts";

export interface MendOptions {
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly changed?: string;
  readonly updateBaseline?: boolean;
}

/** What was put right. */
export interface Mended {
  /** The differences, one unified diff for each file. */
  readonly diffs: readonly string[];
  readonly notes: readonly string[];
  readonly document: object;
}

interface Fixed {
  readonly path: string;
  readonly line: number;
  readonly rule: RuleId;
  readonly written: boolean;
}

/**
 * Repairs what is safe in the files that were named and, with `--changed`, changed. With `--dry-run` nothing is written.
 * @throws UserError (exit 2)
 */
export async function mend(
  context: Context,
  named: readonly string[],
  options: MendOptions,
): Promise<Mended> {
  if (!options.fix) {
    if (!options.dryRun) return { diffs: [], notes: [], document: {} };
    throw usageError(
      "dry-run-alone",
      '"--dry-run" goes with "--fix" alone.',
      "A check writes nothing anyway.",
    );
  }
  if (options.dryRun && options.updateBaseline) {
    throw usageError(
      "dry-run-baseline",
      '"--dry-run" writes nothing, so it does not go with "--update-baseline".',
      "Leave one of them out.",
    );
  }
  const toolkit = await openToolkit(context);
  const scope = await openScope(context, toolkit, named, options.changed, []);
  const files = repairableFiles(toolkit).filter(
    (file) => isNamed(scope, file) && (!scope.changes || scope.changes.paths.includes(file)),
  );
  const facts = factsOf(toolkit);
  const diffs: string[] = [];
  const fixed: Fixed[] = [];
  for (const file of files) {
    const done = await mendFile(toolkit.root, file, facts, options.dryRun === true);
    diffs.push(...done.diffs);
    fixed.push(...done.fixed);
  }
  return { diffs, notes: [noteOn(fixed, diffs.length, options.dryRun === true)], document: { fixed } };
}

function repairableFiles({ about, topics, posts, editions, orphans }: Toolkit): string[] {
  const sources = [about, ...topics, ...posts, ...editions, ...orphans].map(({ source }) => source);
  return sources
    .filter(({ text }) => text !== undefined)
    .map((source) => source.path)
    .toSorted();
}

function factsOf({ settings, brands }: Toolkit): RepairFacts {
  const { checks } = settings;
  return {
    // A rule that is off unless asked for still says what may be put right.
    isOn: (rule) => !Object.hasOwn(checks, rule) || checks[rule]?.level !== "off",
    hosts: secureHosts(brands.map(({ website }) => website)),
    readYaml,
  };
}

async function mendFile(
  root: string,
  file: string,
  facts: RepairFacts,
  dryRun: boolean,
): Promise<{ diffs: string[]; fixed: Fixed[] }> {
  const nothing = { diffs: [], fixed: [] };
  // Says whether it is text, and inside the toolkit.
  if ("problem" in (await readToolkitText(root, file))) return nothing;
  // A link stays a link: what it leads to is written.
  const place = await realpath(path.join(root, file));
  const before = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await readFile(place));
  const { text, repairs } = repairText(before, facts);
  if (text === before) return nothing;
  if (!dryRun) await writeAtomically(place, text, (await stat(place)).mode & 0o777);
  const { unifiedDiff } = await import("./diff.ts");
  return {
    diffs: [unifiedDiff(file, before, text)],
    fixed: repairs.map(({ line, rule }) => ({ path: file, line, rule, written: !dryRun })),
  };
}

function noteOn(fixed: readonly Fixed[], files: number, dryRun: boolean): string {
  if (fixed.length === 0) return "There is nothing to repair.";
  const what = `${count(fixed.length, "repair")} in ${count(files, "file")}`;
  return dryRun
    ? `${what} can be made; nothing is written.`
    : `${what} ${fixed.length === 1 ? "is" : "are"} written.`;
}
