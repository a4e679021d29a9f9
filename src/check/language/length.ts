import { problem, type Problem, type RuleId } from "../../domain/problem.ts";
import { limitOf } from "../../domain/rules.ts";
import type { Settings } from "../../domain/settings.ts";
import { placeOf, type Topic, type Variant, type VariantWords } from "../../domain/topic.ts";
import { variantWords } from "../../render/build-view.ts";
import { readInline } from "../../render/markdown/parse.ts";
import { plainText, type Inline } from "../../render/markdown/tree.ts";
import { wordTokens } from "./lexicon.ts";

type Wordy = Extract<RuleId, `${string}/wordy`>;

/** How many words one key of a topic gives to a variant. */
interface Share {
  readonly key: string;
  readonly words: number;
}

const variantOf = {
  "newsletter/wordy": "newsletter",
  "email/wordy": "email",
  "poster/wordy": "poster",
  "screen/wordy": "screen",
} as const satisfies Record<Wordy, Variant>;

/** Variants that say more than people read. */
export function lengthFaults(
  topic: Topic,
  settings: Settings,
  asked: (rule: RuleId) => boolean,
  bodyWords: number,
): Problem[] {
  const { path } = topic.source;
  const { checks } = settings;
  const wordy = (Object.keys(variantOf) as Wordy[]).filter(asked).flatMap((rule) => {
    const shares = sharesOf(topic, settings, variantOf[rule], bodyWords);
    const words = shares.reduce((all, share) => all + share.words, 0);
    const limit = limitOf(rule, "max", checks);
    if (words <= limit) return [];
    const { key } = shares.reduce((most, share) => (share.words > most.words ? share : most));
    const at = key === "body" ? { line: topic.source.bodyLine, column: 1 } : placeOf(topic.source, key);
    return [problem(rule, path, at, { words, limit, key: key === "body" ? "the article" : `"${key}"` })];
  });
  return asked("screen/headline-long") ? [...wordy, ...longHeadline(topic, settings)] : wordy;
}

function longHeadline(topic: Topic, settings: Settings): Problem[] {
  const { headline = topic.title } = variantWords(settings, topic, "screen");
  const limit = limitOf("screen/headline-long", "max", settings.checks);
  const words = count(headline);
  if (words <= limit) return [];
  const own = "variants.screen.headline";
  const isOwn = topic.variants.screen?.headline !== undefined;
  // What all topics have from the settings is told there: so it is told once.
  const { source } = isOwn || settings.variants.screen?.headline === undefined ? topic : settings;
  const key = isOwn || source === settings.source ? own : "title";
  return [problem("screen/headline-long", source.path, placeOf(source, key), { words, limit, key })];
}

/** What people read in a variant for everyone, by key; without names, addresses and where to read more. */
function sharesOf(topic: Topic, settings: Settings, variant: Variant, bodyWords: number): Share[] {
  const words = variantWords(settings, topic, variant);
  const own = topic.variants[variant];
  const keyOf = (name: keyof VariantWords, standard: string) =>
    own?.[name] === undefined ? standard : `variants.${variant}.${name}`;
  const share = (name: "headline" | "strapline" | "text", text: string, standard: string): Share => ({
    key: keyOf(name, standard),
    words: count(text),
  });
  const { headline = topic.title, strapline = topic.summary, text = "" } = words;
  const messages = words.messages ?? (variant === "screen" ? [] : topic.messages);
  const isNewsletter = variant === "newsletter";
  // Words of its own stand in place of the strapline, but in a newsletter they follow it.
  const lead = text === "" || isNewsletter ? [share("strapline", strapline, "summary")] : [];
  return [
    share("headline", headline, "title"),
    ...lead,
    ...(text === "" ? [] : [share("text", text, "title")]),
    { key: keyOf("messages", "messages"), words: sum(messages) },
    ...(variant === "screen" ? [] : asksOf(topic, settings, words, keyOf("actions", "actions"))),
    ...(isNewsletter
      ? [
          { key: "scenario", words: count(topic.scenario ?? "") },
          { key: "body", words: bodyWords },
        ]
      : []),
  ];
}

/** What each audience is asked; its title stands in the settings, so no topic can shorten it. */
function asksOf(topic: Topic, settings: Settings, words: VariantWords, key: string): Share[] {
  const actions = words.actions ?? topic.actions;
  const { audiences: shown } = words;
  return settings.audiences
    .filter(({ id }) => Object.hasOwn(actions, id) && (shown?.includes(id) ?? true))
    .map(({ id }) => ({ key: `${key}.${id}`, words: sum(actions[id] ?? []) }));
}

function sum(texts: readonly string[]): number {
  return texts.reduce((all, text) => all + count(text), 0);
}

const counts = new Map<string, number>();

/** Titles and messages stand in several variants. */
function count(text: string): number {
  const known = counts.get(text);
  if (known !== undefined) return known;
  if (counts.size > 500) counts.clear();
  const words = wordTokens(/[[\]<>&]/.test(text) ? shownWords(text) : text).length;
  counts.set(text, words);
  return words;
}

/** Without the addresses of links. */
function shownWords(text: string): string {
  const [block] = readInline(text).blocks;
  const children: readonly Inline[] = block?.kind === "plain" ? block.children : [];
  return plainText(children);
}
