import { harmless } from "./harmless.ts";
import { messageOf } from "./pages/message.ts";
import { NotHere, type Asked, type FileAnswer } from "./page.ts";

/** `/outbox/:id/html`: the HTML part, to be shown in a frame. */
export async function messageHtml({ shown: { stage }, part }: Asked): Promise<FileAnswer> {
  const { html } = await messageOf(stage, part("id"));
  if (html === undefined) throw new NotHere("This message has no HTML part.", "Its page shows what it has.");
  return { type: "text/html; charset=utf-8", content: new TextEncoder().encode(harmless(html)) };
}

/** `/outbox/:id/message.eml`: the file as it is. */
export async function messageFile({ shown: { stage }, part }: Asked): Promise<FileAnswer> {
  const { entry, raw } = await messageOf(stage, part("id"));
  return { type: "message/rfc822", content: raw, download: `${entry.id}.eml` };
}

/** Endings of the files in messages of ours; what else somebody put there gets one that opens nothing. */
const endings: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "application/pdf": "pdf",
  "message/rfc822": "eml",
};

/** `/outbox/:id/parts/:number`: a part as a file. Neither its name nor its kind are taken from the message. */
export async function messagePart({ shown: { stage }, part }: Asked): Promise<FileAnswer> {
  const { entry, parts } = await messageOf(stage, part("id"));
  const number = part("number");
  const found = /^\d{1,4}$/.test(number) ? parts[Number(number)] : undefined;
  if (!found) throw new NotHere("This message has no such part.", "Its page lists its parts.");
  const ending = Object.hasOwn(endings, found.type) ? endings[found.type] : "bin";
  return {
    type: "application/octet-stream",
    content: found.content,
    download: `${entry.id.slice(0, 8)}-part-${Number(number) + 1}.${ending}`,
  };
}
