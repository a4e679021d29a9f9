import { hostname } from "node:os";

import { UserError } from "../domain/user-error.ts";
import { noteEnded, ownerName } from "./machine.ts";
import type { Control, Halt } from "./records.ts";
import type { DeliverOptions } from "./send.ts";

/** Long enough for a process that is held up, short enough that nobody waits long for what a dead one left. */
export const usual = { length: 30_000, every: 2_000 } as const;

/** A sender's place among others: its name, its lease, and what is ordered about the run. */
export class Lease {
  /** How many attempts have ended. */
  sent = 0;
  readonly #options: DeliverOptions;
  readonly #changed: () => void;
  #owner = "";
  #halt: Halt | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  /** @param changed called when there is something new */
  constructor(options: DeliverOptions, changed: () => void) {
    this.#options = options;
    this.#changed = changed;
  }

  /** See `ownerName`. */
  get owner(): string {
    return this.#owner;
  }

  get control(): Control | undefined {
    return this.#halt?.order === "lost" ? undefined : this.#halt;
  }

  /** True once others have taken over what it held. */
  get isLost(): boolean {
    return this.#halt?.order === "lost";
  }

  /** Begins it, or begins anew once it is lost. @throws UserError when the run has become another one */
  async begin(): Promise<void> {
    const { ledger, run, version = "", lease = usual, random } = this.#options;
    const [host, pid] = [hostname(), process.pid];
    this.#owner = ownerName(random);
    const isIn = await ledger.enlist({ owner: this.#owner, run, host, pid, version, lease: lease.length });
    if (!isIn)
      throw new UserError(
        "changed",
        `This send of ${run.cycle} was planned anew meanwhile, with other contents.`,
        "See where it stands: `onetopic status`. Then run the same command again.",
      );
    this.#halt = undefined;
    // By the machine's own timer: a lease runs whatever else is waited for.
    this.#timer ??= setInterval(() => void this.look().catch(() => {}), lease.every).unref();
  }

  /** Renews it, and sees what is ordered. Asked for several times at once, it is done once. */
  look(): Promise<void> {
    return (this.#looking ??= this.#look().finally(() => (this.#looking = undefined)));
  }

  async #look(): Promise<void> {
    const { ledger, lease = usual } = this.#options;
    const owner = this.#owner;
    const { isHeld, control } = await ledger.renew(owner, { lease: lease.length, sent: this.sent });
    if (owner !== this.#owner) return;
    if (!isHeld) this.#note({ order: "lost" });
    else if (control) this.#note(control);
  }

  /** Takes what the ledger says stands in the way. A lease that is over begins anew, if nobody has taken over yet. */
  async heed(halt: Halt): Promise<void> {
    if (halt.order === "lost") await this.look();
    else this.#note(halt);
    this.#changed();
  }

  #note(halt: Halt): void {
    this.#halt = halt;
    this.#changed();
  }

  /** Gives it up, whether or not the ledger can be told. Nothing may happen under its name after that. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#looking?.catch(() => {});
    try {
      await this.#options.ledger.resign(this.#owner);
    } catch (fault) {
      noteEnded(this.#owner);
      throw fault;
    }
  }
}
