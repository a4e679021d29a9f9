import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";

import { parseTransport } from "../../../../src/deliver/transports/parse.ts";
import { SenderFault } from "../../../../src/deliver/transports/transport.ts";
import { startSmtp, type TestServer, type Treatment } from "../../../support/smtp.ts";
import { freely, messageTo, recipient, sender } from "../setting.ts";

const ann = "ann@example.org";
const message = messageTo(recipient(ann), "<1@trust.example>");
const toBob = messageTo(recipient("bob@example.org"), "<2@trust.example>");

async function start(options: Parameters<typeof startSmtp>[0] = {}): Promise<TestServer> {
  const server = await startSmtp(options);
  onTestFinished(() => server.close());
  return server;
}

type Transport = ReturnType<typeof freely>;

function connect(url: string, timeout = 5_000, messagesPerConnection?: number): Transport {
  const transport = freely(parseTransport(url, { root: "/", timeout, messagesPerConnection }).open());
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
    expect(await transport.send({ ...message, raw })).toEqual({
      kind: "accepted",
      reply: expect.stringMatching(/^250/),
    });
    expect(server.received).toMatchObject([
      { from: sender, to: ann, raw: raw.toString(), messageId: "<1@trust.example>" },
    ]);
  });

  it.each<[string, Treatment, object]>([
    ["450 for the recipient", { at: "envelope", code: 450 }, { kind: "deferred", reply: "450 Not today" }],
    ["550 for the recipient", { at: "envelope", code: 550 }, { kind: "rejected", reply: "550 Not today" }],
    ["421", { at: "envelope", code: 421 }, { kind: "deferred", fault: "line" }],
    ["451 for the message", { at: "body", code: 451 }, { kind: "deferred", reply: "451 Not today" }],
    ["554 for the message", { at: "body", code: 554 }, { kind: "rejected", reply: "554 Not today" }],
    // RFC 3463 where the two codes differ.
    ["550 that is only for now", { at: "body", code: 550, text: "4.7.1 Later" }, { kind: "deferred" }],
    ["450 for a bad address", { at: "envelope", code: 450, text: "5.1.1 Nobody" }, { kind: "rejected" }],
    ["450 for anything else", { at: "envelope", code: 450, text: "5.7.1 Busy" }, { kind: "deferred" }],
    ["452 without room", { at: "envelope", code: 452 }, { kind: "deferred", fault: "line" }],
    ["452 for a full mailbox", { at: "envelope", code: 452, text: "4.2.2 Full" }, { kind: "deferred" }],
    [
      "451 of a sick server",
      { at: "body", code: 451, text: "4.3.0 Sick" },
      { kind: "deferred", fault: "line" },
    ],
    ["454", { at: "envelope", code: 454, text: "4.7.0 Later" }, { kind: "deferred" }],
    ["552 for a full mailbox", { at: "body", code: 552, text: "5.2.2 Over its limit" }, { kind: "rejected" }],
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
    server.treat(ann, { at: "envelope", code: 550 }, { at: "envelope", code: 450 });
    // Twice, because a connection that was kept is tried again at once.
    server.treat(ann, "drop-before", "drop-before", "drop-after");
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

  it("opens another connection after so many messages, and leaves the old one politely", async () => {
    const quit: string[] = [];
    const server = await start({
      server: { onClose: (session) => void quit.push(String(session.transaction)) },
    });
    const transport = connect(`smtp://127.0.0.1:${server.port}`, 5_000, 3);
    for (let count = 0; count < 7; count += 1)
      expect(await transport.send(message)).toMatchObject({ kind: "accepted" });
    expect(server.connections()).toBe(3);
    await transport.close();
    await expect.poll(() => quit.length).toBe(3);
  });

  it("is not waited for when the sending is called off before there is a connection", async () => {
    const port = await scripted({}, "220-slow");
    const transport = connect(`smtp://127.0.0.1:${port}`, 60_000);
    const sent = transport.send(message).catch((fault: unknown) => fault);
    await new Promise((resolve) => setImmediate(resolve));
    transport.stop();
    expect(await sent).toMatchObject({ code: "server-unreachable" });
  });

  it("tries once more on a new connection when the kept one had died", async () => {
    const { server, transport } = await pair();
    await transport.send(message);
    server.treat("bob@example.org", "drop-before");
    expect(await transport.send(toBob)).toMatchObject({ kind: "accepted" });
    expect(server.connections()).toBe(2);
  });

  it("is unknown when the server falls silent after the body", async () => {
    const port = await scripted({ EHLO: "250 silent", MAIL: "250 ok", RCPT: "250 ok", DATA: "354 go" });
    const transport = connect(`smtp://127.0.0.1:${port}`, 300);
    expect(await transport.send(message)).toMatchObject({ kind: "unknown", reply: "Timeout" });
  });

  it("is deferred when the server falls silent before the body", async () => {
    const port = await scripted({ EHLO: "250 silent", MAIL: "250 ok", RCPT: "250 ok" });
    const transport = connect(`smtp://127.0.0.1:${port}`, 300);
    expect(await transport.send(message)).toEqual({ kind: "deferred", reply: "Timeout", fault: "line" });
  });

  it("uses international addresses only where the server takes them", async () => {
    const toUmlaut = messageTo(recipient("jürgen@example.org"), "<3@trust.example>");
    const without = await pair({ server: { hideSMTPUTF8: true } });
    expect(await without.transport.send(toUmlaut)).toMatchObject({ kind: "rejected" });
    expect(without.server.named).toEqual([]);
    const { server, transport } = await pair();
    expect(await transport.send(toUmlaut)).toMatchObject({ kind: "accepted" });
    expect(await transport.send(message)).toMatchObject({ kind: "accepted" });
    expect(server.received).toMatchObject([
      { to: "jürgen@example.org", isUtf8: true },
      { to: ann, isUtf8: false },
    ]);
  });

  it.each([
    "ann@example.org\r\nRCPT TO:<eve@example.org>",
    "ann@example.org> ORCPT=x",
    "Ann <ann@example.org>",
  ])("says not a word about %j", async (to) => {
    const { server, transport } = await pair();
    expect(await transport.send({ ...message, to })).toMatchObject({ kind: "rejected" });
    expect(server.connections()).toBe(0);
  });
});

describe("faults that are ours and not the recipient's", () => {
  const login = { user: "ann@trust", pass: "pass:/@#% word" };
  const credentials = `${encodeURIComponent(login.user)}:${encodeURIComponent(login.pass)}`;

  it("logs in with what stands in the address, whatever characters it holds", async () => {
    const server = await start({ login });
    const transport = connect(`smtp://${credentials}@127.0.0.1:${server.port}`);
    expect(await transport.send(message)).toMatchObject({ kind: "accepted" });
    expect(server.received).toMatchObject([{ user: login.user }]);
  });

  it("stops at a wrong password, without showing it", async () => {
    const server = await start({ login });
    const transport = connect(`smtp://ann%40trust:s3cret@127.0.0.1:${server.port}`);
    const fault = await faultOf(transport);
    expect(fault).toMatchObject({ code: "login-refused", exit: 2, message: expect.stringContaining("535") });
    expect(`${fault.message} ${fault.hint} ${JSON.stringify(fault)}`).not.toContain("s3cret");
  });

  it("stops when a login is missing, or the server has none", async () => {
    const server = await start({ login });
    expect(await faultOf(connect(`smtp://127.0.0.1:${server.port}`))).toMatchObject({
      code: "server-refuses",
    });
    const open = await start();
    expect(await faultOf(connect(`smtp://${credentials}@127.0.0.1:${open.port}`))).toMatchObject({
      code: "login-refused",
    });
  });

  it.each<[string, string, Treatment]>([
    ["the sender is refused", sender, { at: "envelope", code: 550 }],
    ["the order is wrong", ann, { at: "envelope", code: 503 }],
    [
      "the domain is not authenticated",
      ann,
      { at: "body", code: 550, text: "5.7.26 This mail is unauthenticated" },
    ],
    ["a login is asked for late", ann, { at: "body", code: 554, text: "5.7.0 Authentication required" }],
    ["the message is too large", ann, { at: "body", code: 552, text: "5.3.4 Message too big" }],
    [
      "the message is too large, without a status",
      ann,
      { at: "body", code: 552, text: "Message size limit" },
    ],
    ["Outlook wants us authenticated", ann, { at: "body", code: 550, text: "5.7.515 Access denied" }],
    ["relaying is denied", ann, { at: "envelope", code: 554, text: "5.7.1 Relay access denied" }],
  ])("stops when %s", async (_what, address, treatment) => {
    const { server, transport } = await pair();
    server.treat(address, treatment);
    expect(await faultOf(transport)).toMatchObject({ code: "server-refuses", exit: 2 });
    expect(await transport.send(toBob)).toMatchObject({ kind: "accepted" });
  });

  it("stops before a message that the server says is too large", async () => {
    const { transport, server } = await pair({ server: { size: 50 } });
    expect(await faultOf(transport)).toMatchObject({ code: "server-refuses" });
    expect(server.named).toEqual([]);
  });

  it("takes a denied relay as one recipient's once the server has taken mail from us", async () => {
    const { server, transport } = await pair();
    await transport.send(toBob);
    server.treat(ann, { at: "envelope", code: 554, text: "5.7.1 Relay access denied" });
    expect(await transport.send(message)).toMatchObject({ kind: "rejected" });
  });

  it("waits for the sender's address to be taken again after a 4xx", async () => {
    const { server, transport } = await pair();
    server.treat(sender, { at: "envelope", code: 451 });
    expect(await transport.send(message)).toMatchObject({ kind: "deferred", fault: "line" });
  });

  it("stops when nobody listens; once there was contact it is a fault of the line", async () => {
    const server = await startSmtp();
    const factory = parseTransport(`smtp://127.0.0.1:${server.port}`, { root: "/", timeout: 5_000 });
    const before = freely(factory.open());
    await before.send(message);
    await server.close();
    expect(await freely(factory.open()).send(toBob)).toMatchObject({ kind: "deferred", fault: "line" });
    expect(await faultOf(connect(`smtp://127.0.0.1:${server.port}`))).toMatchObject({
      code: "server-unreachable",
      exit: 2,
    });
    await before.close();
  });

  it("tells a server that is busy from one that wants nothing to do with us", async () => {
    const busy = connect(`smtp://127.0.0.1:${await scripted({}, "421 too many connections")}`);
    expect(await busy.send(message)).toMatchObject({ kind: "deferred", fault: "line" });
    const shut = connect(`smtp://127.0.0.1:${await scripted({}, "554 go away")}`);
    expect(await faultOf(shut)).toMatchObject({ code: "server-refuses" });
  });
});

describe("encryption", () => {
  it("is used on this machine where offered, and not asked for", async () => {
    const offered = await pair({ starttls: true });
    expect(await offered.transport.send(message)).toMatchObject({ kind: "accepted" });
    expect(offered.server.received).toMatchObject([{ isEncrypted: true }]);
    const plain = await pair();
    expect(await plain.transport.send(message)).toMatchObject({ kind: "accepted" });
    expect(plain.server.received).toMatchObject([{ isEncrypted: false }]);
  });

  it.each<[string, string, Parameters<typeof startSmtp>[0]]>([
    ["none is offered but it is required", "smtp://127.0.0.1:PORT?tls=required", {}],
    ["nobody vouches for the certificate", "smtp://127.0.0.1:PORT?tls=required", { starttls: true }],
    ["nobody vouches for the certificate of smtps", "smtps://127.0.0.1:PORT", { tls: true }],
    ["smtps meets a plain server", "smtps://127.0.0.1:PORT", {}],
  ])("stops when %s, and sends nothing", async (_what, url, options) => {
    const server = await start({ ...options, login: { user: "a", pass: "b" } });
    const transport = connect(url.replace("127", "a:b@127").replace("PORT", String(server.port)));
    expect(await faultOf(transport)).toMatchObject({ code: "not-secure", exit: 2 });
    expect(server.received).toEqual([]);
  });

  // Linux and macOS reach this machine under 0.0.0.0, which is not a loopback address.
  it.runIf(process.platform !== "win32")("is required for other machines unless said otherwise", async () => {
    const server = await start();
    expect(await faultOf(connect(`smtp://0.0.0.0:${server.port}`))).toMatchObject({ code: "not-secure" });
    const optional = connect(`smtp://0.0.0.0:${server.port}?tls=optional`);
    expect(await optional.send(message)).toMatchObject({ kind: "accepted" });
  });
});

async function faultOf(transport: Transport): Promise<SenderFault> {
  const fault: unknown = await transport.send(message).catch((reason: unknown) => reason);
  if (!(fault instanceof SenderFault))
    throw new Error(`Expected a SenderFault, got ${JSON.stringify(fault)}`);
  return fault;
}

/** A server that knows these answers and no more. */
async function scripted(answers: Readonly<Record<string, string>>, greeting = "220 hello"): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.write(`${greeting}\r\n`);
    socket.on("data", (chunk) => {
      const answer = answers[chunk.toString().slice(0, 4)];
      if (answer) socket.write(`${answer}\r\n`);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
