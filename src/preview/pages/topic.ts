import { html as markup } from "hono/html";
import { cycleLabel, dayInWords } from "../../domain/dates.ts";
import { quoted } from "../../domain/quoted.ts";
import { isPastReview } from "../../domain/topic.ts";
import { UserError } from "../../domain/user-error.ts";
import { NotHere, type Asked, type FormRoute, type Html, type Page } from "../page.ts";
import { commandLine, findingsMark } from "../parts.ts";
import { findingItems, staleNotices } from "../topic/finding-views.ts";
import { variantOf } from "../topic/finding-places.ts";
import { mailForm, textForm } from "../topic/mail-views.ts";
import { personPanel, branchesPanel, takePerson } from "../topic/person-views.ts";
import { sceneOf, type Scene } from "../topic/scene.ts";
import { sheetsForm } from "../topic/sheet-views.ts";
import { selects, switches, tabs } from "../topic/toolbar.ts";
import { queryOf, type View } from "../topic/choices.ts";

/** `/topics/:slug`: everything that is made of one topic, as it would go out. */
export async function topicPage(asked: Asked): Promise<Page> {
  const scene = await sceneOf(asked, topicOf(asked));
  const { topic, findings } = scene;
  const general = findings.filter((one) => variantOf(one, topic) === undefined);
  const forms = await formsOf(scene);
  return {
    title: topic.title,
    place: "overview",
    body: markup`<div class="topic">
${head(scene)}
${staleNotices(scene)}
${
  general.length === 0
    ? ""
    : markup`<section class="general" aria-labelledby="findings"><h2 id="findings">Findings</h2>
<div class="card">${findingItems(scene, general)}</div></section>`
}
${tabs(scene)}
<div class="tools">${selects(scene)}${switches(scene)}
<div class="panels">${personPanel(scene)}${branchesPanel(scene)}</div></div>
${forms}
${allFiles(scene)}
</div>`,
  };
}

/** `/topics/:slug/person`: finds somebody on a list, and shows the topic as they would get it. */
export const choosePerson: FormRoute = async (asked, form) => {
  const topic = topicOf(asked);
  try {
    return { next: await takePerson(asked, topic, form) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { page: nobodyLikeThat(error, `/topics/${topic.slug}${queryOf([...asked.query])}`) };
  }
};

/** What was asked for may be an address: it does not go into that of a page. */
function nobodyLikeThat({ message, hint }: UserError, back: string): Page {
  return {
    title: "Nobody like that",
    place: "overview",
    status: 404,
    body: markup`<h1>Nobody like that</h1>
<p>${message}</p>
<p>${hint}</p>
<p><a href="${back}">Back to the topic</a></p>`,
  };
}

function topicOf({ shown: { stage }, part }: Asked) {
  const slug = part("slug");
  const topic = stage.toolkit.topics.find((one) => one.slug === slug);
  if (!topic) throw new NotHere(`There is no topic "${slug}".`, "The overview lists all topics.");
  return topic;
}

const mailFormsFirst = ["newsletter", "email"] as const;
const sheetFormsLast = ["poster", "screen", "social"] as const;

function formsOf(scene: Scene): Promise<readonly Html[]> {
  const { variant } = scene.choices;
  const isShown = (one: View) => variant === "all" || variant === one;
  return Promise.all([
    ...mailFormsFirst.filter(isShown).map((one) => mailForm(scene, one)),
    ...(variant === "text" ? [textForm(scene)] : []),
    ...sheetFormsLast.filter(isShown).map((one) => sheetsForm(scene, one)),
  ]);
}

function head(scene: Scene): Html {
  const { topic, findings, choices, isChecked } = scene;
  const { cycle } = choices;
  return markup`<nav class="trail" aria-label="Where you are"><a href="/">Overview</a></nav>
<div class="headline">
<h1>${topic.title}</h1>
<p class="marks"><span class="mark ${topic.status === "ready" ? "good" : "plain"}">${topic.status}</span> ${
    findings.length === 0
      ? isChecked
        ? markup`<span class="mark good">no findings</span>`
        : markup`<span class="mark plain">being checked</span>`
      : findingsMark(findings)
  }</p>
</div>
<p class="lead">${topic.summary}</p>
<p class="quiet small"><code>${topic.source.path}</code><span class="dot">${
    cycle === undefined ? "outside a cycle" : `edition of ${cycleLabel(cycle)}`
  }</span>${topic.review === undefined ? "" : markup`<span class="dot">${reviewWords(scene, topic.review)}</span>`}</p>`;
}

function reviewWords({ stage, topic }: Scene, review: string): string {
  const isPast = isPastReview(topic, stage.today);
  return isPast ? `review was due on ${dayInWords(review)}` : `review by ${dayInWords(review)}`;
}

/** How to write all of this at once. */
function allFiles({ topic, choices, stage }: Scene): Html {
  const { cycle, audience, brand, size, form } = choices;
  const flags = [
    audience === undefined ? "" : ` --audience ${audience}`,
    brand === stage.brand.id ? "" : ` --brand ${brand}`,
    size === "A4" ? "" : ` --size ${size}`,
    form === "normal" ? "" : ` --${form}`,
  ].join("");
  return markup`<section class="all-files" aria-labelledby="all-files"><h2 id="all-files">All files at once</h2>
<p>In a terminal. The files are those that can be downloaded above: to nobody in particular, whoever they are shown to here.</p>
${commandLine(`onetopic render ${cycle ?? quoted(topic.slug)}${flags}`)}</section>`;
}
