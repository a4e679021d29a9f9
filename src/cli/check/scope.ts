import path from "node:path";
import type { Findings } from "../../check/check.ts";
import { isInScope } from "../../check/scope.ts";
import type { Problem } from "../../domain/problem.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Topic } from "../../domain/topic.ts";
import { usageError } from "../../domain/user-error.ts";
import { affectedBy, type Affected, type Changes } from "../../plan/affected.ts";
import { exists, isInside } from "../../toolkit/files.ts";
import { settingsFile } from "../../toolkit/load.ts";
import { packageRoot, type Context } from "../context.ts";
import { changedSince } from "./git.ts";
import { count } from "../../domain/count.ts";

/** What a check was asked to look at. */
export interface Scope {
  /** Files named on the command line, relative to the toolkit; all without. */
  readonly paths: readonly string[];
  /** The point in git's history since which changes count. */
  readonly since?: string | undefined;
  readonly changes?: Changes | undefined;
  /** What the changes can affect. */
  readonly affected?: Affected | undefined;
}

/**
 * Reads what the command line says of the scope.
 * @param since `--changed REF`
 * @param decisive files that decide over everything
 * @throws UserError (exit 2)
 */
export async function openScope(
  context: Context,
  toolkit: Toolkit,
  named: readonly string[],
  since: string | undefined,
  decisive: readonly string[],
): Promise<Scope> {
  const { root } = toolkit;
  const paths = await Promise.all(named.map((one) => relativePath(context, root, one)));
  if (since === undefined) return { paths };
  const changes = await changedSince(root, since, context.env);
  return { paths, since, changes, affected: affectedBy(changes, toolkit, [...program(root), ...decisive]) };
}

/** Where onetopic itself is part of the repository, its own files decide as well. */
function program(root: string): string[] {
  const below = path.relative(root, packageRoot).split(path.sep).join("/");
  return ["bin", "dist", "src", "templates"].map((folder) => `${path.posix.join(below, folder)}/`);
}

/** True when everything is looked at. */
export function isWhole({ paths, affected }: Scope): boolean {
  return (paths.length === 0 || paths.includes(".")) && (affected?.everything ?? true);
}

/** True when a file is among those named on the command line. */
export function isNamed({ paths }: Scope, file: string): boolean {
  return paths.length === 0 || paths.some((one) => one === "." || file === one || file.startsWith(`${one}/`));
}

/** The topics that are judged and rendered. */
export function topicsIn(scope: Scope, { topics }: Toolkit): readonly Topic[] {
  const { paths, affected } = scope;
  const onlyContent = paths.length > 0 && paths.every((one) => one.startsWith("content/topics"));
  return topics.filter(
    ({ slug, source }) =>
      (!onlyContent || isNamed(scope, source.path)) &&
      (affected === undefined || affected.everything || affected.topics.has(slug)),
  );
}

/** What is told of the findings, with the topics' texts that cannot be understood. */
export function narrow(
  scope: Scope,
  { orphans }: Toolkit,
  found: Findings & { readonly lists: readonly string[] },
): Findings & { readonly unreadable: Toolkit["orphans"] } {
  const { affected } = scope;
  const isAffected = (file: string) => !affected || affected.everything || affected.paths.has(file);
  const unreadable = orphans.filter(
    ({ source: { path: file } }) =>
      file.startsWith("content/topics/") && isNamed(scope, file) && isAffected(file),
  );
  return {
    artefacts: found.artefacts,
    topics: found.topics + unreadable.length,
    unreadable,
    problems: found.problems.filter(
      (one) =>
        // Nothing can be judged by settings that cannot be read.
        isBrokenSettings(one) ||
        found.lists.includes(one.path) ||
        (isNamed(scope, one.path) && (!affected || affected.everything || isInScope(one, affected.paths))),
    ),
  };
}

function isBrokenSettings({ path: file, severity }: Problem): boolean {
  return file === settingsFile && severity === "error";
}

/** The scope in a sentence, and for scripts. */
export function tellScope(
  { since, affected }: Scope,
  { topics, orphans }: Toolkit,
): { notes: string[]; document: object } {
  if (!affected) return { notes: [], document: {} };
  const slugs = topics
    .map(({ slug }) => slug)
    .filter((slug) => affected.everything || affected.topics.has(slug));
  const { everything } = affected;
  const changed = { since, everything, ...(everything ? { why: affected.why } : {}), topics: slugs };
  const broken = orphans.filter(({ source }) => source.path.startsWith("content/topics/"));
  const all = count(topics.length + broken.length, "topic");
  const touched =
    slugs.length + broken.filter(({ source }) => everything || affected.paths.has(source.path)).length;
  const note = everything
    ? `Everything is checked: ${affected.why} since ${since}.`
    : `The changes since ${since} affect ${touched} of ${all}; the others are not checked.`;
  return { notes: [note], document: { changed } };
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
