import { tidy, unique } from "../check/check.ts";
import { problem, type Problem } from "../domain/problem.ts";
import type { ArtefactSpec } from "../render/artefacts.ts";
import type { RenderInput } from "../render/build-view.ts";
import { TemplateFault } from "../render/handlebars.ts";
import { renderArtefacts } from "../render/render.ts";
import { refuseFindings } from "./campaign.ts";
import type { Context } from "./context.ts";
import type { Workshop } from "./workshop.ts";

/** A rendered file, not written yet. */
export interface RenderedFile {
  readonly spec: ArtefactSpec;
  readonly content: Buffer;
}

/**
 * Renders artefacts of one topic to their end.
 * @param onFile called after each of them
 * @returns what could be rendered, and the findings at the levels of the settings; but what keeps a file from being made
 *   stays an error
 */
export async function renderAll(
  { toolkit, studio }: Workshop,
  specs: readonly ArtefactSpec[],
  inputOf: (spec: ArtefactSpec) => RenderInput,
  onFile: () => void = () => {},
): Promise<{ readonly files: readonly RenderedFile[]; readonly problems: readonly Problem[] }> {
  const files: RenderedFile[] = [];
  const [problems, hindrances]: [Problem[], Problem[]] = [[], []];
  for await (const { spec, content, problems: found } of renderArtefacts(
    studio,
    toolkit.settings,
    specs,
    inputOf,
  )) {
    onFile();
    if (content) files.push({ spec, content: content() });
    (content ? problems : hindrances).push(...found);
  }
  return { files, problems: [...unique(hindrances), ...tidy(problems, toolkit)] };
}

/** Makes pages; a template that names what is not there stops the command as a finding. */
export async function makePages<Value>(
  context: Context,
  artefact: string,
  make: () => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    const { path, position, message: reason } = error;
    refuseFindings(context, [problem("template/rendering", path, position, { artefact, reason })]);
  }
}
