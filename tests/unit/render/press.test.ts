import { PDFDocument } from "@cantoo/pdf-lib";
import { afterAll, describe, expect, it } from "vitest";
import { createTypesetter } from "../../../src/render/typst/typesetter.ts";

const typesetter = createTypesetter({ workers: 1 });
afterAll(() => typesetter.close());

const millimetres = (points: number) => Math.round((points / 72) * 25.4 * 10) / 10;

async function pressPdf(): Promise<Buffer> {
  const source = `#set document(title: "x")\n#set page(width: 230mm, height: 317mm)\n#set text(font: "Lato", lang: "en")\n= A title`;
  const job = { source, files: {}, inputs: {}, queries: [], pdf: true, press: { bleed: 3, slug: 7 } };
  const { pdf, diagnostics } = await typesetter.session((compile) => compile(job));
  expect(diagnostics).toEqual([]);
  return Buffer.from(pdf ?? []);
}

describe("a PDF for a press", () => {
  it("says where it is cut and how far the print reaches", async () => {
    const page = (await PDFDocument.load(await pressPdf(), { updateMetadata: false })).getPage(0);
    const [trim, bleed] = [page.getTrimBox(), page.getBleedBox()];
    expect([trim.x, trim.y, trim.width, trim.height].map(millimetres)).toEqual([10, 10, 210, 297]);
    expect([bleed.x, bleed.y, bleed.width, bleed.height].map(millimetres)).toEqual([7, 7, 216, 303]);
  });

  it("keeps its tags and its claim to be accessible, and comes out the same each time", async () => {
    const [one, other] = [await pressPdf(), await pressPdf()];
    expect(one.equals(other)).toBe(true);
    const document = await PDFDocument.load(one, { updateMetadata: false });
    expect(String(document.catalog)).toMatch(/\/StructTreeRoot/);
    expect(String(document.catalog)).toMatch(/\/MarkInfo/);
    expect(document.getTitle()).toBe("x");
  });
});
