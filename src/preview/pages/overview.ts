import { html as markup } from "hono/html";
import { grouped } from "../../check/report.ts";
import { count } from "../../domain/count.ts";
import { dayInWords } from "../../domain/dates.ts";
import { compareText, hasErrors } from "../../domain/problem.ts";
import { UserError } from "../../domain/user-error.ts";
import type { PlannedCycle } from "../../plan/ahead.ts";
import { planTopics } from "../../plan/topic-rows.ts";
import type { Shown } from "../live.ts";
import type { Asked, Html, Page } from "../page.ts";
import { commandLine, findingsList, findingsMark, withWholeIds } from "../parts.ts";
import { remembered } from "../remembered.ts";
import { settingsFault } from "../settings-notice.ts";
import { topicsSection } from "./overview-topics.ts";

/** The current cycle and those after it. */
const cyclesShown = 7;

const plannedOn = remembered(({ toolkit, cycle }) => {
  const { rows, cycles } = planTopics(toolkit, cycle);
  return { rows, cycles: cycles.slice(0, cyclesShown) };
});

/** `/`: where things stand, what comes, and every topic. */
export function overviewPage({ shown, query }: Asked): Page {
  const { rows } = plannedOn(shown.stage);
  const faulty = settingsFault(shown);
  // Those that stand in for faulty settings know no dates.
  const dated = faulty && !faulty.isAsBefore ? rows.map((row) => ({ ...row, nextCycle: null })) : rows;
  const hasDates = faulty ? faulty.isAsBefore : rows.length > 0;
  return {
    title: "Overview",
    place: "overview",
    body: markup`<h1 class="unseen">Overview</h1>
${faulty?.words ?? ""}
${hasDates ? ahead(shown) : ""}
${topicsSection(shown, dated, query)}
${elsewhere(shown, faulty ? shown.stage.toolkit.settings.source.path : "")}`,
  };
}

function ahead(shown: Shown): Html {
  const [now, ...coming] = plannedOn(shown.stage).cycles;
  return markup`${now ? currentEdition(shown, now) : ""}
<section class="ahead" aria-labelledby="coming"><div class="head"><h2 id="coming">Coming</h2><a href="/calendar">The whole calendar</a></div>
<ol class="strip">
${coming.map(comingCycle)}
</ol></section>`;
}

function currentEdition({ stage, standing }: Shown, { cycle, topic, picked, why }: PlannedCycle): Html {
  const isPast = cycle.date !== undefined && Date.parse(cycle.date) <= stage.now.getTime();
  const date = cycle.date
    ? `Send date: ${moment(cycle.date)}${isPast ? ", which is past" : ""}`
    : "No send date: every day of this cycle is avoided";
  return markup`<section class="now" id="current" aria-labelledby="now">
<div class="what">
<h2 id="now">Now: ${cycle.label}</h2>
<p class="title">${topic && picked ? topicLink(topic) : "No topic picked"}</p>
<p class="quiet">${date}.${topic && !picked ? markup` Suggested: ${topicLink(topic)}, ${why}.` : ""}</p>
${picked || !topic ? "" : markup`<p><a href="/calendar/${cycle.id}">Pick a topic here</a></p>`}
</div>
<div class="next">${nextStep(standing)}</div>
</section>`;
}

function nextStep(standing: Shown["standing"]): Html {
  if (!standing) return markup`<h3>Next step</h3>\n<p class="quiet">It is being worked out.</p>`;
  if (standing instanceof UserError)
    return markup`<h3>Next step</h3>\n<p><strong>${standing.message}</strong> ${standing.hint}</p>`;
  const { state, next } = standing;
  return markup`<h3>Next step <span class="mark plain">${state.replaceAll("-", " ")}</span></h3>
<p>${withWholeIds(next.why)}</p>
${commandLine(next.command)}`;
}

function comingCycle({ cycle, topic, why, picked }: PlannedCycle): Html {
  const words = picked || !topic ? why : `Suggested: ${why}`;
  return markup`<li id="coming-${cycle.id}"${picked ? markup` class="picked"` : ""}><h3>${cycle.label}</h3>
<p class="small">${cycle.date ? moment(cycle.date).replace(/ \d{4},/, ",") : "not sent"}</p>
<p class="topic">${topic ? topicLink(topic) : "No topic"}</p>
<p class="small">${words}</p></li>
`;
}

function topicLink({ slug, title }: { readonly slug: string; readonly title: string }): Html {
  return markup`<a href="/topics/${slug}">${title}</a>`;
}

/** Findings of everything but topics, file by file. */
function elsewhere({ problems, stage }: Shown, shownAbove: string): Html | string {
  const known = new Set([shownAbove, ...stage.toolkit.topics.map(({ source }) => source.path)]);
  const byFile = grouped(
    problems.filter(({ path }) => !known.has(path)),
    ({ path }) => path,
  );
  if (byFile.size === 0) return "";
  const files = [...byFile].toSorted(([a], [b]) => compareText(a, b));
  return markup`<section aria-labelledby="elsewhere"><h2 id="elsewhere">Findings in ${count(files.length, "other file")}</h2>
<div class="files">${files.map(
    ([path, found]) =>
      markup`<details class="card" id="${hasErrors(found) ? "errors" : "warnings"}-of-${path.replaceAll(/\s/g, "-")}"${hasErrors(found) ? markup` open` : ""}><summary><code>${path}</code> ${findingsMark(found)}</summary>
${stage.stale.has(path) ? markup`<p class="quiet">Shown as it was before.</p>` : ""}${findingsList(found)}</details>
`,
  )}</div></section>`;
}

function moment(date: string): string {
  return `${dayInWords(date)}, ${date.slice(11, 16)}`;
}
