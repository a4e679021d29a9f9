import type { Brand } from "../../domain/brand.ts";
import { problem, type Problem } from "../../domain/problem.ts";
import { placeOf } from "../../domain/topic.ts";
import { brandColours } from "../../render/brand-view.ts";
import { faintTexts, type FaintText } from "./contrast.ts";
import { placeIn, samplePage, type SampleOrder, type SamplePage, type SampleRoom } from "./sample-pages.ts";

/**
 * The darkest colour that a brand may have, and the lightest that still reads on white: where both can be read, a brand
 * that cannot has itself to thank for it.
 */
const references = ["#000000", "#767676"];

/**
 * The texts of the sample mails that cannot be read well, in the light or in the dark, with each brand.
 * @param made the pages that are there already
 */
export async function judgeContrast(
  room: SampleRoom,
  made: ReadonlyMap<SampleOrder, SamplePage>,
  brands: readonly Brand[],
): Promise<Problem[]> {
  const found = new Map<string, Problem>();
  const known = new Map<SampleOrder, Promise<ReadonlySet<string>>>();
  for (const brand of brands) {
    for (const [order, page] of made) {
      const own = order.brand.id === brand.id ? page : await samplePage(room, { ...order, brand });
      for (const fault of faintIn(own)) {
        const key = keyOf(room, fault);
        if (!known.has(order)) known.set(order, failingAnyway(room, order));
        const isTemplate = (await known.get(order))?.has(key) ?? false;
        const one = isTemplate ? templateFault(room, fault) : brandFault(brand, fault);
        if (one) found.set(isTemplate ? key : `${brand.id} ${one.line} ${fault.dark}`, one);
      }
    }
  }
  return [...found.values()];
}

function faintIn(page: SamplePage | Problem): readonly FaintText[] {
  return "html" in page ? faintTexts(page.html, page.root) : [];
}

/** What cannot be read with colours that a brand may well have: the template has them in the wrong place. */
async function failingAnyway(room: SampleRoom, order: SampleOrder): Promise<ReadonlySet<string>> {
  const tried = await Promise.all(
    references.map(async (colour) =>
      faintIn(
        await samplePage(room, {
          ...order,
          brand: { ...order.brand, id: colour, colours: { primary: colour, accent: colour } },
        }),
      ),
    ),
  );
  return new Set(tried.flat().map((fault) => keyOf(room, fault)));
}

function keyOf(room: SampleRoom, { element, dark }: FaintText): string {
  const place = placeIn(room, element);
  return `${place?.file.path}:${place?.line}:${place?.column} ${dark}`;
}

function templateFault(room: SampleRoom, fault: FaintText): Problem | undefined {
  const place = placeIn(room, fault.element);
  return place && problem("output/contrast", place.file.path, place, detailsOf(fault, undefined));
}

function brandFault(brand: Brand, fault: FaintText): Problem {
  const { accent, accentOnLight, accentOnDark, onAccent } = brandColours(brand);
  const isAccent =
    brand.colours.accent !== undefined &&
    [accent, accentOnLight, accentOnDark, onAccent].some((one) =>
      [fault.colour, fault.background].includes(one),
    ) &&
    ![brandColours(brand).primary, brandColours(brand).tint].includes(fault.background);
  const key = isAccent ? "colours.accent" : "colours.primary";
  return problem(
    "output/contrast",
    brand.source.path,
    placeOf(brand.source, key),
    detailsOf(fault, brand.name),
  );
}

function detailsOf({ text, colour, background, ratio, needed, dark }: FaintText, brand: string | undefined) {
  // Rounded down: 4.46 is not 4.5.
  return {
    text,
    colour,
    background,
    ratio: (Math.floor(ratio * 10) / 10).toFixed(1),
    needed: String(needed),
    dark,
    brand,
  };
}
