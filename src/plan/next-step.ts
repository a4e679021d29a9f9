import type { Tally } from "../domain/delivery.ts";
import type { Gate } from "./gates.ts";

/** Where an edition stands. */
export type EditionState =
  "not-picked" | Gate["code"] | "ready-to-send" | "interrupted" | "sent" | "sent-with-faults";

export interface Standing {
  readonly state: EditionState;
  readonly next: { readonly command: string; readonly why: string };
}

/**
 * The one next step of a cycle.
 * @param gates what stands in the way of sending; none is looked at when no topic is picked
 * @param sent one tally for each list it was sent to
 */
export function nextStep(
  cycle: string,
  facts: {
    readonly isPicked: boolean;
    readonly gates: readonly Gate[];
    readonly sent: readonly Tally[];
    readonly nextCycle: string;
  },
): Standing {
  const { isPicked, gates, sent, nextCycle } = facts;
  const sum = (key: keyof Tally) => sent.reduce((total, tally) => total + tally[key], 0);
  if (!isPicked)
    return {
      state: "not-picked",
      next: { command: `onetopic pick --cycle ${cycle}`, why: "No topic is picked for this cycle." },
    };
  const [gate] = gates;
  const open = sum("pending") + sum("deferred");
  // Once everybody has had it, later changes stand in nobody's way.
  if (gate && (sent.length === 0 || open > 0)) {
    return { state: gate.code, next: { command: gate.command, why: `${gate.why} ${gate.next}` } };
  }
  if (open > 0) {
    return {
      state: "interrupted",
      next: {
        command: `onetopic resume ${cycle}`,
        why: open === 1 ? "1 message is still to go." : `${open} messages are still to go.`,
      },
    };
  }
  if (sent.length === 0) {
    return {
      state: "ready-to-send",
      next: {
        command: `onetopic send ${cycle} --to LIST`,
        why: "It has not been sent. This shows what would happen and sends nothing.",
      },
    };
  }
  const faults = sum("rejected") + sum("unknown");
  const why = faults > 0 ? `It is out, but ${faults} did not surely get it; see above.` : "It is out.";
  return {
    state: faults > 0 ? "sent-with-faults" : "sent",
    next: { command: `onetopic pick --cycle ${nextCycle}`, why: `${why} The next cycle is ${nextCycle}.` },
  };
}
