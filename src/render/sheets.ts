import type { Variant } from "../domain/topic.ts";

export const paperSizes = ["A3", "A4", "A5"] as const;
export type PaperSize = (typeof paperSizes)[number];
export const squareSize = "1080x1080";
export type SheetSize = PaperSize | "1920x1080" | "1200x630" | typeof squareSize;
/** Other than what an office printer takes. */
export type SheetForm = "press" | "large-print";
/** The variants that are drawn on a sheet: paper or a picture. */
export type SheetVariant = Extract<Variant, "poster" | "screen" | "social">;

/** The size that goes without saying, and is left out of file names. */
export const standardSize: Readonly<Partial<Record<Variant, SheetSize>>> & Record<SheetVariant, SheetSize> = {
  poster: "A4",
  screen: "1920x1080",
  social: "1200x630",
};

/** What is drawn on. */
export interface Sheet {
  /** Of the finished sheet, in millimetres. */
  readonly width: number;
  readonly height: number;
  /** The smallest body text and the largest that is pleasant, in points. */
  readonly body: { readonly smallest: number; readonly largest: number };
  readonly largePrint: boolean;
  /** What is printed beyond the edge and cut off, in millimetres; with crop marks. */
  readonly bleed?: number | undefined;
  /** Of its picture, in dots per inch. */
  readonly dpi: number;
}

/** Millimetres. Source: ISO 216. */
const paper: Readonly<Record<PaperSize, readonly [width: number, height: number]>> = {
  A3: [297, 420],
  A4: [210, 297],
  A5: [148, 210],
};

/** The smallest body text, in points. Source: docs/templates.md, with UKAAF clear print. */
const smallestOnPaper: Readonly<Record<PaperSize, { normal: number; large: number }>> = {
  A3: { normal: 22, large: 30 },
  A4: { normal: 16, large: 22 },
  A5: { normal: 12, large: 16 },
};

/** The largest body text against the smallest: beyond it a sheet of few words shouts. Source: judged by eye. */
const largestBody = 1.75;
const paperDpi = 150;

/** Two dots to the point: sizes in templates stay near those of print. */
const screenDpi = 144;
const millimetresPerInch = 25.4;

/** The smallest text, in points of two pixels. Source: judged by eye, a screen from across a room, a card on a phone. */
const smallestOnScreen: Readonly<Record<Exclude<SheetSize, PaperSize>, number>> = {
  "1920x1080": 22,
  "1200x630": 18,
  "1080x1080": 19,
};

/** Source: the trade's usual bleed. */
const pressBleed = 3;

/** The sheet of a size and form. */
export function sheetOf(size: SheetSize, form?: SheetForm): Sheet {
  if (!isPaper(size)) return screenSheet(size);
  const [width, height] = paper[size];
  const largePrint = form === "large-print";
  const smallest = smallestOnPaper[size][largePrint ? "large" : "normal"];
  return {
    width,
    height,
    body: { smallest, largest: smallest * largestBody },
    largePrint,
    bleed: form === "press" ? pressBleed : undefined,
    dpi: paperDpi,
  };
}

function screenSheet(size: Exclude<SheetSize, PaperSize>): Sheet {
  const [width, height] = size.split("x").map((dots) => (Number(dots) / screenDpi) * millimetresPerInch) as [
    number,
    number,
  ];
  const smallest = smallestOnScreen[size];
  return {
    width,
    height,
    body: { smallest, largest: smallest * largestBody },
    largePrint: false,
    dpi: screenDpi,
  };
}

function isPaper(size: SheetSize): size is PaperSize {
  return size in paper;
}
