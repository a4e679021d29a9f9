import { createHash } from "node:crypto";
import type { Brand } from "../domain/brand.ts";
import type { EditionPart, EditionParts } from "../domain/edition.ts";
import { imageKey, type ImageStore } from "../domain/image.ts";
import type { Settings } from "../domain/settings.ts";
import { isPageTemplate, sheetTemplate, type TemplateFile, type TemplateSet } from "../domain/template.ts";
import type { About } from "../domain/toolkit.ts";
import { variants as variantNames, type CycleId, type Topic } from "../domain/topic.ts";
import { variantWords } from "./build-view.ts";
import { linkedTopic } from "./links.ts";
import { linksIn, picturesIn } from "./picture-room.ts";

/** What a digest is made from. */
export interface DigestInput {
  readonly topic: Topic;
  readonly cycle: CycleId;
  readonly note: string;
  readonly about: About;
  /** All topics: a link to another topic's file leads to that topic's page. */
  readonly topics: readonly Topic[];
  readonly brand: Brand;
  readonly settings: Settings;
  readonly templates: TemplateSet;
  readonly images: ImageStore;
}

/**
 * What an edition is made of, part by part: the name of each part and a digest of it. Here alone stands what belongs to
 * an edition: words, note, templates, brand, pictures, and the settings that show. Posts, what comes next, and how a
 * topic is planned are left out: they may change without a new approval.
 */
export function contentParts(input: DigestInput): EditionParts {
  const { topic, cycle, note, about, brand, settings } = input;
  const { status, priority, order, season, pin, owner, approvers, source, ...words } = topic;
  const { source: brandSource, ...look } = brand;
  const { toolkit, organisation, language, audiences, sender, unsubscribe, variants } = settings;
  const shown = { toolkit, organisation, language, audiences, sender, unsubscribe, variants };
  const parts: [EditionPart, unknown][] = [
    ["cycle", cycle],
    ["topic", words],
    ["note", note],
    ["about", [about.title, about.summary]],
    ["links", linksTo(input)],
    [`brand:${brand.id}`, look],
    ...picturesOf(input).map(([file, content]): [EditionPart, unknown] => [`picture:${file}`, content]),
    ...templatesUsed(input).map(({ name, source: text }): [EditionPart, unknown] => [
      `template:${name}`,
      text,
    ]),
    ...Object.entries(shown).map(([name, value]): [EditionPart, unknown] => [`setting:${name}`, value]),
  ];
  return Object.fromEntries(parts.map(([name, value]) => [name, partDigest(value)]));
}

/** A short name for exactly what would be sent, made from its parts. */
export function digestOf(parts: EditionParts): string {
  return hash(JSON.stringify(sorted(parts))).slice(0, 32);
}

/** Long enough that no two contents share one. */
function partDigest(value: unknown): string {
  return hash(JSON.stringify(sorted(value)) ?? "").slice(0, 32);
}

function picturesOf(input: DigestInput): (readonly [string, string])[] {
  const pictures = picturesNamed(input).map(({ file, href }) => {
    const read = input.images.get(file, href);
    return [imageKey(file, href), read.kind === "image" ? hash(read.content) : read.kind] as const;
  });
  return [...new Map(pictures)];
}

/** The pictures of an edition: the file in which each is named, and its address as written there. */
export function picturesNamed({
  topic,
  cycle,
  note,
  brand,
}: Pick<DigestInput, "topic" | "cycle" | "note" | "brand">): {
  readonly file: string;
  readonly href: string;
}[] {
  const named = (file: string, text: string) => picturesIn(text).map(({ href }) => ({ file, href }));
  return [
    ...(brand.logo ? [{ file: brand.source.path, href: brand.logo.file }] : []),
    ...named(topic.source.path, topic.body),
    ...named(noteFile(cycle), note),
  ];
}

/** Where links to other topics' files lead, from any text. */
function linksTo({ topic, cycle, note, topics }: DigestInput): (readonly [string, string | undefined])[] {
  const { messages, actions, scenario, variants, body, source } = topic;
  const texts = textsIn([messages, actions, scenario, variants, body]).map((text) => ({
    file: source.path,
    text,
  }));
  const linked = [...texts, { file: noteFile(cycle), text: note }].flatMap(({ file, text }) =>
    linksIn(text).flatMap(({ href }) => linkedTopic({ topics }, file, href) ?? []),
  );
  return [...new Map(linked.map(({ slug, link }) => [slug, link?.url] as const))];
}

function noteFile(cycle: CycleId): string {
  return `content/editions/${cycle}.md`;
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** All but the pages of sites and packs, and designs that nobody has chosen. */
export function templatesUsed({
  templates,
  topic,
  settings,
}: Pick<DigestInput, "templates" | "topic" | "settings">): TemplateFile[] {
  const chosen = new Set(
    variantNames.map((variant) => sheetTemplate(variant, variantWords(settings, topic, variant).design)),
  );
  const isChosen = (name: string) => {
    const [, stem, variant] = /^(([a-z]+)-[a-z0-9-]+)\.typ\.hbs$/.exec(name) ?? [];
    return !variantNames.some((one) => one === variant) || chosen.has(stem ?? "");
  };
  return [...templates.values()].filter((template) => !isPageTemplate(template) && isChosen(template.name));
}

function hash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Keys in order, so that moving a key in a file changes nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
