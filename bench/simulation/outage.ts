import { Breaker } from "../../src/deliver/breaker.ts";
import type { DeliveryOutcome } from "../../src/domain/delivery.ts";
import type { World } from "./world.ts";

const noLine: DeliveryOutcome = { kind: "deferred", reply: "The server does not answer.", fault: "line" };

/** From when until when an outage keeps us, as the breaker decides: until the next try, or until somebody has looked. */
export function outageOf(
  { retry, attended }: Pick<World, "retry" | "attended">,
  { at, lasts }: World["outages"][number],
): { readonly from: number; readonly until: number } {
  const breaker = new Breaker(retry);
  const over = (at + lasts) * 1_000;
  let now = at * 1_000;
  while (now < over && !breaker.trippedBy) {
    breaker.note(breaker.incident, noLine, now);
    now = Math.max(now + 1, breaker.restUntil);
  }
  const until = breaker.trippedBy ? Math.max(now, over) / 1_000 + attended : now / 1_000;
  return { from: at, until };
}
