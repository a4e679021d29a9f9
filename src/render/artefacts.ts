import type { Format, Variant } from "../domain/topic.ts";
import { standardSize, squareSize, type SheetForm, type SheetSize } from "./sheets.ts";

/** What each variant can be written as. */
export const formatsOf = {
  newsletter: ["html", "txt", "eml"],
  email: ["html", "txt", "eml"],
  poster: ["pdf", "png"],
  screen: ["png"],
  social: ["png", "txt"],
} as const satisfies Record<Variant, readonly Format[]>;

/** One file to be rendered. */
export interface ArtefactSpec {
  readonly variant: Variant;
  readonly format: Format;
  readonly audience?: string | undefined;
  readonly brand: string;
  /** Of posters and pictures. */
  readonly size?: SheetSize | undefined;
  readonly form?: SheetForm | undefined;
  /** File name, such as `email.primary-care.html`. */
  readonly name: string;
}

/** What is wanted; everything unless narrowed. */
export interface ArtefactRequest {
  readonly variants: readonly Variant[];
  /** All of a variant's own formats unless given. */
  readonly formats?: readonly Format[] | undefined;
  /** One audience alone; unless given, emails for everyone and for each audience, the rest for everyone. */
  readonly audience?: string | undefined;
  readonly brands: readonly string[];
  /** Paper sizes of posters. */
  readonly sizes: readonly SheetSize[];
  /** Of posters. */
  readonly form?: SheetForm | undefined;
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
        filesOf(variant, request)
          .filter(({ format }) => request.formats?.includes(format) ?? true)
          .map((file): ArtefactSpec => {
            const base = { variant, audience, brand, ...file };
            return { ...base, name: artefactName(base, defaultBrand) };
          }),
      ),
    ),
  );
}

/** `<variant>[.<audience>][.<brand>][.<size>][.press|.large-print].<format>` */
export function artefactName(spec: Omit<ArtefactSpec, "name">, defaultBrand: string): string {
  return [
    spec.variant,
    spec.audience,
    spec.brand === defaultBrand ? undefined : spec.brand,
    spec.size === standardSize[spec.variant] ? undefined : spec.size,
    spec.form,
    spec.format,
  ]
    .filter((part) => part !== undefined)
    .join(".");
}

function audiencesOf(
  variant: Variant,
  request: ArtefactRequest,
  audiences: readonly string[],
): (string | undefined)[] {
  if (request.audience !== undefined) return [request.audience];
  return variant === "email" ? [undefined, ...audiences] : [undefined];
}

type File = Pick<ArtefactSpec, "format" | "size" | "form">;

/** A press takes PDF alone. */
function filesOf(variant: Variant, { sizes, form }: ArtefactRequest): File[] {
  switch (variant) {
    case "poster": {
      const written = form === "press" ? (["pdf"] as const) : formatsOf.poster;
      return sizes.flatMap((size) => written.map((format) => ({ format, size, form })));
    }
    case "screen":
      return [{ format: "png", size: standardSize.screen }];
    case "social":
      return [
        { format: "png", size: standardSize.social },
        { format: "png", size: squareSize },
        { format: "txt" },
      ];
    default:
      return formatsOf[variant].map((format) => ({ format }));
  }
}
