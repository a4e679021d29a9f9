import { html as markup } from "hono/html";
import { count } from "../../domain/count.ts";
import { cycleLabel, dayInWords } from "../../domain/dates.ts";
import { compareText, hasErrors, sortProblems, type Problem } from "../../domain/problem.ts";
import { isPastReview, statuses } from "../../domain/topic.ts";
import { grouped } from "../../check/report.ts";
import type { TopicRow } from "../../plan/topic-rows.ts";
import type { Shown } from "../live.ts";
import type { Html } from "../page.ts";
import { commandLine, findingsList, findingsMark } from "../parts.ts";

/* The topics of the overview: what is shown of them is chosen in the address. */

/** A page of the list: as many as a browser takes over without delay after every change. */
const perPage = 100;

interface Row extends TopicRow {
  readonly found: readonly Problem[];
}

/** What comes last is what has none. */
const last = "\u{10FFFF}";
const orders = {
  name: (a: Row, b: Row) => compareText(a.title.toLowerCase(), b.title.toLowerCase()),
  next: (a: Row, b: Row) => compareText(a.nextCycle ?? last, b.nextCycle ?? last),
  "last used": (a: Row, b: Row) => compareText(b.lastCycle ?? "", a.lastCycle ?? ""),
  findings: (a: Row, b: Row) =>
    Number(hasErrors(b.found)) - Number(hasErrors(a.found)) || b.found.length - a.found.length,
  review: (a: Row, b: Row) => compareText(a.review ?? last, b.review ?? last),
};
type Order = keyof typeof orders;

/** Every topic, a page at a time, with what is found of it. */
export function topicsSection(shown: Shown, all: readonly TopicRow[], query: URLSearchParams): Html {
  return markup`<section aria-labelledby="topics">
${all.length === 0 ? noTopics() : topics(shown, all, query)}</section>`;
}

function noTopics(): Html {
  return markup`<h2 id="topics">Topics</h2>
<div class="card"><p>There is no topic yet. Write the first one, in a terminal:</p>
${commandLine("onetopic new")}</div>`;
}

function topics(shown: Shown, all: readonly TopicRow[], query: URLSearchParams): Html {
  const byFile = grouped(shown.problems, ({ path }) => path);
  const rows = all.map((row) => ({ ...row, found: byFile.get(`content/topics/${row.slug}.md`) ?? [] }));
  const wanted = query.get("q")?.trim().toLowerCase() ?? "";
  const status = query.get("status") ?? "";
  const order = (Object.keys(orders) as Order[]).find((one) => one === query.get("by")) ?? "name";
  const isLike = (row: Row) =>
    (status === "" || (status === "findings" ? row.found.length > 0 : row.status === status)) &&
    `${row.title}\n${row.slug}`.toLowerCase().includes(wanted);
  const found = rows.filter(isLike).toSorted(orders[order]);
  const pages = Math.max(1, Math.ceil(found.length / perPage));
  const page = Math.min(pages, Math.max(1, Math.trunc(Number(query.get("page"))) || 1));
  const onPage = found.slice((page - 1) * perPage, page * perPage);
  return markup`<div class="head"><h2 id="topics">Topics</h2><p class="quiet">${summary(shown, rows)}</p></div>
${choices(query, status, order)}
<p class="quiet" id="how-many">${found.length === rows.length ? "" : `${found.length.toLocaleString("en-GB")} of ${count(rows.length, "topic")}. `}${
    pages > 1 ? `Page ${String(page)} of ${String(pages)}.` : ""
  }</p>
${found.length === 0 ? markup`<p>No topic is like this. <a href="/">Show all</a></p>` : topicTable(shown, onPage)}
${pages > 1 ? pager(query, page, pages) : ""}`;
}

function summary({ isChecked }: Shown, rows: readonly Row[]): Html {
  const ready = rows.filter((row) => row.status === "ready").length;
  const faulty = rows.filter((row) => hasErrors(row.found)).length;
  return markup`${count(rows.length, "topic")}, ${ready.toLocaleString("en-GB")} ready${
    faulty > 0 ? markup`, <a href="/?status=findings&amp;by=findings">${String(faulty)} with errors</a>` : ""
  }. ${isChecked ? "" : "A check is under way."}`;
}

function choices(query: URLSearchParams, status: string, order: string): Html {
  const option = (one: string, chosen: string, label = one) =>
    markup`<option value="${one}"${one === chosen ? markup` selected` : ""}>${label}</option>`;
  return markup`<form class="choices" method="get" action="/" data-live role="search" aria-label="Topics">
<label>Find <input type="search" name="q" value="${query.get("q") ?? ""}"></label>
<label>Show <select name="status">${option("", status, "all")}${statuses.map((one) => option(one, status))}${option("findings", status, "with findings")}</select></label>
<label>In order of <select name="by">${Object.keys(orders).map((one) => option(one === "name" ? "" : one, order === "name" ? "" : order, one))}</select></label>
<button class="go">Show</button>
</form>`;
}

function topicTable(shown: Shown, rows: readonly Row[]): Html {
  return markup`<div class="table stacked" role="region" aria-label="Table of topics" tabindex="0"><table class="topics">
<thead><tr><th scope="col">Topic</th><th scope="col">Status</th><th scope="col">Last used</th><th scope="col">Next</th><th scope="col">Findings</th><th scope="col">Review</th></tr></thead>
${rows.map((row) => topicRow(shown, row))}
</table></div>`;
}

/**
 * A body of the table for each topic: what is found of it stands below it. What somebody opened or closed stays so, but
 * errors are opened when they come: they go by another name than warnings.
 */
function topicRow({ stage, wasChecked }: Shown, row: Row): Html {
  const { slug, title, status, found } = row;
  const isStale = stage.stale.has(`content/topics/${slug}.md`);
  return markup`<tbody id="topic-${slug}">
<tr><th scope="row"><a href="/topics/${slug}">${title}</a>${isStale ? markup` <span class="mark bad">as it was before</span>` : ""}</th>
<td data-name="Status"><span class="mark ${status === "ready" ? "good" : "plain"}">${status}</span></td>
<td data-name="Last used">${row.lastCycle ? cycleLabel(row.lastCycle) : "never"}</td>
<td data-name="Next">${row.nextCycle ? cycleLabel(row.nextCycle) : "–"}</td>
<td data-name="Findings">${found.length > 0 ? findingsMark(found) : wasChecked ? "none" : markup`<span class="quiet">being checked</span>`}</td>
<td data-name="Review">${review(row, stage.today)}</td></tr>
${
  found.length === 0
    ? ""
    : markup`<tr class="found"><td colspan="6"><details id="${hasErrors(found) ? "errors" : "warnings"}-${slug}"${hasErrors(found) ? markup` open` : ""}><summary>What is found<span class="unseen"> in ${title}</span></summary>${findingsList(sortProblems(found))}</details></td></tr>`
}
</tbody>
`;
}

function review({ review: day, status }: TopicRow, today: string): Html | string {
  if (!day) return "–";
  const isPast = status !== "retired" && isPastReview({ review: day }, today);
  return isPast ? markup`<span class="mark bad">past</span> ${dayInWords(day)}` : dayInWords(day);
}

function pager(query: URLSearchParams, page: number, pages: number): Html {
  const to = (other: number) => {
    const next = new URLSearchParams(query);
    next.set("page", String(other));
    return `/?${next.toString()}`;
  };
  return markup`<nav class="pager" aria-label="Pages of topics"><ul>
${page > 1 ? markup`<li><a href="${to(page - 1)}" rel="prev">Previous page</a></li>` : ""}
${page < pages ? markup`<li><a href="${to(page + 1)}" rel="next">Next page</a></li>` : ""}
</ul></nav>`;
}
