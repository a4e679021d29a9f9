import { join, resolve } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { NodeCompiler, type NodeTypstDocument } from "@myriaddreamin/typst-ts-node-compiler";
import { escapeTypst } from "../escape.ts";
import { fontsInPdf, readFonts } from "./fonts.ts";
import { mainPath, type TypstDiagnostic, type TypstJob, type TypstResult } from "./job.ts";
import { drawPicture } from "./picture.ts";
import { withPressBoxes } from "./press.ts";

/**
 * The thread that compiles, inside the child process. Typst holds its thread until it is done, so the process keeps its
 * main thread free to notice that its parent is gone.
 */

/** A folder that does not exist: what is not among a job's files cannot be read, whatever a template asks for. */
const workspace = resolve("/onetopic-has-no-files-here");
const main = join(workspace, mainPath);

/**
 * Every so many jobs, the results are forgotten that were not used since the time before last. Source: a poster takes two
 * jobs, its three sizes share the widths of words; to look through all that is remembered takes a millisecond or two.
 */
const jobsPerRound = 4;
const roundsKept = 2;

/** What a template must not do, though Typst lets it. */
const refusals: readonly (readonly [pattern: RegExp, message: string])[] = [
  [/\b(?:import|include)[\s(]*"@/, "packages cannot be imported: a template works without the network"],
  [/\bdatetime\s*\.\s*today\b/, "today's date cannot be used: the same files give the same poster every day"],
];

/** Typst also says by which calls it came to a fault. Source: the severities of the language server protocol. */
const hint = 4;

interface RawDiagnostic {
  readonly severity: number;
  readonly message: string;
  readonly path: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } } | null;
}

class Compiler {
  readonly #typst: NodeCompiler;
  readonly #fonts: ReadonlySet<string>;
  #jobs = 0;

  constructor(fonts: Awaited<ReturnType<typeof readFonts>>) {
    const fontBlobs = fonts.map(({ content }) => content);
    this.#typst = NodeCompiler.create({ workspace, fontArgs: [{ fontBlobs }] });
    this.#fonts = new Set(fonts.map(({ name }) => name));
  }

  async run(job: TypstJob): Promise<TypstResult> {
    const refused = refuse(job.source);
    if (refused) return failure([refused]);
    this.#typst.resetShadow();
    this.#typst.mapShadow(main, Buffer.from(`${inputLine(job.inputs)}\n${job.source}`));
    for (const [path, content] of Object.entries(job.files)) {
      this.#typst.mapShadow(join(workspace, path), Buffer.from(content));
    }
    const compiled = this.#typst.compile({ mainFilePath: main, resetRead: true });
    const said = compiled.takeDiagnostics() ?? compiled.takeWarnings();
    if (said || !compiled.result) {
      const all = said ? (this.#typst.fetchDiagnostics(said) as RawDiagnostic[]) : [];
      return failure(all.filter(({ severity }) => severity !== hint).map(placed));
    }
    return this.#export(compiled.result, job);
  }

  /** Best done while nobody waits. */
  forget(): void {
    this.#jobs += 1;
    if (this.#jobs % jobsPerRound === 0) this.#typst.evictCache(roundsKept);
  }

  /** The PDF is made for a picture as well: only PDF/UA looks for letters without a shape and pictures without words. */
  async #export(document: NodeTypstDocument, job: TypstJob): Promise<TypstResult> {
    const measured = {
      diagnostics: [],
      pages: document.numOfPages,
      answers: this.#answers(document, job.queries),
    };
    if (!job.pdf && job.png === undefined) return measured;
    let pdf: Buffer;
    try {
      pdf = this.#typst.pdf(document, { pdfStandard: "ua-1", pdfTags: true });
    } catch (error) {
      return failure(exportDiagnostics((error as Error).message));
    }
    const strange = [...fontsInPdf(pdf)].filter((name) => !this.#fonts.has(name));
    if (strange.length > 0) return failure([strangeFonts(strange, [...this.#fonts])]);
    const png = job.png === undefined ? undefined : drawPicture(this.#typst.plainSvg(document), job.png);
    const written = job.pdf && job.press ? await withPressBoxes(pdf, job.press) : pdf;
    return { ...measured, ...(job.pdf ? { pdf: written } : {}), ...(png ? { png } : {}) };
  }

  #answers(document: NodeTypstDocument, queries: readonly string[]): TypstResult["answers"] {
    return Object.fromEntries(
      queries.map((label) => [
        label,
        this.#typst.query(document, { selector: `<${label}>`, field: "value" }) as unknown[],
      ]),
    );
  }
}

/**
 * Gives the source its `sys.inputs`. The compiler's own way hands them over in another order each time, for which Typst
 * takes them as others and sets everything anew.
 */
function inputLine(inputs: TypstJob["inputs"]): string {
  const pairs = Object.entries(inputs).map(
    ([name, value]) => `"${escapeTypst(name)}": "${escapeTypst(value)}"`,
  );
  return `#let sys = (version: sys.version, inputs: (${pairs.join(", ") || ":"}))`;
}

function failure(diagnostics: readonly TypstDiagnostic[]): TypstResult {
  const said = diagnostics.length > 0 ? diagnostics : [{ message: "Typst gave no document and no reason" }];
  return { diagnostics: said, pages: 0, answers: {} };
}

function refuse(source: string): TypstDiagnostic | undefined {
  for (const [pattern, message] of refusals) {
    const found = pattern.exec(source);
    if (found) return { message, path: mainPath, line: source.slice(0, found.index).split("\n").length };
  }
  return undefined;
}

/**
 * Typst counts lines and columns from 0, and names files by where they would be on this machine. The line of inputs stands
 * before the source.
 */
function placed({ message, path, range }: RawDiagnostic): TypstDiagnostic {
  return {
    message: message.replaceAll(workspace, ""),
    path: path === "" ? undefined : path.replace(workspace, "").replaceAll("\\", "/"),
    line: range ? range.start.line : undefined,
    column: range ? range.start.character + 1 : undefined,
  };
}

/** A failed export comes as one text in which Rust prints its structures. */
function exportDiagnostics(text: string): TypstDiagnostic[] {
  const messages = [...text.matchAll(/message: "((?:[^"\\]|\\.)*)"/gs)].map(([, message]) =>
    unquote(message ?? ""),
  );
  return (messages.length > 0 ? messages : [text]).map((message) => ({ message }));
}

function unquote(text: string): string {
  return text
    .replace(/\\u\{([0-9a-f]+)\}/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/\\(.)/g, "$1");
}

function strangeFonts(strange: readonly string[], ours: readonly string[]): TypstDiagnostic {
  return {
    message: `it uses the font ${strange.join(", ")}, which other machines lack; use ${ours.join(", ")}`,
  };
}

const compiler = new Compiler(await readFonts((workerData as { fontsDir: string }).fontsDir));
// A job that throws is our own fault: the process around this thread then says so, and ends.
parentPort?.on("message", async (job: TypstJob) => {
  parentPort?.postMessage(await compiler.run(job));
  compiler.forget();
});
