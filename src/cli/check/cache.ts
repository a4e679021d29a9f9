import type { Remember } from "../../check/check.ts";
import type { CheckInput, Depth, Judge, Judged } from "../../check/judge.ts";
import { referencesOf, type Reference } from "../../check/references.ts";
import type { ImageStore } from "../../domain/image.ts";
import type { Position, Problem } from "../../domain/problem.ts";
import type { TemplateSet } from "../../domain/template.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Topic } from "../../domain/topic.ts";
import { isKnownFile } from "../../check/markdown.ts";
import { linkedTopic } from "../../render/links.ts";
import type { ParsedFile, ParseMemory } from "../../toolkit/load.ts";
import { programDigest } from "./program-digest.ts";
import { digestOf, openStore } from "./store.ts";

/*
 * What earlier checks found. Everything is known by a digest of all that it depends on, the program included, so it is
 * either right or not found.
 */

/** A parsed file; maps are no JSON. */
interface KeptFile extends Pick<ParsedFile, "value" | "problems"> {
  readonly digest: string;
  /** How many characters at the end of the file are the body. */
  readonly bodyLength: number;
  readonly bodyLine: number;
  readonly places: readonly (readonly [string, Position])[];
}

interface KeptTopic {
  /** Of the topic's text, and of what every topic depends on. */
  readonly digest: string;
  readonly references: readonly Reference[];
  /** Of what the references led to. */
  readonly led: string;
  readonly judged: Judged;
}

interface Kept {
  readonly program: string;
  readonly files: Readonly<Record<string, KeptFile>>;
  readonly topics: Readonly<Record<string, KeptTopic>>;
  /** What was found of the toolkit as a whole. */
  readonly parts: Readonly<Record<string, KeptPart>>;
}

interface KeptPart {
  readonly digest: string;
  readonly problems: readonly Problem[];
}

export interface CheckCache {
  /** True when an earlier check of this toolkit left something. */
  readonly isFilled: boolean;
  readonly files: ParseMemory;
  /** Judges only topics of which nothing is known, or no longer the truth. */
  readonly around: (judge: Judge, surroundings: Surroundings) => Judge;
  readonly remember: Remember;
  readonly save: () => Promise<void>;
}

/** What findings of topics depend on, beside the topics. */
export interface Surroundings {
  readonly toolkit: Toolkit;
  readonly templates: TemplateSet;
  readonly images: ImageStore;
  readonly input: CheckInput;
  readonly depth: Depth;
}

/** Opens what is known of the toolkit in this folder, at this depth. */
export async function openCheckCache(root: string, depth: Depth): Promise<CheckCache> {
  const [program, store] = await Promise.all([programDigest(), openStore<Kept>(`check ${root} ${depth}`)]);
  const known = store.content?.program === program ? store.content : undefined;
  const files = new Map(Object.entries(known?.files ?? {}));
  const topics = new Map(Object.entries(known?.topics ?? {}));
  const parts = new Map(Object.entries(known?.parts ?? {}));
  let isChanged = false;
  const change = () => (isChanged = true);
  const digests = new Map<string, string>();
  return {
    isFilled: known !== undefined,
    files: {
      recall: (file, text) => {
        const digest = digestOf(text);
        digests.set(file, digest);
        const kept = files.get(file);
        return kept?.digest === digest ? revived(file, text, kept) : undefined;
      },
      keep: (file, text, { value, body, problems, source: { places, bodyLine } }) => {
        if (!text.endsWith(body)) return;
        change();
        const digest = digests.get(file) ?? "";
        const bodyLength = body.length;
        files.set(file, { digest, value, bodyLength, problems, bodyLine, places: [...places] });
      },
    },
    around: (judge, surroundings) => remembering(judge, surroundings, { digests, topics, change }),
    remember: async (name, dependsOn, find) => {
      const digest = digestOf(asJson(dependsOn));
      const kept = parts.get(name);
      if (kept?.digest === digest) return kept.problems;
      const problems = await find();
      parts.set(name, { digest, problems });
      change();
      return problems;
    },
    save: async () => {
      const read = new Set(digests.keys());
      const stillThere = <Value>(all: ReadonlyMap<string, Value>) =>
        Object.fromEntries([...all].filter(([file]) => read.has(file)));
      if (!isChanged) return;
      const kept = { files: stillThere(files), topics: stillThere(topics), parts: Object.fromEntries(parts) };
      await store.save({ program, ...kept });
    },
  };
}

function revived(path: string, text: string, kept: KeptFile): ParsedFile {
  const { value, bodyLength, problems, places, bodyLine } = kept;
  const body = text.slice(text.length - bodyLength);
  return { value, body, problems, source: { path, places: new Map(places), bodyLine, text } };
}

interface Memory {
  /** Of the files' texts. */
  readonly digests: ReadonlyMap<string, string>;
  readonly topics: Map<string, KeptTopic>;
  readonly change: () => void;
}

function remembering(judge: Judge, surroundings: Surroundings, memory: Memory): Judge {
  const { toolkit, images } = surroundings;
  return async function* (topics) {
    const common = digestOfCommon(surroundings);
    const digest = (topic: Topic) =>
      digestOf(common, memory.digests.get(topic.source.path) ?? "", asJson(editionOf(surroundings, topic)));
    const unknown: Topic[] = [];
    for (const topic of topics) {
      const kept = memory.topics.get(topic.source.path);
      if (kept?.digest === digest(topic) && kept.led === digestOfEnds(kept.references, toolkit, images))
        yield [topic, kept.judged];
      else unknown.push(topic);
    }
    if (unknown.length === 0) return;
    for await (const [topic, judged] of judge(unknown)) {
      const references = referencesOf(topic, editionOf(surroundings, topic), toolkit.settings);
      const led = digestOfEnds(references, toolkit, images);
      memory.topics.set(topic.source.path, { digest: digest(topic), references, led, judged });
      memory.change();
      yield [topic, judged];
    }
  };
}

/** The same for every variant, audience and brand of the topic. */
function editionOf({ input }: Surroundings, topic: Topic) {
  return input.inputOf(topic, {
    variant: "newsletter",
    format: "html",
    brand: input.defaultBrand,
    name: "",
  }).edition;
}

function digestOfCommon({ toolkit, templates, images, input, depth }: Surroundings): string {
  const { settings, about, brands, posts, problems } = toolkit;
  const logos = brands.map(({ source, logo }) => (logo ? pictureDigest(images, source.path, logo.file) : ""));
  const isReadable = problems.filter(({ path }) => path === settings.source.path);
  const { today } = input.facts;
  return digestOf(asJson([settings, about, brands, posts, logos, isReadable, [...templates], today, depth]));
}

/** What the references lead to: the page's address, or the picture. */
function digestOfEnds(references: readonly Reference[], toolkit: Toolkit, images: ImageStore): string {
  const ends = references.map(({ kind, file, href }) =>
    kind === "image" ? pictureDigest(images, file, href) : pageEnd(toolkit, file, href),
  );
  return digestOf(asJson(ends));
}

function pageEnd(toolkit: Toolkit, file: string, href: string): unknown {
  return [isKnownFile(file, href, toolkit), linkedTopic(toolkit, file, href)?.link?.url];
}

function pictureDigest(images: ImageStore, file: string, href: string): string {
  const read = images.get(file, href);
  return read.kind === "image" ? digestOf(read.content) : asJson(read);
}

function asJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (inner instanceof Map ? [...inner] : inner)) ?? "";
}
