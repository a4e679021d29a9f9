import { problem, type Position, type Problem } from "../domain/problem.ts";
import type { TemplateFile } from "../domain/template.ts";
import type { PaperSize } from "./artefacts.ts";
import { fits, highestThatFits, type Attempt, type Fit, type Levels } from "./poster-fit.ts";
import { mainPath, type TypstDiagnostic, type TypstJob } from "./typst/job.ts";
import type { Compile, Typesetter } from "./typst/typesetter.ts";

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
  /** Where in that file a word or a sign stands, if it does. */
  readonly locate: (text: string) => Position | undefined;
  readonly template: Pick<TemplateFile, "path" | "source">;
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

/** The smallest body text, in points. Source: docs/templates.md, with UKAAF clear print. */
const smallestBody: Readonly<Record<PaperSize, { normal: number; large: number }>> = {
  A3: { normal: 22, large: 30 },
  A4: { normal: 16, large: 22 },
  A5: { normal: 12, large: 16 },
};

/** The largest body text against the smallest: beyond it a poster of few words shouts. Source: judged by eye. */
const largestBody = 1.75;
/** Points by which the body text grows from one level to the next. */
const step = 0.5;
/** Levels on which the text stays at its smallest and only the space between things shrinks. */
const tightLevels = 8;
const dpi = 150;
const label = "fit";

/**
 * Makes a poster of one page: with the largest body text between the smallest allowed and what is pleasant that leaves room
 * for everything. Nothing is ever cut off or carried to a second page.
 * @returns the formats asked for, or the problems: words that need more room, or a fault in the template
 */
export function renderPoster(typesetter: Typesetter, request: PosterRequest): Promise<PosterResult> {
  return typesetter.session(async (compile) => {
    const best = await highestThatFits(levelsOf(request), (level) => attempt(compile, request, level));
    if (!fits(best)) return { problems: misfits(request, best) };
    const result = await compile(job(request, best.level, request.formats));
    if (result.diagnostics.length > 0 || result.pages !== 1)
      return { problems: misfits(request, { ...best, result }) };
    return {
      ...(result.pdf ? { pdf: Buffer.from(result.pdf) } : {}),
      ...(result.png ? { png: Buffer.from(result.png) } : {}),
      problems: [],
    };
  });
}

function smallest({ size, largePrint }: PosterRequest): number {
  return smallestBody[size][largePrint ? "large" : "normal"];
}

function levelsOf(request: PosterRequest): Levels {
  const least = smallest(request);
  return {
    lowest: -tightLevels,
    highest: Math.floor((least * (largestBody - 1)) / step),
    // Text twice as large takes four times the room, and the space around it grows as well.
    filling: (ratio) => Math.floor((least * (ratio ** 0.4 - 1)) / step),
  };
}

async function attempt(compile: Compile, request: PosterRequest, level: number): Promise<Attempt> {
  const result = await compile(job(request, level, []));
  return { level, result, fit: result.answers[label]?.[0] as Fit | undefined };
}

/** @param formats none while the level is looked for */
function job(request: PosterRequest, level: number, formats: PosterRequest["formats"]): TypstJob {
  const { width, height } = paper[request.size];
  const least = smallest(request);
  const ease = level < 0 ? level / tightLevels : (level * step) / (least * (largestBody - 1));
  return {
    source: request.source,
    files: request.files,
    inputs: {
      width: String(width),
      height: String(height),
      body: String(least + Math.max(0, level) * step),
      ease: ease.toFixed(4),
      largePrint: String(request.largePrint),
      measuring: String(formats.length === 0),
    },
    queries: [label],
    pdf: formats.includes("pdf"),
    png: formats.includes("png") ? dpi : undefined,
  };
}

function misfits(request: PosterRequest, { result, fit }: Attempt): Problem[] {
  const { artefact, path, position, locate } = request;
  if (result.diagnostics.length > 0) return faults(request, result.diagnostics);
  if (fit && fit.words.length > 0) {
    return [...new Set(fit.words)].map((word) =>
      problem("poster/word-too-long", path, locate(word) ?? position, { artefact, word }),
    );
  }
  return [problem("poster/no-room", path, position, { artefact, over: overflow(result.pages, fit) })];
}

function overflow(pages: number, fit: Fit | undefined): string {
  if (!fit || fit.needed <= fit.available) return pages <= 2 ? "about one page" : `about ${pages - 1} pages`;
  const lines = Math.ceil((fit.needed - fit.available) / fit.line);
  return lines === 1 ? "about 1 line" : `about ${lines} lines`;
}

/** Signs that the font lacks are the topic's fault, told once a place; all else that Typst refuses is the template's. */
function faults(request: PosterRequest, diagnostics: readonly TypstDiagnostic[]): Problem[] {
  const { artefact, path, position, locate } = request;
  const signs = new Map<string, { at: Position | undefined; missing: Set<string> }>();
  const others: Problem[] = [];
  for (const fault of diagnostics) {
    const sign = /the text `"(.+)"` could not be displayed/su.exec(fault.message)?.[1];
    if (sign === undefined) {
      others.push(templateFault(request, fault));
      continue;
    }
    const at = locate(sign) ?? position;
    const key = `${at?.line}:${at?.column}`;
    signs.set(key, { at, missing: (signs.get(key)?.missing ?? new Set()).add(sign) });
  }
  const missing = [...signs.values()].map(({ at, missing: some }) => {
    const reason = `the posters' font has no sign for ${[...some].join(" ")}.`;
    return problem("typst/compile", path, at, { artefact, reason });
  });
  return [...missing, ...others];
}

/** The rendered template has other lines than the template, so the line is looked for by its text. */
function templateFault({ artefact, template, source }: PosterRequest, fault: TypstDiagnostic): Problem {
  const { message, path, line, column } = fault;
  const text = path === mainPath && line !== undefined ? source.split("\n")[line - 1] : undefined;
  const at = text === undefined ? -1 : template.source.split("\n").indexOf(text);
  const position = at < 0 ? undefined : { line: at + 1, column: column ?? 1 };
  const shown = text === undefined || at >= 0 ? "" : ` (in "${text.trim().slice(0, 60)}")`;
  return problem("typst/compile", template.path, position, { artefact, reason: `${message}${shown}.` });
}
