import { DatabaseSync } from "@photostructure/sqlite";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it, type TestContext } from "vitest";
import {
  documentOf,
  eventsOf,
  expectCode,
  finish,
  startCli,
  tempToolkit,
  type TestToolkit,
} from "../support/cli.ts";
import { certificate, smtpFor, startSmtp, type TestServer } from "../support/smtp.ts";

/** A toolkit with a picked topic and so many people, sending through this transport. */
function campaign(transport: string, people: number, settings = ""): TestToolkit {
  const toolkit = tempToolkit("tiny");
  toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
  toolkit.write(
    "people.csv",
    ["email,name", ...addresses(people).map((address) => `${address},Ann`), ""].join("\n"),
  );
  toolkit.write(
    "onetopic.yaml",
    `${toolkit.read("onetopic.yaml")}transport: ${transport}\nretry: { first: 50ms, timeout: 20s }\n${settings}`,
  );
  return toolkit;
}

function addresses(people: number): string[] {
  return Array.from({ length: people }, (_, at) => `p${String(at).padStart(3, "0")}@readers.example`);
}

const url = (smtp: TestServer) => `smtp://127.0.0.1:${smtp.port}`;
const receivers = (smtp: TestServer) => smtp.received.map(({ to }) => to).toSorted();
const send = ["send", "--to", "people.csv", "--yes"] as const;

interface Status {
  readonly state: string;
  readonly runs: readonly {
    readonly accepted: number;
    readonly unknown: number;
    readonly pending: number;
    readonly suppressed: number;
    readonly audience: number;
    readonly open: readonly { address: string; state: string }[];
  }[];
}

describe.concurrent("a rehearsal through the outbox", { timeout: 120_000 }, () => {
  it("counts for nothing when the send is for real, finished or not", async (test) => {
    const smtp = await smtpFor(test);
    const toolkit = campaign(url(smtp), 4);
    const outbox = ["--transport", "outbox:var/outbox"];
    expectCode(await toolkit.run(...send, ...outbox, "--limit", "2"), 0);
    expect(toolkit.list("var/outbox")).toHaveLength(2);
    expect(documentOf<Status>(await toolkit.run("status", "--json")).state).toBe("ready-to-send");
    const resumed = expectCode(await toolkit.run("resume"), 1);
    expect(resumed.stderr).toMatch(/outbox only[\s\S]*onetopic send 2026-11 --to people\.csv/);
    expect(receivers(smtp)).toEqual([]);
    // Changed meanwhile: nobody has got it, so it may.
    toolkit.edit("content/topics/good.md", /^title: .*/m, "title: Better");
    expectCode(await toolkit.run(...send), 0);
    expect(receivers(smtp)).toEqual(addresses(4));
    expect(expectCode(await toolkit.run(...send, ...outbox), 1).stderr).toMatch(/complete/);
    expect(documentOf<Status>(await toolkit.run("status", "--json")).state).toBe("sent");
  });
});

describe.concurrent("resume", { timeout: 120_000 }, () => {
  it("sends so many messages in all as --limit says", async (test) => {
    const smtp = await smtpFor(test);
    const toolkit = campaign(url(smtp), 4, "limits: { connections: 1 }\n");
    const others = Array.from({ length: 4 }, (_, at) => `q${at}@others.example`);
    toolkit.write("others.csv", ["email,name", ...others.map((address) => `${address},Bo`), ""].join("\n"));
    for (const list of ["people.csv", "others.csv"])
      expectCode(await toolkit.run("send", "--to", list, "--yes", "--limit", "1"), 0);
    expect(smtp.received).toHaveLength(2);
    expectCode(await toolkit.run("resume", "--limit", "2"), 0);
    expect(smtp.received).toHaveLength(4);
    expectCode(await toolkit.run("resume", "--limit", "2"), 0);
    expect(smtp.received).toHaveLength(6);
    expect(receivers(smtp)).toEqual([...addresses(4), ...others.slice(0, 2)].toSorted());
  });

  it("goes on to no further list once the server has blocked us", async (test) => {
    const smtp = await smtpFor(test);
    const [first, ...rest] = addresses(30);
    for (const address of rest)
      smtp.treat(address, { at: "envelope", code: 550, text: "5.7.1 Blocked for spam" });
    const toolkit = campaign(url(smtp), 30, "limits: { connections: 1 }\n");
    toolkit.write("others.csv", "email,name\nq1@others.example,Bo\nq2@others.example,Bo\n");
    for (const list of ["people.csv", "others.csv"])
      expectCode(await toolkit.run("send", "--to", list, "--yes", "--limit", "1"), 0);
    const paused = expectCode(await toolkit.run("resume"), 1);
    expect(paused.stderr).toContain("Paused");
    expect(receivers(smtp)).toEqual([first, "q1@others.example"]);
  });

  it("and send take whoever a crash left on the wire for somebody who may have the message", async (test) => {
    const smtp = await smtpFor(test);
    const toolkit = campaign(url(smtp), 3);
    expectCode(await toolkit.run(...send, "--limit", "1"), 0);
    const ledger = new DatabaseSync(toolkit.path("var/ledger.sqlite"));
    ledger.exec("update deliveries set state = 'sending', owner = 'dead' where state = 'accepted'");
    ledger.close();
    toolkit.edit("content/topics/good.md", /^title: .*/m, "title: Better");
    expect(expectCode(await toolkit.run(...send), 1).stderr).toMatch(/changed since 1 person/);
    expect(expectCode(await toolkit.run("resume"), 1).stderr).toMatch(/changed since 1 person/);
    expect(smtp.received).toHaveLength(1);
  });
});

describe.concurrent("status", { timeout: 120_000 }, () => {
  it("still names people of unknown outcome, or refused, who have left the list since", async (test) => {
    const smtp = await smtpFor(test);
    const toolkit = campaign(url(smtp), 3);
    const [first = "", lost = "", third = ""] = addresses(3);
    smtp.treat(lost, "drop-after");
    expectCode(await toolkit.run(...send), 1);
    toolkit.write("people.csv", `email,name\n${first},Ann\n${third},Ann\nnew@readers.example,Ann\n`);
    expectCode(await toolkit.run(...send), 0);
    const status = documentOf<Status>(expectCode(await toolkit.run("status", "--json"), 0));
    expect(status.runs).toMatchObject([
      { accepted: 3, open: [], gone: [{ address: lost, state: "unknown" }] },
    ]);
    const said = expectCode(await toolkit.run("status"), 0).stdout;
    expect(said).toContain(`${lost}, no longer on the list: unknown`);
  });
});

describe.concurrent("a second send of another part of a list", { timeout: 120_000 }, () => {
  it("does not drop whoever still waits from the first, unless asked to", async (test) => {
    const smtp = await smtpFor(test);
    const toolkit = campaign(url(smtp), 3);
    const [first = "", second = "", third = ""] = addresses(3);
    toolkit.write("out.csv", `email\n${third}\n`);
    expectCode(await toolkit.run(...send, "--limit", "1"), 0);
    const other = ["--exclude", "out.csv"];
    const plan = expectCode(await toolkit.run("send", "--to", "people.csv", ...other), 0);
    expect(plan.stderr).toMatch(/1 person of the earlier send still waits and is left out now/);
    const refused = expectCode(await toolkit.run(...send, ...other), 1);
    expect(refused.stderr).toMatch(/still waits[\s\S]*onetopic resume 2026-11[\s\S]*--drop-waiting/);
    expect(receivers(smtp)).toEqual([first]);
    expectCode(await toolkit.run(...send, ...other, "--drop-waiting"), 0);
    expect(receivers(smtp)).toEqual([first, second]);
    expect(expectCode(await toolkit.run("resume"), 0).stdout).toMatch(/Nothing/);
  });
});

describe.concurrent("send through SMTP", { timeout: 120_000 }, () => {
  it("hands over one whole message a person, each to one recipient", async (test) => {
    const smtp = await smtpFor(test);
    const toolkit = campaign(
      url(smtp),
      5,
      "unsubscribe: { mailto: stop@tiny.example, url: 'https://tiny.example/u?t={token}' }\n",
    );
    const run = expectCode(await toolkit.run(...send, "--json"), 0);
    expect(eventsOf(run).at(-1)).toMatchObject({ event: "summary", audience: 5, accepted: 5 });
    expect(receivers(smtp)).toEqual(addresses(5));
    expect(new Set(smtp.received.map(({ messageId }) => messageId)).size).toBe(5);
    for (const { raw: folded, from, to, messageId } of smtp.received) {
      const raw = folded.replace(/\r\n[ \t]+/g, " ");
      expect(from).toBe("news@tiny.example");
      expect(raw.match(/^To: .*$/gm)).toEqual([expect.stringContaining(to)]);
      expect(raw).toMatch(/^List-Id: .*<tiny\.tiny\.example>\r?$/im);
      expect(raw).toMatch(
        /^List-Unsubscribe: <mailto:stop@tiny\.example[^>]*>, <https:\/\/tiny\.example\/u\?t=[\w-]+>\r?$/im,
      );
      expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
      expect(raw).toMatch(/Content-Type: text\/plain[\s\S]*Content-Type: text\/html/);
      expect(raw).not.toMatch(/^b?cc:/im);
      expect(messageId).not.toContain(to.split("@")[0] ?? "");
    }
    expect(toolkit.has("var/outbox")).toBe(false);
  });

  it("sets each recipient's end apart: taken, refused for good, refused for now, and not known", async (test) => {
    const smtp = await smtpFor(test);
    const [, refused = "", deferred = "", lost = ""] = addresses(5);
    smtp.treat(refused, { at: "envelope", code: 550, text: "5.1.1 No such person" });
    smtp.treat(deferred, { at: "envelope", code: 451, text: "4.7.1 Come back later" });
    smtp.treat(lost, "drop-after");
    const toolkit = campaign(url(smtp), 5, "limits: { connections: 1 }\n");
    const run = expectCode(await toolkit.run(...send, "--json"), 1);
    expect(eventsOf(run).at(-1)).toMatchObject({
      event: "summary",
      audience: 5,
      accepted: 3,
      rejected: 1,
      unknown: 1,
      deferred: 0,
      pending: 0,
    });
    expect(smtp.named.filter((address) => address === refused)).toHaveLength(1);
    expect(smtp.named.filter((address) => address === deferred)).toHaveLength(2);
    expect(smtp.named.filter((address) => address === lost)).toHaveLength(1);
    const status = documentOf<Status>(expectCode(await toolkit.run("status", "--json"), 0));
    expect(status.runs[0]?.open.map(({ address, state }) => [address, state])).toEqual([
      [refused, "rejected"],
      [lost, "unknown"],
    ]);
    expectCode(await toolkit.run("resume"), 0);
    expect(smtp.named.filter((address) => address === lost)).toHaveLength(1);
    // One was refused for good, so the end is still not all well.
    expectCode(await toolkit.run("resume", "--retry-unknown"), 1);
    const [first, second, ...more] = smtp.received.filter(({ to }) => to === lost);
    expect(more).toEqual([]);
    expect(second?.messageId).toBe(first?.messageId);
    expect(second?.raw).toBe(first?.raw);
  });

  it("encrypts, or refuses, unless the host is this machine", async (test) => {
    const [plain, secure] = [await smtpFor(test), await smtpFor(test, { starttls: true })];
    // 0.0.0.0 is this machine, but not by its name.
    for (const transport of [
      `smtp://0.0.0.0:${plain.port}`,
      `${url(plain)}?tls=required`,
      `${url(secure)}?tls=required`,
    ]) {
      const toolkit = campaign(transport, 2);
      const run = expectCode(await toolkit.run(...send), 2);
      expect(run.stderr).toMatch(/TLS|encrypt|certificate/i);
      expect(run.stderr).not.toMatch(/\n\s+at /);
    }
    expect([...plain.received, ...secure.received]).toEqual([]);
    const toolkit = campaign(`${url(secure)}?tls=required`, 2);
    toolkit.write("ca.pem", certificate);
    expectCode(await toolkit.runWith({ env: { NODE_EXTRA_CA_CERTS: toolkit.path("ca.pem") } }, ...send), 0);
    expect(secure.received.map(({ isEncrypted }) => isEncrypted)).toEqual([true, true]);
  });

  it("never shows or keeps the password", async (test) => {
    const pass = "Correct-Horse-77";
    const smtp = await smtpFor(test, { login: { user: "news", pass } });
    const toolkit = campaign(`smtp://news:\${SMTP_PASSWORD}@127.0.0.1:${smtp.port}`, 2);
    const missing = expectCode(await toolkit.run(...send), 2);
    expect(missing.stderr).toContain("SMTP_PASSWORD");
    toolkit.write(".env", "SMTP_PASSWORD=Wrong-Horse-88\n");
    const wrong = expectCode(await toolkit.run(...send, "--verbose"), 2);
    expect(smtp.received).toEqual([]);
    toolkit.write(".env", `SMTP_PASSWORD=${pass}\n`);
    const runs = [
      missing,
      wrong,
      await toolkit.run("send", "--to", "people.csv", "--verbose"),
      expectCode(await toolkit.run("resume", "--json", "--verbose"), 0),
      await toolkit.run("status", "--json"),
      await toolkit.run("send", "--to", "people.csv", "--transport", `smtp://news:${pass}@127.0.0.1:1x`),
      await toolkit.run(
        "send",
        "--to",
        "people.csv",
        "--transport",
        `smtp://news:${pass}@127.0.0.1:${smtp.port}/?x=y`,
        "--json",
      ),
    ];
    expect(smtp.received.map(({ user }) => user)).toEqual(["news", "news"]);
    const secrets = [
      pass,
      "Wrong-Horse-88",
      ...[pass, `\0news\0${pass}`].map((text) => Buffer.from(text).toString("base64")),
    ];
    const kept = readdirSync(toolkit.path("var"), { recursive: true, encoding: "utf8" }).filter((name) =>
      /\./.test(name),
    );
    expect(kept.length).toBeGreaterThan(0);
    for (const secret of secrets) {
      for (const { stdout, stderr } of runs) expect(`${stdout}${stderr}`).not.toContain(secret);
      for (const name of kept)
        expect(readFileSync(toolkit.path("var", name)).includes(secret), `${name} holds the password`).toBe(
          false,
        );
    }
  });

  it("says so when the server cannot be reached, and loses nobody", async (test) => {
    const smtp = await startSmtp();
    await smtp.close();
    const toolkit = campaign(url(smtp), 3);
    const run = expectCode(await toolkit.run(...send), 2);
    expect(run.stderr).toContain(`127.0.0.1:${smtp.port}`);
    expect(run.stderr).not.toMatch(/\n\s+at /);
    const back = await smtpFor(test, { port: smtp.port });
    expectCode(await toolkit.run("resume"), 0);
    expect(receivers(back)).toEqual(addresses(3));
  });
});

describe.concurrent("an interruption", { timeout: 120_000 }, () => {
  const people = 60;
  const connections = 3;

  /** Starts to send, and ends the program with the signal as soon as so many messages are with the server. */
  async function interrupted(test: TestContext, signal: NodeJS.Signals, after: number) {
    let reach = (): void => {};
    const smtp = await smtpFor(test, { onReceived: () => void (smtp.received.length === after && reach()) });
    const toolkit = campaign(url(smtp), people, `limits: { connections: ${connections} }\n`);
    const child = startCli(send, { cwd: toolkit.root });
    const ended = finish(child);
    await Promise.race([ended, new Promise<void>((resolve) => (reach = resolve))]);
    child.kill(signal);
    return { smtp, toolkit, run: await ended };
  }

  it("by kill -9 in the middle: resume mails the rest, nobody twice and nobody lost", async (test) => {
    const { smtp, toolkit, run } = await interrupted(test, "SIGKILL", 20);
    expect(run.code).toBe(-1);
    expect(smtp.received.length).toBeLessThan(people);
    const { state } = documentOf<Status>(await toolkit.run("status", "--json"));
    expect(state).toBe("interrupted");
    await toolkit.run("resume");
    expect(new Set(receivers(smtp)).size).toBe(smtp.received.length);
    const { runs } = documentOf<Status>(await toolkit.run("status", "--json"));
    const [{ accepted = 0, unknown = 0, pending = 0, open = [] } = {}] = runs;
    expect(unknown).toBeLessThanOrEqual(connections);
    expect([accepted + unknown, pending]).toEqual([people, 0]);
    const unsure = open.map(({ address }) => address);
    expect([...new Set([...receivers(smtp), ...unsure])].toSorted()).toEqual(addresses(people));
  });

  it("by Ctrl+C: finishes what is on the wire, says how to go on, and the rest follows", async (test) => {
    const { smtp, toolkit, run } = await interrupted(test, "SIGINT", 10);
    expectCode(run, 130);
    expect(run.stderr).toContain("onetopic resume 2026-11");
    // The same send goes on just as well as resume.
    expectCode(await toolkit.run(...send), 0);
    expect(receivers(smtp)).toEqual(addresses(people));
  });

  it("by a second Ctrl+C: stops at once, and what was on its way is unknown", async (test) => {
    // Takes everything and never says so.
    const silent = createServer((socket) => {
      socket.on("error", () => {});
      socket.write("220 hello\r\n");
      socket.on("data", (chunk) => {
        const text = chunk.toString();
        if (/^(?:EHLO|MAIL|RCPT)/.test(text)) socket.write("250 ok\r\n");
        if (text.startsWith("DATA")) socket.write("354 go\r\n");
        if (text.endsWith("\r\n.\r\n")) child.kill("SIGINT");
      });
    });
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    test.onTestFinished(() => void silent.close());
    const toolkit = campaign(`smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`, 3);
    const child = startCli(send, { cwd: toolkit.root });
    child.stderr.on("data", (text) => {
      if (String(text).includes("again stops at once")) child.kill("SIGINT");
    });
    const run = expectCode(await finish(child), 130);
    expect(run.stderr).toContain("onetopic resume 2026-11");
    await toolkit.run("resume", "--transport", url(await smtpFor(test)));
    const { runs } = documentOf<Status>(await toolkit.run("status", "--json"));
    expect(runs[0]).toMatchObject({ accepted: 2, unknown: 1, pending: 0 });
  });

  it("resume goes on through the transport that the run began with, or asks for it", async (test) => {
    const smtp = await smtpFor(test);
    const toolkit = campaign("outbox:var/outbox", 3);
    expectCode(await toolkit.run(...send, "--limit", "1", "--transport", url(smtp)), 0);
    const run = await toolkit.run("resume");
    expect(toolkit.list("var/outbox")).toEqual([]);
    if (run.code === 0) expect(receivers(smtp)).toEqual(addresses(3));
    else expect(run.stderr).toContain("--transport");
  });

  it("a second sender is refused while one is at work, and let in as soon as that is gone", async (test) => {
    const silent = createServer();
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    test.onTestFinished(() => void silent.close());
    const toolkit = campaign(`smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`, 3);
    const first = startCli(send, { cwd: toolkit.root });
    const ended = finish(first);
    const [socket] = await once(silent, "connection");
    test.onTestFinished(() => void (socket as { destroy: () => void }).destroy());
    for (const args of [send, ["resume"]]) {
      const second = expectCode(await toolkit.run(...args, "--transport", "outbox:var/outbox"), 1);
      expect(second.stderr).toMatch(/sending already[\s\S]*process \d+/);
    }
    expect(toolkit.list("var/outbox")).toEqual([]);
    // Whoever asks to be left alone meanwhile is.
    expectCode(await toolkit.run("suppress", "add", addresses(3)[2] ?? ""), 0);
    first.kill("SIGKILL");
    await ended;
    const smtp = await smtpFor(test);
    await toolkit.run("resume", "--transport", url(smtp));
    const { runs } = documentOf<Status>(await toolkit.run("status", "--json"));
    const { accepted = 0, unknown = 0, pending = 0, suppressed = 0 } = runs[0] ?? {};
    expect([accepted + unknown, pending, suppressed]).toEqual([2, 0, 1]);
    expect(unknown).toBeLessThanOrEqual(1);
    expect(smtp.received).toHaveLength(accepted);
  });
});
