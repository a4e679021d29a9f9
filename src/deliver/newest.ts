import { type Kysely, sql } from "kysely";

import { isServer, notWantedBy } from "./dialects.ts";
import { moveBegun } from "./armed.ts";
import { kindOf } from "./kinds.ts";
import { givenBack } from "./outcomes.ts";
import type { NewRun, Run } from "./records.ts";
import type { Tables } from "./schema.ts";

/** Everything of a run but its id and its list's digest. */
const copied = [
  "cycle",
  "topic",
  "variant",
  "list",
  "content_digest",
  "parts",
  "transport",
  "rows",
  "started_at",
  "rehearsal",
] as const;

/**
 * Whoever asks for the newest run of a list goes by the id. A list that was changed and then changed back is frozen into
 * the run of before: with a new id it is the newest again. What belongs to the run goes with it; the rows of its list,
 * which are about to be written anew, are gone.
 */
export async function makeNewest(
  trx: Kysely<Tables>,
  { cycle, variant, list, transport, listDigest }: NewRun & { readonly listDigest: string },
): Promise<void> {
  const [newest, ...older] = await plansOf(trx, { cycle, variant, list, transport });
  const mine = older.find((run) => run.list_digest === listDigest);
  if (newest === undefined || mine === undefined) return;
  const at = trx.selectFrom("senders").select("owner").where("run", "=", mine.id).limit(1);
  // Whoever sends it at this moment knows it by its id. In a file, the sender's lock has shown that there is nobody.
  if (isServer(trx) && (await at.executeTakeFirst())) return;
  const { id } = await trx
    .insertInto("runs")
    .columns(["list_digest", ...copied])
    // No list has this digest: there are two of this run for a moment, of which one may bear the right one.
    .expression((of) =>
      of
        .selectFrom("runs")
        .select(sql<string>`''`.as("list_digest"))
        .select([...copied])
        .where("id", "=", mine.id),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  await trx.updateTable("deliveries").set({ run: id }).where("run", "=", mine.id).execute();
  await trx.deleteFrom("list_rows").where("run", "=", mine.id).execute();
  await moveBegun(trx, mine.id, id);
  await trx.deleteFrom("runs").where("id", "=", mine.id).execute();
  await trx.updateTable("runs").set({ list_digest: listDigest }).where("id", "=", id).execute();
}

/** What was frozen for this list so far, whatever it held; the newest first. */
export function plansOf(
  db: Kysely<Tables>,
  { cycle, variant, list, transport }: Pick<NewRun, "cycle" | "variant" | "list" | "transport">,
): Promise<{ readonly id: number; readonly list_digest: string }[]> {
  return db
    .selectFrom("runs")
    .select(["id", "list_digest"])
    .where("cycle", "=", cycle)
    .where("variant", "=", variant)
    .where("list", "=", list)
    .where("rehearsal", "=", kindOf(transport))
    .orderBy("id", "desc")
    .execute();
}

/** Also what is on the wire: it may have to be tried again. */
const open = ["pending", "deferred", "sending"] as const;

/**
 * Whoever an earlier plan of the list still had to send to is the new one's, or nobody's where that leaves them out: others
 * may be sending already, and must not reach somebody who was taken off. What they have claimed is out of their hands.
 */
export async function replacePlans(
  trx: Kysely<Tables>,
  plans: readonly number[],
  run: Run,
  now: number,
): Promise<void> {
  if (plans.length === 0) return;
  const unwanted = notWantedBy(trx, run.id);
  await givenBack(trx, now)
    .where("run", "in", plans)
    .where((of) => of.or([of("run", "!=", run.id), unwanted]))
    .execute();
  await trx
    .updateTable("deliveries")
    .set({ run: null })
    .where("run", "in", plans)
    .where((of) => of.or([of("state", "in", open), of("again", "=", 1)]))
    .where(unwanted)
    .execute();
  const older = plans.filter((id) => id !== run.id);
  if (older.length === 0) return;
  await trx
    .updateTable("deliveries")
    .set({ run: run.id })
    .where("run", "in", older)
    .where("state", "in", open)
    .execute();
}
