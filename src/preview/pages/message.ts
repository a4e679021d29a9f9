import { html as markup } from "hono/html";
import { count } from "../../domain/count.ts";
import { stateMark, stateSentence } from "../message-states.ts";
import type { OutboxMessage } from "../outbox-reader.ts";
import { NotHere, type Asked, type Html, type Page } from "../page.ts";
import { ledgerNotice, line, momentAt, sizeInWords, visible, withChoice } from "../record-parts.ts";
import type { Stage } from "../stage.ts";

/** So much of a message stands in a page; the rest is in the file. */
const most = { source: 256 * 1024, text: 256 * 1024, headers: 200, header: 2_000, parts: 200 };

/** The ways to look at a message. */
const views = { html: "HTML part", text: "Text part", parts: "Parts", headers: "Headers", source: "Source" };
type View = keyof typeof views;

/** `/outbox/:id`: one message. */
export async function messagePage({ shown: { stage }, query, part }: Asked): Promise<Page> {
  const message = await messageOf(stage, part("id"));
  const { entry, newer, older, fault } = message;
  const view = viewOf(query.get("show"), message);
  const path = `/outbox/${entry.id}`;
  const subject = line(entry.subject) || "(no subject)";
  return {
    title: `${line(entry.subject, 80) || "(no subject)"} – Outbox`,
    place: "outbox",
    body: markup`<nav class="trail" aria-label="Where you are"><a href="/outbox">Outbox</a></nav>
<h1><bdi>${subject}</bdi></h1>
${ledgerNotice(fault)}
${facts(stage, message)}
<div class="acts"><a class="button" href="${path}/message.eml" download="${entry.id}.eml">Save as .eml</a>
<button type="button" data-copy-from="${path}/message.eml" data-copy-name="the source">Copy the source</button></div>
<nav class="views" aria-label="Views of this message"><ul>${Object.entries(views).map(
      ([name, words]) =>
        markup`<li><a href="${withChoice(path, query, "show", name)}"${name === view ? markup` aria-current="true"` : ""}>${words}${name === "parts" ? ` (${message.parts.length})` : ""}</a></li>`,
    )}</ul></nav>
<section class="view" aria-labelledby="view"><h2 id="view" class="unseen">${views[view]}</h2>
${message.closed && view !== "source" ? markup`<p class="notice fault">${message.closed} Its source shows what is in it.</p>` : shownAs[view](message)}</section>
<nav class="paging" aria-label="Messages">${step(newer, "Newer message", "prev")} ${step(older, "Older message", "next")}</nav>`,
  };
}

/** @throws NotHere when there is no such message */
export async function messageOf({ outbox }: Stage, id: string): Promise<OutboxMessage> {
  const message = await outbox.read(id);
  if (message) return message;
  throw new NotHere(
    "There is no such message in the outbox.",
    "It may have been deleted. The outbox lists what is there.",
  );
}

function viewOf(wanted: string | null, { html, text, closed }: OutboxMessage): View {
  const named = Object.keys(views).find((name): name is View => name === wanted);
  if (named) return named;
  if (closed !== undefined) return "source";
  if (html !== undefined) return "html";
  return text === undefined ? "source" : "text";
}

function step(id: string | undefined, words: string, rel: string): Html {
  return id === undefined
    ? markup`<span class="quiet" aria-disabled="true">${words}</span>`
    : markup`<a rel="${rel}" href="/outbox/${id}">${words}</a>`;
}

function facts({ toolkit, outbox }: Stage, { entry, headers, hasLedger }: OutboxMessage): Html {
  const { record, to, writtenAt, bytes, id } = entry;
  const header = (name: string) => headers.find((one) => one.name.toLowerCase() === name)?.value ?? "";
  const topic = toolkit.topics.find(({ slug }) => slug === record?.topic);
  const rows: (readonly [string, Html | string])[] = [
    ["From", markup`<bdi>${line(header("from")) || "(nobody)"}</bdi>`],
    ["To", markup`<bdi>${line(to) || "(nobody)"}</bdi>`],
    ["State", hasLedger ? markup`${stateMark(record)} ${stateSentence(record)}` : "There is no ledger yet."],
    ...(record ? recordRows(record, topic?.title) : []),
    [
      "Written",
      markup`${momentAt(writtenAt, toolkit.settings.cycle.timezone)}, ${sizeInWords(bytes)}, as <code>${outbox.folder}/${id}.eml</code>`,
    ],
  ];
  return markup`<dl class="facts card">${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function recordRows(
  record: NonNullable<OutboxMessage["entry"]["record"]>,
  title: string | undefined,
): (readonly [string, Html | string])[] {
  const { cycle, variant, topic, list, attempts, reply, transport } = record;
  return [
    [
      "Edition",
      markup`<a href="/calendar/${cycle}">${cycle}</a>, ${variant}${
        topic === undefined
          ? ""
          : markup`: ${title === undefined ? topic : markup`<a href="/topics/${topic}">${title}</a>`}`
      }${list === undefined ? "" : `, to the list ${list}`}`,
    ],
    [
      "Attempts",
      `${count(attempts, "attempt")}${transport ? ` through ${transport}` : ""}${reply ? `: ${line(reply)}` : ""}`,
    ],
  ];
}

const shownAs: Readonly<Record<View, (message: OutboxMessage) => Html>> = {
  html: ({ html, entry }) => {
    if (html === undefined) return markup`<p>This message has no HTML part.</p>`;
    const remote = [...html.matchAll(/<img\b[^>]*\bsrc\s*=\s*["']?\s*https?:/gi)].length;
    return markup`${remote > 0 ? markup`<p class="notice">${count(remote, "picture")} from the web ${remote === 1 ? "is" : "are"} left out: this page asks nobody.</p>` : ""}
<iframe class="mail" title="The HTML part of this message" sandbox src="/outbox/${entry.id}/html?v=${String(entry.writtenAt.getTime())}"></iframe>`;
  },
  text: ({ text }) =>
    text === undefined
      ? markup`<p>This message has no text part.</p>`
      : markup`<pre class="text card" dir="auto">${visible(text.slice(0, most.text))}</pre>${cutNotice(text.length, most.text)}`,
  parts: ({ parts, entry: { id } }) =>
    parts.length === 0
      ? markup`<p>There is nothing in it beside its words: no picture and no file.</p>`
      : markup`<div class="table stacked"><table><thead><tr><th scope="col">Part</th><th scope="col">Kind</th><th scope="col" class="number">Size</th><th scope="col">File</th></tr></thead><tbody>
${parts
  .slice(0, most.parts)
  .map(
    ({ type, name, content }, at) =>
      markup`<tr><th scope="row"><bdi>${line(name ?? "", 120) || "(no name)"}</bdi></th><td data-name="Kind"><code>${line(type, 80)}</code></td><td data-name="Size" class="number">${sizeInWords(content.length)}</td><td data-name="File"><a href="/outbox/${id}/parts/${String(at)}" download>Save<span class="unseen"> part ${String(at + 1)}</span></a></td></tr>`,
  )}</tbody></table></div>${parts.length > most.parts ? markup`<p>And ${(parts.length - most.parts).toLocaleString("en-GB")} more.</p>` : ""}`,
  headers: ({ headers }) =>
    markup`<div class="table stacked headers" role="region" aria-label="Table of headers" tabindex="0"><table><thead><tr><th scope="col">Header</th><th scope="col">Value</th></tr></thead><tbody>
${headers.slice(0, most.headers).map(({ name, value }) => markup`<tr><th scope="row">${line(name, 80)}</th><td><bdi>${line(value, most.header)}</bdi></td></tr>`)}</tbody></table></div>${
      headers.length > most.headers
        ? markup`<p>And ${(headers.length - most.headers).toLocaleString("en-GB")} more in the source.</p>`
        : ""
    }`,
  source: ({ raw }) =>
    markup`<pre class="source card" role="region" aria-label="The source of this message" tabindex="0">${visible(new TextDecoder().decode(raw.subarray(0, most.source)))}</pre>${cutNotice(raw.length, most.source)}`,
};

function cutNotice(length: number, longest: number): Html | string {
  return length > longest
    ? markup`<p class="notice">This is the beginning: ${sizeInWords(length - longest)} more are in the file. Save it to see all.</p>`
    : "";
}
