import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, type TestContext } from "vitest";
import { expectCode, tempToolkit, type Run, type TestToolkit } from "../support/cli.ts";
import { startSmtp, type TestServer } from "../support/smtp.ts";

/*
 * What is secret never shows and is never kept; what stands in a list, a topic, a brand or the settings never becomes a
 * header, a command or another recipient. Asked of the real program, with a real server at the other end.
 */

type StartOptions = Parameters<typeof startSmtp>[0];

async function server(test: TestContext, options: StartOptions = {}): Promise<TestServer> {
  const smtp = await startSmtp(options);
  test.onTestFinished(() => smtp.close());
  return smtp;
}

function campaign(
  settings: string,
  list = "email,name\nann@readers.example,Ann\nbo@readers.example,Bo\n",
): TestToolkit {
  const toolkit = tempToolkit("tiny");
  toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
  toolkit.write("people.csv", list);
  toolkit.write(
    "onetopic.yaml",
    `${toolkit.read("onetopic.yaml")}retry: { first: 20ms, timeout: 20s }\n${settings}`,
  );
  return toolkit;
}

const send = ["send", "--to", "people.csv", "--yes"] as const;

/** With everything in it that is written differently in addresses, in JSON and in base64. */
const pass = `Corre:ct/Hor@se#77%41 "é"\\`;
const user = "news@tiny.example";
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 1024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const keyLine = privateKey.split("\n")[3] ?? "";

/** Every way in which the secrets of these tests could show. */
function formsOf(secret: string): string[] {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    base64(secret),
    base64(`\0${user}\0${secret}`),
  ];
}

/** Where any of the secrets stands: in what was said, or in a file of the toolkit's own. */
function leaks(secrets: readonly string[], runs: readonly Run[], toolkit: TestToolkit): string[] {
  const forms = secrets.flatMap(formsOf);
  const said = runs.flatMap(({ stdout, stderr }, at) =>
    forms
      .filter((form) => stdout.includes(form) || stderr.includes(form))
      .map((form) => `run ${at} says ${form}`),
  );
  const files = ["var", "out"].flatMap((folder) =>
    toolkit.list(folder).length === 0
      ? []
      : readdirSync(toolkit.path(folder), { recursive: true, encoding: "utf8" }).map((name) =>
          path.join(folder, name),
        ),
  );
  const kept = files
    .filter((name) => statSync(toolkit.path(name)).isFile())
    .flatMap((name) => {
      const bytes = readFileSync(toolkit.path(name));
      return forms.filter((form) => bytes.includes(form)).map((form) => `${name} holds ${form}`);
    });
  return [...said, ...kept];
}

/** A server that repeats whatever it is told in its refusals, as some do for those who look for faults. */
async function echoServer(test: TestContext): Promise<{ readonly port: number; readonly heard: string[] }> {
  const heard: string[] = [];
  const tcp = createServer((socket) => {
    const say = (line: string) => void socket.write(`${line}\r\n`);
    socket.on("error", () => {});
    say("220 echo.example ESMTP");
    createInterface({ input: socket }).on("line", (line) => {
      heard.push(line);
      if (/^EHLO/i.test(line)) say("250-echo.example\r\n250 AUTH PLAIN LOGIN");
      else if (/^AUTH/i.test(line)) {
        const told = Buffer.from(line.split(" ")[2] ?? "", "base64")
          .toString()
          .split("\0")
          .at(-1);
        say(`535 5.7.8 Not good: ${line}; your password "${told}" is wrong`);
      } else if (/^QUIT/i.test(line)) socket.end("221 Bye\r\n");
      else say("250 OK");
    });
  });
  tcp.listen(0, "127.0.0.1");
  await once(tcp, "listening");
  test.onTestFinished(() => void tcp.close());
  return { port: (tcp.address() as AddressInfo).port, heard };
}

describe.concurrent("secrets", { timeout: 120_000 }, () => {
  it("show nowhere, whatever the command and however the server repeats them", async (test) => {
    const smtp = await server(test, { login: { user, pass } });
    const echo = await echoServer(test);
    const login = `${encodeURIComponent(user)}:\${SMTP_PASSWORD}`;
    const toolkit = campaign(
      `transport: "smtp://${login}@127.0.0.1:${smtp.port}"
dkim: { domain: tiny.example, selector: s1, key: "\${DKIM_KEY}" }
unsubscribe: { url: "https://tiny.example/u/{token}" }
`,
    );
    const env = { SMTP_PASSWORD: pass, DKIM_KEY: privateKey };
    const told = `550 5.1.1 ${user} with ${pass} (${Buffer.from(`\0${user}\0${pass}`).toString("base64")}) may not`;
    smtp.treat("ann@readers.example", { at: "envelope", code: 550, text: told });
    const runs: Run[] = [];
    const run = async (code: number, ...args: string[]) => {
      const ended = expectCode(await toolkit.runWith({ env }, ...args), code);
      runs.push(ended);
      return ended;
    };
    await run(0, "check", "--quick", "--verbose");
    await run(0, "send", "--test", "me@readers.example", "--yes", "--verbose", "--json");
    const refused = await run(1, ...send, "--verbose", "--limit", "1");
    await run(1, "resume", "--json", "--verbose");
    const status = await run(0, "status", "--json");
    // The refusal itself is told and kept: only the password in it is not.
    for (const { stdout } of [refused, status]) expect(stdout + refused.stderr).toContain("may not");
    expect(smtp.received.map(({ to }) => to)).toEqual(["me@readers.example", "bo@readers.example"]);
    for (const { raw } of smtp.received) expect(raw).toMatch(/^DKIM-Signature: /m);
    const wrong = await run(
      2,
      "send",
      "--test",
      "me@readers.example",
      "--yes",
      "--transport",
      `smtp://${login}@127.0.0.1:${echo.port}`,
    );
    expect(wrong.stderr).toMatch(/535 5\.7\.8 Not good: AUTH PLAIN •••; your password "•••" is wrong/);
    // The server was told, so it could have been repeated.
    expect(echo.heard.join("\n")).toContain(Buffer.from(`\0${user}\0${pass}`).toString("base64"));
    for (const transport of [
      `smtp://${user}:${encodeURIComponent(pass)}@127.0.0.1:${echo.port}`,
      `smtp://${user}:${encodeURIComponent(pass)}@127.0.0.1:none`,
      `smtpx://${user}:${encodeURIComponent(pass)}@127.0.0.1`,
      `outbox:../${user}:${encodeURIComponent(pass)}@x`,
    ])
      await run(2, "send", "--test", "me@readers.example", "--yes", "--json", "--transport", transport);
    expect(leaks([pass, keyLine], runs, toolkit)).toEqual([]);
  });

  it("are not told when they stand in a file that is broken, or in one that cannot be used", async () => {
    const toolkit = campaign(
      `transport: "smtp://news:${encodeURIComponent(pass)}@127.0.0.1:1"
dkim: { domain: tiny.example, selector: s1, key: "\${DKIM_KEY}" }
`,
    );
    toolkit.write(".env", `DKIM_KEY="-----BEGIN PRIVATE KEY-----${keyLine}-----END PRIVATE KEY-----"\n`);
    const dkim = expectCode(await toolkit.run("send", "--test", "me@readers.example", "--yes"), 2);
    expect(dkim.stderr).toContain("DKIM");
    toolkit.write(
      "onetopic.yaml",
      `${toolkit.read("onetopic.yaml")}  ledger: [${encodeURIComponent(pass)}\n`,
    );
    const broken = expectCode(await toolkit.run("check", "--quick"), 1);
    expect(broken.stdout).toContain("onetopic.yaml");
    expect(leaks([pass, keyLine], [dkim, broken], toolkit)).toEqual([]);
  });
});
