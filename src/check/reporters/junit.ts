import { compareText, type Problem } from "../../domain/problem.ts";
import { cleanXml, escapeHtml } from "../../render/escape.ts";
import { grouped, problemLine, visible, type Report } from "../report.ts";
import { describe } from "../words/words.ts";

/**
 * The report as JUnit XML, for the test pages of Jenkins, GitLab and others. Each file is a suite and each finding a
 * test in it; a topic without findings is one test that passed. A warning is a skipped test, unless warnings fail.
 *
 * Names of tests are the same in the next run, whatever moved: GitLab tells by them what is new, and takes only the
 * first of those that are called the same.
 */
export function junitReport(report: Report): string {
  const byFile = grouped(report.problems, ({ path }) => path);
  const files = [...new Set([...byFile.keys(), ...report.topicFiles])].toSorted(compareText);
  const suites = files.map((file) => suite(file, byFile.get(file) ?? [], report.strict));
  const failures = report.problems.filter((one) => fails(one, report.strict)).length;
  const tests = suites.reduce((sum, one) => sum + one.tests, 0);
  const time = report.took === undefined ? undefined : (report.took / 1000).toFixed(3);
  const attributes = { name: "onetopic check", tests, failures, errors: 0, time };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    ...element(
      "testsuites",
      attributes,
      suites.flatMap(({ lines }) => lines),
    ),
  ].join("\n");
}

function suite(
  file: string,
  problems: readonly Problem[],
  strict: boolean,
): { tests: number; lines: string[] } {
  const failures = problems.filter((one) => fails(one, strict)).length;
  const skipped = problems.length - failures;
  const tests = Math.max(1, problems.length);
  const seen = new Map<string, number>();
  const cases = problems.flatMap((one) => {
    const before = seen.get(one.rule) ?? 0;
    seen.set(one.rule, before + 1);
    const name = before === 0 ? one.rule : `${one.rule} (${before + 1})`;
    return element("testcase", { name, classname: file }, outcome(one, strict));
  });
  const passed = element("testcase", { name: "no findings", classname: file }, []);
  const attributes = { name: file, tests, failures, errors: 0, skipped };
  return { tests, lines: element("testsuite", attributes, problems.length === 0 ? passed : cases) };
}

function outcome(problem: Problem, strict: boolean): string[] {
  const message = describe(problem);
  const line = escape(problemLine(problem));
  return fails(problem, strict)
    ? element("failure", { message, type: problem.severity }, line)
    : element("skipped", { message: `Warning: ${message}` }, line);
}

function fails({ severity }: Problem, strict: boolean): boolean {
  return strict || severity === "error";
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  inside: string | readonly string[],
): string[] {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escape(String(value))}"`],
  );
  const open = `<${name}${written.join("")}`;
  if (typeof inside === "string") return [`${open}>${inside}</${name}>`];
  return inside.length === 0
    ? [`${open}/>`]
    : [`${open}>`, ...inside.map((line) => `  ${line}`), `</${name}>`];
}

function escape(text: string): string {
  return escapeHtml(cleanXml(visible(text)));
}
