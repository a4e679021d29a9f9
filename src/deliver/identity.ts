import { createHmac } from "node:crypto";

import type { DeliveryKey } from "../domain/delivery.ts";

/** Enough for 160 bits, and short enough for one header line. */
const hashLength = 40;

/**
 * Takes the ledger's secret, what the delivery is known by, and the sender's domain.
 * Gives its Message-ID: the same on every attempt, and it tells nobody the address.
 */
export function messageIdOf(
  secret: Buffer,
  { cycle, variant, address }: DeliveryKey,
  domain: string,
): string {
  return `<${keyedHash(secret, ["message-id", cycle, variant, address])}@${domain}>`;
}

/**
 * Takes the ledger's secret and a recipient's key. Gives the name under which the ledger knows the person:
 * it reveals no address, outlives the erasure of the address, and is the `{token}` of unsubscribe links.
 */
export function personToken(secret: Buffer, key: string): string {
  return keyedHash(secret, ["person", key]);
}

/** The part of an address that limits are counted by. */
export function domainOf({ address }: { readonly address: string }): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}

/** JSON keeps the parts apart: ["a", "bc"] and ["ab", "c"] must not hash alike. */
function keyedHash(secret: Buffer, parts: readonly string[]): string {
  return createHmac("sha256", secret).update(JSON.stringify(parts)).digest("hex").slice(0, hashLength);
}
