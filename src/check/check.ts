import type { Edition } from "../domain/edition.ts";
import { hasErrors, sortProblems, type Problem } from "../domain/problem.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { variants, type Topic } from "../domain/topic.ts";
import { planArtefacts, type ArtefactRequest, type ArtefactSpec } from "../render/artefacts.ts";
import type { RenderInput } from "../render/build-view.ts";
import { inOrder } from "../render/in-order.ts";
import { renderArtefacts } from "../render/render.ts";
import { paperSizes } from "../render/sheets.ts";
import type { Studio } from "../render/studio.ts";
import { applyLevels, checkFrame } from "./frame.ts";
import { describe } from "./words/words.ts";
import { checkTopic, designFaults, type CheckFacts } from "./topic.ts";

/** So many that no typesetter waits for the next. */
const rendersAtOnce = 4;

/** How much is rendered: text alone, the default, or every size, form and brand. */
export type Depth = "quick" | "normal" | "full";

export interface CheckInput {
  readonly toolkit: Toolkit;
  readonly studio: Studio;
  readonly facts: CheckFacts;
  readonly defaultBrand: string;
  /** What an artefact of a topic is made from. */
  readonly inputOf: (topic: Topic, spec: ArtefactSpec) => RenderInput;
}

/** What a check found. */
export interface Findings {
  /** Each once, sorted, with the levels of the settings. */
  readonly problems: readonly Problem[];
  readonly topics: number;
  readonly artefacts: number;
}

/**
 * Checks words, settings and templates, and renders the topics.
 * @param topics those to be judged and rendered
 * @param onFile called after each artefact, with how many topics are done; to stop, it throws
 */
export async function checkToolkit(
  input: CheckInput,
  topics: readonly Topic[],
  depth: Depth,
  onFile: (done: number) => void,
): Promise<Findings> {
  const { toolkit, facts, studio } = input;
  const problems = [...frameProblems(input), ...topics.flatMap((topic) => checkTopic(topic, toolkit, facts))];
  const brokenTemplates = studio.templateProblems.some(({ severity }) => severity === "error");
  const renderable = topics.filter((topic) => topic.status !== "retired" && !isUnrenderable(problems, topic));
  const jobs = renderable.flatMap((topic, done) =>
    requestsFor(input, depth).map((request) => ({ topic, request, done })),
  );
  let artefacts = 0;
  for await (const found of inOrder(brokenTemplates ? [] : jobs, rendersAtOnce, ({ topic, request, done }) =>
    rendered(input, topic, request, () => onFile(done)),
  )) {
    artefacts += found.artefacts;
    problems.push(...found.problems);
  }
  return { problems: tidy(problems, toolkit), topics: topics.length, artefacts };
}

/** The faults that keep one topic from being rendered or sent: its own words, the settings, the brands, the templates. */
export function topicProblems(input: CheckInput, topic: Topic, edition?: Edition): readonly Problem[] {
  return tidy(
    [...frameProblems(input), ...checkTopic(topic, input.toolkit, input.facts)],
    input.toolkit,
  ).filter(
    ({ path }) =>
      !/^content\/(topics|posts|editions)\//.test(path) ||
      path === topic.source.path ||
      path === edition?.source.path,
  );
}

/** The faults that keep a topic from being sent: those of its files, and those that show in the rendered mails. */
export async function sendingProblems(
  input: CheckInput,
  topic: Topic,
  edition: Edition,
): Promise<readonly Problem[]> {
  const known = topicProblems(input, topic, edition);
  if (hasErrors(known)) return known;
  const { problems } = await rendered(input, topic, mailsOf(input));
  return tidy([...known, ...problems], input.toolkit);
}

/**
 * The faults that keep an archive from being made: its editions and their topics, the opening page, settings, brands and
 * templates. What went out stays in the archive when its facts are past review.
 */
export function archiveProblems(
  input: CheckInput,
  editions: readonly { readonly topic: Topic }[],
): readonly Problem[] {
  const { toolkit, facts } = input;
  const topics = [...new Set(editions.map(({ topic }) => topic))];
  const own = new Set(topics.map(({ source }) => source.path));
  return tidy(
    [...frameProblems(input), ...topics.flatMap((topic) => checkTopic(topic, toolkit, facts))],
    toolkit,
  ).filter(
    ({ path, rule }) =>
      rule !== "topic/review-past" && (!/^content\/(topics|posts)\//.test(path) || own.has(path)),
  );
}

/** Looked for once, however many topics are rendered. */
const frames = new WeakMap<CheckInput, readonly Problem[]>();

function frameProblems(input: CheckInput): readonly Problem[] {
  const { toolkit, facts, studio } = input;
  const known = frames.get(input) ?? [
    ...toolkit.problems,
    ...checkFrame(toolkit, facts),
    ...designFaults(toolkit.settings, facts),
    ...studio.templateProblems,
  ];
  frames.set(input, known);
  return known;
}

/** Each once, in order, at the levels of the settings. */
export function tidy(problems: readonly Problem[], { settings }: Pick<Toolkit, "settings">): Problem[] {
  return applyLevels(unique(problems), settings);
}

/** Each once, in order, at its own level. */
export function unique(problems: readonly Problem[]): Problem[] {
  const known = new Map(
    problems.map((one) => [`${one.path}:${one.line}:${one.column} ${one.rule} ${describe(one)}`, one]),
  );
  return sortProblems([...known.values()]);
}

/** What cannot be rendered at all: its own finding says so. */
const unrenderable: ReadonlySet<string> = new Set(["markdown/nesting", "poster/unknown-design"]);

function isUnrenderable(problems: readonly Problem[], topic: Topic): boolean {
  return problems.some(({ path, rule }) => path === topic.source.path && unrenderable.has(rule));
}

function mailsOf({ defaultBrand }: CheckInput): ArtefactRequest {
  return {
    variants: ["newsletter", "email"],
    brands: [defaultBrand],
    sizes: ["A4"],
    formats: ["html", "txt"],
  };
}

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

async function rendered(
  input: CheckInput,
  topic: Topic,
  request: ArtefactRequest,
  onFile: () => void = () => {},
): Promise<{ artefacts: number; problems: Problem[] }> {
  const { toolkit, studio, defaultBrand } = input;
  const audiences = toolkit.settings.audiences.map(({ id }) => id);
  const specs = planArtefacts(request, audiences, defaultBrand);
  const problems: Problem[] = [];
  let artefacts = 0;
  for await (const one of renderArtefacts(studio, toolkit.settings, specs, (spec) =>
    input.inputOf(topic, spec),
  )) {
    onFile();
    problems.push(...one.problems);
    if (one.content) artefacts += 1;
  }
  return { artefacts, problems };
}
