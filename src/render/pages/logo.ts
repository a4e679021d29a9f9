import type { Brand } from "../../domain/brand.ts";
import type { ImageStore } from "../../domain/image.ts";
import { inspectImage, shownSize, type PictureHeader } from "../images.ts";
import { logoRoom } from "../picture-room.ts";
import type { View } from "../view.ts";
import { fileEnding } from "./prose.ts";

/** A brand's logo as it is on disk: browsers show every kind that a toolkit may hold. */
export interface Logo extends PictureHeader {
  readonly content: Buffer;
  /** `logo.svg` */
  readonly name: string;
  readonly alt: string;
}

/** The brand's logo, if it has one that can be read. */
export function brandLogo({ logo, source }: Brand, images: ImageStore): Logo | undefined {
  const read = logo && images.get(source.path, logo.file);
  const about = read?.kind === "image" ? inspectImage(read.content) : undefined;
  if (!logo || read?.kind !== "image" || !about) return undefined;
  return { name: `logo.${fileEnding(about.contentType)}`, alt: logo.alt, content: read.content, ...about };
}

/** The logo as templates see it. */
export function logoView(logo: Logo | undefined, src: string): View["brand"]["logo"] {
  if (!logo) return null;
  const { width, height } = shownSize(logo, logoRoom, true);
  return { src, alt: logo.alt, width: String(width), height: String(height) };
}
