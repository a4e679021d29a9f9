import type { Kysely } from "kysely";

import type { Bounce, BouncedPerson, Clue, NewBounce } from "./records.ts";
import type { Tables } from "./schema.ts";

/** Nobody is asked about further back: far more than any limit of soft bounces. */
const mostMessages = 200;

/** See `Ledger.whoIs`. */
export async function whoIs(db: Kysely<Tables>, clue: Clue): Promise<BouncedPerson | undefined> {
  const person = "person" in clue ? clue.person : await personOf(db, clue.messageId);
  if (person === undefined) return undefined;
  const deliveries = await db
    .selectFrom("deliveries")
    .select(["address", "state", "again", "message_id"])
    .where("person", "=", person)
    .orderBy("first_at", (order) => order.desc().nullsLast())
    .orderBy("id", "desc")
    .limit(mostMessages)
    .execute();
  const suppressed = await db
    .selectFrom("suppressions")
    .select("address")
    .where("person", "=", person)
    .executeTakeFirst();
  if (deliveries.length === 0 && !suppressed) return undefined;
  const mailed = deliveries.filter(
    ({ state, again }) => again > 0 || state === "accepted" || state === "unknown" || state === "sending",
  );
  return {
    person,
    address: deliveries[0]?.address ?? suppressed?.address ?? undefined,
    // What was rehearsed and then sent is one message.
    messages: [...new Set(mailed.flatMap(({ message_id }) => (message_id === null ? [] : [message_id])))],
    wasMailed: mailed.length > 0,
    isSuppressed: suppressed !== undefined,
  };
}

async function personOf(db: Kysely<Tables>, messageId: string): Promise<string | undefined> {
  const found = await db
    .selectFrom("deliveries")
    .select("person")
    .where("message_id", "=", messageId)
    .executeTakeFirst();
  return found?.person;
}

/** See `Ledger.recordBounce`. */
export async function recordBounce(
  db: Kysely<Tables>,
  { report, person, messageId, kind, status, said, address }: NewBounce,
  suppressFor: string | undefined,
  at: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto("bounces")
      .values({
        report,
        person,
        kind,
        at,
        message_id: messageId ?? null,
        status: status ?? null,
        said: said ?? null,
      })
      .onConflict((conflict) => conflict.columns(["report", "person"]).doNothing())
      .executeTakeFirst();
    if (Number(numInsertedOrUpdatedRows ?? 0) === 0) return false;
    if (suppressFor !== undefined) {
      await trx
        .insertInto("suppressions")
        .values({ person, address: address ?? null, reason: suppressFor, since: at })
        .onConflict((conflict) => conflict.column("person").doNothing())
        .execute();
    }
    return true;
  });
}

/** See `Ledger.bouncesOf`. */
export async function bouncesOf(db: Kysely<Tables>, person: string): Promise<Bounce[]> {
  const rows = await db
    .selectFrom("bounces")
    .selectAll()
    .where("person", "=", person)
    .orderBy("at", "desc")
    .orderBy("report")
    .execute();
  return rows.map(({ report, kind, status, said, at, message_id }) => ({
    report,
    kind,
    status: status ?? undefined,
    said: said ?? undefined,
    messageId: message_id ?? undefined,
    at,
  }));
}

/** See `Ledger.bookmark`. */
export async function bookmark(db: Kysely<Tables>, name: string): Promise<string | undefined> {
  const found = await db
    .selectFrom("meta")
    .select("value")
    .where("name", "=", bookmarkName(name))
    .executeTakeFirst();
  return found?.value;
}

/** See `Ledger.setBookmark`. */
export async function setBookmark(db: Kysely<Tables>, name: string, value: string): Promise<void> {
  await db
    .insertInto("meta")
    .values({ name: bookmarkName(name), value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
    .execute();
}

function bookmarkName(name: string): string {
  return `read up to: ${name}`;
}
