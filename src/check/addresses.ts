import { nearest } from "./words/phrases.ts";

/**
 * Mailboxes that belong to a task, not to a person. Sources: RFC 2142 (names that services are expected to have), and
 * those that the sign-up pages of mail services refuse as personal ones.
 */
const roles: ReadonlySet<string> = new Set(
  `abuse accounts admin administrator admissions billing bookings comms communications contact customerservice
  enquiries enquiry events feedback finance help helpdesk hello hostmaster hr info information inquiries it jobs
  legal mail mailer-daemon marketing media newsletter no-reply no_reply noc noreply do-not-reply donotreply office
  orders postmaster practice press privacy reception recruitment reply root sales secretary security service services
  spam staff subscribe support switchboard team test unsubscribe webmaster www`
    .trim()
    .split(/\s+/),
);

/** Domains that many people in Britain have their mail at, and some that only look like a slip of one. */
const common: readonly string[] = `
  aol.co.uk aol.com blueyonder.co.uk btinternet.com btopenworld.com email.com fastmail.com gmail.com gmx.co.uk gmx.com
  gmx.de googlemail.com hotmail.co.uk hotmail.com hotmail.fr icloud.com live.co.uk live.com mac.com mail.com me.com
  msn.com nhs.net nhs.scot nhs.uk ntlworld.com outlook.co.uk outlook.com plus.com proton.me protonmail.com rocketmail.com
  sky.com talktalk.net tiscali.co.uk virginmedia.com yahoo.co.uk yahoo.com ymail.com wales.nhs.uk hscni.net
`
  .trim()
  .split(/\s+/);
const isCommon = new Set(common);

/** Ends that no domain has, or that are somebody else's, and what was meant. */
const wrongEnds: readonly (readonly [string, string])[] = [
  [".nhs.co.uk", ".nhs.uk"],
  [".nhs.org.uk", ".nhs.uk"],
  [".nhs.gov.uk", ".nhs.uk"],
  [".co.ku", ".co.uk"],
  [".co.uk.com", ".co.uk"],
  [".couk", ".co.uk"],
  [".nhs.ku", ".nhs.uk"],
  [".con", ".com"],
  [".cmo", ".com"],
  [".ocm", ".com"],
  [".comm", ".com"],
  [".cpm", ".com"],
  [".vom", ".com"],
  [".xom", ".com"],
  [".ent", ".net"],
  [".nte", ".net"],
  [".nett", ".net"],
  [".ogr", ".org"],
  [".rog", ".org"],
  [".orgg", ".org"],
];
/** Whole domains that are not those of the NHS. */
const wrongDomains: Readonly<Record<string, string>> = {
  "nhs.co.uk": "nhs.uk",
  "nhs.org.uk": "nhs.uk",
  "nhs.gov.uk": "nhs.uk",
  "nhs.uk.net": "nhs.net",
  "nhs.com": "nhs.net",
  "nhs.org": "nhs.net",
  "nhsmail.net": "nhs.net",
};

/** A domain that so many people of a list have is right; one that so few have may be a slip of it. */
const frequent = 10;
export const rare = 2;

/** True for the address of a task, such as `info@`, and of nobody, such as `noreply@`. */
export function isRole(address: string): boolean {
  const local = address.slice(0, address.lastIndexOf("@")).toLowerCase();
  return roles.has(local.replace(/\+.*$/, ""));
}

/** The part behind the "@". */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

/**
 * Finds the domains of a list that are likely slips, with what was probably meant: known wrong ones, one or two letters
 * beside a domain that everybody knows, or beside one that many of the list have.
 */
export function likelySlips(counts: ReadonlyMap<string, number>): ReadonlyMap<string, string> {
  const own = [...counts].filter(([, people]) => people >= frequent).map(([domain]) => domain);
  const slips = new Map<string, string>();
  for (const [domain, people] of counts) {
    const meant = meantBy(domain) ?? (people <= rare ? near(domain, own, 5) : undefined);
    if (meant !== undefined) slips.set(domain, meant);
  }
  return slips;
}

/** What was probably meant by a domain that is known to be wrong, or is beside one that everybody knows. */
export function meantBy(domain: string): string | undefined {
  if (isCommon.has(domain)) return undefined;
  if (Object.hasOwn(wrongDomains, domain)) return wrongDomains[domain];
  const wrong = wrongEnds.find(([end]) => domain.endsWith(end));
  if (wrong) {
    const [end, right] = wrong;
    const mended = domain.slice(0, -end.length) + right;
    return near(mended, common, 3) ?? mended;
  }
  return near(domain, common, 3);
}

/**
 * The domain that differs by one letter, or by two (such as swapped ones) in a longer name. Short names, such as the codes
 * of trusts, differ by one letter and are right.
 */
function near(domain: string, known: readonly string[], shortest: number): string | undefined {
  const name = domain.split(".")[0] ?? "";
  if (name.length < shortest) return undefined;
  const found = nearest(domain, known);
  if (found === undefined || found.word === domain) return undefined;
  return found.distance <= (name.length >= 5 ? 2 : 1) ? found.word : undefined;
}
