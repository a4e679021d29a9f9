import { problem, type Problem } from "../../domain/problem.ts";
import { sheetTemplate, type TemplateSet } from "../../domain/template.ts";
import { readPdf } from "../../render/typst/pdf-facts.ts";

/** What a poster lacks that people need who print it, or have it read to them. */
export async function pdfFaults(
  content: Uint8Array,
  artefact: string,
  design: string | undefined,
  templates: TemplateSet,
): Promise<Problem[]> {
  const { pages, tagged, language, titled, missingFonts } = await readPdf(content);
  const lacks = [
    ...(pages === 1 ? [] : ["a single page"]),
    ...(tagged ? [] : ["tags, by which screen readers know headings and text"]),
    ...(language ? [] : ["a language"]),
    ...(titled ? [] : ["a title"]),
    ...missingFonts.map((font) => `the font ${font}`),
  ];
  const template = templates.get(`${sheetTemplate("poster", design)}.typ.hbs`);
  if (lacks.length === 0 || !template) return [];
  return [problem("pdf/structure", template.path, undefined, { artefact, lacks })];
}
