import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePostgres } from "../../src/deliver/place.ts";
import { takeServerLock } from "../../src/deliver/server-lock.ts";
import {
  documentOf,
  eventsOf,
  expectCode,
  finish,
  type Run,
  runCli,
  startCli,
  tempToolkit,
  type TestToolkit,
} from "../support/cli.ts";
import { guarded, type Postgres } from "../support/postgres-server.ts";
import { startPostgres } from "../support/postgres.ts";
import { smtpFor } from "../support/smtp.ts";

/*
 * The commands with a ledger in PostgreSQL: a real server, a real mail server, and the real program where it is a matter of
 * processes.
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

const people = Array.from({ length: 60 }, (_, at) => `person${at + 1}@readers.example`);

function campaign(settings: string): TestToolkit {
  const toolkit = tempToolkit("tiny");
  toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
  toolkit.write("people.csv", `email\n${people.join("\n")}\n`);
  toolkit.write("onetopic.yaml", `${toolkit.read("onetopic.yaml")}${settings}`);
  return toolkit;
}

const send = ["send", "--to", "people.csv", "--yes"] as const;

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

interface Rows {
  readonly recipients: { readonly address: string; readonly state: string }[];
}

async function rowsOf(toolkit: TestToolkit, ledger: string): Promise<Map<string, string>> {
  const { recipients } = documentOf<Rows>(
    expectCode(await toolkit.run("report", "2026-11", "--recipients", "--json", "--ledger", ledger), 0),
  );
  return new Map(recipients.map(({ address, state }) => [address, state]));
}

describe("a ledger in PostgreSQL", () => {
  it("brings a send to its end that was killed: nobody lost, nobody twice, few unknown", async (test) => {
    if (!server) return test.skip(missing);
    const victims: { kill?: () => void } = {};
    const smtp = await smtpFor(test, {
      onReceived: () => {
        if (smtp.received.length === 20) victims.kill?.();
      },
    });
    const ledger = server.newDatabase();
    const toolkit = campaign(`transport: smtp://127.0.0.1:${smtp.port}
limits: { connections: 4 }
ledger: "${ledger.replace("postgres@", "postgres:${LEDGER_PASSWORD}@")}"
`);
    const env = { LEDGER_PASSWORD: "not asked for" };
    const dry = await toolkit.runWith({ env }, "send", "--to", "people.csv", "--json");
    expect(eventsOf(expectCode(dry, 0)).at(-1)).toMatchObject({ pending: 60 });
    expect(server.ask(nameOf(ledger), "select count(*) from pg_namespace where nspname = 'onetopic'")).toBe(
      "0",
    );

    const sender = startCli([...send, "--json"], { cwd: toolkit.root, env });
    victims.kill = () => sender.kill("SIGKILL");
    await finish(sender);
    expect(smtp.received.length).toBeGreaterThanOrEqual(20);
    expect(smtp.received.length).toBeLessThan(60);

    const resumed = expectCode(await toolkit.runWith({ env }, "resume", "--json"), 1);
    const summary = eventsOf(resumed).findLast(({ event }) => event === "summary") as Record<string, number>;
    const unknown = summary["unknown"] ?? 0;
    expect(unknown).toBeGreaterThanOrEqual(1);
    expect(unknown).toBeLessThanOrEqual(4);
    expect(summary).toMatchObject({ audience: 60, accepted: 60 - unknown, pending: 0, deferred: 0 });
    const reached = smtp.received.map(({ to }) => to);
    expect(new Set(reached).size).toBe(reached.length);
    const ends = await rowsOf(toolkit, ledger);
    for (const address of people) {
      if (ends.get(address) === "accepted") expect(reached).toContain(address);
      else expect([address, ends.get(address)]).toEqual([address, "unknown"]);
    }
    expect(existsSync(toolkit.path("var", "ledger.sqlite"))).toBe(false);
  });

  it("is sent from by several processes at once, until one of them pauses it: everyone once", async (test) => {
    if (!server) return test.skip(missing);
    const pausing: { now?: () => void } = {};
    const smtp = await smtpFor(test, {
      onReceived: () => {
        if (smtp.received.length === 12) pausing.now?.();
      },
    });
    const toolkit = campaign(`transport: smtp://127.0.0.1:${smtp.port}\nlimits: { connections: 1 }\n`);
    const at = ["--ledger", server.newDatabase(), "--json"];
    const paused = new Promise<Run>((done) => {
      pausing.now = () => done(toolkit.run("pause", "--why", "the link is wrong", ...at));
    });
    const first = expectCode(await toolkit.spawn(...send, ...at), 1);
    expect(documentOf(expectCode(await paused, 0))).toMatchObject({ runs: [{ state: "paused" }] });
    expect(eventsOf(first).find(({ event }) => event === "paused")).toMatchObject({
      reason: "the link is wrong",
    });
    const before = smtp.received.length;
    expect(before).toBeLessThan(60);
    expect(eventsOf(first).at(-1)).toMatchObject({ accepted: before, pending: 60 - before, unknown: 0 });
    const both = await Promise.all([1, 2].map(() => toolkit.spawn("resume", ...at)));
    for (const one of both) expectCode(one, 0);
    const reached = smtp.received.map(({ to }) => to);
    expect(new Set(reached).size).toBe(60);
    expect(reached).toHaveLength(60);
  });

  it("lets one process rehearse at a time, wherever it runs, and says which", async (test) => {
    if (!server) return test.skip(missing);
    const ledger = server.newDatabase();
    const toolkit = campaign("");
    const place = parsePostgres(ledger, "/");
    const lock = await takeServerLock(place, "rehearsal");
    await expect(takeServerLock(place, "rehearsal")).rejects.toMatchObject({ code: "busy", exit: 1 });
    const { stderr } = expectCode(await toolkit.run(...send, "--ledger", ledger), 1);
    expect(stderr).toContain(`sending already: process ${process.pid} on ${hostname()}, since 20`);
    expect(toolkit.list("var")).toEqual([]);
    await lock.release();
    const lost = await takeServerLock(place, "rehearsal");
    server.ask(nameOf(ledger), "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'");
    expectCode(await toolkit.run(...send, "--ledger", ledger), 0);
    await lost.release();
  });

  it("serves the commands about people, and doctor and status", async (test) => {
    if (!server) return test.skip(missing);
    const ledger = server.newDatabase();
    const toolkit = campaign("");
    const at = (...args: string[]) => toolkit.run(...args, "--ledger", ledger);
    expect((await at("doctor")).stdout).toMatch(/PostgreSQL \d+.*the first send makes its tables/);
    expectCode(await at("suppress", "add", people[0]!), 0);
    expectCode(await at(...send), 0);
    expect(toolkit.list("var/outbox")).toHaveLength(59);
    expect(documentOf(await at("status", "--json"))).toMatchObject({ cycle: "2026-11", state: "rehearsed" });
    expect((await at("suppress", "list")).stdout).toContain(people[0]);
    expectCode(await at("person", "forget", people[1]!, "--yes"), 0);
    expect((await at("person", "show", people[1]!)).stdout).not.toContain("2026-11-");
    expect((await at("doctor")).stdout).toMatch(/PostgreSQL \d+.*the database has \d/);
    expect(
      server.ask(nameOf(ledger), `select count(*) from onetopic.deliveries where address = '${people[1]}'`),
    ).toBe("0");
    expect(toolkit.list("var")).toEqual(["outbox"]);
  });

  it("does with the rights that are documented, and no more", async (test) => {
    if (!server) return test.skip(missing);
    const ledger = server.newDatabase();
    const toolkit = campaign("");
    expectCode(await toolkit.run("suppress", "add", people[0]!, "--ledger", ledger), 0);
    server.ask(
      nameOf(ledger),
      rights(nameOf(ledger)).replaceAll("onetopic_sender", guarded).replaceAll("ANOTHER", "let me in"),
    );
    const url = ledger.replace("postgres@", `${guarded}:let%20me%20in@`);
    expectCode(await toolkit.run(...send, "--ledger", url), 0);
    expect(toolkit.list("var/outbox")).toHaveLength(59);
    expectCode(await toolkit.run("person", "forget", people[1]!, "--yes", "--ledger", url), 0);
    const empty = await toolkit.run(
      "suppress",
      "add",
      people[0]!,
      "--ledger",
      server.newDatabase().replace("postgres@", `${guarded}:let%20me%20in@`),
    );
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining("lacks a right")]);
  });

  it("never shows its password, whatever goes wrong", async (test) => {
    if (!server) return test.skip(missing);
    const pass = `Corre:ct/Hor@se#77 "é"`;
    const written = encodeURIComponent(pass);
    const toolkit = campaign('ledger: "postgres://guarded:${LEDGER_PASSWORD}@127.0.0.1:1/x"\n');
    const runs = [await toolkit.runWith({ env: { LEDGER_PASSWORD: pass } }, ...send, "--verbose")];
    for (const place of [
      `postgres://${guarded}:${written}@127.0.0.1:${server.port}/postgres`,
      `postgres://${guarded}:${written}@127.0.0.1:${server.port}/postgres?sslmode=require`,
      `postgres://${guarded}:${written}@127.0.0.1:1/x`,
      `postgres://${guarded}:${written}@127.0.0.1:none/x`,
      `postgres://${guarded}:${pass}@127.0.0.1/x`,
      `mysql://${guarded}:${written}@127.0.0.1/x`,
    ])
      runs.push(await toolkit.run("status", "--json", "--verbose", "--ledger", place));
    runs.push(
      await runCli(["doctor", "--json"], {
        cwd: toolkit.root,
        env: { ONETOPIC_LEDGER: `postgres://${guarded}:${written}@127.0.0.1:${server.port}/postgres` },
      }),
    );
    for (const { code, stdout, stderr } of runs) {
      expect([1, 2]).toContain(code);
      for (const form of [pass, written, JSON.stringify(pass).slice(1, -1)])
        expect(stdout + stderr).not.toContain(form);
      expect(stdout + stderr).not.toMatch(/fault of onetopic|    at /);
    }
    const said = runs.map(({ stdout, stderr }) => /"message":\s*"([^"]*)/.exec(stdout)?.[1] ?? stderr);
    expect(said[0]).toContain("postgres://guarded@127.0.0.1:1/x cannot be reached");
    expect(said[1]).toContain("does not let us in");
  });

  it("stops in words when the server goes away in the middle, and goes on when it is back", async (test) => {
    if (!server) return test.skip(missing);
    const ledger = server.newDatabase();
    const gone: { promise?: Promise<void> } = {};
    const smtp = await smtpFor(test, {
      onReceived: () => {
        if (smtp.received.length === 10) gone.promise = server?.kill();
      },
    });
    const toolkit = campaign(`transport: smtp://127.0.0.1:${smtp.port}\nlimits: { connections: 2 }\n`);
    const stopped = expectCode(await toolkit.spawn(...send, "--ledger", ledger), 2);
    expect(stopped.stderr).toMatch(
      /The ledger postgres:\/\/postgres@127\.0\.0\.1:\d+\/ledger_\d+ .*\n.*run the same command again/,
    );
    await gone.promise;
    await server.start();
    await toolkit.run("resume", "--ledger", ledger);
    const reached = smtp.received.map(({ to }) => to);
    expect(new Set(reached).size).toBe(reached.length);
    const ends = await rowsOf(toolkit, ledger);
    const unknown = people.filter((address) => ends.get(address) === "unknown");
    expect(unknown.length).toBeLessThanOrEqual(2);
    expect(people.filter((address) => ends.get(address) === "accepted").length + unknown.length).toBe(60);
  });
});

/** As in docs/scale.md. */
const rights = (database: string) => `
create role onetopic_sender login password 'ANOTHER';
grant temporary on database ${database} to onetopic_sender;
grant usage on schema onetopic to onetopic_sender;
grant select, insert, update, delete on all tables in schema onetopic to onetopic_sender;
`;
