import { isIPv6 } from "node:net";

/** What is let through in a minute. Load is what these bound: a token of 160 bits cannot be guessed at any rate. */
export const budgets = {
  window: 60_000,
  /** From one client. Mail services and whole hospitals come from one address, and one-click requests must not be lost. */
  perClient: 1_200,
  /** Of links that lead to nobody, from one client; after these it is not answered at all until the minute is over. */
  missesPerClient: 30,
  /** From everyone together. */
  overall: 12_000,
  /** So many clients are told apart; further ones share one budget, so that memory stays flat. */
  clients: 10_000,
} as const;

interface Counts {
  requests: number;
  misses: number;
}

/** Counts requests in windows of a minute, by client and overall. */
export class Budgets {
  readonly #now: () => number;
  readonly #clients = new Map<string, Counts>();
  #overall = 0;
  #ends = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a request. Gives 0, or the seconds after which the client may come back. */
  enter(client: string): number {
    this.#turn();
    const counts = this.#countsOf(client);
    const isOver =
      this.#overall >= budgets.overall ||
      counts.requests >= budgets.perClient ||
      counts.misses >= budgets.missesPerClient;
    if (isOver) return Math.max(1, Math.ceil((this.#ends - this.#now()) / 1000));
    this.#overall += 1;
    counts.requests += 1;
    return 0;
  }

  /** Counts a link that led to nobody. */
  miss(client: string): void {
    this.#countsOf(client).misses += 1;
  }

  #turn(): void {
    const now = this.#now();
    // A clock that was set back must not keep a window open.
    if (now < this.#ends && now >= this.#ends - budgets.window) return;
    this.#ends = now + budgets.window;
    this.#overall = 0;
    this.#clients.clear();
  }

  #countsOf(client: string): Counts {
    const name = networkOf(client);
    const key = this.#clients.has(name) || this.#clients.size < budgets.clients ? name : "others";
    const known = this.#clients.get(key);
    if (known) return known;
    const fresh = { requests: 0, misses: 0 };
    this.#clients.set(key, fresh);
    return fresh;
  }
}

/** One customer has a whole /64 of IPv6 addresses (RFC 6177), so that is what counts as one. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const groups = head === "" ? [] : head.split(":");
  const behind = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - behind.length)).fill("0");
  const network = [...groups, ...zeros, ...behind].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
