import { describe, expect, it } from "vitest";
import { isRole, likelySlips } from "../../../src/check/addresses.ts";

const slipsOf = (...domains: (string | [string, number])[]) => {
  const counts = domains.map((one): [string, number] => (typeof one === "string" ? [one, 1] : one));
  return Object.fromEntries(likelySlips(new Map(counts)));
};

describe("likely slips", () => {
  it.each([
    ["gmial.com", "gmail.com"],
    ["gmail.con", "gmail.com"],
    ["gmai.com", "gmail.com"],
    ["gmial.con", "gmail.com"],
    ["hotmial.co.uk", "hotmail.co.uk"],
    ["yaho.co.uk", "yahoo.co.uk"],
    ["outlok.com", "outlook.com"],
    ["nhs.ent", "nhs.net"],
    ["nhs.nett", "nhs.net"],
    ["nhs.co.uk", "nhs.uk"],
    ["trust.nhs.co.uk", "trust.nhs.uk"],
    ["nhs.org", "nhs.net"],
    ["example.con", "example.com"],
    ["btinternet.co", "btinternet.com"],
  ])("%s is likely %s", (domain, meant) => {
    expect(slipsOf(domain)).toEqual({ [domain]: meant });
  });

  it.each([
    "gmail.com",
    "mail.com",
    "ymail.com",
    "email.com",
    "nhs.net",
    "nhs.uk",
    "nhs.scot",
    "example.org",
    "gmx.de",
    "rxa.nhs.uk",
    "bma.org.uk",
    "hmrc.gov.uk",
    "connect.com",
  ])("%s is none", (domain) => {
    expect(slipsOf(domain)).toEqual({});
  });

  it("are found beside what many of the list have, but not among short codes", () => {
    expect(slipsOf(["stgeorges.example.org", 30], ["stgeorge.example.org", 2])).toEqual({
      "stgeorge.example.org": "stgeorges.example.org",
    });
    expect(slipsOf(["stgeorges.example.org", 30], ["stgeorge.example.org", 3])).toEqual({});
    expect(slipsOf(["rxa.example.org", 30], ["rxb.example.org", 1])).toEqual({});
    expect(slipsOf(["stgeorges.example.org", 9], ["stgeorge.example.org", 1])).toEqual({});
  });
});

it("tells the address of a task from that of a person", () => {
  for (const role of [
    "info@example.org",
    "NoReply@example.org",
    "postmaster@example.org",
    "admin+news@example.org",
  ])
    expect(isRole(role), role).toBe(true);
  for (const person of ["ann@example.org", "info.smith@example.org", "adminah@example.org"])
    expect(isRole(person), person).toBe(false);
});
