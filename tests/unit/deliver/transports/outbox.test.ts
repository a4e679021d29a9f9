import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { fileOf } from "../../../../src/deliver/transports/outbox.ts";
import { parseTransport } from "../../../../src/deliver/transports/parse.ts";
import { emptyFolder, freely, messageTo, recipient } from "../setting.ts";

const message = messageTo(recipient("ann@example.org"), "<1@trust.example>");

function outbox(root: string) {
  return freely(parseTransport("outbox:var/outbox", { root }).open());
}

describe("the outbox", () => {
  it("writes the very bytes of the message, for its owner's eyes only, under a name that says nothing", async () => {
    const root = emptyFolder();
    expect(await outbox(root).send(message)).toMatchObject({ kind: "accepted" });
    const folder = join(root, "var/outbox");
    const [file, ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(file).toMatch(/^[0-9a-f]{32}\.eml$/);
    expect(readFileSync(join(folder, file!)).equals(message.raw)).toBe(true);
    if (process.platform !== "win32") {
      expect(statSync(join(folder, file!)).mode & 0o777).toBe(0o600);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
  });

  it("keeps one file per message however often it is sent, and one per person", async () => {
    const root = emptyFolder();
    const transport = outbox(root);
    await transport.send(message);
    await transport.send({ ...message, raw: Buffer.from("again\r\n") });
    await transport.send(messageTo(recipient("bob@example.org"), "<2@trust.example>"));
    const files = readdirSync(join(root, "var/outbox"));
    expect(files).toHaveLength(2);
    expect(files.map((file) => readFileSync(join(root, "var/outbox", file), "utf8"))).toContain("again\r\n");
  });

  it("knows what became of a message", async () => {
    const transport = outbox(emptyFolder());
    expect(await transport.recover?.(message.messageId)).toBe("not-sent");
    await transport.send(message);
    expect(await transport.recover?.(message.messageId)).toBe("accepted");
  });

  it("does not take an earlier rehearsal's message for one that was not written yet", async () => {
    const root = emptyFolder();
    await outbox(root).send(message);
    const transport = parseTransport("outbox:var/outbox", { root }).open();
    const killed = transport.send({ ...message, raw: Buffer.from("new\r\n") }, async () => {
      throw new Error("killed here");
    });
    await expect(killed).rejects.toThrow("killed here");
    expect(await transport.recover?.(message.messageId)).toBe("not-sent");
  });

  it("stops the run when it cannot be written", async () => {
    const root = emptyFolder();
    writeFileSync(join(root, "var"), "in the way");
    await expect(outbox(root).send(message)).rejects.toMatchObject({ code: "outbox-unwritable", exit: 2 });
  });

  it("leaves nothing of a message that could not be written", async () => {
    const root = emptyFolder();
    // A folder of the message's own name lets the draft be written, but not put in its place.
    mkdirSync(join(root, "var/outbox", fileOf(message.messageId)), { recursive: true });
    await expect(outbox(root).send(message)).rejects.toMatchObject({ code: "outbox-unwritable" });
    expect(readdirSync(join(root, "var/outbox"))).toEqual([fileOf(message.messageId)]);
  });

  it("is not made before there is a message", () => {
    const root = emptyFolder();
    outbox(root);
    expect(existsSync(join(root, "var"))).toBe(false);
  });
});

describe("the envelope, whatever the transport", () => {
  it.each([
    "ann@example.org\r\nRCPT TO:<eve@example.org>",
    "ann@example.org\neve@example.org",
    "ann@example.org>",
    "<ann@example.org>",
    "ann @example.org",
    "ann@example.org,eve@example.org",
    "ann\0@example.org",
    "ann@",
    "@example.org",
    "ann",
    "",
    "ann@exa mple.org",
    "ann@-example.org",
    `${"a".repeat(65)}@example.org`,
    '"ann\r\n"@example.org',
  ])("refuses %j as a recipient, without a word to anybody", async (to) => {
    const root = emptyFolder();
    expect(await outbox(root).send({ ...message, to })).toMatchObject({ kind: "rejected" });
    expect(existsSync(join(root, "var"))).toBe(false);
  });

  it.each([
    "o'neill+news@example.org",
    "jürgen@example.org",
    "a.b-c_d@xn--bcher-kva.example",
    "root@localhost",
  ])("takes %s", async (to) => {
    expect(await outbox(emptyFolder()).send({ ...message, to })).toMatchObject({ kind: "accepted" });
  });

  it("stops the run over an unusable sender", async () => {
    const send = outbox(emptyFolder()).send({ ...message, from: "news@trust.example\r\nQUIT" });
    await expect(send).rejects.toMatchObject({ code: "bad-sender", exit: 2 });
  });
});
