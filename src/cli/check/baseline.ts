import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  baselineOf,
  compareWith,
  isAsDeep,
  readBaseline,
  writeBaseline,
  type Baseline,
  type Compared,
} from "../../check/baseline.ts";
import type { Depth } from "../../check/judge.ts";
import type { Problem } from "../../domain/problem.ts";
import { usageError } from "../../domain/user-error.ts";
import { isMissing, readNamedFile, readToolkitText, writeAtomically } from "../../toolkit/files.ts";
import type { Context } from "../context.ts";
import { count } from "../../domain/count.ts";

/** The baseline that is used when it stands in the toolkit. */
const standardName = "onetopic-baseline.json";

export interface BaselineOptions {
  /** A file, or false when none is wanted. */
  readonly baseline?: string | boolean;
  readonly updateBaseline?: boolean;
}

/** The baseline of one check, and what is done with it. */
export interface BaselineUse {
  readonly file: string;
  /** As the command line or the standard says. */
  readonly name: string;
  readonly before?: Baseline | undefined;
  readonly update: boolean;
}

/** Where the baseline is, if one is wanted. Relative to the current folder when it is named, else in the toolkit. */
function baselineFile(context: Context, root: string, { baseline }: BaselineOptions): string | undefined {
  if (baseline === false) return undefined;
  return typeof baseline === "string" ? path.resolve(context.cwd, baseline) : path.join(root, standardName);
}

/**
 * Reads the baseline.
 * @throws UserError (exit 2) when it cannot be used
 */
export async function openBaseline(
  context: Context,
  root: string,
  options: BaselineOptions,
): Promise<BaselineUse | undefined> {
  const file = baselineFile(context, root, options);
  const update = options.updateBaseline === true;
  if (file === undefined) {
    if (!update) return undefined;
    throw usageError("no-baseline", "There is no baseline to update.", 'Leave "--no-baseline" out.');
  }
  const name = path.relative(context.cwd, file) || file;
  const isNamed = typeof options.baseline === "string";
  const text = isNamed && !update ? (await readNamedFile(file)).toString("utf8") : await readIfThere(file);
  if (text === undefined) return update ? { file, name, update } : undefined;
  const before = readBaseline(text);
  if (typeof before !== "string") return { file, name, before, update };
  // What is broken is written anew.
  if (update) return { file, name, update };
  throw usageError(
    "bad-baseline",
    `The baseline ${name} cannot be used: ${before}.`,
    'Mend it, or write it anew with "onetopic check --update-baseline".',
  );
}

/** A baseline that stands in the toolkit, relative to it. */
export function decisiveFiles(root: string, use: BaselineUse | undefined): string[] {
  return [standardName, ...(use ? [path.relative(root, use.file).split(path.sep).join("/")] : [])];
}

/**
 * The baseline is written from a check of everything alone, or it would forget the rest.
 * @throws UserError (exit 2)
 */
export function requireWholeCheck(use: BaselineUse | undefined, isWhole: boolean, depth: Depth): void {
  if (!use?.update) return;
  if (!isWhole) {
    throw usageError(
      "narrow-baseline",
      "A baseline is written from a check of everything.",
      'Leave "--changed" and the names of files out.',
    );
  }
  const made = use.before?.depth ?? depth;
  if (isAsDeep(depth, made)) return;
  throw usageError(
    "shallow-baseline",
    `${use.name} holds findings of a check with more: ${made === "full" ? "--full" : "with posters"}.`,
    `Update it ${made === "full" ? 'with "--full"' : 'without "--quick"'}, or remove the file first.`,
  );
}

/** What a check tells when the baseline is counted in. */
export interface Settled {
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  readonly document: object;
}

/** What the web answers may be another thing tomorrow: it is told each time, and never becomes known. */
const passing = "link/unreachable";

/** Takes the known findings out, or writes the baseline anew. */
export async function settle(
  root: string,
  use: BaselineUse | undefined,
  problems: readonly Problem[],
  { depth, isWhole }: { readonly depth: Depth; readonly isWhole: boolean },
): Promise<Settled> {
  if (!use) return { problems, notes: [], document: {} };
  const lineAt = await linesOf(root, problems);
  const { name } = use;
  const before = use.before ?? { depth, findings: [] };
  if (use.update) {
    const lasting = problems.filter(({ rule }) => rule !== passing);
    const after = baselineOf(lasting, depth, lineAt);
    await writeAtomically(use.file, writeBaseline(after));
    const { gone } = compareWith(before, lasting, lineAt);
    const fresh = problems.filter(({ rule }) => rule === passing);
    return settled(use, { fresh, known: lasting.length, gone: 0 }, [
      `${name} is written: it holds ${count(lasting.length, "finding")}${gone > 0 ? `; ${gone} were taken out` : ""}.`,
    ]);
  }
  const compared = compareWith(before, problems, lineAt);
  // What was not looked at is not gone.
  const gone = isWhole && isAsDeep(depth, before.depth) ? compared.gone : 0;
  const notes = compared.known > 0 ? [`${inBaseline(compared.known)} in the baseline ${name}.`] : [];
  if (gone > 0)
    notes.push(`${gone} of the baseline can be taken out: run "onetopic check --update-baseline".`);
  return settled(use, { ...compared, gone }, notes);
}

function settled({ name }: BaselineUse, { fresh, known, gone }: Compared, notes: readonly string[]): Settled {
  return { problems: fresh, notes, document: { baseline: { file: name, known, gone } } };
}

function inBaseline(known: number): string {
  return `${count(known, "known finding")} ${known === 1 ? "is" : "are"}`;
}

/** The text of the line of each finding; of a file that cannot be read, nothing. */
async function linesOf(root: string, problems: readonly Problem[]): Promise<(problem: Problem) => string> {
  const texts = new Map<string, readonly string[]>();
  for (const file of new Set(problems.map((one) => one.path))) {
    const read = await readToolkitText(root, file);
    texts.set(file, "text" in read ? read.text.split("\n") : []);
  }
  return ({ path: file, line }) => texts.get(file)?.[line - 1] ?? "";
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    return (await readNamedFile(file)).toString("utf8");
  }
}
