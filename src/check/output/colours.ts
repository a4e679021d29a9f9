/** A colour with how much it covers, 0 to 1. */
export interface Colour {
  readonly channels: readonly [red: number, green: number, blue: number];
  readonly alpha: number;
}

export const white: Colour = { channels: [255, 255, 255], alpha: 1 };
export const black: Colour = { channels: [0, 0, 0], alpha: 1 };

/** The names that mail is written with. Source: CSS Color 4, 6.1. */
const names: Readonly<Record<string, string>> = {
  aqua: "#00ffff",
  beige: "#f5f5dc",
  black: "#000000",
  blue: "#0000ff",
  brown: "#a52a2a",
  crimson: "#dc143c",
  cyan: "#00ffff",
  darkblue: "#00008b",
  darkgray: "#a9a9a9",
  darkgreen: "#006400",
  darkgrey: "#a9a9a9",
  darkred: "#8b0000",
  dimgray: "#696969",
  dimgrey: "#696969",
  fuchsia: "#ff00ff",
  gainsboro: "#dcdcdc",
  gold: "#ffd700",
  gray: "#808080",
  green: "#008000",
  grey: "#808080",
  ivory: "#fffff0",
  lightblue: "#add8e6",
  lightgray: "#d3d3d3",
  lightgreen: "#90ee90",
  lightgrey: "#d3d3d3",
  lightyellow: "#ffffe0",
  lime: "#00ff00",
  magenta: "#ff00ff",
  maroon: "#800000",
  navy: "#000080",
  olive: "#808000",
  orange: "#ffa500",
  pink: "#ffc0cb",
  purple: "#800080",
  red: "#ff0000",
  silver: "#c0c0c0",
  slategray: "#708090",
  slategrey: "#708090",
  teal: "#008080",
  tomato: "#ff6347",
  white: "#ffffff",
  whitesmoke: "#f5f5f5",
  yellow: "#ffff00",
};

/** A colour as CSS writes it; undefined when it is none that can be reckoned with. */
export function colourOf(text: string): Colour | undefined {
  const written = text.trim().toLowerCase();
  if (written === "transparent") return { channels: [0, 0, 0], alpha: 0 };
  const hex = /^#([0-9a-f]{3,8})$/.exec(names[written] ?? written)?.[1];
  if (hex !== undefined) return fromHex(hex);
  const inside = /^rgba?\(([^)]*)\)$/.exec(written)?.[1];
  const numbers = inside?.split(/[\s,/]+/).filter((one) => one !== "") ?? [];
  if (numbers.length < 3) return undefined;
  const [red = 0, green = 0, blue = 0] = numbers.slice(0, 3).map((one) => share(one, 255));
  return { channels: [red, green, blue], alpha: share(numbers[3] ?? "1", 1) };
}

function share(text: string, whole: number): number {
  const value = text.endsWith("%") ? (Number.parseFloat(text) / 100) * whole : Number.parseFloat(text);
  return Math.min(whole, Math.max(0, Number.isNaN(value) ? 0 : value));
}

function fromHex(hex: string): Colour | undefined {
  if (hex.length === 5 || hex.length === 7) return undefined;
  const digits = hex.length <= 4 ? [...hex].map((digit) => digit + digit).join("") : hex;
  const [red = 0, green = 0, blue = 0, alpha = 255] = (digits.match(/../g) ?? []).map((two) =>
    Number.parseInt(two, 16),
  );
  return { channels: [red, green, blue], alpha: alpha / 255 };
}

/** A colour as it looks upon another that covers all. */
export function over(top: Colour, bottom: Colour): Colour {
  const [red, green, blue] = top.channels.map(
    (value, at) => value * top.alpha + (bottom.channels[at] ?? 0) * (1 - top.alpha),
  ) as [number, number, number];
  return { channels: [red, green, blue], alpha: 1 };
}

/** As `#rrggbb`. */
export function hexOf({ channels }: Colour): string {
  return `#${channels.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}
