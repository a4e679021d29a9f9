import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Readable, Transform } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { describe, expect, it, onTestFinished } from "vitest";

import { Handover, isClean } from "../../../../src/deliver/transports/handover.ts";
import { parseTransport } from "../../../../src/deliver/transports/parse.ts";
import { messageTo, recipient, sender, smtp } from "../setting.ts";

const ann = "ann@example.org";
const message = messageTo(recipient(ann), "<1@trust.example>");
const atOnce = () => Promise.resolve();

/** Every text of that length over what line ends and dots are made of. */
function texts(length: number): string[] {
  if (length === 0) return [""];
  return texts(length - 1).flatMap((text) => ["\r", "\n", ".", "a"].map((sign) => text + sign));
}

it("takes for clean what ends each line with CRLF and begins none with a dot, and nothing else", () => {
  const all = [1, 2, 3, 4, 5, 6, 7].flatMap(texts);
  const clean = all.filter((text) => isClean(Buffer.from(text)));
  expect(clean).toEqual(
    all.filter((text) => text.endsWith("\r\n") && !/(?<!\r)\n|\r(?!\n)|(?:^|\n)\./.test(text)),
  );
  expect(clean.length).toBeGreaterThan(20);
});

it("goes past the loop of the installed nodemailer, and arrives byte for byte", async () => {
  const { server } = await smtp();
  const connection = new SMTPConnection({ host: "127.0.0.1", port: server.port });
  await new Promise<void>((done, fail) => connection.connect((fault) => (fault ? fail(fault) : done())));
  const raw = Buffer.from(`${"Some words, and a dot.\r\n".repeat(5_000)}\r\nThe end.\r\n`);
  const handover = new Handover({ raw }, atOnce, connection);
  let wire: (Transform & { inByteCount?: number }) | undefined;
  const body = {
    pipe: (given: Transform) => {
      wire = given;
      handover.pipe(given);
    },
  };
  await new Promise<void>((done, fail) =>
    connection.send({ from: sender, to: [ann] }, body as unknown as Readable, (fault) =>
      fault ? fail(fault) : done(),
    ),
  );
  connection.close();
  expect(server.received.map((one) => one.raw)).toEqual([raw.toString()]);
  // What it counts is what its loop has looked at.
  expect(wire?.inByteCount).toBe(0);
});

it.each([
  ["dots at the beginning of lines", ".\r\n..two\r\n.\r\n...\r\nend\r\n", undefined],
  ["a dot at the very beginning", ". and on\r\n", undefined],
  ["a message in the message", "one\r\n.\r\nMAIL FROM:<eve@example.org>\r\n", undefined],
  ["no line end", "the end", "the end\r\n"],
  ["bare line feeds and a dot", "one\n.\ntwo\n", "one\r\n.\r\ntwo\r\n"],
  ["bare returns and a dot", "one\r.\rtwo\r\n", "one\r\n.\r\ntwo\r\n"],
  ["nothing but a line end", "\r\n", undefined],
])("does not end, or lose, a message with %s", async (_what, text, arrives = text) => {
  const { server, transport } = await smtp();
  const line = transport.open();
  onTestFinished(() => line.close());
  const raw = Buffer.concat([message.raw, Buffer.from(text)]);
  expect(await line.send({ ...message, raw }, atOnce)).toMatchObject({ kind: "accepted" });
  expect(await line.send(message, atOnce)).toMatchObject({ kind: "accepted" });
  expect(server.received.map((one) => one.raw)).toEqual([
    message.raw.toString() + arrives,
    message.raw.toString(),
  ]);
});

describe("what is to be done before the body", () => {
  /** A server that notes everything it is told. */
  async function noting(asks = "354 go\r\n") {
    const told = { text: "" };
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.write("220 hello\r\n");
      socket.on("data", (chunk) => {
        const text = chunk.toString();
        told.text += text;
        if (text.startsWith("EHLO")) socket.write("250 noting\r\n");
        else if (/^(?:MAIL|RCPT)/.test(text)) socket.write("250 ok\r\n");
        else if (text.startsWith("DATA")) socket.write(asks);
        else if (text.startsWith("QUIT")) socket.end("221 bye\r\n");
        else if (text.endsWith("\r\n.\r\n")) socket.write("250 taken\r\n");
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const transport = parseTransport(`smtp://127.0.0.1:${port}`, { root: "/", timeout: 5_000 }).open();
    onTestFinished(() => transport.close());
    return { told, transport };
  }

  it("comes after the server asked for the body, and before its first byte", async () => {
    const { told, transport } = await noting();
    let before = "";
    const outcome = await transport.send(message, async () => {
      // Long enough for a body that does not wait.
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      before = told.text;
    });
    expect(outcome).toMatchObject({ kind: "accepted", reply: "250 taken" });
    expect(before).toMatch(/DATA\r\n$/);
    expect(told.text).toBe(`${before}${message.raw.toString()}.\r\n`);
  });

  it.each(["250 taken", "451 too slow"])(
    "keeps the body back from a server that has said %s by then, and from the next message",
    async (early) => {
      const { told, transport } = await noting(`354 go\r\n${early}\r\n`);
      let [isFree, begun] = [false, Promise.resolve()];
      const late = () => (begun = new Promise<void>((resolve) => setTimeout(resolve, 20)));
      const first = { ...message, free: () => (isFree = true) };
      expect(await transport.send(first, late)).toMatchObject({ kind: "deferred" });
      await begun;
      expect(await transport.send(message, late)).toMatchObject({ kind: "deferred" });
      await begun;
      await transport.close();
      expect(isFree).toBe(false);
      expect(told.text).not.toContain("Hello.");
    },
  );

  it("keeps the body back when it fails, and the next message goes out on a new line", async () => {
    const { told, transport } = await noting();
    const full = new Error("The disk is full.");
    await expect(transport.send(message, () => Promise.reject(full))).rejects.toBe(full);
    expect(told.text).toMatch(/DATA\r\n$/);
    expect(await transport.send(message, atOnce)).toMatchObject({ kind: "accepted" });
  });
});

describe("the memory of a message", () => {
  /** Sends it, and says whether its memory was given back. */
  async function isFree(answer: (socket: Socket, text: string) => void, raw: Buffer): Promise<boolean> {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.write("220 hello\r\n");
      socket.on("data", (chunk) => {
        const text = chunk.toString();
        if (text.startsWith("EHLO")) socket.write("250 hasty\r\n");
        else if (/^(?:MAIL|RCPT)/.test(text)) socket.write("250 ok\r\n");
        else if (text.startsWith("DATA")) socket.write("354 go\r\n");
        else if (text.startsWith("QUIT")) socket.end("221 bye\r\n");
        else answer(socket, text);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const line = parseTransport(`smtp://127.0.0.1:${port}`, { root: "/", timeout: 5_000 }).open();
    onTestFinished(() => line.close());
    let freed = false;
    expect(await line.send({ ...message, raw, free: () => (freed = true) }, atOnce)).toMatchObject({
      kind: "accepted",
    });
    return freed;
  }
  const taken = "250 taken\r\n";

  it("is given back when the server has it all and says so", async () => {
    const answer = (socket: Socket, text: string) => text.endsWith("\r\n.\r\n") && socket.write(taken);
    expect(await isFree(answer, message.raw)).toBe(true);
  });

  it("is kept when the server answers before it has read all of it", async () => {
    const answer = (socket: Socket) => {
      socket.pause();
      socket.write(taken);
      // What it does not read stays in our hands.
      setImmediate(() => socket.destroySoon());
    };
    const long = Buffer.from(`${message.raw.toString()}${"Some words.\r\n".repeat(2_000_000)}`);
    expect(await isFree(answer, long)).toBe(false);
  });
});
