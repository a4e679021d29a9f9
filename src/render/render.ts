import { problem, type Problem } from "../domain/problem.ts";
import type { Settings } from "../domain/settings.ts";
import { placeOf } from "../domain/topic.ts";
import type { ArtefactSpec } from "./artefacts.ts";
import type { RenderInput } from "./build-view.ts";
import { TemplateFault } from "./handlebars.ts";
import { inlineImages } from "./images.ts";
import { renderedMessage } from "./letter.ts";
import { MarkdownFault, nestingLimit } from "./markdown/guard.ts";
import type { Studio } from "./studio.ts";

/** A rendered file, or the problems that kept it from being made. */
export interface Rendered {
  readonly spec: ArtefactSpec;
  readonly content?: Buffer | undefined;
  readonly problems: readonly Problem[];
}

/** Gmail shows no more of a message than this. Source: observed by the trade; 102 KB of HTML. */
export const htmlLimit = 102 * 1024;

/**
 * Renders the artefacts of one topic. Formats of one variant, audience, brand and size are made together.
 * @param inputOf what an artefact is made from
 */
export async function* renderArtefacts(
  studio: Studio,
  settings: Settings,
  specs: readonly ArtefactSpec[],
  inputOf: (spec: ArtefactSpec) => RenderInput,
): AsyncGenerator<Rendered> {
  for (const group of together(specs)) {
    const [first] = group as [ArtefactSpec];
    try {
      yield* first.variant === "poster"
        ? renderPosters(studio, group, inputOf(first))
        : renderMails(studio, settings, group, inputOf(first));
    } catch (error) {
      if (error instanceof MarkdownFault) {
        const { source } = inputOf(first).topic;
        for (const spec of group)
          yield {
            spec,
            problems: [
              problem(
                "markdown/nesting",
                source.path,
                { line: source.bodyLine, column: 1 },
                { limit: nestingLimit },
              ),
            ],
          };
        continue;
      }
      if (!(error instanceof TemplateFault)) throw error;
      const fault = problem("template/rendering", error.path, error.position, {
        artefact: first.name,
        reason: error.message,
      });
      for (const spec of group) yield { spec, problems: [fault] };
    }
  }
}

async function* renderMails(
  studio: Studio,
  settings: Settings,
  group: readonly ArtefactSpec[],
  input: RenderInput,
): AsyncGenerator<Rendered> {
  const mail = await studio.mail(input);
  const bytes = Buffer.byteLength(mail.html);
  const size = `${Math.ceil(bytes / 1024)} kB`;
  const { source } = input.topic;
  for (const spec of group) {
    const tooLarge = spec.format !== "txt" && bytes > htmlLimit;
    yield {
      spec,
      content: await contentOf(spec, settings, input, mail),
      problems: tooLarge
        ? [
            problem("output/too-large", source.path, placeOf(source, "title"), {
              artefact: spec.name,
              size,
              limit: "102 kB",
            }),
          ]
        : [],
    };
  }
}

async function contentOf(
  { format }: ArtefactSpec,
  settings: Settings,
  input: RenderInput,
  mail: Awaited<ReturnType<Studio["mail"]>>,
): Promise<Buffer> {
  if (format === "html") return Buffer.from(inlineImages(mail.html, mail.images));
  return format === "txt" ? Buffer.from(mail.text) : renderedMessage(settings, input, mail);
}

async function* renderPosters(
  studio: Studio,
  group: readonly ArtefactSpec[],
  input: RenderInput,
): AsyncGenerator<Rendered> {
  const [first] = group as [ArtefactSpec];
  const formats = group.map(({ format }) => format as "pdf" | "png");
  const artefact = first.name;
  const result = await studio.poster(input, {
    size: first.size ?? "A4",
    largePrint: first.largePrint,
    formats,
    artefact,
  });
  for (const [index, spec] of group.entries()) {
    yield {
      spec,
      content: result[spec.format as "pdf" | "png"],
      problems: index === 0 ? result.problems : [],
    };
  }
}

/** Artefacts that differ in format alone, in their order. */
function together(specs: readonly ArtefactSpec[]): ArtefactSpec[][] {
  const groups = new Map<string, ArtefactSpec[]>();
  for (const spec of specs) {
    const { variant, audience, brand, size, largePrint } = spec;
    const key = JSON.stringify([variant, audience, brand, size, largePrint]);
    groups.set(key, [...(groups.get(key) ?? []), spec]);
  }
  return [...groups.values()];
}
