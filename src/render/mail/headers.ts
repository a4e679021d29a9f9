import MimeNode from "nodemailer/lib/mime-node";
import { foldLines } from "nodemailer/lib/mime-funcs";
import type { Mailbox } from "../mime.ts";

/** What stands in the head of one person's message alone. */
export interface Address {
  readonly to: Mailbox;
  /** With angle brackets. */
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Only writes headers. */
const writer = new MimeNode(undefined, { textEncoding: "Q" });

/** The fields of a head, folded as they stand there. */
export function fieldsOf(head: string): string[] {
  return head.split(/\r\n(?![ \t])/);
}

export function nameOf(field: string): string {
  return field.slice(0, field.indexOf(":"));
}

/** Gives what writes a field as nodemailer does: encoded, and folded. What is the same as the last time is written once. */
export function fieldWriter(name: string): (address: Address) => string {
  const read = valueReader(name);
  let [last, written]: [string | undefined, string] = [undefined, ""];
  return (address) => {
    const value = read(address);
    if (value === last) return written;
    const field = foldLines(`${name}: ${writer.encodeHeaderValue(name, value)}`, 76);
    if (typeof value === "string") [last, written] = [value, field];
    return field;
  };
}

/** The names of the fields that differ from person to person, in lower case. */
export function personalNames({ headers }: Pick<Address, "headers">): ReadonlySet<string> {
  return new Set(["to", "message-id", ...Object.keys(headers).map((name) => name.toLowerCase())]);
}

function valueReader(name: string): (address: Address) => string | Mailbox {
  const wanted = name.toLowerCase();
  // nodemailer writes the normal form of the address into what it is given.
  if (wanted === "to") return ({ to }) => ({ ...to });
  if (wanted === "message-id") return ({ messageId }) => messageId;
  return ({ headers }) => headers[name] ?? headerOf(headers, wanted);
}

function headerOf(headers: Address["headers"], wanted: string): string {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === wanted)?.[1] ?? "";
}
