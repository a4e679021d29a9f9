import { hostname } from "node:os";

import type { Ledger } from "./ledger.ts";
import { usual } from "./lease.ts";
import { noteEnded, ownerName } from "./machine.ts";

/** The place in a ledger of a process that waits for something to send, so that whoever watches sees it. */
export class Waiting {
  readonly #ledger: Pick<Ledger, "enlist" | "renew" | "resign">;
  readonly #about: { readonly version: string; readonly random: () => number };
  #owner: string | undefined;

  constructor(
    ledger: Pick<Ledger, "enlist" | "renew" | "resign">,
    about: { version: string; random: () => number },
  ) {
    this.#ledger = ledger;
    this.#about = about;
  }

  /** Says that it is there; to be said again well before its lease is over. */
  async tell(): Promise<void> {
    const lease = usual.length;
    if (this.#owner !== undefined) {
      const { isHeld } = await this.#ledger.renew(this.#owner, { lease, sent: 0 });
      if (isHeld) return;
    }
    const { version, random } = this.#about;
    const owner = ownerName(random);
    await this.#ledger.enlist({ owner, host: hostname(), pid: process.pid, version, lease });
    this.#owner = owner;
  }

  /** It waits no more. A ledger that cannot be told finds out by itself. */
  async end(): Promise<void> {
    const owner = this.#owner;
    this.#owner = undefined;
    if (owner !== undefined) await this.#ledger.resign(owner).catch(() => noteEnded(owner));
  }
}
