import type { Kysely } from "kysely";

import type { Limits } from "../domain/settings.ts";
import type { Tables } from "./schema.ts";

const second = 1_000;
const hour = 3_600_000;
const day = 24 * hour;

/** How many may be sent now, and when to ask again if that is none. */
export interface Allowance {
  readonly free: number;
  readonly until: number;
}

/** Takes the limits and the time; counts by the attempts in the ledger, so that limits hold across restarts. */
export async function allowance(
  db: Kysely<Tables>,
  limits: Omit<Limits, "connections">,
  now: number,
): Promise<Allowance> {
  let [free, until] = [Number.POSITIVE_INFINITY, now];
  const windows = [
    [limits.perSecond, second],
    [limits.perHour, hour],
    [limits.perDay, day],
  ] as const;
  for (const [limit, span] of windows) {
    if (limit === undefined) continue;
    const { count, oldest } = await db
      .selectFrom("attempts")
      .select((of) => [of.fn.countAll<number>().as("count"), of.fn.min("at").as("oldest")])
      .where("at", ">", now - span)
      .executeTakeFirstOrThrow();
    free = Math.min(free, limit - count);
    if (count >= limit) until = Math.max(until, (oldest ?? now) + span);
  }
  return { free, until };
}

/** What the last hour leaves of one domain's share. */
export interface DomainShares {
  /** Domains that may get nothing now, with the time at which that may change. */
  readonly closed: ReadonlyMap<string, number>;
  /** How many more a domain may get. */
  left(domain: string): number;
}

/** Takes the messages per hour that one recipient domain may get, if that is limited at all. */
export async function domainShares(
  db: Kysely<Tables>,
  perDomain: number | undefined,
  now: number,
): Promise<DomainShares> {
  if (perDomain === undefined) return { closed: new Map(), left: () => Number.POSITIVE_INFINITY };
  const rows = await db
    .selectFrom("attempts")
    .select((of) => ["domain", of.fn.countAll<number>().as("count"), of.fn.min("at").as("oldest")])
    .where("at", ">", now - hour)
    .groupBy("domain")
    .execute();
  const used = new Map(rows.map(({ domain, count }) => [domain, count]));
  const full = rows.filter(({ count }) => count >= perDomain);
  return {
    closed: new Map(full.map(({ domain, oldest }) => [domain, oldest + hour])),
    left: (domain) => perDomain - (used.get(domain) ?? 0),
  };
}

/** Notes attempts, one for each of the domains. */
export async function noteAttempts(
  db: Kysely<Tables>,
  domains: readonly string[],
  at: number,
): Promise<void> {
  await db
    .insertInto("attempts")
    .values(domains.map((domain) => ({ at, domain })))
    .execute();
}

/** Drops attempts that no limit looks back to. */
export async function forgetOldAttempts(db: Kysely<Tables>, now: number): Promise<void> {
  await db
    .deleteFrom("attempts")
    .where("at", "<=", now - day)
    .execute();
}

/** See `Ledger.attemptsSince`. */
export async function attemptsSince(db: Kysely<Tables>, time: number, domain?: string): Promise<number> {
  const { count } = await db
    .selectFrom("attempts")
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("at", ">", time)
    .$if(domain !== undefined, (query) => query.where("domain", "=", domain ?? ""))
    .executeTakeFirstOrThrow();
  return count;
}
