import { createHash } from "node:crypto";
import type { Brand } from "../domain/brand.ts";
import { imageKey, type ImageStore } from "../domain/image.ts";
import type { Settings } from "../domain/settings.ts";
import { isPageTemplate, type TemplateSet } from "../domain/template.ts";
import type { About } from "../domain/toolkit.ts";
import type { CycleId, Topic } from "../domain/topic.ts";
import { picturesIn } from "./picture-room.ts";

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
 * A short name for exactly what would be sent: words, note, templates, brand, pictures, and the settings that show.
 * Posts, what comes next, and how a topic is planned are left out: they may change without a new approval.
 */
export function contentDigest({
  topic,
  cycle,
  note,
  about,
  topics,
  brand,
  settings,
  templates,
  images,
}: DigestInput): string {
  const { status, priority, order, season, pin, owner, approvers, source, ...words } = topic;
  const { source: brandSource, ...look } = brand;
  const { toolkit, organisation, language, audiences, sender, unsubscribe, variants } = settings;
  const named = (file: string, text: string) => picturesIn(text).map(({ href }) => ({ file, href }));
  const pictures = [
    ...(brand.logo ? [{ file: brandSource.path, href: brand.logo.file }] : []),
    ...named(source.path, topic.body),
    ...named(`content/editions/${cycle}.md`, note),
  ].map(({ file, href }) => {
    const read = images.get(file, href);
    return [imageKey(file, href), read.kind === "image" ? hash(read.content) : read.kind] as const;
  });
  const sources = [...templates.values()]
    .filter((template) => !isPageTemplate(template))
    .map(({ name, source: text }) => [name, hash(text)]);
  const links = topics
    .filter((other) => topic.body.includes(`${other.slug}.md`))
    .map((other) => [other.slug, other.link?.url]);
  const shown = {
    words,
    cycle,
    note,
    about: [about.title, about.summary],
    links,
    look,
    pictures: [...new Map(pictures)],
    sources,
    settings: { toolkit, organisation, language, audiences, sender, unsubscribe, variants },
  };
  return hash(JSON.stringify(sorted(shown))).slice(0, 32);
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
