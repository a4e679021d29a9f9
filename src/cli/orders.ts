import type { Ledger } from "../deliver/ledger.ts";
import type { NewRun, Run } from "../deliver/records.ts";
import { isOutbox } from "../plan/delivery.ts";
import type { Context } from "./context.ts";

/** That a run was paused or cancelled, and why, as a sentence; nothing where it was neither. */
export function orderInWords({ variant, list, control }: Run): string {
  if (!control) return "";
  const why = control.reason === undefined ? "" : ` (${control.reason})`;
  return `The ${variant} to ${list} was ${control.order}${why}.`;
}

/** Says before a send is confirmed that somebody has stopped it. */
export async function noteOrder(
  { out }: Context,
  ledger: Ledger,
  { cycle, variant, list, transport }: Pick<NewRun, "cycle" | "variant" | "list" | "transport">,
): Promise<void> {
  const runs = await ledger.runs({ cycle, variant, list });
  const newest = runs.find((run) => isOutbox(run.transport) === isOutbox(transport));
  if (newest?.control) out.warn(`Note: ${orderInWords(newest)} This send takes that back.`);
}
