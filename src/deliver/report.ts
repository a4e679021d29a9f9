import type { Kysely } from "kysely";

import { withDelivery } from "./kinds.ts";
import type { Run } from "./records.ts";
import type { Tables } from "./schema.ts";

/** How the people of one audience stand, as far as a run names them. Rows that were left out belong to none. */
export interface AudienceTally {
  /** As their row said; none for those whose row said nothing, and for whoever was forgotten. */
  readonly audience: string | null;
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
  /** Deferred, or not tried yet. */
  readonly open: number;
}

/** What came back about the messages of a run: how many people, each counted once, by the gravest of it. */
export interface CameBack {
  readonly hard: number;
  readonly soft: number;
  readonly complaint: number;
  readonly unsubscribe: number;
}

/** What a report asks of the ledger. Nothing it gives names a person. */
export interface ReportBook {
  audiences(run: Run): Promise<AudienceTally[]>;
  cameBack(run: Run): Promise<CameBack>;
}

/** See `Ledger.report`. */
export function reportBook(db: Kysely<Tables>): ReportBook {
  return { audiences: (run) => audiences(db, run), cameBack: (run) => cameBack(db, run) };
}

/** The people of a run with how they stand: whoever counts for a row of its list. */
function peopleOf(db: Kysely<Tables>, run: Run) {
  return db
    .selectFrom("list_rows as l")
    .innerJoin("deliveries as d", withDelivery(run))
    .where("l.run", "=", run.id);
}

async function audiences(db: Kysely<Tables>, run: Run): Promise<AudienceTally[]> {
  const rows = await peopleOf(db, run)
    .leftJoin("suppressions as s", "s.person", "l.person")
    .select((of) => ["d.audience", "d.state", of.fn.countAll<number>().as("count")])
    // What happened counts, whatever was decided later; else a row that is left out belongs to nobody.
    .where((of) =>
      of.or([
        of("d.state", "in", ["accepted", "rejected", "unknown", "sending"]),
        of.and([of("l.skip", "is", null), of("s.person", "is", null)]),
      ]),
    )
    .groupBy(["d.audience", "d.state"])
    .execute();
  const tallies = new Map<string | null, Record<"accepted" | "rejected" | "unknown" | "open", number>>();
  for (const { audience, state, count } of rows) {
    const tally = tallies.get(audience) ?? { accepted: 0, rejected: 0, unknown: 0, open: 0 };
    const end = state === "accepted" || state === "rejected" || state === "unknown" ? state : "open";
    tally[end] += Number(count);
    tallies.set(audience, tally);
  }
  return [...tallies]
    .map(([audience, tally]) => ({ audience, ...tally }))
    .toSorted((a, b) => ((a.audience ?? "") < (b.audience ?? "") ? -1 : 1));
}

const gravest = ["complaint", "hard", "unsubscribe", "soft"] as const;

async function cameBack(db: Kysely<Tables>, run: Run): Promise<CameBack> {
  const rows = await peopleOf(db, run)
    .innerJoin("bounces as b", (join) =>
      join.onRef("b.person", "=", "d.person").onRef("b.message_id", "=", "d.message_id"),
    )
    .select(["d.person", "b.kind"])
    .where("d.state", "=", "accepted")
    .distinct()
    .execute();
  const kinds = new Map<string, Set<string>>();
  for (const { person, kind } of rows) kinds.set(person, (kinds.get(person) ?? new Set()).add(kind));
  const counts = { hard: 0, soft: 0, complaint: 0, unsubscribe: 0 };
  for (const found of kinds.values()) {
    const kind = gravest.find((one) => found.has(one));
    if (kind) counts[kind] += 1;
  }
  return counts;
}
