import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Context } from "../../../src/cli/context.ts";
import { sendingFacts } from "../../../src/cli/check/sending-facts.ts";
import type { Workshop } from "../../../src/cli/workshop.ts";
import type { Settings } from "../../../src/domain/settings.ts";
import { emptyFolder, toolkitIn } from "../../support/cli.ts";

const toolkit = toolkitIn(emptyFolder());

async function factsOf(changes: Partial<Settings>, env: Record<string, string> = {}) {
  const settings = { transport: "outbox:var/outbox", ledger: "var/ledger.sqlite", lists: {}, ...changes };
  const context = { env, out: { redact: () => {} } } as unknown as Context;
  const workshop = { toolkit: { root: toolkit.root, settings }, brand: {} } as unknown as Workshop;
  return sendingFacts(context, workshop);
}

describe("the transport", () => {
  const faultOf = async (transport: string, env: Record<string, string> = {}) =>
    (await factsOf({ transport }, env)).transport;

  it("is read without its secrets where they are not there", async () => {
    for (const fine of [
      "outbox:var/outbox",
      "sendmail:",
      "smtp://localhost:2525",
      "smtps://tiny:${MAIL_PASSWORD}@mail.tiny.example",
      "smtps://${USER}:${MAIL_PASSWORD}@${MAIL_HOST}:${MAIL_PORT}",
      "${TRANSPORT}",
    ])
      expect(await faultOf(fine), fine).toBeUndefined();
  });

  it("takes a secret with any character, as a send does", async () => {
    const transport = "smtps://tiny:${MAIL_PASSWORD}@mail.tiny.example";
    expect(await faultOf(transport, { MAIL_PASSWORD: "a/b#c@d" })).toBeUndefined();
  });

  it("is refused as a send would refuse it, and no secret is told", async () => {
    for (const faulty of [
      "mail.tiny.example",
      "http://mail.tiny.example",
      "outbox:",
      "outbox:../elsewhere",
      "smtp://",
      "smtps://tiny:${MAIL_PASSWORD}@mail.tiny.example/path",
    ])
      expect(await faultOf(faulty), faulty).toMatch(/^[a-z].*\.$/s);
    expect(await faultOf("outbox:../smtp://bob:hunter2@x.example")).not.toContain("hunter2");
    const told = await faultOf("${TRANSPORT}", { TRANSPORT: "smtpx://tiny:hush@mail.tiny.example" });
    expect(told).toMatch(/known forms/);
    expect(told).not.toContain("hush");
  });
});

describe("the key to sign with", () => {
  const faultOf = async (key: string, env: Record<string, string> = {}) =>
    (await factsOf({ dkim: [{ domain: "tiny.example", selector: "one", key }] }, env)).dkim;
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 1024,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

  it("may be missing where only the machine that sends has it", async () => {
    expect(await faultOf("var/dkim.pem")).toBeUndefined();
    expect(await faultOf(toolkit.path("..", "dkim.pem"))).toBeUndefined();
    expect(await faultOf("${DKIM_KEY}")).toBeUndefined();
    expect(await faultOf("keys/dkim.pem")).toMatch(/"dkim.key" cannot be read/);
  });

  it("is not repeated where it stands in the settings without its first line", async () => {
    const told = await faultOf("hunter2sec");
    expect(told).toContain("cannot be read");
    expect(told).not.toContain("hunter2");
  });

  it("must be a private key, and not stand in the settings", async () => {
    toolkit.write("var/good.pem", privateKey);
    toolkit.write("var/bad.pem", "-----BEGIN NOTHING-----");
    expect(await faultOf("var/good.pem")).toBeUndefined();
    expect(await faultOf("${DKIM_KEY}", { DKIM_KEY: privateKey })).toBeUndefined();
    expect(await faultOf("var/bad.pem")).toContain("not a private key");
    expect(await faultOf("var")).toContain("cannot be read");
    const inside = await faultOf(privateKey);
    expect(inside).toContain("stands in the settings");
    expect(inside).not.toContain("BEGIN");
  });
});

it("mail is meant to be sent when there is a list or a real transport", async () => {
  const meant = async (changes: Partial<Settings>) => {
    const { isMeant, isReal } = await factsOf(changes);
    return [isMeant, isReal];
  };
  expect(await meant({})).toEqual([false, false]);
  expect(await meant({ transport: "OUTBOX:elsewhere" })).toEqual([false, false]);
  expect(await meant({ lists: { all: { file: "var/all.csv" } } })).toEqual([true, false]);
  expect(await meant({ transport: "sendmail:" })).toEqual([true, true]);
});

it("lists that are not there are no fault; those that could never be used are", async () => {
  const lists = {
    gone: { file: "var/gone.csv" },
    tabs: { file: "var/gone.tsv" },
    outside: { file: "../all.csv" },
    excel: { file: "var/All.XLS" },
    workbook: { file: "var/All.xlsx" },
  };
  expect((await factsOf({ lists })).lists).toEqual([
    { list: "outside", why: "outside" },
    { list: "excel", why: "type" },
  ]);
});

it("a ledger is a file or a database; a secret that is not there is no fault, and none is repeated", async () => {
  const faultOf = async (ledger: string) => (await factsOf({ ledger })).ledger;
  for (const good of [
    "var/ledger.sqlite",
    "postgres://x/y",
    "postgresql://me:${NOT_THERE_1}@[::1]:6543/y?sslmode=verify-full&sslrootcert=var/gone.pem",
    "postgres:///y?host=/run/postgresql",
    "${NOT_THERE_2}",
  ])
    expect([good, await faultOf(good)]).toEqual([good, undefined]);
  expect(await faultOf("mysql://me:hunter2@x/y")).toMatch(/^a ledger is a file or a database .*postgres:/);
  for (const [bad, why] of [
    ["postgres://me:hunter2@x", "names no database"],
    ["postgres://me:hunter2@x/y/z", "names no database"],
    ["postgres://me:hunt/er2@x:y/z", "cannot be read"],
    ["postgres://me:hunter2%@x/y", "stands in it alone"],
    ["postgres://me:hunter2@x/y?sslmode=prefer", '"sslmode" cannot be "prefer"'],
    ["postgres://me:hunter2@x/y?options=-c", '"options" is not known'],
    ["postgres://me:hunter2@x/y\u0007", "control character"],
  ] as const) {
    expect(await faultOf(bad)).toContain(why);
    expect(await faultOf(bad)).not.toContain("hunter2");
  }
});
