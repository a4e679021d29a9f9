import { imageSize } from "image-size";
import { redraw } from "./photon.ts";
import { pictureParts, withColours } from "./picture-parts.ts";

/** A picture that goes with a message or a page. */
export interface EmbeddedImage {
  /** Content id, without brackets; pages in which it stands refer to it as `cid:<id>`. */
  readonly cid: string;
  readonly contentType: "image/png" | "image/jpeg" | "image/gif" | "image/svg+xml";
  readonly content: Buffer;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a picture's first bytes tell of it. */
export interface PictureHeader extends Size {
  readonly contentType: EmbeddedImage["contentType"];
  /** How it is stored, from 1 (upright) to 8. Width and height are those of the upright picture. */
  readonly orientation: number;
}

/** The picture's type, told from its first bytes rather than its name; undefined when it is none of ours. */
export function imageType(content: Uint8Array): EmbeddedImage["contentType"] | undefined {
  const start = Buffer.from(content.subarray(0, 512)).toString("latin1");
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (/^GIF8[79]a/.test(start)) return "image/gif";
  return /^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<svg[\s>]/.test(start)
    ? "image/svg+xml"
    : undefined;
}

/** Reads a picture's header; undefined when it is none of ours or broken. */
export function inspectImage(content: Buffer): PictureHeader | undefined {
  const contentType = imageType(content);
  if (!contentType) return undefined;
  try {
    // A copy: of a small file, image-size would read on into whatever lies behind it in Node's shared memory.
    const { width, height, orientation = 1 } = imageSize(new Uint8Array(content));
    if (!(width > 0 && height > 0)) return undefined;
    const isKnown = orientation > 1 && orientation <= 8;
    const upright = isKnown && orientation > 4 ? { width: height, height: width } : { width, height };
    return { contentType, ...upright, orientation: isKnown ? orientation : 1 };
  } catch {
    return undefined;
  }
}

/** Decoding takes 4 bytes for each pixel and more: what a small file says of its size must not fill the memory. */
export const pixelLimit = 50_000_000;

/** True for a picture that must not be decoded. Drawings have no pixels of their own. */
export function isTooLarge({ contentType, width, height }: PictureHeader): boolean {
  return contentType !== "image/svg+xml" && width * height > pixelLimit;
}

/** The size at which a picture is shown: as large as its room; one of pixels grows only where it `mayGrow`. */
export function shownSize({ contentType, width, height }: PictureHeader, room: Size, mayGrow = false): Size {
  const scale = Math.min(room.width / width, room.height / height);
  const used = mayGrow || contentType === "image/svg+xml" ? scale : Math.min(1, scale);
  return { width: Math.max(1, Math.round(width * used)), height: Math.max(1, Math.round(height * used)) };
}

/** What the name of such a picture's file ends in. */
export function fileEnding(contentType: EmbeddedImage["contentType"]): "png" | "jpg" | "gif" | "svg" {
  return endings[contentType];
}

const endings = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/svg+xml": "svg",
} as const;

type Picture = Omit<EmbeddedImage, "cid">;

/** Pixels to each pixel of the page, so that pictures are sharp on the screens of phones. */
const sharpness = 2;

/**
 * Makes a picture fit for mail: no more pixels than it is shown with, upright, without metadata. SVG becomes PNG, since mail
 * programs do not show SVG. What moves stays as it is.
 * @param shown the size in which it is shown
 * @returns undefined when it cannot be decoded
 */
export async function mailImage(
  content: Buffer,
  header: PictureHeader,
  shown: Size,
): Promise<Picture | undefined> {
  const { contentType, orientation } = header;
  const sharp = { width: shown.width * sharpness, height: shown.height * sharpness };
  if (contentType === "image/svg+xml") return rasterised(content, sharp);
  const parts = pictureParts(content, contentType);
  if (!parts) return undefined;
  const plain = { contentType, content: parts.content };
  const isSmall = header.width <= sharp.width;
  if (contentType === "image/gif" || (isSmall && orientation === 1)) return plain;
  const { width, height } = isSmall ? header : sharp;
  const stored = orientation > 4 ? { width: height, height: width } : { width, height };
  const drawn = await redraw(parts.content, { contentType, orientation, ...stored });
  if (!drawn) return undefined;
  const finished = withColours(drawn, parts.colours);
  // Few colours in many pixels may be smaller than many colours in few.
  const isWorse = orientation === 1 && finished.length >= plain.content.length;
  return isWorse ? plain : { contentType, content: finished };
}

/** Makes a picture fit for a page or for print: as for mail, but drawings stay as they are. */
export async function pageImage(
  content: Buffer,
  header: PictureHeader,
  shown: Size,
): Promise<Picture | undefined> {
  const { contentType } = header;
  return contentType === "image/svg+xml" ? { contentType, content } : mailImage(content, header, shown);
}

async function rasterised(content: Buffer, { width, height }: Size): Promise<Picture | undefined> {
  const { Resvg } = await import("@resvg/resvg-js");
  try {
    const picture = new Resvg(content.toString("utf8"), {
      // A drawing like a thread would be blown up without end by its short side.
      fitTo: width > height ? { mode: "width", value: width } : { mode: "height", value: height },
      font: { loadSystemFonts: false },
    });
    return { contentType: "image/png", content: picture.render().asPng() };
  } catch {
    return undefined;
  }
}

/** A page with its pictures inside: each `cid:` address becomes a data address (RFC 2397). */
export function inlineImages(html: string, images: readonly EmbeddedImage[]): string {
  let page = html;
  for (const { cid, contentType, content } of images) {
    page = page.replaceAll(`"cid:${cid}"`, `"data:${contentType};base64,${content.toString("base64")}"`);
  }
  return page;
}
