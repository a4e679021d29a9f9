/**
 * How fast a personalised newsletter goes out to a local server: the real program with its ledger, beside Postfix's own
 * smtp-source with the same bytes, and beside nodemailer's pool, which composes each message. Ratios count, not rates: the
 * machine may be busy. Needs smtp-source and smtp-sink, which come with Postfix.
 * Run: npm run bench:send [-- messages [rounds]], 10,000 messages in 3 rounds unless said
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { userInfo } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { campaign, connections, cycle, sampleMessage, type Campaign } from "./campaign.ts";
import { median } from "./many.ts";
import { postgresServer } from "../tests/support/postgres-server.ts";
import { freePort } from "../tests/support/port.ts";

const [source, sink] = ["/usr/sbin/smtp-source", "/usr/sbin/smtp-sink"];
if (!existsSync(source) || !existsSync(sink)) {
  console.log(`Not measured: there is no ${source} or no ${sink} on this machine. They come with Postfix.`);
  process.exit(0);
}
const total = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 3);

/** Messages a second. */
interface Rate {
  readonly sending: number;
  /** With the start of the program, and what it does before the first message. */
  readonly whole: number;
}

async function openSink(port: number): Promise<ChildProcess> {
  const child = spawn(sink, ["-u", userInfo().username, `127.0.0.1:${port}`, "1000"], { stdio: "inherit" });
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const isUp = await once(socket, "data").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isUp) return child;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Runs a command; the sending begins with the first line that it says. */
async function timed(command: string, args: readonly string[], messages: number): Promise<Rate> {
  const started = process.hrtime.bigint();
  let begun = started;
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.once("data", () => (begun = process.hrtime.bigint()));
  child.stdout.resume();
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
  const ended = process.hrtime.bigint();
  return {
    sending: (messages * 1e9) / Number(ended - begun),
    whole: (messages * 1e9) / Number(ended - started),
  };
}

function bySource(port: number, file: string, ...more: string[]): Promise<Rate> {
  const ends = ["-f", "news@example.org", "-t", "reader@example.org"];
  const many = ["-s", String(connections), "-m", String(total), "-F", file];
  return timed(source, [...more, ...many, ...ends, `127.0.0.1:${port}`], total);
}

/** The same people each time, with a ledger that knows nothing yet. */
async function byProgram(port: number, { root }: Campaign, ledger?: string): Promise<Rate> {
  await rm(path.join(root, "var"), { recursive: true, force: true });
  const to = ["--to", path.join(root, "people.csv"), "--transport", `smtp://127.0.0.1:${port}`];
  const send = ["send", cycle, "--variant", "newsletter", ...to, "--yes", "--json"];
  if (ledger !== undefined) send.push("--ledger", ledger);
  return timed(process.execPath, ["bin/onetopic.js", "-C", root, ...send], total);
}

/** A tenth of the messages is enough: it takes long. */
function byPool(port: number, { root }: Campaign): Promise<Rate> {
  const pool = fileURLToPath(new URL("pool.js", import.meta.url));
  const messages = Math.ceil(total / 10);
  return timed(process.execPath, [pool, root, String(port), String(messages)], messages);
}

const port = await freePort();
const server = await openSink(port);
/** With its data on the same disk as the ledger in a file; not measured where it is not installed. */
const postgres = await postgresServer();
const [plain, signed] = [await campaign(total, false), await campaign(total, true)];
const sample = await sampleMessage(plain);
const file = path.join(plain.root, "message.eml");
await writeFile(file, sample.toString("latin1").replaceAll("\r\n", "\n"), "latin1");

const base = "smtp-source, a connection a message";
const pool = "nodemailer's pool, composing each";
const ours = "onetopic send";
const subjects: Readonly<Record<string, () => Promise<Rate>>> = {
  [base]: () => bySource(port, file),
  "smtp-source, connections kept (-d)": () => bySource(port, file, "-d"),
  [pool]: () => byPool(port, plain),
  [`${pool}, DKIM`]: () => byPool(port, signed),
  [ours]: () => byProgram(port, plain),
  [`${ours}, DKIM`]: () => byProgram(port, signed),
  ...(postgres && { [`${ours}, PostgreSQL`]: () => byProgram(port, plain, postgres.newDatabase()) }),
};
const rates = new Map(Object.keys(subjects).map((name) => [name, [] as Rate[]]));
try {
  // The subjects take turns, so that a busy moment of the machine meets all of them.
  for (let round = 0; round < rounds; round += 1)
    for (const [name, subject] of Object.entries(subjects)) rates.get(name)?.push(await subject());
} finally {
  server.kill();
  await postgres?.close();
  await Promise.all([plain, signed].map(({ root }) => rm(root, { recursive: true, force: true })));
}

/** The median of what a subject did against another in the same round. */
const ratio = (name: string, other: string) =>
  median(
    (rates.get(name) ?? []).map(
      ({ sending }, at) => sending / (rates.get(other)?.[at]?.sending ?? Number.NaN),
    ),
  );
console.log(
  `Node ${process.version}, ${total} messages of ${sample.length.toLocaleString("en-GB")} bytes, ${connections} connections, median of ${rounds} rounds`,
);
console.log(`${"".padEnd(42)}  a second   whole run   × smtp-source   × with -d   × pool`);
for (const [name, found] of rates) {
  const cells = [
    median(found.map(({ sending }) => sending))
      .toFixed(0)
      .padStart(10),
    median(found.map(({ whole }) => whole))
      .toFixed(0)
      .padStart(11),
    ratio(name, base).toFixed(2).padStart(15),
    ratio(name, "smtp-source, connections kept (-d)").toFixed(2).padStart(11),
    ratio(name, pool).toFixed(1).padStart(8),
  ];
  console.log(`${name.padEnd(42)}${cells.join(" ")}`);
}
