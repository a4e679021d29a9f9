import type { Kysely } from "kysely";

import { kindOf, reallyReached } from "./kinds.ts";
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

/** Gives what tells whether a rehearsed delivery does not count for this rehearsal, since it is not what was rehearsed then. */
export async function voidRehearsals(
  db: Kysely<Tables>,
  { cycle, variant, transport, contentDigest, afresh = false }: Rehearsing,
): Promise<(of: { readonly run: number | null }) => boolean> {
  if (kindOf(transport) === 0) return () => false;
  if (afresh) return () => true;
  if (contentDigest === undefined) return () => false;
  const others = await db
    .selectFrom("runs")
    .select("id")
    .where("cycle", "=", cycle)
    .where("variant", "=", variant)
    .where("content_digest", "!=", contentDigest)
    .execute();
  const ids = new Set(others.map(({ id }) => id));
  return (of) => of.run !== null && ids.has(of.run);
}

/**
 * For a rehearsal: people of the staged list whose rehearsal of before does not count get their message as if for the first
 * time, and whoever is left out now has had none. They keep their Message-ID, so that the file in the outbox is replaced. To
 * be done before the run takes on what is to be sent now.
 */
export async function startAfresh(trx: Kysely<Tables>, wanted: Rehearsing, now: number): Promise<void> {
  const { cycle, variant, transport, contentDigest, afresh = false } = wanted;
  if (kindOf(transport) === 0) return;
  let mine = trx
    .updateTable("deliveries")
    .where("cycle", "=", cycle)
    .where("variant", "=", variant)
    .where("rehearsal", "=", 1)
    .where("transport", "is not", null);
  if (!afresh) {
    const others = trx
      .selectFrom("runs")
      .select("id")
      .where("cycle", "=", cycle)
      .where("variant", "=", variant)
      .where("content_digest", "!=", contentDigest ?? "");
    mine = mine.where("run", "in", others);
  }
  const again = { ...freshStart, reply: null, owner: null, updated_at: now };
  const staged = trx.selectFrom("staged").select("person").where("person", "is not", null);
  await mine
    .set({ ...again, run: null })
    .where("person", "in", staged)
    .execute();
}

/** See `Staging.rehearsedBefore` and `Staging.rehearsedAlready`: how many with this verdict have a message in an outbox. */
export async function rehearsedBefore(
  db: Kysely<Tables>,
  { cycle, variant, transport }: Rehearsing,
  verdict: "send" | "already-accepted",
): Promise<number> {
  if (kindOf(transport) === 0) return 0;
  const { count } = await db
    .selectFrom("staged as l")
    .innerJoin("deliveries as d", (join) =>
      join.onRef("d.person", "=", "l.person").on("d.cycle", "=", cycle).on("d.variant", "=", variant),
    )
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("d.rehearsal", "=", 1)
    .where((of) => of.not(reallyReached(of)))
    .where("l.verdict", "=", verdict)
    .where("d.state", "=", "accepted")
    .executeTakeFirstOrThrow();
  return Number(count);
}
