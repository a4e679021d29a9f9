import { createHash } from "node:crypto";
import { compareText, type Problem } from "../domain/problem.ts";
import type { Depth } from "./judge.ts";

/** Findings that are known and wait for their turn. */
export interface Baseline {
  /** How much was rendered when it was written. */
  readonly depth: Depth;
  readonly findings: readonly Known[];
}

/** Findings that are alike: the same rule in the same file, over the same words. */
export interface Known {
  readonly path: string;
  readonly rule: string;
  /** A short sum of the words at fault. The number of their line is not in it. */
  readonly words: string;
  readonly count: number;
}

/** The findings of one check, sorted by what the baseline says of them. */
export interface Compared {
  /** What is not in the baseline. */
  readonly fresh: readonly Problem[];
  /** How many are in it. */
  readonly known: number;
  /** How many of the baseline were not found. */
  readonly gone: number;
}

/** From least to most. */
const depths: readonly Depth[] = ["quick", "normal", "full"];

/** True when a check of this depth finds all that a check of the other depth finds. */
export function isAsDeep(depth: Depth, other: Depth): boolean {
  return depths.indexOf(depth) >= depths.indexOf(other);
}

/**
 * Takes the known findings out. Of findings that are alike, as many are known as the baseline counts, from the top of
 * the file on: one more is told.
 * @param lineAt the text of the line at which a finding stands
 */
export function compareWith(
  { findings }: Baseline,
  problems: readonly Problem[],
  lineAt: (problem: Problem) => string,
): Compared {
  const left = new Map(findings.map((one) => [keyOf(one), one.count]));
  const fresh = problems.filter((one) => {
    const key = keyOf(alike(one, lineAt(one)));
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
  const gone = [...left.values()].reduce((sum, count) => sum + count, 0);
  return { fresh, known: problems.length - fresh.length, gone };
}

/** The baseline that knows all of these. */
export function baselineOf(
  problems: readonly Problem[],
  depth: Depth,
  lineAt: (problem: Problem) => string,
): Baseline {
  const known = new Map<string, Known>();
  for (const one of problems) {
    const like = alike(one, lineAt(one));
    const key = keyOf(like);
    known.set(key, { ...like, count: (known.get(key)?.count ?? 0) + 1 });
  }
  return { depth, findings: [...known.values()].toSorted((a, b) => compareText(keyOf(a), keyOf(b))) };
}

/** One finding a line, in order: so changes of two people rarely meet in one place. */
export function writeBaseline({ depth, findings }: Baseline): string {
  const lines = findings.map(
    ({ path, rule, words, count }) => `    ${JSON.stringify({ path, rule, words, count })}`,
  );
  const list = lines.length > 0 ? `[\n${lines.join(",\n")}\n  ]` : "[]";
  return `{\n  "version": 1,\n  "depth": ${JSON.stringify(depth)},\n  "findings": ${list}\n}\n`;
}

/** @returns the baseline, or in words what is wrong with the text */
export function readBaseline(text: string): Baseline | string {
  if (/^(<{7}|={7}|>{7})/m.test(text)) return "it holds the marks of a merge that was not finished";
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return "it is not JSON";
  }
  if (!isRecord(value) || !Array.isArray(value["findings"])) return "it holds no list of findings";
  if (value["version"] !== 1) return "it was written by another version of onetopic";
  const { findings } = value;
  const depth = depths.find((one) => one === value["depth"]);
  if (depth === undefined) return '"depth" is none of quick, normal and full';
  const faulty = findings.findIndex((one) => !isKnown(one));
  if (faulty >= 0) return `its finding ${faulty + 1} lacks path, rule, words or count`;
  return { depth, findings: together(findings as readonly Known[]) };
}

/** A merge may have kept the line of both sides: then the larger count is right. */
function together(findings: readonly Known[]): Known[] {
  const known = new Map<string, Known>();
  for (const one of findings) {
    const before = known.get(keyOf(one));
    if (!before || before.count < one.count) known.set(keyOf(one), one);
  }
  return [...known.values()];
}

function isKnown(value: unknown): value is Known {
  return (
    isRecord(value) &&
    ["path", "rule", "words"].every((key) => typeof value[key] === "string") &&
    Number.isSafeInteger(value["count"]) &&
    Number(value["count"]) > 0
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keyOf({ path, rule, words }: Omit<Known, "count">): string {
  return `${path}\n${rule}\n${words}`;
}

/**
 * What makes a finding the same one tomorrow: the words of its line and the names in it. Numbers are left out, since
 * days go by and sizes change, and so are lists of what else there is, and which of the artefacts is named.
 */
function alike({ path, rule, details }: Problem, line: string): Omit<Known, "count"> {
  const names = Object.entries(details).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "string" && key !== "artefact"
      ? [`${key}=${value.replace(/\d+(?:[.,]\d+)*/g, "#")}`]
      : [],
  );
  const words = [line.trim().replace(/\s+/g, " "), ...names].join("\n");
  return { path, rule, words: createHash("sha256").update(words).digest("hex").slice(0, 12) };
}
