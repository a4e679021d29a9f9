import type { Problem } from "../domain/problem.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { campaignFaults, type CalendarFacts } from "./campaign.ts";
import { fileSetFaults } from "./file-set.ts";
import { listFaults, sendingFaults, type ListFacts, type SendingFacts } from "./sending.ts";

/** What is known of the campaign as a whole, as plain values. */
export interface CampaignFacts {
  /** Every file in `content/`, relative to the toolkit. */
  readonly files: readonly string[];
  /** Absent while the settings are faulty: nothing can be planned or sent then. */
  readonly calendar?: CalendarFacts | undefined;
  readonly sending?: SendingFacts | undefined;
  readonly lists: readonly ListFacts[];
}

/** The faults of the campaign: the set of files, the calendar, the settings for sending, lists. */
export function campaignProblems(toolkit: Toolkit, facts: CampaignFacts): Problem[] {
  const { files, calendar, sending, lists } = facts;
  return [
    ...fileSetFaults(toolkit, files),
    ...(calendar ? campaignFaults(toolkit, calendar) : []),
    ...(sending ? sendingFaults(toolkit.settings, sending) : []),
    ...lists.flatMap((list) => listFaults(toolkit.settings, list)),
  ];
}
