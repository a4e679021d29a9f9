import type { Edition } from "../domain/edition.ts";
import type { Settings } from "../domain/settings.ts";
import type { CycleId, Day, Topic } from "../domain/topic.ts";
import { approvalPlaces, missingRoles } from "./approvals.ts";
import { cycleById, cycleOn, sendDate } from "./calendar.ts";
import { unfit } from "./picking.ts";

/** Where an edition stands in the calendar. */
export type EditionTime =
  /** Over, whatever its id. */
  | "past"
  /** To come, under an id that is no cycle of the cadence: it never has its turn. */
  | "no-cycle"
  /** Of the current cycle, whose send date is past: it may have gone out. */
  | "late"
  | "coming";

export function timeOf({ cycle: cadence }: Pick<Settings, "cycle">, id: CycleId, today: Day): EditionTime {
  const date = sendDate(cadence, id)?.slice(0, 10) ?? "";
  const cycle = cycleById(cadence, id);
  if (!cycle) return date < today ? "past" : "no-cycle";
  if (date >= today) return "coming";
  return cycle.index < cycleOn(cadence, today).index ? "past" : "late";
}

/**
 * Why the topic of an edition that is late or coming may not be sent. One that is late may be out, and its topic
 * retired or in need of a review since.
 */
export function unreadyTopic(
  settings: Pick<Settings, "cycle">,
  id: CycleId,
  topic: Topic,
  time: "late" | "coming",
): "draft" | "retired" | "review" | undefined {
  if (topic.status === "draft") return "draft";
  if (topic.status === "retired") return time === "coming" ? "retired" : undefined;
  return unfit(topic, sendDate(settings.cycle, id)?.slice(0, 10) ?? "") === undefined ? undefined : "review";
}

/** What an edition still lacks of its approvals. */
export interface Unapproved {
  /** Which of the approvals on record are void and wanted again. */
  readonly void: readonly number[];
  /** Roles that nobody has signed for yet; when only a number is asked for, that many times `anyone`. */
  readonly missing: readonly string[];
}

/**
 * Takes what would be sent now as a digest, worked out only where somebody has approved. An edition that is late may be
 * out, and changed since: any approval on record does for it.
 */
export function unapproved(
  topic: Pick<Topic, "approvers">,
  settings: Pick<Settings, "approvals">,
  { approvals }: Pick<Edition, "approvals">,
  time: "late" | "coming",
  digest: () => string,
): Unapproved {
  const missing = missingRoles(approvalPlaces(topic, settings, approvals));
  if (time === "late" || approvals.length === 0) return { void: [], missing };
  const now = digest();
  const open = missingRoles(approvalPlaces(topic, settings, approvals, now));
  const lost = lostRoles(open, missing);
  const wanted = approvals.flatMap(({ digest: given, role }, index) =>
    given !== now && (lost.includes(role) || lost.includes("anyone")) ? [index] : [],
  );
  return { void: wanted, missing };
}

/** Those that are open now and were not without the change. */
function lostRoles(open: readonly string[], missing: readonly string[]): string[] {
  const left = [...missing];
  return open.filter((role) => {
    const at = left.indexOf(role);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
