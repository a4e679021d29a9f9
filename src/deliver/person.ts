import { domainToUnicode } from "node:url";
import type { Kysely } from "kysely";

import { personToken } from "./identity.ts";
import type { Addressee } from "./records.ts";
import type { DeliveryRow, Tables } from "./schema.ts";
import { batchSize } from "./staged-rows.ts";

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
  // The same row of a list that was rehearsed and then sent is named once.
  const rows = new Map<string, { cycle: string; list: string; row: number }>();
  for (const { id, cycle, list } of await allRuns(db))
    for (const row of await rowsIn(db, id, person, who))
      rows.set(JSON.stringify([cycle, list, row]), { cycle, list, row });
  const bounces = await db
    .selectFrom("bounces")
    .select(["kind", "status", "said", "at"])
    .where("person", "=", person)
    .orderBy("at")
    .execute();
  return { suppression, deliveries: deliveries.map(deliveryFrom), rows: [...rows.values()], bounces };
}

async function allRuns(db: Kysely<Tables>) {
  return db.selectFrom("runs").select(["id", "cycle", "list"]).orderBy("id").execute();
}

/** The rows of one frozen list that name the person, and those that name nobody but hold the address. */
async function rowsIn(db: Kysely<Tables>, run: number, person: string, who: Addressee): Promise<number[]> {
  const named = await db
    .selectFrom("list_rows")
    .select("row")
    .where("run", "=", run)
    .where("person", "=", person)
    .execute();
  const found = named.map(({ row }) => row);
  for await (const row of namelessRows(db, run, who)) found.push(row);
  return found.toSorted((a, b) => a - b);
}

/**
 * Rows that name nobody: the second row of one person holds the address alone, one that is not right may hold anything.
 * Read in pieces and judged here: SQLite knows the case of ASCII letters only.
 */
async function* namelessRows(db: Kysely<Tables>, run: number, who: Addressee): AsyncGenerator<number> {
  const holds = holding(who);
  for (let after = -1; ;) {
    const rows = await db
      .selectFrom("list_rows")
      .select(["row", "skip", "value"])
      .where("run", "=", run)
      .where("person", "is", null)
      .where("row", ">", after)
      .orderBy("row")
      .limit(batchSize)
      .execute();
    for (const { row, skip, value } of rows) {
      if (value === null) continue;
      if (skip === "invalid" ? holds(value) : value.toLowerCase() === who.key) yield row;
    }
    const last = rows.at(-1);
    if (!last) return;
    after = last.row;
  }
}

/**
 * Tells whether a text holds the address and not only a longer one that ends or begins with it. Marks that stand before it
 * without a letter are quotation marks and the like; a slash or a bar stands between two addresses.
 */
function holding({ key }: Addressee): (text: string) => boolean {
  const at = key.lastIndexOf("@");
  const written = `${key.slice(0, at)}@${domainToUnicode(key.slice(at + 1))}`;
  const either = [key, written].map((one) => one.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&")).join("|");
  const letter = "[\\p{L}\\p{M}\\p{N}]";
  const pattern = new RegExp(
    `(?<!${letter}[.!#$%&'*+=?^_\`{}~-]*)(?:${either})(?!${letter}|[.-]+${letter})`,
    "u",
  );
  return (text) => pattern.test(text.normalize("NFC").toLowerCase());
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
 *
 * Without an address nothing can be sent, even if the person is taken off the do-not-mail list later: no run goes on with
 * what was still to be sent. In its count the row is suppressed for good; a list that is sent to afresh counts it anew. What a
 * dead process left on the wire becomes unknown. Only for whoever holds the sender's lock.
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
    const mine = trx.updateTable("deliveries").where("person", "=", person);
    await mine
      .set({ run: null, owner: null, state: "pending", next_at: null })
      .where("state", "in", ["pending", "claimed", "deferred"])
      .execute();
    await mine.set({ run: null, owner: null, state: "unknown" }).where("state", "=", "sending").execute();
    for (const { id } of await allRuns(trx)) {
      const rows = trx.updateTable("list_rows").where("run", "=", id);
      await rows.set({ skip: "suppressed" }).where("person", "=", person).where("skip", "is", null).execute();
      await rows.set({ value: null, reason: null }).where("person", "=", person).execute();
      for await (const row of namelessRows(trx, id, who))
        await rows.set({ value: null, reason: null }).where("row", "=", row).execute();
    }
    await trx.updateTable("bounces").set({ said: null }).where("person", "=", person).execute();
  });
}
