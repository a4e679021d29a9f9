import type { Claimed, Run, Wait } from "./records.ts";
import type { DeliverOptions } from "./send.ts";

/** How many are claimed at once, for each connection and at the least: one commit serves them all. */
const [perConnection, atLeast] = [10, 50] as const;
/** What nobody began in that time goes back, so that whoever was suppressed, or is due again, is seen soon. */
const freshFor = 1_000;

/** What is claimed and not begun yet. */
export class Stock {
  readonly #options: Pick<DeliverOptions, "ledger" | "limits" | "clock">;
  readonly #run: Run;
  readonly #owner: string;
  #claimed: Claimed[] = [];
  #since = 0;

  constructor({ run, ...options }: DeliverOptions, owner: string) {
    this.#options = options;
    this.#run = run;
    this.#owner = owner;
  }

  /** Takes how many may be begun at the most. Gives one, or what to wait for, or nothing when nothing is due. */
  async take(most: number): Promise<Claimed | Wait | undefined> {
    const { ledger, limits, clock } = this.#options;
    if (clock.now() - this.#since > freshFor) await this.giveBack();
    if (this.#claimed.length === 0) {
      const limit = Math.min(most, Math.max(atLeast, limits.connections * perConnection));
      const { deliveries, wait } = await ledger.claim({
        run: this.#run,
        limits,
        limit,
        owner: this.#owner,
      });
      this.#claimed = deliveries.toReversed();
      this.#since = clock.now();
      if (deliveries.length === 0) return wait;
    }
    return this.#claimed.pop();
  }

  /** Takes one back that was not begun after all. */
  putBack(claimed: Claimed): void {
    this.#claimed.push(claimed);
  }

  /** Puts back what is claimed and not begun; all of it, or what goes to one domain. */
  async giveBack(domain?: string): Promise<void> {
    const back = this.#claimed.filter((one) => domain === undefined || one.domain === domain);
    if (back.length === 0) return;
    this.#claimed = this.#claimed.filter((one) => !back.includes(one));
    await this.#options.ledger.release(
      this.#owner,
      back.map(({ id }) => id),
    );
  }
}
