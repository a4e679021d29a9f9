import { createPrivateKey, type KeyObject } from "node:crypto";
import { domainToASCII } from "node:url";
import { usageError, type UserError } from "../domain/user-error.ts";

/** RFC 8301, 3.2: receivers take a signature with a shorter key for none. */
const shortestRsa = 1024;

/**
 * Reads a private key to sign with.
 * @throws UserError (exit 2) when it is none, or of a kind that DKIM does not know (RFC 8301, RFC 8463)
 */
export function readKey(pem: string): KeyObject {
  const key = parsed(pem);
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = key;
  if (kind !== "rsa" && kind !== "ed25519")
    throw unusable(
      "is of a kind that mail servers do not know",
      "Make a key of the kind RSA with 2,048 bits, or Ed25519, and publish it.",
    );
  const bits = details?.modulusLength ?? 0;
  if (kind === "rsa" && bits < shortestRsa)
    throw unusable(
      `has ${bits} bits, and mail servers take no notice of so short a key`,
      "Make a key with 2,048 bits, and publish it.",
    );
  return key;
}

/** Labels of letters, digits, hyphens and underscores (RFC 6376, 3.5). */
const labels = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i;

/**
 * Where the public key is published, as it stands in a signature.
 * @throws UserError (exit 2) when no key can be found there
 */
export function readPlace(
  domain: string,
  selector: string,
): { readonly domain: string; readonly selector: string } {
  const ascii = domainToASCII(domain);
  const fault = labels.test(ascii) ? (labels.test(selector) ? undefined : "selector") : "domain";
  if (fault === undefined) return { domain: ascii, selector };
  throw usageError(
    "dkim-key",
    `"dkim.${fault}" in the settings is not a name as DNS knows it.`,
    'Letters, digits, hyphens and dots may stand in it, such as "example.org" for the domain and "news" for the selector.',
  );
}

function parsed(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw unusable(
      "is not a private key in PEM form",
      'Correct "dkim.key": the path of the key file, or ${NAME} of an environment variable that holds the key.',
    );
  }
}

function unusable(why: string, hint: string): UserError {
  return usageError("dkim-key", `The DKIM key in the settings ${why}.`, hint);
}
