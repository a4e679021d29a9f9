import { crc32 } from "node:zlib";
import { Resvg } from "@resvg/resvg-js";

/** Source: 72 points to the inch in PDF and Typst. */
const pointsPerInch = 72;
const millimetresPerInch = 25.4;

/**
 * Draws Typst's SVG, in which every letter is an outline, so that no font of this machine is needed.
 * @param svg its view box counts points
 * @param dpi dots per inch; written into the picture, so that it prints at its true size
 * @returns PNG on white
 */
export function drawPicture(svg: string, dpi: number): Buffer {
  const points = Number(/viewBox="0 0 ([\d.]+) /.exec(svg)?.[1]);
  const picture = new Resvg(svg.replace(embedded, inPlace), {
    fitTo: { mode: "width", value: Math.round((points / pointsPerInch) * dpi) },
    font: { loadSystemFonts: false },
    background: "#ffffff",
  });
  return withDensity(picture.render().asPng(), dpi);
}

/** An SVG inside Typst's SVG. */
const embedded =
  /<image transform="([^"]*)" xlink:href="data:image\/svg\+xml;base64,([^"]*)" width="([^"]*)" height="([^"]*)" preserveAspectRatio="none"\/>/g;

/**
 * Plain shapes are drawn where they stand: for an embedded picture, resvg would draw a whole page first. What has names or
 * styles of its own, which might mean something else out here, stays embedded.
 */
function inPlace(whole: string, transform: string, data: string, width: string, height: string): string {
  const [, attributes, shapes] =
    /^<svg\s([^>]*)>(.*)<\/svg>\s*$/s.exec(Buffer.from(data, "base64").toString()) ?? [];
  if (attributes === undefined || shapes === undefined) return whole;
  if (!/\bviewBox="/.test(attributes) || /\b(?:id|class|style|xml:\w+)=|<style/.test(attributes + shapes))
    return whole;
  const kept = attributes.replace(/\b(?:width|height|x|y|preserveAspectRatio)="[^"]*"/g, "");
  return `<g transform="${transform}"><svg width="${width}" height="${height}" preserveAspectRatio="none" ${kept}>${shapes}</svg></g>`;
}

/** Source: PNG, third edition, 11.3.4.3: `pHYs` in dots per metre, after the header and before the data. */
function withDensity(png: Buffer, dpi: number): Buffer {
  const header = 8 + 25;
  const perMetre = Math.round((dpi / millimetresPerInch) * 1000);
  const chunk = Buffer.alloc(21);
  chunk.writeUInt32BE(9, 0);
  chunk.write("pHYs", 4, "latin1");
  chunk.writeUInt32BE(perMetre, 8);
  chunk.writeUInt32BE(perMetre, 12);
  chunk.writeUInt8(1, 16);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
  return Buffer.concat([png.subarray(0, header), chunk, png.subarray(header)]);
}
