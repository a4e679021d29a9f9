import type { PhotonImage } from "@silvia-odwyer/photon-node";

/** Quality of JPEG pictures drawn anew: no loss that the eye finds on a screen. */
const jpegQuality = 82;

/** A picture as stored, and how it is wanted. */
export interface Redrawing {
  readonly contentType: "image/png" | "image/jpeg";
  /** The way it is stored, from 1 (upright) to 8. Source: CIPA DC-008 (Exif), tag 274. */
  readonly orientation: number;
  /** Pixels, before it is turned. */
  readonly width: number;
  readonly height: number;
}

interface Pixels {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

type Photon = typeof import("@silvia-odwyer/photon-node");

/**
 * Draws a picture anew: in another size, upright, without metadata. The library is WebAssembly, so it gives the same bytes
 * on every machine. It is loaded when the first picture needs it.
 * @returns undefined when the picture cannot be decoded
 */
export async function redraw(content: Buffer, wanted: Redrawing): Promise<Buffer | undefined> {
  const photon = await import("@silvia-odwyer/photon-node");
  const stored = resized(photon, content, wanted);
  if (!stored) return undefined;
  const { pixels, width, height } = turned(stored, wanted.orientation);
  return use(new photon.PhotonImage(pixels, width, height), (picture) =>
    Buffer.from(
      wanted.contentType === "image/jpeg" ? picture.get_bytes_jpeg(jpegQuality) : picture.get_bytes(),
    ),
  );
}

/** Frees what the library holds as soon as it is used: its memory never shrinks. */
function use<Value>(picture: PhotonImage, take: (picture: PhotonImage) => Value): Value {
  try {
    return take(picture);
  } finally {
    picture.free();
  }
}

function resized(
  photon: Photon,
  content: Buffer,
  { contentType, width, height }: Redrawing,
): Pixels | undefined {
  const decoded = decode(photon, content);
  if (!decoded) return undefined;
  const { resize, SamplingFilter } = photon;
  const mayBeClear = contentType === "image/png";
  const stored = mayBeClear ? use(decoded, (picture) => withPixels(photon, picture, weighted)) : decoded;
  const smaller = use(stored, (picture) => resize(picture, width, height, SamplingFilter.CatmullRom));
  const pixels = use(smaller, (picture) => picture.get_raw_pixels());
  return { pixels: mayBeClear ? unweighted(pixels) : pixels, width, height };
}

function decode({ PhotonImage }: Photon, content: Buffer): PhotonImage | undefined {
  try {
    return PhotonImage.new_from_byteslice(content);
  } catch (error) {
    // The library stops like this at what it cannot read; it has no other way to say so.
    if (error instanceof Error && error.name === "RuntimeError") return undefined;
    throw error;
  }
}

function withPixels(
  { PhotonImage }: Photon,
  picture: PhotonImage,
  change: (pixels: Uint8Array) => Uint8Array,
): PhotonImage {
  return new PhotonImage(change(picture.get_raw_pixels()), picture.get_width(), picture.get_height());
}

/** Colours weighted by how opaque they are, or what nobody sees would darken the edges. */
function weighted(pixels: Uint8Array): Uint8Array {
  return withColours(pixels, (colour, alpha) => (colour * alpha) / 255);
}

function unweighted(pixels: Uint8Array): Uint8Array {
  return withColours(pixels, (colour, alpha) => (alpha === 0 ? 0 : (colour * 255) / alpha));
}

function withColours(pixels: Uint8Array, change: (colour: number, alpha: number) => number): Uint8Array {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 255;
    if (alpha === 255) continue;
    for (let one = at; one < at + 3; one += 1)
      pixels[one] = Math.min(255, Math.round(change(pixels[one] ?? 0, alpha)));
  }
  return pixels;
}

/** Turns and mirrors a picture that is stored in one of eight ways until it stands upright. */
function turned(stored: Pixels, orientation: number): Pixels {
  if (orientation === 1) return stored;
  const isSideways = orientation > 4;
  const isMirrored = [2, 3, 7, 8].includes(orientation);
  const isUpsideDown = [3, 4, 6, 7].includes(orientation);
  const [width, height] = isSideways ? [stored.height, stored.width] : [stored.width, stored.height];
  const from = new Uint32Array(stored.pixels.buffer);
  const to = new Uint32Array(from.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [u, v] = isSideways ? [y, x] : [x, y];
      const column = isMirrored ? stored.width - 1 - u : u;
      const row = isUpsideDown ? stored.height - 1 - v : v;
      to[y * width + x] = from[row * stored.width + column] ?? 0;
    }
  }
  return { pixels: new Uint8Array(to.buffer), width, height };
}
