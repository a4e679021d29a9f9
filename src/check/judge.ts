import { hasErrors, type Problem } from "../domain/problem.ts";
import type { TemplateSet } from "../domain/template.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { variants, type Topic } from "../domain/topic.ts";
import { planArtefacts, type ArtefactRequest, type ArtefactSpec } from "../render/artefacts.ts";
import { variantWords, type RenderInput } from "../render/build-view.ts";
import { inOrder } from "../render/in-order.ts";
import { renderArtefacts, type Rendered } from "../render/render.ts";
import { paperSizes } from "../render/sheets.ts";
import type { Studio } from "../render/studio.ts";
import { qrFaults } from "./output/qr.ts";
import { checkTopic, type CheckFacts } from "./topic.ts";

/** Topics judged at a time: so many that no typesetter waits for the next. */
const topicsAtOnce = 4;

/** How much is rendered: text alone, the default, or every size, form and brand. */
export type Depth = "quick" | "normal" | "full";

export interface CheckInput {
  readonly toolkit: Toolkit;
  readonly studio: Studio;
  readonly templates: TemplateSet;
  readonly facts: CheckFacts;
  readonly defaultBrand: string;
  /** What an artefact of a topic is made from. */
  readonly inputOf: (topic: Topic, spec: ArtefactSpec) => RenderInput;
}

/** What was found of one topic. */
export interface Judged {
  /** Each once or more, at its own level. */
  readonly problems: readonly Problem[];
  readonly artefacts: number;
}

/** Judges topics, in any order: in this process, on all processors, or from what is known of them. */
export type Judge = (topics: readonly Topic[]) => AsyncIterable<readonly [Topic, Judged]>;

/** Judges topics here, one after the other. */
export function judgeHere(input: CheckInput, depth: Depth): Judge {
  const canRender = !hasErrors(input.studio.templateProblems);
  return (topics) =>
    inOrder(topics, topicsAtOnce, async (topic) => [topic, await judgeTopic(input, topic, depth, canRender)]);
}

async function judgeTopic(
  input: CheckInput,
  topic: Topic,
  depth: Depth,
  canRender: boolean,
): Promise<Judged> {
  const { toolkit, facts } = input;
  const problems = [...checkTopic(topic, toolkit, facts), ...qrFaults(topic, toolkit.settings)];
  if (!canRender || topic.status === "retired" || problems.some(({ rule }) => unrenderable.has(rule)))
    return { problems, artefacts: 0 };
  let artefacts = 0;
  for (const request of requestsFor(input, depth)) {
    const found = await rendered(input, topic, request);
    artefacts += found.artefacts;
    problems.push(...found.problems);
  }
  return { problems, artefacts };
}

/** What cannot be rendered at all: its own finding says so. */
const unrenderable: ReadonlySet<string> = new Set(["markdown/nesting", "poster/unknown-design"]);

function requestsFor(input: CheckInput, depth: Depth): ArtefactRequest[] {
  const { brands } = input.toolkit;
  const mails = mailsOf(input);
  const texts = [mails, { ...mails, variants: ["social"], formats: ["txt"] } satisfies ArtefactRequest];
  if (depth === "quick") return texts;
  const poster = { ...mails, variants: ["poster"] as const };
  if (depth === "normal") return [...texts, { ...poster, formats: ["pdf"] }];
  const all = brands.length > 0 ? { brands: brands.map(({ id }) => id) } : {};
  const everything = { ...mails, ...all, variants, sizes: paperSizes, formats: undefined };
  const posters = (["press", "large-print"] as const).map((form) => ({
    ...everything,
    variants: poster.variants,
    form,
  }));
  return [everything, ...posters];
}

/** So many topics of a design are tried until one of them can be rendered. */
const mostTried = 5;

/** For each design of posters, the first topics that use it: what a PDF is made of depends on no topic's words. */
export function topicsByDesign({ toolkit }: Pick<CheckInput, "toolkit">): Map<string | undefined, Topic[]> {
  const { topics, settings } = toolkit;
  const chosen = new Map<string | undefined, Topic[]>();
  for (const topic of topics.filter(({ status }) => status !== "retired")) {
    const { design } = variantWords(settings, topic, "poster");
    const known = chosen.get(design) ?? [];
    if (known.length < mostTried) chosen.set(design, [...known, topic]);
  }
  return chosen;
}

/** The faults in how posters are made into PDFs, by each design, brand, size and form. */
export async function judgePdfs(input: CheckInput, depth: Depth): Promise<Problem[]> {
  const { toolkit, studio, templates, defaultBrand } = input;
  if (hasErrors(studio.templateProblems)) return [];
  const { pdfFaults } = await import("./output/pdf.ts");
  const requests = requestsFor(input, depth)
    .filter(({ variants: wanted }) => wanted.includes("poster"))
    .map((request): ArtefactRequest => ({ ...request, variants: ["poster"], formats: ["pdf"] }));
  const specs = requests.flatMap((request) => planArtefacts(request, [], defaultBrand));
  const problems: Problem[] = [];
  for (const [design, topics] of topicsByDesign(input)) {
    for (const spec of specs) {
      const content = await firstRendered(topics, (topic) =>
        renderArtefacts(studio, toolkit.settings, [spec], () => input.inputOf(topic, spec)),
      );
      if (content) problems.push(...(await pdfFaults(content, spec.name, design, templates)));
    }
  }
  return problems;
}

/** What is made of the first topic of which anything can be made. */
async function firstRendered(
  topics: readonly Topic[],
  render: (topic: Topic) => AsyncIterable<Rendered>,
): Promise<Buffer | undefined> {
  for (const topic of topics) for await (const { content } of render(topic)) if (content) return content();
  return undefined;
}

/** What a send consists of. */
export function mailsOf({ defaultBrand }: CheckInput): ArtefactRequest {
  return {
    variants: ["newsletter", "email"],
    brands: [defaultBrand],
    sizes: ["A4"],
    formats: ["html", "txt"],
  };
}

/** Renders artefacts of one topic, for the faults that show only then. */
export async function rendered(
  input: CheckInput,
  topic: Topic,
  request: ArtefactRequest,
): Promise<{ artefacts: number; problems: Problem[] }> {
  const { toolkit, studio, defaultBrand } = input;
  const audiences = toolkit.settings.audiences.map(({ id }) => id);
  const specs = planArtefacts(request, audiences, defaultBrand);
  const problems: Problem[] = [];
  let artefacts = 0;
  for await (const one of renderArtefacts(studio, toolkit.settings, specs, (spec) =>
    input.inputOf(topic, spec),
  )) {
    problems.push(...one.problems);
    if (one.content) artefacts += 1;
  }
  return { artefacts, problems };
}
