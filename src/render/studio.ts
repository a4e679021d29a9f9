import path from "node:path";
import type { Brand } from "../domain/brand.ts";
import { imageKey, type ImageStore } from "../domain/image.ts";
import type { Position, Problem } from "../domain/problem.ts";
import type { TemplateFile, TemplateSet } from "../domain/template.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { placeOf, type Topic } from "../domain/topic.ts";
import type { PaperSize } from "./artefacts.ts";
import { brandColours, buildView, type RenderInput, type RichFormatter } from "./build-view.ts";
import { createEngine, type Engine } from "./handlebars.ts";
import { imageType, mailImage, type EmbeddedImage } from "./images.ts";
import { toHtml, type ProseStyles } from "./markdown/html.ts";
import { toText } from "./markdown/text.ts";
import { toTypst } from "./markdown/typst.ts";
import { wrapText } from "./markdown/wrap.ts";
import { parseInline, parseMarkdown } from "./markdown/parse.ts";
import { renderPoster, type PosterResult } from "./poster.ts";
import { qrSvg } from "./qr.ts";
import { prepareHtml, proseStyles } from "./styles.ts";
import { createTypesetter, type Typesetter } from "./typst/typesetter.ts";
import type { View } from "./view.ts";

/** A message's parts, before MIME. Pictures stand in the HTML as `cid:` addresses. */
export interface Mail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly images: readonly EmbeddedImage[];
}

/** How a poster is wanted. */
export interface PosterForm {
  readonly size: PaperSize;
  readonly largePrint: boolean;
  readonly formats: readonly ("pdf" | "png")[];
  /** Names it in messages. */
  readonly artefact: string;
}

/** Everything that renders: templates compiled once, pictures read once. */
export interface Studio {
  /** Faults of the templates themselves. */
  readonly templateProblems: readonly Problem[];
  /** @throws TemplateFault when a template names what is not there */
  readonly mail: (input: RenderInput) => Promise<Mail>;
  /** @throws TemplateFault */
  readonly poster: (input: RenderInput, form: PosterForm) => Promise<PosterResult>;
  /** Ends the typesetting processes. */
  readonly close: () => Promise<void>;
}

/** Logos are shown this high in mail, in pixels. */
const logoHeight = 48;
const widestPicture = 536;
const mostKinds = 50;

/** Compiles the templates and gets ready to render. */
export function openStudio(toolkit: Toolkit, templates: TemplateSet, images: ImageStore): Studio {
  const css = templates.get("styles/mail.css")?.source ?? "";
  const html = createEngine(templates, "html", ({ source }) => prepareHtml(source, css));
  const txt = createEngine(templates, "txt");
  const typ = createEngine(templates, "typ");
  const pictures = new PictureRoom(images);
  const memo = new Memo();
  const styles = new Map<string, ProseStyles>();
  const stylesFor = (brand: Brand) => remember(styles, brand.id, () => proseStyles(css, brandColours(brand)));
  let typesetter: Typesetter | undefined;
  return {
    templateProblems: [...html.problems, ...txt.problems, ...typ.problems],
    mail: async (input) => mail(toolkit, { html, txt }, pictures, memo, stylesFor(input.brand), input),
    poster: async (input, form) => {
      typesetter ??= createTypesetter();
      return poster(toolkit, typ, posterTemplate(templates), pictures, typesetter, input, form);
    },
    close: async () => typesetter?.close(),
  };
}

function posterTemplate(templates: TemplateSet): TemplateFile {
  const template = templates.get("poster.typ.hbs");
  if (!template) throw new Error("The package's own poster template is gone.");
  return template;
}

/** Where a word stands in a topic's front matter: in the words for the poster first. */
function placeOfText(topic: Topic, text: string): Position | undefined {
  const keys = [...topic.source.places.keys()].toSorted(
    (a, b) => Number(b.startsWith("variants.poster.")) - Number(a.startsWith("variants.poster.")),
  );
  const key = keys.find((one) => {
    const value = one
      .split(".")
      .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], topic);
    return typeof value === "string" && value.includes(text);
  });
  return key === undefined ? undefined : topic.source.places.get(key);
}

async function mail(
  toolkit: Toolkit,
  engines: { html: Engine; txt: Engine },
  pictures: PictureRoom,
  memo: Memo,
  styles: ProseStyles,
  input: RenderInput,
): Promise<Mail> {
  const { logo, body } = await pictures.forMail(input);
  const options = (file: string) => ({
    styles,
    link: (href: string) => topicAddress(toolkit, file, href),
    image: (href: string) => shownPicture(body.get(imageKey(file, href))),
    maxWidth: widestPicture,
  });
  const home = input.topic.source.path;
  const rich: RichFormatter = {
    inline: memo.of(`html ${input.brand.id} ${home}`, (text) => toHtml(parseInline(text), options(home))),
    block: (text, file) =>
      memo.of(`html ${input.brand.id} ${file}`, (source) => toHtml(parseMarkdown(source), options(file)))(
        text,
      ),
  };
  const htmlView = buildView(toolkit, input, { rich, logo: logoView(input, logo), qr: "" });
  const textView = buildView(toolkit, input, { rich: plainText(toolkit, home, memo), logo: null, qr: "" });
  const used = [...(logo ? [logo] : []), ...body.values()];
  const page = engines.html.render(input.variant, htmlView);
  return {
    subject: htmlView.topic.subject,
    html: page,
    text: wrapText(engines.txt.render(input.variant, textView)),
    images: used.filter(({ cid }) => page.includes(`"cid:${cid}"`)),
  };
}

function plainText(toolkit: Toolkit, home: string, memo: Memo): RichFormatter {
  const options = (file: string) => ({ link: (href: string) => topicAddress(toolkit, file, href) });
  return {
    inline: memo.of(`text ${home}`, (text) => toText(parseInline(text), options(home))),
    block: (text, file) =>
      memo.of(`text ${file}`, (source) => toText(parseMarkdown(source), options(file)))(text),
  };
}

function shownPicture(picture: EmbeddedImage | undefined) {
  return picture && { src: `cid:${picture.cid}`, width: picture.width, height: picture.height };
}

/** Pieces of text as they were written before: in a send, only the greeting differs from person to person. */
class Memo {
  readonly #known = new Map<string, Map<string, string>>();

  of(kind: string, write: (text: string) => string): (text: string) => string {
    // One topic's worth is kept, so that memory stays flat over thousands of them.
    if (this.#known.size > mostKinds) this.#known.clear();
    const known = remember(this.#known, kind, () => new Map<string, string>());
    return (text) => (text === "" ? "" : remember(known, text, () => write(text)));
  }
}

const typstText: RichFormatter = {
  inline: (text) => (text === "" ? "" : toTypst(parseInline(text))),
  block: (text) => (text === "" ? "" : toTypst(parseMarkdown(text))),
};

async function poster(
  toolkit: Toolkit,
  engine: Engine,
  template: TemplateFile,
  pictures: PictureRoom,
  typesetter: Typesetter,
  input: RenderInput,
  form: PosterForm,
): Promise<PosterResult> {
  const files: Record<string, Uint8Array> = {};
  const logo = pictures.forPrint(input);
  if (logo) files[logo.path] = logo.content;
  const url = input.topic.link?.url;
  if (url !== undefined) files["/qr.svg"] = Buffer.from(qrSvg(url));
  const view = buildView(toolkit, input, {
    rich: typstText,
    logo: logo ? { src: logo.path, alt: input.brand.logo?.alt ?? "", width: "", height: "" } : null,
    qr: url === undefined ? "" : "/qr.svg",
  });
  return renderPoster(typesetter, {
    ...form,
    source: engine.render("poster", view),
    files,
    path: input.topic.source.path,
    position: placeOf(input.topic.source, input.topic.variants.poster ? "variants.poster" : "messages"),
    locate: (text) => placeOfText(input.topic, text),
    template,
  });
}

function logoView({ brand }: RenderInput, logo: EmbeddedImage | undefined): View["brand"]["logo"] {
  if (!logo || !brand.logo) return null;
  const width = Math.round((logo.width / logo.height) * logoHeight);
  return { src: `cid:${logo.cid}`, alt: brand.logo.alt, width: String(width), height: String(logoHeight) };
}

/** A link to another topic's file leads to that topic's own page. */
function topicAddress({ topics }: Toolkit, from: string, href: string): string | undefined {
  const target = path.posix.join(path.posix.dirname(from), href.replace(/[#?].*$/, ""));
  return topics.find(({ source }) => source.path === target)?.link?.url;
}

/** Pictures in the forms that mail and print need, each made once. */
class PictureRoom {
  readonly #images: ImageStore;
  readonly #made = new Map<string, Promise<EmbeddedImage | undefined>>();

  constructor(images: ImageStore) {
    this.#images = images;
  }

  async forMail(
    input: RenderInput,
  ): Promise<{ logo: EmbeddedImage | undefined; body: Map<string, EmbeddedImage> }> {
    const { brand } = input;
    const logo = brand.logo
      ? await this.#make(brand.source.path, brand.logo.file, "logo", logoHeight)
      : undefined;
    const body = new Map<string, EmbeddedImage>();
    for (const { file, href } of picturesOf(input)) {
      const picture = await this.#make(file, href, "picture", 600);
      if (picture) body.set(imageKey(file, href), { ...picture, cid: `picture-${body.size + 1}` });
    }
    return { logo, body };
  }

  forPrint({ brand }: RenderInput): { path: string; content: Uint8Array } | undefined {
    const read = brand.logo && this.#images.get(imageKey(brand.source.path, brand.logo.file));
    if (read?.kind !== "image") return undefined;
    const type = imageType(read.content);
    if (type === undefined) return undefined;
    return { path: `/logo.${type.replace(/^image\//, "").replace("svg+xml", "svg")}`, content: read.content };
  }

  #make(file: string, href: string, cid: string, shownHeight: number): Promise<EmbeddedImage | undefined> {
    const key = imageKey(file, href);
    return remember(this.#made, key, () => this.#compute(key, cid, shownHeight));
  }

  async #compute(key: string, cid: string, shownHeight: number): Promise<EmbeddedImage | undefined> {
    const read = this.#images.get(key);
    return read?.kind === "image" && imageType(read.content)
      ? mailImage(cid, read.content, shownHeight)
      : undefined;
  }
}

/** The pictures that the article and the officer's note name. */
function picturesOf({ topic, edition }: RenderInput): { file: string; href: string }[] {
  const named = (file: string, text: string) =>
    parseMarkdown(text).parts.images.map(({ href }) => ({ file, href }));
  return [
    ...named(topic.source.path, topic.body),
    ...(edition ? named(`content/editions/${edition.cycle}.md`, edition.note) : []),
  ];
}

function remember<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
