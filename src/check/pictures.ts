import { imageKey, type ImageStore } from "../domain/image.ts";
import type { Brand } from "../domain/brand.ts";
import { problem, type Position, type Problem } from "../domain/problem.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { placeOf } from "../domain/topic.ts";
import { inspectImage } from "../render/images.ts";
import { MarkdownFault } from "../render/markdown/guard.ts";
import { parseMarkdown } from "../render/markdown/parse.ts";
import { inspectSvg } from "../render/svg.ts";

/** Every picture that the toolkit's files name, to be read before the checks. */
export function picturesNamed(toolkit: Toolkit): { file: string; href: string }[] {
  const logos = toolkit.brands.flatMap(({ logo, source }) =>
    logo ? [{ file: source.path, href: logo.file }] : [],
  );
  const texts = [...toolkit.topics, ...toolkit.posts, toolkit.about, ...toolkit.orphans].map(
    ({ body, source }) => ({
      body,
      file: source.path,
    }),
  );
  const notes = toolkit.editions.map(({ note, source }) => ({ body: note, file: source.path }));
  return [
    ...logos,
    ...[...texts, ...notes].flatMap(({ body, file }) => picturesIn(body).map((href) => ({ file, href }))),
  ];
}

/** The pictures that a piece of Markdown names. */
function picturesIn(text: string): string[] {
  try {
    return parseMarkdown(text).parts.images.map(({ href }) => href);
  } catch (error) {
    if (error instanceof MarkdownFault) return [];
    throw error;
  }
}

/** The faults of a brand's logo. */
export function logoFaults(brand: Brand, images: ImageStore): Problem[] {
  if (!brand.logo) return [];
  const target = brand.logo.file;
  const { path } = brand.source;
  const position = placeOf(brand.source, "logo.file");
  const fault = pictureFault(images.get(imageKey(path, target)), target, path, position);
  return fault ? [fault] : [];
}

/** Why a picture that was named cannot be used. */
export function pictureFault(
  read: ReturnType<ImageStore["get"]>,
  target: string,
  path: string,
  position: Position,
): Problem | undefined {
  switch (read?.kind) {
    case "image":
      return contentFault(read.content, target, path, position);
    case "outside":
      return problem("image/outside", path, position, { target });
    case "remote":
      return problem("image/remote", path, position, { target });
    case "too-large":
      return problem("image/too-large", path, position, {
        target,
        size: `${(read.bytes / 1024 / 1024).toFixed(1)} MB`,
        limit: "5 MB",
      });
    default:
      return problem("image/missing", path, position, { target });
  }
}

/** A picture that is broken, of no known kind, or an SVG that could do more than draw. */
function contentFault(
  content: Buffer,
  target: string,
  path: string,
  position: Position,
): Problem | undefined {
  const picture = inspectImage(content);
  if (!picture) return problem("image/type", path, position, { target });
  const reason = picture.contentType === "image/svg+xml" ? inspectSvg(content.toString("utf8")) : undefined;
  return reason ? problem("image/unsafe", path, position, { target, reason }) : undefined;
}
