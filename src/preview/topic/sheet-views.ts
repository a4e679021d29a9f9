import { html as markup } from "hono/html";
import { paperSizes } from "../../render/sheets.ts";
import type { ArtefactSpec } from "../../render/artefacts.ts";
import type { Html } from "../page.ts";
import { downloads, inKilobytes } from "./file-views.ts";
import { isWritten } from "./artefacts.ts";
import { printForms } from "./choices.ts";
import { variantOf } from "./finding-places.ts";
import { cannotBeMade, findingItems } from "./finding-views.ts";
import type { Scene } from "./scene.ts";
import { postsCard } from "./post-views.ts";
import { showSheets, type ShownSheet } from "./sheets.ts";
import { formNames, segments } from "./toolbar.ts";

/** Posters, the screen, or the cards with the words to post. */
export async function sheetsForm(scene: Scene, variant: "poster" | "screen" | "social"): Promise<Html> {
  const own = scene.findings.filter((one) => variantOf(one, scene.topic) === variant);
  const sheets = showSheets(scene, variant);
  return markup`<section class="form" id="${variant}" aria-labelledby="${variant}-title">
<div class="side"><h2 id="${variant}-title">${formNames[variant]}</h2>
${own.length > 0 ? findingItems(scene, own) : ""}
${variant === "poster" ? posterChoices(scene) : ""}</div>
<div class="sheets ${variant}">${sheets.map((sheet) => sheetCard(scene, sheet))}
${variant === "social" ? await postsCard(scene) : ""}</div>
</section>`;
}

const printNames = { normal: "Normal", "large-print": "Large print", press: "Press" } as const;

function posterChoices({ choices, link }: Scene): Html {
  return markup`<div class="switches">
${segments(
  "Paper",
  paperSizes.map((size) => ({ label: size, href: link({ size }), isChosen: choices.size === size })),
)}
${segments(
  "Print",
  printForms.map((form) => ({
    label: printNames[form],
    href: link({ form }),
    isChosen: choices.form === form,
  })),
)}
</div>
${choices.form === "press" ? markup`<p class="small quiet">With 3 mm beyond the edge and marks for the cut. A press takes PDF alone.</p>` : ""}`;
}

function sheetCard(scene: Scene, sheet: ShownSheet): Html {
  const { spec, label, address, width, height, isPending, isStale, problems } = sheet;
  const isFaulty = address === undefined || isStale;
  return markup`<article class="sheet-card ${spec.size === "A3" || spec.size === "A4" || spec.size === "A5" ? "paper" : "picture"}" id="sheet-${spec.name}">
<h3>${label}${isStale ? markup` <span class="mark bad">as it was before</span>` : ""}</h3>
${isFaulty ? cannotBeMade(scene, spec.name, isStale, problems) : problems.length > 0 ? findingItems(scene, problems) : ""}
${
  address === undefined
    ? ""
    : markup`<a class="picture" href="${address}" target="_blank"><img id="picture-${spec.name}" src="${address}" alt="${label}: ${scene.topic.title}" width="${String(width)}" height="${String(height)}" decoding="async" loading="lazy"${isPending ? markup` data-pending` : ""}><span class="unseen"> (opens in a new window)</span></a>`
}
<div class="file-acts">${
    isFaulty || scene.refused.length > 0
      ? markup`<p class="small quiet">Its files can be downloaded once the errors are mended.</p>`
      : downloads(scene, filesOf(scene, spec))
  }${sheet.bytes === undefined || isFaulty || !isWritten(spec) ? "" : markup`<span class="small quiet">${inKilobytes(sheet.bytes)} as PNG</span>`}</div>
</article>`;
}

/** As a press takes them PDF alone, all others PDF and PNG; what is no paper is PNG alone. */
function filesOf(scene: Scene, spec: ArtefactSpec): ArtefactSpec[] {
  const { variant, audience, size, form } = spec;
  const formats = variant === "poster" ? (["pdf", "png"] as const) : (["png"] as const);
  return formats
    .map((format) => scene.spec({ variant, audience, size, form, format }))
    .filter((one) => isWritten(one));
}
