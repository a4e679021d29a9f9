/**
 * One worker against two of the same send, on this machine, where the database and the mail server run as well: to Postfix's
 * smtp-sink, which answers at once, and to a relay that takes 30 ms for each answer, as relays do. The settings and the numbers
 * of workers take turns, so ratios count and not rates. Says as well what part claim-and-mark has in the send, as follows.
 *
 * Claim-and-mark is everything between a worker and its ledger about single messages: claim, begin (on disk before the
 * body) and settle. Two shares are told, for one worker:
 * - of a connection's time: how long it waits for `begin`, and for a claim when all that was claimed before has begun. Nothing
 *   waits for `settle`.
 * - of the processors: what the worker spends with the ledger on the stack (kysely, pg and the ledger's own files, by the
 *   profiler of V8, one sample a millisecond), in parts of all that the worker spends. PostgreSQL's own time stands beside it.
 *
 * Run: npm run bench:workers [-- messages [rounds]], 4,000 messages to the sink, half of that to the relay, in 3
 * rounds unless said
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { userInfo } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { campaign, connections, cycle, type Campaign } from "./campaign.ts";
import { median } from "./many.ts";
import { freePort } from "../tests/support/port.ts";
import { postgresServer, type Postgres } from "../tests/support/postgres-server.ts";

const [messages = 4000, rounds = 3] = process.argv.slice(2).map(Number);
const sink = "/usr/sbin/smtp-sink";

/** What one worker says of its work, see worker-measured.ts; times in seconds. */
export interface Work {
  readonly sending: readonly [number, number];
  readonly messages: number;
  readonly cpu: number;
  readonly ledgerCpu: number;
  readonly waitedForBegin: number;
  readonly waitedForClaim: number;
}

interface Setting {
  readonly name: string;
  readonly messages: number;
  open(): Promise<{ readonly port: number; readonly child: ChildProcess }>;
}

interface Round {
  readonly rate: number;
  readonly seconds: number;
  /** Processor time, in processors: what each part takes of one. */
  readonly workers: number;
  readonly database: number;
  readonly server: number;
  readonly works: readonly Work[];
}

const settings: Setting[] = [
  ...(existsSync(sink) ? [{ name: "smtp-sink, at once", messages, open: openSink }] : []),
  { name: "a relay, 30 ms an answer", messages: Math.ceil(messages / 2), open: openRelay },
];

async function openSink() {
  const port = await freePort();
  const child = spawn(sink, ["-u", userInfo().username, `127.0.0.1:${port}`, "1000"], { stdio: "ignore" });
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const isUp = await once(socket, "data").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isUp) return { port, child };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function openRelay() {
  const child = fork(path.resolve("bench/relay.js"), ["-", "30", "0"], { execArgv: [] });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return { port, child };
}

/** Processor time of a process so far, in seconds: fields 14 and 15 of /proc/PID/stat, in hundredths. */
function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Of all processes of a database; those that have ended count for the one that waits for them. */
function cpuOfDatabase({ folder }: Postgres): number {
  const main = Number(readFileSync(path.join(folder, "data/postmaster.pid"), "utf8").split("\n", 1)[0]);
  let sum = 0;
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      if (Number(name) === main) sum += (Number(fields[13]) + Number(fields[14])) / 100;
      if (Number(name) === main || Number(fields[1]) === main) sum += cpuOf(Number(name));
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum;
}

/** Freezes the list for everybody of it, in a new database. */
async function enqueue({ root }: Campaign, database: Postgres, port: number): Promise<string> {
  const ledger = database.newDatabase();
  await rm(path.join(root, "var"), { recursive: true, force: true });
  const args = ["send", cycle, "--variant", "newsletter", "--to", path.join(root, "people.csv"), "--yes"];
  const place = ["--enqueue", "--ledger", ledger, "--transport", `smtp://127.0.0.1:${port}`];
  const child = spawn(process.execPath, ["bin/onetopic.js", "-C", root, ...args, ...place], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`send --enqueue ended with ${code}.`);
  return ledger;
}

/** Starts so many workers, lets them begin together, and gives what each of them says. */
async function work(ledger: string, port: number, home: string, workers: number): Promise<Work[]> {
  const file = fileURLToPath(new URL("worker-measured.js", import.meta.url));
  const crew = Array.from({ length: workers }, () =>
    fork(file, [ledger, `smtp://127.0.0.1:${port}`, home], {
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    }),
  );
  await Promise.all(crew.map((child) => once(child, "message")));
  const told = crew.map(async (child) => {
    const [[words]] = (await Promise.all([once(child, "message"), once(child, "close")])) as [
      [Work],
      unknown,
    ];
    return words;
  });
  for (const child of crew) child.send("go");
  return Promise.all(told);
}

async function play(one: Campaign, database: Postgres, setting: Setting, workers: number): Promise<Round> {
  const { port, child } = await setting.open();
  const home = path.join(one.root, "home");
  await mkdir(home, { recursive: true });
  try {
    const ledger = await enqueue(one, database, port);
    const [databaseBefore, serverBefore] = [cpuOfDatabase(database), cpuOf(child.pid ?? 0)];
    const works = await work(ledger, port, home, workers);
    const sent = works.reduce((sum, { messages: some }) => sum + some, 0);
    if (sent !== setting.messages) throw new Error(`${sent} of ${setting.messages} were sent.`);
    const from = Math.min(...works.map(({ sending }) => sending[0]));
    const seconds = Math.max(...works.map(({ sending }) => sending[1])) - from;
    return {
      rate: sent / seconds,
      seconds,
      workers: works.reduce((sum, { cpu }) => sum + cpu, 0) / seconds,
      database: (cpuOfDatabase(database) - databaseBefore) / seconds,
      server: (cpuOf(child.pid ?? 0) - serverBefore) / seconds,
      works,
    };
  } finally {
    child.kill("SIGKILL");
  }
}

const database = await postgresServer();
if (!database) {
  console.log("Not measured: there is no PostgreSQL on this machine.");
  process.exit(0);
}
const campaigns = new Map<Setting, Campaign>();
const found = new Map<Setting, [Round, Round][]>(settings.map((setting) => [setting, []]));
try {
  for (const setting of settings) campaigns.set(setting, await campaign(setting.messages, false));
  for (let round = 0; round < rounds; round += 1)
    for (const [setting, one] of campaigns) {
      const alone = await play(one, database, setting, 1);
      const both = await play(one, database, setting, 2);
      found.get(setting)?.push([alone, both]);
      console.error(`${setting.name}: ${alone.rate.toFixed(0)} and ${both.rate.toFixed(0)} a second`);
    }
} finally {
  await database.close();
  await Promise.all([...campaigns.values()].map(({ root }) => rm(root, { recursive: true, force: true })));
}

const middle = (of: readonly number[], digits: number) => median(of).toFixed(digits);
const percent = (of: readonly number[]) => `${(median(of) * 100).toFixed(1)} %`;
console.log(`Node ${process.version}, ${connections} connections a worker, median of ${rounds} rounds`);
for (const [setting, pairs] of found) {
  console.log(`${setting.name}, ${setting.messages} messages`);
  console.log(
    `  two workers to one: × ${middle(
      pairs.map(([alone, both]) => both.rate / alone.rate),
      2,
    )}`,
  );
  for (const [at, name] of ["one worker", "two workers"].entries()) {
    const of = pairs.flatMap((pair) => pair[at] ?? []);
    const cpu = (["workers", "database", "server"] as const).map(
      (part) =>
        `${part} ${middle(
          of.map((one) => one[part]),
          2,
        )}`,
    );
    const rate = middle(
      of.map((one) => one.rate),
      0,
    );
    console.log(`  ${name.padEnd(12)} ${rate.padStart(6)} a second; processors: ${cpu.join(", ")}`);
  }
  const works = pairs.flatMap(([alone]) => alone.works);
  const seconds = ({ sending: [from, to] }: Work) => to - from;
  const waited = works.map(
    (one) => one.waitedForBegin / (seconds(one) * connections) + one.waitedForClaim / seconds(one),
  );
  console.log(`  claim-and-mark: ${percent(waited)} of a connection's time,`);
  console.log(
    `    ${percent(works.map(({ ledgerCpu, cpu }) => ledgerCpu / cpu))} of the worker's processor time`,
  );
}
