import { html as markup } from "hono/html";
import { cycleLabel } from "../../domain/dates.ts";
import type { Html } from "../page.ts";
import { cyclesOf, isOfMail, pairsOf, usualChoices, views, widths, type View } from "./choices.ts";
import { peopleOn } from "./person.ts";
import type { Scene } from "./scene.ts";

/** What the forms are called. */
export const formNames: Readonly<Record<View, string>> = {
  all: "Everything",
  newsletter: "Newsletter",
  email: "Email",
  text: "Text parts",
  poster: "Poster",
  screen: "Screen",
  social: "Social",
};

/** Which forms are shown. */
export function tabs({ choices, link }: Scene): Html {
  return markup`<nav class="tabs" aria-label="Forms of this topic"><ul>
${views.map(
  (variant) =>
    markup`<li><a href="${link({ variant })}"${choices.variant === variant ? markup` aria-current="page"` : ""}>${formNames[variant]}</a></li>`,
)}
</ul></nav>`;
}

/** Brand, audience, edition and person: what a form takes at once. */
export function selects(scene: Scene): Html {
  const { stage, topic, choices, person } = scene;
  const { audiences } = stage.toolkit.settings;
  const brands = stage.toolkit.brands.length > 0 ? stage.toolkit.brands : [stage.brand];
  const cycles = cyclesOf(stage, topic);
  const taken = new Set(["brand", "audience", "cycle", ...(isOfMail(choices.variant) ? ["person"] : [])]);
  const hidden = pairsOf(choices, usualChoices(stage, topic)).filter(([name]) => !taken.has(name));
  return markup`<form class="choices" method="get" action="/topics/${topic.slug}" data-live aria-label="What is shown">
${hidden.map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`)}
${select(
  "brand",
  "Brand",
  brands.map(({ id, name }) => [id, name]),
  choices.brand,
)}
${
  person?.listed
    ? ""
    : select(
        "audience",
        "Audience",
        [
          ["", "Everyone and each audience"],
          ...audiences.map(({ id, title }): [string, string] => [id, title]),
        ],
        choices.audience ?? "",
      )
}
${
  cycles.length === 0
    ? ""
    : select(
        "cycle",
        "Edition",
        [
          ...cycles.toReversed().map((cycle): [string, string] => [cycle, cycleLabel(cycle)]),
          ["none", "Outside a cycle"],
        ],
        choices.cycle ?? "none",
      )
}
${isOfMail(choices.variant) ? personSelect(scene) : ""}
<button class="go">Show</button>
</form>`;
}

function personSelect({ stage, choices, person }: Scene): Html {
  const listed: [string, string][] =
    person?.listed && choices.person !== undefined ? [[choices.person, person.label]] : [];
  const options: [string, string][] = [
    ["", "Nobody in particular"],
    ...listed,
    ...peopleOn(stage).map(({ id, label }): [string, string] => [id, label]),
  ];
  return select("person", "Shown to", options, choices.person ?? "");
}

function select(
  name: string,
  label: string,
  options: readonly (readonly [value: string, label: string])[],
  chosen: string,
): Html {
  return markup`<label>${label} <select name="${name}" id="choice-${name}">${options.map(
    ([value, words]) =>
      markup`<option value="${value}"${value === chosen ? markup` selected` : ""}>${words}</option>`,
  )}</select></label>`;
}

/** Width, scheme and pictures of the mails. */
export function switches(scene: Scene): Html | string {
  const { choices, link } = scene;
  if (!isOfMail(choices.variant) || choices.variant === "text") return "";
  return markup`<div class="switches">
${segments(
  "Width",
  Object.entries(widths).map(([width, pixels]) => ({
    label: width[0]?.toUpperCase() + width.slice(1),
    title: `${pixels} pixels`,
    href: link({ width: width as keyof typeof widths }),
    isChosen: choices.width === width,
  })),
)}
${segments("Scheme", [
  { label: "Light", href: link({ scheme: "light" }), isChosen: choices.scheme === "light" },
  { label: "Dark", href: link({ scheme: "dark" }), isChosen: choices.scheme === "dark" },
])}
${segments("Pictures", [
  { label: "On", href: link({ images: true }), isChosen: choices.images },
  { label: "Off", href: link({ images: false }), isChosen: !choices.images },
])}
</div>`;
}

interface Segment {
  readonly label: string;
  readonly title?: string;
  readonly href: string;
  readonly isChosen: boolean;
}

/** A choice of few, as links: one of them is what is shown. */
export function segments(label: string, all: readonly Segment[]): Html {
  const id = `segments-${label.toLowerCase().replaceAll(" ", "-")}`;
  return markup`<div class="segments" role="group" aria-labelledby="${id}"><span id="${id}">${label}</span><ul>
${all.map(
  ({ label: words, title, href, isChosen }) =>
    markup`<li><a href="${href}"${title ? markup` title="${title}"` : ""}${isChosen ? markup` aria-current="true"` : ""}>${words}</a></li>`,
)}
</ul></div>`;
}
