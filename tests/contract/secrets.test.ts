import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, type TestContext } from "vitest";
import {
  documentOf,
  emptyFolder,
  eventsOf,
  expectCode,
  runCli,
  tempToolkit,
  toolkitIn,
  type Run,
  type TestToolkit,
} from "../support/cli.ts";
import { smtpFor, type startSmtp } from "../support/smtp.ts";

/*
 * What is secret never shows and is never kept; what stands in a list, a topic, a brand or the settings never becomes a
 * header, a command or another recipient. Asked of the whole program, with a real server at the other end.
 */

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
    const smtp = await smtpFor(test, { login: { user, pass } });
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

const crlf = "\\r\\nBcc: all@victim.example";

/** Commands as `smtp-server` reads them off the line. */
function commandsOf(): { readonly heard: string[]; readonly options: Parameters<typeof startSmtp>[0] } {
  const heard: string[] = [];
  const quiet = () => {};
  const debug = (_data: unknown, mark: string, line: string) => void (mark === "C:" && heard.push(line));
  const logger = { level: quiet, trace: quiet, debug, info: quiet, warn: quiet, error: quiet, fatal: quiet };
  return { heard, options: { server: { logger: logger as never } } };
}

/** Header fields by name, unfolded, in order. */
function headersOf(raw: string): [string, string][] {
  const [head = ""] = raw.split("\r\n\r\n", 1);
  return head
    .replaceAll(/\r\n[ \t]/g, " ")
    .split("\r\n")
    .map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]);
}

/** A header field with its encoded words (RFC 2047) decoded, once. */
function wordsOf(value: string): string {
  return value.replaceAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, way: string, text: string) =>
    (way.toLowerCase() === "b"
      ? Buffer.from(text, "base64")
      : Buffer.from(
          text
            .replaceAll("_", " ")
            .replaceAll(/=([0-9a-f]{2})/gi, (_all, hex: string) =>
              String.fromCharCode(Number.parseInt(hex, 16)),
            ),
          "latin1",
        )
    ).toString(),
  );
}

const expectedHeaders = [
  "auto-submitted",
  "content-type",
  "date",
  "from",
  "list-id",
  "list-unsubscribe",
  "list-unsubscribe-post",
  "message-id",
  "mime-version",
  "subject",
  "to",
  "x-auto-response-suppress",
];

describe.concurrent("headers and commands", { timeout: 120_000 }, () => {
  it("are made of nothing that stands in a list, a topic or a note", async (test) => {
    const { heard, options } = commandsOf();
    const smtp = await smtpFor(test, options);
    const names = [
      "Eve\r\nBcc: all@victim.example",
      "Eve\n.\r\nMAIL FROM:<x@victim.example>",
      "Eve \u0085X-Evil: 1\u2028X-Evil: 1 \u0007",
      "=?utf-8?q?=0D=0ABcc:=20x@victim.example?=",
      '"><x@victim.example>, y',
      `${"=?utf-8?b?DQpCY2M6".repeat(40)}`,
      "\u202Emoc.elpmaxe@mit",
    ];
    const wrong = [
      "a@x.example\r\nRCPT TO:<all@victim.example>",
      "a@x.example> SIZE=1",
      "<a@x.example> b@x.example",
      '"a b"@x.example',
      "a@[127.0.0.1]",
      "a@x.example,all@victim.example",
      "a@x.example%0d%0aDATA",
    ];
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const rows = [
      ...names.map((name, at) => [quoted(name), `p${at}@readers.example`, quoted(`staff\r\nX-Evil: ${at}`)]),
      ...wrong.map((email) => ["Eve", quoted(email), "staff"]),
    ];
    const toolkit = campaign(
      `transport: smtp://127.0.0.1:${smtp.port}
unsubscribe: { mailto: "stop?bcc=all%40victim.example&x=@tiny.example", url: "https://tiny.example/u/{token}" }
variants: { email: { subject: ${JSON.stringify("=?utf-8?q?=0D=0ABcc:=20x@victim.example?= {{recipient.name}}")} } }
`,
      ["name,email,audience", ...rows.map((row) => row.join(","))].join("\r\n"),
    );
    toolkit.edit(
      "onetopic.yaml",
      "sender: { name: Tiny,",
      `sender: { name: ${JSON.stringify('Tiny "News", <x@victim.example>')},`,
    );
    toolkit.write(
      "content/editions/2026-11.md",
      "---\ncycle: 2026-11\ntopic: good\n---\n\nBefore.\n\n.\n\n..\n\n.RSET\n\nQUIT\n\nAfter the dots.\n",
    );
    const run = await toolkit.run(...send, "--json");
    const summary = eventsOf(run).at(-1);
    expect(summary).toMatchObject({ audience: rows.length, accepted: names.length, invalid: wrong.length });
    const command =
      /^(EHLO [\w.[\]-]+|MAIL FROM:<news@tiny\.example>( SIZE=\d+| BODY=8BITMIME| SMTPUTF8)*|RCPT TO:<p\d@readers\.example>|DATA|RSET|QUIT)$/;
    expect(heard.filter((line) => !command.test(line))).toEqual([]);
    expect(heard.filter((line) => line === "DATA")).toHaveLength(names.length);
    expect(smtp.received.map(({ to }) => to).toSorted()).toEqual(
      names.map((_, at) => `p${at}@readers.example`),
    );
    for (const { raw, to } of smtp.received) {
      const headers = headersOf(raw);
      expect(headers.map(([name]) => name).toSorted()).toEqual(expectedHeaders);
      for (const [name, value] of headers) expect(`${name}: ${value}`).not.toMatch(/(?![\t\n])\p{Cc}/u);
      expect(raw.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
      const value = (wanted: string) => headers.find(([name]) => name === wanted)?.[1] ?? "";
      // One address each, whatever stands in the words before it.
      expect(value("to")).toMatch(new RegExp(`^(.* )?<?${to.replaceAll(".", "\\.")}>?$`));
      expect(value("to").replaceAll(/"(?:\\.|[^"\\])*"/g, "")).not.toMatch(/@victim/);
      // Nothing that a program could take for a line of its own once it is decoded.
      expect(wordsOf(value("to")) + wordsOf(value("subject"))).not.toMatch(/\p{Cc}/u);
      expect(value("from").replaceAll(/"(?:\\.|[^"\\])*"/g, "")).toMatch(/^\s*<news@tiny\.example>$/);
      expect(value("list-unsubscribe")).toMatch(
        /^<mailto:stop%3Fbcc%3Dall%2540victim\.example%26x%3D@tiny\.example\?subject=unsubscribe%20[0-9a-f]{40}>, <https:\/\/tiny\.example\/u\/[0-9a-f]{40}>$/,
      );
      // A dot may be written as it is, or encoded.
      expect(raw.replaceAll("=2E", ".")).toMatch(
        /^Before\.(?:\r\n)+\.(?:\r\n)+\.\.(?:\r\n)+\.RSET(?:\r\n)+QUIT(?:\r\n)+After the dots\.\r$/m,
      );
    }
  });

  it("cannot be written by settings, brands or topics, nor by what is filled into them", async (test) => {
    const smtp = await smtpFor(test);
    const toolkit = campaign(`transport: "smtp://127.0.0.1:${smtp.port}"
unsubscribe: { url: "https://tiny.example/\${PLACE}" }
`);
    const filled = await toolkit.runWith({ env: { PLACE: "u>\r\nBcc: all@victim.example" } }, ...send);
    expect([filled.code, filled.stderr]).toEqual([2, expect.stringContaining("unsubscribe.url")]);
    const login = await toolkit.run(...send, "--transport", `smtp://a%0d%0aRSET:b@127.0.0.1:${smtp.port}`);
    expect([login.code, login.stderr]).toEqual([2, expect.stringContaining("control character")]);
    toolkit.write(
      "onetopic.yaml",
      `toolkit: "Tiny${crlf}"
organisation: "Tiny${crlf}"
brand: plain
sender: { name: "Tiny${crlf}", address: "news@tiny.example${crlf}", replyTo: "a\\0@tiny.example" }
cycle: { every: month, starts: 2026-11-03 }
unsubscribe: { mailto: "stop@tiny.example${crlf}", url: "https://tiny.example/${crlf}" }
dkim: { domain: "tiny.example${crlf}", selector: "s1${crlf}", key: key.pem }
reviewers: { team: ["a@tiny.example${crlf}"] }
variants: { email: { subject: "Hello${crlf}" } }
`,
    );
    toolkit.edit(
      "content/brands/plain.yaml",
      /^name: .*$/m,
      `name: "Plain${crlf}"\nsender: { name: "Plain${crlf}", address: "plain@tiny.example\\0" }`,
    );
    toolkit.edit("content/topics/good.md", /^title: .*$/m, `title: "Good${crlf}"`);
    const check = await toolkit.run("check", "--quick", "--json");
    const { findings } = documentOf<{ findings: { path: string; line: number; message: string }[] }>(check);
    const told = findings.map(
      ({ path: file, message }) => `${file} ${/"([\w.]+)"/.exec(message)?.[1] ?? message}`,
    );
    const settingsAtFault = [
      "dkim",
      "organisation",
      "reviewers.team.0",
      "sender.address",
      "sender.name",
      "sender.replyTo",
      "toolkit",
      "unsubscribe.mailto",
      "unsubscribe.url",
      "variants.email.subject",
    ];
    expect([...new Set(told)].toSorted()).toEqual([
      ...["name", "sender.address", "sender.name"].map((key) => `content/brands/plain.yaml ${key}`),
      "content/topics/good.md title",
      ...settingsAtFault.map((key) => `onetopic.yaml ${key}`),
    ]);
    expect(smtp.connections()).toBe(0);
  });
});

it.skipIf(process.platform === "win32")(
  "data about people can be read by nobody else on the machine",
  { timeout: 60_000 },
  async () => {
    const made = toolkitIn(path.join(emptyFolder(), "made"));
    expectCode(await runCli(["init", made.root, "--content", "starter"]), 0);
    const toolkit = campaign("");
    expectCode(await toolkit.spawn(...send), 0);
    const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);
    const names = readdirSync(toolkit.path("var"), { recursive: true, encoding: "utf8" });
    const modes = [".", ...names].map((name) => [name, modeOf(toolkit.path("var", name))]);
    expect(modes.toSorted()).toEqual([
      [".", "700"],
      ["ledger.sqlite", "600"],
      ["ledger.sqlite.lock", "600"],
      ["outbox", "700"],
      ...toolkit.list("var/outbox").map((name) => [path.join("outbox", name), "600"]),
    ]);
    expect(toolkit.list("var/outbox")).toHaveLength(2);
    // Whatever people put into it themselves is behind its door.
    expect(modeOf(made.path("var"))).toBe("700");
  },
);
