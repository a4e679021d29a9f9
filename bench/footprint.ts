/**
 * What a run costs a ledger on PostgreSQL, without any mail: how much it takes on the disk and in the write-ahead log, how
 * many messages its bookkeeping bears a second, and what counting for limits costs a claim. The ledger is the real one; the
 * server is started by this, with its own settings but for those of the tests.
 * Run: npm run bench:footprint [-- people], 200,000 unless said
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Attempt, Run } from "../src/deliver/records.ts";
import type { Ledger } from "../src/deliver/ledger.ts";
import type { ListRow } from "../src/domain/recipient.ts";
import { postgresServer, type Postgres } from "../tests/support/postgres-server.ts";

const people = Number(process.argv[2] ?? 200_000);
let owners = 0;
/** As many as a worker has at a time, and as many as it claims for them. */
const [connections, batch] = [10, 100];
const senders = 4;
/** Longer than all of this takes. */
const longLease = 3_600_000;
const database = "ledger_1";
const transport = "smtp://relay.example.org";

const built = <Module>(file: string) =>
  import(pathToFileURL(path.resolve("dist", file)).href) as Promise<Module>;
const { openLedger } = await built<typeof import("../src/deliver/open-ledger.ts")>("deliver/open-ledger.js");
const { parsePostgres } = await built<typeof import("../src/deliver/place.ts")>("deliver/place.js");
const { messageIdOf } = await built<typeof import("../src/deliver/identity.ts")>("deliver/identity.js");

async function* list(): AsyncGenerator<ListRow> {
  for (let at = 0; at < people; at += 1) {
    const address = `firstname.lastname${at}@trust${at % 300}.example`;
    const fields = {
      email: address,
      name: `Firstname Lastname ${at}`,
      organisation: `Example Trust ${at % 300}`,
      role: "Practice manager",
      audience: "primary-care",
    };
    yield {
      kind: "person",
      to: { address, key: address, audience: "primary-care", fields, row: at + 2 },
    };
  }
}

/** Sends so many in the ledger alone: what a message costs there when the mail costs nothing. */
async function sendNothing(ledger: Ledger, run: Run, most: number): Promise<void> {
  const owner = `bench:${(owners += 1)}:footprint`;
  await ledger.enlist({ owner, run, host: "bench", pid: process.pid, version: "", lease: longLease });
  for (let sent = 0; sent < most;) {
    const limit = Math.min(batch, most - sent);
    const { deliveries, halt } = await ledger.claim({ run, owner, limit, limits: {} });
    if (halt) throw new Error("A sender was not to claim anything.");
    if (deliveries.length === 0) return;
    const queue = deliveries.values();
    const connection = async () => {
      for (const { id, domain, to } of queue) {
        const messageId = messageIdOf(ledger.secret, { ...run, address: to.key }, "example.org");
        const attempt: Attempt = { id, owner, domain, messageId, transport };
        if (!(await ledger.begin(attempt))) throw new Error("A claimed delivery was not to be begun.");
        // Not waited for, as by the real sender: it goes with the next beginning.
        const reply = "250 2.0.0 Ok: queued as 4bXyZ12345z1Abc";
        settling.push(ledger.settle({ attempt, outcome: { kind: "accepted", reply } }));
      }
    };
    const settling: Promise<void>[] = [];
    await Promise.all(Array.from({ length: connections }, connection));
    await Promise.all(settling);
    sent += deliveries.length;
  }
}

const million = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
const each = (bytes: number) => `${(bytes / people).toFixed(0)} bytes a person`;

/** How far the write-ahead log has come, and how much of that were whole pages after a checkpoint. */
function logged(server: Postgres): { readonly bytes: number; readonly pages: number } {
  const [bytes = "0", pages = "0"] = server
    .ask(database, "select pg_current_wal_lsn() - '0/0', (select wal_fpi from pg_stat_wal)")
    .split("|");
  return { bytes: Number(bytes), pages: Number(pages) };
}

async function measured<Result>(
  server: Postgres,
  what: string,
  share: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const count = people * share;
  server.ask(database, "checkpoint");
  const [before, started] = [logged(server), process.hrtime.bigint()];
  const result = await work();
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const after = logged(server);
  const bytes = after.bytes - before.bytes;
  const rate = `${Math.round(count / seconds).toLocaleString("en-GB")} people a second`;
  console.log(`${what}: ${seconds.toFixed(1)} s, ${rate}`);
  console.log(
    `  log ${million(bytes)}, ${each(bytes / share)}; ${(after.pages - before.pages).toLocaleString("en-GB")} whole pages in it`,
  );
  return result;
}

function tellSizes(server: Postgres): void {
  const rows = server.ask(
    database,
    `select relname, pg_relation_size(oid) + pg_relation_size(reltoastrelid), pg_indexes_size(oid) from pg_class
     where relnamespace = 'onetopic'::regnamespace and relkind = 'r' and pg_total_relation_size(oid) > 1000000 order by 1`,
  );
  for (const row of rows.split("\n")) {
    const [name = "", rowsSize = "0", indexes = "0"] = row.split("|");
    const all = Number(rowsSize) + Number(indexes);
    console.log(
      `  ${name.padEnd(12)} rows ${million(Number(rowsSize))}, indexes ${million(Number(indexes))}: ${each(all)}`,
    );
  }
  console.log(
    `  database ${million(Number(server.ask(database, "select pg_database_size(current_database())")))}`,
  );
}

/** The time of one claim, in milliseconds: the median of some. What it took goes back. */
async function claimTime(ledger: Ledger, run: Run, limits: Parameters<Ledger["claim"]>[0]["limits"]) {
  const owner = "bench:1:limits";
  await ledger.enlist({ owner, run, host: "bench", pid: process.pid, version: "", lease: longLease });
  const times: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const started = process.hrtime.bigint();
    const { deliveries } = await ledger.claim({ run, owner, limit: batch, limits });
    times.push(Number(process.hrtime.bigint() - started) / 1e6);
    await ledger.release(
      owner,
      deliveries.map(({ id }) => id),
    );
  }
  return times.toSorted((a, b) => a - b)[4] ?? Number.NaN;
}

const server = await postgresServer();
if (!server) {
  console.log("Not measured: there is no PostgreSQL on this machine.");
  process.exit(0);
}
try {
  const place = parsePostgres(server.newDatabase(), ".");
  const ledger = await openLedger(place, { now: Date.now });
  const version = server.ask("postgres", "show server_version");
  console.log(`Node ${process.version}, PostgreSQL ${version}, ${people.toLocaleString("en-GB")} people`);
  const wanted = { cycle: "2026-11", variant: "email", transport } as const;
  const freeze = async () => {
    const staged = ledger.stage();
    await staged.read({ ...wanted, audiences: ["primary-care"] }, list());
    const run = await ledger.freeze(
      { ...wanted, topic: "quiet-hours", list: "everyone", contentDigest: "0".repeat(64) },
      staged,
    );
    await staged.clear();
    return run;
  };
  const run = await measured(server, "read and frozen", 1, freeze);
  tellSizes(server);
  await ledger.adopt(run);
  await measured(server, "half of them begun and ended by one sender", 0.5, () =>
    sendNothing(ledger, run, people / 2),
  );
  const others = await Promise.all(
    Array.from({ length: senders }, () => openLedger(place, { now: Date.now })),
  );
  await measured(server, `the others by ${senders} senders at a time`, 0.5, () =>
    Promise.all(others.map((one) => sendNothing(one, run, people))),
  );
  await Promise.all(others.map((one) => one.close()));
  tellSizes(server);
  server.ask(database, "vacuum onetopic.deliveries, onetopic.attempts");
  console.log("after a vacuum:");
  tellSizes(server);
  // Somebody has to be there to be claimed.
  server.ask(database, `update onetopic.deliveries set state = 'pending' where id % 10 = 0`);
  server.ask(database, "vacuum analyze onetopic.deliveries, onetopic.attempts");
  const never = 100_000_000;
  for (const [name, limits] of [
    ["no limits", {}],
    ["perSecond", { perSecond: 10_000 }],
    ["perHour", { perHour: never }],
    ["perDay", { perDay: never }],
    ["perDomain", { perDomain: never }],
  ] as const)
    console.log(
      `a claim of ${batch}, ${people.toLocaleString("en-GB")} attempts within the hour, ${name}: ${(await claimTime(ledger, run, limits)).toFixed(1)} ms`,
    );
  await ledger.close();
} finally {
  await server.close();
}
