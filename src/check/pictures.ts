import type { ImageRead, ImageStore } from "../domain/image.ts";
import type { Brand } from "../domain/brand.ts";
import { problem, type Position, type Problem } from "../domain/problem.ts";
import { placeOf } from "../domain/topic.ts";
import { imageType, inspectImage, isTooLarge, pixelLimit } from "../render/images.ts";
import { pictureParts } from "../render/picture-parts.ts";
import { inspectSvg } from "../render/svg.ts";

/** The faults of a brand's logo. */
export function logoFaults(brand: Brand, images: ImageStore): Problem[] {
  if (!brand.logo) return [];
  const target = brand.logo.file;
  const { path } = brand.source;
  const position = placeOf(brand.source, "logo.file");
  const fault = pictureFault(images.get(path, target), target, path, position);
  return fault ? [fault] : [];
}

/** Why a picture that was named cannot be used. */
export function pictureFault(
  read: ImageRead,
  target: string,
  path: string,
  position: Position,
): Problem | undefined {
  switch (read.kind) {
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
    case "missing":
      return problem("image/missing", path, position, { target });
  }
}

/** A picture of no known kind, one that cannot or must not be decoded, or an SVG that could do more than draw. */
function contentFault(
  content: Buffer,
  target: string,
  path: string,
  position: Position,
): Problem | undefined {
  if (!imageType(content)) return problem("image/type", path, position, { target });
  const picture = inspectImage(content);
  if (!picture) return problem("image/broken", path, position, { target });
  const { contentType, width, height } = picture;
  if (contentType === "image/svg+xml") {
    const reason = inspectSvg(content.toString("utf8"));
    return reason ? problem("image/unsafe", path, position, { target, reason }) : undefined;
  }
  if (isTooLarge(picture)) {
    const limit = `${pixelLimit / 1_000_000} million pixels`;
    return problem("image/too-large", path, position, { target, size: `${width} × ${height} pixels`, limit });
  }
  return pictureParts(content, contentType) ? undefined : problem("image/broken", path, position, { target });
}
