import { spawn, spawnSync, type SpawnOptions } from "node:child_process";
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

/** What it says when it can be asked, and how long that may take, in milliseconds. */
const [ready, toStart] = ["database system is ready to accept connections", 45_000];

/** Who owns the server and everything in it. */
const owner = "postgres";

/**
 * PostgreSQL refuses to run as root; then it runs as the user that its package makes. Gives nothing where it, or that user,
 * is not on this machine.
 */
export async function postgresServer(): Promise<Postgres | undefined> {
  const programs = programFolder();
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? idsOf(owner) : undefined;
  if (programs === undefined || (isRoot && user === undefined)) return undefined;
  const root = mkdtempSync(path.join(tmpdir(), "pg-"));
  if (user) chownSync(root, user.uid, user.gid);
  const data = path.join(root, "data");
  const port = await freePort();
  // As that user from the beginning, so that the process we start is the server itself.
  const as = { cwd: root, ...user };
  const made = spawnSync(
    path.join(programs, "initdb"),
    ["-D", data, "-U", owner, "-A", "trust", "-E", "UTF8", "--no-sync"],
    { encoding: "utf8", ...as },
  );
  if (made.status !== 0) throw new Error(`PostgreSQL could not be set up:\n${made.stdout}${made.stderr}`);
  const access = path.join(data, "pg_hba.conf");
  const extra = path.join(data, "extra.conf");
  writeFileSync(path.join(data, "postgresql.conf"), "include_if_exists 'extra.conf'\n", { flag: "a" });
  writeFileSync(access, `host all ${guarded} 127.0.0.1/32 scram-sha-256\n${readFileSync(access, "utf8")}`);
  for (const [name, text] of Object.entries({ "server.crt": certificate, "server.key": privateKey })) {
    writeFileSync(path.join(data, name), text, { mode: 0o600 });
    if (user) chownSync(path.join(data, name), user.uid, user.gid);
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
    // Its word is waited for.
    lc_messages: "C",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  let running: Running | undefined;
  const ask = (database: string, statement: string) => {
    const args = ["-h", root, "-p", String(port), "-U", owner, "-d", database, "-Atqc", statement];
    const { status, stdout, stderr } = spawnSync(path.join(programs, "psql"), args, { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  };
  const start = async () => {
    if (running?.isUp()) return;
    const isAgain = running !== undefined;
    // After a crash it first puts all its files on the disk, one by one: minutes on a busy one, and for a power cut alone.
    const quickly = (isQuick: boolean) => writeFileSync(extra, isQuick ? "fsync = off\n" : "");
    quickly(isAgain);
    running = await started(path.join(programs, "postgres"), ["-D", data, ...flags], as);
    if (!isAgain) return;
    quickly(false);
    ask("postgres", "select pg_reload_conf()");
    // A new connection has read the settings anew when the server has, and it hands on what it has.
    while (ask("postgres", "show fsync") !== "on") await wait(5);
  };
  const end = async () => running?.end();
  await start();
  let databases = 0;
  const url = (database: string, login = owner) => `postgres://${login}@127.0.0.1:${port}/${database}`;
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

interface Running {
  isUp(): boolean;
  /** Resolves when it is gone, however often it is asked to go. */
  end(): Promise<void>;
}

/** Starts the server and waits for its word that it is ready. */
async function started(program: string, args: readonly string[], as: SpawnOptions): Promise<Running> {
  const child = spawn(program, args, { ...as, stdio: ["ignore", "ignore", "pipe"] });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const isUp = () => child.exitCode === null && child.signalCode === null;
  const end = async () => {
    // Its children are told by it, and it waits for them.
    if (isUp()) child.kill("SIGQUIT");
    await gone;
  };
  let said = "";
  let late: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = () => reject(new Error(`PostgreSQL did not start:\n${said}`));
      child.once("error", reject).once("exit", fail);
      late = setTimeout(fail, toStart);
      child.stderr?.on("data", (text: Buffer) => {
        if (said.includes(ready)) return;
        said += text.toString();
        if (!said.includes(ready)) return;
        resolve();
      });
    });
  } catch (fault) {
    if (child.pid !== undefined) await end();
    throw fault;
  } finally {
    clearTimeout(late);
  }
  return { isUp, end };
}

function idsOf(name: string): { readonly uid: number; readonly gid: number } | undefined {
  const [uid, gid] = ["-u", "-g"].map((which) => spawnSync("id", [which, name], { encoding: "utf8" }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
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
