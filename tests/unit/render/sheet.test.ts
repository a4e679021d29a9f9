import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path, { join } from "node:path";
import { inflateSync } from "node:zlib";
import jsqr from "jsqr";
import { PNG } from "pngjs";
import { afterAll, describe, expect, it } from "vitest";
import { contrastRatio, mix } from "../../../src/domain/brand.ts";
import { brandColours } from "../../../src/render/brand-view.ts";
import { createEngine, richOrEmpty } from "../../../src/render/handlebars.ts";
import { toTypst } from "../../../src/render/markdown/typst.ts";
import { parseInline } from "../../../src/render/markdown/parse.ts";
import { renderSheet, type SheetRequest } from "../../../src/render/sheet.ts";
import { sheetOf } from "../../../src/render/sheets.ts";
import { qrSvg } from "../../../src/render/qr.ts";
import { createTypesetter, type Typesetter } from "../../../src/render/typst/typesetter.ts";
import { loadTemplates } from "../../../src/toolkit/templates.ts";
import { runTool } from "../../support/tools.ts";
import { viewShape, type Shape, type View } from "../../../src/render/view.ts";

const decode = jsqr as unknown as typeof jsqr.default;
const { templates } = await loadTemplates("no-toolkit", path.resolve("templates"));
const url = "https://example.org/interface/fit-notes";
const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96" fill="#0b4f52"/></svg>';
const rich = (markdown: string) => richOrEmpty(toTypst(parseInline(markdown)));

interface Words {
  design?: "asks" | "statement" | undefined;
  headline?: string;
  strapline?: string;
  messages?: string[];
  asks?: Record<string, string[]>;
  link?: boolean;
  logo?: boolean;
}

const fitNotes = {
  headline: "Your patient, your fit note",
  strapline: "If you are responsible for the care, issue the note, for as long as it is needed.",
  messages: [
    "The team responsible for the care assesses fitness for work and issues the note.",
    "One note covers the whole expected recovery, or the time to the next planned review.",
    "No one should need an extra appointment with anyone just to be given a fit note.",
  ],
  asks: {
    "Primary care": [
      "Issue fit notes for the conditions you manage, for as long as they are needed.",
      "Spare patients a return trip for a note that another team should have given.",
      "Tell the named contact at the trust whenever a fit note was not given there.",
    ],
    "Secondary care": [
      "Issue the fit note at discharge or in clinic, before the patient leaves you.",
      "Cover the expected recovery, or the time up to the next planned review of it.",
      "Use the electronic fit note where it is live, and say so in the letter too.",
    ],
  },
};

/** A view in which everything is empty. */
function emptyView(shape: Shape): unknown {
  if (shape.kind === "list") return [];
  if (shape.kind !== "group") return "";
  if (shape.optional) return null;
  return Object.fromEntries(Object.entries(shape.fields).map(([name, field]) => [name, emptyView(field)]));
}

function viewOf(words: Words): View {
  const empty = emptyView(viewShape) as View;
  const text = { ...fitNotes, link: true, logo: true, ...words };
  return {
    ...empty,
    toolkit: { ...empty.toolkit, language: "en-GB" },
    topic: {
      ...empty.topic,
      title: "The team giving the care issues the fit note",
      headline: text.headline,
      strapline: text.strapline,
      messages: text.messages.map(rich),
      asks: Object.entries(text.asks).map(([title, actions]) => ({
        id: title,
        title,
        actions: actions.map(rich),
      })),
      contact: { name: "Interface team", email: "interface@example.org", phone: "" },
      review: "30 June 2027",
    },
    brand: {
      ...empty.brand,
      name: "Northmoor Integrated Care Board",
      footer: "Northmoor works with practices, hospitals and community services to join up local care.",
      logo: text.logo ? { src: "/logo.svg", alt: "Northmoor", width: "96", height: "96" } : null,
      colours: brandColours({ colours: { primary: "#0b4f52", accent: "#8f4a1d" } }),
    },
    links: {
      unsubscribe: "",
      more: text.link
        ? {
            label: "Read the full guidance on fit notes",
            url,
            display: "example.org/fit-notes",
            qr: "/qr.svg",
          }
        : null,
    },
  };
}

function requestOf(words: Words = {}, more: Partial<SheetRequest> = {}, own?: string): SheetRequest {
  const name = "poster.typ.hbs";
  const template = own === undefined ? templates.get(name) : { name, path: name, source: own };
  if (!template) throw new Error("There is no template of posters.");
  const engine = createEngine(new Map([...templates, [name, template]]), "typ");
  expect(engine.problems).toEqual([]);
  return {
    artefact: "poster.pdf",
    source: engine.render(words.design ? `poster-${words.design}` : "poster", viewOf(words)),
    files: { "/qr.svg": Buffer.from(qrSvg(url)), "/logo.svg": Buffer.from(logo) },
    variant: "poster",
    sheet: sheetOf("A4"),
    formats: ["pdf"],
    path: "content/topics/fit-notes.md",
    position: { line: 3, column: 8 },
    locate: () => undefined,
    templates: [template, ...[...templates.values()].filter((one) => one.name.includes("/"))],
    ...more,
  };
}

const typesetter = createTypesetter({ workers: 2 });
afterAll(() => typesetter.close());

async function made(words?: Words, more?: Partial<SheetRequest>): Promise<{ pdf: Buffer; png: Buffer }> {
  const { pdf, png, problems } = await renderSheet(typesetter, requestOf(words, more));
  expect(problems).toEqual([]);
  return { pdf: pdf ?? Buffer.alloc(0), png: png ?? Buffer.alloc(0) };
}

/** Everything drawn, as PDF operators. */
function operators(pdf: Buffer): string {
  const text = pdf.toString("latin1");
  return [...text.matchAll(/\/Length (\d+)[^>]*>>\s*stream\r?\n/g)]
    .map((match) =>
      pdf.subarray(match.index + match[0].length, match.index + match[0].length + Number(match[1])),
    )
    .flatMap((stream) => (stream[0] === 0x78 ? [inflateSync(stream).toString("latin1")] : []))
    .join("\n");
}

/** What a tool of this machine says of a PDF. */
function tool(skip: (note: string) => void, name: string, args: string[], pdf: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), "poster-"));
  writeFileSync(join(folder, "poster.pdf"), pdf);
  try {
    return runTool(skip, name, args, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const light = {
  messages: ["Issue the note."],
  asks: { "Primary care": ["Ask."], "Secondary care": ["Answer."] },
};

describe("a poster", () => {
  it.each([
    ["A3", 841.89, 1190.55],
    ["A4", 595.28, 841.89],
    ["A5", 419.53, 595.28],
  ] as const)("is one page of %s", async (size, width, height) => {
    const { pdf } = await made({}, { sheet: sheetOf(size) });
    const text = pdf.toString("latin1");
    expect(text.match(/\/Type \/Page$/gm)).toHaveLength(1);
    const box = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(text);
    expect([Number(box?.[1]), Number(box?.[2])].map((side) => Math.round(side * 100) / 100)).toEqual([
      width,
      height,
    ]);
  });

  it("is PDF/UA with language, title and its own fonts inside", async () => {
    const text = (await made()).pdf.toString("latin1");
    expect(text).toContain("<pdfuaid:part>1</pdfuaid:part>");
    expect(text).toMatch(/\/Lang \(en-GB\)/);
    expect(text).toContain("The team giving the care issues the fit note");
    expect(text).not.toMatch(/CreationDate|ModDate|CreateDate/);
    const fonts = new Set([...text.matchAll(/\/FontName \/[A-Z]{6}\+(\S+)/g)].map(([, name]) => name));
    expect([...fonts].toSorted()).toEqual(["Lato-Black", "Lato-Bold", "Lato-Regular"]);
    expect(text.match(/\/FontFile2/g)).toHaveLength(3);
  });

  it("is a sound file", async ({ skip }) => {
    const { pdf } = await made();
    expect(tool(skip, "qpdf", ["--check", "poster.pdf"], pdf)).toContain(
      "No syntax or stream encoding errors",
    );
  });

  it.each([
    ["A3", false, 22, 17],
    ["A4", false, 16, 12],
    ["A5", false, 12, 12],
    ["A4", true, 22, 16],
    ["A5", true, 16, 16],
  ] as const)(
    "on %s (large print: %s) has body text of %i points and none under %i",
    async (size, largePrint, body, least) => {
      const words = largePrint ? light : {};
      const drawn = operators(
        (await made(words, { sheet: sheetOf(size, largePrint ? "large-print" : undefined) })).pdf,
      );
      const sizes = [...drawn.matchAll(/\/f\d+ ([\d.]+) Tf/g)].map(([, points]) => Number(points));
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(least - 0.05);
      expect(sizes.filter((points) => points >= body).length).toBeGreaterThan(sizes.length / 3);
    },
  );

  it.each([
    ["A3", 50],
    ["A4", 35],
    ["A5", 25],
  ] as const)("has a QR code on %s of at least %i mm", async (size, least) => {
    const { pdf } = await made({}, { sheet: sheetOf(size) });
    const boxes = [...pdf.toString("latin1").matchAll(/\/BBox \[([\d.]+) [\d.]+ ([\d.]+)/g)];
    const [widest = 0] = boxes
      .map(([, left, right]) => Number(right) - Number(left))
      .toSorted((a, b) => b - a);
    const modules = { code: 29, withQuietZone: 37 };
    const millimetres = (((widest * modules.code) / modules.withQuietZone) * 25.4) / 72;
    expect(millimetres).toBeGreaterThanOrEqual(least - 0.01);
  });

  it("has the same bytes every time, whoever sets it", async () => {
    const other = createTypesetter({ workers: 1 });
    const request = requestOf({}, { formats: ["pdf", "png"] });
    const posters = [];
    for (const one of [typesetter, typesetter, other]) posters.push(await renderSheet(one, request));
    await other.close();
    for (const { pdf, png } of posters) {
      expect(pdf?.equals(posters[0]?.pdf ?? Buffer.alloc(0))).toBe(true);
      expect(png?.equals(posters[0]?.png ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it("has a QR code that leads to the topic", async () => {
    const { png } = await made({}, { formats: ["png"] });
    const { data, width, height } = PNG.sync.read(png);
    expect([width, height]).toEqual([1240, 1754]);
    expect(decode(Uint8ClampedArray.from(data), width, height)?.data).toBe(url);
  });

  const cases: readonly (readonly [string, Words])[] = [
    ["its usual words", {}],
    ["no link", { link: false }],
    ["no logo", { logo: false }],
    ["one message", { messages: ["Issue the note."] }],
    ["no message", { messages: [] }],
    ["five messages", { messages: Array.from({ length: 5 }, (_, i) => `Message ${i} says one thing.`) }],
    ["no asks", { asks: {} }],
    ["one side", { asks: { Managers: ["Agree who may issue notes."] } }],
    ["three sides", { ...light, asks: { ...light.asks, Managers: ["Agree who may issue notes."] } }],
    ["four sides", { ...light, asks: { ...light.asks, Managers: ["Agree."], Pharmacy: ["Ask.", "Tell."] } }],
    [
      "a long headline",
      { headline: "The team that decides a test is needed asks for it, looks at it and tells" },
    ],
    ["one word", { headline: "Go", strapline: "Now.", messages: [], asks: {}, link: false, logo: false }],
    [
      "a name with hyphens",
      { messages: ["The primary-care-secondary-care-interface-working-group/meets/monthly."] },
    ],
    ["strong words", { messages: ["**Every** branch has **two quiet hours** a day, kept by all of us."] }],
  ];
  const designs = [undefined, "asks", "statement"] as const;

  it.each(
    designs.flatMap((design) =>
      cases.map(([name, words]) => [design ?? "messages", name, { ...words, design }] as const),
    ),
  )("of the design %s copes with %s, at the first attempt", async (_design, _name, words) => {
    const counted = counting(typesetter);
    const { pdf, problems } = await renderSheet(counted, requestOf(words));
    expect(problems).toEqual([]);
    expect(pdf?.length).toBeGreaterThan(10_000);
    // One to look for the size and one to write: so the lines were counted right.
    expect(counted.compilations).toBe(2);
  });
});

/** A typesetter that counts what it is asked. */
function counting({ session, close, warm }: Typesetter): Typesetter & { readonly compilations: number } {
  let compilations = 0;
  return {
    get compilations() {
      return compilations;
    },
    close,
    warm,
    session: (work) =>
      session((compile) =>
        work((job) => {
          compilations += 1;
          return compile(job);
        }),
      ),
  };
}

describe("the tints of sheets", () => {
  // The palest that a brand may have, and the shipped ones.
  it.each(["#767676", "#0b4f52", "#8f4a1d", "#5a2149", "#2f6b54", "#24482f", "#4a5a6a"])(
    "let text be read, in colour and in grey: %s",
    (primary) => {
      const { tint } = brandColours({ colours: { primary } });
      for (const ground of [tint, mix(primary, "#ffffff", 0.92)]) {
        expect(contrastRatio("#1c1c1c", ground)).toBeGreaterThan(7);
        // Titles are large text. WCAG measures luminance, which is what is left in grey.
        expect(contrastRatio(primary, ground)).toBeGreaterThan(3);
      }
    },
  );
});

describe("words on a poster", () => {
  const hostile = [
    '#eval("1 + 1") $x$ back\\slash',
    "*star* _low_ `tick` ~ @ref <label>",
    "// /* */ [a] {b} = - + / : 1.",
    "'q' \"q\" -- ... Ŵŷ é ß",
  ];

  it("come out as typed", async ({ skip }) => {
    const words = {
      headline: hostile[0] ?? "",
      strapline: hostile[1] ?? "",
      messages: [],
      asks: { [hostile[2] ?? ""]: ["x"], [hostile[3] ?? ""]: ["x"] },
    };
    const text = tool(
      skip,
      "pdftotext",
      ["-raw", "-enc", "UTF-8", "poster.pdf", "-"],
      (await made(words)).pdf,
    ).replace(/\s+/g, "");
    for (const line of hostile) expect(text).toContain(line.replaceAll(" ", ""));
  });

  it("are all there", async ({ skip }) => {
    const text = tool(
      skip,
      "pdftotext",
      ["-raw", "-enc", "UTF-8", "poster.pdf", "-"],
      (await made()).pdf,
    ).replace(/\s+/g, " ");
    const said = [
      fitNotes.headline,
      fitNotes.strapline,
      ...fitNotes.messages,
      ...Object.values(fitNotes.asks).flat(),
    ];
    for (const line of [
      ...said,
      "example.org/fit-notes",
      "Review date: 30 June 2027",
      "interface@example.org",
    ]) {
      expect(text).toContain(line);
    }
  });

  it.each(["Well done 😀", "שלום"])("that the font lacks are named: %s", async (headline) => {
    const { problems, pdf } = await renderSheet(typesetter, requestOf({ headline }));
    expect(pdf).toBeUndefined();
    expect(problems).toEqual([
      expect.objectContaining({
        rule: "typst/compile",
        path: "content/topics/fit-notes.md",
        line: 3,
        column: 8,
      }),
    ]);
    expect(JSON.stringify(problems)).toContain([...headline].at(-1));
  });

  it("that are too many are a problem, with how many", async () => {
    const many = Array.from({ length: 6 }, () =>
      "Send the note with the letter and tell the patient who will call them. ".repeat(2),
    );
    const words = { messages: many.slice(0, 5), asks: { "Primary care": many, "Secondary care": many } };
    const { problems, pdf } = await renderSheet(typesetter, requestOf(words));
    expect(pdf).toBeUndefined();
    expect(problems).toEqual([
      {
        rule: "poster/no-room",
        severity: "error",
        path: "content/topics/fit-notes.md",
        line: 3,
        column: 8,
        details: {
          artefact: "poster.pdf",
          variant: "poster",
          over: expect.stringMatching(/^about \d+ lines$/),
        },
      },
    ]);
  });

  const word = "Pneumonoultramicroscopicsilicovolcanoconiosislikelongestwords";
  it.each<[string, Words]>([
    ["headline", { headline: `The ${word} note` }],
    ["message", { messages: [`The **${word}** note`] }],
    ["action", { ...light, asks: { "Primary care": [word.repeat(2)] } }],
  ])("that are too long for the %s are a problem", async (_, words) => {
    const { problems, pdf } = await renderSheet(
      typesetter,
      requestOf({ ...light, ...words }, { sheet: sheetOf("A5") }),
    );
    expect(pdf).toBeUndefined();
    expect(problems.map(({ rule }) => rule)).toEqual(["poster/word-too-long"]);
    expect(JSON.stringify(problems[0]?.details)).toContain(word);
  });
});

describe("a template of one's own", () => {
  const own = (source: string) => renderSheet(typesetter, requestOf({}, {}, source));
  const start =
    '#set document(title: "x", date: none)\n#set text(font: "Lato", size: float(sys.inputs.body) * 1pt)\n';

  it("needs to say nothing of its fit", async () => {
    expect((await own(`${start}#lorem(200)`)).problems).toEqual([]);
    expect((await own(`${start}#lorem(2000)`)).problems.map(({ details }) => details)).toEqual([
      { artefact: "poster.pdf", variant: "poster", over: expect.stringMatching(/^about \d+ pages$/) },
    ]);
  });

  it.each([
    ['#read("/etc/passwd")', "file not found"],
    ['#import "@preview/cetz:0.3.0"', "packages cannot be imported"],
    ["#nothing", "unknown variable: nothing"],
  ])("may not do or say %s", async (source, reason) => {
    const { problems, pdf } = await own(start + source);
    expect(pdf).toBeUndefined();
    expect(problems.map(({ rule }) => rule)).toEqual(["typst/compile"]);
    expect(JSON.parse(JSON.stringify(problems[0]?.details)).reason).toContain(reason);
  });
});
