import { html as markup } from "hono/html";
import { count } from "../domain/count.ts";
import type { Problem } from "../domain/problem.ts";
import { describe } from "../check/words/words.ts";
import type { Html } from "./page.ts";

/* Pieces that several pages show. */

/** A command to run in a terminal, with a button that copies it. */
export function commandLine(command: string): Html {
  return markup`<p class="command"><code>${command}</code> <button type="button" data-copy="${command}">Copy<span class="unseen"> the command</span></button></p>`;
}

/** A sentence in which the ids of cycles, such as `2026-12`, are not taken apart at the end of a line. */
export function withWholeIds(sentence: string): readonly (string | Html)[] {
  return sentence
    .split(/\b(\d{4}-(?:W?\d{2}|Q\d))\b(?!-)/)
    .map((part, at) => (at % 2 === 0 ? part : markup`<span class="whole">${part}</span>`));
}

/** How many faults and warnings there are, as a mark. */
export function findingsMark(problems: readonly Problem[]): Html {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  if (problems.length === 0) return markup`<span class="mark good">none</span>`;
  return markup`${errors > 0 ? markup`<span class="mark bad">${count(errors, "error")}</span> ` : ""}${
    warnings > 0 ? markup`<span class="mark warn">${count(warnings, "warning")}</span>` : ""
  }`;
}

/** Findings with their places. */
export function findingsList(problems: readonly Problem[]): Html {
  return markup`<ul class="findings">
${problems.map(
  (
    one,
  ) => markup`<li><span class="mark ${one.severity === "error" ? "bad" : "warn"}">${one.severity}</span> ${describe(one)}
<span class="small"><code>${one.path}:${String(one.line)}:${String(one.column)}</code> ${one.rule}</span></li>`,
)}
</ul>`;
}

/** A file that cannot be used as it is now. */
export function staleNotice(file: string): Html {
  return markup`<section class="notice fault" aria-label="Shown as it was before"><p><strong>${file} cannot be used as it is now.</strong> What is shown is how it was before. Mend what is found below, and this page follows.</p></section>`;
}
