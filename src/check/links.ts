import type { LinkAnswer } from "../domain/link.ts";
import { problem, type Position, type Problem } from "../domain/problem.ts";
import { allowedBy } from "../domain/rules.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { placeOf, type SourceMap, type Topic } from "../domain/topic.ts";
import { safeAddress } from "../render/markdown/address.ts";
import { MarkdownFault } from "../render/markdown/guard.ts";
import { parseInline, parseMarkdown } from "../render/markdown/parse.ts";
import { positionOf } from "../render/markdown/places.ts";
import { inlineTexts, variantTexts, type KeyText } from "./texts.ts";

/** One use of a link to the web. */
export interface WebLink {
  /** What is asked for: the same for all ways to write it, without `#…`. */
  readonly address: string;
  /** As typed. */
  readonly target: string;
  readonly path: string;
  readonly position: Position;
}

/**
 * Every link to the web in topics, posts, notes, brands, the settings and the opening page, but not in retired topics, which go nowhere
 * any more. Links that the settings let pass are left out.
 */
export function webLinks(toolkit: Toolkit, topics: readonly Topic[]): WebLink[] {
  const passing = allowedBy("link/unreachable", toolkit.settings.checks);
  const { settings, about, posts, editions, brands } = toolkit;
  return [
    ...topics.filter(({ status }) => status !== "retired").flatMap(topicLinks),
    ...posts.flatMap((post) => [
      ...keyLinks(post.source, { url: post.url }),
      ...bodyLinks(post.body, post.source),
    ]),
    ...editions.flatMap(({ note, source }) => bodyLinks(note, source)),
    ...bodyLinks(about.body, about.source),
    ...textLinks(variantTexts(settings), settings.source),
    ...brands.flatMap(({ source, website, social }) =>
      keyLinks(source, { website, ...prefixed("social.", social) }),
    ),
  ].filter(({ address }) => !passing.some((start) => address.startsWith(start)));
}

/** A finding for each use of a link that cannot be opened. */
export function unreachable(links: readonly WebLink[], answers: ReadonlyMap<string, LinkAnswer>): Problem[] {
  return links.flatMap(({ address, target, path, position }) => {
    const answer = answers.get(address);
    if (answer?.kind !== "fault") return [];
    const { fault, status } = answer;
    return [problem("link/unreachable", path, position, { target, fault, status })];
  });
}

function topicLinks(topic: Topic): WebLink[] {
  const { source, link, sources, body } = topic;
  // A short address is printed on posters, without its scheme.
  const short = link?.short === undefined ? undefined : link.short.replace(/^(?!https?:\/\/)/i, "https://");
  const inSources = sources.map(({ url }, index) => [`sources.${index}.url`, url] as const);
  return [
    ...keyLinks(source, { "link.url": link?.url, "link.short": short, ...Object.fromEntries(inSources) }),
    ...textLinks(inlineTexts(topic), source),
    ...bodyLinks(body, source),
  ];
}

function textLinks(texts: readonly KeyText[], source: SourceMap): WebLink[] {
  return texts.flatMap(({ key, text }) =>
    hrefs(() => parseInline(text)).flatMap(({ href }) => toLink(href, source.path, placeOf(source, key))),
  );
}

function keyLinks(source: SourceMap, values: Readonly<Record<string, string | undefined>>): WebLink[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : toLink(value, source.path, placeOf(source, key)),
  );
}

function bodyLinks(body: string, { path, bodyLine }: SourceMap): WebLink[] {
  return hrefs(() => parseMarkdown(body)).flatMap(({ href, offset }) =>
    toLink(href, path, positionOf(body, offset, bodyLine)),
  );
}

function hrefs(
  parse: () => ReturnType<typeof parseMarkdown>,
): ReturnType<typeof parseMarkdown>["parts"]["links"] {
  try {
    return parse().parts.links;
  } catch (error) {
    // Another rule says that it is nested too deeply.
    if (error instanceof MarkdownFault) return [];
    throw error;
  }
}

function toLink(target: string, path: string, position: Position): WebLink[] {
  const safe = safeAddress(target);
  if (safe === undefined || !/^https?:/i.test(safe)) return [];
  if (!URL.canParse(safe)) return [{ address: safe, target, path, position }];
  const url = new URL(safe);
  url.hash = "";
  return [{ address: url.href, target, path, position }];
}

function prefixed<Value>(prefix: string, values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value]));
}
