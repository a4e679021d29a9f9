/*
 * Sends to a real mail server in another process and kills the sender at random moments, until all is sent. Then the
 * ledger is held against what the server has written down.
 */
import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openLedger } from "../src/deliver/open-ledger.ts";
import { parsePostgres, type PostgresPlace } from "../src/deliver/place.ts";
import type { RowReport } from "../src/deliver/records.ts";
import { postgresServer, type Postgres } from "../tests/support/postgres-server.ts";

export const manners = [
  "plain",
  "dropping",
  "restarting",
  "slow",
  "greylisting",
  "refusing",
  "disk full",
  "database",
] as const;
export type Manner = (typeof manners)[number];

/** What came of one scenario. */
export interface Killed {
  readonly people: number;
  readonly kills: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
  /** Of those unknown, how many the server had taken. */
  readonly unknownTaken: number;
  /** Neither with the server nor named in the ledger as refused or unknown; or called accepted and not there. */
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  /** Not settled at the end. */
  readonly open: number;
  /** The most that were unknown after one kill. */
  readonly mostAtOnce: number;
  /** Connections that the server itself dropped after the body. */
  readonly droppedAfterBody: number;
  /** What the sender said when its disk was full, or its database gone. */
  readonly words: readonly string[];
}

export const connections = 4;
const now = "2026-11-22T10:00:00Z";
const project = process.cwd();

/** Throws an Error with words when a scenario cannot be played on this machine. */
export class NotHere extends Error {}

/** Plays one scenario: so many people, and so many kills at random moments. */
export async function killing(manner: Manner, people: number, kills: number): Promise<Killed> {
  const root = await mkdtemp(path.join(tmpdir(), "onetopic-kill-"));
  const disk = manner === "disk full" ? await smallDisk(root) : undefined;
  const record = path.join(root, "record.txt");
  await writeFile(record, "");
  const database = manner === "database" ? await ownDatabase() : undefined;
  // What happens to the database is enough for one scenario, and to the lines as well.
  const mailManner = { "disk full": "plain", database: "dropping" }[manner as string] ?? manner;
  const server = new Server(record, mailManner);
  try {
    await server.start();
    const file = path.join(disk ?? path.join(root, "var"), "ledger.sqlite");
    const ledger = database?.newDatabase() ?? file;
    await makeToolkit(root, people, server.port, ledger);
    const place = database ? parsePostgres(ledger, root) : file;
    const stage = { root, server, manner, disk, database, place };
    const found = await rounds(stage, kills);
    return await judge(stage, record, people, found);
  } finally {
    server.kill();
    await database?.close();
    if (disk) spawnSync("umount", ["-l", disk]);
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Stage {
  readonly root: string;
  readonly server: Server;
  readonly manner: Manner;
  readonly disk: string | undefined;
  readonly database: Postgres | undefined;
  readonly place: string | PostgresPlace;
}

interface Rounds {
  readonly kills: number;
  readonly mostAtOnce: number;
  readonly words: readonly string[];
}

async function rounds(stage: Stage, kills: number): Promise<Rounds> {
  let [done, mostAtOnce] = [0, 0];
  const words: string[] = [];
  let args = ["send", "--to", "people.csv", "--yes"];
  // A server that drops lines makes the sender pause by itself; it is asked to go on.
  for (let round = 0; round < kills * 3 + 20; round += 1) {
    const sender = start(stage.root, args);
    const hasToDie = done < kills;
    const struck = hasToDie ? await strike(stage, sender) : false;
    const { code, said } = await sender.ended;
    if (stage.disk) await rm(path.join(stage.disk, "filler"), { force: true });
    await stage.database?.start();
    if (struck) done += 1;
    if (struck && code === 2) words.push(said.slice(said.lastIndexOf("Error")));
    const standing = await look(stage.place);
    if (struck) mostAtOnce = Math.max(mostAtOnce, standing.sending);
    if (standing.isFrozen) args = ["resume"];
    if (standing.isFrozen && standing.open === 0) break;
  }
  return { kills: done, mostAtOnce, words };
}

interface Sender {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

/** The real program. */
function start(root: string, args: readonly string[]): Sender {
  const child = spawn(process.execPath, [path.join(project, "bin/onetopic.js"), ...args], {
    cwd: root,
    env: { ...process.env, ONETOPIC_NOW: now, CI: "1" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr?.on("data", (text) => (said = `${said}${String(text)}`.slice(-2000)));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, said }));
  return { child, ended };
}

/** Ends the sender, fills its disk, or ends its database, a random moment after it has named a random number of people. False: it was done before. */
async function strike({ server, manner, disk, database }: Stage, { child, ended }: Sender): Promise<boolean> {
  const isEarly = Math.random() < 0.1;
  const wait = isEarly ? pause(Math.random() * 700) : server.named(Math.floor(Math.random() * 20));
  const first = await Promise.race([wait.then(() => "now" as const), ended.then(() => "ended" as const)]);
  if (first === "ended") return false;
  await pause(Math.random() * 8);
  if (manner === "restarting" && Math.random() < 0.5) {
    await server.restart();
    await pause(Math.random() * 300);
  }
  if (disk) await fill(disk);
  else if (database && Math.random() < 0.5) await database.kill();
  else child.kill("SIGKILL");
  return true;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function look(
  place: string | PostgresPlace,
): Promise<{ isFrozen: boolean; sending: number; open: number }> {
  const ledger = await openLedger(place, { now: Date.now });
  try {
    const [run] = await ledger.runs();
    if (!run) return { isFrozen: false, sending: 0, open: 0 };
    const { pending, deferred } = await ledger.tally(run);
    const sending = (await ledger.rows(run)).filter(({ state }) => state === "sending").length;
    return { isFrozen: true, sending, open: pending + deferred };
  } finally {
    await ledger.close();
  }
}

async function judge(stage: Stage, record: string, people: number, found: Rounds): Promise<Killed> {
  const ledger = await openLedger(stage.place, { now: Date.now });
  const [run] = await ledger.runs();
  const rows = run ? await ledger.rows(run) : [];
  await ledger.close();
  const lines = (await readFile(record, "utf8")).split("\n").filter((line) => line !== "");
  const taken = new Map<string, number>();
  for (const line of lines) {
    const [address = ""] = line.split(" ");
    if (address !== "lost") taken.set(address, (taken.get(address) ?? 0) + 1);
  }
  const of = (state: RowReport["state"]) => rows.filter((row) => row.state === state);
  const isTaken = ({ address }: RowReport) => taken.has(address);
  const named = new Set(rows.map(({ address }) => address));
  return {
    people,
    ...found,
    accepted: of("accepted").length,
    rejected: of("rejected").length,
    unknown: of("unknown").length,
    unknownTaken: of("unknown").filter(isTaken).length,
    open: people - of("accepted").length - of("rejected").length - of("unknown").length,
    lost: [
      ...addresses(people).filter((address) => !named.has(address)),
      ...of("accepted").flatMap((row) => (isTaken(row) ? [] : [row.address])),
      // Called refused, and yet there: nobody would be told the truth about them.
      ...of("rejected").flatMap((row) => (isTaken(row) ? [row.address] : [])),
    ],
    twice: [...taken].flatMap(([address, times]) => (times > 1 ? [address] : [])),
    droppedAfterBody: lines.filter((line) => line === "lost").length,
  };
}

/** The mail server's process. */
class Server {
  port = 0;
  readonly #record: string;
  readonly #manner: string;
  #child: ChildProcess | undefined;
  #named = 0;
  #onNamed = (): void => {};

  constructor(record: string, manner: string) {
    this.#record = record;
    this.#manner = manner;
  }

  async start(): Promise<void> {
    const file = path.join(project, "bench/mail-server.js");
    const child = fork(file, [String(this.port), this.#record, this.#manner], { execArgv: [] });
    this.#child = child;
    child.on("message", (message: { readonly named?: string }) => {
      if (message.named === undefined) return;
      this.#named += 1;
      this.#onNamed();
    });
    const [{ port }] = (await once(child, "message")) as [{ port: number }];
    this.port = port;
  }

  async restart(): Promise<void> {
    const child = this.#child;
    if (child) {
      child.kill("SIGKILL");
      await once(child, "close");
    }
    await this.start();
  }

  /** Resolves when so many more people were named, and one. */
  named(more: number): Promise<void> {
    const until = this.#named + more + 1;
    return new Promise((resolve) => {
      this.#onNamed = () => {
        if (this.#named >= until) resolve();
      };
    });
  }

  kill(): void {
    this.#child?.kill("SIGKILL");
  }
}

function addresses(people: number): string[] {
  return Array.from({ length: people }, (_, at) => `p${at}@readers.example`);
}

async function makeToolkit(root: string, people: number, port: number, ledger: string): Promise<void> {
  await cp(path.join(project, "tests/fixtures/toolkits/tiny"), root, { recursive: true });
  await mkdir(path.join(root, "content/editions"), { recursive: true });
  const edition = "---\ncycle: 2026-11\ntopic: good\n---\n";
  await writeFile(path.join(root, "content/editions/2026-11.md"), edition);
  await writeFile(path.join(root, "people.csv"), ["email", ...addresses(people), ""].join("\n"));
  const settings = await readFile(path.join(root, "onetopic.yaml"), "utf8");
  const more = [
    `transport: smtp://127.0.0.1:${port}`,
    "retry: { first: 50ms, longest: 500ms, attempts: 100, timeout: 20s }",
    `limits: { connections: ${connections}, messagesPerConnection: 15 }`,
    `ledger: ${ledger}`,
  ];
  await writeFile(path.join(root, "onetopic.yaml"), `${settings}\n${more.join("\n")}\n`);
}

async function ownDatabase(): Promise<Postgres> {
  const server = await postgresServer();
  if (server) return server;
  throw new NotHere("there is no PostgreSQL on this machine");
}

/** A file system of a few megabytes, in memory. Throws NotHere where none can be made. */
async function smallDisk(root: string): Promise<string> {
  const place = path.join(root, "disk");
  await mkdir(place);
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", place]);
  if (status === 0) return place;
  throw new NotHere("a small file system can only be mounted by root, on Linux");
}

async function fill(disk: string): Promise<void> {
  const { bavail, bsize } = await statfs(disk);
  await writeFile(path.join(disk, "filler"), Buffer.alloc(bavail * bsize)).catch(() => {});
}
