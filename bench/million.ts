/**
 * What a list of a million people costs: the real program looks at it (`recipients check`), reads it for a dry run, then
 * freezes it and sends one message to the outbox, then is asked again once the ledger knows everybody. Prints the time and the most memory of each.
 * Run: npm run bench:million [-- people [--ledger [--enqueue]]], a million people unless said; with --ledger in a PostgreSQL
 * that it starts; with --enqueue only frozen and left to workers (`send --enqueue`), and of that also the processor's time
 */
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { cp, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { memoryOf } from "./many.ts";
import { postgresServer } from "../tests/support/postgres-server.ts";

const people = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 1_000_000);
const isEnqueued = process.argv.includes("--enqueue");
const postgres = process.argv.includes("--ledger") ? await postgresServer() : undefined;
const database = postgres?.newDatabase();
const now = "2026-11-22T10:00:00Z";
const root = await mkdtemp(path.join(tmpdir(), "onetopic-million-"));
await cp("tests/fixtures/toolkits/library", root, { recursive: true });
await mkdir(path.join(root, "content/editions"), { recursive: true });
await writeFile(
  path.join(root, "content/editions/2026-11.md"),
  "---\ncycle: 2026-11\ntopic: quiet-hours\n---\n\nA note.\n",
);

/** In no order that an index would like. Every thousandth row is a duplicate, and every thousandth no address. */
async function writeList(file: string): Promise<void> {
  const out = createWriteStream(file);
  out.write("name,email,organisation,role,audience\n");
  for (let at = 0; at < people; at += 1) {
    const number = at % 1000 === 999 ? at - 500 : at;
    const address = at % 1000 === 500 ? "nobody" : `person${number}@trust${number % 300}.example`;
    const audience = ["branches", "schools", ""][at % 3];
    const line = `Person ${number},${address},"Trust ${number % 300}, North",Lead,${audience}\n`;
    if (!out.write(line)) await once(out, "drain");
  }
  out.end();
  await once(out, "close");
}

/** The seconds of a processor that it has taken so far; 0 where the system does not say. Source: proc_pid_stat(5), 14 and 15 */
function processorOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

const place = database === undefined ? [] : ["--ledger", database];

interface Cost {
  readonly seconds: number;
  /** The most that the process had at a time. */
  readonly megabytes: number;
  /** Seconds of a processor, without the database's. */
  readonly processor: number;
  readonly summary: string;
}

function run(...args: readonly string[]): Promise<Cost> {
  const started = process.hrtime.bigint();
  const child = spawn(process.execPath, ["bin/onetopic.js", "-C", root, ...args, "--json", ...place], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, ONETOPIC_NOW: now },
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text = (text + chunk.toString()).slice(-2000)));
  let megabytes = 0;
  let processor = 0;
  const watch = setInterval(() => {
    megabytes = Math.max(megabytes, memoryOf(child.pid ?? 0));
    processor = Math.max(processor, processorOf(child.pid ?? 0));
  }, 50);
  return new Promise((resolve, reject) => {
    child.on("close", (code) => {
      clearInterval(watch);
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      const summary = text.trimEnd().split("\n").at(-1) ?? "";
      // Looking at a list ends with 1 when rows of it are skipped.
      if (code === (args[0] === "recipients" ? 1 : 0)) resolve({ seconds, megabytes, processor, summary });
      else reject(new Error(`${args.join(" ")} ended with ${code}: ${summary}`));
    });
  });
}

try {
  const list = path.join(root, "people.csv");
  await writeList(list);
  const size = (await stat(list)).size / 1e6;
  console.log(`Node ${process.version}, ${people.toLocaleString("en-GB")} rows, ${size.toFixed(0)} MB`);
  const send = ["send", "--to", list];
  const toBeSent = String(people - 2 * Math.floor(people / 1000));
  const enqueue = [...send, "--enqueue", "--transport", "smtp://127.0.0.1:25", "--confirm", toBeSent];
  const all: [string, string[]][] = [
    ["recipients check", ["recipients", "check", list]],
    ["dry run, no ledger yet", send],
    ["freeze, and 1 message", [...send, "--limit", "1", "--confirm", "1"]],
    ["dry run, all in the ledger", send],
  ];
  const steps: typeof all = isEnqueued ? [["frozen for workers", enqueue]] : all;
  for (const [name, args] of steps) {
    const { seconds, megabytes, processor, summary } = await run(...args);
    console.log(
      `${name.padEnd(28)} ${seconds.toFixed(1).padStart(7)} s ${megabytes.toFixed(0).padStart(6)} MB at most, ${processor.toFixed(1)} s of a processor`,
    );
    if (summary.startsWith("{")) console.log(`  ${summary}`);
  }
  const ledger = postgres
    ? Number(postgres.ask("ledger_1", "select pg_database_size(current_database())")) / 1e6
    : (await stat(path.join(root, "var/ledger.sqlite"))).size / 1e6;
  console.log(`The ledger takes ${ledger.toFixed(0)} MB.`);
} finally {
  await postgres?.close();
  await rm(root, { recursive: true, force: true });
}
