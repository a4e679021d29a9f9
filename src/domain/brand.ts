import type { Contact, SourceMap } from "./topic.ts";

/** Where an organisation may be followed: the id, and the name that people know. */
export const platforms = {
  x: "X",
  bluesky: "Bluesky",
  threads: "Threads",
  instagram: "Instagram",
  linkedin: "LinkedIn",
  facebook: "Facebook",
  mastodon: "Mastodon",
  youtube: "YouTube",
} as const;
export type PlatformId = keyof typeof platforms;
export const platformIds = Object.keys(platforms) as PlatformId[];

export interface Brand {
  readonly id: string;
  readonly name: string;
  readonly shortName?: string | undefined;
  readonly logo?: { readonly file: string; readonly alt: string } | undefined;
  readonly colours: { readonly primary: string; readonly accent?: string | undefined };
  readonly footer?: string | undefined;
  readonly address?: string | undefined;
  readonly website?: string | undefined;
  readonly contact?: Contact | undefined;
  readonly sender?: { readonly name: string; readonly address: string } | undefined;
  /** An address that begins with `https://`, or a handle. */
  readonly social: Readonly<Partial<Record<PlatformId, string | undefined>>>;
  /** Text to its replacement, in everything this brand's artefacts say. */
  readonly words: Readonly<Record<string, string>>;
  readonly source: SourceMap;
}

/**
 * Contrast ratio of two `#rrggbb` colours, 1 to 21.
 * Source: WCAG 2.2, definitions of relative luminance and contrast ratio.
 */
export function contrastRatio(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever reads better on the colour: at least 4.58:1 on any, which no softer black would give. */
export function textColourOn(background: string): "#ffffff" | "#000000" {
  return contrastRatio(background, "#ffffff") >= contrastRatio(background, "#000000") ? "#ffffff" : "#000000";
}

/** The colour mixed towards black or white until it reads on the background with at least the ratio. */
export function readableOn(colour: string, background: string, ratio: number): string {
  const end = textColourOn(background);
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, end, share);
    if (contrastRatio(mixed, background) >= ratio) return mixed;
  }
  return end;
}

/** `share` of `other` in `colour`, 0 to 1. */
export function mix(colour: string, other: string, share: number): string {
  const [from, to] = [channels(colour), channels(other)];
  return `#${from.map((value, i) => hex(value + ((to[i] ?? value) - value) * share)).join("")}`;
}

function luminance(colour: string): number {
  const [r, g, b] = channels(colour).map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function channels(colour: string): number[] {
  const digits = colour.slice(1);
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
}

function hex(value: number): string {
  return Math.round(value).toString(16).padStart(2, "0");
}
