// Under the name that it bears there, the formatter would lay the pages out anew.
import { html as markup } from "hono/html";
import { sortProblems, type Problem } from "../../domain/problem.ts";
import { unique } from "../../check/check.ts";
import { describe } from "../../check/words/words.ts";
import type { Html } from "../page.ts";
import { excerptOf } from "./finding-places.ts";
import type { Scene } from "./scene.ts";

/** Findings with their places, errors first, and the line that each is about. */
export function findingItems({ topic, stale }: Scene, problems: readonly Problem[]): Html {
  const sorted = sortProblems(unique(problems)).toSorted(
    (a, b) => Number(b.severity === "error") - Number(a.severity === "error"),
  );
  const isStale = stale.includes(topic.source.path);
  return markup`<ul class="findings">
${sorted.map((one) => {
  const place = `${one.path}:${one.line}:${one.column}`;
  // What is held of a file that cannot be read is how it was before: its lines are others.
  const line = isStale ? undefined : excerptOf(one, topic);
  return markup`<li><span class="mark ${one.severity === "error" ? "bad" : "warn"}">${one.severity === "error" ? "error" : "warning"}</span> ${describe(one)}
${line === undefined ? "" : markup`<code class="excerpt">${line}</code>`}
<span class="small"><code>${place}</code> <span class="rule">${one.rule}</span></span></li>`;
})}
</ul>`;
}

/** Says which files cannot be used as they are now, and that what is shown is how they were. */
export function staleNotices({ stale }: Pick<Scene, "stale">): Html | string {
  if (stale.length === 0) return "";
  const names = stale.map((path) => markup`<code>${path}</code>`);
  return markup`<section class="notice fault" aria-label="Shown as it was before" id="stale">
<p><strong>${names.map((name, at) => markup`${at > 0 ? ", " : ""}${name}`)} cannot be used as ${stale.length > 1 ? "they are" : "it is"} now.</strong> What is shown below is how it was before. Mend the errors that are found, and this page follows.</p></section>`;
}

/** Says that something is shown as it was when it could last be made, and why it cannot be made now. */
export function cannotBeMade(
  scene: Scene,
  name: string,
  isStale: boolean,
  problems: readonly Problem[],
): Html {
  return markup`<div class="notice fault"><p><strong>${name} cannot be made.</strong> ${
    isStale ? "What is shown is how it was before." : ""
  }</p>
${problems.length > 0 ? findingItems(scene, problems) : ""}</div>`;
}
