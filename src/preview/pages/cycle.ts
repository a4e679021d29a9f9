import { html as markup } from "hono/html";
import { dayInWords, weekday } from "../../domain/dates.ts";
import type { Edition } from "../../domain/edition.ts";
import type { Topic } from "../../domain/topic.ts";
import { planCycle, type PlannedCycle } from "../../plan/ahead.ts";
import { cycleById, type Cycle } from "../../plan/calendar.ts";
import { staysAsSent } from "../../plan/choice.ts";
import { momentInWords, sendingInWords } from "../../plan/due.ts";
import { timeOf } from "../../plan/upcoming.ts";
import { editionPath } from "../../toolkit/editions.ts";
import type { SentEditions } from "../edition-book.ts";
import {
  approvalsList,
  approvalsOf,
  cycleMark,
  cycleName,
  cycleState,
  movedWords,
  sentLines,
} from "../edition-parts.ts";
import type { Shown } from "../live.ts";
import { NotHere, type Asked, type Html, type Page } from "../page.ts";
import { commandLine, withWholeIds } from "../parts.ts";
import { choicesSection } from "../pick-choices.ts";
import { pickForm } from "../pick-form.ts";
import { capital, ledgerNotice, withChoice } from "../record-parts.ts";
import type { Said } from "../said.ts";
import { settingsFault, type SettingsFault } from "../settings-notice.ts";
import type { Stage } from "../stage.ts";
import { brokenFile } from "./calendar.ts";

/** `/calendar/:cycle`: one cycle, its edition, and what may be picked for it. */
export async function cyclePage({ shown, said: book, query, part }: Asked): Promise<Page> {
  const { stage } = shown;
  const id = part("cycle");
  const { toolkit } = stage;
  const faulty = settingsFault(shown);
  if (faulty && !faulty.isAsBefore) return withoutDates(id, faulty);
  const edition = toolkit.editions.find((one) => one.cycle === id);
  const cycle = cycleById(toolkit.settings.cycle, id);
  if (!cycle && !edition) throw noCycle(stage, id);
  const said = book.of(query.get("said"));
  const planned = cycle && planCycle(toolkit, cycle);
  const sent = await stage.editions.sent([id]);
  return {
    title: `${cycle?.label ?? id} – Calendar`,
    place: "calendar",
    body: markup`<nav class="trail" aria-label="Where you are"><a href="/calendar">Calendar</a></nav>
<h1>${cycleName(id)}</h1>
${faulty?.words ?? ""}
${said ? answer(said) : ""}
${ledgerNotice(sent.fault)}
<section class="card" aria-labelledby="edition"><h2 id="edition">Edition</h2>
${await editionFacts(shown, { id, cycle, edition, planned, sent })}
${nextStep(shown, id, edition)}</section>
${planned ? await picking(shown, planned, { edition, served: sent.served.get(id) ?? 0 }, query, said) : notOurs(stage, id)}`,
  };
}

function withoutDates(id: string, { words }: SettingsFault): Page {
  return { title: `${id} – Calendar`, place: "calendar", body: markup`<h1>${id}</h1>\n${words}` };
}

function noCycle({ toolkit, cycle: current }: Stage, id: string): NotHere {
  const { cycle } = toolkit.settings;
  return new NotHere(
    `"${id}" is not a cycle of this toolkit, which has one every ${cycle.every} from ${cycle.starts}.`,
    `Use an id such as ${current.id} (the current cycle).`,
  );
}

/** What came of a button that was pressed. */
function answer(said: Said): Html {
  if (said.kind === "refused")
    return markup`<section class="notice fault" id="said" tabindex="-1" aria-label="Nothing was picked">
<p><strong>${said.message}</strong> ${said.hint}</p></section>`;
  return markup`<section class="notice done" id="said" tabindex="-1" aria-label="Picked">
<p><strong>${said.replaced ? "Replaced." : "Picked."}</strong></p><ul>${said.picked.told.map((one) => markup`<li>${one}</li>`)}</ul></section>`;
}

interface About {
  readonly id: string;
  readonly cycle: Cycle | undefined;
  readonly edition: Edition | undefined;
  readonly planned: PlannedCycle | undefined;
  readonly sent: SentEditions;
}

async function editionFacts(
  { stage, problems }: Shown,
  { id, cycle, edition, planned, sent }: About,
): Promise<Html> {
  const { toolkit, today } = stage;
  const path = editionPath(id);
  const topic = planned?.topic ?? toolkit.topics.find(({ slug }) => slug === edition?.topic);
  const isOver = edition !== undefined && timeOf(toolkit.settings, id, today) === "past";
  const approvals = edition && (await approvalsOf(stage, topic, edition, isOver));
  const rows: (readonly [string, Html | string])[] = [
    ...(cycle ? [["Send date", sendDay(stage, cycle)] as const] : []),
    ...(planned ? [["State", cycleMark(cycleState(planned, approvals), approvals)] as const] : []),
    ["Topic", topicWords(topic, edition)],
    ...(planned?.topic || edition ? [["Why", capital(whyWords(planned, edition))] as const] : []),
    ...(edition?.schedule
      ? [
          [
            "Scheduled",
            `${momentInWords(edition.schedule.at)}, ${edition.schedule.variant} to ${edition.schedule.list}`,
          ] as const,
        ]
      : []),
    ...(edition && !sent.fault ? [["Sent", sentLines(sent.of.get(id))] as const] : []),
    ...(approvals && approvals.given.length + approvals.missing.length > 0
      ? [["Approvals", approvalsList(id, approvals)] as const]
      : []),
    ...(edition ? [["File", markup`<code>${path}</code>`] as const] : []),
  ];
  return markup`<dl class="facts">${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${brokenFile(
  stage,
  path,
  problems.filter((one) => one.path === path),
)}`;
}

function sendDay({ now }: Stage, cycle: Cycle): Html | string {
  if (cycle.date === undefined) return "None: every day of this cycle is avoided.";
  const past = Date.parse(cycle.date) > now.getTime() ? "" : " (past)";
  return markup`${weekday(cycle.date)} ${dayInWords(cycle.date)}, ${cycle.date.slice(11, 16)}${past}${
    cycle.moved ? markup`<span class="small">${movedWords(cycle)}</span>` : ""
  }`;
}

function topicWords(topic: Topic | undefined, edition: Edition | undefined): Html | string {
  if (topic) return markup`<a href="/topics/${topic.slug}">${topic.title}</a>`;
  return edition
    ? markup`<span class="mark warn">gone</span> The edition names "${edition.topic}", which is not there.`
    : "None";
}

function whyWords(planned: PlannedCycle | undefined, edition: Edition | undefined): string {
  const { picked } = edition ?? {};
  if (picked)
    return `${picked.why} (picked on ${dayInWords(picked.on)}${picked.by ? ` by ${picked.by}` : ""})`;
  return planned?.why ?? "–";
}

/** The command that goes on: nothing is sent from a page. */
function nextStep({ stage, standing }: Shown, id: string, edition: Edition | undefined): Html | string {
  if (id === stage.cycle.id && standing && "next" in standing)
    return markup`<h3>Next</h3><p>${withWholeIds(standing.next.why)}</p>${commandLine(standing.next.command)}`;
  if (!edition) return "";
  return markup`<h3>Next</h3><p>What stands in the way, and the next step:</p>${commandLine(`onetopic status ${id}`)}`;
}

async function picking(
  { stage }: Shown,
  planned: PlannedCycle,
  { edition, served }: { readonly edition: Edition | undefined; readonly served: number },
  query: URLSearchParams,
  said: Said | undefined,
): Promise<Html> {
  if (served > 0) return topicStays(planned.cycle, served);
  const path = `/calendar/${planned.cycle.id}`;
  const slug = query.get("topic");
  const close = withChoice(path, withoutSaid(query), "topic", "");
  return markup`${slug === null || slug === "" ? "" : pickForm(stage, planned, edition, { slug, close, said })}
<section aria-labelledby="choose"><h2 id="choose">${edition ? "Put another topic in its place" : "Pick a topic"}</h2>
<p>${planned.cycle.label} ${sendingInWords(stage, planned.cycle)}. The best choice comes first.</p>
${await choicesSection(stage, planned, withoutSaid(query), path)}</section>`;
}

/** The same that the command says, before anybody has chosen in vain. */
function topicStays({ id }: Cycle, served: number): Html {
  return markup`<section aria-labelledby="choose"><h2 id="choose">The topic stays</h2>
<p>${staysAsSent(id, served)} Pick the other topic for a later cycle in the <a href="/calendar">calendar</a>.</p></section>`;
}

function withoutSaid(query: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(query);
  next.delete("said");
  return next;
}

function notOurs({ toolkit }: Stage, id: string): Html {
  const { every, starts } = toolkit.settings.cycle;
  return markup`<p>${id} is not a cycle of this toolkit any more, which has one every ${every} from ${starts}. No command takes it.</p>`;
}
