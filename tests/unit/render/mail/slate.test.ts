import { expect, it } from "vitest";

import { Slates } from "../../../../src/render/mail/slate.ts";

it("holds what is written, with fields before it and the dot behind it", () => {
  const slate = new Slates().take(9);
  slate.add("One\r\n");
  slate.add(Buffer.from("é\r\n"));
  slate.addBefore("A: b\r\n");
  expect(slate.raw.toString()).toBe("A: b\r\nOne\r\né\r\n");
  expect(slate.ended.toString()).toBe("A: b\r\nOne\r\né\r\n.\r\n");
});

it("takes fields of any length before it", () => {
  const slate = new Slates().take(5);
  slate.add("One\r\n");
  const fields = `A: ${"b".repeat(9_000)}\r\n`;
  slate.addBefore(fields);
  slate.addBefore("C: d\r\n");
  expect(slate.ended.toString()).toBe(`C: d\r\n${fields}One\r\n.\r\n`);
});

it("uses memory again, once it is free and not before", () => {
  const slates = new Slates();
  const write = (text: string) => {
    const slate = slates.take(text.length);
    slate.add(text);
    return slate;
  };
  const one = write("one\r\n");
  const two = write("two\r\n");
  expect([one, two].map(({ raw }) => raw.toString())).toEqual(["one\r\n", "two\r\n"]);
  one.free();
  const three = write("three\r\n");
  expect(three.raw.buffer).toBe(one.raw.buffer);
  expect(two.raw.toString()).toBe("two\r\n");
  two.free();
  expect(write("4".repeat(20_000)).raw.toString()).toBe("4".repeat(20_000));
  expect(three.raw.toString()).toBe("three\r\n");
});
