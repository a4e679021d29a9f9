import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "./port.ts";
import { certificate, privateKey } from "./smtp.ts";

/** A PostgreSQL of our own: it listens on a free port of this machine and keeps its data in a folder that is gone at the end. */
export interface Postgres {
  readonly port: number;
  /** Where its socket is. */
  readonly folder: string;
  /** The address of a database, to log in as its owner. */
  url(database: string, user?: string): string;
  /** Makes an empty database; gives its address. */
  newDatabase(options?: string): string;
  /** Asks a database, as its owner unless told otherwise; gives what `psql` says: a line for each row. */
  ask(database: string, statement: string): string;
  /** Ends it as a power cut would, and starts it again. */
  restart(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again, unless it runs. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Who must give a password, once the role is made: everybody else is let in. */
export const guarded = "guarded";

/** Who owns the server and everything in it. */
const owner = "postgres";

/**
 * PostgreSQL refuses to run as root; then it runs as the user that its package makes. Gives nothing where it, or that user,
 * is not on this machine.
 */
export async function postgresServer(): Promise<Postgres | undefined> {
  const programs = programFolder();
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? idOf(owner) : undefined;
  if (programs === undefined || (isRoot && user === undefined)) return undefined;
  const root = mkdtempSync(path.join(tmpdir(), "pg-"));
  if (user !== undefined) chownSync(root, user, -1);
  const data = path.join(root, "data");
  const port = await freePort();
  const command = (name: string, ...args: string[]): [string, string[]] => {
    const program = path.join(programs, name);
    return user === undefined ? [program, args] : ["runuser", ["-u", owner, "--", program, ...args]];
  };
  const made = spawnSync(
    ...command("initdb", "-D", data, "-U", owner, "-A", "trust", "-E", "UTF8", "--no-sync"),
    {
      encoding: "utf8",
      cwd: root,
    },
  );
  if (made.status !== 0) throw new Error(`PostgreSQL could not be set up:\n${made.stdout}${made.stderr}`);
  const access = path.join(data, "pg_hba.conf");
  writeFileSync(access, `host all ${guarded} 127.0.0.1/32 scram-sha-256\n${readFileSync(access, "utf8")}`);
  for (const [name, text] of Object.entries({ "server.crt": certificate, "server.key": privateKey })) {
    writeFileSync(path.join(data, name), text, { mode: 0o600 });
    if (user !== undefined) chownSync(path.join(data, name), user, -1);
  }
  const settings = {
    port,
    ssl: "on",
    // The certificate is good for the first address, and not for the second.
    listen_addresses: "127.0.0.1,127.0.0.2",
    unix_socket_directories: root,
    // Languages and sorting as far from ours as they can be; the ledger must not mind.
    timezone: "Asia/Kathmandu",
    max_connections: 60,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  let child: ChildProcess | undefined;
  const ask = (database: string, statement: string) => {
    const args = ["-h", root, "-p", String(port), "-U", owner, "-d", database, "-Atqc", statement];
    const { status, stdout, stderr } = spawnSync(path.join(programs, "psql"), args, { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  };
  const start = async () => {
    if (child && child.exitCode === null && child.signalCode === null) return;
    const said: string[] = [];
    child = spawn(...command("postgres", "-D", data, ...flags), {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr?.on("data", (text: Buffer) => said.push(text.toString()));
    const isReady = () =>
      spawnSync(path.join(programs, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]).status ===
      0;
    for (const started = Date.now(); !isReady(); await wait(25))
      if (child.exitCode !== null || Date.now() - started > 30_000)
        throw new Error(`PostgreSQL did not start:\n${said.join("")}`);
  };
  const end = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    process.kill(serverOf(data), "SIGQUIT");
    await gone;
  };
  await start();
  let databases = 0;
  const url = (database: string, as = owner) => `postgres://${as}@127.0.0.1:${port}/${database}`;
  return {
    port,
    folder: root,
    url,
    ask,
    newDatabase: (options = "") => {
      const name = `ledger_${(databases += 1)}`;
      ask("postgres", `create database ${name} ${options}`);
      return url(name);
    },
    start,
    kill: end,
    restart: async () => {
      await end();
      await start();
    },
    close: async () => {
      await end();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The process of the server itself: the one we started may only hand over to it. */
function serverOf(data: string): number {
  return Number(readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n", 1)[0]);
}

function idOf(name: string): number | undefined {
  const { status, stdout } = spawnSync("id", ["-u", name], { encoding: "utf8" });
  return status === 0 ? Number(stdout) : undefined;
}

/** Debian keeps the programs of each version in a folder that is not on the path; the newest counts. */
function programFolder(): string | undefined {
  const versions = "/usr/lib/postgresql";
  const found = existsSync(versions) ? readdirSync(versions).toSorted((a, b) => Number(b) - Number(a)) : [];
  const places = [
    ...found.map((version) => path.join(versions, version, "bin")),
    ...(process.env["PATH"] ?? "").split(":"),
  ];
  return places.find((place) => existsSync(path.join(place, "initdb")));
}
