import { execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { userInfo } from "node:os";
import { onTestFinished } from "vitest";
import { emptyFolder } from "./cli.ts";
import { certificate, privateKey } from "./smtp.ts";
import { lacking, type Skip } from "./tools.ts";
import { freePort } from "./port.ts";

export interface Dovecot {
  /** Without encryption at first; STARTTLS where it is offered. */
  readonly port: number;
  /** TLS from the first byte. */
  readonly tlsPort: number;
  readonly user: string;
  readonly pass: string;
  /** Puts a message into the mailbox, as delivery does. */
  deliver(raw: string | Uint8Array): void;
  /** Names of all files of the mailbox: they hold the marks (seen, deleted) of each message. */
  files(): string[];
}

const program = "/usr/sbin/dovecot";

/**
 * Starts a real Dovecot on free ports, with one mailbox, for the length of the test. It runs as whoever runs the test;
 * as root it takes the users that its package made.
 * @param settings lines for its configuration
 */
export async function startDovecot(skip: Skip, settings = ""): Promise<Dovecot> {
  if (process.platform !== "linux") skip("Dovecot is tested on Linux only");
  if (!existsSync(program)) lacking(skip, "Dovecot (dovecot-imapd)");
  const version = execFileSync(program, ["--version"], { encoding: "utf8" });
  if (!version.startsWith("2.3."))
    skip(`Its configuration is written for Dovecot 2.3, this is ${version.trim()}`);
  const folder = emptyFolder();
  const [port, tlsPort] = await Promise.all([freePort(), freePort()]);
  const maildir = path.join(folder, "mail", "Maildir");
  const owner =
    process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : { uid: userInfo().uid, gid: userInfo().gid };
  chmodSync(folder, 0o755);
  for (const name of ["", "new", "cur", "tmp"]) mkdirSync(path.join(maildir, name), { recursive: true });
  for (const place of [
    path.join(folder, "mail"),
    maildir,
    ...["new", "cur", "tmp"].map((one) => path.join(maildir, one)),
  ])
    chownSync(place, owner.uid, owner.gid);
  const config = path.join(folder, "dovecot.conf");
  const [user, pass] = ["bounces@example.org", "correct-horse battery/staple"];
  writeFileSync(path.join(folder, "users"), `${user}:{PLAIN}${pass}\n`);
  writeFileSync(path.join(folder, "cert.pem"), certificate);
  writeFileSync(path.join(folder, "key.pem"), privateKey);
  writeFileSync(config, configuration(folder, { port, tlsPort, maildir, ...owner }, settings));
  await run(config);
  let number = 0;
  return {
    port,
    tlsPort,
    user,
    pass,
    deliver: (raw) => {
      number += 1;
      const file = path.join(maildir, "new", `${1_800_000_000 + number}.M${number}.test`);
      writeFileSync(file, raw);
      chownSync(file, owner.uid, owner.gid);
    },
    files: () =>
      ["new", "cur"]
        .flatMap((one) => readdirSync(path.join(maildir, one)).map((name) => `${one}/${name}`))
        .toSorted(),
  };
}

interface Place {
  readonly port: number;
  readonly tlsPort: number;
  readonly maildir: string;
  readonly uid: number;
  readonly gid: number;
}

function configuration(
  folder: string,
  { port, tlsPort, maildir, uid, gid }: Place,
  settings: string,
): string {
  const self = userInfo().username;
  const users =
    process.getuid?.() === 0
      ? ""
      : `default_internal_user = ${self}\ndefault_login_user = ${self}\ndefault_internal_group =\n`;
  return `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
first_valid_uid = 1
${users}mail_location = maildir:${maildir}
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/mail
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
    ssl = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
${settings}
`;
}

/** Starts it in the foreground; its listeners are open when it says that it starts up. */
async function run(config: string): Promise<void> {
  const child = spawn(program, ["-F", "-c", config], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("starting up")) resolve();
    });
    child.on("error", reject);
    child.on("close", () => reject(new Error(`Dovecot did not start:\n${said}`)));
  });
}
