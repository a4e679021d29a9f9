/*
 * What is left of our own message in a report: its headers, whole or in part.
 */

/** Message-IDs of a header, with their angle brackets. */
export function idsIn(value: string): string[] {
  return [...value.matchAll(/<[^<>\s@]{1,250}@[^<>\s]{1,250}>/g)].map(([id]) => id);
}

export interface Returned {
  readonly messageIds: readonly string[];
  readonly tokens: readonly string[];
  /** Whom it went to, as one provider of mailboxes writes into the message it gives back. */
  readonly addresses: readonly string[];
}

const token = /(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/g;

/** Takes a message or its headers as they came back. Reads the topmost headers alone: what it quotes is another's. */
export function returnedFrom(text: string): Returned {
  const head = text
    .replaceAll(/\r\n?/g, "\n")
    .replace(/^\s+/, "")
    .split(/\n[ \t>]*\n/, 1)[0]
    ?.replaceAll(/\n[ \t]+/g, " ");
  const values = (name: string) =>
    [...(head ?? "").matchAll(new RegExp(`^[> \\t]*${name}[ \\t]*:[ \\t]*(.*)$`, "gim"))].map(
      ([, value = ""]) => value,
    );
  return {
    messageIds: values("message-id").flatMap(idsIn),
    tokens: values("list-unsubscribe").flatMap(
      (value) => value.replaceAll(/%[0-9a-f]{2}/gi, " ").match(token) ?? [],
    ),
    addresses: values("x-hmxmroriginalrecipient"),
  };
}
