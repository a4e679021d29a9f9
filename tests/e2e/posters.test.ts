import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { PDFDocument } from "@cantoo/pdf-lib";
import jsqr from "jsqr";
import { PNG } from "pngjs";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { emptyFolder, expectCode, tempToolkit, toolkitIn, type TestToolkit } from "../support/cli.ts";
import { expectGolden, lowerLeft, shrink } from "../support/golden.ts";
import { readTaggedPdf, type TaggedPdf } from "../support/tagged-pdf.ts";
import { runTool } from "../support/tools.ts";

/*
 * Posters as people get them: made by the program, read back by other programs.
 */

interface Words {
  readonly headline?: string;
  readonly strapline?: string;
  readonly messages?: readonly string[];
  readonly actions?: Readonly<Record<string, readonly string[]>>;
  readonly audiences?: readonly string[];
  readonly design?: string;
}

interface Front extends Words {
  readonly title: string;
  readonly summary: string;
  readonly status?: string;
  readonly link?: { readonly label: string; readonly url: string; readonly short?: string };
  readonly contact?: { readonly name: string; readonly email: string; readonly phone?: string };
  readonly review?: string;
  readonly variants?: { readonly poster?: Words };
}

interface Settings {
  readonly brand: string;
  readonly audiences: Readonly<Record<string, { readonly title: string }>>;
  readonly variants?: { readonly poster?: Words };
}

interface Brand {
  readonly name: string;
  readonly footer?: string;
  readonly contact?: Front["contact"];
}

const decode = jsqr as unknown as typeof jsqr.default;
const millimetre = 72 / 25.4;
const squeeze = (text: string) => text.replaceAll(/\s+/g, "");
/** Of inline Markdown, the words. */
const plain = (text: string) => text.replaceAll(/\*\*|`/g, "");
const pictureOf = (toolkit: TestToolkit, file: string) => PNG.sync.read(readFileSync(toolkit.path(file)));
const read = (toolkit: TestToolkit, file: string) => readTaggedPdf(readFileSync(toolkit.path(file)));

function frontOf(toolkit: TestToolkit, slug: string): Front {
  const [, front = ""] = toolkit.read(`content/topics/${slug}.md`).split(/^---$/m);
  return parse(front) as Front;
}

/** What a poster must say and in which order, from the files alone. The foot has two orders, as there is room. */
function expectedTexts(toolkit: TestToolkit, slug: string, brandId?: string): string[] {
  const settings = parse(toolkit.read("onetopic.yaml")) as Settings;
  const brand = parse(toolkit.read(`content/brands/${brandId ?? settings.brand}.yaml`)) as Brand;
  const front = frontOf(toolkit, slug);
  const words: Words = { ...settings.variants?.poster, ...front.variants?.poster };
  const { design = "messages", actions = front.actions ?? {}, messages = front.messages ?? [] } = words;
  const asks = Object.entries(settings.audiences)
    .filter(([id]) => actions[id] && (words.audiences?.includes(id) ?? true))
    .flatMap(([id, { title }]) => [title, ...(actions[id] ?? [])]);
  const opening = [words.headline ?? front.title, words.strapline ?? front.summary];
  const numbered = messages.flatMap((text, i) => (messages.length > 1 ? [String(i + 1), text] : [text]));
  const middles = {
    messages: [[...numbered, ...asks]],
    // The messages stand there where they have room.
    asks: [asks, [...asks, ...numbered]],
    statement: [[]],
  }[design];
  const { name = "", email = "", phone } = front.contact ?? brand.contact ?? {};
  const address =
    front.link?.short ?? front.link?.url.replace(/^https:\/\/(www\.)?/, "").replace(/\/$/, "") ?? "";
  const when = new Date(front.review ?? "").toLocaleDateString("en-GB", {
    dateStyle: "long",
    timeZone: "UTC",
  });
  const signature = [brand.name, brand.footer ?? ""];
  const closing = [address, `Review date: ${when}`];
  const people = (comma: string) => [`Questions? ${[name, email, phone].filter(Boolean).join(comma)}`];
  const feet = [
    [...people(", "), ...signature, ...closing],
    [...people(", "), ...closing, ...signature],
    [...people(" "), ...signature, ...closing],
    [...people(" "), ...closing, ...signature],
  ];
  const label = front.link?.label ?? "";
  return (middles ?? []).flatMap((middle) =>
    feet.map((foot) => squeeze(plain([...opening, ...middle, label, ...foot].join(" ")))),
  );
}

function expectAccessible(pdf: TaggedPdf, title: string): void {
  expect({ pages: pdf.pages, title: pdf.title, language: pdf.language }).toEqual({
    pages: 1,
    title,
    language: "en-GB",
  });
  const levels = pdf.roles.flatMap((role) => /^H(\d)$/.exec(role)?.[1] ?? []).map(Number);
  expect(levels.filter((level) => level === 1)).toHaveLength(1);
  expect(levels[0]).toBe(1);
  for (const [i, level] of levels.entries()) expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1);
  expect(pdf.figures.length).toBeGreaterThan(0);
  for (const alt of pdf.figures) expect(alt?.trim()).toBeTruthy();
  expect(pdf.fonts.length).toBeGreaterThan(0);
  for (const { name, embedded } of pdf.fonts) expect([name.slice(0, 5), embedded]).toEqual(["Lato-", true]);
}

/** Nothing is cut off, or so near to the edge that an office printer loses it. */
function expectInside({ texts, width, height }: TaggedPdf, margin: number): void {
  for (const text of texts) {
    const place = JSON.stringify(text);
    expect(text.x, place).toBeGreaterThanOrEqual(margin - 0.5);
    expect(text.x + text.width, place).toBeLessThanOrEqual(width - margin + 0.5);
    expect(text.y, place).toBeGreaterThanOrEqual(margin - 0.5);
    expect(text.y + 0.7 * text.size, place).toBeLessThanOrEqual(height - margin + 0.5);
  }
}

const shipped = readdirSync("content/topics").map((file) => path.basename(file, ".md"));

describe("the posters of the shipped toolkit", () => {
  const toolkit = toolkitIn(path.join(emptyFolder(), "kit"));
  const ready = shipped.filter((slug) =>
    /^status: ready$/m.test(readFileSync(`content/topics/${slug}.md`, "utf8")),
  );

  beforeAll(async () => {
    for (const part of ["content", "onetopic.yaml"]) cpSync(part, toolkit.path(part), { recursive: true });
    expectCode(await toolkit.run("render", "--all", "--variant", "poster", "--format", "pdf"), 0);
  });

  it.each(ready)("%s is one A4 page that can be heard as well as seen", async (slug) => {
    const pdf = await read(toolkit, `out/${slug}/poster.pdf`);
    expectAccessible(pdf, frontOf(toolkit, slug).title);
    expect([pdf.width / millimetre, pdf.height / millimetre].map(Math.round)).toEqual([210, 297]);
    expect(expectedTexts(toolkit, slug)).toContain(squeeze(pdf.text));
    expectInside(pdf, 10 * millimetre);
    expect(Math.min(...pdf.texts.map(({ size }) => size))).toBeGreaterThanOrEqual(11.99);
  });
});

const designs = ["messages", "asks", "statement"] as const;
const forms = [
  ["A3", "", [297, 420], 12],
  ["A4", "", [210, 297], 12],
  ["A5", "", [148, 210], 12],
  ["A4", "large-print", [210, 297], 16],
  ["A5", "large-print", [148, 210], 16],
] as const;

describe("the designs", { timeout: 120_000 }, () => {
  const toolkit = tempToolkit("library");
  const nameOf = (size: string, form = "", brand = "") =>
    ["poster", brand, size === "A4" ? "" : size, form].filter(Boolean).join(".");

  beforeAll(async () => {
    const topic = toolkit.read("content/topics/quiet-hours.md").replace("(lost-cards.md)", "(asks.md)");
    for (const file of toolkit.list("content/topics")) rmSync(toolkit.path("content/topics", file));
    for (const design of designs)
      toolkit.write(
        `content/topics/${design}.md`,
        topic.replace("variants:\n", `variants:\n  poster:\n    design: ${design}\n`),
      );
    const render = async (...args: string[]) =>
      expectCode(await toolkit.run("render", "--all", "--variant", "poster", ...args), 0);
    await render("--size", "A3,A4,A5");
    await render("--size", "A4,A5", "--large-print");
    await render("--press");
    await render("--all-brands");
  }, 120_000);

  describe.each(designs)("%s", (design) => {
    it.each(forms)("on %s %s can be heard as well as seen", async (size, form, [width, height], smallest) => {
      const pdf = await read(toolkit, `out/${design}/${nameOf(size, form)}.pdf`);
      expectAccessible(pdf, "Quiet hours, kept by everyone");
      expect([pdf.width / millimetre, pdf.height / millimetre].map(Math.round)).toEqual([width, height]);
      expect(expectedTexts(toolkit, design)).toContain(squeeze(pdf.text));
      expectInside(pdf, 10 * millimetre);
      expect(Math.min(...pdf.texts.map((text) => text.size))).toBeGreaterThanOrEqual(smallest - 0.01);
    });

    it("in another brand bears its name", async () => {
      const pdf = await read(toolkit, `out/${design}/poster.cityside.pdf`);
      expect(expectedTexts(toolkit, design, "cityside")).toContain(squeeze(pdf.text));
    });

    it("for a press has the same words in the same places, with room to cut", async () => {
      const office = await read(toolkit, `out/${design}/poster.pdf`);
      const press = await read(toolkit, `out/${design}/poster.press.pdf`);
      expectAccessible(press, "Quiet hours, kept by everyone");
      const beyond = 10 * millimetre;
      expect([press.width - office.width, press.height - office.height].map(Math.round)).toEqual(
        [2 * beyond, 2 * beyond].map(Math.round),
      );
      for (const [i, { text, x, y, size }] of press.texts.entries()) {
        expect({ text, size }).toEqual({ text: office.texts[i]?.text, size: office.texts[i]?.size });
        expect(
          Math.hypot(x - beyond - (office.texts[i]?.x ?? 0), y - beyond - (office.texts[i]?.y ?? 0)),
        ).toBeLessThan(0.1);
      }
      const content = readFileSync(toolkit.path(`out/${design}/poster.press.pdf`));
      const [page] = (await PDFDocument.load(content, { updateMetadata: false })).getPages();
      const { x, y, width, height } = page?.getTrimBox() ?? {};
      expect([x, y, width, height].map((side) => Math.round((side ?? 0) / millimetre))).toEqual([
        10, 10, 210, 297,
      ]);
    });

    it.for(["poster.pdf", "poster.press.pdf", "poster.A5.large-print.pdf"])(
      "%s is a sound file",
      (file, { skip }) => {
        const said = runTool(skip, "qpdf", ["--check", toolkit.path(`out/${design}/${file}`)]);
        expect(said).toContain("No syntax or stream encoding errors");
      },
    );

    it.each(["A4", "A5"])("on %s has a code that can be read", (size) => {
      const { data, width, height } = lowerLeft(pictureOf(toolkit, `out/${design}/${nameOf(size)}.png`), 0.5);
      expect(decode(Uint8ClampedArray.from(data), width, height)?.data).toBe(
        "https://www.libraries.example/quiet-hours/",
      );
    });

    it.each([
      ["A4", "", ""],
      ["A5", "", ""],
      ["A4", "large-print", ""],
      ["A4", "", "cityside"],
    ])("looks as it did: %s %s %s", (size, form, brand) => {
      const name = nameOf(size, form, brand);
      const picture = pictureOf(toolkit, `out/${design}/${name}.png`);
      expectGolden(`posters/${name.replace("poster", design)}`, shrink(picture, size === "A5" ? 3 : 4));
    });

    it("looks as it did: press", ({ skip }) => {
      const [pdf, png] = ["poster.press.pdf", "press"].map((file) => toolkit.path(`out/${design}`, file));
      runTool(skip, "pdftoppm", ["-r", "144", "-png", "-singlefile", pdf ?? "", png ?? ""]);
      expectGolden(`posters/${design}.press`, shrink(pictureOf(toolkit, `out/${design}/press.png`), 4));
    });
  });
});

describe("a design of a toolkit's own", () => {
  const manual = readFileSync("docs/templates.md", "utf8").replaceAll("\r\n", "\n");
  const examples = [...manual.matchAll(/^```typst\n([^`]*\{\{[^`]*)^```$/gm)].map(
    ([, source]) => source ?? "",
  );

  it("can be copied from the manual", async () => {
    expect(examples).toHaveLength(2);
    const toolkit = tempToolkit("library");
    for (const [i, source] of examples.entries()) toolkit.write(`templates/poster-own${i}.typ.hbs`, source);
    toolkit.edit("onetopic.yaml", /$/, "\nvariants:\n  poster:\n    design: own0\n");
    toolkit.edit("content/topics/quiet-hours.md", "variants:\n", "variants:\n  poster:\n    design: own1\n");
    const render = ["--variant", "poster", "--size", "A4,A5", "--format", "pdf"];
    expectCode(await toolkit.run("render", "quiet-hours", ...render), 0);
    expectCode(await toolkit.run("render", "summer-reading", ...render, "--press"), 0);
    for (const file of ["quiet-hours/poster.pdf", "summer-reading/poster.press.pdf"]) {
      const { pages, roles } = await read(toolkit, `out/${file}`);
      expect([pages, roles.filter((role) => role === "H1").length]).toEqual([1, 1]);
    }
  });
});
