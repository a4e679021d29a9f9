import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Findings } from "../../check/check.ts";
import type { Tool } from "../../check/reporters/sarif.ts";
import { mayBeShown, tally, type Report } from "../../check/report.ts";
import { ruleIds } from "../../domain/rules.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Topic } from "../../domain/topic.ts";
import { usageError } from "../../domain/user-error.ts";
import { exists, readToolkitText } from "../../toolkit/files.ts";
import { packageRoot, type Context } from "../context.ts";

export type ReportForm = "pretty" | "json" | "junit" | "sarif" | "github";

/** What is told beside the findings. */
export interface Beside {
  /** Unified diffs of what was repaired. */
  readonly diffs?: readonly string[];
  /** Sentences. */
  readonly notes: readonly string[];
  /** Keys of the JSON document. */
  readonly document: object;
}

/** What a check found, and how it is to be told. */
export interface Told {
  readonly found: Findings;
  readonly toolkit: Pick<Toolkit, "root">;
  /** Those that were looked at. */
  readonly topics: readonly Pick<Topic, "source">[];
  readonly form: ReportForm;
  readonly strict: boolean;
  /** How long it took, in milliseconds. */
  readonly took?: number;
  /** How many findings `--fix` can repair. */
  readonly repairable?: number;
  readonly beside?: Beside;
}

/** The form asked for; `--json` asks for the JSON document. @throws UserError (exit 2) when two are asked for */
export function reportForm({ out }: Context, format: ReportForm | undefined): ReportForm {
  if (out.json && format !== undefined && format !== "json") {
    throw usageError(
      "usage",
      `--json and --format ${format} ask for two different reports.`,
      "Leave one of them out.",
    );
  }
  return out.json ? "json" : (format ?? "pretty");
}

/** Prints the report in the form asked for. Nothing is written to any file. */
export async function tellFindings(context: Context, told: Told): Promise<void> {
  const { out } = context;
  const report = await toReport(context, told);
  const { diffs = [], notes, document: more } = told.beside ?? { notes: [], document: {} };
  // In the other forms nothing may stand on stdout but the report.
  if (told.form !== "pretty" && told.form !== "json") for (const note of notes) out.say(note);
  switch (told.form) {
    case "pretty": {
      const { prettyReport } = await import("../../check/reporters/pretty.ts");
      for (const diff of diffs) out.print(diff);
      out.print(prettyReport(report, { width: out.width, terminal: out.terminal, paint: out.style }));
      for (const note of notes) out.print(note);
      return;
    }
    case "json": {
      const { jsonReport } = await import("../../check/reporters/json.ts");
      const document = { ...jsonReport(report), ...more };
      return out.json ? out.document(document) : out.print(JSON.stringify(document, null, 2));
    }
    case "junit": {
      const { junitReport } = await import("../../check/reporters/junit.ts");
      return out.print(junitReport(report));
    }
    case "sarif": {
      const { sarifReport } = await import("../../check/reporters/sarif.ts");
      return out.print(JSON.stringify(sarifReport(report, await readTool()), null, 2));
    }
    case "github": {
      const { githubReport } = await import("../../check/reporters/github.ts");
      return out.print(githubReport(report));
    }
  }
}

async function toReport(context: Context, told: Told): Promise<Report> {
  const { found, toolkit, topics, form, strict, took, repairable } = told;
  const { problems, artefacts } = found;
  const inRepository = form === "github" || form === "sarif";
  return {
    problems,
    summary: { ...tally(problems), topics: found.topics, artefacts },
    topicFiles: topics.map(({ source }) => source.path),
    texts:
      form === "pretty" || form === "sarif"
        ? await readTexts(toolkit.root, found)
        : new Map<string, string>(),
    strict,
    folder: inRepository ? await folderInRepository(toolkit.root, context.env) : "",
    // In a file or a log, the same toolkit gives the same report.
    took: form === "pretty" && context.out.terminal ? took : undefined,
    repairable,
  };
}

async function readTexts(root: string, { problems }: Findings): Promise<Map<string, string>> {
  const files = [...new Set(problems.map((one) => one.path))].filter(mayBeShown);
  const texts = new Map<string, string>();
  for (const file of files) {
    const read = await readToolkitText(root, file);
    if ("text" in read) texts.set(file, read.text);
  }
  return texts;
}

/** The way from the root of the repository to the toolkit, with a slash behind it; nothing when they are the same. */
async function folderInRepository(root: string, env: Context["env"]): Promise<string> {
  const top = (await repositoryAround(root)) ?? env["GITHUB_WORKSPACE"] ?? "";
  const way = top === "" ? "" : path.relative(top, root);
  if (way === "" || way.startsWith("..") || path.isAbsolute(way)) return "";
  return `${way.split(path.sep).join("/")}/`;
}

async function repositoryAround(root: string): Promise<string | undefined> {
  for (let folder = root; ; folder = path.dirname(folder)) {
    if (await exists(path.join(folder, ".git"))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** The program as its package describes it, with the pages of its rules. */
async function readTool(): Promise<Tool> {
  const { version, homepage } = JSON.parse(
    await readFile(path.join(packageRoot, "package.json"), "utf8"),
  ) as {
    version: string;
    homepage?: string;
  };
  const pages = new Map<string, string>();
  for (const rule of ruleIds) {
    const page = await readFile(path.join(packageRoot, "docs/rules", `${rule}.md`), "utf8").catch(() => "");
    if (page !== "") pages.set(rule, page);
  }
  return { version, home: homepage, pages };
}
