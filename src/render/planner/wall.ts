import type { ImageStore } from "../../domain/image.ts";
import { problem, type Problem } from "../../domain/problem.ts";
import type { Engine } from "../handlebars.ts";
import { logoView, PictureRoom } from "../picture-room.ts";
import type { TypstDiagnostic, TypstResult } from "../typst/job.ts";
import type { Compile, Typesetter } from "../typst/typesetter.ts";
import { planView, sheetSizes, type PlannerInput } from "./plan-view.ts";

/** Sheets for the wall; with a problem there are none. */
export interface WallResult {
  readonly pdf?: Buffer;
  readonly problems: readonly Problem[];
}

const artefact = "plan.pdf";
const template = "plan/wall";
/** Where the template says that a card has no room for its words. */
const label = "too-much";

/**
 * The cycles ahead on sheets of A3 across, for the wall: as many to a sheet as have room for their words. The same plan gives
 * the same bytes: no date of today stands on it or in it.
 * @throws TemplateFault when its template cannot be rendered
 */
export async function planWall(
  typ: Engine,
  typesetter: Typesetter,
  images: ImageStore,
  input: PlannerInput,
): Promise<WallResult> {
  const logo = await new PictureRoom(images).forPrint(input);
  const files: Record<string, Uint8Array> = logo ? { [logo.path]: logo.content } : {};
  const sourceFor = (perSheet: number) => {
    const view = planView(input, logoView(logo, logo?.path ?? ""), perSheet);
    return { source: typ.render(template, view), sheets: view.plan.sheets.length };
  };
  return typesetter.session(async (compile) => {
    let result: TypstResult | undefined;
    for (const perSheet of sheetSizes[input.settings.cycle.every]) {
      const { source, sheets } = sourceFor(perSheet);
      result = await draw(compile, source, files);
      if (result.diagnostics.length > 0) break;
      if (result.pdf && result.pages === sheets && (result.answers[label] ?? []).length === 0)
        return { pdf: Buffer.from(result.pdf), problems: [] };
    }
    return { problems: faultsOf(input, result) };
  });
}

function draw(
  compile: Compile,
  source: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<TypstResult> {
  return compile({ source, files, inputs: {}, queries: [label], pdf: true });
}

function faultsOf(input: PlannerInput, result: TypstResult | undefined): Problem[] {
  const { source } = input.settings;
  if (result && result.diagnostics.length > 0)
    return result.diagnostics.map((fault) => faultOf(input, fault));
  const over = "the words of a cycle, or the name above all,";
  return [problem("typst/compile", source.path, undefined, { artefact, reason: `${over} have no room.` })];
}

/** A sign that the font lacks is its topic's fault, where it is one's; all else that Typst refuses is the template's. */
function faultOf({ calendar, settings }: PlannerInput, { message }: TypstDiagnostic): Problem {
  const sign = /the text `"(.+)"` could not be displayed/su.exec(message)?.[1];
  if (sign === undefined)
    return problem("typst/compile", "templates/plan/wall.typ.hbs", undefined, {
      artefact,
      reason: `${message}.`,
    });
  const topic = calendar.cycles.find((one) =>
    `${one.topic?.title}${one.topic?.summary}`.includes(sign),
  )?.topic;
  const reason = `the planner's font has no sign for ${sign}.`;
  return problem("typst/compile", topic?.path ?? settings.source.path, undefined, { artefact, reason });
}
