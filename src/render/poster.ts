import { problem, type Position, type Problem } from "../domain/problem.ts";
import type { PaperSize } from "./artefacts.ts";
import type { TypstDiagnostic, TypstResult } from "./typst-job.ts";
import type { Compile, Typesetter } from "./typst.ts";

/** What one poster is made from. */
export interface PosterRequest {
  /** Names it in messages, such as `poster.A3.pdf`. */
  readonly artefact: string;
  /** The rendered template. */
  readonly source: string;
  /** What it may read, by path: `/qr.svg`, `/logo.svg` or `/logo.png`. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly size: PaperSize;
  readonly largePrint: boolean;
  readonly formats: readonly ("pdf" | "png")[];
  /** Where its words come from, for the problems. */
  readonly path: string;
  readonly position?: Position | undefined;
}

/** With a problem there is no poster. */
export interface PosterResult {
  readonly pdf?: Buffer;
  readonly png?: Buffer;
  readonly problems: readonly Problem[];
}

/** Millimetres. Source: ISO 216. */
const paper: Readonly<Record<PaperSize, { width: number; height: number }>> = {
  A3: { width: 297, height: 420 },
  A4: { width: 210, height: 297 },
  A5: { width: 148, height: 210 },
};

/** The smallest body text, in points. Source: the contract, section 4. */
const smallestBody: Readonly<Record<PaperSize, { normal: number; large: number }>> = {
  A3: { normal: 22, large: 30 },
  A4: { normal: 16, large: 22 },
  A5: { normal: 12, large: 16 },
};

/** The largest body text against the smallest: beyond it a poster of few words shouts. Source: judged by eye. */
const largestBody = 1.75;
/** Body sizes are tried in halves of a point. */
const step = 0.5;
const dpi = 150;
const label = "fit";

/** What a template says about its own fit, as the value of metadata labelled `<fit>`. Lengths in points. */
interface Fit {
  readonly needed: number;
  readonly available: number;
  /** Height of one line of body text. */
  readonly line: number;
  /** Words that are wider than their column. */
  readonly words: readonly string[];
}

interface Attempt {
  readonly body: number;
  readonly result: TypstResult;
  readonly fit: Fit | undefined;
}

/**
 * Makes a poster of one page: with the largest body text between the smallest allowed and what is pleasant that leaves room
 * for everything. Nothing is ever cut off or carried to a second page.
 * @returns the formats asked for, or the problems: words that need more room, or a fault in the template
 */
export function renderPoster(typesetter: Typesetter, request: PosterRequest): Promise<PosterResult> {
  return typesetter.session(async (compile) => {
    const { normal, large } = smallestBody[request.size];
    const smallest = request.largePrint ? large : normal;
    const best = await largestThatFits(smallest, (body) => attempt(compile, request, smallest, body));
    if (!fits(best)) return { problems: misfits(request, best) };
    const result = await compile(job(request, smallest, best.body, request.formats));
    if (result.diagnostics.length > 0) return { problems: faults(request, result.diagnostics) };
    return {
      ...(result.pdf ? { pdf: Buffer.from(result.pdf) } : {}),
      ...(result.png ? { png: Buffer.from(result.png) } : {}),
      problems: [],
    };
  });
}

/** Halves the interval between the largest size known to fit and the smallest known not to. */
async function largestThatFits(
  smallest: number,
  attemptAt: (body: number) => Promise<Attempt>,
): Promise<Attempt> {
  const sizes = Math.floor((smallest * (largestBody - 1)) / step);
  const bodyOf = (index: number) => smallest + index * step;
  const most = await attemptAt(bodyOf(sizes));
  if (fits(most) || most.result.diagnostics.length > 0) return most;
  let best = await attemptAt(smallest);
  if (!fits(best)) return best;
  for (let [low, high] = [0, sizes]; high - low > 1;) {
    const middle = Math.floor((low + high) / 2);
    const next = await attemptAt(bodyOf(middle));
    if (fits(next)) [best, low] = [next, middle];
    else high = middle;
  }
  return best;
}

async function attempt(
  compile: Compile,
  request: PosterRequest,
  smallest: number,
  body: number,
): Promise<Attempt> {
  const result = await compile(job(request, smallest, body, []));
  return { body, result, fit: result.answers[label]?.[0] as Fit | undefined };
}

function fits({ result, fit }: Attempt): boolean {
  return (
    result.diagnostics.length === 0 &&
    result.pages === 1 &&
    (!fit || (fit.needed <= fit.available && fit.words.length === 0))
  );
}

function job(request: PosterRequest, smallest: number, body: number, formats: PosterRequest["formats"]) {
  const { width, height } = paper[request.size];
  return {
    source: request.source,
    files: request.files,
    inputs: {
      size: request.size,
      width: String(width),
      height: String(height),
      body: String(body),
      smallest: String(smallest),
      largest: String(smallest * largestBody),
      largePrint: String(request.largePrint),
    },
    queries: [label],
    pdf: formats.includes("pdf"),
    png: formats.includes("png") ? dpi : undefined,
  };
}

function misfits(request: PosterRequest, { result, fit }: Attempt): Problem[] {
  const { artefact, path, position } = request;
  if (result.diagnostics.length > 0) return faults(request, result.diagnostics);
  if (fit && fit.words.length > 0) {
    return [...new Set(fit.words)].map((word) =>
      problem("poster/word-too-long", path, position, { artefact, word }),
    );
  }
  return [problem("poster/no-room", path, position, { artefact, over: excess(result, fit) })];
}

function excess({ pages }: TypstResult, fit: Fit | undefined): string {
  if (!fit || fit.needed <= fit.available) return pages === 2 ? "one page" : `${pages - 1} pages`;
  const lines = Math.ceil((fit.needed - fit.available) / fit.line);
  return lines === 1 ? "about 1 line" : `about ${lines} lines`;
}

function faults(
  { artefact, path, position }: PosterRequest,
  diagnostics: readonly TypstDiagnostic[],
): Problem[] {
  const missing = diagnostics.flatMap(
    ({ message }) => /the text `"(.+)"` could not be displayed/s.exec(message)?.[1] ?? [],
  );
  const others = diagnostics.filter(({ message }) => !message.includes("could not be displayed"));
  const reasons = others.map(({ message, path: file, line, column }) =>
    line === undefined
      ? message
      : `${message} (${file ?? "the rendered template"}, line ${line}${column ? `, column ${column}` : ""})`,
  );
  if (missing.length > 0)
    reasons.push(`the posters' font has no sign for ${[...new Set(missing)].join(" ")}`);
  return reasons.map((reason) => problem("typst/compile", path, position, { artefact, reason }));
}
