import { createHash, generateKeyPairSync } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { documentOf, eventsOf, expectCode, tempToolkit } from "../support/cli.ts";
import { startPostfix } from "../support/postfix.ts";
import { startSmtp, type Received } from "../support/smtp.ts";

const people = 50;
const addresses = Array.from(
  { length: people },
  (_, at) => `p${String(at).padStart(2, "0")}@readers.example`,
);
const [gone = "", full = "", later = "", refused = ""] = addresses;

/** The hash of a body as DKIM takes it (RFC 6376, 3.4.4), to compare with the one that was signed when it left. */
function bodyHash(raw: string): string {
  const body = raw
    .slice(raw.indexOf("\r\n\r\n") + 4)
    .replaceAll(/[ \t]+(?=\r\n)/g, "")
    .replaceAll(/[ \t]+/g, " ")
    .replace(/(\r\n)*$/, "\r\n");
  return createHash("sha256").update(Buffer.from(body)).digest("base64");
}

const signedHash = ({ raw }: Received) =>
  /\bbh=([^;]+);/
    .exec(/^DKIM-Signature:.*\r\n(?:[ \t].*\r\n)*/m.exec(raw)?.[0] ?? "")?.[1]
    ?.replaceAll(/\s/g, "");

describe("send through a Postfix that has a queue of its own", { timeout: 60_000 }, () => {
  it("hands everyone over once and whole, and what comes of it then is the queue's", async (test) => {
    const sink = await startSmtp();
    test.onTestFinished(() => sink.close());
    const postfix = await startPostfix(test.skip, {
      relayTo: sink.port,
      refuses: { [refused]: "550 5.1.1 No such person here" },
    });
    test.onTestFinished(() => postfix.close());
    sink.treat(gone, { at: "envelope", code: 550, text: "5.1.1 No such person" });
    sink.treat(full, { at: "body", code: 552, text: "5.2.2 Mailbox full" });
    sink.treat(later, { at: "envelope", code: 450, text: "4.2.1 Come back later" });

    const toolkit = tempToolkit("tiny");
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 1024,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    toolkit.write("key.pem", privateKey);
    toolkit.write(
      "content/editions/2026-11.md",
      `---\ncycle: 2026-11\ntopic: good\n---\n\nZoë’s note.\n\n.\n\n..dots\n\nFrom here on: ${"long ".repeat(300)}\n`,
    );
    toolkit.write(
      "people.csv",
      `email,name\n${addresses.map((address, at) => `${address},Zoë ${at}`).join("\n")}\n`,
    );
    toolkit.write(
      "onetopic.yaml",
      `${toolkit.read("onetopic.yaml")}transport: smtp://127.0.0.1:${postfix.port}
retry: { first: 20ms, timeout: 20s }
dkim: { domain: tiny.example, selector: s1, key: key.pem }
`,
    );

    const run = expectCode(await toolkit.run("send", "--to", "people.csv", "--yes", "--json"), 1);
    // Postfix took them, and that is all that a sender can know at once.
    expect(eventsOf(run).at(-1)).toMatchObject({
      audience: people,
      accepted: people - 1,
      rejected: 1,
      unknown: 0,
    });
    const replies = eventsOf(run)
      .filter(({ event }) => event === "accepted")
      .map(({ reply }) => reply);
    expect(replies.filter((reply) => /queued as/.test(String(reply)))).toHaveLength(people - 1);

    const arrived = () => sink.received.filter(({ from }) => from === "news@tiny.example");
    const reports = () => sink.received.filter(({ from }) => from === "");
    await vi.waitFor(() => {
      expect(arrived().length, postfix.log()).toBe(people - 4);
      expect(reports(), postfix.log()).toHaveLength(2);
      expect(postfix.queued()).toEqual([later]);
    }, 20_000);
    postfix.flush();
    await vi.waitFor(() => expect(arrived().length, postfix.log()).toBe(people - 3), 20_000);
    await vi.waitFor(() => expect(postfix.queued()).toEqual([]), 20_000);

    expect(
      arrived()
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual(addresses.filter((to) => ![gone, full, refused].includes(to)));
    for (const message of arrived()) {
      expect(bodyHash(message.raw), message.to).toBe(signedHash(message));
      expect(message.raw).toMatch(/Content-Type: text\/plain[\s\S]*Content-Type: text\/html/);
      expect(message.raw).toContain(`To: =?UTF-8?`);
    }

    // What could not be delivered comes back as a report (RFC 3464) that names the message by its id.
    const { runs } = documentOf<{
      runs: { open: { address: string; state: string; messageId: string }[] }[];
    }>(await toolkit.run("status", "--json"));
    expect(runs[0]?.open.map(({ address, state }) => [address, state])).toEqual([[refused, "rejected"]]);
    const idOf = new Map(eventsOf(run).map(({ address, messageId }) => [address, messageId]));
    const told = reports().map(({ raw, to }) => ({
      to,
      about: /^Final-Recipient: rfc822; (\S+)/m.exec(raw)?.[1],
      status: /^Status: (\S+)/m.exec(raw)?.[1],
      id: raw
        .match(/^Message-I[dD]: (<\S+>)/gm)
        ?.at(-1)
        ?.split(" ")[1],
    }));
    expect(told.toSorted((a, b) => `${a.about}`.localeCompare(`${b.about}`))).toEqual([
      { to: "news@tiny.example", about: gone, status: "5.1.1", id: idOf.get(gone) },
      { to: "news@tiny.example", about: full, status: "5.2.2", id: idOf.get(full) },
    ]);

    for (const [at, { raw }] of reports().entries()) toolkit.write(`back/${at}.eml`, raw);
    const read = documentOf<{ bounces: { address: string; kind: string; messageId: string }[] }>(
      await toolkit.run("bounces", "back", "--json"),
    );
    const understood = read.bounces.map(({ address, kind, messageId }) => [address, kind, messageId]);
    expect(understood.toSorted()).toEqual([
      [gone, "hard", idOf.get(gone)],
      [full, "soft", idOf.get(full)],
    ]);
    const list = documentOf<{ suppressions: { address: string }[] }>(
      await toolkit.run("suppress", "list", "--json"),
    );
    expect(list.suppressions.map(({ address }) => address)).toEqual([gone]);
  });
});
