import type { CycleId, Day } from "../../domain/topic.ts";

/** How far a cycle has come. */
export type CycleState =
  /** Picked, and every approval that is asked for is given; none is said of what needs none. */
  | "approved"
  | "picked"
  /** What the plan would take; it may still change. */
  | "suggested"
  /** Nothing can be suggested, or the edition names a topic that is not there. */
  | "open"
  /** Every day of it is avoided: nothing goes out. */
  | "skipped";

/** The plan with all that its forms say: a table for spreadsheets, a calendar, a page and a sheet for the wall. */
export interface PlanCalendar {
  readonly toolkit: string;
  readonly organisation: string;
  /** IANA name. */
  readonly timezone: string;
  readonly cycles: readonly CalendarCycle[];
  /** Of all topics that are not retired, by day. */
  readonly reviews: readonly TopicReview[];
  /** What stands on record: later whenever something is picked or approved. */
  readonly record: {
    /** The newest day that an edition names, else the first send date. */
    readonly day: Day;
    /** How many picks and approvals there are. */
    readonly entries: number;
  };
}

export interface CalendarCycle {
  readonly id: CycleId;
  /** `December 2026`, `Week 49, 2026`. */
  readonly label: string;
  /** The send date, ISO 8601 with offset. */
  readonly date?: string | undefined;
  /** Why the send date is not the plain one. */
  readonly moved?: string | undefined;
  readonly topic?: CalendarTopic | undefined;
  readonly state: CycleState;
  readonly why: string;
  readonly approvals: Approvals;
  /** Who would come next: the first few of them. */
  readonly runnersUp: readonly { readonly slug: string; readonly title: string; readonly why: string }[];
}

export interface CalendarTopic {
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  readonly url?: string | undefined;
  readonly review?: Day | undefined;
  /** Its file, relative to the toolkit. */
  readonly path: string;
}

export interface Approvals {
  /** One for each approval asked for: the role, or `anyone`. */
  readonly wanted: readonly string[];
  /** Those that hold for what would be sent now. */
  readonly given: readonly { readonly role: string; readonly by: string; readonly on: Day }[];
  /** The day by which they are needed; absent where none are. */
  readonly by?: Day | undefined;
}

export interface TopicReview {
  readonly slug: string;
  readonly title: string;
  readonly on: Day;
  readonly owner?: string | undefined;
}

/** The states in words, from the surest to the least. */
export const stateWords: Readonly<Record<CycleState, string>> = {
  approved: "Approved",
  picked: "Picked",
  suggested: "Suggested",
  open: "No topic yet",
  skipped: "No send",
};

/** `1 of 2 approvals`; empty where none are asked for. */
export function approvalWords({ wanted, given }: Approvals): string {
  if (wanted.length === 0) return "";
  return `${given.length} of ${wanted.length} ${wanted.length === 1 ? "approval" : "approvals"}`;
}
