/** Sites that are known to answer to https at the same addresses; each with `www.` before it or without. */
const knownHosts = [
  "assets.publishing.service.gov.uk",
  "bma.org.uk",
  "bmj.com",
  "bnf.nice.org.uk",
  "cks.nice.org.uk",
  "cqc.org.uk",
  "digital.nhs.uk",
  "doi.org",
  "england.nhs.uk",
  "gmc-uk.org",
  "gov.uk",
  "hee.nhs.uk",
  "ico.org.uk",
  "kingsfund.org.uk",
  "legislation.gov.uk",
  "nhs.uk",
  "nhsbsa.nhs.uk",
  "nice.org.uk",
  "rcgp.org.uk",
  "rcn.org.uk",
  "rcplondon.ac.uk",
  "resus.org.uk",
  "theprsb.org",
  "who.int",
];

/** The known sites, and those that the toolkit itself names with https as its own. */
export function secureHosts(ownAddresses: readonly (string | undefined)[]): ReadonlySet<string> {
  const own = ownAddresses.flatMap((address) => {
    if (address === undefined || !URL.canParse(address)) return [];
    const { protocol, hostname, port } = new URL(address);
    return protocol === "https:" && port === "" ? [hostname.replace(/^www\./, "")] : [];
  });
  return new Set([...knownHosts, ...own]);
}
