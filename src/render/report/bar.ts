import { escapeHtml } from "../escape.ts";
import type { ReportEdition } from "./view.ts";

/** The ends of a row, put together by what they mean to an officer. */
export const endGroups = [
  { id: "accepted", title: "Accepted", keys: ["accepted"] },
  { id: "waiting", title: "Waiting", keys: ["deferred", "pending"] },
  { id: "failed", title: "Failed or unknown", keys: ["rejected", "unknown"] },
  { id: "left-out", title: "Left out", keys: ["suppressed", "excluded", "duplicates", "invalid"] },
] as const satisfies readonly { id: string; title: string; keys: readonly (keyof ReportEdition)[] }[];

export type EndGroup = (typeof endGroups)[number];

/** How many rows came to this end. */
export function countOf(edition: ReportEdition, { keys }: EndGroup): number {
  return keys.reduce((sum, key) => sum + edition[key], 0);
}

/** Rows that came to no end that is told; not 0 where the closing equation does not hold. */
export function unaccounted(edition: ReportEdition): number {
  return edition.audience - endGroups.reduce((sum, group) => sum + countOf(edition, group), 0);
}

/** `1,180 accepted, 4 failed or unknown`: what is none is left out. */
export function endsInWords(edition: ReportEdition): string {
  const parts = endGroups.flatMap((group) => {
    const count = countOf(edition, group);
    return count === 0 ? [] : [`${count.toLocaleString("en-GB")} ${group.title.toLowerCase()}`];
  });
  return parts.join(", ") || "nobody";
}

/** Of the drawing; it is stretched to the room that it has. */
const [width, height] = [400, 22];
/** What is there at all can be seen. */
const least = 3;

/** The patterns of the bars' parts, once a page: they are told apart without their colours. */
export const barPatterns =
  `<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>` +
  `<pattern id="fill-waiting" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="ground" width="8" height="8"/><path class="ink" d="M-2 2l4-4M0 8l8-8M6 10l4-4"/></pattern>` +
  `<pattern id="fill-failed" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="ground" width="8" height="8"/><path class="ink" d="M0 0l8 8M0 8l8-8"/></pattern>` +
  `<pattern id="fill-left-out" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground" width="6" height="6"/><circle class="dot" cx="3" cy="3" r="1.2"/></pattern>` +
  `</defs></svg>`;

/**
 * One edition as a bar, as long as its list against the longest.
 * @param longest rows of the longest list, so that bars can be compared
 */
export function tallyBar(edition: ReportEdition, longest: number): string {
  const whole = Math.max(1, longest);
  let from = 0;
  const parts = endGroups.flatMap((group) => {
    const count = countOf(edition, group);
    if (count === 0) return [];
    const wide = Math.max(least, (count / whole) * width);
    const part = `<rect class="${group.id}" x="${round(from)}" y="1" width="${round(wide)}" height="${height - 2}"/>`;
    from += wide;
    return [part];
  });
  const label = `${edition.audience.toLocaleString("en-GB")} rows: ${endsInWords(edition)}`;
  // Parts that were made visible may reach a little further than the longest list.
  const box = Math.max(width, from);
  return `<svg class="tally" role="img" aria-label="${escapeHtml(label)}" viewBox="0 0 ${round(box + 1)} ${height}" width="${width}" height="${height}" preserveAspectRatio="none">${parts.join("")}</svg>`;
}

function round(number: number): string {
  return String(Math.round(number * 100) / 100);
}
