import { html as markup } from "hono/html";
import { count } from "../domain/count.ts";
import { cycleLabel, dayInWords } from "../domain/dates.ts";
import type { Approval, Edition } from "../domain/edition.ts";
import type { Topic } from "../domain/topic.ts";
import type { PlannedCycle } from "../plan/ahead.ts";
import { approvalState } from "../plan/approvals.ts";
import { missingInWords, notApproved } from "../plan/gates.ts";
import { stateWords, type CycleState } from "../render/planner/calendar.ts";
import type { SentEdition } from "./edition-book.ts";
import type { Html } from "./page.ts";
import { commandLine } from "./parts.ts";
import type { Stage } from "./stage.ts";

/* Pieces that the calendar and the page of a cycle show of an edition. */

/** How an edition's approvals stand. */
export interface Approvals {
  readonly given: readonly {
    readonly approval: Approval;
    /** True when it was given to something else than what would be sent now. */
    readonly isVoid: boolean;
    /** What changed since, in words; nothing where nobody wrote it down. */
    readonly changed?: string | undefined;
  }[];
  readonly missing: readonly string[];
}

/**
 * Judges the approvals of an edition that is still to come. What is over stays as it was approved: there, nothing is void
 * and nothing is missing.
 */
export async function approvalsOf(
  { editions, toolkit }: Stage,
  topic: Topic | undefined,
  edition: Edition,
  isOver: boolean,
): Promise<Approvals> {
  const { approvals } = edition;
  if (isOver || !topic)
    return { given: approvals.map((approval) => ({ approval, isVoid: false })), missing: [] };
  const digest = approvals.length > 0 ? editions.digestOf(topic, edition) : "";
  const { missing } = approvalState(topic, toolkit.settings, approvals, digest);
  const given = approvals.map(async (approval) => {
    if (approval.digest === digest) return { approval, isVoid: false };
    return {
      approval,
      isVoid: true,
      changed: await editions.changedSince(topic, edition, approval.digest),
    };
  });
  return { given: await Promise.all(given), missing };
}

/** Who approved, what is void by now and why, and what is still to come. */
export function approvalsList(cycle: string, { given, missing }: Approvals): Html | string {
  if (given.length === 0 && missing.length === 0) return "";
  return markup`${
    given.length === 0
      ? ""
      : markup`<ul class="approvals">${given.map(
          ({ approval: { by, role, on }, isVoid, changed }) =>
            markup`<li>${isVoid ? markup`<span class="mark bad">void</span>` : markup`<span class="mark good">approved</span>`} by ${by} as ${role} on ${dayInWords(on)}${
              isVoid ? markup`<span class="small">${voidWords(changed)}</span>` : ""
            }</li>`,
        )}</ul>`
  }${
    missing.length === 0
      ? ""
      : markup`<p>Still to approve: ${missingInWords(missing)}.</p>${commandLine(notApproved(cycle, missing).command)}`
  }`;
}

function voidWords(changed: string | undefined): string {
  const what =
    changed === undefined || changed === ""
      ? "What would be sent has changed since."
      : `Changed since: ${changed}.`;
  return `${what} Undo the change, or ask for it again.`;
}

/** How far a cycle has come. */
export function cycleState(
  { cycle, topic, picked }: PlannedCycle,
  approvals: Approvals | undefined,
): CycleState {
  if (!topic) return !picked && cycle.date === undefined ? "skipped" : "open";
  if (!picked) return "suggested";
  const isApproved = approvals?.given.some(({ isVoid }) => !isVoid) && approvals.missing.length === 0;
  return isApproved ? "approved" : "picked";
}

const looks: Readonly<Record<CycleState, "good" | "warn" | "plain">> = {
  approved: "good",
  picked: "good",
  suggested: "plain",
  open: "warn",
  skipped: "plain",
};

export function cycleMark(state: CycleState, approvals: Approvals | undefined): Html {
  const isOpen = approvals !== undefined && approvals.missing.length > 0;
  return markup`<span class="mark ${isOpen ? "warn" : looks[state]}">${stateWords[state]}${isOpen ? ", not approved" : ""}</span>`;
}

/** Why the day is what it is, with the words of the plan. */
export function movedWords({ date = "", moved }: PlannedCycle["cycle"]): string {
  return moved === undefined ? "" : `Moved to ${dayInWords(date)}, because ${moved}.`;
}

/** A cycle's send day, large enough to find. */
export function dayBlock({ date }: PlannedCycle["cycle"], weekday: string): Html {
  if (date === undefined)
    return markup`<p class="day"><span class="number">–</span> <span>not at all</span></p>`;
  const [day = "", month = "", year = ""] = dayInWords(date).split(" ");
  return markup`<p class="day"><time datetime="${date}"><span class="number">${day}</span> <span>${month} ${year}</span> <span class="quiet">${weekday}, ${date.slice(11, 16)}</span></time></p>`;
}

/** What the ledger says of an edition: one line for each list. */
export function sentLines(sent: readonly SentEdition[] | undefined): Html {
  if (!sent || sent.length === 0) return markup`<span class="mark plain">not sent</span>`;
  return markup`${sent.map(
    (one) =>
      markup`<span class="sent">${sentMark(one)} ${one.variant} to ${one.list}: ${tallyWords(one)}</span>`,
  )}`;
}

function sentMark({ tally, isRehearsal }: SentEdition): Html {
  if (tally.pending + tally.deferred > 0) return markup`<span class="mark warn">interrupted</span>`;
  if (isRehearsal) return markup`<span class="mark plain">rehearsed</span>`;
  if (tally.rejected + tally.unknown > 0) return markup`<span class="mark warn">sent with faults</span>`;
  return markup`<span class="mark good">sent</span>`;
}

function tallyWords({ tally, isRehearsal }: SentEdition): string {
  const { accepted, rejected, unknown, deferred, pending } = tally;
  const parts = [
    `${accepted.toLocaleString("en-GB")} ${isRehearsal ? "written to the outbox" : "accepted"}`,
    ...(rejected > 0 ? [`${rejected.toLocaleString("en-GB")} rejected`] : []),
    ...(unknown > 0 ? [`${unknown.toLocaleString("en-GB")} unknown`] : []),
    ...(pending + deferred > 0 ? [`${(pending + deferred).toLocaleString("en-GB")} to go`] : []),
  ];
  return `${parts.join(", ")} of ${count(tally.audience, "row")}`;
}

/** A cycle with its id, which commands take. */
export function cycleName(id: string): Html {
  return markup`${cycleLabel(id)} <code class="quiet">${id}</code>`;
}
