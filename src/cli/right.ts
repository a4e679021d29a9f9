import type { SenderLock } from "../deliver/lock.ts";
import type { PostgresPlace } from "../deliver/place.ts";
import { isOutbox } from "../plan/delivery.ts";
import type { Context } from "./context.ts";
import { ledgerPlace } from "./ledger.ts";

/**
 * The right to write down what is to be sent, and to send it. With a ledger in a file it is one right, which one process has
 * at a time. With one on a server, several may send what one has written down.
 */
export interface SendingRight {
  /** Before anything is written down. @throws UserError `busy` (exit 1) when somebody else has it */
  take(): Promise<void>;
  /** Once it is written down: from here on others may send it as well, where that is possible. */
  share(): Promise<void>;
  /** At the end. Safe to call twice. */
  release(): Promise<void>;
}

/**
 * The right for what goes through this transport. It lies with the ledger, since toolkits may share one.
 * @throws UserError when the ledger's place cannot be read
 */
export async function sendingRight(
  context: Context,
  root: string,
  setting: string,
  transport: string,
): Promise<SendingRight> {
  const place = await ledgerPlace(context, root, setting);
  return typeof place === "string" ? rightInFile(place) : rightOnServer(place, isOutbox(transport));
}

function rightInFile(file: string): SendingRight {
  let lock: SenderLock | undefined;
  return {
    take: async () => {
      const { takeSenderLock } = await import("../deliver/lock.ts");
      lock ??= takeSenderLock(`${file}.lock`, { now: Date.now });
    },
    share: async () => {},
    release: async () => lock?.release(),
  };
}

/** An outbox lies on one machine: a rehearsal is nobody else's from beginning to end. */
function rightOnServer(place: PostgresPlace, isRehearsal: boolean): SendingRight {
  let change: SenderLock | undefined;
  let rehearsal: SenderLock | undefined;
  const share = async (): Promise<void> => {
    await change?.release();
    change = undefined;
  };
  return {
    take: async () => {
      const { takeServerLock } = await import("../deliver/server-lock.ts");
      if (isRehearsal) rehearsal ??= await takeServerLock(place, "rehearsal");
      change ??= await takeServerLock(place, "change");
    },
    share,
    release: async () => {
      await share();
      await rehearsal?.release();
    },
  };
}
