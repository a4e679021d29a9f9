import { dayInWords } from "../domain/dates.ts";
import type { Edition, KeptEdition, Occasion } from "../domain/edition.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { CycleId, Day } from "../domain/topic.ts";
import { comesBefore } from "./calendar.ts";
import type { WordChange } from "./word-changes.ts";

/** What has changed about a topic since an edition with it. */
export interface Since {
  readonly cycle: CycleId;
  /** On what occasion its words were kept; nothing when they were not. */
  readonly as?: Occasion | undefined;
  readonly on?: Day | undefined;
  readonly changes: readonly WordChange[];
}

/** The latest edition before a cycle: with a topic, or with any. */
export function editionBefore(
  { editions, settings }: Pick<Toolkit, "editions" | "settings">,
  cycle: CycleId,
  topic?: string,
): Edition | undefined {
  let latest: Edition | undefined;
  for (const one of editions) {
    if (topic !== undefined && one.topic !== topic) continue;
    if (!comesBefore(settings.cycle, one.cycle, cycle)) continue;
    if (!latest || !comesBefore(settings.cycle, one.cycle, latest.cycle)) latest = one;
  }
  return latest;
}

/** What went out, as far as it is known: what was sent, else what was kept last. */
export function lastKept(kept: readonly KeptEdition[]): KeptEdition | undefined {
  return kept.findLast(({ as }) => as === "sent") ?? kept.at(-1);
}

/**
 * `Last went out in 2026-03. Changed since then: the title, 2 messages.` What was scheduled has gone out by itself, if
 * it has: no file says so.
 */
export function sinceInWords({ cycle, as, on = "", changes }: Since): string {
  const [began, when] =
    as === "sent"
      ? [`Last went out in ${cycle}.`, "since then"]
      : as === "scheduled"
        ? [`Last scheduled for ${cycle}.`, "since then"]
        : [`Last picked for ${cycle}.`, `since it was ${as} on ${dayInWords(on)}`];
  if (as === undefined) return `${began} What it said then is not on record.`;
  if (changes.length === 0) return `${began} Nothing has changed ${when}.`;
  return `${began} Changed ${when}: ${changesInWords(changes)}.`;
}

/** `the title, 2 messages`. */
export function changesInWords(changes: readonly WordChange[]): string {
  return changes.map(({ words }) => words).join(", ");
}
