import { usageError } from "../domain/user-error.ts";
import type { Recipient } from "../domain/recipient.ts";

/** Takes a segment; gives who is in it. @throws UserError (exit 2) */
export function parseSegment(text: string): (to: Recipient) => boolean {
  const [, column, value] = /^(\w+)=(.*)$/.exec(text) ?? [];
  if (column === undefined)
    throw usageError("bad-segment", `"${text}" is not a segment.`, "Write column=value.");
  return (to) => (to.fields[column] ?? "") === value;
}
