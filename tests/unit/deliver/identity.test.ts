import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";

import { messageIdOf, personToken } from "../../../src/deliver/identity.ts";

const secret = randomBytes(32);
const key = { cycle: "2026-12", variant: "email", address: "ann@example.org" } as const;

it("gives the same Message-ID every time, in a form that mail allows", () => {
  expect(messageIdOf(secret, key, "trust.example")).toBe(messageIdOf(secret, { ...key }, "trust.example"));
  expect(messageIdOf(secret, key, "trust.example")).toMatch(/^<[0-9a-f]{40}@trust\.example>$/);
});

it("tells apart cycle, variant, address and toolkit", () => {
  const ids = [
    messageIdOf(secret, key, "trust.example"),
    messageIdOf(secret, { ...key, cycle: "2027-01" }, "trust.example"),
    messageIdOf(secret, { ...key, variant: "newsletter" }, "trust.example"),
    messageIdOf(secret, { ...key, address: "bob@example.org" }, "trust.example"),
    messageIdOf(randomBytes(32), key, "trust.example"),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

it("gives a token that reveals no address, depends on the secret, and is no part of a Message-ID", () => {
  const token = personToken(secret, key.address);
  expect(token).toMatch(/^[0-9a-f]{40}$/);
  expect(token).toBe(personToken(secret, key.address));
  expect(token).not.toBe(personToken(randomBytes(32), key.address));
  expect(messageIdOf(secret, key, "trust.example")).not.toContain(token);
});
