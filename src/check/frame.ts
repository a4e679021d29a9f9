import { contrastRatio, type Brand } from "../domain/brand.ts";
import type { Edition } from "../domain/edition.ts";
import type { ImageStore } from "../domain/image.ts";
import { problem, type Position, type Problem, type RuleId } from "../domain/problem.ts";
import { optionsOf, ruleIds, rules } from "../domain/rules.ts";
import type { Settings } from "../domain/settings.ts";
import { defaultBrand, type Toolkit } from "../domain/toolkit.ts";
import { placeOf, type SourceMap } from "../domain/topic.ts";
import { checkProse, checkVariants, type LanguageFacts } from "./language/language.ts";
import { bodyPlace, checkMarkdown } from "./markdown.ts";
import { typedFaults } from "./repair/typed.ts";
import { logoFaults } from "./pictures.ts";
import { variantPlaceholders, variantTexts } from "./texts.ts";

/** Contrast of normal text. Source: WCAG 2.2, 1.4.3 (AA). */
const textContrast = 4.5;

/** What the rules need to know beyond the files themselves. */
interface FrameFacts extends LanguageFacts {
  readonly images: ImageStore;
  /** A YAML text as values; nothing when it has faults. */
  readonly readYaml: (text: string) => unknown;
}

/** The faults of everything but topics: settings, brands, posts, editions, the opening page. */
export function checkFrame(toolkit: Toolkit, facts: FrameFacts): Problem[] {
  const { images, readYaml } = facts;
  const { settings, about, topics, posts, brands, editions, orphans } = toolkit;
  return [
    ...checkSettings(toolkit),
    ...checkSharedTexts(toolkit, images),
    ...[about, ...topics, ...posts, ...editions, ...orphans].flatMap(({ source }) =>
      typedFaults(source, settings, readYaml),
    ),
    ...brands.flatMap((brand) => checkBrand(brand, images)),
    ...[about, ...posts, ...orphans].flatMap(({ body, source }) =>
      checkMarkdown(body, bodyPlace(source), toolkit, images),
    ),
    ...editions.flatMap((edition) => checkEdition(edition, toolkit, images)),
  ];
}

/** How posts, notes of editions, the opening page and the words of the settings are written. */
export function checkFrameWords(toolkit: Toolkit, facts: FrameFacts): Problem[] {
  const { about, posts, editions, orphans } = toolkit;
  return [
    ...[about, ...posts].flatMap(({ title, summary, body, source }) =>
      checkProse(body, source, toolkit, facts, [
        { key: "title", text: title },
        { key: "summary", text: summary },
      ]),
    ),
    ...orphans.flatMap(({ body, source }) => checkProse(body, source, toolkit, facts)),
    ...checkVariants(toolkit.settings, toolkit, facts),
    ...editions.flatMap(({ note, source }) => checkProse(note, source, toolkit, facts)),
  ];
}

function checkSettings(toolkit: Toolkit): Problem[] {
  const { settings, brands } = toolkit;
  const { path } = settings.source;
  const at = (key: string) => placeOf(settings.source, key);
  const known = brands.map(({ id }) => id);
  const problems: Problem[] = [];
  if (settings.brand !== undefined && defaultBrand(toolkit).id !== settings.brand) {
    problems.push(problem("brand/unknown", path, at("brand"), { brand: settings.brand, known }));
  }
  const audiences = settings.audiences.map(({ id }) => id);
  for (const [name, { audience }] of Object.entries(settings.lists)) {
    if (audience !== undefined && !audiences.includes(audience)) {
      problems.push(
        problem("topic/audience-unknown", path, at(`lists.${name}.audience`), { audience, known: audiences }),
      );
    }
  }
  for (const [variant, words] of Object.entries(settings.variants)) {
    problems.push(
      ...unknownAudiences(words?.audiences ?? [], audiences, path, (index) =>
        at(`variants.${variant}.audiences.${index}`),
      ),
    );
  }
  return [...problems, ...unknownRules(settings)];
}

/** What the settings say in every topic's mails and posters. */
function checkSharedTexts(toolkit: Toolkit, images: ImageStore): Problem[] {
  const { settings, topics } = toolkit;
  const { path } = settings.source;
  // They are shown as if they stood in each topic, so links lead from there.
  const home = "content/topics/topic.md";
  return [
    ...variantTexts(settings).flatMap(({ key, text }) =>
      checkMarkdown(text, { path, key, home, position: placeOf(settings.source, key) }, toolkit, images),
    ),
    ...(topics.some(({ status }) => status === "ready") ? variantPlaceholders(settings) : []),
  ];
}

/** Rules that do not exist, options that a rule does not have, and levels of rules that keep their own. */
function unknownRules({ checks, source }: Settings): Problem[] {
  const unknown = (key: string, known: readonly string[]) =>
    problem("schema/unknown-key", source.path, placeOf(source, `checks.${key}`), { key, known });
  return Object.entries(checks).flatMap(([rule, setting]) => {
    if (!Object.hasOwn(rules, rule)) return [unknown(rule, ruleIds)];
    const options = optionsOf(rule as RuleId);
    const { fixed, level } = rules[rule as RuleId];
    return [
      ...(fixed && setting.level !== undefined && setting.level !== level ? [fixedLevel(rule, source)] : []),
      ...Object.keys(setting)
        .filter((option) => !options.includes(option))
        .map((option) => unknown(`${rule}.${option}`, options)),
    ];
  });
}

function fixedLevel(rule: string, source: SourceMap): Problem {
  const key = `checks.${rule}`;
  const expected = "left out: this rule keeps its level, since what it finds cannot be read or rendered";
  return problem("schema/invalid", source.path, placeOf(source, key), { key, expected });
}

function checkBrand(brand: Brand, images: ImageStore): Problem[] {
  const { path } = brand.source;
  const problems: Problem[] = [];
  for (const name of ["primary", "accent"] as const) {
    const value = brand.colours[name];
    if (value === undefined) continue;
    const ratio = contrastRatio(value, "#ffffff");
    if (ratio < textContrast) {
      const details = { colour: name, value, ratio: ratio.toFixed(1), needed: String(textContrast) };
      problems.push(problem("brand/contrast", path, placeOf(brand.source, `colours.${name}`), details));
    }
  }
  return [...problems, ...logoFaults(brand, images)];
}

function unknownAudiences(
  named: readonly string[],
  known: readonly string[],
  path: string,
  at: (index: number) => Position,
): Problem[] {
  return named.flatMap((audience, index) =>
    known.includes(audience) ? [] : [problem("topic/audience-unknown", path, at(index), { audience, known })],
  );
}

function checkEdition(edition: Edition, toolkit: Toolkit, images: ImageStore): Problem[] {
  const { source, topic, note } = edition;
  const slugs = toolkit.topics.map(({ slug }) => slug);
  const isBroken = toolkit.problems.some(({ path }) => path === `content/topics/${topic}.md`);
  const unknown =
    slugs.includes(topic) || isBroken
      ? []
      : [problem("edition/unknown-topic", source.path, placeOf(source, "topic"), { topic, known: slugs })];
  return [...unknown, ...checkMarkdown(note, bodyPlace(source), toolkit, images)];
}
