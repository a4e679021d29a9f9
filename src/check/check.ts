import { compareText, sortProblems, type Problem } from "../domain/problem.ts";
import { applyLevels } from "../domain/rules.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { Topic } from "../domain/topic.ts";
import { campaignProblems, type CampaignFacts } from "./campaign-problems.ts";
import { checkFrame, checkFrameWords } from "./frame.ts";
import { judgePdfs, topicsByDesign, type CheckInput, type Depth, type Judge } from "./judge.ts";
import { toolsFor } from "./language/tools.ts";
import { grouped } from "./report.ts";
import { designFaults, type CheckFacts } from "./topic.ts";
import { describe } from "./words/words.ts";

/** What a check found. */
export interface Findings {
  /** Each once, sorted, with the levels of the settings. */
  readonly problems: readonly Problem[];
  readonly topics: number;
  readonly artefacts: number;
}

/** Gives the problems that are known by a name, as long as what they depend on is the same, or finds them. */
export type Remember = (
  name: string,
  dependsOn: unknown,
  find: () => Promise<readonly Problem[]>,
) => Promise<readonly Problem[]>;

/** What a check works with, besides the toolkit. */
export interface CheckMeans {
  readonly depth: Depth;
  readonly judge: Judge;
  readonly campaign: CampaignFacts;
  /** Nothing is known from before unless given. */
  readonly remember?: Remember | undefined;
  /** Called after each topic, with how many are done; to stop, it throws. */
  readonly onTopic: (done: number) => void;
  /** Is waited for between two steps of what is not about one topic; to stop, it throws. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/**
 * Makes ready what the rules about words need. Only a check asks all of them.
 * @returns the input with it
 */
export async function withTools(input: CheckInput): Promise<CheckInput> {
  const { facts, toolkit } = input;
  return { ...input, facts: { ...facts, tools: await toolsFor(toolkit.settings) } };
}

/**
 * Checks words, settings and templates, and renders the topics.
 * @param input as `withTools` gives it
 * @param topics those to be judged and rendered
 */
export async function checkToolkit(
  input: CheckInput,
  topics: readonly Topic[],
  { depth, judge, campaign, remember = (_name, _on, find) => find(), onTopic, pause }: CheckMeans,
): Promise<Findings> {
  const { toolkit, facts } = input;
  const { settings, about, posts, brands, editions, orphans } = toolkit;
  const looks = [settings, about, brands, [...input.templates], depth === "full"];
  const texts = [settings, about, posts, brands, editions, orphans];
  const problems = [
    ...frameProblems(input, facts),
    ...campaignProblems(toolkit, campaign),
    ...(await remember("words", texts, async () => checkFrameWords(toolkit, facts))),
    ...(await remember("templates", looks, async () => {
      const { judgeTemplates } = await import("./output/judge.ts");
      return judgeTemplates(toolkit, input.templates, depth === "full", pause);
    })),
    ...(depth === "quick"
      ? []
      : await remember("pdfs", [looks, settings, [...topicsByDesign(input)]], () => judgePdfs(input, depth))),
  ];
  let artefacts = 0;
  let done = 0;
  for await (const [, found] of judge(topics)) {
    problems.push(...found.problems);
    artefacts += found.artefacts;
    onTopic((done += 1));
  }
  return { problems: tidy(problems, toolkit), topics: topics.length, artefacts };
}

/** Looked for once, however many topics are rendered. */
const frames = new WeakMap<CheckFacts, readonly Problem[]>();

/** The faults of everything but topics, without how it is written. */
export function frameProblems({ toolkit, studio }: CheckInput, facts: CheckFacts): readonly Problem[] {
  const known = frames.get(facts) ?? [
    ...toolkit.problems,
    ...checkFrame(toolkit, facts),
    ...designFaults(toolkit.settings, facts),
    ...studio.templateProblems,
  ];
  frames.set(facts, known);
  return known;
}

/** Each once, in order, at the levels of the settings. */
export function tidy(problems: readonly Problem[], { settings }: Pick<Toolkit, "settings">): Problem[] {
  return applyLevels(unique(problems), settings.checks);
}

/** Each once, in order, at its own level. What many artefacts have is told of one of them. */
export function unique(problems: readonly Problem[]): Problem[] {
  const known = new Map<string, Problem>();
  const shared: InArtefact[] = [];
  for (const one of problems) {
    if ("artefact" in one.details) shared.push(one as InArtefact);
    else known.set(`${placeAndRule(one)} ${describe(one)}`, one);
  }
  const alike = grouped(shared, (one) => `${placeAndRule(one)} ${sameness(one)}`);
  return sortProblems([...known.values(), ...[...alike.values()].map(toldOnce)]);
}

type InArtefact = Extract<Problem, { readonly details: { readonly artefact: string } }>;

function placeAndRule({ path, line, column, rule }: Problem): string {
  return `${path}:${line}:${column} ${rule}`;
}

/** Which artefact it is, and how much too much there is of something. */
const differing: ReadonlySet<string> = new Set(["artefact", "others", "over", "size"]);

/** What is the same in all artefacts that have a fault. */
function sameness({ details }: InArtefact): string {
  return JSON.stringify(Object.entries(details).filter(([name]) => !differing.has(name)));
}

/** Of the one with the shortest name: whatever the order in which they were made, it is the same. */
function toldOnce(found: readonly InArtefact[]): Problem {
  const byName = [...new Map(found.map((one) => [one.details.artefact, one])).values()].toSorted(
    ({ details: { artefact: a } }, { details: { artefact: b } }) => a.length - b.length || compareText(a, b),
  );
  const others = byName.reduce((sum, { details }) => sum + 1 + (details.others ?? 0), -1);
  const [first] = byName as [InArtefact];
  return others === 0 ? first : ({ ...first, details: { ...first.details, others } } as Problem);
}
