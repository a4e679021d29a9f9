import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";

import { UserError } from "../../../src/domain/user-error.ts";
import { openLedgerView } from "../../../src/deliver/ledger-view.ts";
import type { Ledger } from "../../../src/deliver/ledger.ts";
import { openLedger, openLedgerToRead } from "../../../src/deliver/open-ledger.ts";
import { parsePostgres } from "../../../src/deliver/place.ts";
import { openSession } from "../../../src/deliver/postgres.ts";
import type { Postgres } from "../../support/postgres-server.ts";
import { startPostgres } from "../../support/postgres.ts";
import { certificate } from "../../support/smtp.ts";
import { copyContract } from "./copy-contract.ts";
import { kitContract } from "./kit-contract.ts";
import { ledgerContract } from "./ledger-contract.ts";
import { senderContract } from "./sender-contract.ts";
import {
  collect,
  emptyFolder,
  fakeClock,
  joined,
  listOf,
  newSetting,
  onTheWire,
  type Open,
  people,
  recipient,
  request,
  sent,
} from "./setting.ts";

const tables = [
  "runs",
  "kits",
  "list_rows",
  "deliveries",
  "attempts",
  "domain_rests",
  "senders",
  "suppressions",
  "bounces",
];

let missing = "";
const server: Postgres | undefined = await startPostgres((note) => (missing = note)).catch((fault: Error) => {
  if (missing === "") throw fault;
  return undefined;
});
afterAll(() => server?.close());

describe.skipIf(server === undefined)(`a ledger in PostgreSQL${missing && ` (skipped: ${missing})`}`, () => {
  let url: string | undefined;
  const emptied = (): Open => {
    // Emptied, which is many times faster than another one; the key stays.
    if (url === undefined) url = server!.newDatabase();
    else server!.ask("ledger_1", tables.map((table) => `delete from onetopic.${table};`).join(" "));
    const place = parsePostgres(url, "/");
    return (clock) => openLedger(place, clock);
  };
  ledgerContract(emptied);
  senderContract(emptied);
  kitContract(emptied);
});

const openAt = (url: string, more: { readonly ifThere?: boolean } = {}): Promise<Ledger> =>
  openLedger(parsePostgres(url, "/"), { ...fakeClock(), ...more });

async function faultOf(work: Promise<unknown>): Promise<UserError> {
  const fault = await work.catch((reason: unknown) => reason);
  if (!(fault instanceof UserError)) throw new Error(`Expected a UserError, got ${String(fault)}`);
  expect(fault.exit).toBe(2);
  return fault;
}

describe.skipIf(server === undefined)("rows copied into PostgreSQL", () => {
  copyContract(() => server!);
});

describe.skipIf(server === undefined)("a database", () => {
  it("is made into one ledger by several processes at once, and left alone by those that only look", async () => {
    const url = server!.newDatabase();
    const name = url.slice(url.lastIndexOf("/") + 1);
    const looking = await openAt(url, { ifThere: true });
    expect(looking.isTemporary).toBe(true);
    await looking.close();
    expect(server!.ask(name, "select to_regnamespace('onetopic') is null")).toBe("t");
    const all = await Promise.all([openAt(url), openAt(url), openAt(url, {})]);
    for (const { secret, isTemporary } of all) expect([isTemporary, secret]).toEqual([false, all[0].secret]);
    await Promise.all(all.map((ledger) => ledger.close()));
  });

  it("that is foreign, newer, not there, or cannot hold names is refused in words", async () => {
    const codeAt = async (name: string, statement: string) => {
      server!.ask(name, statement);
      return (await faultOf(openAt(server!.url(name)))).code;
    };
    const [foreign, other, newer] = [server!.newDatabase(), server!.newDatabase(), server!.newDatabase()].map(
      (url) => url.slice(url.lastIndexOf("/") + 1),
    ) as [string, string, string];
    expect(await codeAt(foreign, "create schema onetopic; create table onetopic.books ()")).toBe(
      "ledger-foreign",
    );
    expect(await codeAt(other, "create schema onetopic; create table onetopic.meta (a int)")).toBe(
      "ledger-foreign",
    );
    await (await openAt(server!.url(newer))).close();
    expect(await codeAt(newer, "update onetopic.meta set value = '99' where name = 'version'")).toBe(
      "ledger-newer",
    );
    expect((await faultOf(openAt(server!.url("nowhere")))).code).toBe("ledger-missing");
    expect((await faultOf(openAt("postgres://me@127.0.0.1:1/x"))).code).toBe("ledger-unreachable");
    const latin = server!.newDatabase("encoding 'LATIN1' locale 'C' template template0");
    expect((await faultOf(openAt(latin))).code).toBe("ledger-encoding");
  });

  it("of a version that mixed rehearsals with real sends is sorted out: nobody is lost, and nobody new is mailed", async () => {
    const url = server!.newDatabase();
    const name = url.slice(url.lastIndexOf("/") + 1);
    const { ledger, freeze } = await newSetting((clock) => openLedger(parsePostgres(url, "/"), clock));
    const ok = { kind: "accepted", reply: "ok" } as const;
    const [smtp, outbox] = ["smtp://127.0.0.1:25", "outbox:var/outbox"];
    for (const cycle of ["2026-12", "2027-02"]) {
      const run = await freeze(listOf("ann@example.org", "bob@example.org", "cat@example.org"), { cycle });
      await joined(ledger, run);
      await sent(ledger, run, 1, ok, { transport: smtp });
      await sent(ledger, run, 1, ok, { transport: outbox });
    }
    await ledger.close();
    // The tables as they were, the first run taken over by its rehearsal.
    server!.ask(
      name,
      `set search_path to onetopic;
      drop table senders;
      alter table runs drop column kit, drop column made_with, drop column needs;
      drop table kit_files, kits;
      alter table runs drop column control, drop column control_reason, drop column rehearsal, add unique (cycle, variant, list, list_digest);
      alter table deliveries drop column rehearsal, add unique (person, cycle, variant);
      update runs set transport = '${outbox}' where cycle = '2026-12';
      update meta set value = '2' where name = 'version'`,
    );
    const after = await openAt(url);
    const states = async (cycle: string) => {
      const [run, ...others] = await after.runs({ cycle });
      expect(others).toEqual([]);
      expect(run?.transport).toBe(smtp);
      return (await after.rows(run!)).map(({ state }) => state);
    };
    expect(await states("2026-12")).toEqual(["accepted", "skipped", "skipped"]);
    expect(await states("2027-02")).toEqual(["accepted", "pending", "pending"]);
    await after.close();
  });

  it("is spoken to in secret, with a server that is the one named", async () => {
    const url = server!.newDatabase();
    const name = url.slice(url.lastIndexOf("/") + 1);
    const file = path.join(emptyFolder(), "ca.pem");
    writeFileSync(file, certificate);
    const encrypted =
      "select count(*) from pg_stat_ssl s join pg_stat_activity a using (pid) where s.ssl and datname = current_database()";
    const open = async (how: string, host = "127.0.0.1") => {
      const ledger = await openAt(`${url.replace("127.0.0.1", host)}?${how}`);
      const isEncrypted = server!.ask(name, encrypted) !== "0";
      await ledger.close();
      return isEncrypted;
    };
    expect(await open("")).toBe(false);
    expect(await open(`host=${encodeURIComponent(server!.folder)}`)).toBe(false);
    expect(await open("", encodeURIComponent(server!.folder))).toBe(false);
    for (const host of ["localhost", "127.0.0.1"])
      expect(await open(`sslmode=verify-full&sslrootcert=${file}`, host)).toBe(true);
    expect((await faultOf(open("sslmode=require"))).message).toContain("self-signed certificate");
    expect(await open("sslmode=no-verify")).toBe(true);
    const other = await faultOf(open(`sslmode=require&sslrootcert=${file}`, "127.0.0.2"));
    expect([other.code, other.message]).toEqual(["ledger-unreachable", expect.stringContaining("127.0.0.2")]);
    expect((await faultOf(open(`sslmode=require&sslrootcert=${file}.not`))).message).toContain(
      "no such file",
    );
    for (const host of ["db.example.org", "10.0.0.1", "[2001:db8::1]"])
      expect(parsePostgres(`postgres://${host}/x`, "/").tls).toEqual({ isChecked: true, caFile: undefined });
  });

  it("that an administrator has prepared needs no right to make the schema", async () => {
    const url = server!.newDatabase();
    const name = url.slice(url.lastIndexOf("/") + 1);
    server!.ask("postgres", "create role plain login");
    server!.ask(name, "create schema onetopic authorization plain");
    const ledger = await openAt(server!.url(name, "plain"));
    expect(await ledger.suppress([recipient("ann@example.org")], "asked")).toBe(1);
    await ledger.close();
  });

  it("keeps what servers and lists say that it has no text for, and numbers as numbers", async () => {
    const place = server!.newDatabase();
    const { ledger, freeze, clock } = await newSetting((at) => openLedger(parsePostgres(place, "/"), at));
    const odd = { ...recipient("o'dd\u00e4\\{,}@example.org"), fields: { name: 'A\0nn "\u{1F489}" \\{x}' } };
    const run = await freeze({ ...listOf(), rows: 1, recipients: [odd] });
    await joined(ledger, run);
    expect((await collect(ledger.waiting(run, false)))[0]).toEqual(odd);
    const attempt = await onTheWire(ledger, run);
    await ledger.settle({ attempt, outcome: { kind: "rejected", reply: '550 a\0b "{null}", \\ é' } });
    const [row] = await ledger.rows(run);
    expect(row).toMatchObject({ state: "rejected", reply: '550 a\uFFFDb "{null}", \\ é', attempts: 1 });
    expect(await ledger.attemptsSince(clock.time - 1)).toBe(1);
  });

  it("is looked at like a file, and not made by looking", async () => {
    const place = parsePostgres(server!.newDatabase(), "/");
    expect(await openLedgerView(place)).toBeUndefined();
    const { ledger, freeze } = await newSetting((at) => openLedger(place, at));
    const run = await freeze(listOf("ann@example.org"));
    await joined(ledger, run);
    const { messageId } = await onTheWire(ledger, run);
    const view = await openLedgerView(place);
    const known = await view?.messages(["<other@example.org>", messageId]);
    expect(known?.get(messageId)).toMatchObject({
      state: "sending",
      cycle: "2026-12",
      run: { topic: "flu" },
    });
    expect(await view?.tally(run)).toMatchObject({ audience: 1 });
    expect(await view?.open(run)).toEqual({ isOpen: true, onWire: 1 });
    expect(await view?.senders(0)).toMatchObject([{ owner: "test", run: run.id, isAlive: true, sent: 0 }]);
    await view?.close();
    const read = await openLedgerToRead(place, fakeClock());
    expect(await read.runs()).toEqual([run]);
    await read.close();
  });

  it("gives two processes that claim at the same moment different people, within one limit", async () => {
    const place = server!.newDatabase();
    const open = () => newSetting((at) => openLedger(parsePostgres(place, "/"), at));
    const [one, two, three] = await Promise.all([open(), open(), open()]);
    const run = await one.freeze(listOf(...people(200)));
    for (const owner of ["0", "1", "2"]) await joined(one.ledger, run, owner);
    const claimBy = (limits: object) =>
      Promise.all(
        [one, two, three].map(({ ledger }, at) =>
          ledger.claim(request(run, { limit: 30, owner: String(at), limits })),
        ),
      );
    const free = (await claimBy({})).flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
    expect(new Set(free).size).toBe(90);
    const limited = (await claimBy({ perHour: 100 })).flatMap(({ deliveries }) =>
      deliveries.map(({ id }) => id),
    );
    expect(limited).toHaveLength(10);
    expect(new Set([...free, ...limited]).size).toBe(100);
  });

  it("waits for nobody without end: what another program has locked is told", async () => {
    const place = parsePostgres(server!.newDatabase(), "/");
    const session = await openSession(place);
    await session.ask("set lock_timeout = '10ms'");
    const other = await openSession(place);
    await other.ask("select pg_advisory_lock(1)");
    expect((await faultOf(session.ask("select pg_advisory_lock(1)"))).code).toBe("ledger-busy");
    await Promise.all([session.close(), other.close()]);
  });

  it("is asked again after its server was away, by the same process", async () => {
    const ledger = await openAt(server!.newDatabase());
    await ledger.suppress([recipient("ann@example.org")], "asked");
    await server!.kill();
    expect((await faultOf(ledger.suppressions())).code).toBe("ledger-unreachable");
    await server!.start();
    expect(await ledger.suppressions()).toHaveLength(1);
    await ledger.close();
  });
});
