import { problemJson, type Report } from "../report.ts";

/** The document that scripts get: `check --json`. */
export function jsonReport({ problems, summary }: Pick<Report, "problems" | "summary">): object {
  return { findings: problems.map(problemJson), summary };
}
