import { imageKey, type ImageStore } from "../domain/image.ts";
import { problem, type Position, type Problem } from "../domain/problem.ts";
import { placeOf, type SourceMap } from "../domain/topic.ts";
import type { RenderInput } from "./build-view.ts";
import {
  fileEnding,
  inspectImage,
  isTooLarge,
  mailImage,
  pageImage,
  shownSize,
  type EmbeddedImage,
  type PictureHeader,
  type Size,
} from "./images.ts";
import { MarkdownFault } from "./markdown/guard.ts";
import { readMarkdown } from "./markdown/parse.ts";
import { positionOf } from "./markdown/places.ts";
import type { Parts } from "./markdown/tree.ts";
import { remember } from "./memo.ts";
import type { View } from "./view.ts";

/** The room of a brand's logo in mail and on pages, in CSS pixels. */
export const logoRoom: Size = { width: 536, height: 48 };
/** The room of a drawing in an article. A photograph may be higher, since its pixels end it. */
const drawingRoom: Size = { width: 536, height: 600 };
const photographRoom: Size = { width: 536, height: Infinity };
/** A logo for print gets 1,200 pixels each way at the most: about 600 dots to the inch of the 50 mm that it takes on A4. */
const printRoom: Size = { width: 600, height: 600 };

/** The most pictures whose finished form is kept: one topic's, but not those of thousands. */
const mostKept = 50;

/** A picture in a message: how it is shown, in CSS pixels, and where it is named. */
export interface PlacedPicture extends Size {
  readonly cid: string;
  readonly file: string;
  readonly href: string;
  readonly position: Position;
}

/** A picture that stands for the brand, at the size it is shown on pages. */
export interface LogoPicture extends Size {
  readonly alt: string;
}

/** The logo as templates see it. */
export function logoView(logo: LogoPicture | undefined, src: string): View["brand"]["logo"] {
  return logo ? { src, alt: logo.alt, width: String(logo.width), height: String(logo.height) } : null;
}

/** Pictures in the forms that mail and print need, each made once. */
export class PictureRoom {
  readonly #images: ImageStore;
  readonly #headers = new Map<string, PictureHeader | undefined>();
  readonly #made = new Map<string, ReturnType<typeof mailImage>>();
  readonly #printed = new Map<string, ReturnType<typeof pageImage>>();

  constructor(images: ImageStore) {
    this.#images = images;
  }

  /** The pictures that a message may show. A logo fills its room; those of the article are found by `imageKey`. */
  forMail(input: RenderInput): {
    logo: (PlacedPicture & LogoPicture) | undefined;
    body: Map<string, PlacedPicture>;
  } {
    const { logo, source } = input.brand;
    const body = new Map<string, PlacedPicture>();
    for (const { file, href, position } of picturesOf(input)) {
      const header = this.#header(file, href);
      if (!header || body.has(imageKey(file, href))) continue;
      const room = header.contentType === "image/svg+xml" ? drawingRoom : photographRoom;
      const cid = `picture-${body.size + 1}`;
      body.set(imageKey(file, href), { cid, file, href, position, ...shownSize(header, room) });
    }
    const header = logo && this.#header(source.path, logo.file);
    if (!header) return { logo: undefined, body };
    const place = { file: source.path, href: logo.file, position: placeOf(source, "logo.file") };
    return { logo: { cid: "logo", alt: logo.alt, ...place, ...shownSize(header, logoRoom, true) }, body };
  }

  /** Makes pictures ready to go with a message; one that cannot be decoded is a problem. */
  async embed(pictures: readonly PlacedPicture[]): Promise<{ images: EmbeddedImage[]; problems: Problem[] }> {
    const images: EmbeddedImage[] = [];
    const problems: Problem[] = [];
    for (const picture of pictures) {
      const made = await this.#make(picture);
      const { cid, file, href, position } = picture;
      if (made) images.push({ cid, ...made });
      else problems.push(problem("image/broken", file, position, { target: href }));
    }
    return { images, problems };
  }

  /** The logo for posters, screens and cards, which may read it at `path`. */
  async forPrint({
    brand,
  }: Pick<RenderInput, "brand">): Promise<(LogoPicture & { path: string; content: Uint8Array }) | undefined> {
    const { logo, source } = brand;
    const read = logo && this.#images.get(source.path, logo.file);
    const header = logo && this.#header(source.path, logo.file);
    if (!header || read?.kind !== "image") return undefined;
    // One that cannot be decoded goes as it is: the typesetter tells what is wrong with it.
    const { contentType, content } = (await remember(this.#printed, imageKey(source.path, logo.file), () =>
      pageImage(read.content, header, shownSize(header, printRoom)),
    )) ?? { ...header, content: read.content };
    return {
      path: `/logo.${fileEnding(contentType)}`,
      content,
      alt: logo.alt,
      ...shownSize(header, logoRoom, true),
    };
  }

  #header(file: string, href: string): PictureHeader | undefined {
    return remember(this.#headers, imageKey(file, href), () => {
      const read = this.#images.get(file, href);
      const header = read.kind === "image" ? inspectImage(read.content) : undefined;
      return header && !isTooLarge(header) ? header : undefined;
    });
  }

  #make(picture: PlacedPicture): ReturnType<typeof mailImage> {
    if (this.#made.size > mostKept) this.#made.clear();
    const { file, href } = picture;
    return remember(this.#made, imageKey(file, href), async () => {
      const read = this.#images.get(file, href);
      const header = this.#header(file, href);
      return read.kind === "image" && header ? mailImage(read.content, header, picture) : undefined;
    });
  }
}

/** The pictures that a piece of Markdown names; none when it is too tangled to be read. */
export function picturesIn(text: string): Parts["images"] {
  return partsOf(text)?.images ?? [];
}

/** The same for links. */
export function linksIn(text: string): Parts["links"] {
  return partsOf(text)?.links ?? [];
}

function partsOf(text: string): Parts | undefined {
  try {
    return readMarkdown(text).parts;
  } catch (error) {
    if (error instanceof MarkdownFault) return undefined;
    throw error;
  }
}

/** The pictures that the article and the officer's note name. */
function picturesOf({ topic, edition }: RenderInput): { file: string; href: string; position: Position }[] {
  const named = (text: string, { path, bodyLine }: SourceMap) =>
    picturesIn(text).map(({ href, offset }) => ({
      file: path,
      href,
      position: positionOf(text, offset, bodyLine),
    }));
  return [
    ...named(topic.body, topic.source),
    ...(edition?.source ? named(edition.note, edition.source) : []),
  ];
}
