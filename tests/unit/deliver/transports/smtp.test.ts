import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";

import type { Transport } from "../../../../src/deliver/transports/transport.ts";
import { parseTransport } from "../../../../src/deliver/transports/parse.ts";
import { startSmtp, type TestServer, type Treatment } from "../../../support/smtp.ts";
import { messageTo, recipient, sender } from "../setting.ts";

const ann = "ann@example.org";
const message = messageTo(recipient(ann), "<1@trust.example>");
const toBob = messageTo(recipient("bob@example.org"), "<2@trust.example>");

async function start(options: Parameters<typeof startSmtp>[0] = {}): Promise<TestServer> {
  const server = await startSmtp(options);
  onTestFinished(() => server.close());
  return server;
}

function connect(url: string, timeout = 5_000): Transport {
  const transport = parseTransport(url, { root: "/", timeout }).open();
  onTestFinished(() => transport.close());
  return transport;
}

async function pair(options: Parameters<typeof startSmtp>[0] = {}) {
  const server = await start(options);
  return { server, transport: connect(`smtp://127.0.0.1:${server.port}`) };
}

describe("what the server says about one message", () => {
  it("accepted: it has the message, byte for byte, and its reply is kept", async () => {
    const { server, transport } = await pair();
    const raw = Buffer.concat([message.raw, Buffer.from(".\r\n..two\r\n.\r\nend\r\n")]);
    expect(await transport.send({ ...message, raw })).toEqual({ kind: "accepted", reply: expect.stringMatching(/^250/) });
    expect(server.received).toMatchObject([{ from: sender, to: ann, raw: raw.toString(), messageId: "<1@trust.example>" }]);
  });

  it.each<[string, Treatment, object]>([
    ["450 for the recipient", { at: "envelope", code: 450 }, { kind: "deferred", reply: "450 Not today" }],
    ["550 for the recipient", { at: "envelope", code: 550 }, { kind: "rejected", reply: "550 Not today" }],
    ["421", { at: "envelope", code: 421 }, { kind: "deferred", fault: "line" }],
    ["451 for the message", { at: "body", code: 451 }, { kind: "deferred", reply: "451 Not today" }],
    ["554 for the message", { at: "body", code: 554 }, { kind: "rejected", reply: "554 Not today" }],
    ["a lost line before the body", "drop-before", { kind: "deferred", fault: "line" }],
    ["a lost line after the body", "drop-after", { kind: "unknown" }],
  ])("%s", async (_what, treatment, outcome) => {
    const { server, transport } = await pair();
    server.treat(ann, treatment);
    const got = await transport.send(message);
    expect(got).toMatchObject(outcome);
    if (!("fault" in outcome)) expect(got).not.toHaveProperty("fault");
    // Whatever happened to one message, the next one goes out.
    expect(await transport.send(toBob)).toMatchObject({ kind: "accepted" });
  });

  it("the same without pipelining", async () => {
    const { server, transport } = await pair({ server: { hidePIPELINING: true } });
    server.treat(ann, { at: "envelope", code: 550 }, { at: "envelope", code: 450 }, "drop-before", "drop-after");
    const kinds: string[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) kinds.push((await transport.send(message)).kind);
    expect(kinds).toEqual(["rejected", "deferred", "deferred", "unknown", "accepted"]);
  });

  it("uses one connection for many messages, refused ones among them", async () => {
    const { server, transport } = await pair();
    server.treat("bob@example.org", { at: "envelope", code: 550 });
    await transport.send(message);
    await transport.send(toBob);
    await transport.send(message);
    expect(server.received).toHaveLength(2);
    expect(server.connections()).toBe(1);
  });

  it("tries once more on a new connection when the kept one had died", async () => {
    const { server, transport } = await pair();
    await transport.send(message);
    server.treat("bob@example.org", "drop-before");
    expect(await transport.send(toBob)).toMatchObject({ kind: "accepted" });
    expect(server.connections()).toBe(2);
  });

  it("is unknown when the server falls silent after the body", async () => {
    const server = await start({ server: { onData: (stream) => void stream.resume() } });
    const slow = await start({ onReceived: () => {}, server: {} });
    expect(slow.port).not.toBe(server.port);
    const silent = createServer((socket) => {
      socket.write("220 silent\r\n");
      socket.on("data", (chunk) => {
        const command = chunk.toString().slice(0, 4).toUpperCase();
        const replies: Record<string, string> = { EHLO: "250 silent\r\n", MAIL: "250 ok\r\n", RCPT: "250 ok\r\n", DATA: "354 go\r\n" };
        const reply = replies[command];
        if (reply) socket.write(reply);
      });
      socket.on("error", () => {});
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void silent.close());
    const transport = connect(`smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`, 300);
    expect(await transport.send(message)).toMatchObject({ kind: "unknown", reply: expect.stringContaining("Timeout") });
  });
});
