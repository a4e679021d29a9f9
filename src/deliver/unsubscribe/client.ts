import { isIP } from "node:net";

const loopback = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i;

/**
 * Takes the address at the other end of the connection, the header X-Forwarded-For, and whether to believe it. Gives the
 * address that counts as the client's. Only a proxy on this machine is believed, and of a list only the last entry, which
 * that proxy wrote itself: whatever stands before it may have been made up by the client.
 */
export function clientAddress(peer: string, forwarded: string | undefined, trusts: boolean): string {
  if (!trusts || forwarded === undefined || !loopback.test(peer)) return peer;
  const last = forwarded.split(",").at(-1)?.trim() ?? "";
  return isIP(last) ? last : peer;
}

/** True when a proxy on this machine passed the request on. */
export function isForwarded(peer: string, forwarded: string | undefined): boolean {
  return forwarded !== undefined && loopback.test(peer);
}
