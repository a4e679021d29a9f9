import path from "node:path";
import type { CalendarFacts } from "../../check/campaign.ts";
import type { CampaignFacts } from "../../check/campaign-problems.ts";
import { limitOf } from "../../domain/rules.ts";
import { cycleOn, dayOf } from "../../plan/calendar.ts";
import { lookAhead } from "../../plan/outlook.ts";
import { pinFaults } from "../../plan/pins.ts";
import { editionBefore } from "../../plan/since.ts";
import { timeOf, unapproved, unreadyTopic } from "../../plan/upcoming.ts";
import { listTree } from "../../toolkit/files.ts";
import { settingsFile } from "../../toolkit/load.ts";
import type { Context } from "../context.ts";
import { sendingFacts } from "./sending-facts.ts";
import { editionDigest, type Workshop } from "../workshop.ts";

/** As many as `plan` shows at the most. */
const mostCycles = 600;

/** What the plan, the disk and the environment say of the campaign, for `check` to judge. */
export async function campaignFacts(context: Context, workshop: Workshop): Promise<CampaignFacts> {
  const { root, problems } = workshop.toolkit;
  const files = await listTree(path.join(root, "content"), "content");
  const isFaulty = problems.some((one) => one.path === settingsFile && one.severity === "error");
  if (isFaulty) return { files, lists: [] };
  return {
    files,
    calendar: calendarFacts(context, workshop),
    sending: await sendingFacts(context, workshop),
    lists: [],
  };
}

function calendarFacts(context: Context, workshop: Workshop): CalendarFacts {
  const { toolkit } = workshop;
  const { cycle: cadence, checks } = toolkit.settings;
  const today = dayOf(cadence, context.now);
  const cyclesOf = (rule: "plan/gap" | "plan/skipped") => Math.min(mostCycles, limitOf(rule, "max", checks));
  const ahead = lookAhead(toolkit, today, {
    gapCycles: cyclesOf("plan/gap"),
    reviewDays: limitOf("plan/gap", "days", checks),
    skippedCycles: cyclesOf("plan/skipped"),
  });
  return {
    every: cadence.every,
    starts: cadence.starts,
    current: cycleOn(cadence, today).id,
    ...ahead,
    next: ahead.next && { ...ahead.next, before: editionBefore(toolkit, ahead.next.cycle)?.cycle },
    pins: pinFaults(toolkit, today),
    editions: editionFacts(workshop, today),
  };
}

function editionFacts(workshop: Workshop, today: string): CalendarFacts["editions"] {
  const { toolkit } = workshop;
  const { settings, editions, topics } = toolkit;
  return editions.flatMap((edition): CalendarFacts["editions"][number][] => {
    const { cycle } = edition;
    const time = timeOf(settings, cycle, today);
    if (time === "past") return [];
    const topic = topics.find(({ slug }) => slug === edition.topic);
    if (time === "no-cycle" || !topic) return [{ cycle, time, void: [], missing: [] }];
    return [
      {
        cycle,
        time,
        before: editionBefore(toolkit, cycle)?.cycle,
        unready: unreadyTopic(settings, cycle, topic, time),
        ...unapproved(topic, settings, edition, time, () => editionDigest(workshop, topic, edition)),
      },
    ];
  });
}
