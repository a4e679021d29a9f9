import { createHash } from "node:crypto";
import MailComposer from "nodemailer/lib/mail-composer";
import { encodeWord } from "nodemailer/lib/mime-funcs";
import { fileEnding, type EmbeddedImage } from "./images.ts";

/** One message, before it is written in MIME. */
export interface Letter {
  readonly from?: Mailbox | undefined;
  readonly to?: Mailbox | undefined;
  readonly replyTo?: string | undefined;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly images: readonly EmbeddedImage[];
  /** With angle brackets; a draft has none. */
  readonly messageId?: string | undefined;
  /** ISO 8601; without it the message has no Date. */
  readonly date?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What the parts are kept apart by; made from the contents unless given. */
  readonly boundary?: string | undefined;
}

export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/**
 * Writes a message as RFC 5322, lines ending in CRLF: text and HTML parts, pictures beside the HTML. The same letter
 * gives the same bytes.
 */
export async function composeMessage(letter: Letter): Promise<Buffer> {
  const composer = new MailComposer({
    ...(letter.from ? { from: letter.from } : {}),
    ...(letter.to ? { to: letter.to } : {}),
    ...(letter.replyTo ? { replyTo: letter.replyTo } : {}),
    subject: asTyped(letter.subject),
    html: letter.html,
    text: letter.text,
    attachments: letter.images.map(({ cid, content, contentType }) => ({
      cid,
      content,
      contentType,
      contentDisposition: "inline",
      filename: `${cid}.${fileEnding(contentType)}`,
    })),
    headers: { ...letter.headers },
    ...(letter.date ? { date: new Date(letter.date) } : {}),
    ...(letter.messageId ? { messageId: letter.messageId } : {}),
    baseBoundary: letter.boundary ?? boundaryOf(letter),
    disableFileAccess: true,
    disableUrlAccess: true,
    textEncoding: "quoted-printable",
    newline: "windows",
  });
  const unwanted = [...(letter.date ? [] : ["date"]), ...(letter.messageId ? [] : ["message-id"])];
  return withoutHeaders(await composer.compile().build(), unwanted);
}

/** Words that look like encoded ones (RFC 2047) would be decoded by mail programs: encoded once more, they are not. */
function asTyped(words: string): string {
  return words.includes("=?") ? encodeWord(words, "B", 52) : words;
}

function boundaryOf({ subject, html, text }: Letter): string {
  return createHash("sha256").update(subject).update(html).update(text).digest("hex").slice(0, 24);
}

/** nodemailer always writes Date and Message-ID; a draft, or a message outside a cycle, must not have them. */
function withoutHeaders(message: Buffer, names: readonly string[]): Buffer {
  if (names.length === 0) return message;
  const end = message.indexOf("\r\n\r\n");
  const fields = message
    .subarray(0, end)
    .toString("latin1")
    .split(/\r\n(?![ \t])/);
  const kept = fields.filter((field) => !names.includes(field.slice(0, field.indexOf(":")).toLowerCase()));
  return Buffer.concat([Buffer.from(kept.join("\r\n"), "latin1"), message.subarray(end)]);
}
