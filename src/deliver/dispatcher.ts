import { hostname } from "node:os";

import type { DeliveryOutcome, Message } from "../domain/delivery.ts";
import { nextAttempt } from "../plan/delivery.ts";
import { Breaker } from "./breaker.ts";
import { addressed, type DeliveryEvent } from "./events.ts";
import { messageIdOf } from "./identity.ts";
import type { Claimed, Wait } from "./ledger.ts";
import type { DeliverOptions } from "./send.ts";
import { SenderFault, type Transport } from "./transports/transport.ts";

/** What to wait for: a time, whatever is on the wire, or nothing any more. */
export type Next = Wait | { readonly until: number; readonly because: "line" } | "busy" | "done";

/** Servers close connections that are quiet for longer; so do we, politely. */
const worthClosing = 10_000;

/** Keeps as many attempts going as may go at once, and collects what comes of them. */
export class Dispatcher {
  readonly #options: DeliverOptions;
  readonly #breaker: Breaker;
  readonly #owner = `${hostname()}:${process.pid}`;
  readonly #busy = new Set<Promise<void>>();
  readonly #onAbort = (): void => this.#wake?.abort();
  #resting: Transport[] = [];
  #news: DeliveryEvent[] = [];
  #left: number;
  #isProven = false;
  /** Something ended since the queue was last looked at, so it has to be looked at again. */
  #isStale = false;
  #wake: AbortController | undefined;
  #failure: { readonly cause: unknown } | undefined;

  constructor(options: DeliverOptions) {
    this.#options = options;
    this.#breaker = new Breaker(options.retry);
    this.#left = options.limit ?? Number.POSITIVE_INFINITY;
    options.signal?.addEventListener("abort", this.#onAbort);
  }

  /** True when nothing is on the wire. */
  get isIdle(): boolean {
    return this.#busy.size === 0;
  }

  /** What ended the sending that is nobody's on the list. */
  get failure(): { readonly cause: unknown } | undefined {
    return this.#failure;
  }

  /** Why the sending was stopped for a person to look, in words. */
  get pausedBy(): { readonly reason: string; readonly hint: string } | undefined {
    const tripped = this.#breaker.trippedBy;
    return (
      tripped && {
        reason: `${this.#options.transport.name} failed ${tripped.faults} times in a row; the last fault: ${tripped.reply}`,
        hint: "Everyone not yet mailed is still waiting. When the server works again, run `onetopic resume`.",
      }
    );
  }

  /** Starts as many attempts as may start now. Gives what to wait for before it is called again. */
  async fill(): Promise<Next> {
    const { ledger, run, limits, transport, clock, senderDomain } = this.#options;
    const { cycle, variant } = run;
    this.#isStale = false;
    while (!this.#isStopped && this.#busy.size < this.#width) {
      const { restUntil } = this.#breaker;
      if (restUntil > clock.now()) return { until: restUntil, because: "line" };
      const { deliveries, wait } = await ledger.claim({
        run,
        limits,
        limit: Math.min(this.#width - this.#busy.size, this.#left),
        owner: this.#owner,
        transport: transport.name,
        messageId: (address) => messageIdOf(ledger.secret, { cycle, variant, address }, senderDomain),
      });
      if (deliveries.length === 0) return wait ?? this.#whenNothingIsDue;
      this.#left -= deliveries.length;
      for (const delivery of deliveries) this.#start(delivery);
    }
    return this.#isStopped && this.isIdle ? "done" : "busy";
  }

  /** Gives the events since the last time. */
  takeNews(): DeliveryEvent[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  /** Resolves when an attempt has ended, the wait is over, or the sending is called off. */
  async untilSomethingHappens(next: Exclude<Next, "done">): Promise<void> {
    const { clock, signal } = this.#options;
    if (this.#isStale) return;
    if (next === "busy") return Promise.race(this.#busy);
    const time = next.until - clock.now();
    if (this.isIdle && time >= worthClosing) await this.#closeResting();
    const wake = new AbortController();
    this.#wake = wake;
    if (signal?.aborted) wake.abort();
    await Promise.race([...this.#busy, clock.sleep(time, wake.signal)]);
    wake.abort();
  }

  /** Finishes what is on the wire and closes every connection. */
  async close(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    await Promise.all(this.#busy);
    await this.#closeResting();
  }

  /** What ends after the queue was asked may have put somebody back into it. */
  get #whenNothingIsDue(): Next {
    return this.isIdle && !this.#isStale ? "done" : "busy";
  }

  get #isStopped(): boolean {
    const isCalledOff = this.#options.signal?.aborted === true;
    return (
      isCalledOff || this.#left <= 0 || this.#failure !== undefined || this.#breaker.trippedBy !== undefined
    );
  }

  /** One alone until the server has shown that it takes our mail, and while the line is in doubt. */
  get #width(): number {
    return this.#isProven && this.#breaker.isCalm ? Math.max(1, this.#options.limits.connections) : 1;
  }

  #start(delivery: Claimed): void {
    this.#news.push({ event: "attempting", ...addressed(delivery) });
    const attempt = this.#attempt(delivery).finally(() => {
      this.#busy.delete(attempt);
      this.#isStale = true;
    });
    this.#busy.add(attempt);
  }

  /** Never rejects: what goes wrong becomes an outcome or the failure that stops the sending. */
  async #attempt(delivery: Claimed): Promise<void> {
    const { incident } = this.#breaker;
    const transport = this.#resting.pop() ?? this.#options.transport.open();
    try {
      const message = await this.#messageFor(delivery);
      const outcome = message && (await this.#hand(transport, message, delivery));
      if (outcome) await this.#settle(delivery, outcome, incident);
    } catch (fault) {
      this.#failure ??= { cause: fault };
    } finally {
      this.#resting.push(transport);
    }
  }

  /** Rendered before anything else: a fault in a template must not look like an attempt. */
  async #messageFor(delivery: Claimed): Promise<Message | undefined> {
    try {
      const message = await this.#options.toMessage(delivery.to, delivery.messageId);
      if (message.to !== delivery.to.address || message.messageId !== delivery.messageId) {
        throw new Error("toMessage made a message for somebody else, or with another Message-ID.");
      }
      return message;
    } catch (fault) {
      return this.#takeBack(delivery, fault);
    }
  }

  async #hand(
    transport: Transport,
    message: Message,
    delivery: Claimed,
  ): Promise<DeliveryOutcome | undefined> {
    try {
      return await transport.send(message);
    } catch (fault) {
      if (fault instanceof SenderFault) return this.#takeBack(delivery, fault);
      // A bug of ours, and it may have struck after the message was out.
      this.#failure ??= { cause: fault };
      return { kind: "unknown", reply: "The program failed while this message was on its way." };
    }
  }

  async #takeBack({ id }: Claimed, fault: unknown): Promise<undefined> {
    this.#failure ??= { cause: fault };
    await this.#options.ledger.release(id);
  }

  async #settle(delivery: Claimed, outcome: DeliveryOutcome, incident: number): Promise<void> {
    const { ledger, retry, clock, random } = this.#options;
    const { kind, reply } = outcome;
    const nextAt = kind === "deferred" ? nextAttempt(retry, delivery, clock.now(), random()) : undefined;
    await ledger.settle(delivery.id, outcome, nextAt);
    const isLineFault = kind === "unknown" || (kind === "deferred" && outcome.fault === "line");
    if (isLineFault) this.#breaker.bad(incident, reply, clock.now());
    else this.#breaker.good();
    this.#isProven ||= !isLineFault;
    const about = { reply, ...addressed(delivery) };
    this.#news.push(kind === "deferred" ? { event: kind, nextAt, ...about } : { event: kind, ...about });
  }

  async #closeResting(): Promise<void> {
    const resting = this.#resting;
    this.#resting = [];
    await Promise.all(resting.map((transport) => transport.close()));
  }
}
