import type { Problem } from "../../domain/problem.ts";
import type { ArtefactSpec } from "../../render/artefacts.ts";
import { paperSizes, sheetOf, squareSize, standardSize, type SheetSize } from "../../render/sheets.ts";
import { shownAt } from "./addresses.ts";
import { leveled } from "./artefacts.ts";
import { sheetForm } from "./choices.ts";
import { pieceOf } from "./rendering.ts";
import type { Scene } from "./scene.ts";

/** A poster, a screen or a card as it is shown. */
export interface ShownSheet {
  readonly spec: ArtefactSpec & { readonly size: SheetSize };
  /** `Poster, A4`. */
  readonly label: string;
  /** Nothing when it cannot be made. */
  readonly address?: string | undefined;
  /** In pixels, of its shape. */
  readonly width: number;
  readonly height: number;
  /** True while nobody knows whether it can be made: it is made when the picture is asked for. */
  readonly isPending: boolean;
  readonly isStale: boolean;
  readonly bytes?: number | undefined;
  readonly problems: readonly Problem[];
}

type SheetVariant = "poster" | "screen" | "social";

/** What is known of one sheet, without making it. */
function showSheet(
  scene: Scene,
  variant: SheetVariant,
  size: SheetSize,
  form = sheetForm("normal"),
): ShownSheet {
  const { stage, gallery, topic, choices } = scene;
  const spec = { ...scene.spec({ variant, audience: choices.audience, format: "png", size, form }), size };
  const piece = pieceOf(stage, { topic, choices }, spec);
  const made = gallery.known(piece.digest);
  const last = made && !made.content ? gallery.last(piece.place) : undefined;
  const canShow = !made || made.content !== undefined || last !== undefined;
  return {
    spec,
    label: labelOf(spec),
    address: canShow ? shownAt(scene, piece, piece.digest, last) : undefined,
    ...pixelsOf(spec),
    isPending: !made,
    isStale: last !== undefined,
    bytes: made?.content?.length,
    problems: made ? leveled(stage, made.problems, made.content !== undefined) : [],
  };
}

/** The sheets of a form; of posters the chosen size alone, or all of them. */
export function showSheets(scene: Scene, variant: SheetVariant): ShownSheet[] {
  const { size, form, variant: view } = scene.choices;
  if (variant === "poster") {
    const sizes = view === "poster" ? [size, ...paperSizes.filter((one) => one !== size)] : [size];
    return sizes.map((one) => showSheet(scene, variant, one, sheetForm(form)));
  }
  const sizes: SheetSize[] = variant === "social" ? [standardSize.social, squareSize] : [standardSize.screen];
  return sizes.map((one) => showSheet(scene, variant, one));
}

function labelOf({ variant, size, form }: ShownSheet["spec"]): string {
  const words = { press: "for a press", "large-print": "large print" };
  if (variant === "poster") return `Poster, ${size}${form ? `, ${words[form]}` : ""}`;
  return variant === "screen" ? "Screen, 1920 × 1080" : `Social card, ${size.replace("x", " × ")}`;
}

const millimetresPerInch = 25.4;
/** Bleed and room for crop marks, on both sides, in millimetres. */
const aroundPress = 20;

function pixelsOf({ size, form }: ShownSheet["spec"]): { width: number; height: number } {
  const { width, height, dpi } = sheetOf(size, form);
  const around = form === "press" ? aroundPress : 0;
  const pixels = (length: number) => Math.round(((length + around) / millimetresPerInch) * dpi);
  return { width: pixels(width), height: pixels(height) };
}
