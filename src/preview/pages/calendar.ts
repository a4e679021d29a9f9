import { html as markup } from "hono/html";
import { count } from "../../domain/count.ts";
import { dayInWords, weekday } from "../../domain/dates.ts";
import type { Edition } from "../../domain/edition.ts";
import type { Problem } from "../../domain/problem.ts";
import type { Topic } from "../../domain/topic.ts";
import { planAhead, type PlanAhead, type PlannedCycle } from "../../plan/ahead.ts";
import { sendDate } from "../../plan/calendar.ts";
import { timeOf } from "../../plan/upcoming.ts";
import { editionPath } from "../../toolkit/editions.ts";
import type { SentEditions } from "../edition-book.ts";
import {
  approvalsList,
  approvalsOf,
  cycleMark,
  cycleName,
  cycleState,
  dayBlock,
  movedWords,
  sentLines,
} from "../edition-parts.ts";
import type { Shown } from "../live.ts";
import type { Asked, Html, Page } from "../page.ts";
import { findingsList, staleNotice, withWholeIds } from "../parts.ts";
import { capital, ledgerNotice, pagingNav, pagingOf } from "../record-parts.ts";
import { remembered } from "../remembered.ts";
import { settingsFault } from "../settings-notice.ts";
import type { Stage } from "../stage.ts";

/** How many cycles ahead may be asked for. */
const lengths = [6, 12, 24, 52];
const usualLength = 12;
/** So many editions of the past stand on one page. */
const pastShown = 12;
/** As `plan --why` names them; the page of a cycle lists all. */
const named = { behind: 3, refused: 5 };

const plansOf = remembered(() => new Map<number, PlanAhead>());

/** The plan from the current cycle on, worked out once. */
function planOf(stage: Stage, length: number): PlanAhead {
  const plans = plansOf(stage);
  const plan = plans.get(length) ?? planAhead(stage.toolkit, stage.cycle.index, length);
  plans.set(length, plan);
  return plan;
}

/** `/calendar`: the plan with its reasons, and what was. */
export async function calendarPage({ shown, query }: Asked): Promise<Page> {
  const { stage } = shown;
  const faulty = settingsFault(shown);
  if (faulty && !faulty.isAsBefore)
    return { title: "Calendar", place: "calendar", body: markup`<h1>Calendar</h1>\n${faulty.words}` };
  const wanted = Number(query.get("cycles"));
  const length = lengths.includes(wanted) ? wanted : usualLength;
  const { cycles, warnings } = planOf(stage, length);
  const past = pastEditions(stage);
  const paging = pagingOf(query, "past", past.length, pastShown);
  const old = past.slice(paging.skip, paging.skip + pastShown);
  const sent = await stage.editions.sent([
    ...cycles.filter(({ picked }) => picked).map(({ cycle }) => cycle.id),
    ...old.map(({ cycle }) => cycle),
  ]);
  const turns = cycles.map((planned) => turnOf(shown, planned, sent));
  return {
    title: "Calendar",
    place: "calendar",
    body: markup`<h1>Calendar</h1>
${faulty?.words ?? ""}
${ledgerNotice(sent.fault)}
${notes(warnings, cycles)}
<section aria-labelledby="ahead"><div class="beside"><h2 id="ahead">Ahead</h2>${lengthChoice(length)}</div>
<ol class="turns">${await Promise.all(turns)}</ol></section>
<section aria-labelledby="past"><h2 id="past">Past editions</h2>
${past.length === 0 ? markup`<p>There is none yet.</p>` : pastTable(stage, old, sent)}
${pagingNav(paging, { path: "/calendar", query, name: "past", label: "Pages of past editions" })}</section>`,
  };
}

function lengthChoice(length: number): Html {
  return markup`<form class="choices" method="get" action="/calendar" data-live>
<label>How far <select name="cycles">${lengths.map(
    (one) =>
      markup`<option value="${String(one)}"${one === length ? markup` selected` : ""}>${count(one, "cycle")}</option>`,
  )}</select></label><button class="go">Show</button></form>`;
}

/** What the plan warns of. Moved days are told with their cycles. */
function notes(warnings: readonly string[], cycles: readonly PlannedCycle[]): Html | string {
  const moved = new Set(
    cycles.filter(({ cycle }) => cycle.moved).map(({ cycle }) => `${cycle.id}: moved to `),
  );
  const others = warnings.filter((one) => ![...moved].some((begin) => one.startsWith(begin)));
  if (others.length === 0) return "";
  return markup`<section class="notice" aria-labelledby="notes"><h2 id="notes" class="small">${count(others.length, "note")} on this plan</h2>
<ul>${others.map((one) => markup`<li>${one}</li>`)}</ul></section>`;
}

/** One cycle of the plan. */
async function turnOf(
  { stage, problems, standing }: Shown,
  planned: PlannedCycle,
  sent: SentEditions,
): Promise<Html> {
  const { cycle, topic, why, picked } = planned;
  const edition = stage.toolkit.editions.find((one) => one.cycle === cycle.id);
  const approvals = edition && (await approvalsOf(stage, topic, edition, false));
  const isNow = cycle.id === stage.cycle.id;
  const path = editionPath(cycle.id);
  const faults = problems.filter((one) => one.path === path);
  return markup`<li class="turn${isNow ? " current" : ""}" id="cycle-${cycle.id}">
${dayBlock(cycle, cycle.date ? weekday(cycle.date) : "")}
<div class="what"><div class="title"><h3><a href="/calendar/${cycle.id}">${cycleName(cycle.id)}</a></h3>${isNow ? markup` <span class="mark strong">now</span>` : ""} ${cycleMark(cycleState(planned, approvals), approvals)}</div>
<p class="topic">${topic ? markup`<a href="/topics/${topic.slug}">${topic.title}</a>` : markup`<strong>No topic</strong>`}</p>
<p>${picked || !topic ? sentence(why) : `Suggested: ${why}.`}</p>
${cycle.moved ? markup`<p class="quiet">${movedWords(cycle)}</p>` : ""}
${isNow && standing && "next" in standing ? markup`<p>${withWholeIds(standing.next.why)}</p>` : ""}
${brokenFile(stage, path, faults)}
${approvals ? approvalsList(cycle.id, approvals) : ""}
${picked && sent.of.has(cycle.id) ? markup`<p>${sentLines(sent.of.get(cycle.id))}</p>` : ""}
${reasons(planned)}
</div>
<p class="act"><a class="button" href="/calendar/${cycle.id}">${picked ? "Open" : "Pick a topic"}<span class="unseen"> ${picked ? "" : "for "}${cycle.label}</span></a></p></li>
`;
}

/** With a full stop and a capital letter. */
function sentence(why: string): string {
  return `${capital(why)}${/[.!?]$/.test(why) ? "" : "."}`;
}

/** The edition's file where it cannot be used, or not in all it says. */
export function brokenFile(stage: Stage, path: string, found: readonly Problem[]): Html | string {
  // Approvals are told beside it.
  const faults = found.filter(({ rule }) => !rule.startsWith("edition/approval-"));
  if (faults.length === 0) return "";
  const isLost =
    faults.some(({ severity }) => severity === "error") &&
    !stage.toolkit.editions.some(({ source }) => source.path === path);
  return markup`${stage.stale.has(path) ? staleNotice(path) : ""}${
    isLost
      ? markup`<section class="notice fault" aria-label="The edition cannot be read"><p><strong>${path} cannot be read.</strong> This cycle has an edition, but not one that can be shown. Mend what is found below, and this page follows.</p></section>`
      : ""
  }${findingsList(faults)}`;
}

function reasons({ runnersUp, refused }: PlannedCycle): Html | string {
  if (runnersUp.length + refused.length === 0) return "";
  const behind = runnersUp.map(({ topic, whyNot = "" }) => ({ topic, why: whyNot }));
  return markup`<details><summary>${[
    ...(behind.length > 0 ? [`${behind.length.toLocaleString("en-GB")} next in line`] : []),
    ...(refused.length > 0 ? [`${refused.length.toLocaleString("en-GB")} cannot come`] : []),
  ].join(", ")}</summary>
${group("Next in line", behind, named.behind)}${group("Cannot come", refused, named.refused)}</details>`;
}

function group(
  title: string,
  topics: readonly { readonly topic: Topic; readonly why: string }[],
  most: number,
): Html | string {
  if (topics.length === 0) return "";
  const more = topics.length - most;
  return markup`<h4>${title}</h4><ul class="reasons">${topics
    .slice(0, most)
    .map(
      ({ topic, why }) => markup`<li><a href="/topics/${topic.slug}">${topic.title}</a>: ${why}</li>`,
    )}${more > 0 ? markup`<li class="quiet">and ${more.toLocaleString("en-GB")} more</li>` : ""}</ul>`;
}

/** Editions whose time is over, or whose id is no cycle of the cadence: the newest first. */
function pastEditions({ toolkit, today, cycle }: Stage): Edition[] {
  const { settings, editions } = toolkit;
  return editions
    .filter((one) => {
      const time = timeOf(settings, one.cycle, today);
      return one.cycle !== cycle.id && (time === "past" || time === "no-cycle");
    })
    .map((edition) => ({ edition, date: sendDate(settings.cycle, edition.cycle) ?? "" }))
    .toSorted((a, b) => (a.date < b.date ? 1 : -1))
    .map(({ edition }) => edition);
}

function pastTable(stage: Stage, editions: readonly Edition[], sent: SentEditions): Html {
  const { settings, topics } = stage.toolkit;
  const known = new Map(topics.map((topic) => [topic.slug, topic]));
  return markup`<div class="table stacked" role="region" aria-label="Table of past editions" tabindex="0"><table>
<thead><tr><th scope="col">Cycle</th><th scope="col">Topic</th><th scope="col">Picked</th><th scope="col">Approved</th><th scope="col">Sent</th></tr></thead>
<tbody>
${editions.map((edition) => {
  const { cycle, picked, approvals } = edition;
  const topic = known.get(edition.topic);
  const date = sendDate(settings.cycle, cycle);
  const isNone = timeOf(settings, cycle, stage.today) === "no-cycle";
  return markup`<tr id="past-${cycle}"><th scope="row"><a href="/calendar/${cycle}">${cycleName(cycle)}</a><span class="small">${
    isNone ? "no cycle of this cadence" : date ? dayInWords(date) : ""
  }</span></th>
<td data-name="Topic">${topic ? markup`<a href="/topics/${topic.slug}">${topic.title}</a>` : markup`${edition.topic} <span class="mark warn">gone</span>`}</td>
<td data-name="Picked">${picked ? markup`${picked.why}<span class="small">${dayInWords(picked.on)}${picked.by ? ` by ${picked.by}` : ""}</span>` : "–"}</td>
<td data-name="Approved">${approvals.length === 0 ? "–" : approvals.map(({ by, role, on }) => markup`<span class="sent">${by} as ${role}, ${dayInWords(on)}</span>`)}</td>
<td data-name="Sent">${sent.fault ? "–" : sentLines(sent.of.get(cycle))}</td></tr>
`;
})}
</tbody></table></div>`;
}
