import { createHash } from "node:crypto";
import type { Recipient } from "../../domain/recipient.ts";
import type { Topic } from "../../domain/topic.ts";
import type { ArtefactSpec } from "../../render/artefacts.ts";
import { replacer, variantWords, type RenderInput } from "../../render/build-view.ts";
import { contentParts, type DigestInput } from "../../render/digest.ts";
import { MarkdownFault } from "../../render/markdown/guard.ts";
import { renderArtefacts } from "../../render/render.ts";
import { remembered } from "../remembered.ts";
import type { Stage } from "../stage.ts";
import type { Choices } from "./choices.ts";
import type { Gallery, Made } from "./gallery.ts";
import { turned } from "./turns.ts";
import { wayOut } from "./way-out.ts";

/** What decides how an artefact comes out, besides its name. */
export interface Order {
  readonly topic: Topic;
  readonly choices: Pick<Choices, "cycle" | "turned">;
  /** Nobody, as `onetopic render` writes it, unless given. */
  readonly to?: Recipient | undefined;
}

/** What an artefact is made from. */
export function inputFor(stage: Stage, { topic, choices, to }: Order, spec: ArtefactSpec): RenderInput {
  const plain = stage.inputOf(topic, choices.cycle)(spec);
  const input = turned(plain, choices.turned);
  if (!to) return input;
  return { ...input, recipient: to, unsubscribe: wayOut(stage.toolkit.settings) };
}

/** The mail's subject, as it is sent. */
export function subjectOf({ toolkit }: Stage, { topic, variant, brand }: RenderInput): string {
  const { subject } = variantWords(toolkit.settings, topic, variant);
  return replacer(brand.words)(subject ?? topic.title);
}

/** A file made by a whole order: its digest is one of all that it is made from. */
export interface Piece {
  readonly spec: ArtefactSpec;
  readonly order: Order;
  readonly digest: string;
  /** What it is a rendering of, whatever it says at the moment. */
  readonly place: string;
}

/** Names a rendering by what it is made from, without making it. */
export function pieceOf(stage: Stage, order: Order, spec: ArtefactSpec): Piece {
  const { topic, to, choices } = order;
  const place = JSON.stringify([topic.slug, spec.name, choices.cycle, choices.turned, to?.row, to?.key]);
  const parts = partsOf(stage, order, spec);
  return { spec, order, digest: shortHash([place, to?.fields, parts]), place };
}

/** Makes the file, unless it is known. */
export function make(stage: Stage, gallery: Gallery, { spec, order, digest, place }: Piece): Promise<Made> {
  return gallery.make(digest, place, () => renderOne(stage, order, spec));
}

async function renderOne(stage: Stage, order: Order, spec: ArtefactSpec): Promise<Made> {
  const { studio, toolkit } = stage;
  const inputOf = (one: ArtefactSpec) => inputFor(stage, order, one);
  for await (const { content, problems } of renderArtefacts(studio, toolkit.settings, [spec], inputOf))
    return { content: content?.(), problems };
  return { problems: [] };
}

/** Parts are the same for many files of one stage: they are worked out once. */
const known = remembered(() => new Map<string, Readonly<Record<string, string>>>());

/** Everything the file is made from, part by part: of the templates only those of its language. */
function partsOf(stage: Stage, { topic, choices }: Order, spec: ArtefactSpec): readonly unknown[] {
  const { toolkit, templates, images } = stage;
  const key = JSON.stringify([topic.slug, choices.cycle, spec.brand]);
  const { edition, brand } = stage.inputOf(topic, choices.cycle)(spec);
  const { settings, about, topics } = toolkit;
  const { cycle = "", note = "" } = edition ?? {};
  const parts =
    known(stage).get(key) ??
    partsUnlessFaulty({ topic, cycle, note, about, topics, brand, settings, templates, images });
  known(stage).set(key, parts);
  const isMail = spec.variant === "newsletter" || spec.variant === "email";
  const isPosts = spec.variant === "social" && spec.format === "txt";
  const isUsed = (name: string) =>
    !name.startsWith("template:") || name.endsWith(".typ.hbs") !== (isMail || isPosts);
  const used = Object.entries(parts).filter(([name]) => isUsed(name));
  return [used, [edition?.label, edition?.date, edition?.posts.map(withoutSource), edition?.next]];
}

/** What cannot be read as Markdown cannot be rendered either: its text says enough. */
function partsUnlessFaulty(input: DigestInput): Readonly<Record<string, string>> {
  try {
    return contentParts(input);
  } catch (error) {
    if (!(error instanceof MarkdownFault)) throw error;
    return { topic: input.topic.source.text ?? "", note: input.note };
  }
}

function withoutSource({ source, ...post }: { readonly source: unknown }): unknown {
  return post;
}

function shortHash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 24);
}
