import type { ImageStore } from "../domain/image.ts";
import { problem, type Position, type Problem } from "../domain/problem.ts";
import { limitOf } from "../domain/rules.ts";
import type { Settings } from "../domain/settings.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import {
  isPastReview,
  placeOf,
  type Day,
  type SourceMap,
  type Topic,
  type Variant,
} from "../domain/topic.ts";
import { checkLanguage, type LanguageFacts } from "./language/language.ts";
import { bodyPlace, checkMarkdown, isWeak } from "./markdown.ts";
import { inlineTexts, placeholders, wordsAlone } from "./texts.ts";

/** What the rules need to know beyond the files themselves. */
export interface CheckFacts extends LanguageFacts {
  readonly today: Day;
  readonly images: ImageStore;
  /** A YAML text as values; nothing when it has faults. */
  readonly readYaml: (text: string) => unknown;
  /** For which there are templates. */
  readonly designsOf: (variant: Variant) => readonly string[];
}

/** The faults of one topic's words. */
export function checkTopic(topic: Topic, toolkit: Toolkit, facts: CheckFacts): Problem[] {
  const at = (key: string) => placeOf(topic.source, key);
  const { path } = topic.source;
  return [
    ...audienceFaults(topic, toolkit),
    ...repeatedMessages(topic),
    ...designFaults(topic, facts),
    ...(topic.status === "retired" ? [] : inboxFaults(topic, toolkit.settings)),
    ...(topic.status === "retired" ? [] : reviewFaults(topic, toolkit.settings, facts)),
    ...(topic.status === "ready" ? placeholders(topic) : []),
    ...(topic.sources.length === 0 && topic.status !== "retired"
      ? [problem("topic/no-sources", path, at("sources"), {})]
      : []),
    ...checkMarkdown(topic.body, bodyPlace(topic.source), toolkit, facts.images),
    ...inlineTexts(topic).flatMap(({ key, text }) =>
      checkMarkdown(text, { path, key, position: at(key) }, toolkit, facts.images),
    ),
    ...linkFaults(topic, toolkit.settings),
    ...checkLanguage(topic, toolkit, facts),
  ];
}

function audienceFaults(topic: Topic, toolkit: Toolkit): Problem[] {
  const { settings, problems: found } = toolkit;
  // With faulty settings nobody knows which audiences there are.
  if (found.some(({ path, severity }) => path === settings.source.path && severity === "error")) return [];
  const known = settings.audiences.map(({ id }) => id);
  const problems = audiencesNamed(topic)
    .filter(({ audience }) => !known.includes(audience))
    .map(({ audience, key }) =>
      problem("topic/audience-unknown", topic.source.path, placeOf(topic.source, key), { audience, known }),
    );
  const asked = Object.keys(topic.actions).filter((audience) => known.includes(audience));
  if (asked.length === 1 && known.length > 1 && topic.status !== "retired") {
    const audience = settings.audiences.find(({ id }) => id === asked[0])?.title ?? "";
    problems.push(
      problem("topic/one-sided", topic.source.path, placeOf(topic.source, "actions"), { audience }),
    );
  }
  return problems;
}

/** A design that no template sets, in a topic or in the settings. */
export function designFaults(
  { variants, source }: Pick<Topic, "variants" | "source">,
  { designsOf }: Pick<CheckFacts, "designsOf">,
): Problem[] {
  return Object.entries(variants).flatMap(([variant, { design }]) => {
    const known = designsOf(variant as Variant);
    if (design === undefined || known.includes(design)) return [];
    const at = placeOf(source, `variants.${variant}.design`);
    return [problem("poster/unknown-design", source.path, at, { design, known })];
  });
}

/** Every mention of an audience, by the keys of the file: a name such as `__proto__` is in no object. */
function audiencesNamed(topic: Topic): { audience: string; key: string }[] {
  const asks = [...topic.source.places.keys()].flatMap((key) => {
    const audience = /^(?:variants\.\w+\.)?actions\.([^.]+)$/.exec(key)?.[1];
    return audience === undefined ? [] : [{ audience, key }];
  });
  const shown = Object.entries(topic.variants).flatMap(([variant, words]) =>
    (words?.audiences ?? []).map((audience, index) => ({
      audience,
      key: `variants.${variant}.audiences.${index}`,
    })),
  );
  return [...asks, ...shown];
}

function repeatedMessages(topic: Topic): Problem[] {
  const seen = new Set<string>();
  const texts = [
    ...topic.messages.map((text, index) => ({ text, key: `messages.${index}` })),
    ...Object.entries(topic.actions).flatMap(([audience, actions]) =>
      actions.map((text, index) => ({ text, key: `actions.${audience}.${index}`, within: audience })),
    ),
  ];
  return texts.flatMap(({ text, key, ...rest }) => {
    const same = `${"within" in rest ? rest.within : ""} ${wordsAlone(text)}`;
    if (!seen.has(same)) {
      seen.add(same);
      return [];
    }
    return [
      problem("topic/repeated-message", topic.source.path, placeOf(topic.source, key), { message: text }),
    ];
  });
}

/** Faults of what inboxes show before a mail is opened. */
function inboxFaults(topic: Topic, settings: Settings): Problem[] {
  return (["newsletter", "email"] as const).flatMap((variant) => {
    const own = topic.variants[variant];
    const shared = settings.variants[variant];
    const words = { ...shared, ...own };
    const subjectLimit = limitOf("text/subject-long", "max", settings.checks);
    const preheaderLimit = limitOf("text/preheader-long", "max", settings.checks);
    const { subject = topic.title, preheader = topic.summary } = words;
    // What all topics have from the settings is told there: so it is told once.
    const at = (name: "subject" | "preheader", standard: string) => {
      const key = `variants.${variant}.${name}`;
      if (own?.[name] === undefined && shared?.[name] !== undefined) return placedAt(settings.source, key);
      return placedAt(topic.source, own?.[name] === undefined ? standard : key);
    };
    const subjectPlace = at("subject", "title");
    const preheaderPlace = at("preheader", "summary");
    const repeatsPlace =
      [preheaderPlace, subjectPlace].find(([path]) => path === topic.source.path) ?? preheaderPlace;
    const length = words.preheader?.length ?? 0;
    return [
      ...(subject.length > subjectLimit
        ? [
            problem("text/subject-long", ...subjectPlace, {
              variant,
              length: subject.length,
              limit: subjectLimit,
            }),
          ]
        : []),
      // A summary that stands in for a preheader may be longer: it is cut between words that say enough.
      ...(length > preheaderLimit
        ? [problem("text/preheader-long", ...preheaderPlace, { variant, length, limit: preheaderLimit })]
        : []),
      ...(wordsAlone(preheader) === wordsAlone(subject)
        ? [problem("text/preheader-repeats", ...repeatsPlace, { variant })]
        : []),
    ];
  });
}

function placedAt(source: SourceMap, key: string): readonly [path: string, Position] {
  return [source.path, placeOf(source, key)];
}

function reviewFaults(topic: Topic, { checks }: Settings, facts: CheckFacts): Problem[] {
  if (topic.review === undefined || topic.status !== "ready") return [];
  const position = placeOf(topic.source, "review");
  if (isPastReview(topic, facts.today)) {
    return [problem("topic/review-past", topic.source.path, position, { review: topic.review })];
  }
  const days = facts.daysUntil(topic.review);
  return days <= limitOf("topic/review-soon", "days", checks)
    ? [problem("topic/review-soon", topic.source.path, position, { review: topic.review, days })]
    : [];
}

function linkFaults(topic: Topic, { checks }: Settings): Problem[] {
  const { path } = topic.source;
  const label = topic.link?.label ?? "";
  const links = [
    ...(topic.link ? [{ url: topic.link.url, key: "link.url" }] : []),
    ...topic.sources.map(({ url }, index) => ({ url, key: `sources.${index}.url` })),
  ];
  return [
    ...(isWeak(label, checks)
      ? [problem("link/weak-text", path, placeOf(topic.source, "link.label"), { text: label })]
      : []),
    ...links
      .filter(({ url }) => /^http:/i.test(url))
      .map(({ url, key }) => problem("link/insecure", path, placeOf(topic.source, key), { target: url })),
  ];
}
