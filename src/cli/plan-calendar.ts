import type { Approval, Edition } from "../domain/edition.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { Day, Topic } from "../domain/topic.ts";
import type { PlanAhead, PlannedCycle } from "../plan/ahead.ts";
import { approvalPlaces } from "../plan/approvals.ts";
import { daysLater } from "../plan/calendar.ts";
import type {
  Approvals,
  CalendarCycle,
  CalendarTopic,
  CycleState,
  PlanCalendar,
  TopicReview,
} from "../render/planner/calendar.ts";
import { editionOf } from "./campaign.ts";

/** So many days before the send date approvals are needed: time to ask again, and to change what is asked for. */
const approvalDays = 7;

/** As many as a table can show. There may be a thousand, and each is put into words only when it is asked for. */
const runnersUpShown = 3;

/** What an approval of an edition is bound to. */
export type DigestOf = (topic: Topic, edition: Edition) => string;

/**
 * The plan as its forms show it.
 * @param digestOf asked only for editions that somebody has approved
 */
export function planCalendar(toolkit: Toolkit, ahead: PlanAhead, digestOf: DigestOf): PlanCalendar {
  const { settings } = toolkit;
  return {
    toolkit: settings.toolkit,
    organisation: settings.organisation ?? "",
    timezone: settings.cycle.timezone,
    cycles: ahead.cycles.map((planned) => calendarCycle(toolkit, planned, digestOf)),
    reviews: reviewsOf(toolkit),
    record: recordOf(toolkit),
  };
}

function calendarCycle(toolkit: Toolkit, planned: PlannedCycle, digestOf: DigestOf): CalendarCycle {
  const { cycle, topic, why, runnersUp } = planned;
  const approvals = topic
    ? approvalsOf(toolkit, topic, editionOf(toolkit, cycle.id), cycle.date, digestOf)
    : { wanted: [], given: [] };
  return {
    id: cycle.id,
    label: cycle.label,
    date: cycle.date,
    moved: cycle.moved,
    topic: topic && calendarTopic(topic),
    state: stateOf(planned, approvals),
    why: planned.picked && !topic ? "the edition names a topic that is not there" : why,
    approvals,
    runnersUp: runnersUp
      .slice(0, runnersUpShown)
      .map((one) => ({ slug: one.topic.slug, title: one.topic.title, why: one.why })),
  };
}

function calendarTopic({ slug, title, summary, link, review, source }: Topic): CalendarTopic {
  return { slug, title, summary, url: link?.url, review, path: source.path };
}

function approvalsOf(
  { settings }: Toolkit,
  topic: Topic,
  edition: Edition | undefined,
  date: string | undefined,
  digestOf: DigestOf,
): Approvals {
  const recorded = edition?.approvals ?? [];
  const digest = edition && recorded.length > 0 ? digestOf(topic, edition) : "";
  const places = approvalPlaces(topic, settings, recorded, digest);
  const given = places.flatMap(({ given: one }) => (one ? [brief(one)] : []));
  const by =
    date === undefined || places.length === 0 ? undefined : daysLater(date.slice(0, 10), -approvalDays);
  return { wanted: places.map(({ role }) => role ?? "anyone"), given, by };
}

function brief({ role, by, on }: Approval): Approvals["given"][number] {
  return { role, by, on };
}

function stateOf({ cycle, topic, picked }: PlannedCycle, { wanted, given }: Approvals): CycleState {
  if (!topic) return !picked && cycle.date === undefined ? "skipped" : "open";
  if (!picked) return "suggested";
  return wanted.length > 0 && given.length >= wanted.length ? "approved" : "picked";
}

function reviewsOf({ topics }: Toolkit): TopicReview[] {
  return topics
    .flatMap(({ slug, title, status, review, owner }) =>
      review === undefined || status === "retired" ? [] : [{ slug, title, on: review, owner }],
    )
    .toSorted((a, b) => (a.on === b.on ? 0 : a.on < b.on ? -1 : 1));
}

function recordOf({ editions, settings }: Toolkit): PlanCalendar["record"] {
  const days = editions.flatMap(({ picked, approvals }): Day[] => [
    ...(picked ? [picked.on] : []),
    ...approvals.map(({ on }) => on),
  ]);
  return { day: days.toSorted().at(-1) ?? settings.cycle.starts, entries: days.length };
}
