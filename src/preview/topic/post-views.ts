import { html as markup } from "hono/html";
import { TemplateFault } from "../../render/handlebars.ts";
import type { WrittenPosts } from "../../render/studio.ts";
import type { Html } from "../page.ts";
import { downloadOf } from "./addresses.ts";
import { downloads } from "./file-views.ts";
import { cannotBeMade, findingItems } from "./finding-views.ts";
import { inputFor, make, pieceOf, type Order } from "./rendering.ts";
import type { Scene } from "./scene.ts";

/** The words that go with the cards: one post for each platform, and all of them as a file. */
export async function postsCard(scene: Scene): Promise<Html> {
  const { stage, gallery, topic, choices } = scene;
  const spec = scene.spec({ variant: "social", audience: choices.audience, format: "txt" });
  const order: Order = { topic, choices };
  const piece = pieceOf(stage, order, spec);
  const { content, problems } = await make(stage, gallery, piece);
  const last = content ? undefined : gallery.last(piece.place);
  const before = last === undefined ? undefined : gallery.known(last)?.content;
  return markup`<article class="sheet-card words" id="sheet-${spec.name}"><h3>Words to post${
    before ? markup` <span class="mark bad">as they were before</span>` : ""
  }</h3>
${content ? (problems.length > 0 ? findingItems(scene, problems) : "") : cannotBeMade(scene, spec.name, before !== undefined, problems)}
${before ? markup`<pre class="text-part" tabindex="0" role="region" aria-label="Words to post">${before.toString("utf8")}</pre>` : ""}
${content ? posts(postsOf(scene, order)) : ""}
<div class="file-acts">${
    scene.refused.length > 0 || !content
      ? ""
      : markup`<span class="group"><button type="button" class="small" data-copy-from="${downloadOf(scene, spec)}" data-copy-name="${spec.name}" aria-label="Copy all words to post">Copy all</button></span>${downloads(scene, [spec])}`
  }</div></article>`;
}

function postsOf({ stage, choices, spec }: Scene, order: Order): WrittenPosts | undefined {
  const wanted = spec({ variant: "social", audience: choices.audience, format: "txt" });
  try {
    return stage.studio.posts(inputFor(stage, order, wanted));
  } catch (error) {
    // The file was made from the same words a moment ago; a fault of it is told there.
    if (error instanceof TemplateFault) return undefined;
    throw error;
  }
}

function posts(written: WrittenPosts | undefined): Html | string {
  if (!written) return "";
  return markup`<ul class="posts">${written.each.map(({ id, name, text, count, limit, note }) =>
    post(id, name, `${count} of ${limit} characters`, text, note),
  )}${post("alt", "Alt text", "for those who cannot see the pictures", written.alt, "")}</ul>`;
}

function post(id: string, name: string, about: string, text: string, note: string): Html {
  return markup`<li id="post-${id}"><p class="platform"><strong>${name}</strong> <span class="small quiet">${about}</span>${
    text === ""
      ? ""
      : markup` <button type="button" class="small" data-copy="${text}" data-copy-name="${name}" aria-label="Copy the words for ${name}">Copy</button>`
  }</p>
<p class="post" dir="auto">${text === "" ? "No words of this topic are short enough here." : text}</p>
${note === "" ? "" : markup`<p class="small quiet">${note}</p>`}</li>`;
}
