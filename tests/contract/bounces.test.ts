import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { bounces, type BouncesOptions } from "../../src/cli/commands/bounces.ts";
import type { UserError } from "../../src/domain/user-error.ts";
import { documentOf, expectCode, fixtures, tempToolkit, type Run, type TestToolkit } from "../support/cli.ts";
import { startDovecot, type Dovecot } from "../support/dovecot.ts";
import { contextIn } from "../support/inside.ts";

interface Told {
  readonly bounces: readonly {
    file: string;
    address: string | null;
    kind: string;
    status?: string;
    messageId?: string;
    effect: string;
  }[];
  readonly unread: readonly { file: string; fault: string }[];
  readonly summary: { messages: number; kinds: Record<string, number>; effects: Record<string, number> };
}

/** A toolkit whose readers have an edition; the outbox holds it. */
async function sentLibrary(): Promise<TestToolkit & { messageId: string; address: string }> {
  const toolkit = tempToolkit("library");
  toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: quiet-hours\n---\n\nA note.\n");
  expectCode(await toolkit.run("send", "--to", "readers", "--yes"), 0);
  const [file] = toolkit.list("var/outbox");
  const letter = toolkit.read(`var/outbox/${file}`);
  const messageId = /^Message-ID: (<[^>]+>)/im.exec(letter)?.[1] ?? "";
  const address = /^To: (?:[^<\r\n]*<)?([^>\s]+)/im.exec(letter)?.[1] ?? "";
  return { ...toolkit, messageId, address };
}

/** `onetopic bounces --json` in this process. */
async function read(
  root: string,
  place: string | undefined,
  options: BouncesOptions = {},
  env = {},
): Promise<Told> {
  return documentOf<Told>(await tell(root, place, options, env, true));
}

async function tell(
  root: string,
  place: string | undefined,
  options: BouncesOptions,
  env = {},
  json = false,
): Promise<Run> {
  const written = { stdout: "", stderr: "" };
  const context = { ...contextIn(root, { json, written }), env };
  const code = await bounces(context, place, options);
  return { code, ...written };
}

const fixture = (name: string) => readFileSync(path.join(fixtures, "bounces", `${name}.eml`), "utf8");

/** A report as Postfix writes it, about the first message of the outbox. */
function reportOf({ messageId, address }: { messageId: string; address: string }): string {
  return fixture("postfix-user-unknown")
    .replaceAll("<ann-2026-12@news.example.org>", messageId)
    .replaceAll("ann@example.org", address);
}

describe("bounces", () => {
  it("reads a folder, an mbox, a Maildir and a file, and each report once", async () => {
    const toolkit = await sentLibrary();
    const report = reportOf(toolkit);
    toolkit.write("var/in/b.eml", report);
    toolkit.write("var/in/a.EML", fixture("forged"));
    toolkit.write("var/in/c.eml", "");
    toolkit.write("var/in/notes.txt", report);
    const dry = expectCode(await toolkit.run("bounces", "var/in", "--dry-run"), 0);
    expect(dry.stdout).toContain("would go onto the do-not-mail list");
    expect(dry.stderr).toContain("To do it: onetopic bounces var/in");
    const first = documentOf<Told>(expectCode(await toolkit.spawn("bounces", "var/in", "--json"), 0));
    expect(first.bounces).toMatchObject([
      {
        file: "var/in/a.EML",
        address: "stranger@example.org",
        kind: "hard",
        status: "5.1.1",
        effect: "not-ours",
      },
      {
        file: "var/in/b.eml",
        address: toolkit.address,
        kind: "hard",
        status: "5.1.1",
        messageId: toolkit.messageId,
        effect: "suppressed",
      },
      { file: "var/in/c.eml", address: null, kind: "other", effect: "none" },
    ]);
    expect(first.unread).toMatchObject([{ file: "var/in/c.eml" }]);
    expect((await toolkit.run("suppress", "list")).stdout).toContain(toolkit.address);

    const quoted = report.replace("I'm sorry", "From our side: I'm sorry");
    toolkit.write(
      "var/mbox",
      `From MAILER-DAEMON Tue Dec  1 09:31:07 2026\nX-UID: 1\n${report}\n` +
        `From MAILER-DAEMON Tue Dec  1 09:32:00 2026\n${quoted.replace("From our", ">From our").replaceAll("\n", "\r\n")}\r\n`,
    );
    const mbox = await read(toolkit.root, "var/mbox");
    expect(mbox.bounces.map(({ file, effect }) => `${file} ${effect}`)).toEqual([
      "var/mbox#1 read-before",
      "var/mbox#2 suppressed-before",
    ]);
    toolkit.write("var/Maildir/new/1.host", quoted);
    toolkit.write("var/Maildir/cur/2.host:2,S", fixture("vacation"));
    toolkit.write("var/Maildir/tmp/3.host", report);
    const maildir = await read(toolkit.root, "var/Maildir");
    expect(maildir.bounces.map(({ file, kind, effect }) => `${file} ${kind} ${effect}`)).toEqual([
      "var/Maildir/new/1.host hard read-before",
      "var/Maildir/cur/2.host:2,S auto-reply none",
    ]);
    expect((await read(toolkit.root, "var/in/b.eml")).bounces).toMatchObject([{ effect: "read-before" }]);
    const words = await tell(toolkit.root, "var/in", {});
    expect(words.stdout).toContain("3 messages read: 2 hard bounces, 1 other message.");
    expect(words.stderr).toContain("var/in/c.eml: it is no message that can be read");
  });

  it("takes the place from the settings, from the toolkit's folder", async () => {
    const toolkit = tempToolkit("library");
    toolkit.edit("onetopic.yaml", "transport:", "bounces: { mailbox: var/in, softLimit: 2 }\ntransport:");
    toolkit.write("var/in/a.eml", fixture("letter"));
    const folder = toolkit.path("content");
    expect((await read(folder, undefined)).bounces).toMatchObject([{ file: "var/in/a.eml", kind: "other" }]);
  });

  it.each([
    [undefined, "missing-answer"],
    ["nowhere", "cannot-read"],
    ["pop3://a:${SECRET}@mail.example.org/", "bad-mailbox"],
    ["imaps://a:in-the-open@mail.example.org/INBOX", "bad-mailbox"],
    ["imaps://mail.example.org/INBOX", "bad-mailbox"],
    ["imaps://a:${SECRET}@mail.example.org/INBOX?tls=optional", "bad-mailbox"],
    ["imaps://a:${NOT_SET}@mail.example.org/INBOX", "secret-missing"],
  ])("refuses %s in words", async (place, code) => {
    const toolkit = tempToolkit("library");
    const fault = (await read(toolkit.root, place, {}, { SECRET: "s3cret" }).catch(
      (error: unknown) => error,
    )) as UserError;
    expect(fault).toMatchObject({ code, exit: 2 });
    expect(`${fault.message} ${fault.hint}`).not.toContain("in-the-open");
  });

  it("holds little of a large mbox in memory", async () => {
    const toolkit = await sentLibrary();
    const body = `${"x".repeat(990)}\n`.repeat(310);
    const letter = `From a@example.org Tue Dec  1 09:31:07 2026\n${fixture("letter")}${body}\n`;
    toolkit.write("var/mbox", letter.repeat(400));
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    onTestFinished(() => clearInterval(watch));
    const { summary } = await read(toolkit.root, "var/mbox");
    expect(summary.messages).toBe(400);
    // The file has 123 MB.
    expect(most - before).toBeLessThan(90 * 1024 * 1024);
  });
});

describe("a mailbox on a server", () => {
  const address = ({ user }: Dovecot, port: number, scheme: string, rest = "") =>
    `${scheme}://${encodeURIComponent(user)}:\${BOX}@127.0.0.1:${port}/INBOX${rest}`;

  it("is read without a mark on anything, from where the last run ended", async ({ skip }) => {
    const server = await startDovecot(skip);
    const toolkit = await sentLibrary();
    server.deliver(reportOf(toolkit));
    server.deliver(fixture("vacation"));
    const env = { BOX: server.pass };
    const place = address(server, server.port, "imap");
    const files = server.files();
    const dry = await read(toolkit.root, place, { dryRun: true }, env);
    expect(dry.bounces).toMatchObject([{ effect: "suppressed" }, { kind: "auto-reply" }]);
    const first = await read(toolkit.root, place, {}, env);
    expect(first.bounces).toMatchObject([
      { file: `imap://127.0.0.1:${server.port}/INBOX;UID=1`, address: toolkit.address, effect: "suppressed" },
      { file: `imap://127.0.0.1:${server.port}/INBOX;UID=2`, kind: "auto-reply" },
    ]);
    expect((await read(toolkit.root, place, {}, env)).bounces).toEqual([]);
    server.deliver(fixture("forged"));
    expect((await read(toolkit.root, place, {}, env)).bounces).toMatchObject([{ effect: "not-ours" }]);
    const all = await read(toolkit.root, place, { all: true }, env);
    expect(all.bounces.map(({ effect }) => effect)).toEqual(["read-before", "none", "not-ours"]);
    // Nobody looked: the messages lie where delivery put them, unseen.
    expect(server.files()).toEqual([...files, expect.stringMatching(/^new\//)]);
  });

  it("is opened by access token where the settings say how one is got", async ({ skip }) => {
    const tokens = createServer(({ url, method }, response) => {
      // One address gives tokens, the other tells Dovecot whose a token is.
      const isGood = method === "POST" || url?.endsWith("=a-token") === true;
      const body = method === "POST" ? { access_token: "a-token" } : { username: "bounces@example.org" };
      response.writeHead(isGood ? 200 : 401).end(JSON.stringify(body));
    });
    tokens.listen(0, "127.0.0.1");
    await once(tokens, "listening");
    onTestFinished(() => void tokens.close());
    const url = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}`;
    const toolkit = await sentLibrary();
    toolkit.write("var/oauth2.conf", `tokeninfo_url = ${url}/info?t=\nusername_attribute = username\n`);
    const server = await startDovecot(
      skip,
      `auth_mechanisms = plain xoauth2\npassdb {\n  driver = oauth2\n  mechanisms = xoauth2\n  args = ${toolkit.path("var/oauth2.conf")}\n}`,
    );
    server.deliver(reportOf(toolkit));
    const place = address(server, server.port, "imap").replace(":${BOX}", "");
    await expect(read(toolkit.root, place)).rejects.toThrow(/must name its password/);
    toolkit.write(
      "onetopic.yaml",
      `${toolkit.read("onetopic.yaml")}oauth2: { tokenUrl: "${url}/token", clientId: id, clientSecret: "\${SECRET}" }\n`,
    );
    const told = await read(toolkit.root, place, {}, { SECRET: "so-secret" });
    expect(told.bounces).toMatchObject([{ address: toolkit.address, effect: "suppressed" }]);
  });

  it("says faults of login, certificate, folder and line in words, and never the password", async ({
    skip,
  }) => {
    const server = await startDovecot(skip);
    const toolkit = tempToolkit("library");
    const outcomes: string[] = [];
    for (const [place, pass] of [
      [address(server, server.port, "imap"), "wrong-password"],
      [address(server, server.tlsPort, "imaps"), server.pass],
      [address(server, server.port, "imap").replace("INBOX", "Nowhere"), server.pass],
      [address(server, 1, "imaps"), server.pass],
    ] as const) {
      const fault = (await read(toolkit.root, place, {}, { BOX: pass }).catch(
        (error: unknown) => error,
      )) as UserError;
      expect(fault.exit, String(fault)).toBe(2);
      expect(`${fault.message} ${fault.hint}`).not.toContain(pass);
      outcomes.push(fault.code);
    }
    expect(outcomes).toEqual(["login-refused", "not-secure", "no-mailbox", "server-unreachable"]);
  });

  it("is read only with encryption where that is asked for", async ({ skip }) => {
    const server = await startDovecot(skip, "ssl = no");
    const toolkit = tempToolkit("library");
    server.deliver(fixture("letter"));
    const plain = await read(toolkit.root, address(server, server.port, "imap"), {}, { BOX: server.pass });
    expect(plain.bounces).toHaveLength(1);
    const place = address(server, server.port, "imap", "?tls=required");
    await expect(read(toolkit.root, place, {}, { BOX: server.pass })).rejects.toMatchObject({
      code: "not-secure",
    });
  });
});
