/*
 * The one file that knows the parser of messages.
 */
import { createHash } from "node:crypto";
import PostalMime, { addressParser, decodeWords, type Attachment, type Email } from "postal-mime";

/** Parts within parts: reports need three levels. */
const deepest = 50;
const longestHeader = 256 * 1024;

export interface MailPart {
  /** Such as `message/delivery-status`. */
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** A message as far as it matters here. */
export interface Mail {
  /** The first header of that name, decoded; empty when there is none. */
  header(name: string): string;
  /** The words that people read, as plain text. */
  readonly text: string;
  /** All other parts, flat; messages within the message are not opened. */
  readonly parts: readonly MailPart[];
  /** The address it says to come from. */
  readonly from: string;
}

/** Reads a message. Rejects when it is no message that can be read. */
export async function readMail(raw: Uint8Array): Promise<Mail> {
  const email = await PostalMime.parse(raw, {
    forceRfc822Attachments: true,
    maxNestingDepth: deepest,
    maxHeadersSize: longestHeader,
  });
  const headers = new Map<string, string>();
  for (const { key, value } of email.headers) if (!headers.has(key)) headers.set(key, value);
  headers.set("subject", email.subject ?? headers.get("subject") ?? "");
  return {
    header: (name) => headers.get(name) ?? "",
    text: email.text ?? wordsOf(email.html ?? ""),
    parts: email.attachments.map(partOf),
    from: fromOf(email),
  };
}

/** Takes the beginning of a message. Gives the addresses in its To, those of a group included. */
export function addressedTo(beginning: Uint8Array): string[] {
  return fieldsOf(beginning, "to")
    .flatMap((value) => addressParser(value, { flatten: true }))
    .flatMap(({ address }) => (address ? [address] : []));
}

/** Takes the beginning of a message. Gives what each of its fields of that name says, as it is written. */
export function fieldsOf(beginning: Uint8Array, name: string): string[] {
  const [head = ""] = Buffer.from(beginning)
    .toString("utf8")
    .split(/\r?\n\r?\n/, 1);
  const fields = head.replace(/\r?\n(?=[ \t])/g, "").split(/\r?\n/);
  return fields.flatMap((field) => {
    const colon = field.indexOf(":");
    return field.slice(0, colon).trim().toLowerCase() === name ? [field.slice(colon + 1).trim()] : [];
  });
}

/** What a list of messages shows of one. */
export interface MailHead {
  readonly subject: string;
  readonly to: string;
  /** With brackets. */
  readonly messageId: string;
}

/** Longer ones say nothing more to anybody. */
const longestField = 2_000;

/** Takes the beginning of a message; gives what a list shows of it. */
export function headOf(beginning: Uint8Array): MailHead {
  const [head = ""] = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.byteLength)
    .toString("utf8")
    .split(/\r?\n\r?\n/, 1);
  const fields = head.replace(/\r?\n(?=[ \t])/g, "").split(/\r?\n/);
  const field = (name: RegExp): string => {
    const found = fields.find((one) => name.test(one)) ?? "";
    return found.slice(found.indexOf(":") + 1, longestField).trim();
  };
  return {
    subject: decodeWords(field(/^subject[ \t]*:/i)),
    to: decodeWords(field(/^to[ \t]*:/i)),
    messageId: field(/^message-id[ \t]*:/i),
  };
}

/** A message taken apart, to be looked at. */
export interface OpenedMail {
  /** In their order, unfolded, as they were written. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly html?: string | undefined;
  readonly text?: string | undefined;
  /** All other parts, flat. */
  readonly parts: readonly {
    readonly type: string;
    /** As the message says: it may hold anything. */
    readonly name?: string | undefined;
    /** With brackets. */
    readonly contentId?: string | undefined;
    readonly content: Uint8Array;
  }[];
}

/** Takes a message apart to be looked at. Rejects when it is no message that can be read. */
export async function openMail(raw: Uint8Array): Promise<OpenedMail> {
  const email = await PostalMime.parse(raw, {
    forceRfc822Attachments: true,
    maxNestingDepth: deepest,
    maxHeadersSize: longestHeader,
  });
  return {
    headers: email.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    html: email.html,
    text: email.text,
    parts: email.attachments.map(({ mimeType, filename, contentId, content }) => ({
      type: mimeType,
      name: filename ?? undefined,
      contentId,
      content: typeof content === "string" ? Buffer.from(content) : new Uint8Array(content),
    })),
  };
}

function partOf({ mimeType, content }: Attachment): MailPart {
  const bytes = typeof content === "string" ? Buffer.from(content) : new Uint8Array(content);
  return {
    type: mimeType,
    bytes,
    get text() {
      return decode(bytes);
    },
  };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function fromOf({ from, headers }: Email): string {
  if (from?.address !== undefined && from.address !== "") return from.address;
  const written = headers.find(({ key }) => key === "from")?.value ?? "";
  return /[^\s<>"@]{1,64}@[^\s<>"@]{1,255}/.exec(written)?.[0] ?? "";
}

const unseen = /^<(style|script|head)\b/i;
const lineEnd = /^<(?:br|\/p|\/div|\/tr|\/li|\/h\d|\/pre)\b/i;

/** The words of a page without its marks: only ever searched, never shown as a page. */
function wordsOf(html: string): string {
  let [words, hidden] = ["", ""];
  for (const piece of html.split(/(<[^<>]*>)/)) {
    if (hidden !== "") hidden = piece.toLowerCase().startsWith(`</${hidden}`) ? "" : hidden;
    else if (!piece.startsWith("<")) words += piece;
    else if (lineEnd.test(piece)) words += "\n";
    else hidden = unseen.exec(piece)?.[1]?.toLowerCase() ?? "";
  }
  return words
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll(/&#39;|&rsquo;|&apos;/g, "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&nbsp;", " ")
    .replaceAll("&amp;", "&");
}

/** Headers that stay the same wherever a message is kept. */
const lasting = /^(?:from|to|subject|date|message-id|content-type|mime-version):/i;
/** So much tells two reports apart, and is there whether or not the rest was cut off. */
const told = 128 * 1024;

/**
 * The digest of a message: the same from a file, an mbox, a Maildir or a server, although each of them changes line
 * ends, adds headers of its own, or puts ">" before "From ".
 */
export function digestOf(raw: Uint8Array): string {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
    .toString("latin1")
    .replaceAll("\r\n", "\n")
    .replaceAll(/^>+(?=From )/gm, "");
  const end = text.indexOf("\n\n");
  const head = (end < 0 ? text : text.slice(0, end)).replaceAll(/\n[ \t]+/g, " ");
  const body = end < 0 ? "" : text.slice(end).trim().slice(0, told);
  const headers = head.split("\n").filter((line) => lasting.test(line));
  return createHash("sha256")
    .update([...headers, "", body].join("\n"), "latin1")
    .digest("hex");
}
