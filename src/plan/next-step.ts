import { count } from "../domain/count.ts";
import type { Tally } from "../domain/delivery.ts";
import type { Schedule } from "../domain/edition.ts";
import { quoted } from "../domain/quoted.ts";
import { momentInWords, type Timing } from "./due.ts";
import type { Gate } from "./gates.ts";

/** Where an edition stands. */
export type EditionState =
  | "not-picked"
  | Gate["code"]
  | "ready-to-send"
  | "scheduled"
  | "due"
  | "late"
  | "sending"
  | "interrupted"
  | "paused"
  | "cancelled"
  | "rehearsed"
  | "sent"
  | "sent-with-faults";

/** An edition that is armed, as it stands now. */
export interface ScheduledStanding {
  readonly schedule: Pick<Schedule, "at" | "list" | "count">;
  readonly timing: Timing;
  /** What is not as it was when it was armed, as sentences. */
  readonly changes: readonly string[];
}

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
    /** All of it went to an outbox. */
    readonly isInOutbox?: boolean | undefined;
    readonly nextCycle: string;
    readonly scheduled?: ScheduledStanding | undefined;
    /** Set when some of it is paused; why, where somebody said so. */
    readonly paused?: { readonly reason?: string | undefined } | undefined;
    /** How many processes send it at this moment. */
    readonly senders?: number | undefined;
    /** One tally for each list that it was cancelled for; they are not among `sent`. */
    readonly cancelled?: readonly Tally[] | undefined;
  },
): Standing {
  const { isPicked, gates, sent, nextCycle, scheduled, cancelled = [] } = facts;
  const sum = (key: keyof Tally) => sent.reduce((total, tally) => total + tally[key], 0);
  if (!isPicked)
    return {
      state: "not-picked",
      next: { command: `onetopic pick --cycle ${cycle}`, why: "No topic is picked for this cycle." },
    };
  if (sent.length === 0 && cancelled.length > 0) return cancelledStep(cycle, nextCycle, cancelled);
  const [gate] = gates;
  const open = sum("pending") + sum("deferred");
  // Once everybody has had it, later changes stand in nobody's way.
  if (gate && (sent.length === 0 || open > 0)) {
    const waits = scheduled
      ? ` It is scheduled for ${momentInWords(scheduled.schedule.at)}, but does not go out like this.`
      : "";
    return { state: gate.code, next: { command: gate.command, why: `${gate.why}${waits} ${gate.next}` } };
  }
  if (open > 0) {
    const left = `${count(open, "message")} ${open === 1 ? "is" : "are"} still to go.`;
    const command = `onetopic resume ${cycle}`;
    const { senders = 0 } = facts;
    if (!facts.paused && senders > 0) return sendingStep(cycle, left, senders);
    if (!facts.paused) return { state: "interrupted", next: { command, why: left } };
    return {
      state: "paused",
      next: { command, why: `It is paused${because(facts.paused.reason)}. ${left}` },
    };
  }
  if (sent.length === 0) {
    if (scheduled) return scheduledStep(cycle, scheduled);
    return {
      state: "ready-to-send",
      next: {
        command: `onetopic send ${cycle} --to LIST`,
        why: 'It has not been sent. This shows what would happen and sends nothing. "onetopic schedule" lets it go out by itself on its send date.',
      },
    };
  }
  const faults = sum("rejected") + sum("unknown");
  const [whole, faulty] = facts.isInOutbox
    ? ["It is in the outbox, and nobody has got it.", `It is in the outbox, but for ${faults}; see above.`]
    : ["It is out.", `It is out, but ${faults} did not surely get it; see above.`];
  const why = faults > 0 ? faulty : whole;
  const done = facts.isInOutbox ? "rehearsed" : "sent";
  return {
    state: faults > 0 ? "sent-with-faults" : done,
    next: { command: `onetopic pick --cycle ${nextCycle}`, why: `${why} The next cycle is ${nextCycle}.` },
  };
}

function sendingStep(cycle: string, left: string, senders: number): Standing {
  const who = senders === 1 ? "1 process sends it" : `${senders} processes send it`;
  return {
    state: "sending",
    next: { command: `onetopic status ${cycle} --watch`, why: `${left} ${who} at this moment.` },
  };
}

function because(reason: string | undefined): string {
  return reason === undefined ? "" : ` (${reason})`;
}

function cancelledStep(cycle: string, nextCycle: string, cancelled: readonly Tally[]): Standing {
  const left = cancelled.reduce((sum, { pending, deferred }) => sum + pending + deferred, 0);
  const why = `It was cancelled: ${count(left, "message")} of it ${left === 1 ? "is" : "are"} not sent. To send the rest after all: onetopic resume ${cycle} --reopen. The next cycle is ${nextCycle}.`;
  return { state: "cancelled", next: { command: `onetopic pick --cycle ${nextCycle}`, why } };
}

function scheduledStep(cycle: string, { schedule, timing, changes }: ScheduledStanding): Standing {
  const { at, list } = schedule;
  const when = momentInWords(at);
  const to = `${count(schedule.count, "message")} to ${list}`;
  if (timing === "late") {
    const why = `It was scheduled for ${when}, and was not sent then. It does not go out by itself any more.`;
    return { state: "late", next: { command: `onetopic send ${cycle} --to ${quoted(list)}`, why } };
  }
  if (changes.length > 0) {
    const why = `It is scheduled for ${when}, but does not go out: something was changed since. ${changes.join(" ")} Undo the change, or schedule it as it is now.`;
    return { state: "changed", next: { command: `onetopic schedule ${cycle} --to ${quoted(list)}`, why } };
  }
  const [state, why] =
    timing === "due"
      ? (["due", `It was scheduled for ${when}, ${to}, and is due now.`] as const)
      : ([
          "scheduled",
          `It is scheduled for ${when}, ${to}. Something must start "onetopic run" then; docs/scheduling.md shows how.`,
        ] as const);
  return { state, next: { command: "onetopic run", why } };
}
