import type { Brand } from "../../domain/brand.ts";
import type { ImageStore } from "../../domain/image.ts";
import { fileEnding, inspectImage, isTooLarge, pageImage, shownSize, type EmbeddedImage } from "../images.ts";
import { logoRoom, type LogoPicture } from "../picture-room.ts";

/** A brand's logo as pages hold it: browsers show every kind that a toolkit may hold. */
export interface Logo extends LogoPicture {
  /** `logo.svg` */
  readonly name: string;
  readonly contentType: EmbeddedImage["contentType"];
  readonly content: Buffer;
}

/** The brand's logo, no larger than pages show it, if it has one that can be read. */
export async function brandLogo({ logo, source }: Brand, images: ImageStore): Promise<Logo | undefined> {
  const read = logo && images.get(source.path, logo.file);
  const about = read?.kind === "image" ? inspectImage(read.content) : undefined;
  if (!logo || read?.kind !== "image" || !about || isTooLarge(about)) return undefined;
  const shown = shownSize(about, logoRoom, true);
  const made = await pageImage(read.content, about, shown);
  return made && { name: `logo.${fileEnding(made.contentType)}`, alt: logo.alt, ...shown, ...made };
}
