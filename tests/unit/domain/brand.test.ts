import { describe, expect, it } from "vitest";
import { contrastRatio, textColourOn, type Brand } from "../../../src/domain/brand.ts";
import { directionOf } from "../../../src/domain/settings.ts";
import { brandColours } from "../../../src/render/brand-view.ts";

const steps = ["00", "33", "55", "66", "77", "7f", "99", "cc", "ff"];
const colours = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)));
/** What mail shows behind links when it is dark, and the colour of words on buttons there. */
const dark = ["#0f1215", "#12161a", "#1b1f23"];

function made(primary: string) {
  return brandColours({ colours: { primary } } as Brand);
}

describe("the colours of a brand", () => {
  it("keep words readable at 4.5:1, whatever colour they are made from", () => {
    const ratios = colours.flatMap((colour) => {
      const { onPrimary, primaryOnLight, primaryOnDark, tint } = made(colour);
      const pairs = [
        [onPrimary, colour],
        [primaryOnLight, "#ffffff"],
        [primaryOnLight, tint],
        ["#1f2326", tint],
        ...dark.map((background) => [primaryOnDark, background] as const),
      ] as const;
      return pairs.map(([words, background]) => ({
        colour,
        words,
        background,
        ratio: contrastRatio(words, background),
      }));
    });
    expect(ratios.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
  });

  it("stay as they are where they can be read", () => {
    expect(made("#0b4f52")).toMatchObject({
      primary: "#0b4f52",
      primaryOnLight: "#0b4f52",
      onPrimary: "#ffffff",
    });
    expect(made("#ffe600")).toMatchObject({ primaryOnDark: "#ffe600", onPrimary: "#000000" });
    expect(textColourOn("#797979")).toBe("#000000");
  });
});

describe("the direction of a language", () => {
  it.each(["ar", "he", "ur-PK", "fa", "ps", "yi", "dv", "ckb", "pa-PK", "az-Arab", "sd"])(
    "%s runs to the left",
    (language) => {
      expect(directionOf(language)).toBe("rtl");
    },
  );
  it.each(["en-GB", "cy", "pl", "pa", "ro", "zh-Hant", "uz", "ku", "ur-Latn", "sd-Deva"])(
    "%s runs to the right",
    (language) => {
      expect(directionOf(language)).toBe("ltr");
    },
  );
});
