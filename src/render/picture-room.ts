import { imageKey, type ImageStore } from "../domain/image.ts";
import type { RenderInput } from "./build-view.ts";
import { imageType, logoHeight, mailImage, type EmbeddedImage } from "./images.ts";
import { parseMarkdown } from "./markdown/parse.ts";
import { remember } from "./memo.ts";

/** Pictures in the forms that mail and print need, each made once. */
export class PictureRoom {
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
