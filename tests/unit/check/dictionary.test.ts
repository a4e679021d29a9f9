import { describe, expect, it } from "vitest";
import { openDictionary } from "../../../src/check/language/dictionary.ts";

const has = await openDictionary();

describe("the dictionary", () => {
  it.each(["the", "The", "on", "referral", "Referral", "referral's", "London", "don't", "organise", "zinc"])(
    "has %s",
    (word) => {
      expect(has(word)).toBe(true);
    },
  );

  it.each(["", "th", "teh", "Teh", "referal", "london", "color", "organize", "the a", "'s", "th\n"])(
    "does not have %j",
    (word) => {
      expect(has(word)).toBe(false);
    },
  );
});
