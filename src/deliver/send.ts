import type { DeliveryOutcome, Message } from "../domain/delivery.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Limits, RetryPolicy } from "../domain/settings.ts";
import { sumOf } from "../plan/delivery.ts";
import type { Clock } from "./clock.ts";
import { Dispatcher } from "./dispatcher.ts";
import { addressed, type DeliveryEvent } from "./events.ts";
import type { Ledger } from "./ledger.ts";
import type { Run } from "./records.ts";
import type { TransportFactory } from "./transports/transport.ts";

export interface DeliverOptions {
  /** Held by this process alone, see `takeSenderLock`. */
  readonly ledger: Ledger;
  readonly run: Run;
  /** Renders one message. It must bear the Message-ID it is given: that is what the ledger has written down. */
  readonly toMessage: (to: Recipient, messageId: string) => Message | Promise<Message>;
  /** Right-hand side of the Message-IDs. */
  readonly senderDomain: string;
  readonly transport: TransportFactory;
  readonly limits: Limits;
  readonly retry: RetryPolicy;
  /** Stop after so many attempts; the rest stays pending. */
  readonly limit?: number | undefined;
  /** Those of unknown outcome are tried again, too; also whoever a dead process left on the wire. */
  readonly retryUnknown?: boolean | undefined;
  /** Aborted: what is on the wire is finished, nothing new is begun. */
  readonly signal?: AbortSignal | undefined;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Shorter waits are not worth telling. */
const worthTelling = 1_000;

/**
 * Sends a run: everything that is due, and what is deferred when its time comes. Gives an event for everything that
 * happens and a summary at the end. Throws, after the summary, a SenderFault (exit 2) when the server cannot be
 * reached or refuses us, and whatever `toMessage` threw; the message concerned is pending again. May be stopped at
 * any point and called again: nobody is lost, nobody mailed twice.
 */
export async function* deliver(options: DeliverOptions): AsyncGenerator<DeliveryEvent, void, void> {
  const { ledger, run, clock } = options;
  const dispatcher = new Dispatcher(options);
  try {
    await ledger.adopt(run);
    yield* recoverInterrupted(options);
    if (options.retryUnknown) await ledger.retryUnknown(run);
    for (;;) {
      const next = await dispatcher.fill();
      yield* dispatcher.takeNews();
      if (next === "done") break;
      if (next !== "busy" && dispatcher.isIdle && next.until - clock.now() >= worthTelling) {
        yield { event: "waiting", ...next };
      }
      await dispatcher.untilSomethingHappens(next);
      yield* dispatcher.takeNews();
    }
    if (dispatcher.pausedBy) yield { event: "paused", ...dispatcher.pausedBy };
    const mailed = await ledger.mailed(run);
    yield { event: "summary", ...sumOf(await ledger.tally(run), run.transport, mailed) };
    if (dispatcher.failure) throw dispatcher.failure.cause;
  } finally {
    await dispatcher.close();
  }
}

/** Settles what a dead process left on the wire. Never sent again unless it surely did not go out. */
async function* recoverInterrupted({
  ledger,
  run,
  transport,
}: DeliverOptions): AsyncGenerator<DeliveryEvent> {
  const left = await ledger.interrupted(run);
  if (left.length === 0) return;
  const witness = transport.open();
  try {
    for (const { to, attempt, attempts } of left) {
      // Another transport, or the same in another place, knows nothing of it.
      const isWitness = attempt.transport === transport.name;
      const known = isWitness ? await witness.recover?.(attempt.messageId) : undefined;
      if (known === "not-sent") {
        await ledger.release(attempt.owner, [attempt.id]);
        continue;
      }
      const outcome: DeliveryOutcome =
        known === "accepted"
          ? { kind: "accepted", reply: "It had been sent before the interruption." }
          : { kind: "unknown", reply: "The sending process ended while this message was on its way." };
      await ledger.settle({ attempt, outcome });
      yield { event: outcome.kind, reply: outcome.reply, ...addressed(to, attempts, attempt.messageId) };
    }
  } finally {
    await witness.close();
  }
}
