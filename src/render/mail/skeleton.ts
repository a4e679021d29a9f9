import { composeMessage, type Letter } from "../mime.ts";
import { htmlParts, textParts, type Part, type ValueOf } from "./body.ts";
import { isRelaxed } from "./encode.ts";
import { fieldsOf, nameOf, personalNames, fieldWriter, type Address } from "./headers.ts";
import type { Piece } from "./marks.ts";
import type { Slate, Slates } from "./slate.ts";

/** A message with gaps, which is filled in for one person after the other. */
export interface Skeleton {
  /** The relaxed form of its body (RFC 6376, 3.4.4) is the body itself. */
  readonly isRelaxed: boolean;
  /** Gives one person's message. It may go out as it stands: no line of it begins with a dot, and each ends in CRLF. */
  readonly fill: (address: Address, valueOf: ValueOf, slates: Slates) => Slate;
}

/** A letter whose words for one person are not filled in yet. */
export interface OpenLetter {
  readonly letter: Omit<Letter, "html" | "text">;
  /** Of the HTML part. */
  readonly html: readonly Piece[];
  /** Of the text part, before its lines are wrapped. */
  readonly text: readonly Piece[];
}

/** They stand in for the parts. A letter outside ASCII makes nodemailer write them as quoted-printable. */
const standIns = { html: "éhtml", text: "étext" };
const encodedStandIns = /=C3=A9(?:html|text)/;

/**
 * Lets nodemailer compose a message without its texts, and puts gaps into it.
 * @param address anyone's: it says which fields of the head differ from person to person
 */
export async function compileSkeleton(open: OpenLetter, address: Address): Promise<Skeleton> {
  const frame = await composeMessage({
    ...open.letter,
    ...standIns,
    to: address.to,
    messageId: address.messageId,
    headers: { ...open.letter.headers, ...address.headers },
  });
  const end = frame.indexOf("\r\n\r\n");
  const head = headParts(frame.toString("utf8", 0, end), address);
  const [before, between, after, ...more] = frame.toString("latin1", end).split(encodedStandIns);
  if (before === undefined || between === undefined || after === undefined || more.length > 0)
    throw new Error("A composed message has other parts than a text and a page.");
  const body: readonly Part[] = [
    Buffer.from(before, "latin1"),
    ...textParts(open.text),
    Buffer.from(between, "latin1"),
    ...htmlParts(open.html),
    Buffer.from(after, "latin1"),
  ];
  const isFrameRelaxed = isRelaxed(frame.toString("latin1", end + 4));
  return {
    isRelaxed: isFrameRelaxed,
    fill: (to, valueOf, slates) => {
      const pieces = [head(to), ...body.map((part) => (typeof part === "function" ? part(valueOf) : part))];
      const slate = slates.take(pieces.reduce((sum, { length }) => sum + length, 0));
      for (const piece of pieces) slate.add(piece);
      return slate;
    },
  };
}

/** The head of the message, without the blank line. */
function headParts(head: string, address: Address): (to: Address) => Buffer {
  const personal = personalNames(address);
  const fields = fieldsOf(head).map((field) => {
    const name = nameOf(field);
    return personal.has(name.toLowerCase()) ? fieldWriter(name) : field;
  });
  return (to) =>
    Buffer.from(fields.map((field) => (typeof field === "string" ? field : field(to))).join("\r\n"));
}
