import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import type { DeliveryOutcome, Message } from "../../domain/delivery.ts";
import {
  type BeforeBody,
  refuseEnvelope,
  SenderFault,
  type Transport,
  type TransportFactory,
} from "./transport.ts";

/**
 * Takes an absolute folder and the name to show. Gives a transport that writes every message there as an `.eml` file:
 * nothing leaves the machine. Throws a SenderFault when the folder cannot be written.
 */
export function outboxTransport(folder: string, name: string): TransportFactory {
  const openOne = (): Transport => ({
    send: (message, beforeBody) => write(folder, message, beforeBody),
    // A file is there as a whole or not at all, so this transport always knows.
    recover: async (messageId) => (existsSync(join(folder, fileOf(messageId))) ? "accepted" : "not-sent"),
    close: async () => {},
  });
  return { name, open: openOne };
}

/** From the Message-ID alone: says nothing about the person, and the same message is always the same file. */
export function fileOf(messageId: string): string {
  return `${createHash("sha256").update(messageId).digest("hex").slice(0, 32)}.eml`;
}

async function write(folder: string, message: Message, beforeBody: BeforeBody): Promise<DeliveryOutcome> {
  const refused = refuseEnvelope(message);
  if (refused) return refused;
  const file = fileOf(message.messageId);
  const draft = join(folder, `.${file}.part`);
  // An earlier rehearsal's message must not pass for this one after a crash.
  await rm(join(folder, file), { force: true }).catch((fault: unknown) => unwritable(folder, draft, fault));
  await beforeBody();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(draft, "w", 0o600);
    try {
      await handle.writeFile(message.raw);
      // The ledger outlives a power cut; what it calls accepted must as well.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, join(folder, file));
  } catch (fault) {
    await unwritable(folder, draft, fault);
  }
  return { kind: "accepted", reply: `written to ${file}` };
}

async function unwritable(folder: string, draft: string, fault: unknown): Promise<never> {
  // Half a message is somebody's as well. Where even that fails, what went wrong first is what counts.
  await rm(draft, { force: true }).catch(() => {});
  throw new SenderFault(
    "outbox-unwritable",
    `The outbox ${folder} cannot be written: ${(fault as Error).message}.`,
    "Check that the folder may be written and that its disk has room, then run the same command again.",
    fault,
  );
}
