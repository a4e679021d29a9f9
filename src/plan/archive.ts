import { cycleLabel } from "../domain/dates.ts";
import type { Edition } from "../domain/edition.ts";
import type { Settings } from "../domain/settings.ts";
import { sendDate } from "./calendar.ts";

/** An edition that has gone out, or is taken as if it had. */
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
