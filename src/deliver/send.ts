import type { Message } from "../domain/delivery.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Limits, RetryPolicy } from "../domain/settings.ts";
import { withoutAddresses } from "../domain/without-addresses.ts";
import { sumOf } from "../plan/delivery.ts";
import type { Clock } from "./clock.ts";
import { Dispatcher, type Next } from "./dispatcher.ts";
import { addressed, type DeliveryEvent } from "./events.ts";
import type { Ledger } from "./ledger.ts";
import type { Interrupted, Run } from "./records.ts";
import type { TransportFactory } from "./transports/transport.ts";

export interface DeliverOptions {
  /** Held by this process alone, see `takeSenderLock`, unless it is shared; and the run adopted in it. */
  readonly ledger: Ledger;
  readonly run: Run;
  /**
   * Renders one message. It must bear the Message-ID it is given: that is what the ledger has written down.
   * `person` is the token of links that lead out of the list, see `personToken`.
   */
  readonly toMessage: (to: Recipient, messageId: string, person: string) => Message | Promise<Message>;
  /** Right-hand side of the Message-IDs. */
  readonly senderDomain: string;
  readonly transport: TransportFactory;
  readonly limits: Limits;
  readonly retry: RetryPolicy;
  /** Stop after so many attempts; the rest stays pending. */
  readonly limit?: number | undefined;
  /** Those of unknown outcome are tried again, too; also whoever a dead process left on the wire. */
  readonly retryUnknown?: boolean | undefined;
  /** How long what is claimed or begun is ours without a word from us, and how often one is given; in milliseconds. */
  readonly lease?: { readonly length: number; readonly every: number } | undefined;
  /** Of onetopic, for whoever looks on. */
  readonly version?: string | undefined;
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
  const news = new News();
  try {
    await dispatcher.join();
    yield* takeOver(options);
    if (options.retryUnknown) await ledger.retryUnknown(run);
    let lookedAt = clock.now();
    for (;;) {
      const next = await dispatcher.fill();
      yield* dispatcher.takeNews();
      if (next === "done") break;
      if (next !== "busy" && dispatcher.isIdle && news.isNew(next, clock.now()))
        yield { event: "waiting", ...next };
      if (ledger.isShared && next !== "busy" && clock.now() - lookedAt >= worthTelling) {
        yield* takeOver(options);
        lookedAt = clock.now();
      }
      await dispatcher.untilSomethingHappens(next);
      yield* dispatcher.takeNews();
    }
    const { stoppedBy } = dispatcher;
    if (stoppedBy) {
      // Whoever sends it beside us would meet the same. A server may name somebody, who may ask to be forgotten.
      if (ledger.isShared && stoppedBy.isTripped)
        await ledger.setControl(run, { order: "paused", reason: withoutAddresses(stoppedBy.reason) });
      const { event, reason, hint } = stoppedBy;
      yield { event, reason, hint };
    }
    const mailed = await ledger.mailed(run);
    yield { event: "summary", ...sumOf(await ledger.tally(run), run.transport, mailed) };
    if (dispatcher.failure) throw dispatcher.failure.cause;
  } finally {
    await dispatcher.close();
  }
}

/** Tells each wait once. */
class News {
  #told = "";

  isNew({ until, because }: Exclude<Next, string>, now: number): boolean {
    if (until - now < worthTelling) return false;
    const name = because === "others" ? because : `${because} ${until}`;
    const isNew = name !== this.#told;
    this.#told = name;
    return isNew;
  }
}

/** Takes over from senders that died: what they had claimed is back in the queue, what was on the wire is settled. */
async function* takeOver(options: DeliverOptions): AsyncGenerator<DeliveryEvent> {
  await options.ledger.takeOver();
  yield* recoverInterrupted(options);
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
  const unsettled: Interrupted[] = [];
  try {
    for (const one of left) {
      const { to, attempt, attempts } = one;
      // Another transport, or the same in another place, knows nothing of it.
      const isWitness = attempt.transport === transport.name;
      const known = isWitness ? await witness.recover?.(attempt.messageId) : undefined;
      if (known === "not-sent") {
        await ledger.release(attempt.owner, [attempt.id]);
        continue;
      }
      const about = addressed(to, attempts, attempt.messageId);
      if (known === "accepted") {
        const reply = "It had been sent before the interruption.";
        await ledger.settle({ attempt, outcome: { kind: known, reply } });
        yield { event: known, reply, ...about };
      } else unsettled.push(one);
    }
    const reply = "The sending process ended while this message was on its way.";
    for (const { to, attempt, attempts } of await ledger.abandon(unsettled, reply))
      yield { event: "unknown", reply, ...addressed(to, attempts, attempt.messageId) };
  } finally {
    await witness.close();
  }
}
