import type { TypstJob } from "./job.ts";

const pointsPerMillimetre = 72 / 25.4;

/**
 * Says in a finished PDF where its page is cut (TrimBox) and how far the print reaches (BleedBox). All else stays as it
 * is: tags, fonts, metadata. Source: ISO 32000-1, 14.11.2.
 * @param press millimetres, the same on all four sides
 */
export async function withPressBoxes(
  pdf: Uint8Array,
  { bleed, slug }: NonNullable<TypstJob["press"]>,
): Promise<Uint8Array> {
  const { PDFDocument } = await import("@cantoo/pdf-lib");
  const document = await PDFDocument.load(pdf, { updateMetadata: false });
  for (const page of document.getPages()) {
    const { width, height } = page.getMediaBox();
    const boxOf = (millimetres: number) => {
      const edge = millimetres * pointsPerMillimetre;
      return [edge, edge, width - 2 * edge, height - 2 * edge] as const;
    };
    page.setBleedBox(...boxOf(slug));
    page.setTrimBox(...boxOf(slug + bleed));
  }
  return document.save({ addDefaultPage: false, updateFieldAppearances: false });
}
