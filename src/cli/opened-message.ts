import { openMail, type OpenedMail } from "../deliver/bounces/mail.ts";
import type { OutboxMessage } from "../preview/outbox-reader.ts";

/** So much is put into a page: a message may name one picture a thousand times. */
const mostInside = 16 * 1024 * 1024;

/** Pictures that run nothing. */
const picture = /^image\/(?:png|jpeg|gif|webp)$/;

/** A message taken apart to be looked at; one that cannot be says why. */
export async function openedMessage(
  raw: Uint8Array<ArrayBuffer>,
): Promise<Pick<OutboxMessage, "headers" | "html" | "text" | "parts" | "closed" | "raw">> {
  try {
    const mail = await openMail(raw);
    const { headers, text, parts } = mail;
    return {
      headers,
      text,
      html: mail.html === undefined ? undefined : withPictures(mail.html, mail),
      parts: parts.map(({ type, name, content }) => ({ type, name, content: new Uint8Array(content) })),
      raw,
    };
  } catch (error) {
    // The parser's words, such as that it holds too many parts within parts.
    const why = error instanceof Error ? error.message : String(error);
    return { headers: [], parts: [], raw, closed: `It cannot be taken apart: ${why.replace(/\.$/, "")}.` };
  }
}

/** The HTML part with the pictures that come with it written into it. */
function withPictures(html: string, { parts }: Pick<OpenedMail, "parts">): string {
  const pictures = new Map(
    parts.flatMap(({ type, contentId, content }) =>
      contentId !== undefined && picture.test(type)
        ? [[contentId.replace(/^<|>$/g, ""), { type, content }] as const]
        : [],
    ),
  );
  if (pictures.size === 0) return html;
  const written = new Map<string, string>();
  let size = 0;
  return html.replace(/cid:([^"'\s<>)]{1,200})/gi, (whole, id: string) => {
    const found = pictures.get(id);
    if (!found) return whole;
    const uri =
      written.get(id) ?? `data:${found.type};base64,${Buffer.from(found.content).toString("base64")}`;
    written.set(id, uri);
    size += uri.length;
    return size > mostInside ? whole : uri;
  });
}
