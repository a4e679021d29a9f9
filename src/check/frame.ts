import { contrastRatio, type Brand } from "../domain/brand.ts";
import type { Edition } from "../domain/edition.ts";
import type { ImageStore } from "../domain/image.ts";
import { problem, type Position, type Problem } from "../domain/problem.ts";
import type { Settings } from "../domain/settings.ts";
import { defaultBrand, type Toolkit } from "../domain/toolkit.ts";
import { placeOf } from "../domain/topic.ts";
import { bodyPlace, checkMarkdown } from "./markdown.ts";
import { logoFaults } from "./pictures.ts";
import { ruleIds } from "./words.ts";

/** Contrast of normal text. Source: WCAG 2.2, 1.4.3 (AA). */
const textContrast = 4.5;

/** The faults of everything but topics: settings, brands, posts, editions, the opening page. */
export function checkFrame(toolkit: Toolkit, images: ImageStore): Problem[] {
  const { settings, about, posts, brands, editions, orphans } = toolkit;
  return [
    ...checkSettings(toolkit),
    ...brands.flatMap((brand) => checkBrand(brand, images)),
    ...[about, ...posts, ...orphans].flatMap(({ body, source }) =>
      checkMarkdown(body, bodyPlace(source), toolkit, images),
    ),
    ...editions.flatMap((edition) => checkEdition(edition, toolkit, images)),
    ...(settings.cycle.avoid.holidays
      ? [
          problem("cycle/holidays", settings.source.path, placeOf(settings.source, "cycle.avoid.holidays"), {
            region: settings.cycle.avoid.holidays,
          }),
        ]
      : []),
  ];
}

/** Sets each rule's level as the settings say; what is off is left out. */
export function applyLevels(problems: readonly Problem[], { checks }: Pick<Settings, "checks">): Problem[] {
  return problems.flatMap((one) => {
    const level = Object.hasOwn(checks, one.rule) ? checks[one.rule] : undefined;
    return level === "off" ? [] : [level ? { ...one, severity: level } : one];
  });
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
  for (const rule of Object.keys(settings.checks)) {
    if (!ruleIds.has(rule))
      problems.push(
        problem("schema/unknown-key", path, at(`checks.${rule}`), { key: rule, known: [...ruleIds] }),
      );
  }
  return problems;
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
