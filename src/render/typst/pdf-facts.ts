import type { PDFDict as Dictionary } from "@cantoo/pdf-lib";

/** What a finished PDF says of itself to those who print it or have it read to them. */
export interface PdfFacts {
  readonly pages: number;
  /** True when it says that its parts are named, and names some. */
  readonly tagged: boolean;
  readonly language: string | undefined;
  /** True when it has a title, and programs are told to show that and not the file's name. */
  readonly titled: boolean;
  /** The names of the fonts that are not in it. */
  readonly missingFonts: readonly string[];
}

/** Reads a PDF. Source: ISO 32000-1, 7.7, 9.9, 14.7 and 14.8; ISO 14289-1 (PDF/UA-1), 7. */
export async function readPdf(content: Uint8Array): Promise<PdfFacts> {
  const { PDFArray, PDFBool, PDFDict, PDFDocument, PDFHexString, PDFName, PDFString } =
    await import("@cantoo/pdf-lib");
  const { catalog, context, ...document } = await PDFDocument.load(content, { updateMetadata: false }).then(
    (pdf) => ({
      catalog: pdf.catalog,
      context: pdf.context,
      pages: pdf.getPageCount(),
      title: pdf.getTitle(),
    }),
  );
  const under = (dict: Dictionary | undefined, key: string) => dict?.lookup(PDFName.of(key));
  const group = (value: unknown) => (value instanceof PDFDict ? value : undefined);
  const isTrue = (value: unknown) => value instanceof PDFBool && value.asBoolean();
  const language = under(catalog, "Lang");
  const roots = under(group(under(catalog, "StructTreeRoot")), "K");
  const children = under(group(roots instanceof PDFArray ? roots.lookup(0) : roots), "K");
  const dictionaries = context.enumerateIndirectObjects().flatMap(([, value]) => group(value) ?? []);
  const missing = dictionaries.filter((dict) => {
    const kind = String(under(dict, "Type"));
    if (kind === "/FontDescriptor")
      return !["FontFile", "FontFile2", "FontFile3"].some((key) => dict.has(PDFName.of(key)));
    return (
      kind === "/Font" &&
      /^\/(?:Type1|TrueType)$/.test(String(under(dict, "Subtype"))) &&
      !dict.has(PDFName.of("FontDescriptor"))
    );
  });
  return {
    pages: document.pages,
    tagged:
      isTrue(under(group(under(catalog, "MarkInfo")), "Marked")) &&
      (children instanceof PDFArray ? children.size() > 0 : children !== undefined),
    language:
      language instanceof PDFString || language instanceof PDFHexString ? language.decodeText() : undefined,
    titled:
      Boolean(document.title) && isTrue(under(group(under(catalog, "ViewerPreferences")), "DisplayDocTitle")),
    missingFonts: missing.map((dict) =>
      String(under(dict, "FontName") ?? under(dict, "BaseFont")).replace(/^\/(?:[A-Z]{6}\+)?/, ""),
    ),
  };
}
