import { Delivery } from "./attempt.ts";
import type { Lease } from "./lease.ts";
import type { Wait } from "./records.ts";
import type { DeliverOptions } from "./send.ts";

/** How many are claimed at once, for each connection and at the least: one commit serves them all. */
const [perConnection, atLeast] = [10, 50] as const;
/** So many messages are made before their turn: signing one takes longer than all else. */
const ahead = 6;
/** What nobody began in that time goes back, so that whoever was suppressed, or is due again, is seen soon. */
const freshFor = 1_000;

/** What is claimed and not begun yet. */
export class Stock {
  readonly #options: DeliverOptions;
  readonly #lease: Pick<Lease, "owner" | "heed">;
  /** The next one last. */
  #claimed: Delivery[] = [];
  #since = 0;
  #claiming: Promise<Wait | undefined> | undefined;
  #isPreparing = false;
  /** The last claim gave as many as were asked for, so there may be more, and no limit stands in the way. */
  #mayBeMore = false;

  constructor(options: DeliverOptions, lease: Pick<Lease, "owner" | "heed">) {
    this.#options = options;
    this.#lease = lease;
  }

  /** Takes how many may be begun at the most. Gives one, or what to wait for, or nothing when nothing is due. */
  async take(most: number): Promise<Delivery | Wait | undefined> {
    if (this.#options.clock.now() - this.#since > freshFor) await this.giveBack();
    if (this.#claimed.length === 0) {
      const wait = await (this.#claiming ?? this.#claim(most));
      if (this.#claimed.length === 0) return wait;
    }
    const one = this.#claimed.pop();
    this.#claimAhead(most - 1 - this.#claimed.length);
    return one;
  }

  /** So that no connection waits for it. */
  #claimAhead(most: number): void {
    const isLow = this.#claimed.length <= this.#options.limits.connections;
    if (!isLow || !this.#mayBeMore || most <= 0 || this.#claiming) return;
    // What went wrong is met again by whoever takes next.
    this.#claim(most).catch(() => {});
  }

  #claim(most: number): Promise<Wait | undefined> {
    const { ledger, run, limits, clock } = this.#options;
    const { owner } = this.#lease;
    const limit = Math.min(most, Math.max(atLeast, limits.connections * perConnection));
    this.#claiming = ledger
      .claim({ run, limits, limit, owner })
      .then(async ({ deliveries, wait, halt }) => {
        if (halt) await this.#lease.heed(halt);
        this.#claimed.unshift(
          ...deliveries.map((one) => new Delivery(one, owner, this.#options)).toReversed(),
        );
        this.#mayBeMore = deliveries.length === limit;
        this.#since = clock.now();
        return wait;
      })
      .finally(() => (this.#claiming = undefined));
    return this.#claiming;
  }

  /** Has the messages made that go next; first goes out what is ready, and then there is time while the server answers. */
  prepareSoon(): void {
    if (this.#isPreparing) return;
    this.#isPreparing = true;
    setImmediate(() => {
      this.#isPreparing = false;
      for (let at = 1; at <= ahead; at += 1) this.#claimed.at(-at)?.prepare();
    });
  }

  /** Takes one back that was not begun after all. */
  putBack(delivery: Delivery): void {
    this.#claimed.push(delivery);
  }

  /** Puts back what is claimed and not begun; all of it, or what goes to one domain. */
  async giveBack(domain?: string): Promise<void> {
    await this.#claiming?.catch(() => {});
    const back = this.#claimed.filter((one) => domain === undefined || one.attempt.domain === domain);
    if (back.length === 0) return;
    this.#claimed = this.#claimed.filter((one) => !back.includes(one));
    await this.#options.ledger.release(
      this.#lease.owner,
      back.map(({ attempt }) => attempt.id),
    );
  }
}
