import { encode, wrap } from "nodemailer/lib/qp";

/** RFC 2045, 6.7: no line over 76. Two are kept free for a dot that has to be encoded. */
const lineLength = 74;

/**
 * Text as quoted-printable (RFC 2045), ready for the wire: no line begins with a dot (RFC 5321, 4.5.2), and no blank
 * stands beside another or at the end of a line, so that the relaxed form of the body that DKIM signs (RFC 6376, 3.4.4)
 * is the body itself. The text is encoded as if nothing followed, so pieces may be put together with soft line breaks.
 */
export function encodeText(text: string): string {
  const encoded = encode(text.replace(/\r?\n/g, "\r\n"))
    .replaceAll("\t", "=09")
    .replace(/ (?= )/g, "=20");
  return wrap(encoded, lineLength).replace(/^\./gm, "=2E");
}

/** Ends the line without ending it in the text (RFC 2045, 6.7, rule 5). */
export const softBreak = "=\r\n";

/** True for a body whose relaxed form (RFC 6376, 3.4.4) is the body itself. */
export function isRelaxed(body: string): boolean {
  return !/[ \t]{2}|\t| \r\n|\r\n\r\n$/.test(body) && body.endsWith("\r\n");
}

/** Text that another way of composing would write, or read, in another way than on its own. */
export function isOdd(text: string): boolean {
  return /\r(?!\n)/.test(text) || text.toWellFormed() !== text;
}
