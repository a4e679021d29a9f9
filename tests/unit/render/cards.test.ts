import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import jsqr from "jsqr";
import { PNG } from "pngjs";
import { afterAll, describe, expect, it } from "vitest";
import { contrastRatio } from "../../../src/domain/brand.ts";
import type { TemplateSet } from "../../../src/domain/template.ts";
import { brandColours } from "../../../src/render/brand-view.ts";
import { createEngine, richOrEmpty } from "../../../src/render/handlebars.ts";
import { parseInline, parseMarkdown } from "../../../src/render/markdown/parse.ts";
import { toTypst } from "../../../src/render/markdown/typst.ts";
import { qrSvg } from "../../../src/render/qr.ts";
import { renderSheet, type SheetResult } from "../../../src/render/sheet.ts";
import { sheetOf } from "../../../src/render/sheets.ts";
import { createTypesetter } from "../../../src/render/typst/typesetter.ts";
import type { View } from "../../../src/render/view.ts";
import { runTool, type Skip } from "../../support/tools.ts";
import { emptyView } from "../../support/view.ts";

const decode = jsqr as unknown as typeof jsqr.default;
const folder = new URL("../../../templates/", import.meta.url);
const templates: TemplateSet = new Map(
  [
    "screen.typ.hbs",
    "social.typ.hbs",
    ...["card-base", "sheet-words", "sheet-page", "sheet-text"].map((name) => `partials/${name}.typ.hbs`),
  ].map((name) => [name, { name, path: name, source: readFileSync(new URL(name, folder), "utf8") }]),
);
const engine = createEngine(templates, "typ");

/** The three pictures, and the smallest text that each may have, in points. */
const pictures = [
  { variant: "screen", size: "1920x1080", smallest: 22 },
  { variant: "social", size: "1200x630", smallest: 18 },
  { variant: "social", size: "1080x1080", smallest: 19 },
] as const;
type Picture = Omit<(typeof pictures)[number], "smallest">;

const url = "https://example.org/interface/fit-notes";
const square =
  '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96" fill="#0b4f52"/></svg>';
const wide = square.replaceAll('width="96"', 'width="480"');

interface Words {
  headline?: string;
  strapline?: string;
  text?: string;
  messages?: readonly string[];
  url?: string | null;
  short?: string;
  logo?: string | null;
  name?: string;
  primary?: string;
}

const fitNotes = {
  headline: "Your patient, your fit note",
  strapline: "The team giving care issues the fit note.",
  text: "",
  messages: [],
  url,
  short: "example.org/fit-notes",
  logo: square,
  name: "Northmoor Integrated Care Board",
  primary: "#0b4f52",
};

function viewOf(words: Words): View {
  const { headline, strapline, text, messages, short, logo, name, primary, ...given } = {
    ...fitNotes,
    ...words,
  };
  const empty = emptyView();
  const more = given.url === null ? null : { label: "Read", url: given.url, display: short, qr: "/qr.svg" };
  return {
    ...empty,
    toolkit: { ...empty.toolkit, language: "en-GB" },
    topic: {
      ...empty.topic,
      title: "Fit notes",
      headline,
      strapline,
      text: richOrEmpty(text === "" ? "" : toTypst(parseMarkdown(text))),
      messages: messages.map((message) => richOrEmpty(toTypst(parseInline(message)))),
    },
    brand: {
      ...empty.brand,
      name,
      logo: logo === null ? null : { src: "/logo.svg", alt: name, width: "96", height: "96" },
      colours: brandColours({ colours: { primary, accent: primary } }),
    },
    links: { unsubscribe: "", more },
  };
}

const typesetter = createTypesetter({ workers: 2 });
afterAll(() => typesetter.close());

/** Rendered as PDF as well: what stands in it can be read. */
function render({ variant, size }: Picture, words: Words = {}): Promise<SheetResult> {
  expect(engine.problems).toEqual([]);
  const view = viewOf(words);
  return renderSheet(typesetter, {
    artefact: `${variant}.png`,
    variant,
    source: engine.render(variant, view),
    files: {
      "/qr.svg": Buffer.from(qrSvg(view.links.more?.url ?? "")),
      "/logo.svg": Buffer.from(words.logo ?? square),
    },
    sheet: sheetOf(size),
    formats: ["pdf", "png"],
    path: "content/topics/fit-notes.md",
    position: { line: 3, column: 8 },
    locate: () => undefined,
    templates: [{ name: `${variant}.typ.hbs`, path: `${variant}.typ.hbs`, source: "" }],
  });
}

async function made(picture: Picture, words: Words = {}): Promise<{ pdf: Buffer; png: Buffer }> {
  const { pdf, png, problems } = await render(picture, words);
  expect(problems).toEqual([]);
  return { pdf: pdf as Buffer, png: png as Buffer };
}

/** As it stands in the head of the file: to read two million dots takes longer than to make them. */
function sizeOf(png: Buffer): { width: number; height: number } {
  expect(png.toString("latin1", 12, 16)).toBe("IHDR");
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** The sizes of all text that is drawn, in points. */
function textSizes(pdf: Buffer): number[] {
  const text = pdf.toString("latin1");
  const operators = [...text.matchAll(/\/Length (\d+)[^>]*>>\s*stream\r?\n/g)]
    .map(({ 0: head, 1: length, index }) =>
      pdf.subarray(index + head.length, index + head.length + Number(length)),
    )
    .flatMap((stream) => (stream[0] === 0x78 ? [inflateSync(stream).toString("latin1")] : []))
    .join("\n");
  return [...operators.matchAll(/\/f\d+ ([\d.]+) Tf/g)].map(([, points]) => Number(points));
}

/** The words of a PDF, or skips the test where no tool is there to read them. */
function wordsOf(skip: Skip, pdf: Buffer): string {
  return readPdf(skip, pdf, "-raw").replace(/\s+/g, " ");
}

function readPdf(skip: Skip, pdf: Buffer, form: "-raw" | "-bbox"): string {
  const work = mkdtempSync(join(tmpdir(), "card-"));
  writeFileSync(join(work, "card.pdf"), pdf);
  try {
    return runTool(skip, "pdftotext", [form, "-enc", "UTF-8", "card.pdf", "-"], work);
  } finally {
    rmSync(work, { recursive: true });
  }
}

interface Box {
  readonly word: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where each word stands, in dots of the picture. Of its height only the middle counts: lines may stand close. */
function boxesOf(skip: Skip, pdf: Buffer): Box[] {
  const found = readPdf(skip, pdf, "-bbox").matchAll(
    /<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*)<\/word>/g,
  );
  return [...found].map(([, ...values]) => {
    const [left = 0, top = 0, right = 0, bottom = 0] = values.slice(0, 4).map((value) => 2 * Number(value));
    const spare = 0.3 * (bottom - top);
    return { word: values[4] ?? "", left, right, top: top + spare, bottom: bottom - spare };
  });
}

const overlap = (one: Box, other: Box) =>
  Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
  Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 0;

/** The code of a screen, a square that stands on the right above the white band. */
function codeBox({ data, width, height }: PNG): Box {
  const top = Array.from({ length: height }).findIndex((_, y) => data[4 * (y * width + 2)] === 255);
  const [right, side] = [0.95 * width, 0.37 * height];
  return { word: "the code", left: right - side, right, top: top - side, bottom: top };
}

/** Words that leave the space inside the margins, or stand on one another or on the code. */
function misplaced(skip: Skip, pdf: Buffer, png: Buffer): string[] {
  const words = boxesOf(skip, pdf);
  expect(words.length).toBeGreaterThan(4);
  const { width, height } = sizeOf(png);
  const all = width === 1920 ? [...words, codeBox(PNG.sync.read(png))] : words;
  const margin = 0.05 * width - 3;
  return words.flatMap((word, i) => [
    ...(word.left < margin || word.right > width - margin ? [`${word.word} in the margin`] : []),
    ...(word.top < 0 || word.bottom > height ? [`${word.word} above or below`] : []),
    ...all.slice(i + 1).flatMap((other) => (overlap(word, other) ? [`${word.word} on ${other.word}`] : [])),
  ]);
}

/** Colours of a picture with how many dots have them, the commonest first. */
function coloursOf({ data }: PNG): [colour: string, dots: number][] {
  const dots = new Map<string, number>();
  for (let at = 0; at < data.length; at += 4) {
    const colour = `#${data.subarray(at, at + 3).toString("hex")}`;
    dots.set(colour, (dots.get(colour) ?? 0) + 1);
  }
  return [...dots].toSorted(([, a], [, b]) => b - a);
}

const longWord = "Pneumonoultramicroscopicsilicovolcanoconiosis".repeat(3);
const wordLengths = [18, 32, 110];

/** What a screen alone may say. */
const placesOnScreens: [string, (word: string) => Words][] = [
  ["only message", (word) => ({ messages: [`Ask **${word}** now`] })],
  ["messages", (word) => ({ messages: [`Ask ${word} now`, "No extra visit."] })],
  ["text", (word) => ({ text: `Clean **${word}** now.` })],
  ["text, as a heading", (word) => ({ text: `## The ${word}\n\nClean them.` })],
  ["text, in a list", (word) => ({ text: `Clean:\n\n- hands\n  - and ${word}\n- feet` })],
  ["text, in a numbered list", (word) => ({ text: `2026. hands\n2027. and ${word}` })],
  ["text, in a quote", (word) => ({ text: `> Clean ${word} now.` })],
  [
    "text, in a table",
    (word) => ({ text: `| Who | What it is to clean |\n|---|---|\n| ${word} | hands and feet |` }),
  ],
];

describe.each(pictures)("$variant $size", ({ smallest, ...picture }) => {
  const { variant, size } = picture;

  it("has exactly its size, and text in colours that can be read", async () => {
    const png = PNG.sync.read((await made(picture)).png);
    expect(`${png.width}x${png.height}`).toBe(size);
    const [[first], [second]] = coloursOf(png) as [[string, number], [string, number]];
    expect(new Set([first, second])).toEqual(new Set(["#0b4f52", "#ffffff"]));
    expect(contrastRatio(first, second)).toBeGreaterThan(4.5);
  });

  it("says all that it should", async ({ skip }) => {
    const text = wordsOf(skip, (await made(picture)).pdf);
    for (const words of [fitNotes.headline, fitNotes.strapline, fitNotes.short, fitNotes.name])
      expect(text).toContain(words);
  });

  it.each<[string, Words]>([
    ["short words", { headline: "Go", strapline: "Now." }],
    [
      "the longest words that a topic may have",
      {
        headline: "Wholesome words ".repeat(5),
        strapline: "Multidisciplinary teams ".repeat(6) + "agree on it.",
      },
    ],
    ["no link", { url: null }],
    ["no logo", { logo: null }],
    ["a wide logo", { logo: wide }],
    [
      "a long name",
      {
        name: "The Greater Northern Counties Community Health and Social Care Partnership Board of Trustees",
      },
    ],
    ["a long address", { short: `gov.uk/${"guidance/".repeat(12)}` }],
    [
      "an address of one word",
      { url: `https://example.org/${"p".repeat(1900)}`, short: `example.org/${"p".repeat(1900)}` },
    ],
    ["many hyphens", { headline: "The primary-care-secondary-care-interface-working-group meets" }],
  ])("copes with %s, on one page, with no text under its smallest", async (_, words) => {
    const { pdf, png } = await made(picture, words);
    const { width, height } = sizeOf(png);
    expect(`${width}x${height}`).toBe(size);
    expect(pdf.toString("latin1").match(/\/Type \/Page$/gm)).toHaveLength(1);
    expect(Math.min(...textSizes(pdf))).toBeGreaterThanOrEqual(smallest - 0.05);
  });

  it("shows words as they were typed", async ({ skip }) => {
    const hostile = ['#eval("1") $x$ \\b [a] {c}', "*star* _low_ `t` ~ @ref <l> // /* */ 'q' -- ... Ŵŷ"];
    const [headline = "", strapline = ""] = hostile;
    const text = wordsOf(skip, (await made(picture, { headline, strapline, name: "#panic() & *Sons*" })).pdf);
    for (const line of [...hostile, "#panic() & *Sons*"])
      expect(text.replaceAll(" ", "")).toContain(line.replaceAll(" ", ""));
  });

  it("refuses too many words, at their place, with how many are too many", async () => {
    const strapline = "Send the note with the letter and tell the patient who will call them. ".repeat(20);
    const { problems, png } = await render(picture, { strapline });
    expect(png).toBeUndefined();
    expect(problems).toEqual([
      {
        rule: "poster/no-room",
        severity: "error",
        path: "content/topics/fit-notes.md",
        line: 3,
        column: 8,
        details: { artefact: `${variant}.png`, variant, over: expect.stringMatching(/^about \d+ lines?$/) },
      },
    ]);
  });

  it.each(["headline", "strapline"])("refuses a word that is too long for the %s", async (place) => {
    const word = "Pneumonoultramicroscopicsilicovolcanoconiosis".repeat(2);
    const { problems, png } = await render(picture, { [place]: `The ${word} note` });
    expect(png).toBeUndefined();
    expect(problems.map(({ rule, details }) => [rule, details])).toEqual([
      ["poster/word-too-long", { artefact: `${variant}.png`, word }],
    ]);
  });

  it.for<[string, (word: string) => Words]>([
    ["headline", (word) => ({ headline: `The ${word} note` })],
    ["strapline", (word) => ({ strapline: `The ${word} note is here.` })],
    ["name", (word) => ({ name: `The ${word} Trust` })],
    ["name without a logo", (word) => ({ name: `The ${word} Trust`, logo: null })],
    ["address", (word) => ({ short: `${word}.example.org/fit-notes` })],
    ...(variant === "screen" ? placesOnScreens : []),
  ])("shows a word in the %s whole and in its place, or refuses it", async ([, words], { skip }) => {
    const refused: number[] = [];
    for (const length of wordLengths) {
      const word = longWord.slice(0, length);
      const { problems, pdf, png } = await render(picture, words(word));
      if (problems.length > 0) {
        refused.push(length);
        expect(problems.map(({ rule }) => rule)).toEqual(["poster/word-too-long"]);
        expect(problems[0]?.details).toMatchObject({ word: expect.stringContaining(word) });
        expect(png).toBeUndefined();
      } else {
        expect(misplaced(skip, pdf as Buffer, png as Buffer)).toEqual([]);
      }
    }
    // Short ones stand there, and when one is refused all longer ones are.
    expect(refused).not.toContain(wordLengths[0]);
    expect(refused).toContain(wordLengths.at(-1));
    expect(refused).toEqual(wordLengths.slice(-refused.length));
  });

  it("without a logo sets the name under the headline", async ({ skip }) => {
    const boxes = boxesOf(skip, (await made(picture, { logo: null })).pdf);
    const left = (word: string) => boxes.find((box) => box.word === word)?.left ?? Number.NaN;
    expect(left("Northmoor")).toBeCloseTo(0.05 * Number(size.split("x")[0]), -0.5);
    expect(Math.abs(left("Northmoor") - left("The"))).toBeLessThan(3);
  });

  it("names a sign that its letters lack", async () => {
    const { problems } = await render(picture, { headline: "Well done 😀" });
    expect(problems.map(({ rule }) => rule)).toEqual(["typst/compile"]);
    expect(JSON.stringify(problems)).toContain("😀");
  });
});

describe("a screen", () => {
  const [screen] = pictures;

  it("has a code that leads to the topic, also where the address is long", async () => {
    for (const address of [url, `${url}?${"campaign=fit-notes&".repeat(20)}`]) {
      const { data, width, height } = PNG.sync.read((await made(screen, { url: address })).png);
      expect(decode(Uint8ClampedArray.from(data), width, height)?.data).toBe(address);
    }
    const { data, width, height } = PNG.sync.read((await made(screen, { url: null })).png);
    expect(decode(Uint8ClampedArray.from(data), width, height)).toBeNull();
  });

  it("shows its own text instead of the strapline, and its own messages", async ({ skip }) => {
    const text = "Clean them:\n\n- before you touch\n- after you touch";
    const said = wordsOf(skip, (await made(screen, { text })).pdf);
    for (const line of ["Clean them:", "before you touch", "after you touch"]) expect(said).toContain(line);
    expect(said).not.toContain(fitNotes.strapline);
    for (const messages of [
      ["No extra **visit**."],
      ["No extra visit.", "One note lasts.", "Trained nurses too."],
    ]) {
      const listed = wordsOf(skip, (await made(screen, { messages })).pdf);
      for (const message of messages) expect(listed).toContain(message.replaceAll("*", ""));
      expect(listed).toContain(fitNotes.strapline);
    }
  });
});
