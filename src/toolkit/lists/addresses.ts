import { domainToASCII } from "node:url";

/** The longest local part and address, in bytes. Source: RFC 5321, 4.5.3.1.1, and RFC 3696, erratum 1690. */
const longestLocal = 64;
const longestAddress = 254;

/** An address in the form it is mailed at and the form duplicates are judged by, or what is wrong with it. */
export type ReadAddress = { readonly address: string; readonly key: string } | { readonly reason: string };

/** What shows nothing: zero-width spaces, byte order marks, soft hyphens, marks of direction. */
const invisible = /[\p{Default_Ignorable_Code_Point}\0]/gu;
/** Quotation marks and brackets that are put around an address. */
const around = "\\s\"'<>()\\[\\]\u2018\u2019\u201c\u201d\u2039\u203a\u00ab\u00bb";
/** In front of an address they are no part of it, and neither are they behind, where a sentence ends as well. */
const before = new RegExp(`^[${around},;]+`, "u");
const behind = new RegExp(`[${around}.,;:]+$`, "u");

/** RFC 5322, 3.2.3 (atext), with the letters of all languages (RFC 6531, 3.3), in parts separated by single dots. */
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
/** The letters, digits and dots of a name, also in other scripts. Anything else could become a path or a port. */
const domainLetters = /^[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]+$/u;
/** RFC 1035, 2.3.1. The last part has a letter, so that no number of a machine is taken for a name. */
const domainName =
  /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * Takes what somebody put into a cell, such as `Ann Example <ann@example.org>` or `mailto:ann@example.org`, and gives the
 * address: its domain in lower case and ASCII (RFC 5890), its local part as written.
 *
 * Duplicates are judged by the whole address in lower case. Local parts may differ by case in theory (RFC 5321, 2.4), but
 * no mail service of note tells them apart, and to mail somebody twice is worse. Tags (`ann+news@`) and dots are kept:
 * with most services they make another address.
 */
export function readAddress(value: string): ReadAddress {
  const bare = bareAddress(value);
  if (bare === "") return { reason: "no address" };
  if (severalIn(bare)) return { reason: "several addresses in one cell; put each in a row of its own" };
  const at = bare.lastIndexOf("@");
  if (at < 0) return { reason: 'no "@" in it' };
  if (at === 0) return { reason: 'no name before "@"' };
  // Word turns the apostrophe of O'Brien into a quotation mark.
  const local = bare
    .slice(0, at)
    .replace(/[\u2018\u2019]/g, "'")
    .normalize("NFC");
  if (!localPart.test(local) || Buffer.byteLength(local) > longestLocal) {
    return { reason: 'the part before "@" is not right' };
  }
  const written = bare.slice(at + 1);
  const domain = domainLetters.test(written) ? domainToASCII(written).toLowerCase() : "";
  if (!domainName.test(domain)) return { reason: 'the part after "@" is not right' };
  const address = `${local}@${domain}`;
  if (Buffer.byteLength(address) > longestAddress) return { reason: "too long" };
  return { address, key: address.toLowerCase() };
}

/** Without a display name, `mailto:`, marks around it, and what cannot be seen. */
function bareAddress(value: string): string {
  const seen = value
    .replace(invisible, "")
    .replaceAll("\uff20", "@")
    .replace(/\p{Zs}/gu, " ")
    .trim();
  const [, name = "", inside] = /^([^<>\r\n]*)<([^<>]*)>[\s,;.]*$/u.exec(seen) ?? [];
  // A name that is another address leaves open which is meant; programs often repeat the same one.
  const isClear =
    inside !== undefined && (!name.includes("@") || name.toLowerCase().includes(inside.toLowerCase()));
  const plain = (isClear ? inside : seen).replace(before, "").replace(/^mailto:\s*/i, "");
  const withoutNote = plain.replace(/\?[^@]*$/u, "").replace(/\s+\([^()@]*\)$/u, "");
  return withoutNote.replace(before, "").replace(behind, "");
}

/** True when more than one word of a cell holds an "@". */
function severalIn(text: string): boolean {
  return text.split(/[\s,;|/<>]+/u).filter((word) => word.includes("@")).length > 1;
}
