import { imageKey, type ImageStore } from "../../domain/image.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Topic } from "../../domain/topic.ts";
import type { RichFormatter } from "../build-view.ts";
import { fileEnding, inspectImage, isTooLarge, pageImage, shownSize } from "../images.ts";
import { linkedTopic } from "../links.ts";
import { toHtml, type Picture } from "../markdown/html.ts";
import { parseInline, parseMarkdown } from "../markdown/parse.ts";
import { remember } from "../memo.ts";

/** The text of one page as HTML without styles, and the pictures in it, which are to lie beside the page. */
export interface Prose {
  readonly rich: RichFormatter;
  /** The pictures that the text shows, by file name, no larger than it shows them; to be asked for when it is written. */
  readonly pictures: () => Promise<ReadonlyMap<string, Buffer>>;
}

/** How wide a picture is shown at the most, in pixels: as wide as a column of text. */
const widestPicture = 680;

/**
 * Starts the text of one page.
 * @param home the file that pieces of a line count from, relative to the toolkit
 * @param pageOf the way to a topic's page in the site, if it has one
 */
export function startProse(
  toolkit: Toolkit,
  images: ImageStore,
  home: string,
  pageOf: (topic: Topic) => string | undefined,
): Prose {
  const pictures = new Map<string, Buffer>();
  const shown = new Map<string, Picture | undefined>();
  const show = (file: string, href: string): Picture | undefined => {
    const read = images.get(file, href);
    const about = read.kind === "image" ? inspectImage(read.content) : undefined;
    if (read.kind !== "image" || !about || isTooLarge(about)) return undefined;
    const known = [...pictures].find(([, content]) => content.equals(read.content))?.[0];
    const src = known ?? `picture-${pictures.size + 1}.${fileEnding(about.contentType)}`;
    pictures.set(src, read.content);
    return { src, width: about.width, height: about.height };
  };
  const options = (file: string) => ({
    styles: {},
    web: true,
    maxWidth: widestPicture,
    image: (href: string) => remember(shown, imageKey(file, href), () => show(file, href)),
    link: (href: string) => linkedTopic(toolkit, file, href)?.link?.url,
    page: (href: string) => {
      const topic = linkedTopic(toolkit, file, href);
      return topic && pageOf(topic);
    },
  });
  return {
    rich: {
      inline: (text) => (text === "" ? "" : toHtml(parseInline(text), options(home))),
      block: (text, file) => (text === "" ? "" : toHtml(parseMarkdown(text), options(file))),
    },
    pictures: async () => {
      const made = [...pictures].map(async ([name, content]) => [name, await smaller(content)] as const);
      return new Map(await Promise.all(made));
    },
  };
}

async function smaller(content: Buffer): Promise<Buffer> {
  const header = inspectImage(content);
  if (!header) return content;
  const shown = shownSize(header, { width: widestPicture, height: Infinity });
  return (await pageImage(content, header, shown))?.content ?? content;
}
