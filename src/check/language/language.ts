import type { Problem, RuleId } from "../../domain/problem.ts";
import { levelOf } from "../../domain/rules.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import { placeOf, type Day, type SourceMap, type Topic, type VariantWords } from "../../domain/topic.ts";
import { MarkdownFault } from "../../render/markdown/guard.ts";
import { readMarkdown } from "../../render/markdown/parse.ts";
import { positionOf } from "../../render/markdown/places.ts";
import type { Speaker } from "../texts.ts";
import { acronymFaults } from "./acronyms.ts";
import { lengthFaults } from "./length.ts";
import { Lexicon } from "./lexicon.ts";
import { namesOf, topicNames } from "./names.ts";
import { phraseFaults } from "./phrases.ts";
import { passageOfKey, passageOfText, passagesOf, type Passage } from "./prose.ts";
import { longSentences, readingLevel } from "./reading.ts";
import { uncheckedSources } from "./sources.ts";
import { spellingFaults } from "./spelling.ts";
import { structureFaults } from "./structure.ts";
import { survey, type Surveyed } from "./survey.ts";
import type { ReadingTools } from "./tools.ts";

/** What the rules about words need to know. */
export interface LanguageFacts {
  /** Whole days from today; below nothing for a day that is past. */
  readonly daysUntil: (day: Day) => number;
  /** What their libraries do; without it, spelling and reading level are not judged. */
  readonly tools?: ReadingTools | undefined;
  /** Where advice is of no use, as in a send: only rules that the settings raise to an error are asked. */
  readonly onlyErrors?: boolean | undefined;
}

/** How a topic is written: its words, sentences, links and lengths. What is retired is not read any more. */
export function checkLanguage(topic: Topic, toolkit: Toolkit, facts: LanguageFacts): Problem[] {
  if (topic.status === "retired") return [];
  const { settings } = toolkit;
  const desk = deskOf(toolkit, facts);
  const { asked } = desk;
  const body = survey(passagesIn(desk, topic.body, topic.source), desk.lexicon);
  const bodyWords = body.reduce((sum, { words }) => sum + words.length, 0);
  return [
    ...judge(desk, topic.source.path, desk.reads ? keysOf(topic) : [], body, () => topicNames(topic)),
    ...structure(desk, topic.body, topic.source),
    ...lengthFaults(topic, settings, asked, bodyWords),
    ...(asked("topic/source-unchecked") ? uncheckedSources(topic, settings, facts.daysUntil) : []),
  ];
}

/** How a post, an edition's note or the opening page is written. */
export function checkProse(
  body: string,
  source: SourceMap,
  toolkit: Toolkit,
  facts: LanguageFacts,
  keys: readonly { readonly key: string; readonly text: string | undefined }[] = [],
): Problem[] {
  const desk = deskOf(toolkit, facts);
  const passages = keys.flatMap(({ key, text }) =>
    text === undefined ? [] : [passageOfText(key, text, () => placeOf(source, key))],
  );
  return [
    ...judge(
      desk,
      source.path,
      passages,
      survey(passagesIn(desk, body, source), desk.lexicon),
      () => new Set(),
    ),
    ...structure(desk, body, source),
  ];
}

/** How the words of variants are written that are not a topic's own. */
export function checkVariants(speaker: Speaker, toolkit: Toolkit, facts: LanguageFacts): Problem[] {
  const desk = deskOf(toolkit, facts);
  return judge(desk, speaker.source.path, desk.reads ? keysOfVariants(speaker) : [], [], () => new Set());
}

/** What is made once for a toolkit, and lies ready for each of its texts. */
interface Desk {
  readonly toolkit: Toolkit;
  readonly tools: ReadingTools | undefined;
  readonly lexicon: Lexicon;
  readonly asked: (rule: RuleId) => boolean;
  /** Some rule looks at words at all. */
  readonly reads: boolean;
  readonly names: () => ReadonlySet<string>;
}

const desks = new WeakMap<LanguageFacts, Desk>();

function deskOf(toolkit: Toolkit, facts: LanguageFacts): Desk {
  const known = desks.get(facts);
  if (known?.toolkit === toolkit) return known;
  const { settings } = toolkit;
  const levels = new Map<RuleId, boolean>();
  const asked = (rule: RuleId) => {
    const before = levels.get(rule);
    if (before !== undefined) return before;
    const level = levelOf(rule, settings.checks);
    const is = level === "error" || (level === "warn" && facts.onlyErrors !== true);
    levels.set(rule, is);
    return is;
  };
  let names: ReadonlySet<string> | undefined;
  const desk: Desk = {
    toolkit,
    tools: facts.tools,
    lexicon: new Lexicon(settings, facts.tools, asked),
    asked,
    reads: readers.some(asked),
    names: () => (names ??= namesOf(toolkit)),
  };
  desks.set(facts, desk);
  return desk;
}

/** Rules that read passages. */
const readers = [
  "text/sentence-long",
  "text/reading-level",
  "text/spelling",
  "text/jargon",
  "text/blame",
  "text/acronym",
  "newsletter/wordy",
] as const satisfies readonly RuleId[];

function passagesIn({ reads }: Desk, body: string, source: SourceMap): Passage[] {
  return reads ? passagesOf(body, source.bodyLine) : [];
}

function judge(
  { toolkit: { settings }, tools, lexicon, asked, reads, names }: Desk,
  path: string,
  keys: readonly Passage[],
  article: readonly Surveyed[],
  own: () => ReadonlySet<string>,
): Problem[] {
  if (!reads) return [];
  const surveyed = [...survey(keys, lexicon), ...article];
  const known = () => new Set([...names(), ...own()]);
  // A variant's words are read by themselves, where nothing explains them but the words before.
  const inOrder = surveyed.filter(({ key }) => key === undefined || !key.startsWith("variants."));
  return [
    ...(asked("text/sentence-long") ? longSentences(surveyed, path, settings) : []),
    ...(asked("text/reading-level") && tools ? readingLevel(article, path, settings, tools) : []),
    ...(asked("text/spelling") && tools?.hasWord ? spellingFaults(surveyed, path, lexicon, known) : []),
    ...phraseFaults(surveyed, path),
    ...(asked("text/acronym") ? acronymFaults(inOrder, path) : []),
  ];
}

function structure({ toolkit: { settings }, asked }: Desk, body: string, source: SourceMap): Problem[] {
  try {
    const at = (offset: number) => positionOf(body, offset, source.bodyLine);
    return structureFaults({
      markdown: readMarkdown(body),
      text: body,
      path: source.path,
      at,
      settings,
      asked,
    });
  } catch (error) {
    // It nests too deeply: that is told elsewhere.
    if (error instanceof MarkdownFault) return [];
    throw error;
  }
}

/** The keys that people read, in the order in which they meet them, and those of variants. */
function keysOf(topic: Topic): Passage[] {
  const { plain, rich, many, asks } = readerOf(topic.source);
  return [
    ...plain("title", topic.title),
    ...plain("summary", topic.summary),
    ...many("messages", topic.messages),
    ...asks("actions", topic.actions),
    ...rich("scenario", topic.scenario),
    ...plain("link.label", topic.link?.label),
    ...keysOfVariants(topic),
  ];
}

/** Those under `variants`: of a topic, or of the settings, which are read as each topic's own. */
function keysOfVariants({ variants, source }: Speaker): Passage[] {
  const { at, plain, many, asks } = readerOf(source);
  return Object.entries(variants).flatMap(([variant, words]) => {
    const key = (name: string) => `variants.${variant}.${name}`;
    return [
      ...(["subject", "preheader", "headline", "strapline"] as const).flatMap((name) =>
        plain(key(name), words[name]),
      ),
      ...passagesOf(words.text ?? "", 1).map((one) => ({ ...one, key: key("text"), at: at(key("text")) })),
      ...many(key("messages"), words.messages),
      ...asks(key("actions"), words.actions),
    ];
  });
}

/** Makes passages of a file's keys. */
function readerOf(source: SourceMap) {
  const at = (key: string) => () => placeOf(source, key);
  const plain = (key: string, text: string | undefined) =>
    text === undefined ? [] : [passageOfText(key, text, at(key))];
  const rich = (key: string, text: string | undefined) =>
    text === undefined ? [] : passageOfKey(key, text, at(key));
  const many = (key: string, texts: readonly string[] = []) =>
    texts.flatMap((text, index) => rich(`${key}.${index}`, text));
  const asks = (key: string, actions: VariantWords["actions"] = {}) =>
    Object.entries(actions).flatMap(([audience, texts]) => many(`${key}.${audience}`, texts));
  return { at, plain, rich, many, asks };
}
