import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

import { UserError } from "../../../../src/domain/user-error.ts";
import { parseTransport } from "../../../../src/deliver/transports/parse.ts";

const root = resolve("/toolkit");

function nameOf(text: string): string {
  return parseTransport(text, { root }).name;
}

function faultOf(text: string): UserError {
  try {
    parseTransport(text, { root });
  } catch (fault) {
    if (fault instanceof UserError) return fault;
  }
  throw new Error(`${text} was not refused.`);
}

describe("parseTransport", () => {
  it.each([
    ["outbox:var/outbox", "outbox:var/outbox"],
    ["outbox:./var/../mail", "outbox:mail"],
    [`outbox:${resolve("/elsewhere")}`, `outbox:${resolve("/elsewhere")}`],
    ["smtp://mail.example", "smtp://mail.example:587"],
    ["SMTP://Mail.Example:25", "smtp://mail.example:25"],
    ["smtps://mail.example", "smtps://mail.example:465"],
    ["smtp://ann:s3cret@mail.example:2525/?tls=required", "smtp://mail.example:2525"],
    ["smtp://[::1]:25", "smtp://[::1]:25"],
    ["sendmail:", "sendmail:"],
    ["sendmail:/opt/bin/sendmail", "sendmail:/opt/bin/sendmail"],
  ])("understands %s, with a name that is safe to show", (text, name) => {
    expect(nameOf(text)).toBe(name);
  });

  it.each([
    "",
    "s3cret",
    "mailto:ann:s3cret@mail.example",
    "http://ann:s3cret@mail.example",
    "smtp:",
    "smtp://",
    "smtp://ann:s3cret/@mail.example",
    "smtp://ann:s3cret#@mail.example",
    "smtp://ann:s3cret%@mail.example",
    "smtp://ann:s3cret%0a@mail.example",
    "smtp://ann:s3cret@mail.example:notaport",
    "smtp://ann:s3cret@mail.example/path",
    "smtp://ann:s3cret@mail.example?tls=maybe",
    "smtp://ann:s3cret@mail.example?password=s3cret",
    "smtps://ann:s3cret@mail.example?tls=optional",
    "outbox:",
    "outbox:../elsewhere",
    "outbox:..",
    `outbox:${join("var", "..", "..", "elsewhere")}`,
  ])("refuses %s without repeating a password", (text) => {
    const fault = faultOf(text);
    expect(fault).toMatchObject({ code: "bad-transport", exit: 2 });
    expect(`${fault.message} ${fault.hint} ${String(fault.cause)}`).not.toContain("s3cret");
  });

  it("lists the forms", () => {
    expect(faultOf("pigeon:").hint).toMatch(/outbox:.*smtp:.*smtps:.*sendmail:/);
  });
});
