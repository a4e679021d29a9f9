import { type Kysely, sql } from "kysely";

import type { Limits } from "../domain/settings.ts";
import { prepared } from "./prepared.ts";
import type { Tables } from "./schema.ts";

const second = 1_000;
const hour = 3_600_000;
const day = 24 * hour;

/** Limits on how many messages go out, whichever connection they take. */
export type Rates = Pick<Limits, "perSecond" | "perHour" | "perDay" | "perDomain">;

/** How many may be claimed now, and when to ask again if that is none. */
export interface Allowance {
  readonly free: number;
  readonly until: number;
}

/**
 * Takes the limits and the time. Counts the attempts in the ledger, so that limits hold across restarts and processes,
 * and what is claimed and may begin at any moment. What is given back counts no more.
 */
export async function allowance(db: Kysely<Tables>, limits: Rates, now: number): Promise<Allowance> {
  let [free, until] = [Number.POSITIVE_INFINITY, now];
  const windows = [
    [limits.perSecond, second],
    [limits.perHour, hour],
    [limits.perDay, day],
  ] as const;
  if (windows.every(([limit]) => limit === undefined)) return { free, until };
  const { count: claimed } = await db
    .selectFrom("deliveries")
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("state", "=", claimedState)
    .where("rehearsal", "=", 0)
    .executeTakeFirstOrThrow();
  for (const [limit, span] of windows) {
    if (limit === undefined) continue;
    const { count, oldest } = await db
      .selectFrom("attempts")
      .select((of) => [of.fn.countAll<number>().as("count"), of.fn.min("at").as("oldest")])
      .where("at", ">", now - span)
      .executeTakeFirstOrThrow();
    free = Math.min(free, limit - Number(count) - Number(claimed));
    // Only claims of somebody else stand in the way: they begin, or are given back, before long.
    if (Number(count) + Number(claimed) >= limit)
      until = Math.max(until, Number(count) >= limit ? (oldest ?? now) + span : now + second);
  }
  return { free, until };
}

/** True when there is anything to count. */
export function isLimited({ perSecond, perHour, perDay, perDomain }: Rates): boolean {
  return [perSecond, perHour, perDay, perDomain].some((limit) => limit !== undefined);
}

/** In the text of the statement, so that SQLite takes the small index that is made for it. */
const claimedState = sql.lit("claimed" as const);

/** Everything that counts for a domain's share of an hour: attempts made, and those that may begin at any moment. */
function usedShares(db: Kysely<Tables>, now: number) {
  return db
    .selectFrom("attempts")
    .select(["domain", "at"])
    .where("at", ">", now - hour)
    .unionAll(
      db
        .selectFrom("deliveries")
        .select(["domain", sql<number>`${now}`.as("at")])
        .where("state", "=", claimedState)
        .where("rehearsal", "=", 0),
    );
}

/** Domains that have had their share of this hour, with the time at which that may change (`until`). */
export function fullDomains(db: Kysely<Tables>, perDomain: number, now: number) {
  return db
    .selectFrom(usedShares(db, now).as("used"))
    .select((of) => ["used.domain", of(of.fn.min("used.at"), "+", hour).as("until")])
    .groupBy("used.domain")
    .having((of) => of.fn.countAll(), ">=", perDomain);
}

/** Domains that put off one message after another, and are left alone for a while. */
export function restingDomains(db: Kysely<Tables>, now: number) {
  return db.selectFrom("domain_rests").select(["domain", "until"]).where("until", ">", now);
}

/** Takes domains; gives how many messages the share of each still leaves. */
export async function sharesLeft(
  db: Kysely<Tables>,
  perDomain: number,
  domains: readonly string[],
  now: number,
): Promise<(domain: string) => number> {
  const rows = await db
    .selectFrom(usedShares(db, now).as("used"))
    .select((of) => ["used.domain", of.fn.countAll<number>().as("count")])
    .where("used.domain", "in", domains)
    .groupBy("used.domain")
    .execute();
  const used = new Map(rows.map(({ domain, count }) => [domain, Number(count)]));
  return (domain) => perDomain - (used.get(domain) ?? 0);
}

/** Notes an attempt to a domain. */
export const noteAttempt = prepared<{ domain: string; at: number }>((db, slot) =>
  db.insertInto("attempts").values({ at: slot("at"), domain: slot("domain") }),
);

/** See `Ledger.rest`. */
export async function rest(db: Kysely<Tables>, domain: string, until: number): Promise<void> {
  await db
    .insertInto("domain_rests")
    .values({ domain, until })
    .onConflict((conflict) => conflict.column("domain").doUpdateSet({ until }))
    .execute();
}

/** Drops attempts that no limit looks back to, and rests that are over. */
export async function forgetOldAttempts(db: Kysely<Tables>, now: number): Promise<void> {
  await db
    .deleteFrom("attempts")
    .where("at", "<=", now - day)
    .execute();
  await db.deleteFrom("domain_rests").where("until", "<=", now).execute();
}

/** See `Ledger.attemptsSince`. */
export async function attemptsSince(db: Kysely<Tables>, time: number, domain?: string): Promise<number> {
  const { count } = await db
    .selectFrom("attempts")
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("at", ">", time)
    .$if(domain !== undefined, (query) => query.where("domain", "=", domain ?? ""))
    .executeTakeFirstOrThrow();
  return Number(count);
}
