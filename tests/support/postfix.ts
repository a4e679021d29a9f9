import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { lacking, type Skip } from "./tools.ts";
import { freePort } from "./port.ts";

/** A Postfix of our own: it listens on a free port of this machine and passes everything on to another one. */
export interface Postfix {
  readonly port: number;
  /** Addresses that wait in its queue. */
  queued(): string[];
  /** Tries again at once what waits in the queue. */
  flush(): void;
  /** Its log, for when a test fails. */
  log(): string;
  close(): Promise<void>;
}

interface Options {
  /** Port of the server that everything goes on to. */
  readonly relayTo: number;
  /** Recipients that it refuses itself, with its answer. */
  readonly refuses?: Readonly<Record<string, string>>;
}

/** Without the rights of root, which it needs to start, the test is skipped, and says so; without Postfix, see `lacking`. */
export async function startPostfix(skip: Skip, { relayTo, refuses = {} }: Options): Promise<Postfix> {
  const daemons = ask("postconf", "-dh", "daemon_directory");
  const owner = ask("id", "-u", "postfix");
  if (process.getuid?.() !== 0) skip("Postfix can be started by root alone");
  if (daemons === undefined || owner === undefined) lacking(skip, "Postfix");
  // Deep folders are no place for it: names of sockets are short.
  const root = mkdtempSync(path.join(tmpdir(), "postfix-"));
  chmodSync(root, 0o755);
  const [config, queue, data] = ["etc", "queue", "data"].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [config, queue, data]) mkdirSync(folder);
  chownSync(data, Number(owner), -1);
  const port = await freePort();
  writeFileSync(path.join(config, "main.cf"), mainFile({ root, queue, data, daemons, relayTo, refuses }));
  writeFileSync(path.join(config, "master.cf"), masterFile(port));
  const child = spawn("postfix", ["-c", config, "start-fg"], { stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: Buffer) => said.push(text.toString()));
  const log = () => `${said.join("")}${readIfThere(path.join(root, "log"))}`;
  try {
    await untilReady(child, port);
  } catch {
    throw new Error(`Postfix did not start:\n${log()}`);
  }
  const queueCommand = (...args: string[]) =>
    spawnSync("postqueue", ["-c", config, ...args], { encoding: "utf8" }).stdout;
  return {
    port,
    queued: () =>
      queueCommand("-j")
        .split("\n")
        .filter((line) => line !== "")
        .flatMap((line) => (JSON.parse(line) as { recipients: { address: string }[] }).recipients)
        .map(({ address }) => address)
        .toSorted(),
    flush: () => void queueCommand("-f"),
    log,
    close: async () => {
      spawnSync("postfix", ["-c", config, "stop"]);
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What a command says, or nothing when it cannot be run. */
function ask(command: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

/** Ready is when it greets. */
async function untilReady(child: ChildProcess, port: number): Promise<void> {
  for (const started = Date.now(); Date.now() - started < 20_000; await wait(25)) {
    if (child.exitCode !== null) break;
    const socket = connect(port, "127.0.0.1");
    const greeting = await once(socket, "data").catch(() => undefined);
    socket.destroy();
    if (greeting?.[0]?.toString().startsWith("220 ")) return;
  }
  throw new Error("not ready");
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function mainFile(at: {
  root: string;
  queue: string;
  data: string;
  daemons: string;
  relayTo: number;
  refuses: Readonly<Record<string, string>>;
}): string {
  const refused = Object.entries(at.refuses).map(([address, answer]) => `{ ${address} = ${answer} }`);
  const access = refused.length > 0 ? `check_recipient_access inline:{ ${refused.join(", ")} }, ` : "";
  return `compatibility_level = 3.6
queue_directory = ${at.queue}
data_directory = ${at.data}
daemon_directory = ${at.daemons}
maillog_file = ${at.root}/log
maillog_file_prefixes = ${at.root}
myhostname = relay.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
relayhost = [127.0.0.1]:${at.relayTo}
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_recipient_restrictions = ${access}permit_mynetworks, reject
smtpd_tls_security_level = none
smtp_tls_security_level = none
`;
}

/** Postfix's usual services, none of them in a folder of its own. */
function masterFile(port: number): string {
  const services = [
    "pickup unix n - n 60 1 pickup",
    "cleanup unix n - n - 0 cleanup",
    "qmgr unix n - n 300 1 qmgr",
    "rewrite unix - - n - - trivial-rewrite",
    "bounce unix - - n - 0 bounce",
    "defer unix - - n - 0 bounce",
    "trace unix - - n - 0 bounce",
    "verify unix - - n - 1 verify",
    "flush unix n - n 1000? 0 flush",
    "proxymap unix - - n - - proxymap",
    "smtp unix - - n - - smtp",
    "relay unix - - n - - smtp",
    "showq unix n - n - - showq",
    "error unix - - n - - error",
    "retry unix - - n - - error",
    "anvil unix - - n - 1 anvil",
    "scache unix - - n - 1 scache",
    "postlog unix-dgram n - n - 1 postlogd",
  ];
  return [`127.0.0.1:${port} inet n - n - - smtpd`, ...services, ""].join("\n");
}
