import { expect, it } from "vitest";
import { withoutAddresses } from "../../../src/domain/without-addresses.ts";

it.each([
  ["row 3 (ann@example.org) was refused", "row 3 ((address)) was refused"],
  [
    "works for postgres://onetopic@127.0.0.1:5432/onetopic. Stop",
    "works for postgres://127.0.0.1:5432/onetopic. Stop",
  ],
  ["postgres://ann%40example.org@db.example.org/news", "postgres://db.example.org/news"],
  ["postgres://db.example.org/news has ann@example.org", "postgres://db.example.org/news has (address)"],
  ["through smtp://news%40example.org@smtp.example.org", "through smtp://(address)"],
])("names places and nobody's address: %s", (text, said) => {
  expect(withoutAddresses(text)).toBe(said);
});
