import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import jsqr from "jsqr";
import { PNG } from "pngjs";
import { afterAll, describe, expect, it } from "vitest";
import { contrastRatio } from "../../../src/domain/brand.ts";
import type { TemplateSet } from "../../../src/domain/template.ts";
import { createEngine, richOrEmpty } from "../../../src/render/handlebars.ts";
import { parseInline, parseMarkdown } from "../../../src/render/markdown/parse.ts";
import { toTypst } from "../../../src/render/markdown/typst.ts";
import { qrSvg } from "../../../src/render/qr.ts";
import { renderSheet, type SheetResult } from "../../../src/render/sheet.ts";
import { sheetOf } from "../../../src/render/sheets.ts";
import { createTypesetter } from "../../../src/render/typst/typesetter.ts";
import type { View } from "../../../src/render/view.ts";
import { emptyView } from "../../support/view.ts";

const decode = jsqr as unknown as typeof jsqr.default;
const folder = new URL("../../../templates/", import.meta.url);
const templates: TemplateSet = new Map(
  ["screen.typ.hbs", "social.typ.hbs", "partials/card-base.typ.hbs"].map((name) => [
    name,
    { name, path: name, source: readFileSync(new URL(name, folder), "utf8") },
  ]),
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
      colours: { ...empty.brand.colours, primary, onPrimary: "#ffffff" },
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

async function made(picture: Picture, words: Words = {}): Promise<{ pdf: Buffer; png: PNG }> {
  const { pdf, png, problems } = await render(picture, words);
  expect(problems).toEqual([]);
  return { pdf: pdf as Buffer, png: PNG.sync.read(png as Buffer) };
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
function wordsOf(skip: (note: string) => void, pdf: Buffer): string {
  const work = mkdtempSync(join(tmpdir(), "card-"));
  writeFileSync(join(work, "card.pdf"), pdf);
  const { error, stdout } = spawnSync("pdftotext", ["-raw", "-enc", "UTF-8", "card.pdf", "-"], { cwd: work });
  rmSync(work, { recursive: true });
  if (error) skip("pdftotext is not installed");
  return String(stdout).replace(/\s+/g, " ");
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

describe.each(pictures)("$variant $size", ({ smallest, ...picture }) => {
  const { variant, size } = picture;

  it("has exactly its size, and text in colours that can be read", async () => {
    const { png } = await made(picture);
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
    expect(`${png.width}x${png.height}`).toBe(size);
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
      const { data, width, height } = (await made(screen, { url: address })).png;
      expect(decode(Uint8ClampedArray.from(data), width, height)?.data).toBe(address);
    }
    const { data, width, height } = (await made(screen, { url: null })).png;
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
