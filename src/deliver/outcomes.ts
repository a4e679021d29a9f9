import { type Kysely, sql } from "kysely";

import type { DeliveryOutcome } from "../domain/delivery.ts";
import type { Run } from "./ledger.ts";
import type { Tables } from "./schema.ts";

/** See `Ledger.settle`. */
export async function settle(
  db: Kysely<Tables>,
  id: number,
  outcome: DeliveryOutcome,
  nextAt: number | undefined,
  now: number,
): Promise<void> {
  await db
    .updateTable("deliveries")
    .set({
      state: outcome.kind,
      reply: outcome.reply,
      next_at: outcome.kind === "deferred" ? (nextAt ?? null) : null,
      updated_at: now,
      owner: null,
    })
    .where("id", "=", id)
    .where("state", "=", "sending")
    .execute();
}

/** See `Ledger.release`. */
export async function release(db: Kysely<Tables>, id: number, now: number): Promise<void> {
  await db
    .updateTable("deliveries")
    .set((of) => ({
      state: "pending",
      attempts: of("attempts", "-", 1),
      // Or the time after which a person is given up would run from an attempt that never was.
      first_at: of.case().when("attempts", "=", 1).then(null).else(of.ref("first_at")).end(),
      owner: null,
      updated_at: now,
    }))
    .where("id", "=", id)
    .where("state", "=", "sending")
    .execute();
}

/** As if nobody had tried yet. */
export const freshStart = { state: "pending", attempts: 0, first_at: null, next_at: null } as const;

/** See `Ledger.retryUnknown`. */
export async function retryUnknown(db: Kysely<Tables>, run: Run, now: number): Promise<number> {
  const { numUpdatedRows } = await wantedBy(db, run, now).where("state", "=", "unknown").executeTakeFirst();
  return Number(numUpdatedRows);
}

/** See `Ledger.retryDeferred`. */
export async function retryDeferred(db: Kysely<Tables>, run: Run, now: number): Promise<number> {
  const { numUpdatedRows } = await wantedBy(db, run, now)
    .where("state", "=", "deferred")
    .where("next_at", "is", null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

function wantedBy(db: Kysely<Tables>, run: Run, now: number) {
  return db
    .updateTable("deliveries")
    .set({ ...freshStart, run: run.id, updated_at: now })
    .where("cycle", "=", run.cycle)
    .where("variant", "=", run.variant)
    .where(
      sql<boolean>`person in (select person from list_rows where run = ${run.id} and skip is null and person is not null)`,
    );
}
