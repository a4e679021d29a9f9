import { encode } from "uqr";

/** Width of the white border in modules. Source: ISO/IEC 18004, quiet zone. */
export const quietZone = 4;

/**
 * Text, usually an address, as a QR code: level M, dark on nothing, one filled path, so that a printer draws no hairlines
 * between modules.
 * @param text at most 2,331 bytes in UTF-8 (version 40, level M)
 * @returns an SVG picture whose view box counts modules, the quiet zone of 4 on each side included
 * @throws RangeError when the text is too long for any QR code
 */
export function qrSvg(text: string): string {
  const { data, size } = encode(text, { ecc: "M", border: quietZone });
  const path = data.flatMap((row, y) =>
    runs(row).map(({ from, to }) => `M${from} ${y}h${to - from}v1H${from}z`),
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}mm" height="${size}mm" viewBox="0 0 ${size} ${size}">` +
    `<path fill="#000000" d="${path.join("")}"/></svg>`
  );
}

/** How many squares the QR code of a text has to a side, without the quiet zone. @throws RangeError as `qrSvg` does */
export function qrSquares(text: string): number {
  return encode(text, { ecc: "M", border: 0 }).size;
}

/** The dark stretches of one row, `to` not included. */
function runs(row: readonly boolean[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const [x, dark] of row.entries()) {
    const last = found.at(-1);
    if (dark && last?.to === x) last.to = x + 1;
    else if (dark) found.push({ from: x, to: x + 1 });
  }
  return found;
}
