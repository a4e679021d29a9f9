import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openToolkit } from "../../../src/cli/context.ts";
import { messageMaker } from "../../../src/cli/messages.ts";
import { openWorkshop } from "../../../src/cli/workshop.ts";
import type { Recipient } from "../../../src/domain/recipient.ts";
import { tempToolkit } from "../../support/cli.ts";
import { dkimRecord, verifyDkim } from "../../support/dkim.ts";
import { hardWords } from "../../support/hard-names.ts";
import { contextIn } from "../../support/inside.ts";

const secret = Buffer.alloc(32, 7);

/** Makes messages of the tiny toolkit, as a send does. */
async function maker(settings: string, files: Readonly<Record<string, string>> = {}, env = {}) {
  const toolkit = tempToolkit("tiny");
  toolkit.write("onetopic.yaml", `${toolkit.read("onetopic.yaml")}${settings}`);
  toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
  for (const [name, text] of Object.entries(files)) toolkit.write(name, text);
  const context = { ...contextIn(toolkit.root), env };
  const workshop = await openWorkshop(context, await openToolkit(context));
  const topic = workshop.toolkit.topics.find(({ slug }) => slug === "good");
  const [edition] = workshop.toolkit.editions;
  if (!topic || !edition) throw new Error("The toolkit has no edition.");
  return messageMaker(
    context,
    workshop,
    { topic, edition, variant: "email" },
    {
      sender: { name: "Tiny", address: "news@tiny.example" },
      ledger: { secret },
      run: { id: 1, startedAt: Date.UTC(2026, 10, 3) },
    },
  );
}

function person(name: string): Recipient {
  return { address: "ann@readers.example", key: "ann@readers.example", fields: { name }, row: 2 };
}

/** See `personToken`. */
const token = "0123456789abcdef0123456789abcdef01234567";

const ways = "unsubscribe: { mailto: stop@tiny.example, url: 'https://tiny.example/u?t={token}' }\n";

describe("a message", () => {
  it("is signed with both keys, and both verify elsewhere whatever the person is called", async ({
    skip,
  }) => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const ed25519 = generateKeyPairSync("ed25519");
    const pem = { type: "pkcs8", format: "pem" } as const;
    const make = await maker(
      `${ways}dkim:\n  - { domain: tiny.example, selector: one, key: var/one.pem }\n` +
        "  - { domain: tiny.example, selector: two, key: '${SECOND_KEY}' }\n",
      { "var/one.pem": rsa.privateKey.export(pem).toString() },
      { SECOND_KEY: ed25519.privateKey.export(pem).toString() },
    );
    const made = await Promise.all(hardWords.map((name) => make(person(name), "<1@tiny.example>", token)));
    const raws = made.map(({ raw }) => raw);
    for (const raw of raws)
      expect(raw.toString("latin1").match(/^DKIM-Signature:(?:.*\r\n[ \t])+.*/gm)).toEqual([
        expect.stringMatching(/a=rsa-sha256;[\s\S]*list-unsubscribe:[\s\S]*list-unsubscribe-post[:;]/),
        expect.stringMatching(/a=ed25519-sha256;[\s\S]*list-unsubscribe:[\s\S]*list-unsubscribe-post[:;]/),
      ]);
    const der = { type: "spki", format: "der" } as const;
    const records = {
      "one._domainkey.tiny.example.": dkimRecord("rsa", rsa.publicKey.export(der)),
      "two._domainkey.tiny.example.": dkimRecord("ed25519", ed25519.publicKey.export(der)),
    };
    expect(verifyDkim(skip, records, raws)).toEqual(raws.map(() => [true, true]));
  });

  it("has the same bytes when it is made again", async () => {
    const [once, again] = [await maker(ways), await maker(ways)];
    for (const name of ["Bo", "", "Zoë"]) {
      const { raw } = await once(person(name), "<1@tiny.example>", token);
      expect((await again(person(name), "<1@tiny.example>", token)).raw.equals(raw), name).toBe(true);
    }
  });

  it("is not begun with a key that cannot be used", async () => {
    const settings = "dkim: { domain: tiny.example, selector: one, key: var/one.pem }\n";
    await expect(maker(settings, { "var/one.pem": "hunter2" })).rejects.toMatchObject({
      code: "dkim-key",
      message: expect.not.stringContaining("hunter2"),
    });
  });
});
