import { imageSize } from "image-size";

/** A picture that goes with a message or a page. */
export interface EmbeddedImage {
  /** Content id, without brackets; pages in which it stands refer to it as `cid:<id>`. */
  readonly cid: string;
  readonly contentType: "image/png" | "image/jpeg" | "image/gif" | "image/svg+xml";
  readonly content: Buffer;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
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

/** Logos are shown this high in mail, in pixels. */
export const logoHeight = 48;

/** Widest picture made from an SVG, in pixels: twice the width of a newsletter. */
const widest = 1200;

/** What a picture is, or undefined when it is none of ours or broken. */
export function inspectImage(
  content: Buffer,
): { contentType: EmbeddedImage["contentType"]; width: number; height: number } | undefined {
  const contentType = imageType(content);
  if (!contentType) return undefined;
  try {
    const { width, height } = imageSize(content);
    return { contentType, width, height };
  } catch {
    return undefined;
  }
}

/**
 * Makes a picture fit for mail. SVG becomes PNG at twice the shown height, since mail programs do not show SVG.
 * @param shownHeight pixels
 * @returns undefined when the picture is none of ours or broken
 */
export async function mailImage(
  cid: string,
  content: Buffer,
  shownHeight: number,
): Promise<EmbeddedImage | undefined> {
  const picture = inspectImage(content);
  if (!picture) return undefined;
  if (picture.contentType !== "image/svg+xml") return { cid, content, ...picture };
  try {
    return await rasterised(
      cid,
      content,
      shownHeight,
      (picture.width / picture.height) * shownHeight * 2 > widest,
    );
  } catch {
    return undefined;
  }
}

async function rasterised(
  cid: string,
  content: Buffer,
  shownHeight: number,
  wide: boolean,
): Promise<EmbeddedImage> {
  const { Resvg } = await import("@resvg/resvg-js");
  const picture = new Resvg(content.toString("utf8"), {
    // A picture like a thread would be blown up without end.
    fitTo: wide ? { mode: "width", value: widest } : { mode: "height", value: shownHeight * 2 },
    font: { loadSystemFonts: false },
  }).render();
  return {
    cid,
    contentType: "image/png",
    content: picture.asPng(),
    width: picture.width,
    height: picture.height,
  };
}

/** A page with its pictures inside: each `cid:` address becomes a data address (RFC 2397). */
export function inlineImages(html: string, images: readonly EmbeddedImage[]): string {
  let page = html;
  for (const { cid, contentType, content } of images) {
    page = page.replaceAll(`"cid:${cid}"`, `"data:${contentType};base64,${content.toString("base64")}"`);
  }
  return page;
}
