import type { Tripped } from "./breaker.ts";
import type { Control } from "./records.ts";

/** Why a sending stopped before its end, in words. */
export interface Stop {
  readonly event: "paused" | "cancelled";
  readonly reason: string;
  readonly hint: string;
  /** By itself, after too many faults. */
  readonly isTripped: boolean;
}

/** What somebody ordered, or another sender that met too many faults. */
export function orderedStop({ order, reason }: Control): Stop {
  return order === "paused"
    ? {
        event: order,
        reason: reason ?? "somebody paused it",
        hint: "Everyone not yet mailed is still waiting. `onetopic resume` goes on.",
        isTripped: false,
      }
    : {
        event: order,
        reason: reason ?? "somebody cancelled it",
        hint: "Whoever has not been mailed yet is not mailed any more. `onetopic resume --reopen` takes that back.",
        isTripped: false,
      };
}

/** What the breaker saw. */
export function trippedStop({ because, times, reply }: Tripped, transport: string): Stop {
  return {
    event: "paused",
    isTripped: true,
    ...(because === "faults"
      ? {
          reason: `${transport} failed ${times} times in a row; the last fault: ${reply}`,
          hint: "Everyone not yet mailed is still waiting. When the server works again, run `onetopic resume`.",
        }
      : {
          reason: `${transport} refused ${times} messages in a row; the last time: ${reply}`,
          hint: "They are not tried again. Ask whoever runs the server why; then run `onetopic resume` for the rest.",
        }),
  };
}
