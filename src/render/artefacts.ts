import { variants, type Format, type Variant } from "../domain/topic.ts";

export const paperSizes = ["A3", "A4", "A5"] as const;
export type PaperSize = (typeof paperSizes)[number];

/** What this version can render. */
export const formatsOf = {
  newsletter: ["html", "txt", "eml"],
  email: ["html", "txt", "eml"],
  poster: ["pdf", "png"],
} as const satisfies Partial<Record<Variant, readonly Format[]>>;
export type RenderedVariant = keyof typeof formatsOf;
export const renderedVariants = variants.filter(
  (variant): variant is RenderedVariant => variant in formatsOf,
);

/** One file to be rendered. */
export interface ArtefactSpec {
  readonly variant: RenderedVariant;
  readonly format: Format;
  readonly audience?: string | undefined;
  readonly brand: string;
  readonly size?: PaperSize | undefined;
  readonly largePrint: boolean;
  /** File name, such as `email.primary-care.html`. */
  readonly name: string;
}

/** What is wanted; everything unless narrowed. */
export interface ArtefactRequest {
  readonly variants: readonly RenderedVariant[];
  /** All of a variant's own formats unless given. */
  readonly formats?: readonly Format[] | undefined;
  /** One audience alone; unless given, emails for everyone and for each audience, the rest for everyone. */
  readonly audience?: string | undefined;
  readonly brands: readonly string[];
  readonly sizes: readonly PaperSize[];
  readonly largePrint: boolean;
}

/**
 * The files that one topic is rendered to, in a fixed order.
 * @param audiences ids, in the order of the settings
 * @param defaultBrand left out of file names
 */
export function planArtefacts(
  request: ArtefactRequest,
  audiences: readonly string[],
  defaultBrand: string,
): ArtefactSpec[] {
  return request.brands.flatMap((brand) =>
    request.variants.flatMap((variant) =>
      audiencesOf(variant, request, audiences).flatMap((audience) =>
        sizesOf(variant, request).flatMap((size) =>
          formatsOf[variant]
            .filter((format) => request.formats?.includes(format) ?? true)
            .map((format): ArtefactSpec => {
              const base = {
                variant,
                format,
                audience,
                brand,
                size,
                largePrint: variant === "poster" && request.largePrint,
              };
              return { ...base, name: artefactName(base, defaultBrand) };
            }),
        ),
      ),
    ),
  );
}

/** `<variant>[.<audience>][.<brand>][.<size>][.large-print].<format>` */
export function artefactName(spec: Omit<ArtefactSpec, "name">, defaultBrand: string): string {
  return [
    spec.variant,
    spec.audience,
    spec.brand === defaultBrand ? undefined : spec.brand,
    spec.size === "A4" ? undefined : spec.size,
    spec.largePrint ? "large-print" : undefined,
    spec.format,
  ]
    .filter((part) => part !== undefined)
    .join(".");
}

function audiencesOf(
  variant: RenderedVariant,
  request: ArtefactRequest,
  audiences: readonly string[],
): (string | undefined)[] {
  if (request.audience !== undefined) return [request.audience];
  return variant === "email" ? [undefined, ...audiences] : [undefined];
}

function sizesOf(variant: RenderedVariant, { sizes }: ArtefactRequest): readonly (PaperSize | undefined)[] {
  return variant === "poster" ? sizes : [undefined];
}
