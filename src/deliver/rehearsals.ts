import type { Kysely } from "kysely";

import { isOutbox, isRehearsal } from "../plan/delivery.ts";
import { freshStart } from "./outcomes.ts";
import type { NewRun } from "./records.ts";
import type { Tables } from "./schema.ts";

/** What is to be sent, as far as it decides whether an earlier rehearsal counts. */
export interface Rehearsing extends Pick<NewRun, "cycle" | "variant" | "transport"> {
  /** Everything counts unless given. */
  readonly contentDigest?: string | undefined;
  /** A rehearsal that begins anew: none of before counts. */
  readonly afresh?: boolean | undefined;
}

/**
 * Gives what tells whether a delivery is a rehearsal that does not count: it went to an outbox, and this does not; or this
 * goes to an outbox as well, but is not what was rehearsed then.
 */
export async function voidRehearsals(
  db: Kysely<Tables>,
  { cycle, variant, transport, contentDigest, afresh = false }: Rehearsing,
): Promise<(of: { readonly transport: string | null; readonly run: number | null }) => boolean> {
  if (!isOutbox(transport)) return (of) => isRehearsal(of.transport ?? "", transport);
  if (afresh) return (of) => isOutbox(of.transport ?? "");
  if (contentDigest === undefined) return () => false;
  const others = await db
    .selectFrom("runs")
    .select("id")
    .where("cycle", "=", cycle)
    .where("variant", "=", variant)
    .where("content_digest", "!=", contentDigest)
    .execute();
  const ids = new Set(others.map(({ id }) => id));
  return (of) => isOutbox(of.transport ?? "") && of.run !== null && ids.has(of.run);
}

/**
 * People of the staged list whose rehearsal does not count get their message as if for the first time, and whoever is left
 * out now has had none. In another rehearsal they keep their Message-ID, so that the file in the outbox is replaced. To be
 * done before the run takes on what is to be sent now.
 */
export async function startAfresh(trx: Kysely<Tables>, wanted: Rehearsing, now: number): Promise<void> {
  const { cycle, variant, transport, contentDigest, afresh = false } = wanted;
  let mine = trx
    .updateTable("deliveries")
    .where("cycle", "=", cycle)
    .where("variant", "=", variant)
    .where("transport", "like", "outbox:%");
  if (isOutbox(transport) && !afresh) {
    const others = trx
      .selectFrom("runs")
      .select("id")
      .where("cycle", "=", cycle)
      .where("variant", "=", variant)
      .where("content_digest", "!=", contentDigest ?? "");
    mine = mine.where("run", "in", others);
  }
  const again = {
    ...freshStart,
    reply: null,
    owner: null,
    updated_at: now,
    ...(isOutbox(transport) ? {} : { message_id: null, transport: null }),
  };
  const staged = trx.selectFrom("staged").select("person").where("person", "is not", null);
  await mine
    .set({ ...again, run: null })
    .where("person", "in", staged)
    .execute();
}

/** See `Staging.rehearsedBefore`. */
export async function rehearsedBefore(
  db: Kysely<Tables>,
  { cycle, variant, transport }: Rehearsing,
): Promise<number> {
  if (!isOutbox(transport)) return 0;
  const { count } = await db
    .selectFrom("staged as l")
    .innerJoin("deliveries as d", (join) =>
      join.onRef("d.person", "=", "l.person").on("d.cycle", "=", cycle).on("d.variant", "=", variant),
    )
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("l.verdict", "=", "send")
    .where("d.state", "=", "accepted")
    .executeTakeFirstOrThrow();
  return Number(count);
}
