/** How the review pack looks: Word's own styles, so that everybody's Word knows them by name. */

/** The look that comes from the brand, as `#rrggbb`. */
export interface WordColours {
  /** Of headings: at least 4.5:1 on white (WCAG 2.2, 1.4.3). */
  readonly heading: string;
  /** Behind the headings of tables. */
  readonly tint: string;
}

/** Word knows it everywhere, and every other program has one of the same widths. */
export const font = "Arial";
/** Of code; a machine without it takes another with letters of one width. */
export const codeFont = "Courier New";
export const ink = "1C1C1C";
export const hairline = "C4C9CE";
const grey = "4A4F54";
/** 8.7:1 on white. */
const linkBlue = "0B4A8F";

const codeGrey = "F3F4F5";
/** Keeps the letters of code off the edge of its ground. */
const codeEdge = { style: "single" as const, size: 4, space: 4, color: codeGrey };

/** So far the ground of code reaches beyond its letters. */
export const codeInset = 85;

/** Word counts lengths in twentieths of a point: A4 with margins of 25 mm at the sides. */
export const page = {
  size: { width: 11906, height: 16838 },
  margin: { top: 1247, right: 1417, bottom: 1247, left: 1417, header: 624, footer: 624 },
} as const;
export const textWidth = page.size.width - page.margin.left - page.margin.right;
/** How far one list or quotation stands in from what is around it. */
export const step = 397;

/** How lists are named until they have their numbers, and which of them is the one for all bullets. */
export const listReference = "list";
export const bulletList = 0;

/** The styles, for `docx`. Sizes are in half points. Running text has 12 pt, the least that is easy on paper (UKAAF). */
export function wordStyles(colours: WordColours, language: string) {
  const heading = colours.heading.slice(1);
  const title = (level: number, size: number, before: number, after: number, colour = heading) => ({
    run: { font, size, bold: true, color: colour },
    paragraph: {
      keepNext: true,
      keepLines: true,
      outlineLevel: level - 1,
      spacing: spacing(before, after, 264),
    },
  });
  return {
    default: {
      document: {
        run: { font, size: 24, color: ink, language: { value: language } },
        paragraph: { spacing: spacing(0, 140, 288) },
      },
      title: {
        run: { font, size: 48, bold: true, color: heading },
        paragraph: { keepNext: true, spacing: spacing(120, 60, 252) },
      },
      heading1: title(1, 34, 480, 140),
      heading2: title(2, 28, 320, 100),
      heading3: title(3, 25, 240, 80),
      heading4: title(4, 24, 200, 60, ink),
      heading5: title(5, 24, 200, 60, ink),
      heading6: title(6, 24, 200, 60, ink),
      hyperlink: { run: { color: linkBlue, underline: { type: "single" as const } } },
    },
    paragraphStyles: paragraphStyles(heading),
  };
}

function paragraphStyles(heading: string) {
  return [
    { id: "Normal", name: "Normal", quickFormat: true },
    paragraphStyle("Subtitle", { size: 28, color: grey }, { spacing: spacing(0, 240) }),
    ...[0, 1, 2].flatMap((level) => {
      const suffix = level === 0 ? "" : ` ${level + 1}`;
      const numbering = { reference: listReference, level, instance: bulletList, custom: true };
      return [
        paragraphStyle(`List Bullet${suffix}`, {}, { spacing: spacing(0, 80), numbering }),
        paragraphStyle(`List Number${suffix}`, {}, { spacing: spacing(0, 80) }),
        paragraphStyle(`List Continue${suffix}`, {}, { spacing: spacing(0, 80) }),
      ];
    }),
    paragraphStyle(
      "Quote",
      {},
      {
        spacing: spacing(0, 140),
        border: { left: { style: "single", size: 18, space: 12, color: heading } },
      },
    ),
    paragraphStyle(
      "HTML Preformatted",
      { font: codeFont, size: 22 },
      {
        spacing: spacing(120, 220, 264),
        shading: { type: "clear", fill: codeGrey, color: "auto" },
        border: { top: codeEdge, bottom: codeEdge, left: codeEdge, right: codeEdge },
      },
    ),
    paragraphStyle("Table Text", { size: 23 }, { spacing: spacing(0, 40, 264) }),
    paragraphStyle("Table Heading", { size: 23, bold: true }, { spacing: spacing(0, 40, 264) }),
    { ...paragraphStyle("Footer", { size: 20, color: grey }, { spacing: spacing(0, 0) }), name: "footer" },
    // Word runs two tables that touch into one.
    paragraphStyle("After Table", { size: 8 }, { spacing: spacing(0, 0, 240) }),
  ];
}

function paragraphStyle<Run, Look>(name: string, run: Run, look: Look) {
  const id = name.replaceAll(" ", "");
  return { id, name, basedOn: "Normal", quickFormat: true, run, paragraph: look };
}

/** In twentieths of a point; a line in 240ths of its text's own height. */
function spacing(before: number, after: number, line = 288) {
  return { before, after, line, lineRule: "auto" as const };
}
