import { html as markup } from "hono/html";
import { count } from "../../domain/count.ts";
import { sortProblems, type Problem } from "../../domain/problem.ts";
import { unique } from "../../check/check.ts";
import { describe } from "../../check/words/words.ts";
import type { Html } from "../page.ts";
import { excerptOf } from "./finding-places.ts";
import type { Scene } from "./scene.ts";

/** As many are shown at once; of more, only the errors are. */
const shownAtOnce = 3;

/** Findings with their places, errors first, and the line that each is about. Many warnings are folded away. */
export function findingItems(scene: Scene, problems: readonly Problem[]): Html {
  const sorted = sortProblems(unique(problems)).toSorted(
    (a, b) => Number(b.severity === "error") - Number(a.severity === "error"),
  );
  const errors = sorted.filter(({ severity }) => severity === "error").length;
  const shown = sorted.length <= shownAtOnce ? sorted.length : Math.max(errors, shownAtOnce - 1);
  const more = sorted.slice(shown);
  return markup`<ul class="findings">
${sorted.slice(0, shown).map((one) => findingItem(scene, one))}
</ul>${
    more.length === 0
      ? ""
      : markup`<details class="more"><summary>${count(more.length, shown > 0 ? "more warning" : "warning")}</summary><ul class="findings">
${more.map((one) => findingItem(scene, one))}
</ul></details>`
  }`;
}

function findingItem({ topic, stale }: Scene, one: Problem): Html {
  const { severity, path, line, column, rule } = one;
  // What is held of a file that cannot be read is how it was before: its lines are others.
  const excerpt = stale.includes(path) ? undefined : excerptOf(one, topic);
  const isError = severity === "error";
  return markup`<li><span class="mark ${isError ? "bad" : "warn"}">${isError ? "error" : "warning"}</span> ${describe(one)}
${excerpt === undefined ? "" : markup`<code class="excerpt">${excerpt}</code>`}
<span class="small"><code>${path}:${String(line)}:${String(column)}</code> <span class="rule">${rule}</span></span></li>`;
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
  const news = problems.filter((one) => !isToldBetter(one, scene.findings));
  return markup`<div class="notice fault"><p><strong>${name} cannot be made.</strong>${
    isStale ? " What is shown is how it was before." : ""
  }${news.length === 0 ? " The errors that are found on this page say why." : ""}</p>
${news.length > 0 ? findingItems(scene, news) : ""}</div>`;
}

/** What stops a template when it runs was mostly found, and said more clearly, when it was read. */
function isToldBetter(one: Problem, findings: readonly Problem[]): boolean {
  return (
    one.rule === "template/rendering" &&
    findings.some(({ path, line, rule }) => path === one.path && line === one.line && rule !== one.rule)
  );
}
