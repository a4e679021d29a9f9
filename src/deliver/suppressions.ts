import type { Kysely } from "kysely";

import { personToken } from "./identity.ts";
import type { Addressee, Suppression } from "./records.ts";
import type { Tables } from "./schema.ts";
import { batchSize } from "./staged-rows.ts";

/** See `Ledger.suppress`. */
export async function suppress(
  db: Kysely<Tables>,
  secret: Buffer,
  people: readonly Addressee[],
  reason: string,
  since: number,
): Promise<number> {
  const rows = people.map(({ address, key }) => ({
    person: personToken(secret, key),
    address,
    reason,
    since,
  }));
  return db.transaction().execute(async (trx) => {
    let added = 0;
    for (let at = 0; at < rows.length; at += batchSize) {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto("suppressions")
        .values(rows.slice(at, at + batchSize))
        .onConflict((conflict) => conflict.column("person").doNothing())
        .executeTakeFirst();
      added += Number(numInsertedOrUpdatedRows ?? 0);
    }
    return added;
  });
}

/** See `Ledger.unsuppress`. */
export async function unsuppress(db: Kysely<Tables>, secret: Buffer, who: Addressee): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("suppressions")
    .where("person", "=", personToken(secret, who.key))
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** See `Ledger.knowsPerson`. */
export async function knowsPerson(db: Kysely<Tables>, person: string): Promise<boolean> {
  const known = await db
    .selectFrom("suppressions")
    .select("person")
    .where("person", "=", person)
    .unionAll(db.selectFrom("deliveries").select("person").where("person", "=", person))
    .limit(1)
    .executeTakeFirst();
  return known !== undefined;
}

/** See `Ledger.suppressPerson`. */
export async function suppressPerson(
  db: Kysely<Tables>,
  person: string,
  reason: string,
  since: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    if (!(await knowsPerson(trx, person))) return false;
    const mailed = await trx
      .selectFrom("deliveries")
      .select("address")
      .where("person", "=", person)
      .orderBy("id", "desc")
      .limit(1)
      .executeTakeFirst();
    await trx
      .insertInto("suppressions")
      .values({ person, address: mailed?.address || null, reason, since })
      .onConflict((conflict) => conflict.column("person").doNothing())
      .execute();
    return true;
  });
}

/** See `Ledger.unsuppressPerson`. */
export async function unsuppressPerson(
  db: Kysely<Tables>,
  person: string,
  reason: string,
): Promise<"mailable" | "suppressed" | undefined> {
  return db.transaction().execute(async (trx) => {
    if (!(await knowsPerson(trx, person))) return undefined;
    const { numDeletedRows } = await trx
      .deleteFrom("suppressions")
      .where("person", "=", person)
      .where("reason", "=", reason)
      .executeTakeFirst();
    if (numDeletedRows > 0n) return "mailable";
    const kept = await trx
      .selectFrom("suppressions")
      .select("reason")
      .where("person", "=", person)
      .executeTakeFirst();
    return kept ? "suppressed" : "mailable";
  });
}

/** See `Ledger.isSuppressed`. */
export async function isSuppressed(db: Kysely<Tables>, secret: Buffer, who: Addressee): Promise<boolean> {
  const found = await db
    .selectFrom("suppressions")
    .select("since")
    .where("person", "=", personToken(secret, who.key))
    .executeTakeFirst();
  return found !== undefined;
}

/** See `Ledger.suppressions`. */
export async function suppressions(db: Kysely<Tables>): Promise<Suppression[]> {
  const rows = await db
    .selectFrom("suppressions")
    .selectAll()
    .orderBy("since")
    .orderBy("address", (order) => order.asc().nullsFirst())
    .execute();
  return rows.map(({ address, reason, since }) => ({ address: address ?? undefined, reason, since }));
}
