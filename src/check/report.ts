import type { Problem } from "../domain/problem.ts";
import { describe } from "./words/words.ts";

/** One problem as `path:line:column  severity  rule-id  sentence`. */
export function problemLine(problem: Problem): string {
  const { path, line, column, severity, rule } = problem;
  return `${path}:${line}:${column}  ${severity}  ${rule}  ${describe(problem)}`;
}

/** One problem as scripts get it. */
export function problemJson(problem: Problem): object {
  const { path, line, column, severity, rule } = problem;
  return { path, line, column, severity, rule, message: describe(problem) };
}
