import type { Problem } from "../../domain/problem.ts";
import { grouped, problemLine, rulePage, summaryLine, visible, type Report } from "../report.ts";
import { excerpt } from "./excerpt.ts";
import { shownFile, type ShownFile } from "./shown.ts";

/** Where the text is shown. */
export interface Screen {
  readonly width: number;
  /** A person looks on. Without a terminal the findings come first, one a line, so that programs can pick them out. */
  readonly terminal: boolean;
  readonly paint: (style: "bold" | "dim" | "red" | "yellow" | "green", text: string) => string;
}

/** So many findings show their lines; more would bury the list of the others. */
const framesOnTerminal = 20;
const framesElsewhere = 10;

/** The report for people. */
export function prettyReport(report: Report, screen: Screen): string {
  const { problems } = report;
  if (problems.length === 0) return screen.paint("green", summaryLine(report));
  const findings = screen.terminal ? groups(report, screen) : plainList(report, screen);
  return [...findings, ...pages(problems, screen), "", ...ending(report, screen)].join("\n");
}

/** By file, each finding with its lines. */
function groups(report: Report, screen: Screen): string[] {
  const byFile = grouped(report.problems, ({ path }) => path);
  const framed = new Set(report.problems.slice(0, framesOnTerminal));
  const frameOf = framer(report, screen);
  const blocks = [...byFile].map(([path, found]) => {
    const amount = found.length === 1 ? "1 finding" : `${found.length} findings`;
    const head = [screen.paint("bold", visible(path)), screen.paint("dim", `  ${amount}`)].join("");
    const lines = found.map((one) => {
      const frame = framed.has(one) ? frameOf(one) : [];
      return [coloured(one, screen), ...frame, ...(frame.length > 0 ? [""] : [])];
    });
    return [head, ...lines.flat()];
  });
  return blocks
    .flatMap((block) => [...block, ...(block.at(-1) === "" ? [] : [""])])
    .concat(unframed(report, framed.size));
}

/** All findings, then the lines of the first of them. */
function plainList(report: Report, screen: Screen): string[] {
  const framed = report.problems.slice(0, framesElsewhere);
  const frameOf = framer(report, screen);
  const frames = framed.flatMap((one) => {
    const frame = frameOf(one);
    return frame.length === 0 ? [] : [visible(`${one.path}:${one.line} (${one.rule})`), ...frame, ""];
  });
  return [
    ...report.problems.map((one) => coloured(one, screen)),
    "",
    ...frames,
    ...unframed(report, framed.length),
  ];
}

function unframed({ problems, texts }: Report, framed: number): string[] {
  const left = problems.slice(framed).some(({ path }) => texts.has(path));
  return left
    ? [`Only the first ${framed} show their lines. To see others, name their files: onetopic check FILE`, ""]
    : [];
}

type Framer = (problem: Problem) => readonly string[];

/** Cuts out the lines of findings; each file is split once. */
function framer({ texts }: Report, { width, paint }: Screen): Framer {
  const files = new Map<string, ShownFile>();
  return (problem) => {
    const { path } = problem;
    const text = texts.get(path);
    if (text === undefined) return [];
    const { lines, markOf } = files.get(path) ?? shownFile(path, text);
    files.set(path, { lines, markOf });
    return excerpt(lines, markOf(problem), { width, around: path === "onetopic.yaml" ? 0 : 1 }).map((row) =>
      row.startsWith(">") || row.endsWith("^") ? row : paint("dim", row),
    );
  };
}

/** Each rule once, with the page that explains it. */
function pages(problems: readonly Problem[], { paint }: Screen): string[] {
  const byRule = [...grouped(problems, ({ rule }) => rule)];
  const digits = String(Math.max(...byRule.map(([, found]) => found.length))).length;
  return [
    paint("bold", "Why, and how to mend it"),
    ...byRule
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([rule, found]) => `  ${String(found.length).padStart(digits)} × ${rulePage(rule)}`),
  ];
}

function ending(report: Report, { paint }: Screen): string[] {
  const { summary, strict, repairable = 0 } = report;
  const fails = summary.errors > 0 || strict;
  const repair =
    repairable > 0 ? [`${repairable} of them can be repaired for you: onetopic check --fix`] : [];
  const next = fails
    ? 'Mend what is listed, then run "onetopic check" again.'
    : "Warnings are advice: they hold nothing back. With --strict they fail.";
  return [paint(fails ? "red" : "yellow", summaryLine(report)), ...repair, next];
}

function coloured(problem: Problem, { paint }: Screen): string {
  const { severity } = problem;
  return problemLine(problem).replace(
    `  ${severity}  `,
    () => `  ${paint(severity === "error" ? "red" : "yellow", severity)}  `,
  );
}
