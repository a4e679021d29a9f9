import type { Brand } from "../../domain/brand.ts";
import { problem, type Problem } from "../../domain/problem.ts";
import type { TemplateSet } from "../../domain/template.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Recipient } from "../../domain/recipient.ts";
import type { RenderInput } from "../../render/build-view.ts";
import { TemplateFault } from "../../render/handlebars.ts";
import { openStudio, type Studio } from "../../render/studio.ts";
import { annotate, mark, type TemplatePlace } from "./annotate.ts";
import { readPage, type PageElement } from "./page-tree.ts";
import { bare, bareBrand, edition, fullBrand, fullTopic, personOf, sampleImages } from "./probes.ts";

/** A mail made from a sample topic, whose elements tell where they are written. */
export interface SamplePage {
  readonly variant: "newsletter" | "email";
  /** True for the topic with every key. */
  readonly full: boolean;
  readonly html: string;
  readonly text: string;
  readonly root: PageElement;
}

/** What sample mails are made with. */
export interface SampleRoom {
  readonly toolkit: Toolkit;
  readonly studio: Studio;
  readonly places: readonly TemplatePlace[];
  /** Every name in the templates: any of them may be a column of a list. */
  readonly columns: ReadonlySet<string>;
}

/** Compiles the templates with the places of their elements written in. */
export function openSamples(toolkit: Toolkit, templates: TemplateSet): SampleRoom {
  const annotated = annotate(templates);
  const studio = openStudio({ ...toolkit, topics: [] }, annotated.templates, sampleImages);
  const names = [...annotated.templates.values()].flatMap(({ source }) =>
    [...source.matchAll(/\{\{[^}]*\}\}/g)].flatMap(([tag]) => tag.match(/[a-z]\w*/gi) ?? []),
  );
  return { toolkit, studio, places: annotated.places, columns: new Set(["name", ...names]) };
}

/** One mail as it is asked for. */
export interface SampleOrder {
  readonly variant: SamplePage["variant"];
  readonly full: boolean;
  readonly brand: Brand;
  readonly audience?: string | undefined;
  readonly recipient?: Recipient | undefined;
}

/** Makes a sample mail, or tells why it cannot be made. */
export async function samplePage(room: SampleRoom, order: SampleOrder): Promise<SamplePage | Problem> {
  const { variant, full } = order;
  try {
    const { html, text } = await room.studio.mail(inputOf(room, order));
    return { variant, full, html, text, root: readPage(html) };
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    const { path, position, message } = error;
    return problem("template/rendering", path, position, { artefact: `${variant}.html`, reason: message });
  }
}

function inputOf({ toolkit, columns }: SampleRoom, order: SampleOrder): RenderInput {
  const { variant, full, brand, audience } = order;
  if (!full) return { topic: bare, variant, audience, brand: bareBrand(brand) };
  return {
    topic: fullTopic(toolkit.settings),
    variant,
    audience,
    edition,
    brand: fullBrand(brand),
    recipient: order.recipient ?? personOf(columns, "Namemark"),
    unsubscribe: "https://unsubscribe.example.org/leave",
  };
}

/** Where an element is written; for one that Markdown has made, the nearest around it that a template holds. */
export function placeIn(room: SampleRoom, element: PageElement | undefined): TemplatePlace | undefined {
  for (let one = element; one; one = one.parent) {
    const number = one.attributes.get(mark);
    if (number !== undefined) return room.places[Number(number)];
  }
  return undefined;
}

/** True for an element that Markdown has made. */
export function isProse(element: PageElement): boolean {
  return !element.attributes.has(mark);
}
