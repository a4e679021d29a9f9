import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";

import type { TokenSource } from "../../../../src/deliver/transports/oauth2.ts";
import { parseTransport } from "../../../../src/deliver/transports/parse.ts";
import { SenderFault } from "../../../../src/deliver/transports/transport.ts";
import { startSmtp } from "../../../support/smtp.ts";
import { freely, messageTo, recipient } from "../setting.ts";

const message = messageTo(recipient("ann@example.org"), "<1@trust.example>");
const user = "news@trust.example";

/** A server that gives tokens, each another one, and writes down what it was asked. */
async function tokenServer(answer: (number: number) => { status?: number; body: object | string }) {
  const asked: Record<string, string>[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      asked.push(Object.fromEntries(new URLSearchParams(text)));
      const { status = 200, body } = answer(asked.length);
      response
        .writeHead(status, { "Content-Type": "application/json" })
        .end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { asked, tokenUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token` };
}

async function connect(source: TokenSource, messagesPerConnection?: number) {
  const login = { user, pass: "token-1" };
  const smtp = await startSmtp({ login, server: { authMethods: ["XOAUTH2"] } });
  const url = `smtp://${encodeURIComponent(user)}@127.0.0.1:${smtp.port}`;
  const transport = freely(parseTransport(url, { root: "/", messagesPerConnection, oauth2: source }).open());
  onTestFinished(async () => {
    await transport.close();
    await smtp.close();
  });
  return { smtp, login, transport };
}

const token = (number: number, seconds = 3600) => ({
  body: { access_token: `token-${number}`, expires_in: seconds, token_type: "Bearer" },
});

describe("a login by access token", () => {
  it("gets one for somebody who has agreed, and uses it until it ends", async () => {
    const { asked, tokenUrl } = await tokenServer((number) => token(number));
    const told: string[] = [];
    const source = { tokenUrl, clientId: "id", clientSecret: "s+cret", refreshToken: "r/1" };
    const { smtp, transport } = await connect({ ...source, onToken: (one) => told.push(one) }, 1);
    for (const id of ["<1@trust.example>", "<2@trust.example>"])
      expect(await transport.send(messageTo(recipient("ann@example.org"), id))).toMatchObject({
        kind: "accepted",
      });
    expect(smtp.received.map((one) => one.user)).toEqual([user, user]);
    expect(smtp.connections()).toBe(2);
    expect(asked).toEqual([
      { grant_type: "refresh_token", client_id: "id", client_secret: "s+cret", refresh_token: "r/1" },
    ]);
    expect(told).toContain("token-1");
  });

  it("gets one in the program's own name, and another when it has ended", async () => {
    // One that has ended as soon as it is used.
    const { asked, tokenUrl } = await tokenServer((number) => token(number, 0.001));
    const source = {
      tokenUrl,
      clientId: "id",
      clientSecret: "secret",
      scope: "https://mail.example/.default",
    };
    const { login, transport } = await connect(source, 1);
    expect(await transport.send(message)).toMatchObject({ kind: "accepted" });
    login.pass = "token-2";
    expect(await transport.send(message)).toMatchObject({ kind: "accepted" });
    const { scope } = source;
    const asking = { grant_type: "client_credentials", client_id: "id", client_secret: "secret", scope };
    expect(asked).toEqual([asking, asking]);
  });

  it("stops the send when no token is given, and says why", async () => {
    const body = { error: "invalid_grant", error_description: "The refresh token has expired." };
    const { tokenUrl } = await tokenServer(() => ({ status: 400, body }));
    const { transport, smtp } = await connect({ tokenUrl, clientId: "id", refreshToken: "r" });
    const refused = transport.send(message);
    await expect(refused).rejects.toThrow(SenderFault);
    await expect(refused).rejects.toThrow(/No access token.*The refresh token has expired/);
    expect(smtp.received).toEqual([]);
  });

  it("names what is wrong, whatever form it is told in", async () => {
    const forms = [
      [{ error: { code: 400, message: "Bad client" } }, "Bad client"],
      [{ error: { code: "E17" } }, '{"code":"E17"}'],
      [{ error: "invalid_scope", error_description: { text: "x" } }, "invalid_scope"],
      [["none"], "no access token in its answer"],
      ["<p>What?</p>", "no access token in its answer"],
    ] as const;
    for (const [body, words] of forms) {
      const { tokenUrl } = await tokenServer(() => ({ status: 400, body }));
      const { transport } = await connect({ tokenUrl, clientId: "id", refreshToken: "r" });
      const refused = transport.send(message);
      await expect(refused).rejects.toThrow(words);
      await expect(refused).rejects.not.toThrow("[object");
    }
  });

  it("names the mailbox and what to look at when the mail server refuses the token", async () => {
    const { tokenUrl } = await tokenServer(() => token(2));
    const { transport } = await connect({ tokenUrl, clientId: "id", refreshToken: "r" });
    const refused = await transport.send(message).catch((fault: unknown) => fault as SenderFault);
    expect(refused).toMatchObject({
      code: "login-refused",
      message: expect.stringContaining(`refuses the access token for ${user}: 535`),
      hint: expect.stringMatching(/`oauth2`.*send.*SMTP/),
    });
    expect(refused).not.toMatchObject({ hint: expect.stringContaining("password") });
  });

  const passing = [
    { status: 503, body: "<p>Down</p>" },
    { status: 503, body: { error: "temporarily_unavailable" } },
    { status: 400, body: { error: "temporarily_unavailable" } },
    { status: 500, body: { error: "server_error" } },
    { status: 400, body: { error: "server_error", error_description: "Try later" } },
    { status: 429, body: { error: "slow_down" } },
    { status: 502, body: { message: "Bad gateway" } },
  ];

  it.each(passing)("waits when it cannot be got for a while in the midst of a send: %o", async (fault) => {
    const { tokenUrl } = await tokenServer((number) => (number === 2 ? fault : token(1, 0.001)));
    const { transport } = await connect({ tokenUrl, clientId: "id", refreshToken: "r" }, 1);
    const kinds = [];
    for (let attempt = 0; attempt < 3; attempt += 1) kinds.push(await transport.send(message));
    expect(kinds).toMatchObject([
      { kind: "accepted" },
      { kind: "deferred", fault: "line", reply: expect.stringContaining(String(fault.status)) },
      { kind: "accepted" },
    ]);
  });

  it("stops all the same when nothing was sent yet, or when waiting does not help", async () => {
    const early = await tokenServer(() => ({ status: 503, body: { error: "temporarily_unavailable" } }));
    const { transport } = await connect({ tokenUrl: early.tokenUrl, clientId: "id", refreshToken: "r" });
    await expect(transport.send(message)).rejects.toMatchObject({
      code: "no-token",
      hint: expect.stringMatching(/^Wait a while/),
    });
    const late = await tokenServer((number) =>
      number === 1 ? token(1, 0.001) : { status: 401, body: { error: "invalid_client" } },
    );
    const other = await connect({ tokenUrl: late.tokenUrl, clientId: "id", refreshToken: "r" }, 1);
    expect(await other.transport.send(message)).toMatchObject({ kind: "accepted" });
    await expect(other.transport.send(message)).rejects.toMatchObject({
      code: "no-token",
      hint: expect.stringMatching(/^Check `oauth2`/),
    });
  });
});
