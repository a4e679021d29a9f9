import path from "node:path";
import type { CheckInput } from "../check/judge.ts";
import { toolsFor } from "../check/language/tools.ts";
import type { Brand } from "../domain/brand.ts";
import type { Edition, EditionContext, EditionParts } from "../domain/edition.ts";
import type { ImageStore } from "../domain/image.ts";
import { designsOf, type TemplateSet } from "../domain/template.ts";
import { defaultBrand, type Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Day, Topic } from "../domain/topic.ts";
import { usageError } from "../domain/user-error.ts";
import { didYouMean } from "../check/words/phrases.ts";
import { editionContext } from "../plan/context.ts";
import { cycleById, dayOf, daysBetween } from "../plan/calendar.ts";
import type { ArtefactSpec } from "../render/artefacts.ts";
import type { RenderInput } from "../render/build-view.ts";
import { contentParts, digestOf } from "../render/digest.ts";
import { openStudio, type Studio } from "../render/studio.ts";
import type { Typesetter } from "../render/typst/typesetter.ts";
import { openImages } from "../toolkit/images.ts";
import { loadTemplates } from "../toolkit/templates.ts";
import { readYaml } from "../toolkit/yaml.ts";
import { editionOf } from "./campaign.ts";
import { packageRoot, type Context } from "./context.ts";

/** A toolkit with everything that renders it. */
export interface Workshop {
  readonly toolkit: Toolkit;
  readonly templates: TemplateSet;
  readonly images: ImageStore;
  readonly studio: Studio;
  readonly brand: Brand;
  readonly checkInput: CheckInput;
  /** What an artefact is made from; with a cycle it speaks of that cycle's edition. */
  readonly inputOf: (
    topic: Topic,
    cycle: CycleId | undefined,
  ) => (spec: Pick<ArtefactSpec, "variant" | "audience" | "brand">) => RenderInput;
  /** The brand of this id. @throws UserError (exit 2) */
  readonly brandOf: (id: string) => Brand;
}

/** Reads templates, and gets ready to render. Call `studio.close()` at the end. */
export async function openWorkshop(
  { now }: Pick<Context, "now">,
  toolkit: Toolkit,
  typesetter?: Typesetter,
): Promise<Workshop> {
  const { templates, problems } = await loadTemplates(toolkit.root, path.join(packageRoot, "templates"));
  const complete: Toolkit = { ...toolkit, problems: [...toolkit.problems, ...problems] };
  return furnish({ now }, complete, templates, typesetter);
}

/** Gets ready to render with these templates. Call `studio.close()` at the end. */
export async function furnish(
  { now }: Pick<Context, "now">,
  complete: Toolkit,
  templates: TemplateSet,
  typesetter?: Typesetter,
): Promise<Workshop> {
  const images = openImages(complete.root);
  const studio = openStudio(complete, templates, images, typesetter);
  const brand = defaultBrand(complete);
  const brandOf = (id: string) => findBrand(complete, brand, id);
  const inputOf = inputMaker(complete, brandOf);
  const today = dayOf(complete.settings.cycle, now);
  return {
    toolkit: complete,
    templates,
    images,
    studio,
    brand,
    brandOf,
    inputOf,
    checkInput: {
      toolkit: complete,
      studio,
      templates,
      facts: {
        today,
        images,
        daysUntil: daysFrom(today),
        readYaml,
        designsOf: (variant) => designsOf(templates, variant),
        // Where they are no more than advice, only `check` asks for them.
        tools: await toolsFor(complete.settings, "error"),
      },
      defaultBrand: brand.id,
      inputOf: (topic, spec) => inputOf(topic, latestCycle(complete, topic))(spec),
    },
  };
}

/** The ids of the brands asked for: all, the one named, or the default. @throws UserError (exit 2) */
export function brandsWanted(
  { toolkit, brand, brandOf }: Workshop,
  wanted: { readonly brand?: string; readonly allBrands?: boolean },
): string[] {
  if (!wanted.allBrands) return [wanted.brand === undefined ? brand.id : brandOf(wanted.brand).id];
  return toolkit.brands.length > 0 ? toolkit.brands.map(({ id }) => id) : [brand.id];
}

/** What the edition is made of, part by part. */
function editionParts(
  { toolkit, templates, images, brand }: Workshop,
  topic: Topic,
  edition: Edition,
): EditionParts {
  const { settings, about, topics } = toolkit;
  const { cycle, note } = edition;
  return contentParts({ topic, cycle, note, about, topics, brand, settings, templates, images });
}

/** What an approval of the edition is bound to. */
export function editionDigest(workshop: Workshop, topic: Topic, edition: Edition): string {
  return digestOf(editionParts(workshop, topic, edition));
}

/** The edition as it is now: its topic, its parts, and the digest of all of them. */
export function editionNow(
  workshop: Workshop,
  topic: Topic,
  edition: Edition,
): { topic: string; parts: EditionParts; contentDigest: string } {
  const parts = editionParts(workshop, topic, edition);
  return { topic: topic.slug, parts, contentDigest: digestOf(parts) };
}

function inputMaker(toolkit: Toolkit, brandOf: (id: string) => Brand): Workshop["inputOf"] {
  const contexts = new Map<CycleId, EditionContext | undefined>();
  const contextFor = (cycle: CycleId) => {
    if (!contexts.has(cycle)) contexts.set(cycle, contextOf(toolkit, cycle));
    return contexts.get(cycle);
  };
  return (topic, cycle) => {
    const edition = cycle === undefined ? undefined : contextFor(cycle);
    return ({ variant, audience, brand }) => ({ topic, variant, audience, brand: brandOf(brand), edition });
  };
}

function contextOf(toolkit: Toolkit, id: CycleId): EditionContext | undefined {
  const cycle = cycleById(toolkit.settings.cycle, id);
  return cycle && editionContext(toolkit, cycle, editionOf(toolkit, id));
}

/** The topic's latest edition: what is checked is what would go out. */
function latestCycle(toolkit: Toolkit, topic: Topic): CycleId | undefined {
  return toolkit.editions.findLast((edition) => edition.topic === topic.slug)?.cycle;
}

function findBrand({ brands }: Toolkit, standard: Brand, id: string): Brand {
  const brand = brands.find((one) => one.id === id) ?? (standard.id === id ? standard : undefined);
  if (brand) return brand;
  const known = brands.map((one) => one.id);
  throw usageError(
    "unknown-brand",
    `There is no brand "${id}".`,
    `${didYouMean(id, known)}There are: ${known.join(", ") || "none yet"}.`,
  );
}

/** Days until another; many topics name the same ones. */
function daysFrom(today: Day): (day: Day) => number {
  const known = new Map<Day, number>();
  return (day) => {
    const days = known.get(day) ?? daysBetween(today, day);
    known.set(day, days);
    return days;
  };
}
