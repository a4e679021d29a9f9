import { defaultBrand, type Toolkit } from "../../domain/toolkit.ts";
import type { Topic } from "../../domain/topic.ts";
import { wordTokens } from "./lexicon.ts";

/** Words that the toolkit's own names are made of: no dictionary has them, and they are right. */
export function namesOf(toolkit: Toolkit): ReadonlySet<string> {
  const { settings, brands, posts } = toolkit;
  return words([
    settings.toolkit,
    settings.organisation,
    settings.sender?.name,
    ...settings.audiences.map(({ title }) => title),
    ...[defaultBrand(toolkit), ...brands].flatMap(
      ({ name, shortName, footer, address, contact, ...brand }) => [
        name,
        shortName,
        footer,
        address,
        contact?.name,
        ...Object.entries(brand.words).flat(),
      ],
    ),
    ...posts.map(({ author }) => author),
  ]);
}

/** The same of one topic: who looks after it, and what its sources are called. */
export function topicNames({ contact, owner, tags, sources }: Topic): ReadonlySet<string> {
  return words([contact?.name, owner, ...tags, ...sources.map(({ title }) => title)]);
}

function words(texts: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(
    texts.flatMap((text) =>
      wordTokens(text ?? "").flatMap((word) => [word.toLowerCase(), ...word.toLowerCase().split("-")]),
    ),
  );
}
