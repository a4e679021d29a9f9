import { problem, type Position, type Problem } from "../domain/problem.ts";
import type { TemplateFile } from "../domain/template.ts";
import { fits, highestThatFits, type Attempt, type Fit, type Levels } from "./sheet-fit.ts";
import type { Sheet, SheetVariant } from "./sheets.ts";
import { mainPath, type TypstDiagnostic, type TypstJob } from "./typst/job.ts";
import type { Compile, Typesetter } from "./typst/typesetter.ts";

/** What one poster, screen or card is made from. */
export interface SheetRequest {
  /** Names it in messages, such as `poster.A3.pdf`. */
  readonly artefact: string;
  readonly variant: SheetVariant;
  /** The rendered template. */
  readonly source: string;
  /** What it may read, by path: `/qr.svg`, `/logo.svg` or `/logo.png`. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly sheet: Sheet;
  readonly formats: readonly ("pdf" | "png")[];
  /** Where its words come from, for the problems. */
  readonly path: string;
  readonly position?: Position | undefined;
  /** Where in that file a word or a sign stands, if it does. */
  readonly locate: (text: string) => Position | undefined;
  /** The template and the partials it may have called, for the problems. */
  readonly templates: readonly [TemplateFile, ...TemplateFile[]];
}

/** With a problem there is no sheet. */
export interface SheetResult {
  readonly pdf?: Buffer;
  readonly png?: Buffer;
  readonly problems: readonly Problem[];
}

/** Points by which the body text grows from one level to the next. */
const step = 0.5;
/** Levels on which the text stays at its smallest and only the space between things shrinks. */
const tightLevels = 8;
/** Room for crop marks around what is printed, in millimetres: they begin 1 mm beyond the bleed. */
const pressSlug = 7;
const label = "fit";

/**
 * Makes a sheet of one page: with the largest body text between the smallest allowed and what is pleasant that leaves room
 * for everything. Nothing is ever cut off or carried to a second page.
 * @returns the formats asked for, or the problems: words that need more room, or a fault in the template
 */
export function renderSheet(typesetter: Typesetter, request: SheetRequest): Promise<SheetResult> {
  return typesetter.session(async (compile) => {
    const best = await bestSetting(compile, request);
    if (!fits(best)) return { problems: misfits(request, best) };
    const { formats, sheet } = request;
    const result = await compile({
      ...best.job,
      pdf: formats.includes("pdf"),
      png: formats.includes("png") ? sheet.dpi : undefined,
    });
    if (result.diagnostics.length > 0 || result.pages !== 1)
      return { problems: misfits(request, { ...best, result }) };
    return {
      ...(result.pdf ? { pdf: Buffer.from(result.pdf) } : {}),
      ...(result.png ? { png: Buffer.from(result.png) } : {}),
      problems: [],
    };
  });
}

/** An attempt, with the job that draws the sheet so. */
type Setting = Attempt & { readonly job: TypstJob };

async function bestSetting(compile: Compile, request: SheetRequest): Promise<Setting> {
  const tryLevel = async (level: number, job: TypstJob): Promise<Setting> => {
    const result = await compile(job);
    return { level, result, fit: result.answers[label]?.[0] as Fit | undefined, job };
  };
  const first = await tryLevel(0, jobOf(request, 0, true));
  const ownSize = first.fit?.ease !== undefined;
  // A template that looks for its size by itself has drawn the sheet already: Typst remembers it, and need only export it.
  if (ownSize && (first.result.pages === 1 || first.fit.needed > first.fit.available)) return first;
  const best = await highestThatFits(levelsOf(request), (level) =>
    tryLevel(level, jobOf(request, level, !ownSize)),
  );
  return { ...best, job: jobOf(request, best.level, false) };
}

function levelsOf({ sheet: { body } }: SheetRequest): Levels {
  return {
    lowest: -tightLevels,
    highest: Math.floor((body.largest - body.smallest) / step),
    // Text twice as large takes four times the room, and the space around it grows as well.
    filling: (ratio) => Math.floor((body.smallest * (ratio ** 0.4 - 1)) / step),
  };
}

/** @param measuring while the size is looked for */
function jobOf({ sheet, source, files }: SheetRequest, level: number, measuring: boolean): TypstJob {
  const { width, height, body, largePrint, bleed = 0 } = sheet;
  const ease = level < 0 ? level / tightLevels : (level * step) / (body.largest - body.smallest);
  const inputs = {
    width,
    height,
    bleed,
    slug: bleed > 0 ? pressSlug : 0,
    smallest: body.smallest,
    largest: body.largest,
    body: body.smallest + Math.max(0, level) * step,
    ease: ease.toFixed(4),
    largePrint,
    measuring,
  };
  return {
    source,
    files,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)])),
    queries: [label],
    pdf: false,
    press: bleed > 0 ? { bleed, slug: pressSlug } : undefined,
  };
}

function misfits(request: SheetRequest, { result, fit }: Attempt): Problem[] {
  const { artefact, variant, path, position, locate } = request;
  if (result.diagnostics.length > 0) return faults(request, result.diagnostics);
  if (fit && fit.words.length > 0) {
    return [...new Set(fit.words)].map((word) =>
      problem("poster/word-too-long", path, locate(word) ?? position, { artefact, word }),
    );
  }
  return [
    problem("poster/no-room", path, position, { artefact, variant, over: overflow(result.pages, fit) }),
  ];
}

function overflow(pages: number, fit: Fit | undefined): string {
  if (!fit || fit.needed <= fit.available) return pages <= 2 ? "about one page" : `about ${pages - 1} pages`;
  const lines = Math.ceil((fit.needed - fit.available) / fit.line);
  return lines === 1 ? "about 1 line" : `about ${lines} lines`;
}

/** Signs that the font lacks are the topic's fault, told once a place; all else that Typst refuses is the template's. */
function faults(request: SheetRequest, diagnostics: readonly TypstDiagnostic[]): Problem[] {
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

/** The rendered template has other lines than the templates, so the line is looked for by its text. */
function templateFault({ artefact, templates, source }: SheetRequest, fault: TypstDiagnostic): Problem {
  const { message, path, line, column = 1 } = fault;
  const text = path === mainPath && line !== undefined ? source.split("\n")[line - 1] : undefined;
  const lineIn = (template: TemplateFile) =>
    text === undefined ? -1 : template.source.split("\n").indexOf(text);
  const template = templates.find((one) => lineIn(one) >= 0) ?? templates[0];
  const at = lineIn(template);
  const position = at < 0 ? undefined : { line: at + 1, column };
  const shown = text === undefined || at >= 0 ? "" : ` (in "${text.trim().slice(0, 60)}")`;
  return problem("typst/compile", template.path, position, { artefact, reason: `${message}${shown}.` });
}
