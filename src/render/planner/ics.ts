import { createHash } from "node:crypto";
import {
  ICalAlarmType,
  ICalCalendar,
  ICalCalendarMethod,
  ICalEventBusyStatus,
  ICalEventStatus,
  ICalEventTransparency,
  type ICalEventData,
} from "ical-generator";
import { dayInWords, weekday } from "../../domain/dates.ts";
import type { Day } from "../../domain/topic.ts";
import { escapePlain } from "../escape.ts";
import {
  approvalWords,
  stateWords,
  type CalendarCycle,
  type PlanCalendar,
  type TopicReview,
} from "./calendar.ts";

const [minute, hour, day] = [60, 3_600, 86_400];

/** Long enough to be seen in a day's view, short enough to cover nothing else. */
const sendMinutes = 15;

/** How often a program that subscribes should look again. */
const refreshSeconds = 12 * hour;

/**
 * Before the beginning of a day, in seconds: alarms ring at nine in the morning, the day before approvals are needed and two
 * weeks before a review is due.
 */
const alarms = { approvals: day - 9 * hour, review: 14 * day - 9 * hour };

/**
 * The plan as a calendar (RFC 5545): an event at each send, and days of their own for approvals and reviews, with alarms.
 *
 * Times are in UTC: no program can take them for another zone's, and each shows them in that of its user. Each event keeps
 * its id for ever, made from the toolkit and the cycle or topic. Its stamp and its number in sequence come from the record, so
 * that the same files give the same bytes, and what was picked or approved later replaces what was imported before.
 */
export function planIcs(plan: PlanCalendar): string {
  const { toolkit, cycles, reviews } = plan;
  const calendar = new ICalCalendar({
    name: escaped(toolkit),
    description: escaped(
      `The topics of ${toolkit}: when each goes out, and by when it has to be approved and reviewed.`,
    ),
    prodId: { company: "onetopic", product: "plan", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    ttl: refreshSeconds,
  });
  const stamped = stampFor(plan);
  for (const cycle of cycles) {
    if (cycle.date === undefined) continue;
    calendar.createEvent(stamped(`send.${cycle.id}`, sendEvent(cycle, cycle.date, plan)));
    if (cycle.approvals.by !== undefined)
      calendar.createEvent(stamped(`approvals.${cycle.id}`, approvalsEvent(cycle, cycle.approvals.by)));
  }
  for (const review of reviews) calendar.createEvent(stamped(`review.${review.slug}`, reviewEvent(review)));
  return `${calendar.toString()}\r\n`.replace(/(\r\n)+$/, "\r\n");
}

type EventParts = Omit<ICalEventData, "id" | "stamp" | "sequence">;

/** Gives an event its id, its stamp and its number in sequence. */
function stampFor({
  toolkit,
  organisation,
  record,
}: PlanCalendar): (name: string, event: EventParts) => ICalEventData {
  const owner = createHash("sha256").update(`${organisation}\n${toolkit}`).digest("hex").slice(0, 16);
  const stamp = startOf(record.day);
  // The newest day comes first, so that a pick that takes the place of another still counts as later.
  const days = Math.round(stamp.getTime() / 1000 / day);
  const sequence = days * 1000 + (record.entries % 1000);
  return (name, event) => ({
    ...event,
    id: `${name}.${owner}@onetopic`,
    stamp,
    lastModified: stamp,
    sequence,
    // Nobody is busy because a newsletter goes out.
    transparency: ICalEventTransparency.TRANSPARENT,
    busystatus: ICalEventBusyStatus.FREE,
  });
}

function sendEvent(cycle: CalendarCycle, date: string, { timezone }: PlanCalendar): EventParts {
  const { id, label, topic, state, why, moved, approvals } = cycle;
  const start = new Date(date);
  const title = topic ? topic.title : stateWords.open;
  const lines = [
    topic?.summary,
    `Cycle: ${label} (${id})`,
    `Sends: ${weekday(date)} ${dayInWords(date)} at ${date.slice(11, 16)} (${timezone})`,
    moved && `Moved: ${moved}`,
    topic && `Topic: ${topic.slug}`,
    `State: ${[stateWords[state], approvalWords(approvals)].filter(Boolean).join(", ")}`,
    `Why: ${why}`,
    `Next: ${nextCommand(cycle)}`,
    topic?.url,
  ];
  return {
    start,
    end: new Date(start.getTime() + sendMinutes * minute * 1000),
    summary: plain(state === "suggested" ? `${title} (suggested)` : title),
    description: plain(lines.filter(Boolean).join("\n")),
    status: sureness(cycle),
    ...(topic?.url === undefined ? {} : { url: address(topic.url) }),
  };
}

function approvalsEvent(cycle: CalendarCycle, by: Day): EventParts {
  const { id, topic, label, date = "", approvals } = cycle;
  const { wanted, given } = approvals;
  const isDone = given.length >= wanted.length;
  const lines = [
    `${label} goes out on ${weekday(date)} ${dayInWords(date)}.`,
    `Wanted: ${wanted.join(", ")}`,
    given.length > 0 ? `Given: ${given.map(({ role, by: name }) => `${name} (${role})`).join(", ")}` : "",
    isDone ? "" : `Next: ${nextCommand(cycle)}`,
  ];
  return {
    ...wholeDay(by),
    summary: plain(
      `Approvals needed by today: ${topic?.title ?? label} (${given.length} of ${wanted.length})`,
    ),
    description: plain(lines.filter(Boolean).join("\n")),
    status: sureness(cycle),
    ...(isDone ? {} : alarm(`Approvals needed by ${dayInWords(by)} (${id})`, alarms.approvals)),
  };
}

function reviewEvent({ slug, title, on, owner }: TopicReview): EventParts {
  const lines = [
    `From the day after, "${slug}" may not be picked or sent until somebody has checked its facts and set a new review date.`,
    owner && `Owner: ${owner}`,
    `Next: check the facts, then change "review" in content/topics/${slug}.md`,
  ];
  return {
    ...wholeDay(on),
    summary: plain(`Review due: ${title}`),
    description: plain(lines.filter(Boolean).join("\n")),
    status: ICalEventStatus.CONFIRMED,
    ...alarm(`Review due on ${dayInWords(on)}: ${title}`, alarms.review),
  };
}

function sureness({ state }: CalendarCycle): ICalEventStatus {
  return state === "picked" || state === "approved" ? ICalEventStatus.CONFIRMED : ICalEventStatus.TENTATIVE;
}

/** The one thing to do next about a cycle. */
function nextCommand({ id, state, approvals }: CalendarCycle): string {
  if (state === "suggested" || state === "open") return `onetopic pick --cycle ${id}`;
  return approvals.given.length < approvals.wanted.length
    ? `onetopic approve ${id} --by NAME --as ROLE`
    : `onetopic send ${id} --to LIST`;
}

function wholeDay(on: Day): Pick<ICalEventData, "start" | "end" | "allDay"> {
  return { start: startOf(on), end: new Date(startOf(on).getTime() + day * 1000), allDay: true };
}

function alarm(words: string, secondsBefore: number): Pick<ICalEventData, "alarms"> {
  return { alarms: [{ type: ICalAlarmType.display, description: plain(words), trigger: secondsBefore }] };
}

function startOf(on: Day): Date {
  return new Date(`${on}T00:00:00Z`);
}

/** Without what no calendar shows. Line ends, commas and the like are escaped by the library. */
function plain(text: string): string {
  return escapePlain(text.toWellFormed());
}

/** The library writes a calendar's own name and description as they are. Source: RFC 5545, 3.3.11. */
function escaped(text: string): string {
  return plain(text)
    .replace(/[\\;,]/g, "\\$&")
    .replace(/\s+/g, " ");
}

/** The library escapes addresses as if they were text, so nothing may be left in them to escape. */
function address(url: string): string {
  return plain(url).replace(/[,;\\\s]/g, (sign) => encodeURIComponent(sign));
}
