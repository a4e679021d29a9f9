import { cycleLabel } from "../domain/dates.ts";
import type { Edition } from "../domain/edition.ts";
import type { Settings } from "../domain/settings.ts";
import type { Topic } from "../domain/topic.ts";
import { approvalPlaces, missingRoles } from "./approvals.ts";
import { cycleById, sendDate } from "./calendar.ts";
import { notApproved, notReady, type Gate } from "./gates.ts";

/** An edition whose send date has come, or is taken as if it had. */
export interface ArchivedEdition {
  readonly edition: Edition;
  /** The cycle in words. */
  readonly label: string;
  /** The send date, ISO 8601 with offset. */
  readonly date: string;
}

/**
 * The editions whose send date has come, newest first.
 * @param until the last moment that counts
 */
export function archivedEditions(
  editions: readonly Edition[],
  { cycle }: Pick<Settings, "cycle">,
  until: Date,
): ArchivedEdition[] {
  return editions
    .flatMap((edition): ArchivedEdition[] => {
      const date = sendDate(cycle, edition.cycle);
      const isPast = date !== undefined && Date.parse(date) <= until.getTime();
      return isPast ? [{ edition, label: cycleLabel(edition.cycle), date }] : [];
    })
    .toSorted((a, b) => Date.parse(b.date) - Date.parse(a.date));
}

/**
 * What keeps an edition out of the archive: a topic that is a draft, or approvals that are not on record. Whether they
 * still hold does not matter: a template that changed since makes nothing unapproved that went out.
 */
export function archiveGate(
  topic: Topic,
  { approvals, cycle: cadence }: Pick<Settings, "approvals" | "cycle">,
  edition: Edition,
): Pick<Gate, "why" | "next"> | undefined {
  if (topic.status === "draft") return notReady(topic);
  const missing = missingRoles(approvalPlaces(topic, { approvals }, edition.approvals));
  if (missing.length === 0) return undefined;
  const gate = notApproved(edition.cycle, missing);
  // A cycle from before the cadence was changed is none of the calendar's: no command takes it.
  const isKnown = cycleById(cadence, edition.cycle) !== undefined;
  return isKnown ? gate : { ...gate, next: `When approved, name who did in ${edition.source.path}.` };
}
