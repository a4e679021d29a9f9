// Under the name that it bears there, the formatter would lay the pages out anew.
import { html as markup } from "hono/html";
import { count } from "../../domain/count.ts";
import type { Asked, Page } from "../page.ts";

/** `/outbox`: the messages that the outbox transport wrote. */
export async function outboxPage({ shown }: Asked): Promise<Page> {
  const entries = await shown.stage.outbox.list();
  return {
    title: "Outbox",
    place: "outbox",
    body: markup`<h1>Outbox</h1>
<p>${count(entries.length, "message")}.</p>
<ul>${entries.map(({ id, writtenAt }) => markup`<li>${writtenAt} <code>${id}</code></li>`)}</ul>`,
  };
}
