import type { DeliveryOutcome } from "../../domain/delivery.ts";
import type { Transport, TransportFactory } from "./transport.ts";

/**
 * Takes the text of a transport. Gives its password in every form in which it may come back in a server's reply: as it
 * stands in the address, as it is, and as it is sent (RFC 4954: AUTH PLAIN and LOGIN are base64).
 */
export function passwordForms(text: string): string[] {
  // Up to the last @ before the path, as addresses are read (https://url.spec.whatwg.org/#authority-state).
  const [, user = "", password = ""] = /^[a-z]+:\/\/([^/?#:]*):([^/?#]*)@/i.exec(text) ?? [];
  if (password === "") return [];
  const [name, plain] = [decoded(user), decoded(password)];
  const base64 = (words: string) => Buffer.from(words).toString("base64");
  return [...new Set([password, plain, base64(plain), base64(`\0${name}\0${plain}`)])];
}

/**
 * Takes the words of a command line. Gives the passwords of all addresses in them, in the same forms, wherever they stand:
 * an address behind the wrong option, or without one, is told in a fault as what it was taken for.
 */
export function passwordsAmong(words: readonly string[]): string[] {
  return words.flatMap((word) => {
    const address = /[a-z][a-z0-9+.-]*:\/\/.*@.*$/is.exec(word)?.[0];
    if (address === undefined) return [];
    // As its writer means it: also with marks in the password that end it for a program.
    const [, written = ""] = /^[^:]*:\/\/[^:@]*:(.*)@/s.exec(address) ?? [];
    // The name of a variable is no secret, and has to be told when it is missing.
    if (written === "" || /^\$\{[^}]*\}$/.test(written)) return [];
    return [...new Set([written, ...passwordForms(address)])];
  });
}

/**
 * Gives the same transport, but nothing of these in what the server says: replies are kept in the ledger. Tokens may be
 * added to them later.
 */
export function discreet(factory: TransportFactory, secrets: readonly string[]): TransportFactory {
  let longestFirst: readonly string[] = [];
  const hide = (outcome: DeliveryOutcome): DeliveryOutcome => {
    if (secrets.length === 0) return outcome;
    if (longestFirst.length !== secrets.length)
      longestFirst = secrets.toSorted((a, b) => b.length - a.length);
    const reply = longestFirst.reduce((text, secret) => text.replaceAll(secret, "•••"), outcome.reply);
    return { ...outcome, reply };
  };
  return {
    name: factory.name,
    open: () => {
      const transport = factory.open();
      const send: Transport["send"] = transport.send.bind(transport);
      return Object.assign(transport, {
        send: async (...given: Parameters<Transport["send"]>) => hide(await send(...given)),
      });
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
