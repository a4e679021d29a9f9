import { type Kysely, sql } from "kysely";

import type { Run } from "./records.ts";
import type { Tables } from "./schema.ts";

/** What of a run is not over yet. */
export interface OpenWork {
  /** True while anybody waits for a message, or for the end of one. */
  readonly isOpen: boolean;
  /** How many messages are on the wire. */
  readonly onWire: number;
}

/** See `LedgerView.open`. Each state is asked for by itself, so that its index answers. */
export async function openWork(db: Kysely<Tables>, run: Pick<Run, "id">): Promise<OpenWork> {
  const { count } = await inState(db, run, "sending")
    .select((of) => of.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  const onWire = Number(count);
  const waiting = [
    inState(db, run, "claimed"),
    inState(db, run, "pending"),
    inState(db, run, "deferred").where("d.next_at", "is not", null),
    inState(db, run, "unknown").where("d.again", ">", 0),
  ];
  for (const some of waiting) {
    if (onWire > 0) break;
    const one = await mailable(some).select("d.id").limit(1).executeTakeFirst();
    if (one) return { isOpen: true, onWire };
  }
  return { isOpen: onWire > 0, onWire };
}

function inState(db: Kysely<Tables>, { id }: Pick<Run, "id">, state: Tables["deliveries"]["state"]) {
  // In the text of the statement, so that the small indexes that are made for a state are taken.
  return db.selectFrom("deliveries as d").where("d.run", "=", id).where("d.state", "=", sql.lit(state));
}

/** Whoever was suppressed since the plan was made waits for nothing any more. */
function mailable(query: ReturnType<typeof inState>) {
  return query.where(({ not, exists, selectFrom }) =>
    not(exists(selectFrom("suppressions as s").select("s.person").whereRef("s.person", "=", "d.person"))),
  );
}
