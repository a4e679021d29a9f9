import { problem, type Problem } from "../domain/problem.ts";
import type { Settings } from "../domain/settings.ts";
import { placeOf } from "../domain/topic.ts";
import type { ArtefactSpec } from "./artefacts.ts";
import type { RenderInput } from "./build-view.ts";
import { TemplateFault } from "./handlebars.ts";
import { inlineImages } from "./images.ts";
import { renderedMessage } from "./letter.ts";
import { inOrder } from "./in-order.ts";
import { MarkdownFault, nestingLimit } from "./markdown/guard.ts";
import type { SheetSize } from "./sheets.ts";
import type { Mail, Studio } from "./studio.ts";

/** A rendered file, or the problems that kept it from being made. */
export interface Rendered {
  readonly spec: ArtefactSpec;
  /** Its bytes, made when they are asked for: a check does without. */
  readonly content?: (() => Buffer) | undefined;
  readonly problems: readonly Problem[];
}

/** Gmail shows no more of a message than this. Source: observed by the trade; 102 KB of HTML. */
export const htmlLimit = 102 * 1024;

/** Pictures of a message come to this at most before it is called heavy: trade practice, not a standard. */
const picturesLimit = 1024 * 1024;

/** As many posters are under way at once; the typesetter decides how many of them are set at a time. */
const groupsAtOnce = 6;

/**
 * Renders the artefacts of one topic. Formats of one variant, audience, brand and size are made together, several such
 * groups at once; they come in the order of `specs`.
 * @param inputOf what an artefact is made from
 */
export async function* renderArtefacts(
  studio: Studio,
  settings: Settings,
  specs: readonly ArtefactSpec[],
  inputOf: (spec: ArtefactSpec) => RenderInput,
): AsyncGenerator<Rendered> {
  const groups = inOrder(together(specs), groupsAtOnce, (group) =>
    renderGroup(studio, settings, group, inputOf),
  );
  for await (const group of groups) yield* group;
}

async function renderGroup(
  studio: Studio,
  settings: Settings,
  group: readonly ArtefactSpec[],
  inputOf: (spec: ArtefactSpec) => RenderInput,
): Promise<Rendered[]> {
  const [first] = group as [ArtefactSpec];
  const input = inputOf(first);
  try {
    if (first.variant === "newsletter" || first.variant === "email")
      return await renderMails(studio, settings, group, input);
    return first.format === "txt"
      ? renderPosts(studio, group, input)
      : await renderSheets(studio, group, input);
  } catch (error) {
    const fault = faultOf(error, first, input);
    if (!fault) throw error;
    return group.map((spec) => ({ spec, problems: [fault] }));
  }
}

function faultOf(error: unknown, { name }: ArtefactSpec, { topic }: RenderInput): Problem | undefined {
  const { path, bodyLine } = topic.source;
  if (error instanceof MarkdownFault)
    return problem("markdown/nesting", path, { line: bodyLine, column: 1 }, { limit: nestingLimit });
  if (error instanceof TemplateFault)
    return problem("template/rendering", error.path, error.position, {
      artefact: name,
      reason: error.message,
    });
  return undefined;
}

async function renderMails(
  studio: Studio,
  settings: Settings,
  group: readonly ArtefactSpec[],
  input: RenderInput,
): Promise<Rendered[]> {
  const mail = await studio.mail(input);
  return Promise.all(
    group.map(async (spec) => ({
      spec,
      content: await contentOf(spec, settings, input, mail),
      problems: [...mail.problems, ...(spec.format === "txt" ? [] : sizeProblems(spec, input, mail))],
    })),
  );
}

/** Pictures do not count as HTML, also where they stand inside the page: mail carries them beside it. */
function sizeProblems({ name: artefact }: ArtefactSpec, { topic }: RenderInput, mail: Mail): Problem[] {
  const { path } = topic.source;
  const position = placeOf(topic.source, "title");
  const problems: Problem[] = [];
  const html = Buffer.byteLength(mail.html);
  if (html > htmlLimit) {
    const size = `${Math.ceil(html / 1024)} kB`;
    problems.push(problem("output/too-large", path, position, { artefact, size, limit: "102 kB" }));
  }
  const pictures = mail.images.reduce((sum, { content }) => sum + content.length, 0);
  if (pictures > picturesLimit) {
    const size = `${(Math.ceil((pictures / picturesLimit) * 10) / 10).toFixed(1)} MB`;
    problems.push(problem("output/heavy", path, position, { artefact, size, limit: "1 MB" }));
  }
  return problems;
}

async function contentOf(
  { format }: ArtefactSpec,
  settings: Settings,
  input: RenderInput,
  mail: Mail,
): Promise<() => Buffer> {
  if (format === "html") return () => Buffer.from(inlineImages(mail.html, mail.images));
  if (format === "txt") return () => Buffer.from(mail.text);
  const message = await renderedMessage(settings, input, mail);
  return () => message;
}

async function renderSheets(
  studio: Studio,
  group: readonly ArtefactSpec[],
  input: RenderInput,
): Promise<Rendered[]> {
  const [{ name, size, form }] = group as [ArtefactSpec & { size: SheetSize }];
  const formats = group.map(({ format }) => format as "pdf" | "png");
  // The usual size is left out of names, but not where somebody asks which one does not fit.
  const artefact = name.includes(size) ? name : `${name} (${size})`;
  const result = await studio.sheet(input, { size, form, formats, artefact });
  return group.map((spec, index) => {
    const content = result[spec.format as "pdf" | "png"];
    return { spec, content: content && (() => content), problems: index === 0 ? result.problems : [] };
  });
}

function renderPosts(studio: Studio, group: readonly ArtefactSpec[], input: RenderInput): Rendered[] {
  const { text, problems } = studio.posts(input);
  return group.map((spec) => ({ spec, content: () => Buffer.from(text), problems }));
}

/** Artefacts that differ in format alone, in their order. */
function together(specs: readonly ArtefactSpec[]): ArtefactSpec[][] {
  const groups = new Map<string, ArtefactSpec[]>();
  for (const spec of specs) {
    const { variant, audience, brand, size, form } = spec;
    const key = JSON.stringify([variant, audience, brand, size, form]);
    groups.set(key, [...(groups.get(key) ?? []), spec]);
  }
  return [...groups.values()];
}
