// Under the name that it bears there, the formatter would lay the pages out anew.
import { html as markup } from "hono/html";
import { count } from "../../domain/count.ts";
import { dayInWords } from "../../domain/dates.ts";
import type { Problem } from "../../domain/problem.ts";
import { UserError } from "../../domain/user-error.ts";
import { isPastReview, statuses } from "../../domain/topic.ts";
import { planAhead, type PlannedCycle } from "../../plan/ahead.ts";
import { topicRows, type TopicRow } from "../../plan/topic-rows.ts";
import type { Shown } from "../live.ts";
import type { Asked, Html, Page } from "../page.ts";
import { commandLine, findingsList, findingsMark } from "../parts.ts";
import { remembered } from "../remembered.ts";
import type { Stage } from "../stage.ts";

/** The current cycle and those after it. */
const cyclesShown = 7;

const rowsOf = remembered(({ toolkit, cycle }) => topicRows(toolkit, cycle));
const plannedOn = remembered(({ toolkit, cycle }) => planAhead(toolkit, cycle.index, cyclesShown));

/** `/`: where things stand, what comes, and every topic. */
export function overviewPage({ shown, query }: Asked): Page {
  const { stage } = shown;
  const [now, ...coming] = plannedOn(stage).cycles;
  return {
    title: "Overview",
    place: "overview",
    body: markup`<h1>Overview</h1>
<div class="columns">
<section aria-labelledby="now"><h2 id="now">Now</h2>${now ? currentEdition(shown, now) : ""}</section>
<section aria-labelledby="coming"><h2 id="coming">Coming</h2>${comingCycles(coming)}</section>
</div>
<section aria-labelledby="topics"><h2 id="topics">Topics</h2>${topics(shown, query)}</section>
${elsewhere(shown)}`,
  };
}

function currentEdition({ stage, standing }: Shown, { cycle, topic, picked }: PlannedCycle): Html {
  const past = cycle.date !== undefined && Date.parse(cycle.date) <= stage.now.getTime();
  return markup`<div class="card" id="current">
<p><strong>${cycle.label}</strong>: ${
    topic && picked ? markup`<a href="/topics/${topic.slug}">${topic.title}</a>` : "no topic picked"
  }</p>
<p class="quiet">${cycle.date ? `Send date: ${moment(cycle.date)}${past ? " (past)" : ""}` : "No send date: every day of this cycle is avoided."}</p>
${nextStep(standing)}
</div>`;
}

function nextStep(standing: Shown["standing"]): Html {
  if (!standing) return markup`<p class="quiet">The next step is being worked out.</p>`;
  if (standing instanceof UserError)
    return markup`<p><strong>${standing.message}</strong> ${standing.hint}</p>`;
  return markup`<p><span class="mark plain">${standing.state.replaceAll("-", " ")}</span></p>
<p>${standing.next.why}</p>
<p class="quiet">Next, in a terminal:</p>
${commandLine(standing.next.command)}`;
}

function comingCycles(planned: readonly PlannedCycle[]): Html {
  return markup`<div class="card"><ol class="coming">
${planned.map(
  ({ cycle, topic, why, picked }) =>
    markup`<li id="coming-${cycle.id}"><strong>${cycle.label}</strong>: ${
      topic ? markup`<a href="/topics/${topic.slug}">${topic.title}</a>` : "no topic"
    }<span class="small">${cycle.date ? moment(cycle.date) : "not sent"}; ${picked || !topic ? why : `suggested: ${why}`}</span></li>`,
)}
</ol>
<p><a href="/calendar">The whole calendar</a></p></div>`;
}

function topics({ stage, problems, isChecked }: Shown, query: URLSearchParams): Html {
  const rows = rowsOf(stage);
  const [wanted, status] = [query.get("q")?.trim().toLowerCase() ?? "", query.get("status") ?? ""];
  const found = rows.filter(
    (row) =>
      (status === "" || row.status === status) && `${row.title}\n${row.slug}`.toLowerCase().includes(wanted),
  );
  const byFile = problemsByFile(problems);
  const ready = rows.filter((row) => row.status === "ready").length;
  return markup`<p>${count(rows.length, "topic")}, ${String(ready)} ready. ${isChecked ? "" : "A check is under way."}</p>
<form class="choices" method="get" action="/" data-live role="search" aria-label="Topics">
<label>Find <input type="search" name="q" value="${query.get("q") ?? ""}"></label>
<label>Status <select name="status"><option value="">all</option>${statuses.map(
    (one) => markup`<option${one === status ? markup` selected` : ""}>${one}</option>`,
  )}</select></label>
<button class="go">Show</button>
</form>
${found.length === 0 ? markup`<p>No topic is like this. <a href="/">Show all</a></p>` : topicTable(stage, found, byFile)}`;
}

function topicTable(
  stage: Stage,
  rows: readonly TopicRow[],
  problems: ReadonlyMap<string, readonly Problem[]>,
): Html {
  return markup`<div class="table stacked" role="region" aria-label="Table of topics" tabindex="0"><table>
<thead><tr><th scope="col">Topic</th><th scope="col">Status</th><th scope="col">Last used</th><th scope="col">Next</th><th scope="col">Findings</th><th scope="col">Review</th></tr></thead>
<tbody>
${rows.map((row) => {
  const found = problems.get(`content/topics/${row.slug}.md`) ?? [];
  return markup`<tr id="topic-${row.slug}"><th scope="row"><a href="/topics/${row.slug}">${row.title}</a><span class="small">${row.slug}</span></th>
<td data-name="Status"><span class="mark ${row.status === "ready" ? "good" : "plain"}">${row.status}</span></td>
<td data-name="Last used">${row.lastCycle ?? "never"}</td>
<td data-name="Next">${row.nextCycle ?? "–"}</td>
<td data-name="Findings">${found.length === 0 ? "none" : findingsMark(found)}</td>
<td data-name="Review">${review(row, stage)}</td></tr>
`;
})}
</tbody>
</table></div>`;
}

function review({ review: day, status }: TopicRow, { today }: Stage): Html | string {
  if (!day) return "–";
  const isPast = status !== "retired" && isPastReview({ review: day }, today);
  return isPast ? markup`<span class="mark bad">past</span> ${dayInWords(day)}` : dayInWords(day);
}

/** Findings of everything but topics. */
function elsewhere({ problems, stage }: Shown): Html | string {
  const known = new Set(stage.toolkit.topics.map(({ source }) => source.path));
  const others = problems.filter(({ path }) => !known.has(path));
  if (others.length === 0) return "";
  return markup`<section aria-labelledby="elsewhere"><h2 id="elsewhere">Findings in other files</h2>
<div class="card">${findingsList(others)}</div></section>`;
}

function problemsByFile(problems: readonly Problem[]): Map<string, Problem[]> {
  const byFile = new Map<string, Problem[]>();
  for (const one of problems) {
    const list = byFile.get(one.path);
    if (list) list.push(one);
    else byFile.set(one.path, [one]);
  }
  return byFile;
}

function moment(date: string): string {
  return `${dayInWords(date)}, ${date.slice(11, 16)}`;
}
