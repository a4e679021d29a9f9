import { html as markup } from "hono/html";
import { count } from "../domain/count.ts";
import { cycleLabel } from "../domain/dates.ts";
import type { CycleId, Topic } from "../domain/topic.ts";
import type { PlannedCycle } from "../plan/ahead.ts";
import type { Cycle } from "../plan/calendar.ts";
import { choiceFacts, offered } from "../plan/choice.ts";
import { nextCycles } from "../plan/displacement.ts";
import { unfit } from "../plan/picking.ts";
import { sinceInWords } from "../plan/since.ts";
import type { Html } from "./page.ts";
import { capital, withChoice } from "./record-parts.ts";
import { remembered } from "./remembered.ts";
import type { Stage } from "./stage.ts";

/** So many are shown before somebody asks for all. */
const mostShown = 10;

/** One topic that may be picked, or why it may not. */
interface Choice {
  readonly topic: Topic;
  /** How it stands. */
  readonly why: string;
  /** Why another comes before it, or why it is not suggested. */
  readonly whyNot?: string | undefined;
}

/** What may be picked for a cycle, with its reasons: the same that `onetopic pick` offers, in the same order. */
export async function choicesSection(
  stage: Stage,
  planned: PlannedCycle,
  query: URLSearchParams,
  path: string,
): Promise<Html> {
  const { toolkit, today } = stage;
  const wanted = query.get("q")?.trim().toLowerCase() ?? "";
  const isLike = ({ topic }: Choice) =>
    `${topic.title}\n${topic.slug}\n${topic.summary}\n${topic.tags.join("\n")}`
      .toLowerCase()
      .includes(wanted);
  const all = offered(toolkit, planned, today);
  const on = planned.cycle.date?.slice(0, 10) ?? today;
  const forbidden = ({ topic }: Choice) => unfit(topic, today) ?? unfit(topic, on);
  const candidates: readonly Choice[] = all.filter(isLike);
  const offers = new Set(all.map(({ topic }) => topic.slug));
  const others = planned.refused.filter(({ topic }) => !offers.has(topic.slug)).filter(isLike);
  const untimely = others.filter((one) => forbidden(one) === undefined);
  const never = [
    ...others.filter((one) => forbidden(one) !== undefined),
    // Fit on the send date, but not today.
    ...planned.runnersUp.filter((one) => !offers.has(one.topic.slug)).filter(isLike),
  ].map((one) => ({ ...one, why: forbidden(one) ?? one.why }));
  const isAll = query.has("all") || wanted !== "";
  const shown = isAll ? candidates : candidates.slice(0, mostShown);
  const more = candidates.length - shown.length;
  const link = (slug: string) => `${withChoice(path, query, "topic", slug)}#pick`;
  return markup`<form class="choices" method="get" action="${path}" data-live role="search" aria-label="Topics to pick">
<label>Find a topic <input type="search" name="q" value="${query.get("q") ?? ""}" autocomplete="off"></label>
<button class="go">Find</button></form>
${candidates.length + others.length === 0 ? markup`<p>${wanted === "" ? "No topic can be picked." : "No topic is like this."}</p>` : ""}
${
  shown.length === 0
    ? ""
    : markup`<ol class="offers">${await Promise.all(
        shown.map((choice) =>
          offer(stage, planned, choice, { href: link(choice.topic.slug), isSuggested: choice === all[0] }),
        ),
      )}</ol>`
}
${more > 0 ? markup`<p><a href="${withChoice(path, query, "all", "yes")}">Show ${count(more, "more topic", "more topics")}</a></p>` : ""}
${untimely.length === 0 ? "" : await untimelyList(stage, planned, untimely, link)}
${never.length === 0 ? "" : neverList(never)}`;
}

async function offer(
  stage: Stage,
  planned: PlannedCycle,
  { topic, why, whyNot }: Choice,
  { href, isSuggested }: { readonly href: string; readonly isSuggested: boolean },
): Promise<Html> {
  const comes = isSuggested ? undefined : nextIn(stage, planned.cycle).get(topic.slug);
  const { used, approvers } = choiceFacts(stage.toolkit, planned, topic, comes);
  const elsewhere =
    comes === undefined ? undefined : `planned for ${cycleLabel(comes)} unless you choose it now`;
  const since = await stage.editions.sinceLast(topic, planned.cycle.id);
  // The reason says most often when it was used.
  const isSaid = since !== undefined || /\b(?:used|picked for)\b/.test(why);
  const facts = [isSaid ? undefined : used.toLowerCase(), approvers, elsewhere].filter(Boolean);
  return markup`<li class="offer" id="offer-${topic.slug}"><div><h3><a href="/topics/${topic.slug}">${topic.title}</a>${isSuggested ? markup` <span class="mark strong">suggested</span>` : ""}</h3>
<p>${topic.summary}</p>
<p class="quiet">${capital(why)}; ${facts.join("; ")}.${whyNot && !planned.picked ? ` Not first: ${whyNot}.` : ""}</p>
${since ? markup`<p class="quiet">${sinceInWords(since)}</p>` : ""}</div>
<a class="button" href="${href}">Choose<span class="unseen"> ${topic.title}</span></a></li>`;
}

const nextOf = remembered(() => new Map<CycleId, ReadonlyMap<string, CycleId>>());

/** The next cycle of each topic from a cycle on, worked out once. */
function nextIn(stage: Stage, cycle: Cycle): ReadonlyMap<string, CycleId> {
  const known = nextOf(stage);
  const next = known.get(cycle.id) ?? nextCycles(stage.toolkit, cycle);
  known.set(cycle.id, next);
  return next;
}

async function untimelyList(
  stage: Stage,
  planned: PlannedCycle,
  topics: readonly Choice[],
  link: (slug: string) => string,
): Promise<Html> {
  return markup`<details${topics.length <= 3 ? markup` open` : ""}><summary>${count(topics.length, "topic is", "topics are")} not suggested, and may be picked all the same</summary>
<ol class="offers">${await Promise.all(
    topics.map(({ topic, why }) =>
      offer(stage, planned, { topic, why }, { href: link(topic.slug), isSuggested: false }),
    ),
  )}</ol></details>`;
}

function neverList(topics: readonly Choice[]): Html {
  return markup`<details><summary>${count(topics.length, "topic")} may not be picked</summary>
<ul class="reasons">${topics.map(
    ({ topic, why }) =>
      markup`<li><a href="/topics/${topic.slug}">${topic.title}</a>: ${why} <code class="quiet">${topic.source.path}</code></li>`,
  )}</ul></details>`;
}
