import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  emptyFolder,
  eventsOf,
  expectCode,
  finish,
  runInside,
  startCli,
  tempToolkit,
  type Run,
  type TestToolkit,
} from "../support/cli.ts";
import type { Postgres } from "../support/postgres-server.ts";
import { startPostgres } from "../support/postgres.ts";
import { WorkLog } from "../../src/cli/work-log.ts";
import { Work } from "../../src/cli/work.ts";
import { systemClock } from "../../src/deliver/clock.ts";
import { contextIn } from "../support/inside.ts";
import { kitDigest } from "../../src/deliver/kits.ts";
import { openLedger } from "../../src/deliver/open-ledger.ts";
import { parsePostgres } from "../../src/deliver/place.ts";
import { smtpFor, type TestServer } from "../support/smtp.ts";

/*
 * Workers: a real PostgreSQL, a real mail server, and the real program where it is a matter of processes. What travels is
 * all they have: the toolkit's folder is out of their reach.
 */

let server: Postgres | undefined;
let missing: string | undefined;
beforeAll(async () => {
  server = await startPostgres((note) => (missing = note)).catch((fault: Error) => {
    if (missing === undefined) throw fault;
    return undefined;
  });
});
afterAll(() => server?.close());

const people = Array.from({ length: 40 }, (_, at) => `person${at + 1}@readers.example`);

/** An edition with everything that a message can be composed from. */
function campaign(port: number, settings = ""): TestToolkit {
  const toolkit = tempToolkit("sampler");
  const rows = people.map((address, at) => `${address},${["readers", "makers", ""][at % 3]},Person ${at}`);
  toolkit.write("people.csv", `email,audience,first_name\n${rows.join("\n")}\n`);
  toolkit.edit("onetopic.yaml", "brand: mid-grey", "brand: very-dark");
  const own = readFileSync("templates/newsletter.txt.hbs", "utf8");
  toolkit.write("templates/newsletter.txt.hbs", `Dear {{fallback recipient.first_name "reader"}},\n${own}`);
  toolkit.write(
    "onetopic.yaml",
    `${toolkit.read("onetopic.yaml")}transport: smtp://127.0.0.1:${port}\n${settings}`,
  );
  return toolkit;
}

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 1024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

const enqueue = ["send", "2026-11", "--to", "people.csv", "--variant", "newsletter", "--yes", "--enqueue"];

/** Freezes the edition, and takes the toolkit out of everybody's reach; gives the way back. */
async function frozen(toolkit: TestToolkit, ledger: string): Promise<() => void> {
  const said = expectCode(await toolkit.run(...enqueue, "--ledger", ledger, "--json"), 0);
  expect(eventsOf(said)).toMatchObject([
    {},
    { event: "enqueued", cycle: "2026-11", messages: people.length },
    { event: "summary", pending: people.length, accepted: 0 },
  ]);
  const away = path.join(emptyFolder(), "away");
  renameSync(toolkit.root, away);
  return () => renameSync(away, toolkit.root);
}

const askIn = (ledger: string, statement: string) =>
  server!.ask(ledger.slice(ledger.lastIndexOf("/") + 1), statement);

function byAddress({ received }: TestServer): Map<string, string> {
  expect(received.map(({ to }) => to).toSorted()).toEqual(people.toSorted());
  return new Map(received.splice(0).map(({ to, raw }) => [to, raw]));
}

const patient = { timeout: 30_000, interval: 20 };

/** A worker in the test's own process, that looks around often. */
async function startWorker(ledger: string) {
  const written = { stdout: "", stderr: "" };
  const abort = new AbortController();
  const context = { ...contextIn(emptyFolder(), { json: true, written }), signal: abort.signal };
  const open = await openLedger(parsePostgres(ledger, "/"), { now: Date.now });
  const work = new Work(context, {
    ledger: open,
    home: context.cwd,
    transport: undefined,
    once: false,
    clock: systemClock,
    patience: { idle: 50, afterFault: 60_000 },
    log: new WorkLog(context, "worker", Date.now),
  });
  const end = work.toTheEnd();
  return {
    said: () => written.stdout,
    stop: async () => {
      abort.abort();
      const code = await end;
      await work.close();
      await open.close();
      return code;
    },
  };
}

/** Nobody's address, and nothing that is no line of its own. */
function logOf(run: Run): Record<string, unknown>[] {
  expect(run.stdout).not.toContain("@readers.example");
  return eventsOf(run);
}

describe("a worker", () => {
  it("sends from an empty folder what was frozen elsewhere, byte for byte as send would", async (test) => {
    if (!server) return test.skip(missing);
    const smtp = await smtpFor(test);
    const ledger = server.newDatabase();
    const toolkit = campaign(smtp.port);
    const bringBack = await frozen(toolkit, ledger);
    const cwd = emptyFolder();
    const temporary = emptyFolder();
    const env = { ONETOPIC_LEDGER: ledger, TMPDIR: temporary };
    const log = logOf(expectCode(await finish(startCli(["worker", "--once", "--json"], { cwd, env })), 0));
    expect(log.map(({ event }) => event)).toEqual(["started", "joined", "left", "ended"]);
    expect(log[2]).toMatchObject({ level: "info", run: 1, accepted: people.length, unknown: 0 });
    expect([readdirSync(cwd), readdirSync(temporary)]).toEqual([[], []]);
    const byWorker = byAddress(smtp);

    askIn(
      ledger,
      "update onetopic.deliveries set state = 'pending', message_id = null, attempts = 0, owner = null",
    );
    bringBack();
    expectCode(await toolkit.run("resume", "2026-11", "--ledger", ledger), 0);
    const bySend = byAddress(smtp);
    expect(byWorker).toEqual(bySend);
    const [one] = byWorker.values();
    expect(one).toContain("Content-ID: <logo>");
    expect(one).toContain("What comes after everything");
  });

  it("takes what is secret from its own folder and environment, and nothing else from there", async (test) => {
    if (!server) return test.skip(missing);
    const login = { user: "news", pass: "Corre:ct/Hor@se" };
    const smtp = await smtpFor(test, { login });
    const ledger = server.newDatabase();
    const toolkit = campaign(
      smtp.port,
      "dkim: { domain: sampler.example, selector: news, key: keys/news.pem }\n",
    );
    toolkit.edit("onetopic.yaml", "smtp://", "smtp://news:${SMTP_PASSWORD}@");
    toolkit.write(".env", `SMTP_PASSWORD=${login.pass}\n`);
    toolkit.write("keys/news.pem", privateKey);
    await frozen(toolkit, ledger);
    const stored = askIn(
      ledger,
      "select string_agg(path || encode(bytes, 'escape'), '') from onetopic.kit_files",
    );
    expect(stored).toContain("templates/newsletter.html.hbs");
    for (const secret of [login.pass, "PRIVATE KEY", "people.csv", people[0]!])
      expect(stored).not.toContain(secret);

    const home = emptyFolder();
    const work = () => runInside(["worker", "--once", "--json", "--ledger", ledger], home);
    const without = await work();
    expect(logOf(expectCode(without, 2))[1]).toMatchObject({
      level: "error",
      event: "secret-missing",
      message: expect.stringContaining("SMTP_PASSWORD"),
    });
    writeFileSync(path.join(home, ".env"), `SMTP_PASSWORD=${login.pass}\n`);
    expect(logOf(expectCode(await work(), 2))).toContainEqual(
      expect.objectContaining({ event: "cannot-read", message: expect.stringContaining("news.pem") }),
    );
    expect(smtp.received).toEqual([]);
    mkdirSync(path.join(home, "keys"));
    writeFileSync(path.join(home, "keys", "news.pem"), privateKey);
    // What lies around is not taken for a part of the edition.
    writeFileSync(path.join(home, "onetopic.yaml"), "toolkit: Another\n");
    const run = expectCode(await work(), 0);
    for (const raw of byAddress(smtp).values()) expect(raw).toContain("DKIM-Signature: v=1; a=rsa-sha256;");
    expect(run.stdout + run.stderr + without.stderr).not.toContain(login.pass);
  });

  it("leaves alone what a newer onetopic froze, and what is not what was frozen", async (test) => {
    if (!server) return test.skip(missing);
    const smtp = await smtpFor(test);
    const ledger = server.newDatabase();
    await frozen(campaign(smtp.port), ledger);
    const ask = (statement: string) => askIn(ledger, `set search_path = onetopic; ${statement}`);
    const home = emptyFolder();
    const refusal = async (code: number) => {
      const log = logOf(
        expectCode(await runInside(["worker", "--once", "--json", "--ledger", ledger], home), code),
      );
      expect(smtp.received).toEqual([]);
      expect(log.map(({ level }) => level)).toEqual(["info", "error", "info"]);
      return [log[1]!["event"], log[1]!["message"]];
    };
    ask("update runs set needs = 2, made_with = '9.9.9'");
    expect(await refusal(2)).toEqual([
      "worker-older",
      expect.stringMatching(/was frozen with onetopic 9\.9\.9, which does things that onetopic \d/),
    ]);
    ask("update runs set needs = 1");

    const outside = path.join(home, "outside.md");
    for (const name of ["../../outside.md", outside, "content/../../outside.md", ".env", "content/a\\b.md"]) {
      ask(`insert into kit_files select digest, '${name}', 'x' from kits`);
      expect(await refusal(1)).toEqual(["kit-path", expect.stringContaining(JSON.stringify(name))]);
      ask(`delete from kit_files where path = '${name}'`);
    }
    expect(readdirSync(home)).toEqual([]);

    ask("insert into kit_files select digest, 'content/topics/more.md', 'x' from kits");
    expect(await refusal(1)).toEqual(["kit-changed", expect.stringContaining("not those that were frozen")]);
    ask("delete from kit_files where path = 'content/topics/more.md'");
    const change = (from: string, to: string) =>
      ask(
        `update kit_files set bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '${from}', '${to}'), 'UTF8') where path = 'onetopic.yaml'`,
      );
    change("Sampler Society", "Somebody else");
    expect((await refusal(1))[0]).toBe("kit-changed");
    // Whoever makes the digest of the files fit as well has still another edition.
    const settle = async () => {
      const open = await openLedger(parsePostgres(ledger, "/"), { now: Date.now });
      const [run] = await open.runs();
      const digest = await kitDigest(open.kits.files(run!));
      await open.close();
      ask(`insert into kits values ('${digest}', 0); update kit_files set kit = '${digest}';
        update runs set kit = '${digest}'; delete from kits where digest <> '${digest}'`);
    };
    await settle();
    expect(await refusal(1)).toEqual([
      "kit-differs",
      expect.stringContaining("would not be what was frozen."),
    ]);
    change("Somebody else", "Sampler Society");
    await settle();
    expectCode(await runInside(["worker", "--once", "--ledger", ledger], home), 0);
    byAddress(smtp);
  });

  it("finishes on SIGTERM what is on the wire, and leaves the rest to the next", async (test) => {
    if (!server) return test.skip(missing);
    const ledger = server.newDatabase();
    const victim: { end?: () => void } = {};
    const smtp = await smtpFor(test, {
      onReceived: () => {
        if (smtp.received.length === 10) victim.end?.();
      },
    });
    await frozen(campaign(smtp.port, "limits: { connections: 3, perSecond: 20 }\n"), ledger);
    const options = { cwd: emptyFolder(), env: { ONETOPIC_LEDGER: ledger } };
    const first = startCli(["worker", "--json"], options);
    victim.end = () => first.kill("SIGTERM");
    const log = logOf(expectCode(await finish(first), 0));
    expect(log.map(({ event }) => event)).toEqual(["started", "joined", "left", "ended"]);
    const reached = smtp.received.length;
    expect(reached).toBeGreaterThanOrEqual(10);
    expect(reached).toBeLessThan(people.length);
    expect(log[2]).toMatchObject({ accepted: reached, unknown: 0, deferred: 0 });
    const states = askIn(
      ledger,
      "select string_agg(distinct state, ' ' order by state) from onetopic.deliveries",
    );
    expect(states).toBe("accepted pending");
    expectCode(await runInside(["worker", "--once", "--ledger", ledger], options.cwd), 0);
    byAddress(smtp);
  });

  it("goes to another send while one waits, and shares one with others", async (test) => {
    if (!server) return test.skip(missing);
    const smtp = await smtpFor(test);
    const ledger = server.newDatabase();
    const toolkit = campaign(smtp.port, "retry: { first: 1h }\n");
    smtp.treat(people[3]!, { at: "envelope", code: 451 });
    expectCode(await toolkit.run(...enqueue, "--ledger", ledger), 0);
    const workers = await Promise.all([startWorker(ledger), startWorker(ledger)]);
    await expect.poll(() => smtp.received.length, patient).toBe(people.length - 1);
    for (const { said } of workers) await expect.poll(said, patient).toMatch(/"(idle|joined)"/);
    const email = enqueue.map((word) => (word === "newsletter" ? "email" : word));
    expectCode(await toolkit.run(...email, "--ledger", ledger), 0);
    await expect.poll(() => smtp.received.length, patient).toBe(2 * people.length - 1);
    for (const { stop } of workers) expect(await stop()).toBe(0);
    expect(askIn(ledger, "select count(*) from onetopic.senders")).toBe("0");
    const said = workers.flatMap((worker) => eventsOf({ code: 0, stdout: worker.said(), stderr: "" }));
    const left = said.filter(({ event }) => event === "left");
    const sum = (run: number, end: string) =>
      left.filter((one) => one["run"] === run).reduce((all, one) => all + Number(one[end]), 0);
    expect([sum(1, "accepted"), sum(1, "deferred"), sum(2, "accepted")]).toEqual([39, 1, 40]);
    const ids = smtp.received.map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(said.filter(({ level }) => level !== "info")).toEqual([]);
  });

  it("says what it lacks, and what it is not for", async (test) => {
    if (!server) return test.skip(missing);
    const smtp = await smtpFor(test);
    const home = emptyFolder();
    const work = async (code: number, ...args: string[]) =>
      expectCode(await runInside(["worker", "--once", "--json", ...args], home), code);
    const faultOf = ({ stdout }: Run) => (JSON.parse(stdout) as { error: { code: string } }).error.code;
    expect(faultOf(await work(2))).toBe("no-ledger");
    expect(faultOf(await work(2, "--ledger", "var/ledger.sqlite"))).toBe("not-shared");
    const ledger = server.newDatabase();
    await frozen(campaign(smtp.port), ledger);
    const other = await smtpFor(test);
    askIn(ledger, "update onetopic.runs set transport = 'smtp://127.0.0.1:1'");
    const elsewhere = logOf(await work(2, "--ledger", ledger));
    expect(elsewhere[1]).toMatchObject({ level: "error", event: "other-transport" });
    for (const way of ["outbox:out", "sendmail:"])
      expect(faultOf(await work(2, "--ledger", ledger, "--transport", way))).toBe("worker-transport");
    expect([smtp.received, readdirSync(home)]).toEqual([[], []]);
    await work(0, "--ledger", ledger, "--transport", `smtp://127.0.0.1:${other.port}`);
    byAddress(other);
  });
});

describe("send --enqueue", () => {
  it("is for a ledger on a server and a mail server, and says so before it does anything", async (test) => {
    if (!server) return test.skip(missing);
    const toolkit = campaign(1);
    const ledger = server.newDatabase();
    const inFile = expectCode(await toolkit.run(...enqueue), 2);
    expect(inFile.stderr).toContain("This ledger is a file.");
    for (const transport of ["outbox:var/outbox", "sendmail:"])
      expect(
        expectCode(await toolkit.run(...enqueue, "--ledger", ledger, "--transport", transport), 2).stderr,
      ).toContain("workers, which send through a mail server");
    expect(toolkit.list("var")).toEqual([]);
    expect(askIn(ledger, "select to_regnamespace('onetopic') is null")).toBe("t");
    const dry = enqueue.filter((word) => word !== "--yes");
    expect((await toolkit.run(...dry, "--ledger", ledger)).stderr).toContain(
      "--variant newsletter --enqueue --confirm 40",
    );
  });
});
