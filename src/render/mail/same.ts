import { fieldsOf, nameOf } from "./headers.ts";

/**
 * True when two messages say the same: the same heads, and parts that decode to the same bytes. How a part is encoded
 * does not count.
 * @param boundary what the parts of both are kept apart by
 */
export function saysTheSame(one: Buffer, other: Buffer, boundary: string): boolean {
  const [ours, theirs] = [one, other].map((message) =>
    message.toString("latin1").split(`--_NmP-${boundary}`),
  );
  return (
    ours !== undefined &&
    ours.length === theirs?.length &&
    ours.every((part, at) => decoded(part) === decoded(theirs[at] ?? ""))
  );
}

/** What a part holds, and what its head says but for the encoding. */
function decoded(part: string): string {
  const end = part.indexOf("\r\n\r\n");
  if (end === -1) return part;
  const fields = fieldsOf(part.slice(0, end));
  const isEncoding = (field: string) => nameOf(field).toLowerCase() === "content-transfer-encoding";
  const isQuoted = fields.some((field) => isEncoding(field) && /quoted-printable/i.test(field));
  const body = part.slice(end);
  return [...fields.filter((field) => !isEncoding(field)), isQuoted ? unquoted(body) : body].join("\r\n");
}

/** Quoted-printable as bytes (RFC 2045, 6.7). */
function unquoted(text: string): string {
  return text
    .replaceAll("=\r\n", "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
