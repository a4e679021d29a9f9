import type { Claimed, Run, Wait } from "./records.ts";
import type { Lease } from "./lease.ts";
import type { DeliverOptions } from "./send.ts";

/** How many are claimed at once, for each connection and at the least: one commit serves them all. */
const [perConnection, atLeast] = [10, 50] as const;
/** What nobody began in that time goes back, so that whoever was suppressed, or is due again, is seen soon. */
const freshFor = 1_000;

/** What is claimed and not begun yet. */
export class Stock {
  readonly #options: Pick<DeliverOptions, "ledger" | "limits" | "clock">;
  readonly #run: Run;
  readonly #lease: Pick<Lease, "owner" | "heed">;
  /** The next one last. */
  #claimed: Claimed[] = [];
  #since = 0;
  #claiming: Promise<Wait | undefined> | undefined;
  /** The last claim gave as many as were asked for, so there may be more, and no limit stands in the way. */
  #mayBeMore = false;

  constructor({ run, ...options }: DeliverOptions, lease: Pick<Lease, "owner" | "heed">) {
    this.#options = options;
    this.#run = run;
    this.#lease = lease;
  }

  /** Takes how many may be begun at the most. Gives one, or what to wait for, or nothing when nothing is due. */
  async take(most: number): Promise<Claimed | Wait | undefined> {
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
    const { ledger, limits, clock } = this.#options;
    const limit = Math.min(most, Math.max(atLeast, limits.connections * perConnection));
    this.#claiming = ledger
      .claim({ run: this.#run, limits, limit, owner: this.#lease.owner })
      .then(async ({ deliveries, wait, halt }) => {
        if (halt) await this.#lease.heed(halt);
        this.#claimed.unshift(...deliveries.toReversed());
        this.#mayBeMore = deliveries.length === limit;
        this.#since = clock.now();
        return wait;
      })
      .finally(() => (this.#claiming = undefined));
    return this.#claiming;
  }

  /** Takes one back that was not begun after all. */
  putBack(claimed: Claimed): void {
    this.#claimed.push(claimed);
  }

  /** Puts back what is claimed and not begun; all of it, or what goes to one domain. */
  async giveBack(domain?: string): Promise<void> {
    await this.#claiming?.catch(() => {});
    const back = this.#claimed.filter((one) => domain === undefined || one.domain === domain);
    if (back.length === 0) return;
    this.#claimed = this.#claimed.filter((one) => !back.includes(one));
    await this.#options.ledger.release(
      this.#lease.owner,
      back.map(({ id }) => id),
    );
  }
}
