// Under the name that it bears there, the formatter would lay the pages out anew.
import { html as markup } from "hono/html";
import { sortProblems } from "../../domain/problem.ts";
import { NotHere, type Asked, type Page } from "../page.ts";
import { findingsList, staleNotice } from "../parts.ts";

/** `/topics/:slug`: what is made of one topic. */
export function topicPage({ shown, part }: Asked): Page {
  const { stage, problems, version } = shown;
  const slug = part("slug");
  const topic = stage.toolkit.topics.find((one) => one.slug === slug);
  if (!topic) throw new NotHere(`There is no topic "${slug}".`, "The overview lists all topics.");
  const { path } = topic.source;
  const found = sortProblems(problems.filter((one) => one.path === path));
  return {
    title: topic.title,
    place: "overview",
    body: markup`<h1>${topic.title}</h1>
<p>${topic.summary}</p>
<p class="quiet"><code>${path}</code></p>
${stage.stale.has(path) ? staleNotice(path) : ""}
<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
${found.length === 0 ? markup`<p>No findings.</p>` : markup`<div class="card">${findingsList(found)}</div>`}</section>
<section aria-labelledby="newsletter"><h2 id="newsletter">Newsletter</h2>
<iframe class="mail" title="The newsletter" sandbox src="/render/${topic.slug}/newsletter.html?v=${String(version)}"></iframe></section>`,
  };
}
