import { html as markup } from "hono/html";
import { count } from "../../domain/count.ts";
import { quoted } from "../../domain/quoted.ts";
import type { Asked, Html, Page } from "../page.ts";
import type { OutboxEntry, OutboxFound, OutboxState } from "../outbox-reader.ts";
import { commandLine } from "../parts.ts";
import { ledgerNotice, line, momentAt, pagingNav, pagingOf, sizeInWords } from "../record-parts.ts";
import type { Stage } from "../stage.ts";
import { stateMark, stateNames } from "../message-states.ts";

/** On one page: as many as somebody may look over. */
const mostShown = 50;

/** `/outbox`: the messages that the outbox transport wrote. */
export async function outboxPage({ shown: { stage }, query }: Asked): Promise<Page> {
  const search = query.get("q") ?? "";
  const state = stateOf(query.get("state"));
  const find = (skip: number) => stage.outbox.find({ search, state, skip, most: mostShown });
  const wanted = pagingOf(query, "page", Number.MAX_SAFE_INTEGER, mostShown);
  const found = await find(wanted.skip);
  const paging = pagingOf(query, "page", found.matching, mostShown);
  const { entries } = paging.skip === wanted.skip ? found : await find(paging.skip);
  const isAsked = search.trim() !== "" || state !== undefined;
  return {
    title: "Outbox",
    place: "outbox",
    body: markup`<h1>Outbox</h1>
${about(stage, found)}
${
  found.total === 0
    ? nothingYet(stage)
    : markup`${choices(search, state)}
<p id="found">${isAsked ? `${count(found.matching, "message")} of ${found.total.toLocaleString("en-GB")}` : count(found.total, "message")}, the newest first.</p>
${entries.length === 0 ? markup`<p>No message is like this. <a href="/outbox">Show all</a></p>` : messages(stage, entries, found.hasLedger)}
${pagingNav(paging, { path: "/outbox", query, name: "page", label: "Pages of messages" })}`
}`,
  };
}

function stateOf(wanted: string | null): OutboxState | undefined {
  return Object.keys(stateNames).find((name): name is OutboxState => name === wanted);
}

function about({ outbox, toolkit: { settings } }: Stage, { fault, hasLedger, total }: OutboxFound): Html {
  const isOurs = /^outbox:/i.test(settings.transport) && outbox.outside === undefined;
  return markup`<p class="lead">The outbox keeps messages as files in <code>${outbox.folder}</code>. Nobody has got what you see here: nothing of it has left this machine.${
    isOurs ? "" : " The settings send in another way, so these are rehearsals."
  }</p>
${
  outbox.outside === undefined
    ? ""
    : markup`<section class="notice" aria-label="Another outbox"><p><strong>The outbox of the settings, <code>${outbox.outside}</code>, lies outside the toolkit.</strong> This page opens nothing there. Name a folder inside the toolkit, such as <code>outbox:var/outbox</code>, to see its messages here.</p></section>`
}
${ledgerNotice(fault)}
${hasLedger || total === 0 ? "" : markup`<p class="quiet">There is no ledger yet: these messages are tests, or the ledger was taken away.</p>`}`;
}

function nothingYet({ outbox, cycle, toolkit }: Stage): Html {
  const [list = "LIST"] = Object.keys(toolkit.settings.lists);
  return markup`<div class="card"><h2>Nothing was written yet</h2>
<p>Rehearse a send into the outbox, in a terminal. This shows what would happen and writes nothing; its last line is the command that does it.</p>
${commandLine(
  `onetopic send ${cycle.id} --to ${quoted(list)} --transport ${quoted(`outbox:${outbox.folder}`)}`,
)}
<p>The messages then show up here by themselves.</p></div>`;
}

function choices(search: string, state: OutboxState | undefined): Html {
  return markup`<form class="choices" method="get" action="/outbox" data-live role="search" aria-label="Messages">
<label>Subject or address <input type="search" name="q" value="${search}" autocomplete="off"></label>
<label>State <select name="state"><option value="">all</option>${Object.entries(stateNames).map(
    ([name, words]) =>
      markup`<option value="${name}"${name === state ? markup` selected` : ""}>${words}</option>`,
  )}</select></label>
<button class="go">Show</button>
</form>`;
}

function messages(stage: Stage, entries: readonly OutboxEntry[], hasLedger: boolean): Html {
  const { timezone } = stage.toolkit.settings.cycle;
  return markup`<div class="table stacked messages" role="region" aria-label="Table of messages" tabindex="0"><table>
<thead><tr><th scope="col">Message</th><th scope="col">To</th><th scope="col">State</th><th scope="col">Edition</th><th scope="col">Written</th><th scope="col" class="number">Size</th></tr></thead>
<tbody>
${entries.map(
  ({
    id,
    subject,
    to,
    record,
    writtenAt,
    bytes,
  }) => markup`<tr id="message-${id}"><th scope="row"><a href="/outbox/${id}"><bdi>${line(subject, 120) || "(no subject)"}</bdi></a></th>
<td data-name="To"><bdi>${line(to, 120) || "(nobody)"}</bdi></td>
<td data-name="State">${hasLedger ? stateMark(record) : "–"}</td>
<td data-name="Edition">${record ? markup`<a href="/calendar/${record.cycle}">${record.cycle}</a> ${record.variant}` : "–"}</td>
<td data-name="Written" class="moment">${momentAt(writtenAt, timezone)}</td>
<td data-name="Size" class="number">${sizeInWords(bytes)}</td></tr>
`,
)}
</tbody></table></div>`;
}
