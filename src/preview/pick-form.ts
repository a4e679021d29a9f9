import { html as markup } from "hono/html";
import { count } from "../domain/count.ts";
import { cycleIdPattern, cycleLabel } from "../domain/dates.ts";
import type { Edition } from "../domain/edition.ts";
import { quoted } from "../domain/quoted.ts";
import type { Topic } from "../domain/topic.ts";
import { UserError } from "../domain/user-error.ts";
import { pickingFacts, type PlannedCycle } from "../plan/ahead.ts";
import { offered } from "../plan/choice.ts";
import { approversInWords, displacedBy } from "../plan/displacement.ts";
import { sendingInWords } from "../plan/due.ts";
import { unfit, untimely } from "../plan/picking.ts";
import { editionPath } from "../toolkit/editions.ts";
import type { FormRoute, Html } from "./page.ts";
import { commandLine } from "./parts.ts";
import type { Said } from "./said.ts";
import type { PickWish, Stage } from "./stage.ts";

interface Chosen {
  readonly slug: string;
  /** Where the page is without the form. */
  readonly close: string;
  readonly said: Said | undefined;
}

/** Asks whether this topic is to be picked, and says what comes of it. Nothing is written before the button is pressed. */
export function pickForm(
  stage: Stage,
  planned: PlannedCycle,
  edition: Edition | undefined,
  { slug, close, said }: Chosen,
): Html {
  const { toolkit, today } = stage;
  const { cycle } = planned;
  const topic = toolkit.topics.find((one) => one.slug === slug);
  if (!topic) return refusal(`There is no topic "${slug}".`, "Choose one below.", close);
  const on = cycle.date?.slice(0, 10) ?? today;
  const forbidden = unfit(topic, today) ?? unfit(topic, on);
  if (forbidden)
    return refusal(
      `"${slug}" may not be picked for ${cycle.id}: ${forbidden}.`,
      `Mend ${topic.source.path}, or choose another topic.`,
      close,
    );
  const unusual = untimely(topic, { ...pickingFacts(toolkit, cycle), on });
  const gone = displacedBy(toolkit, planned, slug);
  const replaces = edition !== undefined;
  return markup`<section class="card pick" id="pick" tabindex="-1" aria-labelledby="picking"><h2 id="picking">${
    replaces ? "Put" : "Pick"
  } <q>${topic.title}</q> ${replaces ? "in its place" : `for ${cycle.label}`}</h2>
<p>${topic.summary}</p>
<ul class="plain"><li>${cycle.label} ${sendingInWords(stage, cycle)}; ${approversInWords(topic, toolkit.settings)}.</li>
${gone ? markup`<li>It comes in place of <q>${titleOf(toolkit, gone.topic)}</q>, ${gone.next ? `which then comes in ${cycleLabel(gone.next)}` : "which is not planned any more"}.</li>` : ""}
${unusual ? markup`<li><strong>Note:</strong> ${unusual}. It is picked all the same.</li>` : ""}</ul>
${fields(stage, planned, topic, { edition, wish: wishOf(said), close })}
<p class="quiet">The same in a terminal:</p>
${commandLine(`onetopic pick ${quoted(slug)} --cycle ${cycle.id}${replaces ? " --replace" : ""}`)}</section>`;
}

function titleOf({ topics }: Stage["toolkit"], slug: string): string {
  return topics.find((one) => one.slug === slug)?.title ?? slug;
}

function refusal(message: string, hint: string, close: string): Html {
  return markup`<section class="notice fault" id="pick" tabindex="-1" aria-label="It may not be picked"><p><strong>${message}</strong> ${hint}</p><p><a href="${close}">Choose another</a></p></section>`;
}

function wishOf(said: Said | undefined): Partial<PickWish> {
  return said?.kind === "refused" ? said.wish : {};
}

function fields(
  stage: Stage,
  planned: PlannedCycle,
  topic: Topic,
  about: { readonly edition: Edition | undefined; readonly wish: Partial<PickWish>; readonly close: string },
): Html {
  const { edition, wish, close } = about;
  const { cycle } = planned;
  return markup`<form method="post" action="/pick" class="fields">
<input type="hidden" name="cycle" value="${cycle.id}"><input type="hidden" name="topic" value="${topic.slug}"><input type="hidden" name="before" value="${edition?.topic ?? ""}">
<label for="why">Why this topic, for the record</label>
<input id="why" name="why" maxlength="400" autocomplete="off" value="${wish.why ?? usualReason(stage, planned, topic)}">
<label for="by">Picked by <span class="quiet">(may be left out)</span></label>
<input id="by" name="by" maxlength="120" autocomplete="name" value="${wish.by ?? ""}">
${edition ? confirmation(edition) : ""}
<p class="acts"><button class="main">${edition ? "Replace" : "Pick"}</button> <a class="button" href="${close}">Cancel</a></p>
</form>`;
}

/** It is named after what it replaces: when that is another one by now, it must be ticked anew. */
function confirmation({ topic, approvals, schedule, cycle }: Edition): Html {
  const lost = [
    ...(approvals.length > 0 ? [`${count(approvals.length, "approval")} of ${topic}`] : []),
    ...(schedule ? ["its schedule"] : []),
  ];
  return markup`<div class="tick" id="confirm-${topic}"><input type="checkbox" id="replace-${topic}" name="replace" value="yes" required>
<label for="replace-${topic}">Yes, replace <strong>${topic}</strong>, which is picked for ${cycle}.${
    lost.length > 0
      ? ` ${lost.join(" and ")} ${approvals.length > 1 || lost.length > 1 ? "go" : "goes"} with it.`
      : ""
  } Your note stays.</label></div>`;
}

/** As the command suggests it. */
function usualReason({ toolkit, today }: Stage, planned: PlannedCycle, { slug }: Topic): string {
  const candidates = offered(toolkit, planned, today);
  const at = candidates.findIndex(({ topic }) => topic.slug === slug);
  const why = candidates[at]?.why ?? "chosen by hand";
  return at === 0 ? `suggested: ${why}` : why;
}

/** `POST /pick`: does what `onetopic pick` does, and leads to its answer. */
export const pickRoute: FormRoute = async ({ shown: { stage }, said, follow }, form) => {
  const text = (name: string) => form.get(name)?.trim() || undefined;
  const wish: PickWish = {
    cycle: text("cycle") ?? stage.cycle.id,
    slug: text("topic"),
    why: text("why"),
    by: text("by"),
    replace: form.get("replace") === "yes",
    before: text("before"),
  };
  const at = `/calendar/${encodeURIComponent(wish.cycle)}`;
  try {
    const picked = await stage.pick(wish);
    await follow([editionPath(picked.cycle)]);
    const name = said.keep({ kind: "picked", picked, replaced: wish.replace });
    return { next: `${at}?said=${name}#said` };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (cycleIdPattern.test(wish.cycle)) await follow([editionPath(wish.cycle)]);
    const { message, hint } = error;
    const name = said.keep({ kind: "refused", message, hint, wish });
    const topic = wish.slug === undefined ? "" : `topic=${encodeURIComponent(wish.slug)}&`;
    return { next: `${at}?${topic}said=${name}#said` };
  }
};
