import { html as markup } from "hono/html";
import { count } from "../../domain/count.ts";
import { limitOf, levelOf } from "../../domain/rules.ts";
import type { Html } from "../page.ts";
import { cut, inboxes, lengthOf, type Inbox } from "./inbox.ts";
import type { ShownMail } from "./mails.ts";
import type { Scene } from "./scene.ts";

/** What people see of a mail before they open it. */
export function inboxView(scene: Scene, mail: ShownMail): Html {
  const { sender, subject, preheader } = mail;
  return markup`<div class="inbox"><h3>In the inbox</h3>
<dl class="inbox-facts">
<dt>From</dt><dd>${sender === "" ? markup`<span class="mark warn">no sender</span>` : sender}</dd>
<dt>Subject</dt><dd>${subject} ${lengthMark(scene, subject, "text/subject-long")} <button type="button" class="small" data-copy="${subject}" aria-label="Copy the subject">Copy</button></dd>
<dt>Preheader</dt><dd>${
    preheader === ""
      ? markup`<span class="mark warn">none</span>`
      : markup`${cut(preheader, 160).shown} ${lengthMark(scene, cut(preheader, 160).shown, "text/preheader-long")}`
  }</dd>
</dl>
<ul class="inboxes">${inboxes.map((one) => inboxRow(one, mail))}</ul>
<p class="small quiet">About where these programs cut off.</p>
</div>`;
}

function inboxRow({ id, name, place, sender, subject, preheader }: Inbox, mail: ShownMail): Html {
  const shown = cut(mail.subject, subject);
  return markup`<li class="client ${place}" id="inbox-${mail.variant}-${id}"><span class="program">${name}</span>
<span class="row"><span class="sender">${cut(mail.sender, sender).shown}</span> <span class="subject">${shown.shown}${
    shown.isCut ? markup`<span class="unseen"> (cut off)</span>` : ""
  }</span> <span class="preheader">${cut(mail.preheader, preheader).shown}</span></span></li>`;
}

function lengthMark({ stage }: Scene, text: string, rule: "text/subject-long" | "text/preheader-long"): Html {
  const { checks } = stage.toolkit.settings;
  const [length, limit] = [lengthOf(text), limitOf(rule, "max", checks)];
  const isLong = length > limit && levelOf(rule, checks) !== "off";
  return markup`<span class="mark ${isLong ? "warn" : "plain"}">${isLong ? `${length}, more than ${limit} characters` : count(length, "character")}</span>`;
}
