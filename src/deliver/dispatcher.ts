import { nextAttempt } from "../plan/delivery.ts";
import { Delivery } from "./attempt.ts";
import { Breaker, isLineFault } from "./breaker.ts";
import { DomainRests } from "./domains.ts";
import { addressed, type DeliveryEvent } from "./events.ts";
import { Lease } from "./lease.ts";
import type { Claimed, Wait } from "./records.ts";
import type { DeliverOptions } from "./send.ts";
import { Stock } from "./stock.ts";
import { orderedStop, type Stop, trippedStop } from "./stops.ts";
import type { DeliveryOutcome } from "../domain/delivery.ts";
import type { Transport } from "./transports/transport.ts";

/** What to wait for: a time, whatever is on the wire, or nothing any more. */
export type Next = Wait | { readonly until: number; readonly because: "line" } | "busy" | "done";

/** How long to sleep at the most where others may change what there is to do, in milliseconds. */
const longestBesideOthers = 5_000;

/** Servers close connections that are quiet for longer; so do we, politely. */
const worthClosing = 10_000;

/** Keeps as many attempts going as may go at once, and collects what comes of them. */
export class Dispatcher {
  readonly #options: DeliverOptions;
  readonly #breaker: Breaker;
  readonly #domains: DomainRests;
  readonly #lease: Lease;
  readonly #stock: Stock;
  readonly #busy = new Map<Delivery, { readonly transport: Transport; readonly ended: Promise<void> }>();
  /** Outcomes on their way to the disk. The connection need not wait for that: what it begins next is written later. */
  readonly #settling = new Set<Promise<void>>();
  readonly #onAbort = (): void => this.#stop();
  #resting: Transport[] = [];
  #news: DeliveryEvent[] = [];
  #left: number;
  #isProven = false;
  /** Something ended since the queue was last looked at, so it has to be looked at again. */
  #isStale = false;
  #wake = (): void => {};
  #failure: { readonly cause: unknown } | undefined;

  constructor(options: DeliverOptions) {
    this.#options = options;
    this.#breaker = new Breaker(options.retry);
    this.#domains = new DomainRests(options.retry);
    this.#lease = new Lease(options, () => this.#lookAgain());
    this.#stock = new Stock(options, this.#lease);
    this.#left = options.limit ?? Number.POSITIVE_INFINITY;
    options.signal?.addEventListener("abort", this.#onAbort);
  }

  /** To be done before anything else. @throws UserError when the run has become another one */
  join(): Promise<void> {
    return this.#lease.begin();
  }

  /** True when nothing is on the wire, or on its way to the disk. */
  get isIdle(): boolean {
    return this.#busy.size === 0 && this.#settling.size === 0;
  }

  /** What ended the sending that is nobody's on the list. */
  get failure(): { readonly cause: unknown } | undefined {
    return this.#failure;
  }

  /** Why the sending stopped before its end, by itself or by order. */
  get stoppedBy(): Stop | undefined {
    const { control } = this.#lease;
    if (control) return orderedStop(control);
    return this.#breaker.trippedBy && trippedStop(this.#breaker.trippedBy, this.#options.transport.name);
  }

  /** Starts as many attempts as may start now. Gives what to wait for before it is called again. */
  async fill(): Promise<Next> {
    this.#isStale = false;
    while (!this.#isStopped && this.#busy.size < this.#width) {
      if (this.#lease.isLost) await this.#rejoin();
      const { restUntil } = this.#breaker;
      if (restUntil > this.#options.clock.now()) return { until: restUntil, because: "line" };
      const next = await this.#taken();
      if (!next && this.#lease.isLost) continue;
      if (!next) return this.#whenNothingIsDue;
      if (!("id" in next)) return next;
      if (this.#isStopped) {
        this.#stock.putBack(next);
        break;
      }
      this.#left -= 1;
      this.#start(new Delivery(next, this.#lease.owner, this.#options));
    }
    return this.#isStopped && this.isIdle ? "done" : "busy";
  }

  /** See `Stock.take`. A ledger that cannot be written ends the sending as it would in an attempt. */
  async #taken(): Promise<Claimed | Wait | undefined> {
    try {
      return await this.#stock.take(this.#left);
    } catch (cause) {
      this.#failure ??= { cause };
      return undefined;
    }
  }

  /** What it held is with others: it begins anew, under another name, and its late news still count. */
  async #rejoin(): Promise<void> {
    await this.#stock.giveBack();
    await this.#lease.begin();
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
    const isCalledOff = signal?.aborted === true;
    if (this.#isStale || (isCalledOff && this.isIdle)) return;
    const happened = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    // What is on its way to the disk is there in a moment, and may change what there is to wait for.
    const isWriting = this.#busy.size === 0 && this.#settling.size > 0;
    if (next === "busy" || isCalledOff || isWriting) return happened;
    const time = next.until - clock.now();
    if (this.isIdle && time >= worthClosing) await this.#closeResting();
    const woken = new AbortController();
    const longest = this.#options.ledger.isShared ? longestBesideOthers : time;
    await Promise.race([happened, clock.sleep(Math.min(time, longest), woken.signal)]);
    woken.abort();
  }

  /** Finishes what is on the wire, puts back what was never begun, and closes every connection. */
  async close(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    await Promise.all([...this.#busy.values()].map(({ ended }) => ended));
    await Promise.all(this.#settling);
    // What cannot be put back now is put back by the next run.
    await this.#stock.giveBack().catch(() => {});
    await this.#lease.end().catch(() => {});
    await this.#closeResting();
  }

  #stop(): void {
    for (const { transport } of this.#busy.values()) transport.stop?.();
    this.#wake();
  }

  /** What ends after the queue was asked may have put somebody back into it. */
  get #whenNothingIsDue(): Next {
    return this.isIdle && !this.#isStale ? "done" : "busy";
  }

  get #isStopped(): boolean {
    const isCalledOff = this.#options.signal?.aborted === true;
    return (
      isCalledOff ||
      this.#left <= 0 ||
      this.#failure !== undefined ||
      this.#breaker.trippedBy !== undefined ||
      this.#lease.control !== undefined
    );
  }

  /** One alone until the server has shown that it takes our mail, and while the line is in doubt. */
  get #width(): number {
    return this.#isProven && this.#breaker.isCalm ? Math.max(1, this.#options.limits.connections) : 1;
  }

  #start(delivery: Delivery): void {
    const { attempt, attempts, claimed } = delivery;
    this.#news.push({ event: "attempting", ...addressed(claimed.to, attempts, attempt.messageId) });
    const transport = this.#resting.pop() ?? this.#options.transport.open();
    this.#busy.set(delivery, { transport, ended: this.#run(delivery, transport) });
  }

  /** Never rejects: what goes wrong becomes an outcome or the failure that stops the sending. */
  async #run(delivery: Delivery, transport: Transport): Promise<void> {
    const { incident } = this.#breaker;
    const result = await delivery.run(transport);
    if (result.fault) this.#failure ??= result.fault;
    if (result.outcome) this.#settle(delivery, result.outcome, incident);
    else await this.#withoutOutcome(result);
    this.#busy.delete(delivery);
    this.#resting.push(transport);
    this.#lookAgain();
  }

  /** What the ledger did not let begin may be about all of the run. */
  async #withoutOutcome({ isWithdrawn = false }: { readonly isWithdrawn?: boolean }): Promise<void> {
    this.#left += 1;
    if (!isWithdrawn) return;
    try {
      await this.#lease.look();
    } catch (cause) {
      this.#failure ??= { cause };
    }
  }

  #settle(delivery: Delivery, outcome: DeliveryOutcome, incident: number): void {
    const { clock } = this.#options;
    this.#lease.sent += 1;
    this.#breaker.note(incident, outcome, clock.now());
    this.#isProven ||= !isLineFault(outcome);
    const settled = this.#write(delivery, outcome)
      .catch((cause: unknown) => {
        this.#failure ??= { cause };
      })
      .finally(() => {
        this.#settling.delete(settled);
        this.#lookAgain();
      });
    this.#settling.add(settled);
  }

  /** Tells of an outcome only once it is on disk. */
  async #write({ attempt, attempts, claimed, firstAt }: Delivery, outcome: DeliveryOutcome): Promise<void> {
    const { ledger, retry, clock, random } = this.#options;
    const { kind, reply } = outcome;
    const now = clock.now();
    const nextAt = kind === "deferred" ? nextAttempt(retry, { attempts, firstAt }, now, random()) : undefined;
    const restUntil = this.#domains.note(attempt.domain, outcome, now);
    await Promise.all([
      ledger.settle({ attempt, outcome, nextAt }),
      restUntil === undefined ? undefined : this.#rest(attempt.domain, restUntil),
    ]);
    const about = { reply, ...addressed(claimed.to, attempts, attempt.messageId) };
    this.#news.push(kind === "deferred" ? { event: kind, nextAt, ...about } : { event: kind, ...about });
  }

  #lookAgain(): void {
    this.#isStale = true;
    this.#wake();
  }

  async #rest(domain: string, until: number): Promise<void> {
    await Promise.all([this.#options.ledger.rest(domain, until), this.#stock.giveBack(domain)]);
  }

  async #closeResting(): Promise<void> {
    const resting = this.#resting;
    this.#resting = [];
    await Promise.all(resting.map((transport) => transport.close()));
  }
}
