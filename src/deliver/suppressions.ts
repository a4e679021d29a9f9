import type { Kysely } from "kysely";

import { personToken } from "./identity.ts";
import type { Addressee, Suppression } from "./ledger.ts";
import type { Tables } from "./schema.ts";

/** See `Ledger.suppress`. */
export async function suppress(
  db: Kysely<Tables>,
  secret: Buffer,
  people: readonly Addressee[],
  reason: string,
  since: number,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    let added = 0;
    for (const { address, key } of people) {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto("suppressions")
        .values({ person: personToken(secret, key), address, reason, since })
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
  const rows = await db.selectFrom("suppressions").selectAll().orderBy("since").orderBy("address").execute();
  return rows.map(({ address, reason, since }) => ({ address: address ?? undefined, reason, since }));
}
