import { html as markup } from "hono/html";
import { htmlLimit } from "../../render/render.ts";
import type { Html } from "../page.ts";
import { downloadOf } from "./addresses.ts";
import { downloads, inKilobytes } from "./file-views.ts";
import { widths } from "./choices.ts";
import { variantOf } from "./finding-places.ts";
import { cannotBeMade, findingItems } from "./finding-views.ts";
import { inboxView } from "./inbox-views.ts";
import { linksOf } from "./inbox.ts";
import { showMails, type ShownMail } from "./mails.ts";
import type { Scene } from "./scene.ts";
import { formNames } from "./toolbar.ts";

/** Newsletters or emails, with what stands in the inbox. */
export async function mailForm(scene: Scene, variant: ShownMail["variant"]): Promise<Html> {
  const mails = await showMails(scene, variant);
  const [first] = mails;
  const own = scene.findings.filter((one) => variantOf(one, scene.topic) === variant);
  return markup`<section class="form" id="${variant}" aria-labelledby="${variant}-title">
<div class="side"><h2 id="${variant}-title">${formNames[variant]}</h2>
${scene.person ? markup`<p class="small">Shown to: ${scene.person.label}.</p>` : ""}
${own.length > 0 ? findingItems(scene, own) : ""}
${first ? inboxView(scene, first) : ""}</div>
<div class="mails ${scene.choices.width}${mails.length === 1 ? " single" : ""}">${mails.map((mail) => mailCard(scene, mail, mails.length > 1))}
${first?.text !== undefined && mails.length === 1 ? textCard(variant, first.text) : ""}</div>
</section>`;
}

/** The plain text that mail carries beside its HTML. */
export async function textForm(scene: Scene): Promise<Html> {
  const mails = (await Promise.all([showMails(scene, "newsletter"), showMails(scene, "email")])).flat();
  return markup`<section class="form" id="text" aria-labelledby="text-title">
<div class="side"><h2 id="text-title">Text parts</h2>
<p class="small quiet">Every mail carries its words as plain text too: for programs and people that read no HTML.</p></div>
<div class="texts">${mails.map((mail) => {
    const name = `${formNames[mail.variant]}, ${mail.label.toLowerCase() === "everyone" ? "everyone" : mail.label}`;
    const spec = scene.spec({ variant: mail.variant, audience: mail.audience, format: "txt" });
    return markup`<article class="mail-card" id="text-${spec.name}"><h3>${name}</h3>
${mail.text === undefined ? cannotBeMade(scene, spec.name, false, mail.problems) : textBlock(name, mail.text)}
<p class="file-acts">${scene.refused.length > 0 ? "" : fileActs(scene, mail, name, ["txt"])}</p></article>`;
  })}</div></section>`;
}

/** Beside a mail that stands alone there is room for its text. */
function textCard(variant: ShownMail["variant"], text: string): Html {
  return markup`<article class="mail-card" id="text-beside-${variant}"><h3>Text part</h3>${textBlock(formNames[variant], text)}</article>`;
}

function textBlock(name: string, text: string): Html {
  return markup`<pre class="text-part" tabindex="0" role="region" aria-label="Text part: ${name}" dir="auto">${text}</pre>`;
}

// A frame whose mail is another one is another frame: one that only changed its address would be a step of the history.
function mailCard(scene: Scene, mail: ShownMail, hasText: boolean): Html {
  const { choices } = scene;
  const spec = scene.spec({ variant: mail.variant, audience: mail.audience, format: "html" });
  const name = `${formNames[mail.variant]}, ${mail.label}`;
  const isFaulty = mail.isStale || mail.html === undefined;
  return markup`<article class="mail-card" id="mail-${spec.name}">
<h3>${mail.label}${mail.isStale ? markup` <span class="mark bad">as it was before</span>` : ""}</h3>
${isFaulty ? cannotBeMade(scene, spec.name, mail.isStale, mail.problems) : mail.problems.length > 0 ? findingItems(scene, mail.problems) : ""}
${
  mail.address === undefined
    ? ""
    : markup`<div class="device ${choices.width} ${choices.scheme}"><div class="pane"><iframe id="${mail.address}" data-frame="${spec.name}" title="${name}" sandbox src="${mail.address}" width="${String(widths[choices.width])}" loading="lazy"></iframe></div></div>
${sizeLine(mail)}`
}
<div class="file-acts">${
    isFaulty || scene.refused.length > 0
      ? markup`<p class="small quiet">Its files can be copied and downloaded once the errors are mended.</p>`
      : fileActs(scene, mail, name, ["html", "txt", "eml"])
  }${mail.address === undefined ? "" : markup`<a class="alone" href="${mail.address}" target="_blank" aria-label="Open alone: ${name}, in a new window">Open alone</a>`}</div>
${mail.text === undefined || !hasText ? "" : markup`<details class="more"><summary>Text part<span class="unseen"> of ${name}</span></summary>${textBlock(name, mail.text)}</details>`}
${mail.html === undefined ? "" : linkList(mail.html, name)}
</article>`;
}

/** So full, what Gmail shows before it cuts off is worth a look. */
const nearly = 0.8;

/** How large a mail is, and how near to what Gmail cuts off. */
function sizeLine({ htmlBytes, messageBytes }: ShownMail): Html {
  const limit = Math.round(htmlLimit / 1024);
  const isClipped = htmlBytes > htmlLimit;
  const meter = markup`<meter min="0" max="${String(limit)}" high="${String(Math.round(limit * nearly))}" value="${String(Math.round(htmlBytes / 1024))}" aria-label="Size of the HTML">${inKilobytes(htmlBytes)}</meter>`;
  const isNear = htmlBytes >= htmlLimit * nearly;
  return markup`<p class="size small">${isNear ? meter : ""}
<span>${inKilobytes(htmlBytes)} of HTML. ${
    isClipped
      ? markup`<strong>Gmail cuts off what is beyond ${String(limit)} kB.</strong> `
      : isNear
        ? `Gmail shows up to ${limit} kB. `
        : ""
  }The whole message is ${inKilobytes(messageBytes)}.</span></p>`;
}

const copied = { html: "HTML", txt: "text" } as const;

/** Buttons to copy, and links to download. */
function fileActs(
  scene: Scene,
  { variant, audience, subject }: ShownMail,
  name: string,
  formats: readonly ("html" | "txt" | "eml")[],
): Html {
  const specs = formats.map((format) => scene.spec({ variant, audience, format }));
  return markup`<span class="group">${specs
    .filter(({ format }) => format !== "eml")
    .map(
      (spec) =>
        markup`<button type="button" class="small" data-copy-from="${downloadOf(scene, spec)}" data-copy-name="${spec.name}" aria-label="Copy ${copied[spec.format as "html" | "txt"]} of ${name}">Copy ${copied[spec.format as "html" | "txt"]}</button>`,
    )}${
    formats.length > 1
      ? markup`<button type="button" class="small" data-copy="${subject}" aria-label="Copy subject of ${name}">Copy subject</button>`
      : ""
  }</span>
${downloads(scene, specs)}`;
}

function linkList(html: string, name: string): Html | string {
  const links = linksOf(html);
  if (links.length === 0) return "";
  return markup`<details class="more"><summary>Links (${String(links.length)})<span class="unseen"> of ${name}</span></summary>
<ul class="links">${links.map(
    ({ href, text }) =>
      markup`<li>${text === "" ? "(no words)" : text}<br>${
        /^(?:https?|mailto|tel):/.test(href)
          ? markup`<a href="${href}" target="_blank" rel="noreferrer">${href}</a>`
          : markup`<code>${href}</code>`
      }</li>`,
  )}</ul></details>`;
}
