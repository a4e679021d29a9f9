import { imageKey, type ImageStore } from "../domain/image.ts";
import { problem, type Position, type Problem } from "../domain/problem.ts";
import { placeOf, type SourceMap } from "../domain/topic.ts";
import type { RenderInput } from "./build-view.ts";
import {
  imageType,
  inspectImage,
  isTooLarge,
  mailImage,
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

/** The room of a brand's logo in mail and on pages, in CSS pixels. */
export const logoRoom: Size = { width: 536, height: 48 };
/** The room of a drawing in an article. A photograph may be higher, since its pixels end it. */
const drawingRoom: Size = { width: 536, height: 600 };
const photographRoom: Size = { width: 536, height: Infinity };

/** The most pictures whose finished form is kept: one topic's, but not those of thousands. */
const mostKept = 50;

/** A picture in a message: how it is shown, in CSS pixels, and where it is named. */
export interface PlacedPicture extends Size {
  readonly cid: string;
  readonly file: string;
  readonly href: string;
  readonly position: Position;
}

/** Pictures in the forms that mail and print need, each made once. */
export class PictureRoom {
  readonly #images: ImageStore;
  readonly #headers = new Map<string, PictureHeader | undefined>();
  readonly #made = new Map<string, ReturnType<typeof mailImage>>();

  constructor(images: ImageStore) {
    this.#images = images;
  }

  /** The pictures that a message may show. A logo fills its room; those of the article are found by `imageKey`. */
  forMail(input: RenderInput): { logo: PlacedPicture | undefined; body: Map<string, PlacedPicture> } {
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
    return { logo: { cid: "logo", ...place, ...shownSize(header, logoRoom, true) }, body };
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

  forPrint({ brand }: RenderInput): { path: string; content: Uint8Array } | undefined {
    const read = brand.logo && this.#images.get(brand.source.path, brand.logo.file);
    if (read?.kind !== "image") return undefined;
    const type = imageType(read.content);
    if (type === undefined) return undefined;
    return { path: `/logo.${type.replace(/^image\//, "").replace("svg+xml", "svg")}`, content: read.content };
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
