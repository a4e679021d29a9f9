import { createHash, sign, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { readKey, readPlace } from "./dkim-key.ts";

/** A key as the settings name it. */
export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
  /** The private key: RSA, or Ed25519 (RFC 8463). */
  readonly pem: string;
}

/**
 * Signs a message with every key. Gives the fields to put before it.
 * @param message lines ending in CRLF
 * @param isRelaxed true where the relaxed form of the body is the body itself: it need not be looked for
 */
export type Signer = (message: Buffer, isRelaxed?: boolean) => Promise<string>;

/**
 * What is signed, where it is there (RFC 6376, 5.4.1). RFC 8058 wants both fields for leaving the list signed.
 */
const signedFields: ReadonlySet<string> = new Set([
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
]);

/**
 * Makes a signer (RFC 6376, relaxed/relaxed). The work with the key is done by other threads.
 * @throws UserError (exit 2) when a key cannot be used: without that, messages would leave unsigned
 */
export function createSigner(keys: readonly DkimKey[]): Signer {
  const signatures = keys.map(({ domain, selector, pem }) => {
    const signingKey = { ...readPlace(domain, selector), key: readKey(pem) };
    return (fields: readonly Field[], bodyHash: string) => signature(signingKey, fields, bodyHash);
  });
  return async (message, isRelaxed = false) => {
    const end = message.indexOf("\r\n\r\n") + 2;
    const fields = signable(message.toString("latin1", 0, end));
    const body = message.subarray(end + 2);
    const bodyHash = createHash("sha256")
      .update(isRelaxed ? body : relaxedBody(body))
      .digest("base64");
    const made = await Promise.all(signatures.map((one) => one(fields, bodyHash)));
    return made.join("");
  };
}

interface Field {
  readonly name: string;
  /** In its relaxed form, without its name. */
  readonly value: string;
}

/** The fields that are signed. Of a field that stands there several times the last one counts (RFC 6376, 5.4.2). */
function signable(head: string): readonly Field[] {
  const found = new Map<string, Field>();
  for (const field of head.split(/\r\n(?![ \t])/)) {
    const colon = field.indexOf(":");
    const name = field.slice(0, colon).trimEnd().toLowerCase();
    if (signedFields.has(name)) found.set(name, { name, value: relaxedValue(field.slice(colon + 1)) });
  }
  return [...found.values()];
}

const signWith = promisify(sign);

interface SigningKey {
  readonly domain: string;
  readonly selector: string;
  readonly key: KeyObject;
}

async function signature(
  { domain, selector, key }: SigningKey,
  fields: readonly Field[],
  bodyHash: string,
): Promise<string> {
  const isRsa = key.asymmetricKeyType === "rsa";
  const names = fields.map(({ name }) => name).join(":");
  const unsigned = [
    ` v=1; a=${isRsa ? "rsa" : "ed25519"}-sha256; c=relaxed/relaxed; d=${domain};`,
    ` s=${selector}; bh=${bodyHash};`,
    // A list of names may be folded beside its colons.
    ` h=${names.replace(/(.{1,66}):/g, "$1:\r\n ")};`,
    " b=",
  ].join("\r\n");
  const text = [
    ...fields.map(({ name, value }) => `${name}:${value}\r\n`),
    `dkim-signature:${relaxedValue(unsigned)}`,
  ].join("");
  const bytes = Buffer.from(text, "latin1");
  // Ed25519 signs the hash of what RSA signs (RFC 8463, 3).
  const made = isRsa
    ? await signWith("sha256", bytes, key)
    : await signWith(null, createHash("sha256").update(bytes).digest(), key);
  return `DKIM-Signature:${unsigned}${made.toString("base64").replace(/.{70}/g, "$&\r\n ")}\r\n`;
}

/** RFC 6376, 3.4.2. */
function relaxedValue(value: string): string {
  return value
    .replaceAll("\r\n", "")
    .replace(/[ \t]+/g, " ")
    .replace(/^ | $/g, "");
}

/** RFC 6376, 3.4.4. */
function relaxedBody(body: Buffer): Buffer {
  const text = body
    .toString("latin1")
    .replace(/[ \t]+/g, " ")
    .replaceAll(" \r\n", "\r\n");
  let end = text.endsWith(" ") ? text.length - 1 : text.length;
  while (text.endsWith("\r\n", end)) end -= 2;
  return Buffer.from(end === 0 ? "" : `${text.slice(0, end)}\r\n`, "latin1");
}
