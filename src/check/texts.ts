import { problem, type Problem } from "../domain/problem.ts";
import { placeOf, type SourceMap, type Topic } from "../domain/topic.ts";

/** A value of a file's keys. */
export interface KeyText {
  readonly key: string;
  readonly text: string;
}

/** What may say something in words of its own for each variant: a topic, or the settings for all of them. */
export interface Speaker {
  readonly variants: Topic["variants"];
  readonly source: SourceMap;
}

/** The texts of the front matter that take inline Markdown, with their keys. */
export function inlineTexts(topic: Topic): KeyText[] {
  return [
    ...topic.messages.map((text, index) => ({ key: `messages.${index}`, text })),
    ...Object.entries(topic.actions).flatMap(([audience, actions]) =>
      actions.map((text, index) => ({ key: `actions.${audience}.${index}`, text })),
    ),
    ...(topic.scenario === undefined ? [] : [{ key: "scenario", text: topic.scenario }]),
    ...variantTexts(topic),
  ];
}

/** Those of them that stand under `variants`. */
export function variantTexts(speaker: Speaker): KeyText[] {
  return textsAt(speaker, /^variants\.\w+\.(text|messages\.\d+|actions\..+\.\d+)$/);
}

/** What waits to be written in a topic. */
export function placeholders(topic: Topic): Problem[] {
  const { path, bodyLine } = topic.source;
  const fields = [
    { key: "title", text: topic.title },
    { key: "summary", text: topic.summary },
  ];
  const inBody = topic.body.split("\n").flatMap((line, index) => {
    const found = placeholder.exec(line);
    const position = { line: bodyLine + index, column: (found?.index ?? 0) + 1 };
    return found ? [problem("topic/placeholder", path, position, { text: found[0] })] : [];
  });
  return [
    ...placeholdersIn([...fields, ...inlineTexts(topic), ...plainTexts(topic)], topic.source),
    ...inBody,
  ];
}

/** What waits to be written under `variants`. */
export function variantPlaceholders(speaker: Speaker): Problem[] {
  return placeholdersIn([...variantTexts(speaker), ...plainTexts(speaker)], speaker.source);
}

/** Without case and punctuation. */
export function wordsAlone(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Short forms that say no more than that words are missing. */
export const placeholderWords = ["FIXME", "TBC", "TBD", "TODO"] as const;

const placeholder = new RegExp(
  String.raw`\b(${placeholderWords.join("|")}|XXX+|lorem ipsum)\b|\bwrite (one sentence )?here\b|\[(insert|add|your)\b[^\]]*\]`,
  "i",
);

function placeholdersIn(texts: readonly KeyText[], source: SourceMap): Problem[] {
  return texts.flatMap(({ key, text }) => {
    const found = placeholder.exec(text);
    return found ? [problem("topic/placeholder", source.path, placeOf(source, key), { text: found[0] })] : [];
  });
}

/** Those under `variants` in which nothing is Markdown. */
function plainTexts(speaker: Speaker): KeyText[] {
  return textsAt(speaker, /^variants\.\w+\.(subject|preheader|headline|strapline)$/);
}

function textsAt(speaker: Speaker, pattern: RegExp): KeyText[] {
  return [...speaker.source.places.keys()].flatMap((key) => {
    if (!pattern.test(key)) return [];
    const text = valueAt(speaker, key);
    return typeof text === "string" ? [{ key, text }] : [];
  });
}

function valueAt({ variants }: Speaker, key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], { variants });
}
