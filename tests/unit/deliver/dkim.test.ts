import { generateKeyPairSync } from "node:crypto";
import DKIM from "nodemailer/lib/dkim";
import { describe, expect, it } from "vitest";
import { createSigner, type DkimKey } from "../../../src/deliver/dkim.ts";
import { dkimRecord, verifyDkim } from "../../support/dkim.ts";
import { dice } from "../../support/hard-names.ts";

const form = { type: "pkcs8", format: "pem" } as const;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ed25519 = generateKeyPairSync("ed25519");
const rsaKey = { domain: "tiny.example", selector: "news", pem: rsa.privateKey.export(form).toString() };
const edKey = { domain: "tiny.example", selector: "ed", pem: ed25519.privateKey.export(form).toString() };

const published = { type: "spki", format: "der" } as const;
const records = {
  "news._domainkey.tiny.example.": dkimRecord("rsa", rsa.publicKey.export(published)),
  "ed._domainkey.tiny.example.": dkimRecord("ed25519", ed25519.publicKey.export(published)),
};

const head = [
  "From: Tiny <news@tiny.example>",
  "To: =?UTF-8?Q?Zo=C3=AB?=",
  " <zoe@readers.example>",
  "Subject:  Two  blanks\tand a tab ",
  "Message-ID: <1@tiny.example>",
  "Date: Tue, 03 Nov 2026 09:30:00 +0000",
  "List-Unsubscribe: <mailto:stop@tiny.example?subject=unsubscribe%201>,",
  " <https://tiny.example/u?t=1>",
  "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
  "X-Other: not signed",
  "MIME-Version: 1.0",
  "Content-Type: text/plain; charset=utf-8",
];

function message(body: string): Buffer {
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`, "latin1");
}

/** Bodies with blanks, tabs and empty lines wherever they may be. */
function bodies(count: number): string[] {
  const roll = dice(3);
  const pieces = ["word", " ", "  ", "\t", "\r\n", "\r\n\r\n", " \r\n", ".", "=20", "\xe9"];
  return Array.from({ length: count }, () =>
    Array.from({ length: roll(14) }, () => pieces[roll(pieces.length)]).join(""),
  );
}

/** Signs whole messages. */
function signer(keys: readonly DkimKey[]): (raw: Buffer, isRelaxed?: boolean) => Promise<Buffer> {
  const sign = createSigner(keys);
  return async (raw, isRelaxed) => Buffer.concat([Buffer.from(await sign(raw, isRelaxed)), raw]);
}

const signed = (raw: Buffer, name: string) =>
  new RegExp(`[; ]${name}=([^;]*)`)
    .exec(raw.toString("latin1").replace(/\r\n[ \t]+/g, " "))?.[1]
    ?.replaceAll(" ", "");

describe("a signature", () => {
  it("verifies elsewhere, with both keys", async ({ skip }) => {
    const verify = (messages: readonly Buffer[]) => verifyDkim(skip, records, messages);
    const sign = signer([rsaKey, edKey]);
    // The verifier does not take a message without a last line for mail.
    const whole = await Promise.all(
      ["Hello.", ...bodies(60)].map((body) => sign(message(`${body}\r\nEnd\r\n`))),
    );
    expect(verify(whole)).toEqual(whole.map(() => [true, true]));
    const [first = Buffer.alloc(0)] = whole;
    const text = first.toString("latin1");
    const changed = [
      text.replace("Hello", "Hallo"),
      text.replace("https://tiny.example", "https://evil.example"),
      text.replace("One-Click", "Two-Clicks"),
      text.replace("zoe@", "ann@"),
    ].map((one) => Buffer.from(one, "latin1"));
    for (const answers of verify(changed)) expect(answers.map((one) => one === true)).toEqual([false, false]);
    const other = Buffer.from(text.replace("X-Other: not", "X-Other: still not"), "latin1");
    expect(verify([other])).toEqual([[true, true]]);
  });

  it("covers the ways out of the list, and the body as nodemailer would hash it", async () => {
    const sign = signer([rsaKey]);
    const nodemailer = new DKIM({
      keys: { domainName: "tiny.example", keySelector: "news", privateKey: rsaKey.pem },
    });
    for (const body of bodies(200)) {
      const raw = message(body);
      const theirs: Buffer[] = [];
      for await (const part of nodemailer.sign(raw)) theirs.push(part as Buffer);
      const ours = await sign(raw);
      expect(signed(ours, "bh"), JSON.stringify(body)).toBe(signed(Buffer.concat(theirs), "bh"));
      expect(signed(ours, "h")).toBe(
        "from:to:subject:message-id:date:list-unsubscribe:list-unsubscribe-post:mime-version:content-type",
      );
      expect(ours.subarray(-raw.length).equals(raw)).toBe(true);
    }
  });

  it("hashes the body as it is where that is its relaxed form", async () => {
    const sign = signer([rsaKey, edKey]);
    const raw = message("One line.\r\n\r\nAnother =\r\nline.\r\n");
    expect((await sign(raw, true)).equals(await sign(raw))).toBe(true);
    expect(signed(await sign(message("two  blanks\r\n"), true), "bh")).not.toBe(
      signed(await sign(message("two  blanks\r\n")), "bh"),
    );
  });

  it("stands on lines of at most 78 characters", async () => {
    const raw = await signer([rsaKey, edKey])(message("Hello.\r\n"));
    const lines = raw.toString("latin1").split("\r\n");
    expect(lines.filter((line) => line.startsWith("DKIM-Signature:"))).toHaveLength(2);
    expect(lines.filter((line) => line.length > 78)).toEqual([]);
  });

  it.each([
    ["nonsense", "hunter2", "not a private key in PEM form"],
    ["a public key", rsa.publicKey.export({ type: "spki", format: "pem" }).toString(), "not a private key"],
    [
      "a curve",
      generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(form).toString(),
      "of a kind",
    ],
    [
      "a short key",
      generateKeyPairSync("rsa", { modulusLength: 512 }).privateKey.export(form).toString(),
      "512 bits",
    ],
  ])("is refused before anything is sent: %s", (_, pem, why) => {
    expect(() => createSigner([rsaKey, { ...rsaKey, pem }])).toThrow(
      expect.objectContaining({ code: "dkim-key", message: expect.stringContaining(why) }),
    );
  });

  it("takes no names that would break the header", () => {
    for (const domain of ["tiny.example; s=x", "tiny.example\r\nX: y", "", "-"])
      expect(() => createSigner([{ ...rsaKey, domain }]), domain).toThrow(/"dkim\.domain"/);
    for (const selector of ["a;b", "a b", "ä", ""])
      expect(() => createSigner([{ ...rsaKey, selector }]), selector).toThrow(/"dkim\.selector"/);
  });
});
