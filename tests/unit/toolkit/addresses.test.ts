import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAddress } from "../../../src/toolkit/lists/addresses.ts";

const addressOf = (value: string) => {
  const read = readAddress(value);
  return "address" in read ? read.address : read.reason;
};

describe("an address in a cell", () => {
  it.each([
    ["Jane Doe <Jane.Doe@Example.ORG>", "Jane.Doe@example.org"],
    ['"Example, Ann" <ann@example.org>', "ann@example.org"],
    ["Ann Example <ann@example.org>;", "ann@example.org"],
    ["ann@example.org <ann@example.org>", "ann@example.org"],
    ["'ann@example.org'", "ann@example.org"],
    ["\u201cann@example.org\u201d", "ann@example.org"],
    ["<ann@example.org>", "ann@example.org"],
    ["mailto:ann@example.org?subject=Hello", "ann@example.org"],
    ["MAILTO:ann@example.org", "ann@example.org"],
    ["ann@example.org.", "ann@example.org"],
    ["ann@example.org, ", "ann@example.org"],
    ["\u00a0ann@example.org\u200b", "ann@example.org"],
    ["ann\u00ad@exam\u2060ple.org", "ann@example.org"],
    ["ann@example.org (Ann)", "ann@example.org"],
    ["ann\uff20example.org", "ann@example.org"],
    ["o\u2019brien+list@ex\u00e4mple.org", "o'brien+list@xn--exmple-cua.org"],
    ["ann@\u4f8b\u3048\u3002jp", "ann@xn--r8jz45g.jp"],
    ["\u30e6\u30fc\u30b6\u30fc@example.org", "\u30e6\u30fc\u30b6\u30fc@example.org"],
    ["zoe\u0308@example.org", "zo\u00eb@example.org"],
    ["a/b=c?d@example.org", "a/b=c?d@example.org"],
  ])("is read from %j", (value, address) => {
    expect(addressOf(value)).toBe(address);
  });

  it.each([
    ["", "no address"],
    ["\u200b", "no address"],
    ["ann", 'no "@" in it'],
    ["@example.org", 'the part before "@" is not right', 'no name before "@"'],
    ["a@b", 'the part after "@" is not right'],
    ["a b@example.org", 'the part before "@" is not right'],
    ["a..b@example.org", 'the part before "@" is not right'],
    [`${"a".repeat(65)}@example.org`, 'the part before "@" is not right'],
    [`${"\u00e9".repeat(33)}@example.org`, 'the part before "@" is not right'],
    [`a@${"b".repeat(60)}.${"c".repeat(63)}.${"d".repeat(63)}.${"e".repeat(63)}.org`, "too long"],
    ["a@exa mple.org", 'the part after "@" is not right'],
    ["a@-x.org", 'the part after "@" is not right'],
    ["a@127.0.0.1", 'the part after "@" is not right'],
    ["a@1.2.3.44", 'the part after "@" is not right'],
    ["a@example.org/path", 'the part after "@" is not right'],
    ["a@ex%61mple.org", 'the part after "@" is not right'],
    ["a@example.org:25", 'the part after "@" is not right'],
    ["a@example.org; b@example.org", several()],
    ["a@example.org,b@example.org", several()],
    ["a@example.org b@example.org", several()],
    ["a@example.org / b@example.org", several()],
    ["Ann <a@example.org>, Bo <b@example.org>", several()],
    ["bo@example.org <ann@example.org>", several()],
    ["a@example.org\r\nRCPT TO:<x@example.org>", several()],
    ["a@example.org\r\nBcc: everyone", 'the part after "@" is not right'],
  ])("is refused in %j: %s", (value, ...reasons) => {
    expect(reasons).toContain(addressOf(value));
  });

  it("counts as the same in other capitals, but not with another tag or dot", () => {
    const keyOf = (value: string) => {
      const read = readAddress(value);
      return "key" in read ? read.key : undefined;
    };
    expect(keyOf("Ann.Example@Example.org")).toBe(keyOf("ann.example@example.ORG"));
    expect(keyOf("ann+news@gmail.com")).not.toBe(keyOf("ann@gmail.com"));
    expect(keyOf("an.n@gmail.com")).not.toBe(keyOf("ann@gmail.com"));
  });

  it("never has in it what could end a command or a header, whatever stood in the cell", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."ab@.<>,;:\r\n \t\"'()\\[]\u0000\u200b\u2019%/?\u00e9") }),
        (value) => {
          const read = readAddress(value);
          if ("reason" in read) return;
          expect(read.address).toMatch(/^[^\s<>,;:()[\]\\"\p{Cc}@]+@[a-z0-9.-]+$/u);
          expect(readAddress(read.address)).toEqual(read);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function several() {
  return "several addresses in one cell; put each in a row of its own";
}
