import type { ExpressionBuilder, JoinBuilder } from "kysely";

import { isOutbox } from "../plan/delivery.ts";
import type { NewRun } from "./records.ts";
import type { Tables } from "./schema.ts";

/** Which of the two kinds of runs and deliveries a transport is for: 1 for a rehearsal, 0 for a real send. */
export function kindOf(transport: string): 0 | 1 {
  return isOutbox(transport) ? 1 : 0;
}

/** What cannot be taken back: somebody has the message, may have it, or was refused. */
const happened = ["accepted", "rejected", "unknown", "sending"] as const;

type Joined = Tables & { l: Tables["list_rows"]; d: Tables["deliveries"] };

/**
 * Joins the rows of a run's list (`l`) with the deliveries that they came to (`d`), one for each person at the most. A
 * rehearsal takes nobody who was reached for real: what really happened stands in its rows. The other way round, a
 * rehearsal counts for nothing.
 */
export function withDelivery(run: Pick<NewRun, "cycle" | "variant" | "transport">) {
  return <Join extends JoinBuilder<never, never>>(join: Join): Join => {
    const typed = join as unknown as JoinBuilder<Joined, "l" | "d">;
    const mine = typed
      .onRef("d.person", "=", "l.person")
      .on("d.cycle", "=", run.cycle)
      .on("d.variant", "=", run.variant);
    if (kindOf(run.transport) === 0) return mine.on("d.rehearsal", "=", 0) as unknown as Join;
    return mine.on((of) =>
      of.or([
        of.and([of("d.rehearsal", "=", 0), reached(of)]),
        of.and([of("d.rehearsal", "=", 1), of.not(reallyReached(of))]),
      ]),
    ) as unknown as Join;
  };
}

function reached(of: ExpressionBuilder<Joined, "d">) {
  return of.or([of("d.state", "in", happened), of("d.again", ">", 0)]);
}

/** Whether the person of a delivery (`d`) was reached for real, or may have been. */
export function reallyReached(of: ExpressionBuilder<Tables & { d: Tables["deliveries"] }, "d">) {
  return of.exists(
    of
      .selectFrom("deliveries as really")
      .select("really.id")
      .whereRef("really.person", "=", "d.person")
      .whereRef("really.cycle", "=", "d.cycle")
      .whereRef("really.variant", "=", "d.variant")
      .where("really.rehearsal", "=", 0)
      .where((on) => on.or([on("really.state", "in", happened), on("really.again", ">", 0)])),
  );
}
