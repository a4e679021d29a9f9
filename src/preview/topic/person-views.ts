import { html as markup } from "hono/html";
import type { Topic } from "../../domain/topic.ts";
import { UserError } from "../../domain/user-error.ts";
import type { Asked, Html } from "../page.ts";
import { isOfMail, pairsOf, queryOf, readChoices, usualChoices } from "./choices.ts";
import { questionsOn, rowOf } from "./person.ts";
import { inputFor } from "./rendering.ts";
import type { Scene } from "./scene.ts";
import { branchesOf } from "./turns.ts";

/** Looks somebody up on a list, and tells when there is no such person. */
export function personPanel({ stage, topic, choices, found, person, link }: Scene): Html | string {
  const lists = Object.keys(stage.toolkit.settings.lists);
  if (!isOfMail(choices.variant) || (lists.length === 0 && found.kind !== "missing")) return "";
  const listed = person?.listed;
  const query = queryOf(pairsOf(choices, usualChoices(stage, topic)));
  const neighbour = (row: number) => link({ person: `${listed?.list}/${row}` });
  return markup`<details class="panel" id="people"${found.kind === "missing" || listed ? markup` open` : ""}><summary>Somebody on a list</summary>
${found.kind === "missing" ? markup`<p class="notice fault"><strong>${found.message}</strong> ${found.hint}</p>` : ""}
<form class="choices" method="post" action="/topics/${topic.slug}/person${query}" aria-label="Somebody on a list">
<label>List <select name="list">${lists.map((name) => markup`<option${name === listed?.list ? markup` selected` : ""}>${name}</option>`)}</select></label>
<label>Row or address <input name="who" required autocomplete="off" value="${listed ? String(listed.row) : ""}"></label>
<button>Show as them</button>
</form>
${
  listed
    ? markup`<p class="small">${person.label}. ${listed.audience === undefined ? "No audience that the settings know: the version for everyone." : `Audience: ${audienceTitle(stage, listed.audience)}.`} ${
        listed.row > 2 ? markup`<a id="row-before" href="${neighbour(listed.row - 1)}">Row before</a> ` : ""
      }<a id="row-next" href="${neighbour(listed.row + 1)}">Next row</a></p>`
    : markup`<p class="small quiet">The first row names the columns. The list is only read.</p>`
}
</details>`;
}

function audienceTitle({ toolkit }: Scene["stage"], audience: string): string {
  return toolkit.settings.audiences.find(({ id }) => id === audience)?.title ?? audience;
}

/** The parts of a mail that templates show or leave out, whatever the person: each can be turned. */
export function branchesPanel(scene: Scene): Html | string {
  const { stage, topic, choices, link } = scene;
  if (!isOfMail(choices.variant)) return "";
  const variant = choices.variant === "email" ? "email" : "newsletter";
  const order = { topic, choices: { ...choices, turned: [] } };
  const spec = scene.spec({ variant, audience: choices.audience, format: "html" });
  const branches = branchesOf(questionsOn(stage).asked, inputFor(stage, order, spec));
  if (branches.length === 0) return "";
  const turned = new Set(choices.turned);
  const without = (name: string) => choices.turned.filter((one) => one !== name);
  return markup`<details class="panel" id="branches"${turned.size > 0 ? markup` open` : ""}><summary>Parts that are not always shown${
    turned.size > 0 ? markup` <span class="mark warn">${String(turned.size)} changed here</span>` : ""
  }</summary>
<p class="small quiet">The templates show these only when there is something to show. Turn one to see how it looks the other way about. Nothing in your files changes.</p>
<ul class="branches">${branches.map(
    ({ name, label, has }) =>
      markup`<li><a id="turn-${name}" href="${link({ turned: turned.has(name) ? without(name) : [...choices.turned, name] })}"${
        turned.has(name) ? markup` aria-current="true"` : ""
      }>${turned.has(name) ? markup`${has ? "Without" : "With"} ${label}<span class="unseen">: show as it is</span>` : markup`${has ? "Leave out" : "Show"} ${label}`}</a></li>`,
  )}</ul>
${turned.size > 0 ? markup`<p><a href="${link({ turned: [] })}">Show everything as it is</a></p>` : ""}
</details>`;
}

/** The page of the person whom a form names; the row stands in its address, so that no personal data does. */
export async function takePerson(
  { shown, query }: Asked,
  topic: Topic,
  form: URLSearchParams,
): Promise<string> {
  const { stage } = shown;
  const [list, who] = [form.get("list") ?? "", form.get("who")?.trim() ?? ""];
  const row = await rowOn(stage, list, who);
  const choices = { ...readChoices(query, stage, topic), person: `${list}/${row}` };
  return `/topics/${topic.slug}${queryOf(pairsOf(choices, usualChoices(stage, topic)))}#people`;
}

async function rowOn(stage: Scene["stage"], list: string, who: string): Promise<number> {
  if (!Object.hasOwn(stage.toolkit.settings.lists, list))
    throw new UserError("usage", `The settings have no list "${list}".`, "Go back, and choose another one.");
  const { row } = await rowOf(stage, list, who);
  return row;
}
