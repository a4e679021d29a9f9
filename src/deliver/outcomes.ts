import { type ExpressionBuilder, type Kysely, sql } from "kysely";

import type { DeliveryOutcome } from "../domain/delivery.ts";
import { kindOf } from "./kinds.ts";
import { prepared } from "./prepared.ts";
import type { Attempt, Ending, Run } from "./records.ts";
import { noteAttempt } from "./rates.ts";
import type { Tables } from "./schema.ts";

/** One attempt more. What is tried again though its outcome is unknown begins anew. */
function tried(of: ExpressionBuilder<Tables, "deliveries">, now: number) {
  return {
    attempts: of
      .case()
      .when("again", "=", 1)
      .then(of.lit(1))
      .else(of("attempts", "+", 1))
      .end(),
    first_at: of
      .case()
      .when("again", "=", 1)
      .then(of.val(now))
      .else(of.fn.coalesce("first_at", of.val(now)))
      .end(),
    again: begunAgain(of),
  };
}

function begunAgain(of: ExpressionBuilder<Tables, "deliveries">) {
  return of.case().when("again", "=", 0).then(of.lit<0>(0)).else(of.lit<2>(2)).end();
}

const markBegun = prepared<Attempt & { now: number }>((db, slot) =>
  db
    .updateTable("deliveries")
    .set((of) => ({
      state: "sending",
      ...tried(of, slot("now")),
      next_at: null,
      updated_at: slot("now"),
      message_id: slot("messageId"),
      transport: slot("transport"),
    }))
    .where("id", "=", slot("id"))
    .where("state", "=", "claimed")
    .where("owner", "=", slot("owner"))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("suppressions as s").select("s.person").whereRef("s.person", "=", "deliveries.person"),
        ),
      ),
    ),
);

/**
 * See `Ledger.begin`. In a file, claims and renewals see what is ordered about the run, and that is soon enough: to look
 * for it here would be a tenth of what this takes.
 */
export async function begin(db: Kysely<Tables>, attempt: Attempt, now: number): Promise<boolean> {
  const { numAffectedRows } = await markBegun(db, { ...attempt, now });
  if (numAffectedRows === 0n) return false;
  await noteForLimits(db, attempt, now);
  return true;
}

/** What went to an outbox has burdened no server. */
async function noteForLimits(
  db: Kysely<Tables>,
  { domain, transport }: Pick<Attempt, "domain" | "transport">,
  at: number,
): Promise<void> {
  if (kindOf(transport) === 0) await noteAttempt(db, { domain, at });
}

const markEnded = prepared<{
  id: number;
  owner: string;
  state: DeliveryOutcome["kind"];
  reply: string;
  nextAt: number | null;
  now: number;
}>((db, slot) =>
  db
    .updateTable("deliveries")
    .set((of) => ({
      state: slot("state"),
      reply: slot("reply"),
      next_at: slot("nextAt"),
      updated_at: slot("now"),
      owner: null,
      again: of
        .case()
        .when(of.val(slot("state")), "=", "deferred")
        .then(begunAgain(of))
        .else(of.lit<0>(0))
        .end(),
    }))
    .where("id", "=", slot("id"))
    .where("owner", "=", slot("owner"))
    // Given up meanwhile, with its owner: what is known is better, unless it is tried again.
    .where("state", "in", ["sending", "unknown"])
    .where("again", "!=", 1),
);

/** See `Ledger.settle`. */
export async function settle(
  db: Kysely<Tables>,
  { attempt, outcome, nextAt: due }: Ending,
  now: number,
): Promise<void> {
  const { id, owner, messageId, transport } = attempt;
  const { kind: state, reply } = outcome;
  const nextAt = state === "deferred" ? (due ?? null) : null;
  const { numAffectedRows } = await markEnded(db, { id, owner, state, reply, nextAt, now });
  if (numAffectedRows !== 0n) return;
  // It ended before the body began: the server has heard of it all the same.
  const early = await db
    .updateTable("deliveries")
    .set((of) => ({
      state,
      reply,
      next_at: nextAt,
      updated_at: now,
      owner: null,
      ...tried(of, now),
      ...(state === "deferred" ? {} : { again: 0 as const }),
      message_id: messageId,
      transport,
    }))
    .where("id", "=", id)
    .where("state", "=", "claimed")
    .where("owner", "=", owner)
    .executeTakeFirst();
  if (early.numUpdatedRows > 0n) await noteForLimits(db, attempt, now);
}

/** See `Ledger.release`. */
export async function release(
  db: Kysely<Tables>,
  owner: string,
  ids: readonly number[],
  now: number,
): Promise<void> {
  await givenBack(db, now).where("id", "in", ids).where("owner", "=", owner).execute();
  await db
    .updateTable("deliveries")
    .set((of) => ({
      state: of
        .case()
        .when("again", "=", 0)
        .then("pending" as const)
        .else("unknown" as const)
        .end(),
      again: 0,
      attempts: of("attempts", "-", 1),
      // Or the time after which a person is given up would run from an attempt that never was.
      first_at: of.case().when("attempts", "=", 1).then(null).else(of.ref("first_at")).end(),
      owner: null,
      updated_at: now,
    }))
    .where("id", "in", ids)
    .where("owner", "=", owner)
    // As in `settle`: given up meanwhile, and not tried again.
    .where("state", "in", ["sending", "unknown"])
    .where("again", "!=", 1)
    .execute();
}

/** As if nobody had tried yet. */
export const freshStart = { state: "pending", attempts: 0, first_at: null, next_at: null, again: 0 } as const;

/** Everything that was claimed and never begun goes back to where it was. */
export function givenBack(db: Kysely<Tables>, now: number) {
  return db
    .updateTable("deliveries")
    .set((of) => ({
      state: of
        .case()
        .when("again", "=", 1)
        .then("unknown" as const)
        .when("next_at", "is", null)
        .then("pending" as const)
        .else("deferred" as const)
        .end(),
      owner: null,
      updated_at: now,
    }))
    .where("state", "=", "claimed");
}

/**
 * What a dead process was to try again, and did not bring to an end, is of unknown outcome as before. Not where others are
 * at it.
 */
export async function unknownAsBefore(db: Kysely<Tables>, now: number): Promise<void> {
  await db
    .updateTable("deliveries")
    .set({ state: "unknown", next_at: null, again: 0, updated_at: now })
    .where("again", ">", 0)
    .where("state", "in", ["unknown", "deferred"])
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("senders as s").select("s.owner").whereRef("s.run", "=", "deliveries.run"))),
    )
    .execute();
}

/** See `Ledger.retryUnknown`. */
export async function retryUnknown(db: Kysely<Tables>, run: Run): Promise<number> {
  const { numUpdatedRows } = await wantedBy(db, run)
    .set({ again: 1, run: run.id })
    .where("state", "=", "unknown")
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** See `Ledger.retryDeferred`. */
export async function retryDeferred(db: Kysely<Tables>, run: Run, now: number): Promise<number> {
  const { numUpdatedRows } = await wantedBy(db, run)
    .set({ ...freshStart, run: run.id, updated_at: now })
    .where("state", "=", "deferred")
    .where("again", "=", 0)
    .where("next_at", "is", null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

function wantedBy(db: Kysely<Tables>, run: Run) {
  return db
    .updateTable("deliveries")
    .where("cycle", "=", run.cycle)
    .where("variant", "=", run.variant)
    .where("rehearsal", "=", kindOf(run.transport))
    .where(
      sql<boolean>`person in (select person from list_rows where run = ${run.id} and skip is null and person is not null)`,
    );
}
