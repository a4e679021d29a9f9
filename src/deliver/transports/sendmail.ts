import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

import type { DeliveryOutcome, Message } from "../../domain/delivery.ts";
import { type BeforeBody, refuseEnvelope, SenderFault, type TransportFactory } from "./transport.ts";

/** Where mail servers put the command; often not in the PATH of an ordinary user. */
const usualPlaces = ["/usr/sbin/sendmail", "/usr/lib/sendmail"];

/** Exit codes of sysexits.h. All others but 0 are about this message. */
const tryLater = 75;
const oursToMend: ReadonlySet<number> = new Set([64, 70, 71, 72, 77, 78, 126, 127]);

/**
 * Takes the path of a sendmail command, or nothing to look in the usual places, and how long one message may take.
 * Gives a transport that hands each message to that command.
 */
export function sendmailTransport(path: string | undefined, timeout: number): TransportFactory {
  const command = path ?? usualPlaces.find((place) => existsSync(place)) ?? "sendmail";
  return {
    name: path === undefined ? "sendmail:" : `sendmail:${path}`,
    open: () => ({
      send: (message, beforeBody) => handOver(command, timeout, message, beforeBody),
      close: async () => {},
    }),
  };
}

async function handOver(
  command: string,
  timeout: number,
  message: Message,
  beforeBody: BeforeBody,
): Promise<DeliveryOutcome> {
  const refused = refuseEnvelope(message);
  if (refused) return refused;
  await beforeBody();
  // No shell, and `--` ends the options: an address is never anything but an address.
  const ended = await run(
    command,
    ["-i", "-f", message.from, "--", message.to],
    timeout,
    unixLines(message.raw),
  );
  if (ended.fault) throw cannotRun(command, ended.fault.message, ended.fault);
  const said = ended.said === "" ? "" : `: ${ended.said}`;
  if (ended.code === null) {
    return { kind: "unknown", reply: `${command} was stopped by ${ended.signal ?? "a signal"}${said}` };
  }
  const reply = `${command} ended with ${ended.code}${said}`;
  if (ended.code === 0) return ended.readAll ? { kind: "accepted", reply } : { kind: "unknown", reply };
  if (ended.code === tryLater) return { kind: "deferred", reply };
  if (oursToMend.has(ended.code)) throw cannotRun(command, reply);
  return { kind: "rejected", reply };
}

/** How long to listen for output after the end, in milliseconds. */
const lastWords = 200;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What the command wrote, in one line. */
  readonly said: string;
  /** False when the command closed its input before the end of the message. */
  readonly readAll: boolean;
  /** Set when it could not be started. */
  readonly fault?: Error;
}

function run(command: string, args: readonly string[], timeout: number, input: Buffer): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ["pipe", "pipe", "pipe"],
      timeout,
      detached: process.platform !== "win32",
    });
    let [said, readAll] = ["", true];
    const listen = (text: Buffer): void => {
      said = `${said}${text.toString()}`.slice(0, 500);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("error", (fault) => resolve({ code: null, signal: null, said, readAll: false, fault }));
    const finish = (code: number | null, signal: NodeJS.Signals | null): void =>
      resolve({ code, signal, said: said.replaceAll(/\s+/g, " ").trim(), readAll });
    child.on("close", finish);
    // Some commands leave a child behind that delivers on and keeps their output open.
    child.on("exit", (code, signal) => setTimeout(finish, lastWords, code, signal));
    child.stdin.on("error", () => {
      readAll = false;
    });
    child.stdin.end(input);
  });
}

/** The command expects the line ends of the machine and writes those of the wire itself. */
function unixLines(raw: Buffer): Buffer {
  return Buffer.from(raw.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
}

function cannotRun(command: string, why: string, cause?: unknown): SenderFault {
  return new SenderFault(
    "sendmail-failed",
    `The command ${command} cannot send mail: ${why}.`,
    "Install or set up a mail server on this machine, or name its command: `transport: sendmail:/path/to/sendmail`.",
    cause,
  );
}
