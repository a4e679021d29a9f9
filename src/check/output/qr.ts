import { problem, type Problem } from "../../domain/problem.ts";
import { limitOf } from "../../domain/rules.ts";
import type { Settings } from "../../domain/settings.ts";
import { placeOf, type Topic } from "../../domain/topic.ts";
import { qrSquares } from "../../render/qr.ts";

/** Width of the code on an A4 poster of the shipped designs, in millimetres, without its border. */
const printedSide = 35;
/** Millimetres of one square that phones read at arm's length, also when the print is worn: trade practice. */
const least = 0.8;

/** An address so long that its QR code becomes too fine to be read. */
export function qrFaults({ link, status, source }: Topic, { checks }: Pick<Settings, "checks">): Problem[] {
  const bytes = Buffer.byteLength(link?.url ?? "");
  if (!link || status === "retired" || bytes <= limitOf("qr/dense", "max", checks)) return [];
  const squares = qrSquares(link.url);
  const size = (printedSide / squares).toFixed(2);
  return [
    problem("qr/dense", source.path, placeOf(source, "link.url"), {
      bytes,
      squares,
      size,
      least: String(least),
    }),
  ];
}
