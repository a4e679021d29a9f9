/*
 * Many workers of one run: the real program in processes of its own, a real PostgreSQL, a mail server that resets
 * connections. Workers are killed and replaced, the database is ended once as by a power cut and started again. Then the
 * ledger is held against what the server has written down.
 */
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Ledger } from "../src/deliver/ledger.ts";
import { openLedger } from "../src/deliver/open-ledger.ts";
import { parsePostgres } from "../src/deliver/place.ts";
import type { Run } from "../src/deliver/records.ts";
import type { Tally } from "../src/domain/delivery.ts";
import { Crew } from "./crew.ts";
import { postgresServer, type Postgres } from "../tests/support/postgres-server.ts";

/** How it goes on; times in seconds. */
export interface Trial {
  readonly people: number;
  readonly workers: number;
  /** From one kill to the next, at least and at most. */
  readonly killEvery: readonly [number, number];
  /** No more than so many. */
  readonly kills: number;
  /** The database ends and starts again when so many are through. */
  readonly restartAfter: number;
  /** How often the mail server resets half of its connections. */
  readonly resetEvery: number;
  readonly tell?: (line: string) => void;
}

/** What came of it. */
export interface Proof {
  readonly people: number;
  readonly kills: number;
  /** How many seconds the database was away. */
  readonly away: number;
  /** From when it was back until all was settled. */
  readonly afterwards: number;
  /** Lines that the mail server reset when nobody could know any more whether the message was taken. */
  readonly resets: number;
  /** Workers that ended by themselves, such as those that were started while there was no database. */
  readonly endedAlone: number;
  /** The run was paused by a worker that met too many faults in a row, and told to go on. */
  readonly pauses: number;
  readonly tally: Tally;
  /** Unknown since their worker, or its database, was ended. */
  readonly unknownByKill: number;
  /** The most of these that one sender left. */
  readonly mostAtOnce: number;
  /** Unknown since their line broke. */
  readonly unknownByReset: number;
  /** Neither with the server nor called unknown. */
  readonly lost: readonly string[];
  /** With the server more than once. */
  readonly twice: readonly string[];
  /** Not settled at the end. */
  readonly open: number;
  /** How the workers ended when they were told to stop. */
  readonly exits: readonly (number | null)[];
  /** From the first worker's start until the last message was settled. */
  readonly seconds: number;
  /** Which promises are broken, in words. */
  readonly broken: readonly string[];
}

export const connections = 4;
const [cycle, now] = ["2026-11", "2026-11-22T10:00:00Z"];
const project = process.cwd();
const program = path.join(project, "bin/onetopic.js");
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const addressOf = (at: number) => `p${at}@readers.example`;

/** Takes how it gets a database; gives nothing where there is none. */
export async function workersKilling(
  trial: Trial,
  start: () => Promise<Postgres | undefined> = postgresServer,
): Promise<Proof | undefined> {
  const database = await start();
  if (!database) return undefined;
  const root = await mkdtemp(path.join(tmpdir(), "onetopic-workers-"));
  const record = path.join(root, "record.txt");
  await writeFile(record, "");
  const relay = fork(path.join(project, "bench/relay.js"), [record, "0", String(trial.resetEvery)], {
    execArgv: [],
  });
  const crew = new Crew(path.join(root, "home"), database.newDatabase());
  try {
    const [{ port }] = (await once(relay, "message")) as [{ port: number }];
    await enqueue(root, trial.people, port, crew.ledger);
    const ledger = await openLedger(parsePostgres(crew.ledger, root), { now: Date.now });
    try {
      const [run] = await ledger.runs();
      if (!run) throw new Error("Nothing was frozen.");
      const found = await play(trial, { crew, database, ledger, run });
      return judge(trial, {
        ...found,
        ...(await standing(database, ledger, run)),
        record: await readFile(record, "utf8"),
      });
    } finally {
      await ledger.close();
    }
  } finally {
    crew.end();
    relay.kill("SIGKILL");
    await database.close();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Stage {
  readonly crew: Crew;
  readonly database: Postgres;
  readonly ledger: Ledger;
  readonly run: Run;
}

async function play(trial: Trial, { crew, database, ledger, run }: Stage) {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const [least, most] = trial.killEvery;
  const nextKill = () => seconds() + least + Math.random() * (most - least);
  for (let at = 0; at < trial.workers; at += 1) await crew.start();
  let [kills, pauses, away, backAt, killAt, tellAt] = [0, 0, 0, 0, nextKill(), 10];
  // To count many takes its time, which is the workers'.
  const countEvery = trial.people > 10_000 ? 1 : 0.02;
  for (;;) {
    const { pending, deferred } = await ledger.tally(run);
    const done = trial.people - pending - deferred;
    if (done === trial.people) break;
    if (done === 0) killAt = nextKill();
    if (away === 0 && done >= trial.restartAfter) {
      const gone = seconds();
      await database.restart();
      backAt = seconds();
      away = backAt - gone;
    }
    if (kills < trial.kills && seconds() >= killAt) {
      await crew.replaceOne();
      kills += 1;
      killAt = nextKill();
    }
    if (await ledger.setControl(run, undefined)) pauses += 1;
    if (seconds() >= tellAt) {
      trial.tell?.(`${seconds().toFixed(0)} s: ${done} of ${trial.people}, ${kills} kills`);
      tellAt += 10;
    }
    await pause(countEvery);
  }
  const took = seconds();
  const afterwards = took - backAt;
  return {
    kills,
    pauses,
    away,
    afterwards,
    seconds: took,
    exits: await crew.stop(),
    endedAlone: crew.endedAlone,
  };
}

/** What the ledger says in the end. */
async function standing(database: Postgres, ledger: Ledger, run: Run) {
  const left = database.ask(
    "ledger_1",
    "select count(*) from onetopic.deliveries where state = 'unknown' and owner is not null group by owner",
  );
  return {
    tally: await ledger.tally(run),
    rows: await ledger.rows(run),
    // Whoever learns how a message ended lets go of it; what an ended sender left bears its name.
    left: left === "" ? [] : left.split("\n").map(Number),
  };
}

type Found = Awaited<ReturnType<typeof play>> &
  Awaited<ReturnType<typeof standing>> & { readonly record: string };

function judge(trial: Trial, { tally, rows, left, record, ...found }: Found): Proof {
  const lines = record.split("\n").filter((line) => line !== "");
  const taken = new Map<string, number>();
  for (const line of lines) {
    const [address = ""] = line.split(" ");
    if (address !== "reset") taken.set(address, (taken.get(address) ?? 0) + 1);
  }
  const states = new Map(rows.map(({ address, state }) => [address, state]));
  const people = Array.from({ length: trial.people }, (_, at) => addressOf(at));
  const unknownByKill = left.reduce((sum, count) => sum + count, 0);
  const proof = {
    people: trial.people,
    ...found,
    resets: lines.filter((line) => line === "reset").length,
    tally,
    unknownByKill,
    mostAtOnce: Math.max(0, ...left),
    unknownByReset: tally.unknown - unknownByKill,
    lost: people.filter(
      (who) => states.get(who) !== "unknown" && (states.get(who) !== "accepted" || !taken.has(who)),
    ),
    twice: [...taken].flatMap(([address, times]) => (times > 1 ? [address] : [])),
    open: tally.pending + tally.deferred,
  };
  return { ...proof, broken: brokenOf(trial, proof, left.length) };
}

/** @param ended how many senders left somebody on the wire */
function brokenOf(trial: Trial, proof: Omit<Proof, "broken">, ended: number): string[] {
  const { audience, ...parts } = proof.tally;
  const sum = Object.values(parts).reduce((all, part) => all + part, 0);
  const promises: [boolean, string][] = [
    [proof.lost.length === 0, "somebody is lost"],
    [proof.twice.length === 0, "somebody was mailed twice"],
    [proof.open === 0, "somebody still waits"],
    [proof.mostAtOnce <= connections, "one sender left more unknown than it had connections"],
    [ended <= proof.kills + trial.workers, "senders left somebody unknown without having been ended"],
    [proof.unknownByReset <= proof.resets, "more are unknown than lines were reset"],
    [sum === audience && audience === trial.people, "the rows do not add up"],
    [proof.exits.every((code) => code === 0 || code === 1), "a worker did not stop as it should"],
  ];
  return promises.flatMap(([isKept, words]) => (isKept ? [] : [words]));
}

/** Freezes the edition for everybody, and leaves it to workers. */
async function enqueue(root: string, people: number, port: number, ledger: string): Promise<void> {
  const toolkit = path.join(root, "toolkit");
  await cp(path.join(project, "tests/fixtures/toolkits/tiny"), toolkit, { recursive: true });
  await mkdir(path.join(toolkit, "content/editions"), { recursive: true });
  await writeFile(
    path.join(toolkit, "content/editions", `${cycle}.md`),
    `---\ncycle: ${cycle}\ntopic: good\n---\n`,
  );
  const list = ["email", ...Array.from({ length: people }, (_, at) => addressOf(at)), ""];
  await writeFile(path.join(toolkit, "people.csv"), list.join("\n"));
  const settings = await readFile(path.join(toolkit, "onetopic.yaml"), "utf8");
  const more = [
    `transport: smtp://127.0.0.1:${port}`,
    "retry: { first: 50ms, longest: 500ms, attempts: 100, timeout: 20s }",
    `limits: { connections: ${connections} }`,
  ];
  await writeFile(path.join(toolkit, "onetopic.yaml"), `${settings}\n${more.join("\n")}\n`);
  const args = ["send", cycle, "--to", "people.csv", "--yes", "--enqueue", "--ledger", ledger];
  const child = spawn(process.execPath, [program, ...args], {
    cwd: toolkit,
    env: { ...process.env, ONETOPIC_NOW: now, CI: "1" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`send --enqueue ended with ${code}.`);
}
