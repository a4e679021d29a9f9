import { type Kysely, sql } from "kysely";

import { personToken } from "./identity.ts";
import type { Addressee } from "./records.ts";
import type { DeliveryRow, Tables } from "./schema.ts";

/** Everything that the ledger holds about one person. */
export interface PersonRecord {
  readonly suppression?: { readonly reason: string; readonly since: number } | undefined;
  readonly deliveries: readonly PersonDelivery[];
  /** Rows of lists as they were when they were sent to. */
  readonly rows: readonly { readonly cycle: string; readonly list: string; readonly row: number }[];
  readonly bounces: readonly {
    readonly kind: string;
    readonly status: string | null;
    readonly said: string | null;
    readonly at: number;
  }[];
}

export interface PersonDelivery {
  readonly cycle: string;
  readonly variant: string;
  readonly state: Exclude<DeliveryRow["state"], "claimed">;
  readonly attempts: number;
  readonly reply: string | null;
  readonly messageId: string | null;
  readonly transport: string | null;
  readonly at: number;
  readonly audience: string | null;
  readonly fields: Readonly<Record<string, string>>;
}

/** See `Ledger.person`. */
export async function personRecord(
  db: Kysely<Tables>,
  secret: Buffer,
  who: Addressee,
): Promise<PersonRecord> {
  const person = personToken(secret, who.key);
  const suppression = await db
    .selectFrom("suppressions")
    .select(["reason", "since"])
    .where("person", "=", person)
    .executeTakeFirst();
  const deliveries = await db
    .selectFrom("deliveries")
    .selectAll()
    .where("person", "=", person)
    .orderBy("id")
    .execute();
  const rows = await db
    .selectFrom("list_rows as l")
    .innerJoin("runs as r", "r.id", "l.run")
    .select(["r.cycle", "r.list", "l.row"])
    .where((of) => of.or([of("l.person", "=", person), of.and([of("l.person", "is", null), holds(who)])]))
    .orderBy("r.id")
    .orderBy("l.row")
    .execute();
  const bounces = await db
    .selectFrom("bounces")
    .select(["kind", "status", "said", "at"])
    .where("person", "=", person)
    .orderBy("at")
    .execute();
  return { suppression, deliveries: deliveries.map(deliveryFrom), rows, bounces };
}

/** True for a row whose text holds the address: one that names nobody, such as the second row of one person. */
function holds({ key }: Addressee) {
  const pattern = `%${key.replace(/[\\%_]/g, "\\$&")}%`;
  return sql<boolean>`lower(l.value) like ${pattern} escape '\\'`;
}

function deliveryFrom(row: DeliveryRow): PersonDelivery {
  const { cycle, variant, state, attempts, reply, transport, audience } = row;
  return {
    cycle,
    variant,
    state: state === "claimed" ? "pending" : state,
    attempts,
    reply,
    messageId: row.message_id,
    transport,
    at: row.updated_at,
    audience,
    fields: JSON.parse(row.fields) as Record<string, string>,
  };
}

/** The reason that stands beside the hash of a forgotten person. */
const forgottenReason = "asked to be forgotten";

/**
 * See `Ledger.forget`. Address, name, every value of the list, and what servers said are erased; how many got what stays
 * true, since the rows stay under the keyed hash. The hash is also what keeps the person from being mailed again.
 */
export async function forgetPerson(
  db: Kysely<Tables>,
  secret: Buffer,
  who: Addressee,
  now: number,
): Promise<void> {
  const person = personToken(secret, who.key);
  const reason = forgottenReason;
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto("suppressions")
      .values({ person, address: null, reason, since: now })
      .onConflict((conflict) => conflict.column("person").doUpdateSet({ address: null, reason }))
      .execute();
    await trx
      .updateTable("deliveries")
      .set({ key: "", address: "", domain: "", audience: null, fields: "{}", reply: null })
      .where("person", "=", person)
      .execute();
    await trx
      .updateTable("list_rows as l")
      .set({ value: null, reason: null })
      .where((of) => of.or([of("l.person", "=", person), of.and([of("l.person", "is", null), holds(who)])]))
      .execute();
    await trx.updateTable("bounces").set({ said: null }).where("person", "=", person).execute();
  });
}
