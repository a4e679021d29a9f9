import type { Contact, SourceMap } from "./topic.ts";

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

/** Black or white, whichever reads better on the colour. */
export function textColourOn(background: string): "#ffffff" | "#111111" {
  return contrastRatio(background, "#ffffff") >= contrastRatio(background, "#111111") ? "#ffffff" : "#111111";
}

/** The colour mixed towards white until it reads on the dark background with at least the ratio. */
export function lightenFor(colour: string, background: string, ratio: number): string {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, "#ffffff", share);
    if (contrastRatio(mixed, background) >= ratio) return mixed;
  }
  return "#ffffff";
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
