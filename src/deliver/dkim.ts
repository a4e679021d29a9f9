import { createPrivateKey, type KeyObject } from "node:crypto";
import DKIM from "nodemailer/lib/dkim";
import { usageError } from "../domain/user-error.ts";

/**
 * What is signed. nodemailer's own list leaves out `List-Unsubscribe-Post`, which RFC 8058 wants signed.
 */
const signedHeaders = [
  "from",
  "sender",
  "reply-to",
  "subject",
  "date",
  "message-id",
  "to",
  "mime-version",
  "content-type",
  "content-transfer-encoding",
  "list-id",
  "list-unsubscribe",
  "list-unsubscribe-post",
  "auto-submitted",
].join(":");

export type Signer = (message: Buffer) => Promise<Buffer>;

/**
 * Makes a signer (RFC 6376).
 * @param pem the private key
 * @throws UserError (exit 2) when the key cannot be used: nodemailer would send unsigned and say nothing
 */
export function createSigner(
  { domain, selector }: { readonly domain: string; readonly selector: string },
  pem: string,
): Signer {
  const key = readKey(pem);
  const dkim = new DKIM({
    keys: { domainName: domain, keySelector: selector, privateKey: key as never },
    headerFieldNames: signedHeaders,
  });
  return async (message) => {
    const parts: Buffer[] = [];
    for await (const part of dkim.sign(message)) parts.push(part as Buffer);
    return Buffer.concat(parts);
  };
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw usageError(
      "dkim-key",
      "The DKIM key in the settings is not a private key in PEM form.",
      'Correct "dkim.key": the path of the key file, or ${NAME} of an environment variable that holds the key.',
    );
  }
}
