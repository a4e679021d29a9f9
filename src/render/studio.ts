import type { Brand } from "../domain/brand.ts";
import { imageKey, type ImageStore } from "../domain/image.ts";
import { problem, type NoFallback, type Position, type Problem } from "../domain/problem.ts";
import { directionOf } from "../domain/settings.ts";
import { isPageTemplate, sheetTemplate, type TemplateFile, type TemplateSet } from "../domain/template.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { placeOf, type Variant } from "../domain/topic.ts";
import { brandColours } from "./brand-view.ts";
import { buildView, variantWords, type RenderInput, type RichFormatter } from "./build-view.ts";
import { createEngine, TemplateFault, type Engine } from "./handlebars.ts";
import type { EmbeddedImage } from "./images.ts";
import { topicAddress } from "./links.ts";
import { toHtml, type ProseStyles } from "./markdown/html.ts";
import { toText, type TextOptions } from "./markdown/text.ts";
import { toTypst } from "./markdown/typst.ts";
import { wrapText } from "./markdown/wrap.ts";
import { parseInline, parseMarkdown, readInline, readMarkdown } from "./markdown/parse.ts";
import { Memo, remember, SharedViews } from "./memo.ts";
import { openPages, type Pages } from "./pages/pages.ts";
import { logoView, PictureRoom, type PlacedPicture } from "./picture-room.ts";
import type { PlannerInput } from "./planner/plan-view.ts";
import type { WallResult } from "./planner/wall.ts";
import { writePosts } from "./posts.ts";
import { qrSvg } from "./qr.ts";
import { renderSheet, type SheetResult } from "./sheet.ts";
import { sheetOf, type SheetForm, type SheetSize, type SheetVariant } from "./sheets.ts";
import { mirrored, prepareHtml, proseStyles } from "./styles.ts";
import { createTypesetter, type Typesetter } from "./typst/typesetter.ts";
import type { View } from "./view.ts";

/** A message's parts, before MIME. Pictures stand in the HTML as `cid:` addresses. */
export interface Mail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** The text before its lines were wrapped. */
  readonly unwrapped: string;
  readonly images: readonly EmbeddedImage[];
  /** Pictures that cannot be decoded: they are missing. */
  readonly problems: readonly Problem[];
}

/** How a poster, screen or card is wanted. */
export interface SheetOrder {
  readonly size: SheetSize;
  readonly form?: SheetForm | undefined;
  readonly formats: readonly ("pdf" | "png")[];
  /** Names it in messages. */
  readonly artefact: string;
}

/** The words to post. */
export interface WrittenPosts {
  /** As the template sets all of them. */
  readonly text: string;
  /** One for each platform. */
  readonly each: View["social"]["posts"];
  /** What the pictures show. */
  readonly alt: string;
  readonly problems: readonly Problem[];
}

/** Everything that renders: templates compiled once, pictures made once. */
export interface Studio {
  /** Faults of the templates themselves. */
  readonly templateProblems: readonly Problem[];
  /** The personal fields that a mail shows without a fallback, in its HTML and in its text. */
  readonly withoutFallback: (variant: Variant) => readonly NoFallback[];
  /** @throws TemplateFault when a template names what is not there */
  readonly mail: (input: RenderInput) => Promise<Mail>;
  /** @throws TemplateFault */
  readonly sheet: (input: RenderInput, order: SheetOrder) => Promise<SheetResult>;
  /** The words to post with a card, for each platform. @throws TemplateFault */
  readonly posts: (input: RenderInput) => WrittenPosts;
  readonly pages: Pages;
  /** The plan on sheets for the wall. @throws TemplateFault */
  readonly wall: (input: PlannerInput) => Promise<WallResult>;
  /** Ends the typesetting processes. */
  readonly close: () => Promise<void>;
}

/**
 * Compiles the templates and gets ready to render.
 * @param ready a typesetter to work with, which is closed with the studio; one is made when it is needed unless given
 */
export function openStudio(
  toolkit: Toolkit,
  templates: TemplateSet,
  images: ImageStore,
  ready?: Typesetter,
): Studio {
  const { css, html, txt, typ } = enginesOf(templates, directionOf(toolkit.settings.language));
  const pictures = new PictureRoom(images);
  const memo = new Memo();
  const views = new SharedViews();
  const styles = new Map<string, ProseStyles>();
  const stylesFor = (brand: Brand) => remember(styles, brand.id, () => proseStyles(css, brandColours(brand)));
  let typesetter = ready;
  return {
    templateProblems: [...html.problems, ...txt.problems, ...typ.problems],
    withoutFallback: (variant) => [...html.withoutFallback(variant), ...txt.withoutFallback(variant)],
    mail: async (input) => mail(toolkit, { html, txt }, pictures, memo, views, stylesFor(input.brand), input),
    sheet: async (input, order) => {
      typesetter ??= createTypesetter();
      return sheet(toolkit, typ, templates, pictures, typesetter, input, order);
    },
    posts: (input) => posts(toolkit, txt, memo, input),
    pages: openPages(html, txt, templates),
    wall: async (input) => {
      const { planWall } = await import("./planner/wall.ts");
      typesetter ??= createTypesetter();
      return planWall(typ, typesetter, images, input);
    },
    close: async () => typesetter?.close(),
  };
}

/** Templates as they are compiled for one direction of writing. */
interface Engines {
  /** The stylesheet of mail. */
  readonly css: string;
  readonly html: Engine;
  readonly txt: Engine;
  readonly typ: Engine;
}

type Direction = ReturnType<typeof directionOf>;

/** Compiling takes longer than all else that is done after an edit: the same templates are compiled once. */
const compiled = new WeakMap<TemplateSet, Map<Direction, Engines>>();

function enginesOf(templates: TemplateSet, direction: Direction): Engines {
  const known = compiled.get(templates) ?? new Map<Direction, Engines>();
  compiled.set(templates, known);
  const engines = known.get(direction) ?? compileAll(templates, direction);
  known.set(direction, engines);
  return engines;
}

function compileAll(templates: TemplateSet, direction: Direction): Engines {
  const turn = direction === "rtl" ? mirrored : (css: string) => css;
  const css = turn(templates.get("styles/mail.css")?.source ?? "");
  const html = createEngine(templates, "html", (file) =>
    isPageTemplate(file)
      ? file.source
      : prepareHtml(file.source.replace(/<style[\s>][\s\S]*?<\/style>/g, turn), css),
  );
  return { css, html, txt: createEngine(templates, "txt"), typ: createEngine(templates, "typ") };
}

/** `poster.typ.hbs`, or `poster-<design>.typ.hbs` when the topic asks for another design than the usual one. */
function templateOf(templates: TemplateSet, variant: Variant, design: string | undefined): TemplateFile {
  const template = templates.get(`${sheetTemplate(variant, design)}.typ.hbs`);
  if (!template) throw new TemplateFault("templates", `There is no design "${design}" of ${variant}.`);
  return template;
}

/** Where a word stands in a topic's front matter: in the words for the variant first. */
function placeOfText({ topic, variant }: RenderInput, text: string): Position | undefined {
  const own = `variants.${variant}.`;
  const keys = [...topic.source.places.keys()].toSorted(
    (a, b) => Number(b.startsWith(own)) - Number(a.startsWith(own)),
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
  views: SharedViews,
  styles: ProseStyles,
  input: RenderInput,
): Promise<Mail> {
  const { logo, body } = pictures.forMail(input);
  const options = (file: string) => ({
    styles,
    link: (href: string) => topicAddress(toolkit, file, href),
    image: (href: string) => shownPicture(body.get(imageKey(file, href))),
  });
  const home = input.topic.source.path;
  const rich: RichFormatter = {
    inline: memo.of(`html ${input.brand.id} ${home}`, (text) => toHtml(readInline(text), options(home))),
    block: (text, file) =>
      memo.of(`html ${input.brand.id} ${file}`, (source) => toHtml(readMarkdown(source), options(file)))(
        text,
      ),
  };
  const share = (format: string) => views.of(input, format);
  const htmlView = buildView(toolkit, input, {
    rich,
    logo: logoView(logo, "cid:logo"),
    qr: "",
    share: share("html"),
  });
  const textView = buildView(toolkit, input, {
    rich: plainText(toolkit, home, memo),
    logo: null,
    qr: "",
    share: share("txt"),
  });
  const used = [...(logo ? [logo] : []), ...body.values()];
  const page = engines.html.render(input.variant, htmlView);
  const unwrapped = engines.txt.render(input.variant, textView);
  return {
    subject: htmlView.topic.subject,
    html: page,
    text: wrapText(unwrapped),
    unwrapped,
    ...(await pictures.embed(used.filter(({ cid }) => page.includes(`"cid:${cid}"`)))),
  };
}

function posts(toolkit: Toolkit, engine: Engine, memo: Memo, input: RenderInput): WrittenPosts {
  const { source } = input.topic;
  const rich = plainText(toolkit, source.path, memo, { width: Infinity, bare: true });
  const view = buildView(toolkit, input, { rich, logo: null, qr: "" });
  const { social, tooLong } = writePosts(view);
  return {
    text: engine.render(input.variant, { ...view, social }),
    each: social.posts,
    alt: social.alt,
    problems: tooLong.map((found) =>
      problem("social/too-long", source.path, placeOf(source, found.key), found),
    ),
  };
}

function plainText(toolkit: Toolkit, home: string, memo: Memo, form: TextOptions = {}): RichFormatter {
  const options = (file: string) => ({
    ...form,
    link: (href: string) => topicAddress(toolkit, file, href),
  });
  const kind = form.bare ? "bare text" : "text";
  return {
    inline: memo.of(`${kind} ${home}`, (text) => toText(readInline(text), options(home))),
    block: (text, file) =>
      memo.of(`${kind} ${file}`, (source) => toText(readMarkdown(source), options(file)))(text),
  };
}

function shownPicture(picture: PlacedPicture | undefined) {
  return picture && { src: `cid:${picture.cid}`, width: picture.width, height: picture.height };
}

const typstText: RichFormatter = {
  inline: (text) => (text === "" ? "" : toTypst(parseInline(text))),
  block: (text) => (text === "" ? "" : toTypst(parseMarkdown(text))),
};

async function sheet(
  toolkit: Toolkit,
  engine: Engine,
  templates: TemplateSet,
  pictures: PictureRoom,
  typesetter: Typesetter,
  input: RenderInput,
  { size, form, ...order }: SheetOrder,
): Promise<SheetResult> {
  const { topic, variant } = input;
  const { design } = variantWords(toolkit.settings, topic, variant);
  const template = templateOf(templates, variant, design);
  const partials = [...templates.values()].filter(({ name }) => /^partials\/.*\.typ\.hbs$/.test(name));
  const files: Record<string, Uint8Array> = {};
  const logo = await pictures.forPrint(input);
  if (logo) files[logo.path] = logo.content;
  const url = topic.link?.url;
  if (url !== undefined) files["/qr.svg"] = Buffer.from(qrSvg(url));
  const view = buildView(toolkit, input, {
    rich: typstText,
    logo: logoView(logo, logo?.path ?? ""),
    qr: url === undefined ? "" : "/qr.svg",
  });
  return renderSheet(typesetter, {
    ...order,
    variant: variant as SheetVariant,
    source: engine.render(sheetTemplate(variant, design), view),
    files,
    sheet: sheetOf(size, form),
    path: topic.source.path,
    position: placeOf(topic.source, sayingKey(input)),
    locate: (text) => placeOfText(input, text),
    templates: [template, ...partials],
  });
}

/** Where most of a sheet's words come from. */
function sayingKey({ topic, variant }: RenderInput): string {
  if (topic.variants[variant]) return `variants.${variant}`;
  return variant === "poster" ? "messages" : "title";
}
