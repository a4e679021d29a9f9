import { createHash } from "node:crypto";
import type { Problem, RuleId } from "../../domain/problem.ts";
import { ruleIds, rules } from "../../domain/rules.ts";
import { rulePage, visible, type Report } from "../report.ts";
import { describe } from "../words/words.ts";
import { keyAlone } from "./shown.ts";

/** What SARIF says of the program and its rules. */
export interface Tool {
  readonly version: string;
  /** Where the project is at home on the web, without a slash at the end, if it is anywhere. */
  readonly home: string | undefined;
  /** The pages of rules, Markdown, by their ids. */
  readonly pages: ReadonlyMap<string, string>;
}

/**
 * The report as SARIF 2.1.0, for code scanning. Addresses are relative to the root of the repository.
 * Source: OASIS, Static Analysis Results Interchange Format 2.1.0; GitHub, "SARIF support for code scanning".
 */
export function sarifReport(report: Report, tool: Tool): object {
  const { problems, folder } = report;
  const files = [...new Set(problems.map(({ path }) => path))];
  const atFault = new Set(problems.map(({ rule }) => rule));
  const fingerprintOf = fingerprints(report.texts);
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "onetopic",
            version: tool.version,
            semanticVersion: tool.version,
            ...(tool.home === undefined ? {} : { informationUri: tool.home }),
            rules: ruleIds.map((rule) => descriptor(rule, tool, atFault.has(rule))),
          },
        },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { [base]: { description: { text: "The root of the repository." } } },
        artifacts: files.map((file) => ({ location: locationOf(folder, file) })),
        results: problems.map((problem) => {
          const { path, line, column, rule } = problem;
          const artifactLocation = { ...locationOf(folder, path), index: files.indexOf(path) };
          const region = { startLine: line, startColumn: column };
          return {
            ruleId: rule,
            ruleIndex: ruleIds.indexOf(rule),
            level: levelOf(problem.severity),
            message: { text: plain(describe(problem)) },
            locations: [{ physicalLocation: { artifactLocation, region } }],
            partialFingerprints: { "onetopicFinding/v1": fingerprintOf(problem) },
          };
        }),
      },
    ],
  };
}

const base = "%SRCROOT%";

function locationOf(folder: string, file: string): object {
  const segments = `${folder}${file}`.toWellFormed().split("/");
  return { uri: segments.map(encodeURIComponent).join("/"), uriBaseId: base };
}

function descriptor(rule: RuleId, { home, pages }: Tool, isAtFault: boolean): object {
  const { level } = rules[rule];
  const page = pages.get(rule);
  const text = (page && firstSentence(page)) || `The rule ${rule} of onetopic.`;
  return {
    id: rule,
    shortDescription: { text },
    ...(home === undefined ? {} : { helpUri: `${home}/${rulePage(rule)}` }),
    // Whole pages only where they are needed: the file is uploaded with each run.
    ...(isAtFault && page !== undefined ? { help: { text: page, markdown: page } } : {}),
    defaultConfiguration: level === "off" ? { enabled: false, level: "warning" } : { level: levelOf(level) },
  };
}

/** The first paragraph of a rule's page, behind its level. */
function firstSentence(page: string): string {
  const paragraph = page
    .split(/\n\s*\n/)
    .find((part) => part.trim() !== "" && !part.trimStart().startsWith("#"));
  return (paragraph ?? "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^(?:Error|Warning|Off unless asked for)\. /, "");
}

function levelOf(severity: "error" | "warn"): "error" | "warning" {
  return severity === "error" ? "error" : "warning";
}

/** In a message `[words](place)` would become a link. */
function plain(text: string): string {
  return visible(text).toWellFormed().replaceAll("](", "\\](");
}

/**
 * What a finding is known by when lines above it come and go: its rule, its file, and the text of its line; of those that
 * are alike, the first, the second and so on. The sentence is left out: it counts days and characters.
 */
function fingerprints(texts: ReadonlyMap<string, string>): (problem: Problem) => string {
  const lines = new Map<string, readonly string[]>();
  const seen = new Map<string, number>();
  return ({ rule, path, line }) => {
    const known = lines.get(path) ?? (texts.get(path) ?? "").split("\n");
    lines.set(path, known);
    const written = known[line - 1] ?? "";
    // From a fingerprint a short password could be found by trying.
    const text = (path === "onetopic.yaml" ? keyAlone(written) : written).replace(/\s+/g, " ").trim();
    const hash = createHash("sha256").update([rule, path, text].join("\n")).digest("hex").slice(0, 32);
    const before = seen.get(hash) ?? 0;
    seen.set(hash, before + 1);
    return `${hash}:${before + 1}`;
  };
}
